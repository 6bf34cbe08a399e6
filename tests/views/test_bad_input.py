"""Whatever is sent, the answer is one clear sentence, the form as it was typed, and nothing stored."""
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from models.callback import DIMENSIONS, Attempt, Said
from models.photo import Photo
from models.place import Place
from models.work_order import Inspection, WorkOrder
from tests.conftest import AHEAD, add_photos, judged_good, upload
from tests.views.conftest import form_of, jpeg, key, nothing_stored, sentences
from views.progress import link_to

LONG = "长" * 20_000
MOVED_ON = "本单已经变化，现在是"


def send(visitor: Any, path: str, fields: dict[str, str] | None = None, *photos: tuple[str, bytes]) -> Any:
    return visitor.post(path, {"key": key(), **(fields or {})}, expect_errors=True,
                        upload_files=[("photos", name, content) for name, content in photos] or None)


def typed_text(page: Any, name: str) -> str:
    field = page.html.select_one(f"textarea[name={name}], input[name={name}]")
    return str(field["value"] if field.name == "input" else field.get_text().strip())


# -- photos that are none


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@cache
def huge_png(side: int) -> bytes:
    """A true black PNG of that many pixels a side, one bit each, in very few bytes."""
    packing = zlib.compressobj(9)
    rows = b"".join(packing.compress(bytes(side // 8 + 1)) for _ in range(side)) + packing.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def cut_off() -> bytes:
    return jpeg(3, (640, 480))[:-4000]


BAD_PHOTOS = {
    "empty": (lambda: b"", 422, "照片 a.jpg 是空文件，请重选。", "The photo a.jpg is empty; please choose it again."),
    "renamed pdf": (lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", 422,
                    "a.jpg 不是照片，请选 JPEG、PNG、WebP 或 HEIC。",
                    "a.jpg is not a photo; choose JPEG, PNG, WebP or HEIC."),
    "900 megapixels": (lambda: huge_png(30_000), 422, "照片 a.jpg 超过 50 百万像素，请换一张。",
                       "The photo a.jpg is over 50 megapixels; please send a smaller one."),
    "cut off": (cut_off, 422, "照片 a.jpg 不完整或已损坏，请重拍。",
                "The photo a.jpg is damaged or cut off; please take it again."),
    "a script": (lambda: b"<script>alert(1)</script>", 422, "a.jpg 不是照片，请选 JPEG、PNG、WebP 或 HEIC。",
                 "a.jpg is not a photo; choose JPEG, PNG, WebP or HEIC."),
}


def test_the_picture_of_900_megapixels_is_a_small_file() -> None:
    assert len(huge_png(30_000)) < 300_000


@pytest.mark.parametrize("case", BAD_PHOTOS)
def test_a_bad_photo_is_refused_with_one_sentence_and_nothing_is_stored(
        browse: Any, home: Place, stage: Path, case: str) -> None:
    make, status, chinese, english = BAD_PHOTOS[case]
    for lang, sentence in (("zh-CN", chinese), ("en", english)):
        with nothing_stored(stage):
            page = send(browse(lang=lang), f"/r/{home.parent.code}", {"text": "厨房漏水", "name": "王女士"},
                        ("good.jpg", jpeg(1)), ("a.jpg", make()))
        assert page.status_code == status
        assert sentences(page) == [sentence]
        assert (typed_text(page, "text"), typed_text(page, "name")) == ("厨房漏水", "王女士")


def test_a_photo_of_80_mb_is_refused_with_one_sentence_and_nothing_is_stored(
        browse: Any, home: Place, stage: Path) -> None:
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", {"text": "厨房漏水"},
                    ("a.jpg", jpeg(1)[:400] + bytes(80 * 1024 * 1024)))
    assert page.status_code == 413
    assert sentences(page) == ["照片 a.jpg 超过 20 MB，请换一张。"]
    assert typed_text(page, "text") == "厨房漏水"


def test_ten_photos_at_once_are_one_too_many(browse: Any, home: Place, stage: Path) -> None:
    photos = [(f"{n}.jpg", jpeg(n)) for n in range(10)]
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", {"text": "厨房漏水"}, *photos)
    assert (page.status_code, sentences(page)) == (422, ["一次最多 9 张照片。"])
    assert typed_text(page, "text") == "厨房漏水"
    assert send(browse(), f"/r/{home.parent.code}", {"text": "厨房漏水"}, *photos[:9]).status_code == 303


def test_the_photos_of_a_form_refused_for_something_else_are_not_kept(
        browse: Any, home: Place, stage: Path) -> None:
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", {"text": "", "spot": "厨房"}, ("a.jpg", jpeg(1)))
    assert (page.status_code, sentences(page)) == (422, ["请填写这一项。"])
    assert typed_text(page, "spot") == "厨房"


def test_a_photo_kept_already_stays_when_the_same_is_refused_with_another_form(
        browse: Any, assigned_order: WorkOrder, home: Place, chenliang: Any, stage: Path) -> None:
    worker, path = browse("chenliang"), f"/work-orders/{assigned_order.number}/photos"
    assert send(worker, path, {"stage": "during"}, ("a.jpg", jpeg(1))).status_code == 303
    with nothing_stored(stage):
        assert send(browse(), f"/r/{home.parent.code}", {"text": ""}, ("a.jpg", jpeg(1))).status_code == 422
    assert worker.get(f"/photos/{Photo.get().id}/small.jpg").status_code == 200


def exif_taken(when: str, offset: str = "") -> bytes:
    exif = Image.Exif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = when
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    exif[ExifTags.Base.DateTime] = when
    return exif.tobytes()


@pytest.mark.parametrize(("when", "offset"), [
    ("0001:01:01 00:00:00", "+08:00"), ("0001:01:01 00:00:00", ""), ("9999:12:31 23:59:59", "-08:00"),
    ("0000:00:00 00:00:00", ""), ("yesterday", "+99:99"),
])
def test_a_camera_with_a_senseless_clock_is_no_reason_to_refuse_its_photo(
        browse: Any, assigned_order: WorkOrder, when: str, offset: str) -> None:
    worker, path = browse("chenliang"), f"/work-orders/{assigned_order.number}"
    answer = send(worker, f"{path}/photos", {"stage": "during"}, ("a.jpg", jpeg(1, exif=exif_taken(when, offset))))
    assert answer.status_code == 303
    assert worker.get(path).status_code == 200


# -- words


LONG_WORDS = [
    ("registered_order", "sunqi", "notes", "note", {}),
    ("working_order", "chenliang", "completion", "done", {}),
    ("working_order", "chenliang", "completion", "parts", {"done": "换了软管"}),
    ("accepted_order", "chenliang", "arrival", "no_photo_reason", {}),
    ("working_order", "chenliang", "holds", "hold_note",
     {"hold_reason": "parts", "promised_at": AHEAD}),
    ("finished_order", "guoqiang", "inspection", "note", {"decision": "return", "reasons": "not_fixed"}),
    ("calling_order", "luxia", "callback", "words", {"outcome": "answered", "solved": "yes", "overall": "satisfied"}),
]


@pytest.mark.parametrize(("state", "login", "noun", "field", "more"), LONG_WORDS)
def test_a_text_of_20000_characters_is_refused_and_not_lost(
        browse: Any, request: pytest.FixtureRequest, stage: Path, state: str, login: str, noun: str, field: str,
        more: dict[str, str]) -> None:
    order = request.getfixturevalue(state)
    for lang, begins in (("zh-CN", "文字太长：最多 "), ("en", "Too long: at most ")):
        with nothing_stored(stage):
            page = send(browse(login, lang=lang), f"/work-orders/{order.number}/{noun}", {**more, field: LONG})
        assert page.status_code == 422
        [sentence] = sentences(page)
        assert sentence.startswith(begins)
        assert "20000" in sentence
        assert typed_text(page, field) == LONG


@pytest.mark.parametrize("field", ["text", "spot", "home", "name"])
def test_an_owner_who_writes_a_novel_keeps_it(browse: Any, home: Place, stage: Path, field: str) -> None:
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", {"text": "漏水", field: LONG})
    assert page.status_code == 422
    assert len(sentences(page)) == 1
    assert typed_text(page, field) == LONG


def test_a_text_of_exactly_the_limit_is_taken(browse: Any, registered_order: WorkOrder) -> None:
    path = f"/work-orders/{registered_order.number}/notes"
    assert send(browse("sunqi"), path, {"note": "长" * 2000}).status_code == 303


@pytest.mark.parametrize("photos", [(), (("a.jpg", b"not a photo"),)])
def test_megabytes_of_words_are_refused_with_one_sentence(
        browse: Any, home: Place, stage: Path, photos: tuple[tuple[str, bytes], ...]) -> None:
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", {"text": "x" * 3_000_000}, *photos)
    assert page.status_code in (413, 422)
    assert len(sentences(page)) == 1


def test_a_request_over_the_limit_of_the_installation_is_refused_with_one_sentence(
        web: Any, browse: Any, home: Place, stage: Path) -> None:
    web.config["MAX_CONTENT_LENGTH"] = 300_000
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", {"text": "漏水"}, ("a.jpg", jpeg(1) + bytes(400_000)))
    assert page.status_code == 413
    assert sentences(page) == ["上传内容太大，请减少照片后再试。"]


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"text": ""}, "请填写这一项。"),
    ({"text": "  \r\n "}, "请填写这一项。"),
    ({"text": "漏水", "home": "9999"}, "8栋2单元没有 9999 室，请核对房号。"),
    ({"text": "漏水", "phone": "12345"}, "电话号码不对，请检查。"),
    ({"text": "漏水", "phone": "13800001234"}, "请留下您的姓，方便称呼。"),
    ({"text": "漏水", "name": "王" * 21}, "文字太长：最多 20 个字，现在 21 个。"),
])
def test_a_report_is_refused_for_one_reason_at_a_time(
        browse: Any, home: Place, stage: Path, fields: dict[str, str], sentence: str) -> None:
    with nothing_stored(stage):
        page = send(browse(), f"/r/{home.parent.code}", fields)
    assert (page.status_code, sentences(page)) == (422, [sentence])
    for name, value in fields.items():
        assert typed_text(page, name) == value.strip()


