"""What comes through a phone's outbox: each item once and with a receipt, or with a refusal that the phone can show."""
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.base import database, moment, now
from models.event import RECEIPT, Event
from models.photo import Photo
from models.photo import picture as pictures
from models.place import Place
from models.submission import Submission
from models.user import Phone, User
from models.work_order import Hold, Inspection, Merge, Note, Urge, Void, WorkOrder
from tests.conftest import AHEAD, judged_good
from tests.views.conftest import jpeg, key, nothing_stored, sentences

PHONE = "0a8b6c1e-5d0f-4a57-9d0e-2f3c4b5a6978"
NOON = datetime(2027, 3, 1, 4, 0)  # 12:00 in Asia/Shanghai
SHA = "ab" * 32


def to(order: WorkOrder, noun: str) -> str:
    return f"/work-orders/{order.number}/{noun}"


def item(**fields: Any) -> dict[str, Any]:
    return {"key": key(), **fields}


def deliver(visitor: Any, path: str, sent: dict[str, Any], *photos: bytes, whose: str = "chenliang") -> Any:
    """Send an item as static/js/outbox/send.js does; a field may have several values.

    Where the test says nothing of it, the person saw the order as it is.
    """
    order = WorkOrder.get_or_none(WorkOrder.number == path.split("/")[-2])
    sent = {"version": order.version, **sent} if order else sent
    fields = [(name, one) for name, value in sent.items() for one in (value if isinstance(value, list) else [value])]
    return visitor.post(path, fields, headers={"Outbox-Key": sent["key"], "Outbox-User": whose}, expect_errors=True,
                        upload_files=[("photos", f"{n}.jpg", photo) for n, photo in enumerate(photos)] or None)


def heard(answer: Any) -> str:
    """What the phone shows of a refusal: why not, what happened meanwhile, what to do."""
    said = answer.json
    return " ".join([said["error"], *said.get("meanwhile", []), *([said["todo"]] if "todo" in said else [])])


def phone_says(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds") + "Z"


def last_event() -> Event:
    event: Event = Event.select().order_by(Event.id.desc()).get()
    return event


@pytest.fixture
def chen(browse: Any) -> Any:
    with moment(NOON):
        return browse("chenliang")


@pytest.fixture
def again_order(finished_order: WorkOrder, chenliang: User, guoqiang: User) -> WorkOrder:
    """In its second round, with Chen Liang at work."""
    Inspection.reject(finished_order, judged_good(finished_order), ["not_fixed"], by=guoqiang)
    finished_order.arrive(by=chenliang, no_photo_reason="同一处")
    return finished_order


# -- once


def test_an_item_gets_its_key_a_receipt_a_place_and_the_version_its_order_came_to(
        chen: Any, assigned_order: WorkOrder) -> None:
    sent = item(version=assigned_order.version)
    answer = deliver(chen, to(assigned_order, "acceptance"), sent)
    event = last_event()
    assert (answer.status_code, event.verb) == (201, "accept")
    assert answer.json == {"key": sent["key"], "receipt": f"{event.id}-{event.hash[:4]}",
                           "version": assigned_order.version + 1, "location": f"/work-orders/{assigned_order.number}"}
    assert RECEIPT.fullmatch(answer.json["receipt"])


def test_what_moves_no_order_says_nothing_of_a_version(chen: Any, assigned_order: WorkOrder, home: Place) -> None:
    note = deliver(chen, to(assigned_order, "notes"), item(note="业主下午在家"))
    photo = deliver(chen, to(assigned_order, "photos"), item(stage="before"), jpeg(1))
    report = deliver(chen, "/reports", item(place=home.full_name, text="楼道灯不亮"))
    assert [answer.json["version"] for answer in (note, photo, report)] == [None] * 3
    assert [answer.json["receipt"].split("-")[0] for answer in (note, photo, report)] == [
        str(Event.get(Event.verb == verb, Event.detail_json.contains(mark)).id)
        for verb, mark in (("note", "业主"), ("photo", "before"), ("report", "staff"))]
    assert report.json["location"] == f"/work-orders/{WorkOrder.get(WorkOrder.text == '楼道灯不亮').number}"


def test_an_item_sent_again_after_others_moved_the_order_gets_exactly_the_first_answer(
        chen: Any, assigned_order: WorkOrder, sunqi: User, xuwei: User) -> None:
    path, sent = to(assigned_order, "acceptance"), item(version=assigned_order.version, sent_at="2027-03-01T04:00:00Z")
    first = deliver(chen, path, sent)
    WorkOrder.get().assign(xuwei, by=sunqi)
    Note.add(WorkOrder.get(), "徐伟接手", by=xuwei)
    again = deliver(chen, path, sent | {"sent_at": "2027-03-02T09:30:00Z", "version": "99"})
    assert first.status_code == again.status_code == 201
    assert first.body == again.body
    assert Event.select().where(Event.verb == "accept").count() == 1


def test_eight_at_once_with_one_key_make_one_row_and_get_one_answer(
        chen: Any, web: Any, working_order: WorkOrder) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in chen.cookies.items())
    sent = item(note="同时八次")
    headers = {"Cookie": cookies, "Outbox-Key": sent["key"], "Outbox-User": "chenliang"}

    def send(_: int) -> tuple[int, str]:
        try:
            with web.test_client(use_cookies=False) as client:
                answer = client.post(to(working_order, "notes"), data=sent, headers=headers)
                return answer.status_code, answer.get_data(as_text=True)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as threads:
        [(status, said)] = set(threads.map(send, range(8)))
    assert status == 201
    assert sent["key"] in said
    assert Note.select().count() == Submission.select().where(Submission.key == sent["key"]).count() == 1
    assert Event.first_broken() is None


