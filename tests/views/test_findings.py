"""The pages of findings: reported by anybody on the staff, their story and forms, the board and the figures."""
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.callback.figures import Period
from models.dispatch import Category
from models.patrol import Finding, Point
from models.patrol.finding_board import PAGE, SHOWN
from models.patrol.matter import findings_of, found_first, open_at, rectified, reports_of
from models.place import Estate, Place
from models.user import User
from models.work_order import WorkOrder
from tests.models.test_finding import carried_out, recheck, rectify, report
from tests.views.conftest import form_of, jpeg, key, nothing_stored, sentences
from tests.views.test_queries import reads

PHOTO = [("photos", "a.jpg", jpeg(1))]


def sent(**changes: str) -> dict[str, str]:
    return {"key": key(), "place": "北环路", "text": "路灯杆倾斜", "severity": "serious", "remedy": "order",
            "category": "2004", **changes}


@pytest.fixture
def building(estate: Estate) -> Place:
    return Place.named(estate, "3栋")


@pytest.fixture
def finding(building: Place, machunsheng: User) -> Finding:
    return report(building, machunsheng, remedy="on_spot")


@pytest.mark.parametrize("login", ["chenliang", "machunsheng", "sunqi", "luxia", "guoqiang", "zhaomin"])
def test_anybody_who_works_here_reports_a_finding(browse: Any, login: str) -> None:
    visitor = browse(login)
    form = form_of(visitor.get("/findings/new"), "findings")
    assert form["severity"].value == "ordinary" and form["remedy"].value == "order"
    page = visitor.post("/findings", sent(), upload_files=PHOTO).follow()
    found = Finding.get()
    assert (found.by.login, found.place.full_name, found.state, found.order.kind) == (
        login, "北环路", "rectifying", "rectification")
    assert found.number in page and "整改中" in page


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"text": ""}, "请填写"), ({"place": "99栋"}, "99栋"), ({"severity": ""}, "请选择隐患等级。"),
    ({"remedy": ""}, "请选择当场整改或转工单。"), ({"category": "", "text": "不对劲"}, "类别"),
    ({"text": "字" * 2001}, "2000"), ({"point": "zzzzzzzz"}, ""),
])
def test_bad_input_stores_nothing_and_keeps_what_was_typed(
    browse: Any, stage: Any, changes: dict[str, str], sentence: str,
) -> None:
    with nothing_stored(stage):
        answer = browse("chenliang").post("/findings", sent(spot="靠南侧", **changes), upload_files=PHOTO,
                                          expect_errors=True)
    assert answer.status_code == (422 if sentence else 404)
    if sentence:
        assert sentence in sentences(answer)[0]
        assert form_of(answer, "findings")["spot"].value == "靠南侧"
    assert not Finding.select().exists()


def test_a_finding_without_a_photo_is_refused(browse: Any, stage: Any) -> None:
    with nothing_stored(stage):
        answer = browse("chenliang").post("/findings", sent(), expect_errors=True)
    assert answer.status_code == 422 and sentences(answer) == ["请拍隐患照片。"]


def test_at_a_point_its_list_says_what_it_may_be(browse: Any) -> None:
    point = Point.get(Point.code == "P105")
    visitor = browse("chenliang")
    page = visitor.get(f"/findings/new?point={point.secret}")
    assert "垃圾亭" in page
    fields = {"key": key(), "point": point.secret, "item": "HJ03", "text": "", "severity": "ordinary",
              "remedy": "order"}
    visitor.post("/findings", fields, upload_files=PHOTO)
    found = Finding.get()
    assert (found.text, found.place.full_name, found.order.category.code) == ("垃圾亭", "垃圾分类亭A", "9002")


