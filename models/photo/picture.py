"""An uploaded picture: what it is, what it says about itself, and the upright copies that may be shown.

Knows neither the database nor the web. Whoever sends bytes is not to be trusted: whatever they are, the answer is a
Picture or a refusal.
"""
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from math import isfinite
from threading import Lock
from typing import BinaryIO, NamedTuple, TypeVar

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile, register_heif_opener

from models.errors import Refused, TooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
LARGE = 1600
SMALL = 320

# A progressive JPEG has about ten. Every scan walks all pixels again, so a small file of a thousand takes minutes.
MAX_SCANS = 40
# A PNG or WebP has to be unpacked whole, at four bytes a pixel and more, however small the copies are.
HEAVY_PIXELS = 16_000_000

# The files' own classes, not Image.open(): that warns or fails by Pillow's process-wide pixel limit before ours is
# asked, and turns down a good JPEG for the sake of a strange second picture behind it.
KINDS: tuple[tuple[re.Pattern[bytes], type[ImageFile], str], ...] = (
    (re.compile(rb"\xff\xd8\xff"), JpegImageFile, "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PngImageFile, "image/png"),
    (re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL), WebPImageFile, "image/webp"),
    (re.compile(rb"....ftyp(?:hei[cxms]|hev[cxms]|m[is]f1)", re.DOTALL), HeifImageFile, "image/heic"),
)

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = {5, 6, 7, 8}

T = TypeVar("T")
U = TypeVar("U")

# An embedded thumbnail or depth map is never what the sender wants to show.
register_heif_opener(decode_threads=2, thumbnails=False, depth_images=False, aux_images=False)
_one_at_a_time = Lock()


class CameraFile(NamedTuple):
    """The file as the camera made it, of which a phone sent a smaller copy: nobody but the phone has seen it yet."""

    sha256: str
    size: int

    @classmethod
    def said(cls, sha256: str, size: str) -> "CameraFile | None":
        """As the phone says; None where that makes no sense."""
        if re.fullmatch("[0-9a-f]{64}", sha256) and re.fullmatch("[0-9]{1,9}", size, re.ASCII):
            return cls(sha256, int(size))
        return None


