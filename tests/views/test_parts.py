"""htmx gets the very part that the page includes, and is told where to go when that is another page."""
import re
from typing import Any

import pytest

from models.place import Place
from models.work_order import WorkOrder
from tests.conftest import upload
from tests.views.conftest import jpeg, key

HX = {"HX-Request": "true"}
KEY = re.compile(r'name="key" value="[0-9a-f-]+"')


def plain(text: str) -> str:
    """The text without what differs each time: the keys of forms."""
    return KEY.sub('name="key"', text).strip()


def test_a_part_is_contained_in_its_page_word_for_word(
        browse: Any, calling_order: WorkOrder, home: Place) -> None:
    other = WorkOrder.report(home, "楼道有异味", by=None)
    number = calling_order.number
    paths = {
        "sunqi": ["/work-orders?queue=reported", f"/work-orders/{number}", f"/work-orders/{number}/assignment",
                  f"/work-orders/{other.number}/registration", "/work-orders/new", "/reports/new"],
        "guoqiang": [f"/work-orders/{number}/inspection"],
        "luxia": [f"/work-orders/{number}/callback"],
        None: ["/sign-in", f"/r/{home.parent.code}"],
    }
    for login, asked in paths.items():
        visitor = browse(login)
        for path in asked:
            part, page = visitor.get(path, headers=HX).text, visitor.get(path).text
            assert "<html" not in part
            assert "<html" in page
            assert len(plain(part)) > 100
            assert plain(part) in plain(page), path


def test_a_boosted_link_gets_the_whole_page(browse: Any) -> None:
    assert "<html" in browse().get("/sign-in", headers=HX | {"HX-Boosted": "true"})


def test_a_verb_sent_by_htmx_from_the_orders_page_ends_in_the_order_as_it_is_now(
        browse: Any, assigned_order: WorkOrder) -> None:
    worker, path = browse("chenliang"), f"/work-orders/{assigned_order.number}"
    headers = HX | {"HX-Current-URL": f"http://localhost:80{path}?from=list"}
    answer = worker.post(f"{path}/acceptance", {"key": key()}, headers=headers)
    assert answer.status_code == 303
    part = answer.follow(headers=headers)
    assert "<html" not in part
    assert part.html.select_one("#order")["data-state"] == "accepted"


def test_a_form_that_leads_elsewhere_sends_htmx_there(browse: Any, home: Place) -> None:
    path = f"/r/{home.parent.code}"
    answer = browse().post(path, {"key": key(), "text": "楼道灯不亮"},
                           headers=HX | {"HX-Current-URL": f"http://localhost:80{path}"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith("/o/")
    assert answer.body == b""


def test_a_resend_by_htmx_is_sent_to_the_same_page(browse: Any, home: Place) -> None:
    owner, path, sent = browse(), f"/r/{home.parent.code}", {"key": key(), "text": "楼道灯不亮"}
    first, again = (owner.post(path, sent, headers=HX) for _ in range(2))
    assert first.headers["HX-Redirect"] == again.headers["HX-Redirect"]


def test_a_refused_part_carries_the_sentence_and_what_was_typed(browse: Any, working_order: WorkOrder) -> None:
    worker, path = browse("chenliang"), f"/work-orders/{working_order.number}"
    answer = worker.post(f"{path}/completion", {"key": key(), "done": "换了软管"}, headers=HX, expect_errors=True)
    assert answer.status_code == 422
    assert "<html" not in answer
    refusal = answer.html.select_one("#order > .order-main > .refusal[role=alert]")
    assert refusal.get_text() == "修后照片至少 2 张，还差 2 张。"
    assert answer.html.select_one("[name=done]").get_text().strip() == "换了软管"
    assert answer.html.select_one("[name=photos][aria-invalid]")["aria-describedby"] == "refusal"


def test_a_part_too_late_carries_the_sentence_and_the_order_as_it_is_now(
        browse: Any, assigned_order: WorkOrder, chenliang: Any) -> None:
    assigned_order.accept(by=chenliang)
    worker, path = browse("chenliang"), f"/work-orders/{assigned_order.number}"
    answer = worker.post(f"{path}/acceptance", {"key": key()}, headers=HX, expect_errors=True)
    assert answer.status_code == 409
    assert "<html" not in answer
    assert answer.html.select_one("#order")["data-state"] == "accepted"
    assert "待到场" in answer.html.select_one(".refusal").get_text()


def test_the_report_form_refused_keeps_its_place_in_the_page(browse: Any, home: Place) -> None:
    answer = browse().post(f"/r/{home.parent.code}", {"key": key(), "text": "x", "phone": "12"}, headers=HX,
                           upload_files=[("photos", "a.jpg", jpeg())], expect_errors=True)
    assert answer.status_code == 422
    assert answer.html.find("form", id="report")["hx-swap"] == "outerHTML"


def test_a_person_signed_out_meanwhile_keeps_the_page_with_what_was_typed(
        browse: Any, registered_order: WorkOrder) -> None:
    for answer in (browse().get("/work-orders", headers=HX, expect_errors=True), browse().post(
            f"/work-orders/{registered_order.number}/notes", {"key": key(), "note": "一条"}, headers=HX, status="*")):
        assert (answer.status_code, answer.body) == (401, b"")
        assert "HX-Redirect" not in answer.headers


def test_a_page_that_is_not_there_is_a_part_for_htmx(browse: Any) -> None:
    answer = browse("sunqi").get("/work-orders/GD-20200101-0001", headers=HX, expect_errors=True)
    assert answer.status_code == 404
    assert "<html" not in answer
    assert "没有这张工单" in answer


def test_more_of_a_list_is_the_next_rows_only(browse: Any, home: Place) -> None:
    for n in range(27):
        WorkOrder.report(home, f"第{n:02}件事", by=None)
    desk = browse("sunqi")
    first = desk.get("/work-orders?queue=reported")
    more = first.html.select_one(".more a")
    assert len(first.html.select(".card")) == 25
    rest = desk.get(more["hx-get"], headers=HX)
    assert len(rest.html.select(".card")) == 2
    whole = desk.get(more["href"])
    numbers = [page.html.select(".card-number") for page in (first, whole)]
    assert len({tag.get_text().split(" · ")[0] for tags in numbers for tag in tags}) == 27


@pytest.mark.parametrize("name", ["a.jpg", "照片.jpg"])
def test_photos_sent_by_htmx_are_kept_as_from_any_form(browse: Any, assigned_order: WorkOrder, name: str) -> None:
    worker = browse("chenliang")
    form = next(form for form in worker.get(f"/work-orders/{assigned_order.number}").forms.values()
                if form.action.endswith("/photos"))
    form["photos"] = upload(jpeg(5), name=name)
    assert form.submit(headers=HX).headers["HX-Redirect"].endswith(assigned_order.number)
    assert assigned_order.photos_of("during").count() == 1
