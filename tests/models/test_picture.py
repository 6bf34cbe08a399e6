"""Uploaded pictures: what is accepted, what is refused and how, and what never leaves with a copy."""
import random
import struct
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from models.errors import Refused, TooLarge
from models.photo.picture import LARGE, MAX_BYTES, SMALL, Picture, hamming, is_plain

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
REAL = Path(__file__).parents[2].parent / "shared" / "photos"


def scene(width: int = 400, height: int = 300) -> Image.Image:
    """Red to the left, blue to the right."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    return picture


def encoded(picture: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    written = BytesIO()
    picture.save(written, format, **options)
    return written.getvalue()


def read(data: bytes, name: str = "leak.jpg") -> Picture:
    return Picture.read(BytesIO(data), name)


def shown(copy: bytes) -> Image.Image:
    return Image.open(BytesIO(copy), formats=["JPEG"])


def phone_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "HUAWEI"
    exif[0x0112] = orientation
    exif[0x0132] = "2026:03:02 09:00:00"
    exif.get_ifd(0x8769).update({0x9003: "2026:03:01 14:05:06", 0x9011: "+08:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 24.0), 3: "E", 4: (121.0, 30.0, 0.0)})
    return exif


def with_exif(change: Callable[[Image.Exif], object]) -> Picture:
    exif = phone_exif()
    change(exif)
    return read(encoded(scene(), exif=exif))


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def assert_refused(data: bytes, code: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        read(data, "发票.jpg")
    assert (refusal.value.code, refusal.value.field, refusal.value.facts["name"]) == (code, "photos", "发票.jpg")
    return refusal.value


@pytest.mark.parametrize("format", FORMATS)
def test_four_formats_are_accepted_by_what_they_are_not_by_their_name(format: str) -> None:
    data = encoded(scene(), format)
    picture = read(data, "leak.txt")
    assert picture.media_type == FORMATS[format]
    assert (picture.width, picture.height) == (400, 300)
    assert (picture.sha256, picture.size, picture.original) == (sha256(data).hexdigest(), len(data), data)


@pytest.mark.parametrize("format", FORMATS)
def test_copies_are_rgb_jpegs_that_fit_their_box(format: str) -> None:
    picture = read(encoded(scene(2000, 1501), format))
    assert (shown(picture.large).size, shown(picture.small).size) == ((LARGE, 1200), (SMALL, 240))
    assert shown(picture.large).mode == shown(picture.small).mode == "RGB"


def test_a_small_picture_is_not_blown_up() -> None:
    picture = read(encoded(scene(200, 100)))
    assert shown(picture.large).size == shown(picture.small).size == (200, 100)


def test_a_hair_thin_picture_keeps_at_least_one_pixel() -> None:
    assert shown(read(encoded(scene(30000, 2), "PNG")).small).size == (SMALL, 1)


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_taken_on_its_side_is_turned_exactly_once(format: str) -> None:
    picture = read(encoded(scene(), format, exif=phone_exif(orientation=6).tobytes()))
    assert (picture.width, picture.height) == (300, 400)
    for copy in (shown(picture.large), shown(picture.small)):
        above, below = copy.getpixel((copy.width // 2, 9)), copy.getpixel((copy.width // 2, copy.height - 9))
        assert copy.width < copy.height
        assert isinstance(above, tuple) and isinstance(below, tuple)
        assert above[0] > 200 > below[0] and below[2] > 200 > above[2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_the_same(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = Image.radial_gradient("L").resize((400, 300)).convert("RGB")
    upright.paste(scene(100, 40), (30, 20))
    lying = upright.transpose(undo[orientation]) if orientation in undo else upright
    picture = read(encoded(lying, exif=phone_exif(orientation)))
    assert (picture.width, picture.height) == (400, 300)
    assert hamming(picture.dhash, read(encoded(upright)).dhash) <= 2


@pytest.mark.parametrize("format", FORMATS)
def test_time_offset_and_place_are_read(format: str) -> None:
    picture = read(encoded(scene(), format, exif=phone_exif().tobytes()))
    assert (picture.taken_local, picture.taken_offset) == (datetime(2026, 3, 1, 14, 5, 6), "+08:00")
    assert (picture.latitude, picture.longitude) == (31.24, 121.5)


@pytest.mark.parametrize("format", FORMATS)
def test_a_copy_tells_nothing_about_the_phone(format: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "Mrs Zhang, 3-2-1201")
    extra: dict[str, Any] = {"pnginfo": info} if format == "PNG" else {"xmp": b"<x:xmpmeta>Zhang</x:xmpmeta>"}
    if format == "JPEG":
        extra["comment"] = "Mrs Zhang, 3-2-1201"
    data = encoded(scene(), format, exif=phone_exif(6).tobytes(), icc_profile=b"a profile" * 20, **extra)
    picture = read(data)
    for copy in (picture.large, picture.small):
        assert not shown(copy).getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(shown(copy).info)
        assert not any(word in copy for word in (b"Exif", b"ICC_PROFILE", b"Zhang", b"HUAWEI", b"xmpmeta"))


def test_without_exif_everything_is_unknown() -> None:
    picture = read(encoded(scene()))
    assert (picture.taken_local, picture.taken_offset, picture.latitude, picture.longitude) == (None,) * 4


def test_without_an_original_time_the_plain_one_counts_and_brings_no_offset_of_another() -> None:
    picture = with_exif(lambda exif: exif.get_ifd(0x8769).pop(0x9003))
    assert (picture.taken_local, picture.taken_offset) == (datetime(2026, 3, 2, 9), None)


@pytest.mark.parametrize("said", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "2026-13-45", ""])
def test_a_time_that_cannot_be_is_unknown(said: str) -> None:
    def change(exif: Image.Exif) -> None:
        exif[0x0132] = exif.get_ifd(0x8769)[0x9003] = said

    picture = with_exif(change)
    assert (picture.taken_local, picture.taken_offset) == (None, None)


@pytest.mark.parametrize("said", ["   :  ", "+99:00", "8", "+08:00; drop"])
def test_an_offset_that_cannot_be_is_unknown(said: str) -> None:
    picture = with_exif(lambda exif: exif.get_ifd(0x8769).update({0x9011: said}))
    assert (picture.taken_local, picture.taken_offset) == (datetime(2026, 3, 1, 14, 5, 6), None)


def test_south_and_west_are_negative() -> None:
    picture = with_exif(lambda exif: exif.get_ifd(0x8825).update({1: "S", 3: "W"}))
    assert (picture.latitude, picture.longitude) == (-31.24, -121.5)


@pytest.mark.parametrize("said", [
    {2: (91.0, 0.0, 0.0)}, {4: (181.0, 0.0, 0.0)}, {1: "X"}, {1: ""}, {1: "NS"}, {2: (31.0, 99.0, 0.0)}, {2: (31.0,)},
    {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}, {2: (IFDRational(1, 0), 0.0, 0.0)},
])
def test_a_place_that_cannot_be_is_unknown(said: dict[int, object]) -> None:
    picture = with_exif(lambda exif: exif.get_ifd(0x8825).update(said))
    assert (picture.latitude, picture.longitude) == (None, None)
    assert picture.taken_local


def test_a_broken_exif_block_is_unknown_and_no_reason_to_refuse() -> None:
    data = encoded(scene(), exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff" + b"\xff" * 200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert read(data).taken_local is None


def test_what_is_transparent_becomes_white() -> None:
    for picture in (Image.new("RGBA", (50, 50), (0, 0, 0, 0)), Image.new("LA", (50, 50), (0, 0))):
        for format in ("PNG", "WEBP"):
            assert shown(read(encoded(picture, format)).large).getpixel((25, 25)) == (255, 255, 255)


def test_a_palette_with_a_transparent_colour_becomes_white() -> None:
    data = encoded(Image.new("P", (50, 50), 0), "PNG", transparency=0)
    assert shown(read(data).large).getpixel((25, 25)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_scaled_not_cut() -> None:
    grey = shown(read(encoded(Image.new("I;16", (50, 50), 0x8000), "PNG")).large).getpixel((25, 25))
    assert grey == (128, 128, 128)


@pytest.mark.parametrize("mode", ["1", "L", "CMYK"])
def test_modes_without_colour_or_for_print_are_shown_too(mode: str) -> None:
    assert shown(read(encoded(scene().convert(mode), "JPEG" if mode == "CMYK" else "PNG")).large).mode == "RGB"


def test_nothing_is_empty() -> None:
    assert_refused(b"", "photo.empty")


def test_a_byte_over_the_limit_is_too_large_and_no_more_is_read() -> None:
    stream = BytesIO(b"\xff\xd8\xff" + bytes(MAX_BYTES + 1000))
    with pytest.raises(TooLarge, match=r"photo\.too_many_bytes") as refusal:
        Picture.read(stream, "film.jpg")
    assert refusal.value.facts == {"name": "film.jpg", "limit_mb": 20}
    assert stream.tell() == MAX_BYTES + 1


def test_exactly_the_limit_is_accepted() -> None:
    data = encoded(scene())
    assert read(data + bytes(MAX_BYTES - len(data))).size == MAX_BYTES


def test_a_stream_that_comes_in_drops_is_read_to_its_end() -> None:
    class Dripping(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(100)

    data = encoded(scene())
    assert Picture.read(Dripping(data)).original == data


def test_nine_hundred_million_pixels_are_refused_before_any_is_decoded() -> None:
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(3751)) for _ in range(30000)) + packer.flush()
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 1, 0, 0, 0, 0))
    bomb += png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    assert len(bomb) < 300_000
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert assert_refused(bomb, "photo.too_many_pixels").facts["limit_mp"] == 50


@pytest.mark.parametrize("side", [7072, 9500, 14000, 60000])
def test_too_many_pixels_are_refused_without_a_warning_whatever_pillow_thinks(side: int) -> None:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_refused(b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", b""), "photo.too_many_pixels")


def test_a_webp_is_refused_before_its_decoder_takes_the_memory() -> None:
    good = encoded(scene(), "WEBP", exif=phone_exif().tobytes())
    side = (16382).to_bytes(3, "little")
    assert_refused(good[:24] + side * 2 + good[30:], "photo.too_many_pixels")


@pytest.mark.parametrize("data", [
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", b"<!doctype html><title>photo</title>", b"\xff\xd8", b"x",
    b'<svg xmlns="http://www.w3.org/2000/svg"/>', b"PK\x03\x04" + bytes(50), bytes(1000),
    b"RIFF\x24\x00\x00\x00WAVEfmt ", b"\x00\x00\x00\x20ftypisom" + bytes(50), b"\x00\x00\x00\x20ftypavif" + bytes(50),
], ids=lambda data: repr(data[:12]))
def test_what_only_calls_itself_a_photo_is_not_a_picture(data: bytes) -> None:
    assert_refused(data, "photo.not_a_picture")


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
def test_other_kinds_of_pictures_are_refused(format: str) -> None:
    assert_refused(encoded(scene(64, 64), format), "photo.not_a_picture")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_cut_off_on_the_way_is_damaged(format: str, share: float) -> None:
    noisy = Image.effect_noise((400, 300), 60).convert("RGB")
    data = encoded(noisy, format)
    assert_refused(data[:max(16, int(len(data) * share))], "photo.damaged")


def test_a_text_that_unpacks_without_end_is_damaged() -> None:
    good = encoded(scene(), "PNG")
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000)))
    assert_refused(good[:33] + text + good[33:], "photo.damaged")


def test_a_jpeg_of_a_thousand_passes_is_damaged() -> None:
    good = encoded(scene(), progressive=True)
    last = good[good.rfind(b"\xff\xda"):-2]
    assert_refused(good[:-2] + last * 1000 + good[-2:], "photo.damaged")


def test_a_film_behind_the_photo_is_no_reason_to_refuse() -> None:
    assert read(encoded(scene(), progressive=True) + b"\xff\xda\x00\x08" * 1000).width == 400


def test_a_strange_second_picture_behind_the_first_is_no_reason_to_refuse() -> None:
    data = encoded(scene(), "MPO", save_all=True, append_images=[scene(80, 60)])
    assert read(data).media_type == "image/jpeg"
    assert read(data.replace(b"MPF\0", b"MPF\0" + b"\xff" * 4, 1)[:-4]).width == 400


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_changed_at_random_are_accepted_or_refused_and_nothing_else(format: str) -> None:
    chance = random.Random(format)
    good = encoded(scene(120, 90), format, exif=phone_exif(6).tobytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(150):
            data = bytearray(good)
            for _ in range(chance.choice((1, 3, 20))):
                data[chance.randrange(len(data))] = chance.choice((0, 255, chance.randrange(256)))
            with suppress(Refused):
                read(bytes(data))


def test_the_same_view_in_another_size_and_quality_has_nearly_the_same_hash() -> None:
    view = Image.effect_noise((40, 30), 90).resize((2000, 1500)).convert("RGB")
    first, second = read(encoded(view, quality=95)), read(encoded(view.resize((800, 600)), "WEBP", quality=50))
    assert first.sha256 != second.sha256
    assert hamming(first.dhash, second.dhash) <= 4


def test_different_views_have_hashes_far_apart() -> None:
    chance = random.Random(1)
    def view() -> bytes:
        small = Image.frombytes("L", (20, 15), chance.randbytes(300))
        return encoded(small.resize((400, 300)).convert("RGB"))

    assert hamming(read(view()).dhash, read(view()).dhash) > 16


def test_the_hash_is_of_64_bits_and_looks_from_left_to_right() -> None:
    ramp = Image.linear_gradient("L").rotate(90)
    assert read(encoded(ramp)).dhash == 2**64 - 1
    assert read(encoded(ramp.rotate(180))).dhash == 0


def test_a_bare_wall_is_plain_and_a_view_is_not() -> None:
    assert is_plain(read(encoded(Image.new("RGB", (400, 300), "grey"))).dhash)
    assert is_plain(0b111111) and is_plain(2**64 - 1)
    assert not is_plain(0b1111111) and not is_plain(0xF0F0F0F0F0F0F0F0)


def test_hamming_counts_the_bits_that_differ() -> None:
    assert (hamming(0, 2**64 - 1), hamming(0b1010, 0b0110), hamming(7, 7)) == (64, 2, 0)


def real(kind: str) -> list[Any]:
    found = sorted((REAL / kind).glob("*")) if REAL.is_dir() else []
    missing = pytest.param(None, marks=pytest.mark.skip(reason=f"the collection of real photos is not at {REAL}"))
    return [pytest.param(path, id=path.name) for path in found] or [missing]


@pytest.mark.parametrize("path", real("good"))
def test_real_photos_are_accepted_and_their_copies_tell_nothing(path: Path) -> None:
    picture = read(path.read_bytes(), path.name)
    for copy, longest in ((picture.large, LARGE), (picture.small, SMALL)):
        assert max(shown(copy).size) <= longest
        assert (shown(copy).width > shown(copy).height) == (picture.width > picture.height)
        assert not shown(copy).getexif()
        assert b"Exif" not in copy
    if path.name == "rotated-6.jpg":
        assert (picture.width, picture.height) == (840, 700)
    if "gps" in path.name:
        assert picture.latitude and picture.longitude


@pytest.mark.parametrize("path", real("bad"))
def test_real_broken_files_are_refused(path: Path) -> None:
    with pytest.raises(Refused, match=r"photo\.(damaged|not_a_picture)"):
        read(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", real("odd"))
def test_real_odd_files_are_accepted_or_refused(path: Path) -> None:
    try:
        assert read(path.read_bytes(), path.name).width
    except Refused as refusal:
        assert refusal.code == "photo.damaged"