def test_a_key_with_another_content_is_refused(chen: Any, assigned_order: WorkOrder) -> None:
    path, sent = to(assigned_order, "notes"), item(note="第一条")
    assert deliver(chen, path, sent).status_code == 201
    answer = deliver(chen, path, sent | {"note": "第二条"})
    assert answer.status_code == 422
    assert answer.json == {"key": sent["key"], "error": "这个表单已用于别的操作，请刷新页面再试。"}
    assert [note.text for note in Note.select()] == ["第一条"]


# -- whose


def test_without_a_session_an_item_is_told_so_by_its_key_and_led_nowhere(
        browse: Any, assigned_order: WorkOrder, stage: Any) -> None:
    sent = item()
    with nothing_stored(stage):
        answer = deliver(browse(), to(assigned_order, "acceptance"), sent)
    assert (answer.status_code, answer.json) == (401, {"key": sent["key"]})
    assert "Location" not in answer.headers


def test_an_item_of_another_person_is_done_under_nobodys_name(
        browse: Any, assigned_order: WorkOrder, stage: Any) -> None:
    xu, sent = browse("xuwei"), item(text="灯不亮", place="8栋2单元1503")
    for path, whose in ((to(assigned_order, "acceptance"), "chenliang"), ("/reports", "chenliang"), ("/reports", "")):
        with nothing_stored(stage):
            answer = deliver(xu, path, sent, whose=whose)
        assert (answer.status_code, answer.json) == (401, {"key": sent["key"]})
    assert deliver(xu, "/reports", sent, whose="xuwei").status_code == 201


def test_who_was_told_that_an_item_is_anothers_stays_signed_in(browse: Any, assigned_order: WorkOrder) -> None:
    xu = browse("xuwei")
    deliver(xu, to(assigned_order, "acceptance"), item())
    assert xu.get("/work-orders").status_code == 200


def test_a_plain_form_is_still_led_to_the_next_page(chen: Any, assigned_order: WorkOrder) -> None:
    answer = chen.post(to(assigned_order, "acceptance"), item())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/work-orders/{assigned_order.number}")
    assert Submission.get(Submission.answer.is_null(False)).receipt is None


# -- refusals