def test_its_page_offers_what_this_person_may_do(browse: Any, finding: Finding, machunsheng: User) -> None:
    path = f"/findings/{finding.number}"
    officer, other = browse("machunsheng"), browse("tianyongqiang")
    page = officer.get(path)
    form = form_of(page, "rectification")
    form["done"] = "换了水带"
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 422 and form_of(answer, "rectification")["done"].value == "换了水带"
    officer.post(f"{path}/rectification", {"key": key(), "done": "换了水带"}, upload_files=[
        ("photos", "b.jpg", jpeg(2))])
    page = officer.get(path)
    assert "须由他人复查" in page and not [one for one in page.forms.values() if one.action.endswith("/recheck")]
    answer = officer.post(f"{path}/recheck", {"key": key(), "passed": "yes"}, upload_files=PHOTO, expect_errors=True)
    assert answer.status_code == 403
    assert not finding.photos("recheck")
    answer = other.post(f"{path}/recheck", {"key": key(), "passed": ""}, upload_files=PHOTO, expect_errors=True)
    assert answer.status_code == 422
    page = other.post(f"{path}/recheck", {"key": key(), "passed": "yes"}, upload_files=[
        ("photos", "c.jpg", jpeg(3))]).follow()
    assert "已销号" in page and "复查合格" in page
    assert other.get(page.html.select_one(".shot img")["src"]).content_type == "image/jpeg"


def test_a_failed_recheck_says_what_is_missing(browse: Any, finding: Finding, machunsheng: User) -> None:
    rectify(finding, machunsheng)
    path = f"/findings/{finding.number}/recheck"
    visitor = browse("guoqiang")
    answer = visitor.post(path, {"key": key(), "passed": "no"}, upload_files=PHOTO, expect_errors=True)
    assert answer.status_code == 422
    page = visitor.post(path, {"key": key(), "passed": "no", "recheck_note": "没拧紧"}, upload_files=PHOTO).follow()
    assert "没拧紧" in page and "待整改" in page


def test_it_is_made_an_order_later(browse: Any, finding: Finding) -> None:
    page = browse("sunqi").get(f"/findings/{finding.number}")
    form = form_of(page, "order")
    assert form["category"].value == "5002"  # the item's
    page = form.submit().follow()
    order = WorkOrder.get()
    assert order.number in page
    assert finding.number in browse("sunqi").get(f"/work-orders/{order.number}")


def test_who_may_not_see_it_finds_nothing(browse: Any, finding: Finding, other_estate: Estate) -> None:
    Finding.update(estate=other_estate).where(Finding.id == finding.id).execute()
    for login in ("chenliang", "guoqiang", "machunsheng"):
        visitor = browse(login)
        assert visitor.get(f"/findings/{finding.number}", expect_errors=True).status_code == 404
        answer = visitor.post(f"/findings/{finding.number}/rectification", {"key": key()}, expect_errors=True)
        assert answer.status_code == 404
        assert visitor.get(f"/photos/{finding.photos()[0].id}/small.jpg", expect_errors=True).status_code == 404


def test_the_board_shows_states_by_due_time_and_narrows(browse: Any, building: Place, machunsheng: User) -> None:
    found = {severity: report(building, machunsheng, remedy="on_spot", seeds=(n,), severity=severity, item=None,
                              text=severity) for n, severity in enumerate(("ordinary", "major", "serious"), 1)}
    rectify(found["serious"], machunsheng)
    page = browse("guoqiang").get("/findings")
    columns = page.html.select(".board-column")
    told = [[card.select_one(".card-title").get_text(" ", strip=True) for card in column.select(".card")]
            for column in columns]
    assert [[text.split()[-1] for text in column] for column in told] == [["major", "ordinary"], [], ["serious"]]
    page = browse("guoqiang").get("/findings?severity=major&grid=G1")
    assert len(page.html.select(".card")) == 1
    assert len(browse("guoqiang").get("/findings?grid=G2").html.select(".card")) == 0
    assert browse("chenliang").get("/findings", expect_errors=True).status_code == 403


def test_closed_ones_come_page_by_page_and_a_long_board_costs_what_a_short_one_does(
    browse: Any, finding: Finding, machunsheng: User, guoqiang: User,
) -> None:
    visitor = browse("guoqiang")
    few = reads(visitor, "/findings")
    row = {name: value for name, value in finding.__data__.items() if name != "id"}
    at = now()
    closed = [{**row, "number": f"YH-2020-01-{n:04}", "state": "closed", "closed_at": at - timedelta(hours=n)}
              for n in range(PAGE + 5)]
    Finding.insert_many(closed).execute()
    Finding.insert_many([{**row, "number": f"YH-2020-02-{n:04}"} for n in range(SHOWN + 5)]).execute()
    assert reads(visitor, "/findings") == few
    page = visitor.get("/findings?state=closed")
    assert len(page.html.select(".card")) == PAGE
    rest = page.click("更多")
    assert len(rest.html.select(".card")) == 5
    assert visitor.get("/findings?state=closed&after=x", expect_errors=True).status_code == 422
    assert visitor.get("/findings?state=nothing", expect_errors=True).status_code == 422


