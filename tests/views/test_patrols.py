"""The patrol's pages on a phone: what is to be walked, one walk, one point, and what its sheet leads to."""
import re
from datetime import timedelta
from typing import Any

import pytest

from models.base import moment, now
from models.patrol import Evidence, Finding, Point, Task, Visit
from models.place import Estate
from models.user import User
from models.work_order import WorkOrder
from tests.patrol import running_now
from tests.views.conftest import form_of, jpeg, key, nothing_stored, sentences
from tests.views.test_queries import reads
from views.outbox import moment_in


@pytest.fixture
def task(estate: Estate, guoqiang: User) -> Task:
    return running_now(estate, guoqiang)


@pytest.fixture
def first(task: Task) -> Visit:
    return task.visits[0]  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def officer(browse: Any, machunsheng: User) -> Any:
    return browse(machunsheng.login)


def answered(visit: Visit, **changes: str) -> dict[str, str]:
    fields = {f"answer-{item.code}": "normal" for item in visit.items}
    return {"key": key(), **fields, "code": visit.point.secret if visit.point else "", **changes}


def finding_of(item: str, **changes: str) -> dict[str, str]:
    said = {f"severity-{item}": "serious", f"text-{item}": "栏杆断了", f"remedy-{item}": "order"}
    return {"key": key(), **said, **changes}


PHOTO = [("photos", "a.jpg", jpeg(1))]


def test_an_officer_lands_on_todays_walks_with_the_next_point_first(officer: Any, task: Task, first: Visit) -> None:
    page = officer.get("/").follow()
    assert page.request.path == "/patrols"
    assert "剩 4 点，共 4 点" in page and "未开始" in page
    assert page.html.select_one(".action .button").get_text(strip=True) == "下一点：北门岗亭与道闸"
    assert page.html.select_one(".tab[aria-current]").get_text(strip=True) == "巡查"
    point = page.click("下一点")
    assert point.request.path == f"/visits/{first.id}"


def test_a_point_is_answered_and_leads_to_the_next(officer: Any, task: Task, first: Visit) -> None:
    page = officer.get(f"/visits/{first.id}")
    form = page.forms["answers"]
    for item in first.items:
        form[f"answer-{item.code}"] = "normal"
    form["code"], form["note"] = first.point.secret.upper(), "访客多"
    page = form.submit().follow()
    assert page.request.path == f"/visits/{task.visits[1].id}"  # type: ignore[attr-defined]
    done = Visit.get_by_id(first.id)
    assert (done.state, done.by.login, done.note, done.proof, done.flags) == (
        "normal", "machunsheng", "访客多", "code", "")
    walk = officer.get(f"/patrols/{task.number}")
    assert "进行中" in walk and "正常" in walk
    assert "剩 3 点" in officer.get("/patrols")


def test_all_normal_is_one_tap_where_the_list_allows(officer: Any, task: Task, first: Visit) -> None:
    page = officer.get(f"/visits/{first.id}")
    page.forms["answers"].submit("all").follow()
    assert set(answer.answer for answer in Visit.get_by_id(first.id).answers.values()) == {"normal"}
    bins = task.visits[2]  # type: ignore[attr-defined]
    assert "全部正常" not in officer.get(f"/visits/{bins.id}")  # a photo is asked for there
    answer = officer.post(f"/visits/{bins.id}/answers", {"key": key(), "all": "normal"}, expect_errors=True)
    assert answer.status_code == 422


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"answer-AQ02": ""}, "请填写：道闸与栏杆。"), ({"answer-AQ02": "fine"}, "请填写：道闸与栏杆。"),
    ({"code": "bbbbbbbb"}, "点码不对"), ({"note": "字" * 201}, "200"),
])
def test_bad_input_is_one_sentence_and_what_was_typed_stays(
    officer: Any, first: Visit, stage: Any, changes: dict[str, str], sentence: str,
) -> None:
    sent = answered(first, note="有人翻越", **{k: v for k, v in changes.items() if k != "note"})
    sent |= changes
    with nothing_stored(stage):
        answer = officer.post(f"/visits/{first.id}/answers", sent, expect_errors=True)
    assert answer.status_code == 422
    assert sentence in sentences(answer)[0]
    assert answer.forms["answers"]["note"].value == sent["note"]
    assert answer.forms["answers"]["answer-AQ01"].value == "normal"