@pytest.mark.parametrize(("lang", "sentence"), [
    ("zh-CN", "修后照片至少 2 张，还差 1 张。"), ("en", "At least 2 after photos are needed; 1 more."),
])
def test_a_refused_item_is_told_one_sentence_in_the_readers_language(
        browse: Any, working_order: WorkOrder, stage: Any, lang: str, sentence: str) -> None:
    sent = item(done="换了软管", version=working_order.version)
    with nothing_stored(stage):
        answer = deliver(browse("chenliang", lang=lang), to(working_order, "completion"), sent, jpeg(5))
    assert (answer.status_code, answer.content_type) == (422, "application/json")
    assert answer.json == {"key": sent["key"], "error": sentence}


@pytest.mark.parametrize(("lang", "sentence"), [
    ("zh-CN", "1.jpg 不是照片，请选 JPEG、PNG、WebP 或 HEIC。"),
    ("en", "1.jpg is not a photo; choose JPEG, PNG, WebP or HEIC."),
])
def test_an_unreadable_picture_is_named_and_leaves_no_file_not_even_of_the_good_one(
        browse: Any, working_order: WorkOrder, stage: Any, lang: str, sentence: str) -> None:
    sent = item(stage="during")
    with nothing_stored(stage):
        answer = deliver(browse("chenliang", lang=lang), to(working_order, "photos"), sent, jpeg(5), b"%PDF-1.7")
    assert (answer.status_code, answer.json) == (422, {"key": sent["key"], "error": sentence})


def test_a_refused_item_may_be_mended_and_sent_under_its_key(chen: Any, working_order: WorkOrder) -> None:
    path, sent = to(working_order, "completion"), item(done="换了软管", version=working_order.version)
    assert deliver(chen, path, sent).status_code == 422
    assert deliver(chen, path, sent, jpeg(5), jpeg(6)).status_code == 201
    assert WorkOrder.get().state == "finished"


@pytest.mark.parametrize(("lang", "did", "sentence", "todo"), [
    ("zh-CN", "郭强 同意挂起", "本单已经变化，现在是“挂起”，请看最新情况。",
     "工单现在是“挂起”。请打开工单，按现在的状态再操作；这一条可以移除。"),
    ("en", "郭强 Put on hold", "The order has moved on and is now “On hold”; here it is.",
     "The order is now On hold. Open it and go on from there; this item can be removed."),
])
def test_who_came_too_late_hears_who_did_what_meanwhile_and_what_to_do(
        browse: Any, working_order: WorkOrder, chenliang: User, guoqiang: User, lang: str, did: str, sentence: str,
        todo: str) -> None:
    seen = working_order.version
    Hold.ask(working_order, "parts", NOON + timedelta(days=1), by=chenliang)
    with moment(NOON):
        Hold.approve(working_order, by=guoqiang)
        sent = item(done="换了软管", version=seen)
        answer = deliver(browse("chenliang", lang=lang), to(working_order, "completion"), sent, jpeg(5), jpeg(6))
    assert answer.status_code == 409
    assert (answer.json["key"], heard(answer)) == (sent["key"], f"{sentence} 12:00 {did} {todo}")


def test_what_one_did_oneself_or_had_seen_is_no_news(
        chen: Any, assigned_order: WorkOrder, chenliang: User, xuwei: User, sunqi: User, tangwen: User) -> None:
    seen = assigned_order.version
    with moment(NOON):
        assigned_order.accept(by=chenliang)
        assigned_order.assign(xuwei, by=sunqi)
        assigned_order.accept(by=xuwei)
        assigned_order.assign(chenliang, by=tangwen)
        answer = deliver(chen, to(assigned_order, "acceptance"), item(version=seen))
    assert answer.status_code == 409
    assert " 12:00 孙琪 派单 徐伟 12:00 徐伟 接单 12:00 唐雯 派单 陈亮 工单现在" in heard(answer)
    assert heard(answer).count("12:00") == 3


