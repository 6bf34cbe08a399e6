"""A form happens once, however often it is sent."""
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from models.base import database
from models.event import Event
from models.photo import Photo
from models.place import Place
from models.submission import Submission
from models.work_order import Note, WorkOrder
from tests.conftest import upload
from tests.views.conftest import form_of, jpeg, key, sentences


def test_a_second_tap_a_reload_and_a_resend_get_the_first_answer_again(
        browse: Any, registered_order: WorkOrder) -> None:
    desk = browse("sunqi")
    form = form_of(desk.get(f"/work-orders/{registered_order.number}"), "notes")
    form["note"] = "业主下午在家"
    answers = [form.submit() for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Note.select().count() == 1
    assert Event.select().where(Event.verb == "note").count() == 1


def test_a_verb_sent_again_is_the_same_success_although_the_order_has_moved_on(
        browse: Any, assigned_order: WorkOrder) -> None:
    worker = browse("chenliang")
    form = form_of(worker.get(f"/work-orders/{assigned_order.number}"), "acceptance")
    first, again = form.submit(), form.submit()
    assert (first.status_code, first.headers["Location"]) == (again.status_code, again.headers["Location"])
    assert Event.select().where(Event.verb == "accept").count() == 1


def test_a_report_with_photos_sent_again_leads_to_the_same_page(browse: Any, home: Place) -> None:
    owner = browse()
    form = owner.get(f"/r/{home.parent.code}").forms["report"]
    form["text"], form["photos"] = "楼道灯不亮", upload(jpeg(1), jpeg(2))
    first, again = form.submit(), form.submit()
    assert first.headers["Location"] == again.headers["Location"]
    assert (WorkOrder.select().count(), Photo.select().count()) == (1, 2)


def test_a_new_page_has_a_new_key(browse: Any, registered_order: WorkOrder) -> None:
    desk, path = browse("sunqi"), f"/work-orders/{registered_order.number}"
    keys = {form_of(desk.get(path), "notes")["key"].value for _ in range(3)}
    assert len(keys) == 3


def test_the_key_of_another_person_opens_nothing(browse: Any, registered_order: WorkOrder) -> None:
    path = f"/work-orders/{registered_order.number}/notes"
    mine = {"key": key(), "note": "第一条"}
    assert browse("sunqi").post(path, mine).status_code == 303
    answer = browse("luxia").post(path, mine | {"note": "第二条"}, expect_errors=True)
    assert answer.status_code == 422
    assert sentences(answer) == ["这个表单已用于别的操作，请刷新页面再试。"]
    assert Note.select().count() == 1


def test_a_key_used_for_one_order_is_refused_for_another(
        browse: Any, registered_order: WorkOrder, home: Place) -> None:
    other = WorkOrder.report(home, "另一件事", by=None)
    desk, sent = browse("sunqi"), {"key": key(), "note": "一条"}
    assert desk.post(f"/work-orders/{registered_order.number}/notes", sent).status_code == 303
    assert desk.post(f"/work-orders/{other.number}/notes", sent, expect_errors=True).status_code == 422


def test_without_a_key_or_with_something_else_for_one_nothing_happens(
        browse: Any, registered_order: WorkOrder) -> None:
    desk = browse("sunqi")
    for bad in ({}, {"key": ""}, {"key": "short"}, {"key": "x" * 65}, {"key": "a' OR 1=1 -- aaaaaaaa"}):
        answer = desk.post(f"/work-orders/{registered_order.number}/notes", {"note": "一条", **bad}, expect_errors=True)
        assert answer.status_code == 422
        assert sentences(answer) == ["表单缺少提交编号，请刷新页面再试。"]
    assert Note.select().count() == Submission.select().count() == 0


def test_a_refused_form_keeps_its_key_and_can_be_mended_and_sent_again(browse: Any, home: Place) -> None:
    owner = browse()
    form = owner.get(f"/r/{home.parent.code}").forms["report"]
    form["text"], form["home"] = "厨房漏水", "9999"
    sent = form["key"].value
    refused = form.submit(expect_errors=True)
    assert refused.status_code == 422
    mended = refused.forms["report"]
    assert mended["key"].value == sent
    assert mended["text"].value.strip() == "厨房漏水"
    mended["home"] = "1503"
    assert mended.submit().status_code == 303
    assert WorkOrder.select().count() == 1


def test_eight_at_once_with_one_key_make_one_row(browse: Any, web: Any, registered_order: WorkOrder) -> None:
    desk = browse("sunqi")
    cookies = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    path, sent = f"/work-orders/{registered_order.number}/notes", {"key": key(), "note": "同时八次"}

    def send(_: int) -> tuple[int, str]:
        try:
            with web.test_client(use_cookies=False) as client:
                answer = client.post(path, data=sent, headers={"Cookie": cookies})
                return answer.status_code, answer.headers["Location"]
        finally:
            database.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    assert set(answers) == {(303, f"/work-orders/{registered_order.number}")}
    assert Note.select().count() == 1
    assert Event.select().where(Event.verb == "note").count() == 1
    assert Event.first_broken() is None


def test_eight_owners_at_once_get_eight_orders_of_different_numbers(browse: Any, web: Any, home: Place) -> None:
    browse()
    path = f"/r/{home.parent.code}"

    def send(n: int) -> int:
        try:
            with web.test_client() as client:
                return client.post(path, data={"key": key(), "text": f"第{n}件事"}).status_code
        finally:
            database.close()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(send, range(8))) == [303] * 8
    assert len({order.number for order in WorkOrder.select()}) == 8
    assert Event.first_broken() is None