def test_what_is_wrong_is_reported_at_once_and_answers_its_item(officer: Any, first: Visit) -> None:
    page = officer.get(f"/visits/{first.id}")
    assert form_of(page, "AQ02-finding")["severity-AQ02"].value == "serious"  # as the list has it
    page = officer.post(f"/visits/{first.id}/AQ02-finding", finding_of("AQ02"), upload_files=PHOTO).follow()
    finding = Finding.get()
    assert (finding.visit, finding.item.code, finding.place.full_name, finding.state) == (
        first, "AQ02", "北门岗", "rectifying")
    assert finding.number in page and "答" not in sentences(page)
    sent = answered(first)
    sent.pop("answer-AQ02")
    officer.post(f"/visits/{first.id}/answers", sent)
    assert Visit.get_by_id(first.id).state == "abnormal"
    assert "异常" in officer.get(f"/patrols/{first.task.number}")


def test_what_is_put_right_on_the_spot_has_an_after_photo(officer: Any, first: Visit) -> None:
    path = f"/visits/{first.id}"
    sent = finding_of("AQ02", **{"remedy-AQ02": "on_spot"})
    page = officer.post(f"{path}/AQ02-finding", sent, upload_files=PHOTO).follow()
    form = form_of(page, "AQ02-rectification")
    form["done-AQ02"] = "栏杆已扶正固定"
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 422 and "整改后" in sentences(answer)[0]
    assert form_of(answer, "AQ02-rectification")["done-AQ02"].value == "栏杆已扶正固定"
    officer.post(f"{path}/AQ02-rectification", {"key": key(), "done-AQ02": "已扶正"}, upload_files=[
        ("photos", "b.jpg", jpeg(2))])
    assert Finding.get().state == "rectified"


def test_a_finding_without_a_photo_keeps_its_words_in_its_own_form(officer: Any, first: Visit) -> None:
    answer = officer.post(f"/visits/{first.id}/AQ02-finding", finding_of("AQ02"), expect_errors=True)
    assert answer.status_code == 422 and "照片" in sentences(answer)[0]
    assert form_of(answer, "AQ02-finding")["text-AQ02"].value == "栏杆断了"
    assert form_of(answer, "AQ01-finding")["text-AQ01"].value == ""
    assert not Finding.select().exists()


@pytest.mark.parametrize("item", ["XF01", "no", "AQ99"])
def test_an_item_that_is_not_on_the_list_is_refused(officer: Any, first: Visit, item: str) -> None:
    answer = officer.post(f"/visits/{first.id}/{item}-finding", finding_of(item), upload_files=PHOTO,
                          expect_errors=True)
    assert answer.status_code == 422
    assert not Finding.select().exists()


def test_the_same_item_is_reported_once(officer: Any, first: Visit) -> None:
    for n, status in ((1, 303), (2, 409)):
        answer = officer.post(f"/visits/{first.id}/AQ02-finding", finding_of("AQ02"), upload_files=[
            ("photos", "a.jpg", jpeg(n))], expect_errors=True)
        assert answer.status_code == status
    assert Finding.select().count() == WorkOrder.select().count() == 1


def test_a_point_done_meanwhile_is_told_and_its_photo_kept(officer: Any, first: Visit) -> None:
    officer.post(f"/visits/{first.id}/answers", answered(first))
    answer = officer.post(f"/visits/{first.id}/answers", answered(first), upload_files=PHOTO, expect_errors=True)
    assert answer.status_code == 409
    assert [photo.stage for photo in Evidence.of(first)] == ["point"]


def test_who_has_no_part_in_the_grid_does_not_see_the_walk(browse: Any, task: Task, first: Visit) -> None:
    for login, status in (("tianyongqiang", 404), ("chenliang", 404), ("luxia", 403), ("fengguilan", 200),
                          ("guoqiang", 200), ("sunqi", 200), ("yzdb", 200)):
        visitor = browse(login)
        for path in (f"/patrols/{task.number}", f"/visits/{first.id}"):
            assert visitor.get(path, expect_errors=True).status_code == status, login
    answer = browse("sunqi").post(f"/visits/{first.id}/answers", answered(first), expect_errors=True)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/patrols/XJ-20200101-0001", "/visits/999", "/visits/999999999", "/p/xxxxxxxx"])
def test_what_there_is_not_is_not_found(officer: Any, path: str) -> None:
    assert officer.get(path, expect_errors=True).status_code == 404