def test_a_priority_changed_meanwhile_is_told_with_what_it_is_now_and_the_evidence_is_kept(
        chen: Any, accepted_order: WorkOrder, sunqi: User) -> None:
    sent = item(version=accepted_order.version)
    with moment(NOON):
        accepted_order.prioritize("P0", "水已漫到电梯井", by=sunqi)
        answer = deliver(chen, to(accepted_order, "arrival"), sent, jpeg(5))
    assert answer.status_code == 409
    assert " 12:00 孙琪 调整优先级 特急 工单现在是“待到场”。请打开工单" in heard(answer)
    assert Photo.get().stage == "before"
    assert deliver(chen, to(accepted_order, "arrival"), item()).status_code == 201


def test_what_others_say_of_an_order_holds_up_nothing(
        chen: Any, accepted_order: WorkOrder, sunqi: User) -> None:
    sent = item(version=accepted_order.version, no_photo_reason="太暗")
    Urge.make(accepted_order, "怎么还没来", by=sunqi)
    Note.add(accepted_order, "业主在家等", by=sunqi)
    accepted_order.signal("warn", what="arrive", due=NOON, to=["assignee"])
    assert deliver(chen, to(accepted_order, "arrival"), sent).status_code == 201


def test_who_held_an_order_that_ended_meanwhile_hears_how_and_that_nothing_is_left_to_do(
        chen: Any, home: Place, accepted_order: WorkOrder, sunqi: User) -> None:
    main = WorkOrder.report(home, "厨房水管爆了", by=None)
    seen = accepted_order.version
    with moment(NOON):
        Merge.into(accepted_order, main, by=sunqi)
        answer = deliver(chen, to(accepted_order, "arrival"), item(version=seen), jpeg(5))
    assert f" 12:00 孙琪 并单 {main.number} 本单已并入 {main.number}，这一张不用再办。" in heard(answer)
    assert Photo.get().stage == "before"


def test_who_held_an_order_voided_meanwhile_hears_that_nothing_is_left_to_do(
        chen: Any, accepted_order: WorkOrder, sunqi: User, guoqiang: User) -> None:
    seen = accepted_order.version
    Void.ask(accepted_order, "withdrawn", "业主自己修好了", by=sunqi)
    Void.confirm(accepted_order, by=guoqiang)
    answer = deliver(chen, to(accepted_order, "arrival"), item(version=seen), jpeg(5))
    assert heard(answer).endswith("本单已作废，不用再办。您的照片和备注仍会收下；这一条可以移除。")
    assert Photo.get().stage == "before"


def test_photos_of_a_step_refused_after_reassigning_are_kept_and_flagged_late(
        chen: Any, accepted_order: WorkOrder, xuwei: User, sunqi: User, chenliang: User) -> None:
    seen = accepted_order.version
    sent = item(version=seen)
    with moment(NOON):
        accepted_order.assign(xuwei, by=sunqi)
        answer = deliver(chen, to(accepted_order, "arrival"), sent, jpeg(5))
    assert (answer.status_code, answer.json["key"]) == (403, sent["key"])
    assert heard(answer) == ("这一步不归您办。 12:00 孙琪 派单 徐伟"
                             " 工单现在由徐伟负责。您的照片和备注仍会收下；有疑问请联系主管。")
    photo = Photo.get()
    assert (photo.by, photo.stage, photo.flag_codes) == (chenliang, "before", ["late"])
    assert WorkOrder.get().state == "assigned"


def test_an_order_that_is_not_theirs_does_not_exist_for_an_item(browse: Any, assigned_order: WorkOrder) -> None:
    xu = browse("xuwei")
    for path in (to(assigned_order, "notes"), "/work-orders/GD-20200101-0001/notes"):
        sent = item(note="一条")
        answer = deliver(xu, path, sent, whose="xuwei")
        assert answer.status_code == 404
        assert answer.json == {"key": sent["key"], "error": "没有这张工单，或它不归您查看。"}


def test_a_photo_that_is_too_large_is_named(
        chen: Any, working_order: WorkOrder, stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 1024 * 1024)
    sent = item(stage="during")
    with nothing_stored(stage):
        answer = deliver(chen, to(working_order, "photos"), sent, jpeg(5) + b"\0" * 1024 * 1024)
    assert (answer.status_code, answer.json) == (413, {"key": sent["key"], "error": "照片 0.jpg 超过 1 MB，请换一张。"})


