"""Every verb of the state table has a word in both languages and a way in."""
from typing import Any

import pytest
from flask_babel import force_locale

from models.event import Event
from models.place import Place
from models.user import ROLES
from models.work_order import WorkOrder
from models.work_order.moves import MOVES, STATES
from tests.views.conftest import jpeg, key
from views.language import LOCALES, word

# The story by which each verb comes to pass through a page: who, which noun, what is sent, and the verb it must leave.
STORY = [
    (None, "/r/{code}", {"text": "水管爆了", "name": "王女士", "phone": "13800001234"}, "report"),
    ("sunqi", "registration", {"category": "1001", "read_back": "1", "place": "8栋2单元"}, "register"),
    ("sunqi", "notes", {"note": "业主在家"}, "note"),
    ("sunqi", "reveals", {"reveal_reason": "clarify"}, "reveal"),
    ("sunqi", "assignment", {"technician": "chenliang"}, "assign"),
    ("chenliang", "acceptance", {}, "accept"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "holds", {"hold_reason": "parts", "promised_at": "2099-01-01T09:00"}, "ask_hold"),
    ("guoqiang", "holds/refusal", {"refusal_note": "库里有"}, "refuse_hold"),
    ("chenliang", "holds", {"hold_reason": "owner", "promised_at": "2099-01-01T09:00"}, "ask_hold"),
    ("guoqiang", "holds/approval", {}, "suspend"),
    ("chenliang", "resumption", {}, "resume"),
    ("chenliang", "photos", {"stage": "after", "photos": (1, 2)}, "photo"),
    ("chenliang", "completion", {"done": "换了软管"}, "finish"),
    ("guoqiang", "inspection", {"decision": "return", "reasons": "not_fixed", "verdicts": "good"}, "reject"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "completion", {"done": "又换一次", "photos": (3, 4)}, "finish"),
    ("guoqiang", "inspection", {"decision": "pass", "verdicts": "good"}, "pass"),
    ("luxia", "callback", {"outcome": "no_answer"}, "call"),
    ("luxia", "callback", {"outcome": "answered", "solved": "no", "overall": "dissatisfied"}, "dispute"),
    ("chenliang", "arrival", {"no_photo_reason": "太暗"}, "arrive"),
    ("chenliang", "completion", {"done": "换角阀", "photos": (5, 6)}, "finish"),
    ("guoqiang", "inspection", {"decision": "pass", "verdicts": "good"}, "pass"),
    (None, "{link}/rating", {"solved": "yes", "overall": "satisfied"}, "rate"),
]


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("lang", LOCALES)
def test_every_verb_has_a_word(web: Any, verb: str, lang: str) -> None:
    with web.test_request_context(), force_locale(LOCALES[lang]):
        assert word("verb", verb) not in ("", f"verb.{verb}")


def test_every_verb_comes_to_pass_through_a_page(browse: Any, home: Place) -> None:
    link, done = "", []
    visitors = {login: browse(login) for login in {who for who, *_ in STORY}}
    # A rating from the address where the work was done would be flagged and decide nothing.
    visitors[None].extra_environ["REMOTE_ADDR"] = "198.51.100.3"
    for who, noun, fields, verb in STORY:
        order = WorkOrder.get_or_none()
        sent = {"key": key(), **{name: value for name, value in fields.items() if name not in ("photos", "verdicts")}}
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
    assert done[-1] == "close"
    assert set(done) == set(MOVES)
    assert WorkOrder.get().state == "archived"
    assert Event.first_broken() is None


def test_every_state_is_reached_and_none_but_the_last_is_a_dead_end() -> None:
    reached = {state for move in MOVES.values() for state in move.to}
    left = {state for move in MOVES.values() if move.to for state in move.from_ if state}
    assert reached == set(STATES)
    assert left == set(STATES) - {"archived"}


def test_whoever_may_do_a_verb_is_a_role_or_a_known_part() -> None:
    known = {*ROLES, "anyone", "assignee", "holder", "reporter", "caller_role"}
    assert {word for move in MOVES.values() for word in move.who} <= known
    assert {part for move in MOVES.values() for part in move.never} <= {"worker", "inspector", "caller"}