# -- the wrong state, the wrong person


WRONG_STATE = [
    ("registered_order", "sunqi", "registration", {"category": "1001", "read_back": "1"}),
    ("working_order", "sunqi", "assignment", {"technician": "xuwei"}),
    ("accepted_order", "chenliang", "acceptance", {}),
    ("assigned_order", "chenliang", "arrival", {"no_photo_reason": "太暗"}),
    ("accepted_order", "chenliang", "completion", {"done": "换了软管"}),
    ("accepted_order", "chenliang", "holds", {"hold_reason": "parts", "promised_at": AHEAD}),
    ("working_order", "guoqiang", "holds/approval", {}),
    ("working_order", "guoqiang", "holds/refusal", {"refusal_note": "不必"}),
    ("working_order", "chenliang", "resumption", {}),
    ("working_order", "guoqiang", "inspection", {"decision": "return", "reasons": "not_fixed"}),
    ("finished_order", "luxia", "callback", {"outcome": "no_answer"}),
]


@pytest.mark.parametrize(("state", "login", "noun", "fields"), WRONG_STATE)
def test_a_verb_in_the_wrong_state_is_409_with_the_order_as_it_is_now(
        browse: Any, request: pytest.FixtureRequest, stage: Path, state: str, login: str, noun: str,
        fields: dict[str, str]) -> None:
    order = request.getfixturevalue(state)
    for lang in ("zh-CN", "en"):
        with nothing_stored(stage):
            page = send(browse(login, lang=lang), f"/work-orders/{order.number}/{noun}", fields)
        assert page.status_code == 409
        assert len(sentences(page)) == 1
        assert order.text in page


