"""What makes a sketch look photographed: held a little askew, lit from one side, grainy, with the time in its EXIF."""
from datetime import datetime
from functools import cache
from io import BytesIO
from random import Random

from PIL import ExifTags, Image, ImageChops

from models.demo.drawings.sketch import Sketch

ENLARGED = 1.5
QUALITY = 80


def photograph(sketch: Sketch, visit: Random, *, free: bool, taken: datetime | None, offset: str) -> bytes:
    """The sketch as a phone's JPEG; `free` is the framing of somebody who has not seen the other pictures."""
    corners = _corners(sketch, visit, 0.055 if free else 0.006)
    seen = sketch.image.transform(sketch.image.size, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)
    lit = ImageChops.soft_light(seen, _ambient(sketch.place, visit, seen.size))
    size = (int(seen.width * ENLARGED), int(seen.height * ENLARGED))
    jpeg = BytesIO()
    exif = _exif(taken, offset) if taken else b""
    lit.resize(size, Image.Resampling.BILINEAR).save(jpeg, "JPEG", quality=QUALITY, exif=exif)
    return jpeg.getvalue()


def _corners(sketch: Sketch, visit: Random, free: float) -> list[float]:
    """The corners of what the phone sees, counter-clockwise from the upper left."""
    askew = sketch.place.uniform(-0.035, 0.035)
    near = sketch.place.uniform(0.02, 0.05) + visit.uniform(-0.3, 1) * free
    move_x, move_y = visit.uniform(-free, free), visit.uniform(-free, free)
    corners: list[float] = []
    for x, y in ((0, 0), (0, 1), (1, 1), (1, 0)):
        seen_x = x + near * (1 - 2 * x) + (y - 0.5) * askew + move_x + sketch.place.uniform(-0.01, 0.01)
        seen_y = y + near * (1 - 2 * y) + (0.5 - x) * askew + move_y + sketch.place.uniform(-0.01, 0.01)
        corners.append(min(1.0, max(0.0, seen_x)) * (sketch.width - 1))
        corners.append(min(1.0, max(0.0, seen_y)) * (sketch.height - 1))
    return corners


def _ambient(place: Random, visit: Random, size: tuple[int, int]) -> Image.Image:
    """Light from one side, vignette and grain in one picture; 128 leaves the photo as it is."""
    small = (size[0] // 8, size[1] // 8)
    light = Image.new("L", (2, 3))
    light.putdata([place.randint(62, 190) + visit.randint(-32, 32) for _ in range(6)])
    light = ImageChops.multiply(light.resize(small, Image.Resampling.BICUBIC), _vignette().resize(small))
    grain = Image.frombytes("L", size, visit.randbytes(size[0] * size[1])).point([119 + v // 14 for v in range(256)])
    ambient = ImageChops.add(light.resize(size, Image.Resampling.BILINEAR), grain, 1, -128)
    warm = visit.randint(-9, 9) + place.randint(-10, 10)
    bands = [ambient.point([min(255, max(0, v + shift)) for v in range(256)]) for shift in (warm, 0, -warm)]
    return Image.merge("RGB", bands)


@cache
def _vignette() -> Image.Image:
    return Image.radial_gradient("L").point([255 - max(0, v - 90) * 2 // 3 for v in range(256)])


def _exif(taken: datetime, offset: str) -> Image.Exif:
    written = f"{taken:%Y:%m:%d %H:%M:%S}"
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = written
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: written,
        ExifTags.Base.OffsetTimeOriginal: offset,
    }
    return exif