@dataclass(frozen=True, slots=True)
class Picture:
    """Width and height are the original's, upright. Times are the phone's own, without a zone unless it told one."""

    sha256: str
    size: int
    original: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    large: bytes = field(repr=False)
    small: bytes = field(repr=False)
    taken_local: datetime | None
    taken_offset: str | None
    latitude: float | None
    longitude: float | None
    dhash: int
    camera: CameraFile | None = None

    @classmethod
    def read(cls, stream: BinaryIO, name: str = "", *, camera: CameraFile | None = None) -> "Picture":
        """At most MAX_BYTES + 1 are read. `large` and `small` are JPEGs of at most LARGE and SMALL pixels a side.

        Raises TooLarge or Refused, about the field `photos` and with the `name` the sender gave; nothing else.
        """
        original = _receive(stream)
        if len(original) > MAX_BYTES:
            raise TooLarge("photo.too_many_bytes", field="photos", name=name, limit_mb=MAX_BYTES // 1024**2)
        if not original:
            raise Refused("photo.empty", field="photos", name=name)
        try:
            seen = _look_at(original)
        except _Unfit as unfit:
            raise Refused(unfit.code, field="photos", name=name, **unfit.facts) from unfit
        except Exception as error:
            # Decoders raise whatever they like, from SyntaxError to MemoryError, when the bytes are hostile or cut off.
            raise Refused("photo.damaged", field="photos", name=name) from error
        return cls(
            sha256=sha256(original).hexdigest(), size=len(original), original=original, media_type=seen.media_type,
            width=seen.width, height=seen.height, large=seen.large, small=seen.small,
            taken_local=seen.told.taken_local, taken_offset=seen.told.taken_offset,
            latitude=seen.told.latitude, longitude=seen.told.longitude, dhash=seen.dhash,
            camera=camera,
        )


def hamming(a: int, b: int) -> int:
    """In how many of the 64 bits two difference hashes differ; near-identical pictures in very few."""
    return (a ^ b).bit_count()


def is_plain(dhash: int) -> bool:
    """A bare wall or a black frame: its hash says nothing, and any two of them would look the same."""
    return not 6 < dhash.bit_count() < 58


class _Unfit(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class _Told(NamedTuple):
    """What the picture's EXIF block says, as far as it can be believed."""

    orientation: int = 1
    taken_local: datetime | None = None
    taken_offset: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class _Seen(NamedTuple):
    media_type: str
    width: int
    height: int
    large: bytes
    small: bytes
    dhash: int
    told: _Told


def _receive(stream: BinaryIO) -> bytes:
    # A raw stream may hand out less than was asked for long before its end.
    received = bytearray()
    while len(received) <= MAX_BYTES and (part := stream.read(MAX_BYTES + 1 - len(received))):
        received += part
    return bytes(received)


def _look_at(original: bytes) -> _Seen:
    opener, media_type = _kind_of(original)
    if opener is JpegImageFile and _has_too_many_scans(original):
        raise _Unfit("photo.damaged")
    try:
        image = opener(BytesIO(original))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    with image, _turn_for(image):
        if isinstance(image, HeifImageFile) and "avif" in (image.get_format_mimetype() or ""):
            raise _Unfit("photo.not_a_picture")
        width, height = _checked_size(image)
        large = _shrunk(image, (width, height))
        # Only now: a PNG may carry its EXIF block behind the pixels.
        told = _told_by(image)
    # Turned last, when there is little left to turn.
    if told.orientation in TURNS:
        large = large.transpose(TURNS[told.orientation])
    if told.orientation in LYING:
        width, height = height, width
    small = large.resize(_fitting(large.size, SMALL), Image.Resampling.HAMMING, reducing_gap=2.0)
    return _Seen(media_type, width, height, _jpeg(large, 82), _jpeg(small, 76), _dhash(small), told)


def _kind_of(original: bytes) -> tuple[type[ImageFile], str]:
    for beginning, opener, media_type in KINDS:
        if beginning.match(original):
            return opener, media_type
    raise _Unfit("photo.not_a_picture")


def _has_too_many_scans(jpeg: bytes) -> bool:
    if jpeg.count(b"\xff\xda") <= MAX_SCANS:
        return False
    # Embedded previews and a film behind the photo hold such bytes, too: follow the markers up to the end of the image.
    at, scans = 2, 0
    while (marker := _MARKER.search(jpeg, at)) and marker[1] != b"\xd9":
        scans += marker[1] == b"\xda"
        at = marker.end()
        if marker[1] != b"\x01":
            at += int.from_bytes(jpeg[at:at + 2])
    return scans > MAX_SCANS


# Within the pixels a plain FF is written FF 00, and FF D0 to FF D7 are signposts without a length.
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd8\xff])", re.DOTALL)


def _turn_for(image: ImageFile) -> AbstractContextManager[object]:
    whole = not isinstance(image, JpegImageFile)
    if isinstance(image, HeifImageFile) or (whole and image.width * image.height > HEAVY_PIXELS):
        return _one_at_a_time
    return nullcontext()


def _checked_size(image: ImageFile) -> tuple[int, int]:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    return image.size