WRONG_PERSON = [
    ("registered_order", "chenliang", "acceptance", 404), ("assigned_order", "xuwei", "acceptance", 404),
    ("assigned_order", "sunqi", "acceptance", 403), ("accepted_order", "guoqiang", "arrival", 403),
    ("working_order", "luxia", "completion", 403), ("working_order", "sunqi", "holds", 403),
    ("working_order", "machunsheng", "notes", 404), ("finished_order", "chenliang", "inspection", 403),
    ("calling_order", "sunqi", "callback", 403), ("calling_order", "admin", "reveals", 404),
    ("calling_order", "yzdb", "reveals", 403), ("registered_order", "yzdb", "photos", 403),
    ("reported_order", "luxia", "registration", 403),
]


@pytest.mark.parametrize(("state", "login", "noun", "status"), WRONG_PERSON)
def test_the_wrong_person_does_nothing(
        browse: Any, request: pytest.FixtureRequest, stage: Path, state: str, login: str, noun: str,
        status: int) -> None:
    order = request.getfixturevalue(state)
    with nothing_stored(stage):
        page = send(browse(login), f"/work-orders/{order.number}/{noun}", {"note": "一条", "done": "好了"},
                    ("a.jpg", jpeg(9)))
    assert page.status_code == status
    assert len(sentences(page)) == 1