def test_an_item_that_is_too_large_as_a_whole_is_told_so(chen: Any, web: Any, stage: Any) -> None:
    web.config["MAX_CONTENT_LENGTH"] = 2000
    sent = item(text="灯不亮", place="8栋2单元1503")
    with nothing_stored(stage):
        answer = deliver(chen, "/reports", sent, jpeg(5))
    assert answer.status_code == 413
    assert answer.json == {"key": sent["key"], "error": "上传内容太大，请减少照片后再试。"}


# -- when it was done


def test_every_event_of_an_item_tells_when_it_was_done_and_keeps_its_own_time(
        chen: Any, accepted_order: WorkOrder) -> None:
    captured = NOON - timedelta(hours=3)
    with moment(NOON):
        deliver(chen, to(accepted_order, "arrival"),
                item(captured_at=phone_says(captured), sent_at=phone_says(NOON)), jpeg(5))
    left = list(Event.about(accepted_order.number))[-2:]
    assert [event.verb for event in left] == ["photo", "arrive"]
    for event in left:
        assert (event.captured_at, event.at) == (captured, NOON)
        assert "clock_off" not in event.detail


def test_a_report_a_note_and_a_hold_tell_when_they_were_done(chen: Any, working_order: WorkOrder, home: Place) -> None:
    for path, fields in (("/reports", {"place": home.full_name, "text": "灯不亮"}),
                         (to(working_order, "notes"), {"note": "一条"}),
                         (to(working_order, "holds"), {"hold_reason": "parts", "promised_at": AHEAD})):
        answer = deliver(chen, path, item(captured_at=phone_says(NOON), **fields))
        assert answer.status_code == 201
        assert last_event().captured_at == NOON


@pytest.mark.parametrize(("ahead", "told"), [
    (timedelta(days=400), 400 * 24 * 3600), (timedelta(days=-400), -400 * 24 * 3600), (timedelta(seconds=121), 121),
    (timedelta(seconds=119), None), (timedelta(seconds=-119), None),
])
def test_a_phones_clock_that_is_wrong_is_told_in_seconds(
        chen: Any, working_order: WorkOrder, ahead: timedelta, told: int | None) -> None:
    sent = NOON + ahead
    with moment(NOON):
        deliver(chen, to(working_order, "notes"), item(note="一条", sent_at=phone_says(sent),
                                                       captured_at=phone_says(sent - timedelta(hours=2))))
    event = last_event()
    assert (event.at, event.captured_at) == (NOON, sent - timedelta(hours=2))
    assert event.detail.get("clock_off") == told
    assert abs(event.waited - 2 * 3600) < 120


@pytest.mark.parametrize("nonsense", ["", "yesterday", "-12", "9" * 30, "2027-13-01T04:00:00Z", "\x00", "昨天",
                                      "9999-12-31T23:59:59-08:00", "2027-03-01T04:00:00Z; DROP TABLE event"])
def test_a_time_that_is_none_is_as_good_as_unsaid(chen: Any, working_order: WorkOrder, nonsense: str) -> None:
    path = to(working_order, "notes")
    assert deliver(chen, path, item(note="一条", captured_at=nonsense, sent_at=phone_says(NOON))).status_code == 201
    assert last_event().detail == {"text": "一条"}
    assert deliver(chen, path, item(note="一条", captured_at=phone_says(NOON), sent_at=nonsense)).status_code == 201
    assert last_event().detail == {"text": "一条", "captured_at": str(NOON)}


def test_a_phone_may_say_times_in_milliseconds(chen: Any, working_order: WorkOrder) -> None:
    captured, sent = NOON - timedelta(hours=2, milliseconds=7), NOON + timedelta(minutes=5)
    with moment(NOON):
        deliver(chen, to(working_order, "notes"), item(
            note="一条", captured_at=since_1970(captured), sent_at=since_1970(sent)))
    event = last_event()
    assert (event.captured_at, event.detail["clock_off"]) == (captured, 300)


