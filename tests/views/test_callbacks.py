"""The caller's screen: what it shows and offers at which hour, and that what was typed outlives a refusal."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.callback import DIMENSIONS, Answer, Attempt, Policy, Rating, Said, Sequel
from models.dispatch import Category
from models.owner import Owner
from models.place import Estate, Place
from models.user import User
from models.work_order import Inspection, Talk, WorkOrder
from tests.conftest import judged_good
from tests.models.conftest import major_complaint
from tests.models.test_attempt import tomorrow, usual
from tests.views.conftest import form_of, key, nothing_stored, sentences

__all__ = ["major_complaint", "usual"]

LONG = "长" * 2001


def callback(order: WorkOrder, end: str = "") -> str:
    return f"/work-orders/{order.number}/callback{end}"


def nouns(page: Any) -> set[str]:
    return {form.action.rsplit("/", 1)[1] for form in page.forms.values()}


def send(visitor: Any, path: str, **fields: Any) -> Any:
    return visitor.post(path, {"key": key(), **fields}, expect_errors=True)


# -- the list


def test_the_list_leads_a_caller_to_the_call_and_the_desk_to_the_order(
        browse: Any, calling_order: WorkOrder) -> None:
    for login, end in (("luxia", "/callback"), ("zhaomin", "/callback"), ("sunqi", ""), ("yzdb", "")):
        page = browse(login).get("/work-orders?queue=calling")
        [card] = page.html.select(".call .card-link")
        assert card["href"] == f"/work-orders/{calling_order.number}{end}"
        for shown in ("厨房软管爆了", "8栋2单元1503", "未接通 0/3", "现在可拨" if end else "待回访"):
            assert shown in card.get_text(), shown
        assert "13800001234" not in page


def test_what_is_not_to_be_called_now_says_until_when(
        browse: Any, calling_order: WorkOrder, usual: Policy, estate: Estate, luxia: User) -> None:
    visitor = browse("luxia")
    with moment(tomorrow(estate, "13:00")):
        card = visitor.get("/work-orders?queue=calling").html.select_one(".call")
    assert card["data-now"] == "false"
    assert "暂不可拨" in card.get_text()
    assert "14:00 起可拨" in card.get_text()


def test_a_major_complaint_is_shown_to_a_caller_as_the_managers(browse: Any, major_complaint: WorkOrder) -> None:
    card = browse("luxia").get("/work-orders?queue=calling").html.select_one(".call")
    assert "不由您回访" in card.get_text()
    assert "重大 投诉" in card.get_text()
    assert browse("zhaomin").get("/work-orders?queue=calling").html.select_one(".call")["data-now"] == "true"


def test_an_order_not_inspected_in_time_stands_below_with_the_reason(browse: Any, finished_order: WorkOrder) -> None:
    visitor = browse("luxia")
    assert "等验收" not in visitor.get("/work-orders?queue=calling")
    with moment(now() + timedelta(hours=25)):
        page = visitor.get("/work-orders?queue=calling")
    assert "等验收，还不能回访" in page
    assert "超时" in page.html.select_one(".call .due").get_text()


@pytest.mark.parametrize("cursor", ["x", "a~b~c", "2026-01-01T00:00:00~2026-01-01T00:00:00~99999999999"])
def test_a_page_of_the_list_that_is_none_is_refused_with_one_sentence(browse: Any, cursor: str) -> None:
    page = browse("luxia").get(f"/work-orders?queue=calling&after={cursor}", expect_errors=True)
    assert page.status_code == 422
    assert len(sentences(page)) == 1


# -- the screen


def test_the_screen_shows_what_a_caller_needs_and_asks_by_the_script(
        browse: Any, calling_order: WorkOrder, sunqi: User) -> None:
    Talk.note(calling_order, "phone", "业主说下午三点后在家", by=sunqi)
    page = browse("luxia").get(callback(calling_order))
    for shown in ("厨房软管爆了", "更换软管,试水三十分钟不漏", "陈亮", "验收：郭强", "业主说下午三点后在家",
                  "您好，我是青禾里物业服务中心回访员（工号QH006）", "“厨房软管爆了,水流到客厅”", "138****1234"):
        assert shown in page, shown
    assert len(page.html.select(".shots img")) == 3
    assert "13800001234" not in page
    assert "方案是否合理" not in page
    assert {"callback", "reveals", "exemption"} <= nouns(page)
    assert "abandonment" not in nouns(page)


def test_earlier_orders_of_the_same_home_are_named(browse: Any, home: Place, request: pytest.FixtureRequest) -> None:
    before = WorkOrder.report(home, "去年的灯不亮", by=None)
    order = request.getfixturevalue("calling_order")
    page = browse("luxia").get(callback(order))
    assert "去年的灯不亮" in page
    assert page.html.select_one(f'a[href="/work-orders/{before.number}"]')


def test_of_a_complaint_three_more_scores_are_asked(browse: Any, major_complaint: WorkOrder) -> None:
    page = browse("zhaomin").get(callback(major_complaint))
    assert "处理方案是否合理" in page
    assert {"plan", "speed", "attitude"} <= set(form_of(page, "callback").fields)


def test_the_words_of_a_report_are_text_in_the_script_and_nothing_else(
        browse: Any, calling_order: WorkOrder, estate: Estate) -> None:
    Policy.update(ended_at=now()).where(Policy.estate == estate).execute()
    Policy.create(estate=estate, hours="00:00-24:00", slots=1, gap_h=0, questions_json=(
        '{"K0": "<b>{matter}</b> {badge} {secret} {0.__class__} %(estate)s", "K1": "{estate}好了吗"}'))
    WorkOrder.update(text="<script>alert(1)</script> {badge} 100%").where(WorkOrder.id == calling_order.id).execute()
    page = browse("luxia").get(callback(calling_order))
    said = page.html.select_one(".ask").get_text()
    assert said == ("<b><script>alert(1)</script> {badge} 100%</b> QH006 {secret} {0.__class__} %(estate)s")
    assert "<script>alert" not in page.text
    assert "青禾里好了吗" in page


def test_the_number_is_shown_after_the_logged_look_and_only_while_it_may_be_rung(
        browse: Any, calling_order: WorkOrder, usual: Policy, estate: Estate) -> None:
    visitor = browse("luxia")
    with moment(tomorrow(estate, "10:00")):
        page = form_of(visitor.get(callback(calling_order)), "reveals").submit().follow()
        assert page.html.select_one('a[href="tel:13800001234"]')
        assert send(visitor, callback(calling_order), outcome="no_answer").status_code == 303
    with moment(tomorrow(estate, "10:05")):
        page = visitor.get(callback(calling_order))
        assert "13800001234" not in page
        assert "reveals" not in nouns(page)
        assert "两次拨打至少间隔 2 小时，" in page
        assert "12:00 后再拨" in page
        refused = send(visitor, f"/work-orders/{calling_order.number}/reveals", reveal_reason="call_back")
        assert refused.status_code == 422
        assert "12:00 后再拨" in sentences(refused)[0]


def test_who_had_a_part_is_told_so_and_offered_nothing(
        browse: Any, finished_order: WorkOrder, zhaomin: User) -> None:
    Inspection.pass_work(finished_order, judged_good(finished_order), by=zhaomin)
    page = browse("zhaomin").get(callback(finished_order))
    assert sentences(page) == ["您验收过本单，不能再维修、回访或抽查。"]
    assert nouns(page) & {"callback", "exemption", "abandonment", "contact"} == set()
    slip = browse("zhaomin").get(callback(finished_order, "/slip"), expect_errors=True)
    assert slip.status_code == 403


def test_a_caller_is_told_that_a_major_complaint_is_the_managers(browse: Any, major_complaint: WorkOrder) -> None:
    page = browse("luxia").get(callback(major_complaint))
    assert sentences(page) == ["重大投诉由项目经理回访。"]


# -- what was typed outlives a refusal


FILLED = {"outcome": "answered", "solved": "yes", "overall": "satisfied", "words": "修好了", "need": "阳台门松了",
          "grievance": "等太久", "suggestion": "装个棚", "response": "4", "empathy": "5", "fees": "none",
          "consents": "yes"}


@pytest.mark.parametrize(("wrong", "field"), [
    ({"solved": ""}, "solved"), ({"overall": "happy"}, "overall"), ({"response": "6"}, "response"),
    ({"response": "x"}, "response"), ({"empathy": "-1"}, "empathy"), ({"outcome": ""}, "outcome"),
    ({"outcome": "later", "agreed_at": "yesterday"}, "agreed_at"), ({"outcome": "later"}, "agreed_at"),
    ({"outcome": "later", "agreed_at": "2020-01-01T09:00"}, "agreed_at"),
    ({"outcome": "later", "agreed_at": "9999-12-31T23:59"}, "agreed_at"), ({"fees": "tip"}, "fees"),
    ({"reasons": "R0"}, "reasons"), ({"manners": "hat"}, "manners"), ({"consents": "maybe"}, "consents"),
    ({"overall": "dissatisfied"}, "reasons"), ({"need": LONG}, "need"), ({"grievance": LONG}, "grievance"),
    ({"suggestion": LONG}, "suggestion"), ({"words": LONG}, "words"),
])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_an_answer_is_refused_with_one_sentence_and_nothing_typed_is_lost(
        browse: Any, calling_order: WorkOrder, stage: Any, wrong: dict[str, str], field: str, lang: str) -> None:
    sent = {**FILLED, **wrong}
    with nothing_stored(stage):
        page = send(browse("luxia", lang=lang), callback(calling_order), **sent)
    assert page.status_code == 422
    assert len(sentences(page)) == 1
    assert page.html.select_one(f'[aria-invalid="true"][name="{field}"], [aria-invalid="true"]:has([name="{field}"])')
    form = form_of(page, "callback")
    for name in ("words", "need", "grievance", "suggestion"):
        assert form[name].value == sent[name]
    for name in ("solved", "overall", "fees", "consents", "outcome"):
        offered = [value for value, *_ in form[name].options]
        assert form[name].value == (sent[name] if sent[name] in offered else None)


def test_what_was_typed_for_an_order_that_was_closed_meanwhile_can_be_copied(
        browse: Any, calling_order: WorkOrder, zhaomin: User) -> None:
    form = form_of(browse("luxia").get(callback(calling_order)), "callback")
    form["outcome"], form["need"], form["words"] = "answered", "阳台门松了", "很好"
    Attempt.make(calling_order, "answered", by=zhaomin, told=Said("yes", "satisfied"))
    page = form.submit(expect_errors=True)
    assert page.status_code == 409
    assert [said.get_text() for said in page.html.select(".unsent")] == ["很好", "阳台门松了"]


# -- how it ends without an answer


def test_a_callback_is_given_up_with_the_link_left_and_a_slip_to_print(
        browse: Any, calling_order: WorkOrder) -> None:
    visitor = browse("luxia")
    for _ in range(3):
        assert send(visitor, callback(calling_order), outcome="no_answer").status_code == 303
    page = visitor.get(callback(calling_order))
    assert "已拨打 3 次，不再拨打" in page
    assert "reveals" not in nouns(page)
    link = page.html.select_one(".unsent").get_text().split("评价：")[1]
    slip = visitor.get(callback(calling_order, "/slip"))
    assert link in slip
    assert slip.html.select_one(".code-drawing svg")
    assert browse().get(link.removeprefix("http://localhost")).status_code == 200
    form = form_of(page, "abandonment")
    refused = form.submit(expect_errors=True)
    assert (refused.status_code, sentences(refused)) == (422, ["请选择评价链接是如何留给业主的。"])
    form["link_left_by"] = "slip"
    page = form.submit().follow()
    assert "已归档" in page
    round = next(group.get_text() for group in page.html.select(".group") if "链接已留" in group.get_text())
    assert "未接通" in round
    assert "上门便条" in round


def test_giving_up_too_early_says_how_many_calls_are_left(browse: Any, calling_order: WorkOrder, stage: Any) -> None:
    with nothing_stored(stage):
        page = send(browse("luxia"), callback(calling_order, "/abandonment"), link_left_by="sms")
    assert (page.status_code, sentences(page)) == (422, ["还须再拨打 3 次未接通，才能按未接通归档。"])


@pytest.mark.parametrize("login", ["luxia", "sunqi"])
def test_an_owner_who_wants_no_call_is_noted_by_caller_and_desk(
        browse: Any, calling_order: WorkOrder, login: str) -> None:
    end = "/callback" if login == "luxia" else ""
    form = form_of(browse(login).get(f"/work-orders/{calling_order.number}{end}"), "exemption")
    form["exemption_note"] = "长" * 201
    page = form.submit(expect_errors=True)
    assert page.status_code == 422
    form = form_of(page, "exemption")
    assert form["exemption_note"].value == "长" * 201
    form["exemption_note"] = "今早来电说不用回访"
    page = form.submit().follow()
    assert "X4" in page
    assert "今早来电说不用回访" in page


@pytest.mark.parametrize("login", ["luxia", "sunqi"])
def test_a_wrong_number_is_put_right_and_shown_masked(browse: Any, calling_order: WorkOrder, login: str) -> None:
    send(browse("luxia"), callback(calling_order), outcome="wrong_no")
    end = "/callback" if login == "luxia" else ""
    form = form_of(browse(login).get(f"/work-orders/{calling_order.number}{end}"), "contact")
    form["phone"], form["correction_note"] = "12345", "上门核实"
    page = form.submit(expect_errors=True)
    assert (page.status_code, len(sentences(page))) == (422, 1)
    form = form_of(page, "contact")
    assert (form["phone"].value, form["correction_note"].value) == ("12345", "上门核实")
    form["phone"] = "139 0000 5678"
    page = form.submit().follow()
    assert "139****5678" in page
    story = browse("guoqiang").get(f"/work-orders/{calling_order.number}")
    assert "138****1234 → 139****5678" in story
    assert "13800001234" not in story
    assert "13900005678" not in story
    assert Owner.select().where(Owner.phone == "13900005678").exists()


def test_a_number_is_put_right_only_after_it_proved_wrong(browse: Any, calling_order: WorkOrder, stage: Any) -> None:
    assert "contact" not in nouns(browse("luxia").get(callback(calling_order)))
    with nothing_stored(stage):
        page = send(browse("luxia"), callback(calling_order, "/contact"), phone="13900005678", correction_note="上门")
    assert page.status_code == 422


# -- what came of it


def test_the_result_stands_on_the_order_for_technician_and_supervisor_at_once(
        browse: Any, calling_order: WorkOrder) -> None:
    send(browse("luxia"), callback(calling_order), outcome="answered", solved="yes", overall="fairly", reliability="5",
         response="2", empathy="4", manners="badge", fees="quoted", reasons="R2", words="就是来晚了", consents="yes")
    for login in ("chenliang", "guoqiang", "heguangjun"):
        page = browse(login).get(f"/work-orders/{calling_order.number}")
        answer = page.html.select_one(".answer").get_text(" ", strip=True)
        for said in ("已解决 · 较满意", "2 较差", "5 很好", "上门慢/超时", "亮工牌", "有收费且已报价", "就是来晚了",
                     "陆霞", "同意结案", "以此结案"):
            assert said in answer, said
        assert page.html.select_one('.scores-said [data-low="true"]').get_text().endswith("2 较差")


def test_an_online_answer_says_so_and_why_it_is_doubted(browse: Any, calling_order: WorkOrder, tangwen: User) -> None:
    Rating.give(calling_order, Said("yes", "satisfied", scores=dict.fromkeys(DIMENSIONS, 5)), address="203.0.113.9",
                signed_in=tangwen)
    for page in (browse("luxia").get(callback(calling_order)),
                 browse("guoqiang").get(f"/work-orders/{calling_order.number}")):
        answer = page.html.select_one(".answer").get_text(" ", strip=True)
        for said in ("线上", "来自员工已登录的浏览器", "业主"):
            assert said in answer, said


def test_a_wish_is_taken_up_with_one_tap_and_named_on_both_orders(browse: Any, calling_order: WorkOrder) -> None:
    visitor = browse("luxia")
    page = send(visitor, callback(calling_order), **FILLED).follow()
    forms = [form for form in page.forms.values() if form.action.endswith("/sequels")]
    assert len(forms) == 3
    first = forms[0].submit("what", value="need")
    again = send(browse("sunqi"), callback(calling_order, "/sequels"), answer=Answer.get().id, what="need")
    assert first.headers["Location"] == again.headers["Location"]
    made = Sequel.get().order
    assert first.headers["Location"].endswith(made.number)
    new = visitor.get(f"/work-orders/{made.number}")
    assert "阳台门松了" in new
    assert f"来自回访 {calling_order.number}" in " ".join(new.html.get_text(" ").split())
    assert "待受理" in new
    page = visitor.get(f"/work-orders/{calling_order.number}")
    assert f"已转为工单 {made.number}" in page
    assert len([form for form in page.forms.values() if form.action.endswith("/sequels")]) == 2


@pytest.mark.parametrize(("answer", "what"), [("", "need"), ("x", "need"), ("99", "need"), ("1", ""), ("1", "praise")])
def test_a_wish_that_nobody_had_is_refused(
        browse: Any, archived_order: WorkOrder, stage: Any, answer: str, what: str) -> None:
    with nothing_stored(stage):
        page = send(browse("luxia"), callback(archived_order, "/sequels"), answer=answer, what=what)
    assert (page.status_code, sentences(page)) == (422, ["业主没有提出这一项。"])


def test_the_desk_finds_the_kind_of_a_sequel_chosen_already(
        browse: Any, calling_order: WorkOrder, luxia: User, estate: Estate) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said("yes", "satisfied", grievance="保安态度差"))
    made = Sequel.take_up(calling_order, Answer.get(), "grievance", by=luxia).order
    form = form_of(browse("sunqi").get(f"/work-orders/{made.number}/registration"), "registration")
    assert form["kind"].value == "complaint"
    form["category"], form["read_back"] = Category.leaf(estate, "9502").code, True
    assert form.submit().status_code == 303
    assert WorkOrder.get_by_id(made.id).kind == "complaint"


def test_who_looks_on_for_the_owners_reads_no_phone_that_somebody_typed(
    browse: Any, calling_order: WorkOrder, luxia: User,
) -> None:
    Attempt.make(calling_order, "answered", by=luxia, told=Said(
        "yes", "satisfied", words="打我儿子 13912345678", need="换门铃,找 138 0000 9876"))
    page = browse("yzdb").get(f"/work-orders/{calling_order.number}")
    assert "139****5678" in page
    assert "138 **** 9876" in page
    assert "13912345678" not in page
    assert "13912345678" in browse("sunqi").get(f"/work-orders/{calling_order.number}")