def test_nobody_inspects_or_calls_about_the_work_they_did(
        browse: Any, registered_order: WorkOrder, heguangjun: Any, sunqi: Any) -> None:
    registered_order.assign(heguangjun, by=sunqi, why="就近处理")
    registered_order.accept(by=heguangjun)
    add_photos(registered_order, "before", 1, by=heguangjun)
    registered_order.arrive(by=heguangjun)
    add_photos(registered_order, "after", 1, 2, by=heguangjun)
    registered_order.finish("换了软管", by=heguangjun)
    page = send(browse("heguangjun"), f"/work-orders/{registered_order.number}/inspection", {"decision": "pass"})
    assert (page.status_code, sentences(page)) == (403, ["您参与过本单维修，不能再验收、回访或抽查。"])


@pytest.mark.parametrize(("state", "noun", "fields", "chinese", "english"), [
    ("accepted_order", "arrival", {}, "到场请先拍至少 1 张修前照片，或写明不能拍照的原因。",
     "Take at least 1 before photo, or say why there is none."),
    ("working_order", "completion", {"done": "换了软管"}, "修后照片至少 2 张，还差 2 张。",
     "At least 2 after photos are needed; 2 more."),
    ("working_order", "photos", {"stage": "during"}, "请先选择照片。", "Choose a photo first."),
])
def test_a_required_photo_that_is_missing_is_asked_for(
        browse: Any, request: pytest.FixtureRequest, stage: Path, state: str, noun: str, fields: dict[str, str],
        chinese: str, english: str) -> None:
    order = request.getfixturevalue(state)
    for lang, sentence in (("zh-CN", chinese), ("en", english)):
        with nothing_stored(stage):
            page = send(browse("chenliang", lang=lang), f"/work-orders/{order.number}/{noun}", fields)
        assert (page.status_code, sentences(page)) == (422, [sentence])
        if "done" in fields:
            assert typed_text(page, "done") == fields["done"]


def test_one_photo_of_two_is_refused_whole(browse: Any, working_order: WorkOrder, stage: Path) -> None:
    with nothing_stored(stage):
        page = send(browse("chenliang"), f"/work-orders/{working_order.number}/completion", {"done": "换了软管"},
                    ("a.jpg", jpeg(1)))
    assert sentences(page) == ["修后照片至少 2 张，还差 1 张。"]


# -- two people at once


def test_who_finishes_too_late_sees_the_order_as_it_is_and_keeps_every_word(
        browse: Any, working_order: WorkOrder, chenliang: Any) -> None:
    phone = browse("chenliang")
    form = form_of(phone.get(f"/work-orders/{working_order.number}"), "completion")
    form["done"], form["parts"] = "换了一米软管,试水不漏", "不锈钢软管一根"
    add_photos(working_order, "after", 1, 2, by=chenliang)
    working_order.finish("另一部手机已经完工", by=chenliang)
    page = form.submit(expect_errors=True)
    assert page.status_code == 409
    assert sentences(page) == [f"{MOVED_ON}“待验收”，请看最新情况。"]
    assert page.html.select_one("#order")["data-state"] == "finished"
    assert "换了一米软管,试水不漏" in page
    assert "不锈钢软管一根" in page