@pytest.mark.parametrize(("waited", "shown", "late"), [
    (timedelta(hours=3), True, True), (timedelta(minutes=61), True, True), (timedelta(minutes=59), True, False),
    (timedelta(seconds=59), False, False),
])
def test_the_order_shows_when_it_was_done_on_the_spot_and_whether_it_came_late(
        browse: Any, chen: Any, working_order: WorkOrder, waited: timedelta, shown: bool, late: bool) -> None:
    with moment(NOON):
        deliver(chen, to(working_order, "notes"), item(note="业主不在家", captured_at=phone_says(NOON - waited)))
        page = browse("guoqiang").get(f"/work-orders/{working_order.number}").html
    [told] = [event for event in page.select(".event[data-verb=note]")]
    captured = told.select_one(".event-captured")
    assert told.select_one(".event-head time").get_text() == "12:00"
    assert (captured is not None) is shown
    if captured is not None:
        hour = (NOON - waited + timedelta(hours=8)).strftime("%H:%M")
        assert captured.get_text(" ", strip=True).startswith(f"现场 {hour}")
        assert ([flag.get_text() for flag in captured.select(".flag")] == ["拍摄后很久才上传"]) is late


def test_the_order_shows_that_a_phones_clock_was_wrong(browse: Any, chen: Any, working_order: WorkOrder) -> None:
    with moment(NOON):
        deliver(chen, to(working_order, "notes"), item(
            note="一条", captured_at=phone_says(NOON + timedelta(minutes=85)),
            sent_at=phone_says(NOON + timedelta(minutes=90))))
        page = browse("guoqiang").get(f"/work-orders/{working_order.number}").html
    assert [flag.get_text() for flag in page.select(".event-captured .flag")] == ["手机时钟差 90 分"]


# -- photos


def test_photos_of_the_first_round_that_come_in_the_second_are_filed_where_they_were_taken_and_finish_nothing(
        chen: Any, again_order: WorkOrder) -> None:
    answer = deliver(chen, to(again_order, "photos"), item(stage="after", round=1), jpeg(5), jpeg(6))
    assert answer.status_code == 201
    late = list(Photo.select().order_by(Photo.id.desc()).limit(2))
    assert [(photo.round, photo.flag_codes) for photo in late] == [(1, ["late"])] * 2
    refused = deliver(chen, to(again_order, "completion"), item(done="又换一次", round=2))
    assert (refused.status_code, refused.json["error"]) == (422, "修后照片至少 2 张，还差 2 张。")


@pytest.mark.parametrize("round", ["2", "3", "99", "999999999999", "0", "-1", "", "x", "１"])
def test_a_round_above_the_present_or_none_at_all_is_the_present(
        chen: Any, again_order: WorkOrder, round: str) -> None:
    assert deliver(chen, to(again_order, "photos"), item(stage="during", round=round), jpeg(5)).status_code == 201
    photo = Photo.select().order_by(Photo.id.desc()).get()
    assert (photo.round, photo.flag_codes) == (2, [])


def test_the_file_as_the_camera_made_it_is_told_of_each_photo(chen: Any, working_order: WorkOrder) -> None:
    other = "cd" * 32
    deliver(chen, to(working_order, "photos"),
            item(stage="during", camera_sha256=[SHA, other], camera_size=["4200000", "3100000"]), jpeg(5), jpeg(6))
    told = [(photo.camera_sha256, photo.camera_size) for photo in Photo.select().where(Photo.stage == "during")]
    assert told == [(SHA, 4_200_000), (other, 3_100_000)]


@pytest.mark.parametrize(("sha256", "size"), [
    ("ab", "1"), (SHA.upper(), "1"), (SHA + "\n", "1"), (SHA, "-1"), (SHA, ""), (SHA, "1e6"), (SHA, "9" * 10),
    (SHA, "１"), ("x" * 64, "1"), ([], []), ([], "1"),
])
def test_a_camera_file_that_makes_no_sense_is_as_good_as_unsaid(
        chen: Any, working_order: WorkOrder, sha256: Any, size: Any) -> None:
    sent = item(stage="during", camera_sha256=sha256, camera_size=size)
    assert deliver(chen, to(working_order, "photos"), sent, jpeg(5)).status_code == 201
    photo = Photo.get(Photo.stage == "during")
    assert (photo.camera_sha256, photo.camera_size) == (None, None)