# -- one matter, told twice


def owners_report(place: Place, code: str = "5002") -> WorkOrder:
    order = WorkOrder.report(place, "消火栓漏水", by=None, name="王女士", phone="13800001234")
    order.register(Category.leaf(place.estate, code), by=User.get(User.login == "sunqi"), read_back=True)
    return order


def test_what_an_owner_reported_of_it_is_shown_on_both_pages(
    browse: Any, finding: Finding, building: Place, sunqi: User,
) -> None:
    order = owners_report(Place.named(building.estate, "3栋1单元"))
    other = owners_report(building, "2003")
    assert [one.number for one in reports_of(finding, by=sunqi)] == [order.number]
    assert findings_of(order, by=sunqi) == [finding] and findings_of(other, by=sunqi) == []
    assert order.number in browse("sunqi").get(f"/findings/{finding.number}")
    assert finding.number in browse("sunqi").get(f"/work-orders/{order.number}")
    with moment(now() + timedelta(days=31)):
        later = owners_report(building)
        assert later not in list(reports_of(finding, by=sunqi))


def test_what_is_found_already_is_shown_where_it_is_about_to_be_reported(
    browse: Any, finding: Finding, building: Place, sunqi: User,
) -> None:
    assert open_at(Place.named(building.estate, "3栋1单元"), by=sunqi) == [finding]
    page = browse("sunqi").get("/work-orders/near", {"place": "3栋1单元", "text": "消火栓"})
    assert finding.number in page


def test_the_share_found_by_ourselves_counts_each_matter_for_its_first_teller(
    estate: Estate, building: Place, machunsheng: User,
) -> None:
    month = Period.month_of(now(), estate)
    start = month.start + timedelta(days=1)
    with moment(start):
        report(building, machunsheng)  # ours, an order
        report(Place.named(estate, "2栋"), machunsheng, remedy="on_spot", seeds=(2,))  # ours, without one
        owners_report(Place.named(estate, "5栋"))
    with moment(start + timedelta(hours=2)):
        owners_report(building)  # told by us before
        owners_report(Place.named(estate, "2栋"))  # as well
        report(Place.named(estate, "5栋"), machunsheng, seeds=(3,))  # told by an owner before
        owners_report(building, "2003")  # another matter
    share = found_first(month)
    assert (share.met, share.of) == (2, 4)
    assert found_first(month.before()).reads == "none"


def test_what_was_to_be_put_right_in_the_month_and_was(
    estate: Estate, building: Place, machunsheng: User, guoqiang: User,
) -> None:
    at = Period.month_of(now(), estate).start + timedelta(days=2)
    with moment(at):
        early, late, never = (report(building, machunsheng, remedy="on_spot", seeds=(n,), item=None, text="x")
                              for n in (1, 2, 3))
    for finding, wait, seed in ((early, 2, 5), (late, 30, 6)):
        with moment(at + timedelta(hours=wait)):
            rectify(finding, machunsheng, seed=seed * 10)
            recheck(finding, guoqiang, seed=seed * 10 + 1)
    right, in_time = rectified(Period.month_of(at, estate))
    assert ((right.met, right.of), (in_time.met, in_time.of)) == ((2, 3), (1, 3))
    assert right.reads == "few" and never.state == "open"


def test_the_figures_have_their_page(browse: Any, finding: Finding, guoqiang: User) -> None:
    page = browse("guoqiang").get("/findings/figures")
    assert "主动发现占比" in page and "1/1" in page and "样本不足" in page
    assert "暂无数据" in browse("guoqiang").get("/findings/figures?month=2024-02")
    assert browse("guoqiang").get("/findings/figures?month=x", expect_errors=True).status_code == 422


def test_an_order_of_a_finding_tells_of_it_to_who_works_on_it(
    browse: Any, building: Place, machunsheng: User, chenliang: User, guoqiang: User, sunqi: User,
) -> None:
    found = report(building, machunsheng)
    order = carried_out(found, chenliang, guoqiang, sunqi)
    assert found.number in browse("chenliang").get(f"/work-orders/{order.number}")
    assert browse("chenliang").get(f"/findings/{found.number}").status_code == 200