def test_photos_of_a_finish_that_came_too_late_are_kept_and_a_resend_adds_none(
        browse: Any, working_order: WorkOrder, chenliang: Any) -> None:
    form = form_of(browse("chenliang").get(f"/work-orders/{working_order.number}"), "completion")
    form["done"], form["photos"] = "换了软管", upload(jpeg(31), jpeg(32))
    add_photos(working_order, "after", 1, 2, by=chenliang)
    working_order.finish("另一部手机已经完工", by=chenliang)
    assert [form.submit(expect_errors=True).status_code for _ in range(2)] == [409, 409]
    assert working_order.photos_of("after").count() == 4
    assert WorkOrder.get().state == "finished"


def test_who_inspects_too_late_sees_the_order_as_it_is_and_keeps_every_word(
        browse: Any, finished_order: WorkOrder, heguangjun: Any) -> None:
    form = browse("guoqiang").get(f"/work-orders/{finished_order.number}/inspection").forms["inspection"]
    form["note"] = "角阀还在渗水,请再查"
    Inspection.pass_work(finished_order, judged_good(finished_order), by=heguangjun)
    page = form.submit("decision", value="return", expect_errors=True)
    assert page.status_code == 409
    assert sentences(page) == [f"{MOVED_ON}“待回访”，请看最新情况。"]
    assert "角阀还在渗水,请再查" in page


def test_a_refused_inspection_shows_none_of_its_codes_as_words_of_the_supervisors(
        browse: Any, finished_order: WorkOrder) -> None:
    page = send(browse("guoqiang"), f"/work-orders/{finished_order.number}/inspection", {"decision": "pass"})
    assert page.status_code == 422
    assert page.html.select(".unsent") == []


def test_who_calls_too_late_sees_the_order_as_it_is_and_keeps_the_owners_words(
        browse: Any, calling_order: WorkOrder, zhaomin: Any) -> None:
    form = form_of(browse("luxia").get(f"/work-orders/{calling_order.number}/callback"), "callback")
    form["outcome"], form["solved"], form["overall"] = "answered", "no", "dissatisfied"
    form["words"] = "晚上又滴水了"
    Attempt.make(calling_order, "answered", by=zhaomin, told=Said(solved="yes", overall="satisfied"))
    page = form.submit(expect_errors=True)
    assert page.status_code == 409
    assert sentences(page) == [f"{MOVED_ON}“已归档”，请看最新情况。"]
    assert "晚上又滴水了" in page


def test_an_owner_who_rates_twice_keeps_the_words(browse: Any, calling_order: WorkOrder, web: Any) -> None:
    with web.test_request_context():
        link = link_to(calling_order)
    owner = browse()
    form = form_of(owner.get(link), "rating")
    form["solved"], form["overall"], form["words"] = "yes", "satisfied", "谢谢陈师傅"
    for name in DIMENSIONS:  # a whole one, which decides
        form[name] = "5"
    other = form_of(owner.get(link), "rating")
    other["solved"], other["overall"], other["words"] = "no", "dissatisfied", "其实还在漏"
    assert form.submit().status_code == 303
    page = other.submit(expect_errors=True)
    assert page.status_code == 409
    assert len(sentences(page)) == 1
    assert "其实还在漏" in page


def test_who_registers_too_late_sees_the_order_as_it_is(
        browse: Any, reported_order: WorkOrder, burst_pipe: Any, tangwen: Any) -> None:
    form = browse("sunqi").get(f"/work-orders/{reported_order.number}/registration").forms["registration"]
    form["category"], form["read_back"], form["spot"] = "1001", True, "厨房水槽下"
    reported_order.register(burst_pipe, by=tangwen, read_back=True)
    page = form.submit(expect_errors=True)
    assert page.status_code == 409
    assert sentences(page) == [f"{MOVED_ON}“待派单”，请看最新情况。"]
    assert reported_order.text in page


def test_an_assignment_made_on_an_old_page_does_not_undo_a_newer_one(
        browse: Any, registered_order: WorkOrder, tangwen: Any, xuwei: Any) -> None:
    form = browse("sunqi").get(f"/work-orders/{registered_order.number}/assignment").forms["shortlist"]
    registered_order.assign(xuwei, by=tangwen)
    page = form.submit("technician", value="chenliang", expect_errors=True)
    assert page.status_code == 409
    assert WorkOrder.get().assignee == xuwei
    assert "徐伟" in page