def test_more_camera_files_than_photos_are_left_aside(chen: Any, working_order: WorkOrder) -> None:
    sent = item(stage="during", camera_sha256=[SHA, "cd" * 32], camera_size=["1", "2"])
    assert deliver(chen, to(working_order, "photos"), sent, jpeg(5)).status_code == 201
    assert [photo.camera_sha256 for photo in Photo.select().where(Photo.stage == "during")] == [SHA]


def test_one_camera_file_sent_whole_and_sent_smaller_is_flagged(
        chen: Any, working_order: WorkOrder, browse: Any, home: Place) -> None:
    owner = browse()
    owner.post(f"/r/{home.parent.code}", item(text="另一件事"), upload_files=[("photos", "a.jpg", jpeg(5))])
    whole = Photo.select().order_by(Photo.id.desc()).get()
    smaller = item(stage="during", camera_sha256=whole.sha256, camera_size=whole.size)
    deliver(chen, to(working_order, "photos"), smaller, jpeg(6))
    assert Photo.get(Photo.stage == "during").flag_codes == ["used_before"]


# -- receipts


def test_a_receipt_read_out_finds_its_order_for_whoever_may_see_it(
        browse: Any, chen: Any, assigned_order: WorkOrder, home: Place) -> None:
    WorkOrder.report(home, "另一件事", by=None)
    receipt = deliver(chen, to(assigned_order, "acceptance"), item()).json["receipt"]
    for visitor, found in ((chen, [assigned_order.number]), (browse("sunqi"), [assigned_order.number]),
                           (browse("xuwei"), [])):
        page = visitor.get("/work-orders", {"q": f" {receipt} "}).html
        assert [line.get_text().split(" ")[0] for line in page.select(".card-number")] == found


# -- what phones still hold


def tell(visitor: Any, *held: tuple[str, int, datetime], phone: str = PHONE) -> Any:
    """Under each login when each of their items was saved, a minute apart, in milliseconds, the oldest last."""
    items = [(login, str(since_1970(oldest + timedelta(minutes=n)))) for login, waiting, oldest in held
             for n in reversed(range(waiting))]
    return visitor.post(f"/phones/{phone}", items, expect_errors=True)


def since_1970(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1)).total_seconds() * 1000)


def told() -> dict[str, int]:
    return {phone.user.login: phone.waiting for phone in Phone.select()}


def test_a_phone_tells_what_it_holds_and_its_last_word_counts(chen: Any) -> None:
    assert tell(chen, ("chenliang", 3, NOON)).status_code == 204
    assert [(phone.code, phone.waiting, phone.oldest_at) for phone in Phone.select()] == [(PHONE, 3, NOON)]
    tell(chen)
    assert [(phone.waiting, phone.oldest_at) for phone in Phone.select()] == [(0, None)]


def test_a_phone_tells_for_each_who_left_something_on_it(chen: Any) -> None:
    tell(chen, ("xuwei", 2, NOON), ("nobody", 5, NOON))
    assert told() == {"chenliang": 0, "xuwei": 2}


def test_a_phone_tells_of_others_within_the_tellers_estates_only(browse: Any, only: Any, other_estate: Any) -> None:
    stranger = only("technician", on=other_estate)
    tell(browse("chenliang"), (stranger.login, 2, NOON))
    tell(browse(stranger.login), ("chenliang", 7, NOON), (stranger.login, 1, NOON))
    assert told() == {"chenliang": 0, stranger.login: 1}


