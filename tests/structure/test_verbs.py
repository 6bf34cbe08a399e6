"""Every verb of the state table has a word in both languages and a way in."""
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from models.base import now
from models.callback import DIMENSIONS, SpotCheck
from models.dispatch import Category
from models.event import Event
from models.place import Place
from models.user import ROLES, User
from models.work_order import WorkOrder
from models.work_order.moves import ENDED, MOVES, STATES
from tests.conftest import AHEAD, a_month_ago
from tests.views.conftest import jpeg, key
from views.language import LOCALES, word

CALL = {"place": "8栋2单元1503", "category": "1002", "channel": "phone", "name": "王女士", "phone": "13800001234",
        "read_back": "1"}

BY_THE_TRADE: list[tuple[str | None, str, dict[str, Any], str]] = [
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "assignment", {"technician": "chenliang"}, "assign"),
    ("chenliang", "acceptance", {}, "accept"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "completion", {"done": "换了软管", "photos": (1, 2)}, "finish"),
    ("guoqiang", "inspection", {"decision": "pass", "verdicts": "good"}, "pass"),
]
SCORES = dict.fromkeys(DIMENSIONS, "5")

# How each verb comes to pass through a page: who, which noun, what is sent, and the verb it must leave.
STORIES: dict[str, list[tuple[str | None, str, dict[str, Any], str]]] = {"from report to archive": [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "notes", {"note": "业主在家"}, "note"),
    ("sunqi", "reveals", {"reveal_reason": "clarify"}, "reveal"),
    ("sunqi", "assignment", {"technician": "chenliang"}, "assign"),
    ("chenliang", "acceptance", {}, "accept"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "holds", {"hold_reason": "parts", "promised_at": AHEAD}, "ask_hold"),
    ("guoqiang", "holds/refusal", {"refusal_note": "库里有"}, "refuse_hold"),
    ("chenliang", "holds", {"hold_reason": "owner", "promised_at": AHEAD}, "ask_hold"),
    ("guoqiang", "holds/approval", {}, "suspend"),
    ("chenliang", "resumption", {}, "resume"),
    ("chenliang", "photos", {"stage": "after", "photos": (1, 2)}, "photo"),
    ("chenliang", "completion", {"done": "换了软管"}, "finish"),
    ("guoqiang", "inspection", {"decision": "return", "reasons": "not_fixed", "verdicts": "good"}, "reject"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "completion", {"done": "又换一次", "photos": (3, 4)}, "finish"),
    ("guoqiang", "inspection", {"decision": "pass", "verdicts": "good"}, "pass"),
    ("luxia", "callback", {"outcome": "no_answer"}, "call"),
    ("luxia", "callback", {"outcome": "answered", "solved": "no", "overall": "dissatisfied", "reasons": "R1"},
     "dispute"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "completion", {"done": "换角阀", "photos": (5, 6)}, "finish"),
    ("guoqiang", "inspection", {"decision": "pass", "verdicts": "good"}, "pass"),
    (None, "{link}/rating", {"solved": "yes", "overall": "satisfied", **SCORES}, "rate"),
    ("renmei", "spot-checks/1", {"way": "called", "agrees": "yes"}, "spot_check"),
], "on the owner's page": [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "assignment", {"technician": "chenliang"}, "assign"),
    (None, "{link}/urges", {"words": "等着用水"}, "urge"),
    ("chenliang", "acceptance", {}, "accept"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "completion", {"done": "换了软管", "photos": (1, 2)}, "finish"),
    ("guoqiang", "inspection", {"decision": "pass", "verdicts": "good"}, "pass"),
    (None, "{link}/rating", {"solved": "yes", "overall": "satisfied", **SCORES}, "rate"),
    (None, "{link}/reopening", {"reopen_reason": "again", "reopen_words": "又漏了", "photos": (7,)}, "reopen"),
], "an emergency under control": [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "assignment", {"technician": "chenliang"}, "assign"),
    ("chenliang", "acceptance", {}, "accept"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "containment", {"contain_note": "已关总阀"}, "contain"),
], "what is told around an order": [
    ("sunqi", "/work-orders", {**CALL, "text": "第一次漏"}, "register"),
    ("sunqi", "urges", {"words": "业主等着用水", "name": "李先生", "phone": "13900005678"}, "urge"),
    ("sunqi", "party", {"party": "developer", "party_note": "墙内管，在质保期"}, "decide_party"),
    ("sunqi", "supports", {"department": "environment", "wanted": "擦干大堂"}, "ask_support"),
    ("jiangxiuying", "supports/result", {"result": "已擦干", "support_done": "yes"}, "support"),
    ("guoqiang", "difficulty", {"difficult_note": "三次未根治"}, "mark_difficult"),
    ("sunqi", "hand-over", {"taker": "tangwen", "hand_over_note": "答应六点前回电"}, "hand_over"),
    ("sunqi", "/work-orders", {**CALL, "text": "又漏了"}, "repeat"),
    ("sunqi", "void", {"void_reason": "mistaken", "void_words": "业主说看错了"}, "ask_void"),
    ("guoqiang", "void/refusal", {"void_answer": "现场确有其事"}, "refuse_void"),
    ("sunqi", "merger", {"target": "the second"}, "merge"),
], "a void": [
    ("sunqi", "/work-orders", {**CALL, "text": "打错了"}, "register"),
    ("sunqi", "void", {"void_reason": "mistaken", "void_words": "业主说看错了"}, "ask_void"),
    ("guoqiang", "void/approval", {}, "void"),
], "through several hands": [
    (None, "/r/{code}", {"text": "水管爆了"}, "report"),
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "assignment", {"technician": "xuwei"}, "assign"),
    ("xuwei", "refusal", {"decline_reason": "busy"}, "decline"),
    ("sunqi", "assignment", {"technician": "chenliang"}, "assign"),
    ("chenliang", "acceptance", {}, "accept"),
    ("chenliang", "appointment", {"appointment_at": "tomorrow", "reschedule_reason": "owner_away", "agreed": "1"},
     "reschedule"),
    ("chenliang", "transfer", {"taker": "yeban", "transfer_reason": "trade", "handover": "阀门已关"}, "transfer"),
], "grabbed": [
    (None, "/r/{code}", {"text": "水管爆了"}, "report"),
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("chenliang", "claim", {}, "grab"),
], "taken up again": [
    (None, "/r/{code}", {"text": "停车证怎么办", "name": "王女士", "phone": "13800001234"}, "report"),
    ("sunqi", "registration", {"category": "9601", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "talks", {"talk_way": "phone", "talk_words": "业主问能否代办"}, "talk"),
    ("sunqi", "reply", {"answer": "带行驶证到前台"}, "answer"),
    ("sunqi", "reopening", {"reopen_reason": "incomplete", "reopen_words": "前台说还要房产证"}, "reopen"),
], "a complaint": [
    (None, "/r/{code}", {"text": "师傅态度差", "name": "王女士", "phone": "13800001234"}, "report"),
    ("sunqi", "registration", {"category": "9501", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "classification", {"grade": "major", "cause": "attitude", "about": "chenliang"}, "classify"),
    ("sunqi", "assignment", {"technician": "tangwen"}, "assign"),
    ("tangwen", "acceptance", {}, "accept"),
    ("tangwen", "arrival", {}, "arrive"),
    ("tangwen", "plan", {"plan": "上门致歉", "agreed": "yes", "agreed_at": "2026-01-01T09:00"}, "plan"),
    ("tangwen", "completion", {"done": "已致歉", "summary": "业主接受"}, "finish"),
], "nobody answers": [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    *BY_THE_TRADE,
    ("luxia", "callback", {"outcome": "wrong_no"}, "call"),
    ("luxia", "callback/contact", {"phone": "13900005678", "correction_note": "上门核实"}, "correct"),
    ("luxia", "callback", {"outcome": "no_answer"}, "call"),
    ("luxia", "callback", {"outcome": "busy_off"}, "call"),
    ("luxia", "callback/abandonment", {"link_left_by": "slip"}, "give_up"),
], "no callback wanted": [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    *BY_THE_TRADE,
    ("sunqi", "callback/exemption", {"exemption_note": "业主来电说不用回访"}, "exempt"),
], "a wish": [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    *BY_THE_TRADE,
    ("luxia", "callback", {"outcome": "answered", "solved": "yes", "overall": "satisfied", "need": "门松了"}, "call"),
    ("luxia", "callback/sequels", {"answer": "1", "what": "need"}, "take_up"),
], "an enquiry": [
    (None, "/r/{code}", {"text": "停车证怎么办"}, "report"),
    ("sunqi", "registration", {"category": "9601", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "priority", {"priority": "P2", "priority_reason": "业主今天就要"}, "prioritize"),
    ("sunqi", "reply", {"answer": "带行驶证到前台"}, "answer"),
]}


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("lang", LOCALES)
def test_every_verb_has_a_word(web: Any, verb: str, lang: str) -> None:
    with web.test_request_context(), force_locale(LOCALES[lang]):
        assert word("verb", verb) not in ("", f"verb.{verb}")


@pytest.mark.parametrize("name", STORIES)
def test_every_verb_comes_to_pass_through_a_page(browse: Any, home: Place, name: str) -> None:
    link, done = "", []
    visitors = {login: browse(login) for login in {None, *(who for who, *_ in STORIES[name])}}
    # A rating from the address where the work was done would be flagged and decide nothing.
    visitors[None].extra_environ["REMOTE_ADDR"] = "198.51.100.3"
    for who, noun, fields, verb in STORIES[name]:
        order, *others = [*WorkOrder.select().order_by(WorkOrder.id), None]
        if noun == "spot-checks/1":
            SpotCheck.draw_month(a_month_ago(order.estate), by=User.get(User.login == who))
        if noun == "claim":
            Category.update(may_grab=True).execute()
        if fields.get("appointment_at"):
            day = order.estate.local(now()).date() + timedelta(days=1)
            fields = {**fields, "appointment_at": f"{day}T10:00"}
        sent = {"key": key(), **{name: value for name, value in fields.items() if name not in ("photos", "verdicts")}}
        if "target" in sent:
            sent["target"] = others[0].number
        if "verdicts" in fields:
            sent |= {f"verdict-{photo.id}": fields["verdicts"] for photo in order.photos_of("after")}
        path = noun.format(code=home.parent.code, link=link) if noun.startswith(("/", "{")) else (
            f"/work-orders/{order.number}/{noun}")
        photos = [("photos", f"{seed}.jpg", jpeg(seed)) for seed in fields.get("photos", ())]
        answer = visitors[who].post(path, sent, upload_files=photos or None)
        assert answer.status_code == 303, (noun, fields)
        link = link or answer.headers["Location"]
        told = [event.verb for event in Event.select().order_by(Event.id)]
        assert verb in told[len(done):], (noun, told)
        done = told
    assert Event.first_broken() is None


def test_the_stories_leave_out_no_verb() -> None:
    assert {verb for story in STORIES.values() for *_, verb in story} >= set(MOVES) - {"close"}


def test_every_state_is_reached_and_none_but_the_last_is_a_dead_end() -> None:
    reached = {state for move in MOVES.values() for state in move.to}
    left = {state for move in MOVES.values() if move.to for state in move.from_ if state}
    assert reached == set(STATES)
    assert left == set(STATES) - {"merged", "void"}
    assert [verb for verb, move in MOVES.items() if move.to and set(move.from_) & set(ENDED)] == ["reopen"]


def test_whoever_may_do_a_verb_is_a_role_or_a_known_part() -> None:
    known = {*ROLES, "anyone", "assignee", "holder", "reporter", "caller_role", "first_contact", "supporter"}
    assert {word for move in MOVES.values() for word in move.who} <= known
    assert {part for move in MOVES.values() for part in move.never} <= {"worker", "inspector", "caller"}