# -- what no form of ours would send


STRANGE = ["99999999999999999999", "²", "-1", "1e9", "NaN", "\x00", "%s%n", "' OR 1=1 --", "１２"]


@pytest.mark.parametrize("value", STRANGE)
def test_a_strange_version_is_no_reason_to_break(browse: Any, assigned_order: WorkOrder, value: str) -> None:
    answer = send(browse("chenliang"), f"/work-orders/{assigned_order.number}/acceptance", {"version": value})
    assert answer.status_code in (303, 409)


@pytest.mark.parametrize("value", [one for one in STRANGE[:-1] if one != "\x00"])
def test_strange_hours_are_refused_with_one_sentence(
        browse: Any, working_order: WorkOrder, stage: Path, value: str) -> None:
    with nothing_stored(stage):
        page = send(browse("chenliang"), f"/work-orders/{working_order.number}/completion",
                    {"done": "好了", "hours": value}, ("a.jpg", jpeg(1)), ("b.jpg", jpeg(2)))
    assert page.status_code == 422
    assert sentences(page) == ["工时请填 0 到 999 的数字。"]


@pytest.mark.parametrize("name", ["verdict-99999999999999999999", "verdict-²", "verdict-", "verdict-x", "verdict--1"])
def test_a_strange_verdict_is_no_reason_to_break(browse: Any, finished_order: WorkOrder, name: str) -> None:
    path = f"/work-orders/{finished_order.number}/inspection"
    page = send(browse("guoqiang"), path, {"decision": "pass", name: "good"})
    assert (page.status_code, sentences(page)) == (422, ["请逐张判定修后照片。"])


@pytest.mark.parametrize("path", [
    "/photos/99999999999999999999/small.jpg", "/photos/1/huge.jpg", "/photos/1/original.jpg", "/photos/-1/small.jpg",
    "/work-orders?queue=nothing", "/work-orders/%00", "/work-orders/..%2f..%2fetc", "/r/00000000", "/o/nothing",
    "/static/../app.py", "/static/%2e%2e/app.py", "/styles-.css", "/work-orders/GD-1/owner-qr.svg", "/nothing",
])
def test_an_address_that_leads_nowhere_is_404_with_one_sentence(browse: Any, path: str) -> None:
    page = browse("sunqi").get(path, expect_errors=True)
    assert page.status_code == 404
    assert len(sentences(page)) == 1


@pytest.mark.parametrize("after", ["x", "~~", "P0~x~1", "P0~2026-13-01T00:00:00~1", "P0~2026-11-23T00:00:00"])
def test_a_wrong_place_in_a_list_is_refused_with_one_sentence(browse: Any, after: str) -> None:
    page = browse("sunqi").get("/work-orders", {"queue": "reported", "after": after}, expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["列表地址不对，请从第一页开始。"])


@pytest.mark.parametrize("id", ["x", "99999999999999999999", "²", "-1"])
def test_a_place_in_a_list_after_no_order_is_no_reason_to_break(browse: Any, id: str) -> None:
    page = browse("sunqi").get("/work-orders", {"queue": "reported", "after": f"P0~2026-11-23T00:00:00~{id}"},
                               expect_errors=True)
    assert page.status_code in (200, 422)


@pytest.mark.parametrize("q", [*(one for one in STRANGE if one != "\x00"), "%", "_", "长" * 500, "a b c d e f g h"])
def test_any_words_may_be_searched_for(browse: Any, reported_order: WorkOrder, q: str) -> None:
    page = browse("sunqi").get("/work-orders", {"q": q})
    assert page.status_code == 200
    assert reported_order.text not in page


@pytest.mark.parametrize("login", ["\x00", "长" * 5000, "' OR 1=1 --", ""])
def test_any_login_may_be_tried(browse: Any, login: str) -> None:
    page = send(browse(), "/sign-in", {"login": login, "password": "\x00"})
    assert (page.status_code, sentences(page)) == (422, ["账号或密码不对。"])