@pytest.mark.parametrize(("lang", "sentence"), [
    ("zh-CN", "手机没有说明自己是哪一台，请刷新页面再试。"),
    ("en", "The phone did not say which one it is. Reload the page and try again."),
])
@pytest.mark.parametrize("code", ["short", "x" * 37, "not a code at all"])
def test_a_phone_that_does_not_say_which_one_it_is_is_refused(
        browse: Any, code: str, lang: str, sentence: str) -> None:
    answer = tell(browse("chenliang", lang=lang), ("chenliang", 3, NOON), phone=code)
    assert answer.status_code == 422
    assert sentences(answer) == [sentence]
    assert told() == {}


def test_an_item_saved_at_no_time_is_not_counted(chen: Any) -> None:
    times = ["yesterday", "", "-3", "9" * 30, str(since_1970(NOON)), "昨天"]
    chen.post(f"/phones/{PHONE}", [("chenliang", at) for at in times])
    assert [(phone.waiting, phone.oldest_at) for phone in Phone.select()] == [(1, NOON)]


@pytest.mark.parametrize(("hours", "age"), [(1, ""), (23, ""), (25, "yellow"), (71, "yellow"), (73, "red")])
def test_a_supervisor_sees_who_holds_how_much_since_when_and_when_they_were_last_heard_of(
        browse: Any, hours: int, age: str) -> None:
    with moment(NOON - timedelta(minutes=30)):
        tell(browse("chenliang"), ("chenliang", 3, NOON - timedelta(hours=hours)))
    with moment(NOON):
        [row] = browse("guoqiang").get("/phones").html.select(".phone-row")
    assert row["data-age"] == age
    said = row.get_text(" ", strip=True)
    assert "陈亮 QH008" in said
    assert "最近联系 11:30" in said
    assert "3 条待发" in said


def test_a_supervisor_sees_that_all_was_sent(browse: Any, chen: Any) -> None:
    tell(chen)
    [row] = browse("zhaomin").get("/phones").html.select(".phone-row")
    assert "已全部送达" in row.get_text()
    assert "待发" not in row.get_text()


def test_phones_of_other_estates_are_not_shown(browse: Any, only: Any, other_estate: Any) -> None:
    stranger = only("technician", on=other_estate)
    tell(browse(stranger.login), (stranger.login, 1, now()))
    tell(browse("chenliang"))
    page = browse("guoqiang").get("/phones")
    assert stranger.name not in page
    assert "陈亮" in page


# -- at the edges


def test_an_item_for_an_order_that_is_too_large_as_a_whole_is_told_so(
        chen: Any, web: Any, working_order: WorkOrder, stage: Path) -> None:
    web.config["MAX_CONTENT_LENGTH"] = 2000
    sent = item(stage="during")
    with nothing_stored(stage):
        answer = deliver(chen, to(working_order, "photos"), sent, jpeg(5))
    assert answer.status_code == 413
    assert answer.json == {"key": sent["key"], "error": "上传内容太大，请减少照片后再试。"}


def test_who_lost_an_order_before_accepting_it_hears_to_whom(
        chen: Any, assigned_order: WorkOrder, xuwei: User, sunqi: User) -> None:
    seen = assigned_order.version
    assigned_order.assign(xuwei, by=sunqi)  # assigned -> assigned
    answer = deliver(chen, to(assigned_order, "acceptance"), item(version=seen))
    assert "孙琪 派单 徐伟" in heard(answer)


def test_a_phone_at_the_end_of_the_calendar_breaks_no_page(
        browse: Any, chen: Any, working_order: WorkOrder) -> None:
    end = "9999-12-31T23:59:59.999Z"
    deliver(chen, to(working_order, "notes"), item(note="一条", captured_at=phone_says(NOON), sent_at=end))
    assert browse("guoqiang").get(f"/work-orders/{working_order.number}").status_code == 200
    chen.post(f"/phones/{PHONE}", {"chenliang": end})
    assert browse("guoqiang").get("/phones").status_code == 200


def test_an_item_from_another_site_is_refused_without_a_session(browse: Any, working_order: WorkOrder) -> None:
    sent = item(note="一条")
    answer = browse().post(to(working_order, "notes"), sent, expect_errors=True,
                           headers={"Outbox-Key": sent["key"], "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