def test_the_sheet_leads_to_the_point_of_todays_walk_with_its_code(officer: Any, first: Visit) -> None:
    page = officer.get(f"/p/{first.point.secret}").follow()
    assert page.request.path_qs == f"/visits/{first.id}?code={first.point.secret}"
    assert page.forms["answers"]["code"].value == first.point.secret


def test_a_sheet_on_no_walk_leads_to_a_finding_at_its_place(browse: Any, task: Task) -> None:
    point = Point.get(Point.code == "P401")
    page = browse("chenliang").get(f"/p/{point.secret}").follow()
    assert page.request.path == "/findings/new" and "南门岗" in page
    assert form_of(page, "findings")["point"].value == point.secret


def test_a_walk_is_passed_on_with_a_word(officer: Any, task: Task, browse: Any) -> None:
    page = officer.get(f"/patrols/{task.number}")
    form = form_of(page, "handover")
    form["officer"] = "fengguilan"
    form["note"] = "去医院"
    form.submit().follow()
    assert Task.get_by_id(task.id).officer.login == "fengguilan"
    assert "去医院" in browse("guoqiang").get(f"/patrols/{task.number}")
    answer = browse("fengguilan").post(f"/patrols/{task.number}/handover", {
        "key": key(), "officer": "luxia", "note": "x"}, expect_errors=True)
    assert answer.status_code == 422


def test_flags_show_to_who_supervises_and_not_to_the_officer(officer: Any, browse: Any, first: Visit) -> None:
    officer.post(f"/visits/{first.id}/answers", answered(first, code=""))
    path = f"/patrols/{first.task.number}"
    assert "未扫点码" in browse("guoqiang").get(path)
    assert "未扫点码" not in officer.get(path)


def test_what_is_missed_can_be_made_up_for_with_a_reason(officer: Any, task: Task, first: Visit) -> None:
    with moment(task.late_until + timedelta(hours=1)):
        Task.sweep()
        page = officer.get(f"/visits/{first.id}")
        assert "漏检" in page
        answer = officer.post(f"/visits/{first.id}/answers", answered(first), expect_errors=True)
        assert answer.status_code == 422 and "补检原因" in sentences(answer)[0]
        officer.post(f"/visits/{first.id}/answers", answered(first, reason="处理突发事件"))
    assert Visit.get_by_id(first.id).state == "made_up"


def test_what_waited_in_the_outbox_counts_from_when_it_was_done(officer: Any, first: Visit) -> None:
    at = now() - timedelta(minutes=20)
    item = answered(first, captured_at=f"{at.isoformat()}+00:00", sent_at=f"{now().isoformat()}+00:00", version="0")
    answer = officer.post(f"/visits/{first.id}/answers", item, headers={"Outbox-Key": item["key"]})
    assert answer.status_code == 201
    assert Visit.get_by_id(first.id).done_at == moment_in(item["captured_at"])


def test_the_walk_and_its_points_are_kept_on_the_officers_phone(officer: Any, browse: Any, task: Task) -> None:
    page = officer.get("/patrols")
    pages = re.findall(r"/visits/\d+", page.html.select_one("offline-pages")["data-pages"])
    assert len(pages) == 4
    kept = officer.get(pages[0], headers={"Offline-Copy": "1"})
    assert kept.headers["Offline-For"] == "machunsheng"
    assert re.fullmatch(r"[0-9a-f]{64} \d+", kept.headers["Offline-Point"])
    assert task.visits[0].point.secret not in kept  # type: ignore[attr-defined]
    assert "Offline-For" not in browse("guoqiang").get(pages[0]).headers


def test_many_points_cost_as_many_reads_as_few(officer: Any, estate: Estate, task: Task, guoqiang: User) -> None:
    few = reads(officer, "/patrols")
    more = running_now(estate, guoqiang, "设备房巡检")
    Task.update(officer=task.officer).where(Task.id == more.id).execute()
    assert reads(officer, "/patrols") <= few
    assert reads(officer, f"/patrols/{more.number}") <= reads(officer, f"/patrols/{task.number}")


def test_what_was_kept_of_a_walk_that_was_taken_back_answers_no_other(officer: Any, first: Visit) -> None:
    page = officer.get(f"/visits/{first.id}")
    sent = answered(first, walk=page.forms["answers"]["walk"].value.replace("XJ-", "XJ-2"))
    assert officer.post(f"/visits/{first.id}/answers", sent, expect_errors=True).status_code == 409
    assert Visit.get_by_id(first.id).done_at is None