@pytest.mark.parametrize("id", ["99999999999999999999", "0"])
def test_a_device_that_is_none_is_404(browse: Any, id: str) -> None:
    assert send(browse("sunqi"), f"/account/sessions/{id}/end").status_code == 404


@pytest.mark.parametrize("promised", ["", "tomorrow", "0001-01-01T00:00", "2020-01-01T00:00", "9999-12-31T23:59:60"])
def test_a_hold_needs_a_time_that_is_still_to_come(
        browse: Any, working_order: WorkOrder, stage: Path, promised: str) -> None:
    with nothing_stored(stage):
        page = send(browse("chenliang"), f"/work-orders/{working_order.number}/holds",
                    {"hold_reason": "parts", "promised_at": promised, "hold_note": "已告知业主"})
    assert (page.status_code, sentences(page)) == (422, ["请填写晚于现在的新承诺时间。"])
    assert typed_text(page, "hold_note") == "已告知业主"


@pytest.mark.parametrize("said", ["x", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "²"])
def test_a_phone_with_a_senseless_clock_still_sends_its_photo(
        browse: Any, assigned_order: WorkOrder, said: str) -> None:
    worker, path = browse("chenliang"), f"/work-orders/{assigned_order.number}"
    answer = send(worker, f"{path}/photos", {"stage": "during", "phone_at": said}, ("a.jpg", jpeg(1)))
    assert answer.status_code == 303
    assert Photo.get().phone_at is None
    assert worker.get(path).status_code == 200


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"category": ""}, "请选择类别。"), ({"category": "9"}, "没有这个类别，请从列表中选择。"),
    ({"kind": "nothing"}, "没有这个类型，请从列表中选择。"), ({"priority": "P9"}, "没有这个优先级，请从列表中选择。"),
    ({"read_back": None}, "请先向报事人复述确认，再打勾。"), ({"place": ""}, "请填写地点。"),
    ({"place": "月球"}, "没有“月球”这个地点，请从列表中选择。"),
])
def test_a_registration_is_refused_for_one_reason_at_a_time(
        browse: Any, reported_order: WorkOrder, stage: Path, fields: dict[str, str | None], sentence: str) -> None:
    whole: dict[str, str | None] = {
        "category": "1001", "read_back": "1", "place": "8栋2单元1503", "spot": "厨房", **fields}
    with nothing_stored(stage):
        page = send(browse("sunqi"), f"/work-orders/{reported_order.number}/registration",
                    {name: value for name, value in whole.items() if value is not None})
    assert (page.status_code, sentences(page)) == (422, [sentence])
    assert typed_text(page, "spot") == "厨房"
    chosen = page.html.select_one("select[name=category] option[selected]")
    assert (chosen["value"] if chosen else "") == (whole["category"] if whole["category"] != "9" else "")


def test_words_that_look_like_a_page_are_shown_as_words(browse: Any, home: Place) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} %(name)s"
    answer = send(browse(), f"/r/{home.parent.code}", {"text": text, "name": "<b>王", "spot": "\"><i>"})
    assert answer.status_code == 303
    for page in (answer.follow(), browse("sunqi").get(f"/work-orders/{WorkOrder.get().number}"),
                 browse("sunqi").get("/work-orders?queue=reported")):
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<i>" not in page


def test_a_photo_with_a_strange_name_is_named_as_it_is(browse: Any, home: Place) -> None:
    page = send(browse(), f"/r/{home.parent.code}", {"text": "漏水"}, ("<b>100%(s) 照片.jpg", b""))
    assert (page.status_code, sentences(page)) == (422, ["照片 <b>100%(s) 照片.jpg 是空文件，请重选。"])


def test_a_nul_that_no_database_keeps_is_not_read(browse: Any, registered_order: WorkOrder) -> None:
    path = f"/work-orders/{registered_order.number}/assignment"
    assert send(browse("sunqi"), path, {"technician": "chen\x00liang"}).status_code == 303
    assert WorkOrder.get().assignee.login == "chenliang"
    assert browse("sunqi").get("/work-orders?q=%00&queue=reg%00istered").status_code == 200