def _too_many_pixels() -> _Unfit:
    return _Unfit("photo.too_many_pixels", limit_mp=MAX_PIXELS // 1_000_000)


def _shrunk(image: ImageFile, size: tuple[int, int]) -> Image.Image:
    """The picture as it lies in the file, RGB, of at most LARGE a side."""
    box = _fitting(size, LARGE)
    if isinstance(image, JpegImageFile):
        # A square box would do nothing on a 4:3 picture.
        image.draft("RGB", box)
    image.load()
    # A HEIC may turn out bigger than its header said.
    _checked_size(image)
    picture = _plain_mode(image)
    if picture.size != box:
        picture = picture.resize(box, Image.Resampling.HAMMING, reducing_gap=2.0)
    if picture.has_transparency_data:
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _plain_mode(image: Image.Image) -> Image.Image:
    """L, RGB or, where something shows through, RGBA: what can be resized smoothly."""
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode.startswith("I"):
        # 16-bit grey; a plain conversion would cut everything above 255 to white.
        return image.convert("I").point(lambda value: value / 256 + 0).convert("L")
    return image if image.mode in {"L", "RGB"} else image.convert("L" if image.mode == "1" else "RGB")


def _fitting(size: tuple[int, int], longest: int) -> tuple[int, int]:
    width, height = size
    if max(size) <= longest:
        return size
    return max(1, width * longest // max(size)), max(1, height * longest // max(size))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    # Pillow writes a comment, and in future perhaps more, from what the original left behind here.
    picture.info = {}
    written = BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def _dhash(upright: Image.Image) -> int:
    """64 bits, row by row: is the picture darker to the left of here than to the right?"""
    grey = upright.convert("L").resize((9, 8), Image.Resampling.HAMMING).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return bits


def _told_by(image: ImageFile) -> _Told:
    exif = _or_unknown(image.getexif, None)
    if exif is None:
        return _Told()
    taken_local, taken_offset = _or_unknown(lambda: _taken(exif), (None, None))
    latitude, longitude = _or_unknown(lambda: _place(exif), (None, None))
    # A HEIC comes upright from its decoder, whatever its EXIF block says.
    orientation = 1 if isinstance(image, HeifImageFile) else _or_unknown(lambda: _orientation(exif), 1)
    return _Told(orientation, taken_local, taken_offset, latitude, longitude)


def _or_unknown(read: Callable[[], T], unknown: U) -> T | U:
    try:
        return read()
    except Exception:
        # Firmware and editors write broken blocks all the time: that is "unknown", never a reason to refuse evidence.
        return unknown


def _orientation(exif: Image.Exif) -> int:
    said = exif.get(ExifTags.Base.Orientation)
    return said if said in TURNS else 1


def _taken(exif: Image.Exif) -> tuple[datetime | None, str | None]:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    for said, offset in (
        (details.get(ExifTags.Base.DateTimeOriginal), details.get(ExifTags.Base.OffsetTimeOriginal)),
        (exif.get(ExifTags.Base.DateTime), details.get(ExifTags.Base.OffsetTime)),
    ):
        if taken := _moment(said):
            return taken, _offset(offset)
    return None, None


def _moment(said: object) -> datetime | None:
    return _or_unknown(lambda: datetime.strptime(_text(said), "%Y:%m:%d %H:%M:%S"), None)


def _offset(said: object) -> str | None:
    offset = _or_unknown(lambda: _text(said), "")
    return offset if re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", offset, re.ASCII) else None


def _place(exif: Image.Exif) -> tuple[float | None, float | None]:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    tags = ExifTags.GPS
    latitude = _degrees(gps[tags.GPSLatitude], _text(gps[tags.GPSLatitudeRef]), "NS", 90)
    longitude = _degrees(gps[tags.GPSLongitude], _text(gps[tags.GPSLongitudeRef]), "EW", 180)
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        # Phones without a fix write zeros; nobody repairs pipes in the Gulf of Guinea.
        return None, None
    return latitude, longitude


def _degrees(said: tuple[float, float, float], side: str, sides: str, limit: int) -> float | None:
    degrees, minutes, seconds = map(float, said)
    value = degrees + minutes / 60 + seconds / 3600
    if side not in sides or len(side) != 1 or min(degrees, minutes, seconds) < 0 or max(minutes, seconds) > 60:
        return None
    if not isfinite(value) or value > limit:
        return None
    return round(-value if side == sides[1] else value, 7)


def _text(said: object) -> str:
    text = said.decode("ascii") if isinstance(said, bytes) else str(said)
    return text.strip("\0 ")