def test_a_finding_that_comes_too_late_leaves_its_photo_at_the_point(officer: Any, first: Visit) -> None:
    path = f"/visits/{first.id}"
    sent = finding_of("AQ02", **{"remedy-AQ02": "on_spot"})
    officer.post(f"{path}/AQ02-finding", sent, upload_files=PHOTO)
    again = {**sent, "key": key()}
    answer = officer.post(f"{path}/AQ02-finding", again, upload_files=[("photos", "b.jpg", jpeg(2))],
                          expect_errors=True)
    assert answer.status_code == 409
    assert len(Evidence.of(first)) == 1
    for n, status in ((3, 303), (4, 409)):
        answer = officer.post(f"{path}/AQ02-rectification", {"key": key(), "done-AQ02": "已扶正"}, upload_files=[
            ("photos", "c.jpg", jpeg(n))], expect_errors=True)
        assert answer.status_code == status
    assert (len(Evidence.of(first)), len(Evidence.of(Finding.get()))) == (2, 2)


def test_enter_in_a_field_answers_nothing_that_was_not_looked_at(officer: Any, first: Visit) -> None:
    buttons = officer.get(f"/visits/{first.id}").html.select("#answers [type=submit]")
    assert [button.get("name") for button in buttons] == [None, "all"]  # Enter means the first


def test_a_page_with_a_code_in_it_is_not_kept(officer: Any, browse: Any, first: Visit) -> None:
    secret = first.point.secret
    for path, kept in ((f"/visits/{first.id}", True), (f"/visits/{first.id}?code={secret}", False),
                       ("/findings/new", True), (f"/findings/new?point={secret}", False)):
        page = officer.get(path)
        assert ("Offline-For" in page.headers) is kept, path
        assert not any(secret in value for value in page.headers.values())


def test_a_new_code_makes_another_page_to_keep(officer: Any, first: Visit, guoqiang: User) -> None:
    before = officer.get(f"/visits/{first.id}").headers
    first.point.renew_secret(by=guoqiang)
    after = officer.get(f"/visits/{first.id}").headers
    assert before["Offline-Version"] != after["Offline-Version"]
    assert before["Offline-Point"] != after["Offline-Point"]


def test_a_kept_page_asks_why_it_is_made_up_for_in_case_it_will_be(officer: Any, first: Visit) -> None:
    path = f"/visits/{first.id}"
    assert "reason" not in officer.get(path).forms["answers"].fields
    field = officer.get(path, headers={"Offline-Copy": "1"}).html.select_one("#answers [name=reason]")
    assert not field.has_attr("required")


def test_when_it_was_received_is_told_where_that_was_later(officer: Any, task: Task, first: Visit) -> None:
    second = task.visits[1]  # type: ignore[attr-defined]
    for visit, ago in ((first, 1), (second, 600)):
        at = now() - timedelta(seconds=ago)
        sent = answered(visit, captured_at=f"{at.isoformat()}+00:00", sent_at=f"{now().isoformat()}+00:00")
        officer.post(f"/visits/{visit.id}/answers", sent)
    assert officer.get(f"/patrols/{task.number}").text.count("收到") == 1


def test_what_was_found_on_a_walk_is_a_tap_away(officer: Any, task: Task, first: Visit) -> None:
    officer.post(f"/visits/{first.id}/AQ02-finding", finding_of("AQ02"), upload_files=PHOTO)
    number = Finding.get().number
    assert officer.get(f"/patrols/{task.number}").html.select_one(f"a[href='/findings/{number}']")


def test_a_reading_tells_its_limits_and_its_figure_as_people_write_them(
    estate: Estate, guoqiang: User, browse: Any,
) -> None:
    walk = running_now(estate, guoqiang, "设备房巡检")
    visit = next(one for one in walk.visits if one.point.code == "P501")  # type: ignore[attr-defined]
    page = browse("guoqiang").get(f"/visits/{visit.id}")
    told = [label.get_text(" ", strip=True) for label in page.html.select("label:has([inputmode=decimal]) small")]
    limits = {item.code: (item.low, item.high) for item in visit.items if item.is_reading}
    assert len(told) == len(limits) > 0
    assert not any(".0" in text or text.endswith("–") for text in told)
