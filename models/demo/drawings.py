"""Drawn stand-ins for phone photos: the same place from the same angle, with its defect and mended."""
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from itertools import pairwise
from random import Random

from PIL import ExifTags, Image, ImageChops, ImageDraw

Colour = tuple[int, ...]
Point = tuple[float, float]

STAGES = ("report", "before", "during", "after", "recheck")
SIZE = (1200, 900)
DRAWN = (800, 600)
QUALITY = 80

RUBBISH = ((238, 236, 228), (196, 58, 48), (58, 112, 172), (226, 184, 60), (92, 66, 44), (70, 130, 70))

# No floor in sight for tools to stand on.
OFF_THE_FLOOR = {"camera", "detector", "exitsign", "hydrant", "intercom", "lock", "socket", "switchbox", "window"}

# The first digits decide; a longer code wins over its parent.
SCENES = {
    "1001": "pipe", "1002": "tap", "1003": "drain", "1004": "drain", "1005": "tap", "1006": "toilet",
    "2001": "switchbox", "2002": "switchbox", "2003": "light", "2004": "streetlamp", "2005": "socket",
    "2006": "switchbox",
    "3001": "intercom", "3002": "intercom", "3003": "camera", "3004": "barrier",
    "40": "lift",
    "5001": "detector", "5002": "hydrant", "5003": "exitsign", "5004": "firedoor", "5005": "firedoor",
    "6001": "lock", "6002": "window", "6003": "door",
    "7001": "roof", "7002": "wall", "7003": "stairs",
    "8001": "playground", "8002": "manhole", "8003": "charger", "8004": "lockers",
    "9001": "stairs", "9002": "bin", "9003": "puddle", "9004": "drain",
    "9101": "tree", "9102": "lawn",
    "9201": "car", "9202": "wall", "9203": "bin", "9204": "charger", "9205": "door",
    "9503": "tile", "9505": "car",
}  # fmt: skip


def scene_for(category_code: str) -> str:
    """The scene that shows a category of the tree; "generic" where there is nothing to be seen."""
    return SCENES.get(category_code) or SCENES.get(category_code[:2]) or "generic"


def draw(scene: str, stage: str, seed: int, taken: datetime | None = None, offset: str = "+08:00") -> bytes:
    """A JPEG of 1200x900 or 900x1200 pixels, always the same for the same arguments.

    `taken` is naive local time and `offset` its distance from UTC; both go into the EXIF, which is left out without.
    Raises ValueError for an unknown scene or stage.
    """
    if scene not in PAINTERS:
        raise ValueError(f"not a scene: {scene!r}")
    if stage not in STAGES:
        raise ValueError(f"not a stage: {stage!r}")
    place = chances(f"{scene} {seed}")
    visit = chances(f"{scene} {seed} {stage}")
    upright = place.random() < 0.4
    sketch = Sketch(DRAWN[::-1] if upright else DRAWN, place)
    PAINTERS[scene](sketch, stage in ("report", "before", "during"))
    if stage == "during":
        _lay_out_tools(sketch, visit, on_board=scene in OFF_THE_FLOOR)
    photo = _photographed(sketch, place, visit, stage, SIZE[::-1] if upright else SIZE)
    buffer = BytesIO()
    photo.save(buffer, "JPEG", quality=QUALITY, exif=_exif(taken, offset) if taken else b"")
    return buffer.getvalue()


class Sketch:
    """A canvas in units of about a hand's breadth, with the subject at (0, 0) and y pointing down.

    The picture is some 20 units high or wide, whichever is less. Random choices come from `place` only, and both states
    of a scene must make the same ones in the same order: it has to stay the same place. What only one state needs is
    drawn from `spare()`.
    """

    def __init__(self, size: tuple[int, int], place: Random) -> None:
        self.width, self.height = size
        self.place = place
        self.image = Image.new("RGB", size)
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.unit = min(size) / 20 * place.uniform(0.82, 1.2)
        self.centre = (self.width * place.uniform(0.4, 0.6), self.height * place.uniform(0.43, 0.57))
        self.side = place.choice((-1, 1))
        self._spare = place.getrandbits(32)

    def spare(self) -> Random:
        return chances(str(self._spare))

    def colour(self, *colours: Colour, wobble: int = 14) -> Colour:
        """One of the colours, a little off."""
        red, green, blue = self.place.choice(colours)
        shift = self.place.randint(-wobble, wobble)
        return tinted((red + self.place.randint(-6, 6), green, blue + self.place.randint(-6, 6)), shift)

    def at(self, x: float, y: float) -> Point:
        return self.centre[0] + x * self.unit * self.side, self.centre[1] + y * self.unit

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (left, top), (right, bottom) = self.at(x0, y0), self.at(x1, y1)
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)

    def backdrop(self, *colours: Colour) -> None:
        self.image.paste(ramp(colours, (self.width, self.height)))

    def floor(self, y: float, *colours: Colour) -> None:
        top = max(0, int(self.at(0, y)[1]))
        if top < self.height:
            self.image.paste(ramp(colours, (self.width, self.height - top)), (0, top))

    def slab(
        self, x0: float, y0: float, x1: float, y1: float, *colours: Colour, across: bool = False, round: float = 0.15,
        shadow: float = 0.25,
    ) -> None:
        """A box, shaded from the first colour to the last, top to bottom or `across`, with its shadow."""
        box = self.box(x0, y0, x1, y1)
        for step in range(3, 0, -1) if shadow else ():
            fall = shadow * self.unit * step / 2
            cast = (box[0] + fall * 0.4, box[1] + fall * 0.6, box[2] + fall, box[3] + fall * 1.3)
            self.pen.rounded_rectangle(cast, round * self.unit + fall, (0, 0, 0, 34))
        if len(colours) == 1:
            colours = (tinted(colours[0], 12), tinted(colours[0], -14))
        left, top, right, bottom = (int(edge) for edge in box)
        size = (max(1, right - left), max(1, bottom - top))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), round * self.unit, 255)
        self.image.paste(ramp(colours, size, across=across), (left, top), mask)

    def disc(self, x: float, y: float, rx: float, colour: Colour, ry: float | None = None, rim: Colour = ()) -> None:
        ry = rx if ry is None else ry
        box = self.box(x - rx, y - ry, x + rx, y + ry)
        self.pen.ellipse(box, colour, rim or None, max(2, int(self.unit * 0.12)) if rim else 1)

    def ball(self, x: float, y: float, rx: float, colour: Colour, ry: float | None = None) -> None:
        """A round thing lit from above."""
        ry = rx if ry is None else ry
        self.disc(x + 0.15 * self.side, y + 0.2, rx * 1.06, (0, 0, 0, 60), ry * 1.06)
        for step in range(6):
            share = 1 - step / 7
            lit = tinted(colour, -24 + step * 11)
            self.disc(x - rx * 0.05 * step, y - ry * 0.07 * step, rx * share, lit, ry * share)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 0.12) -> None:
        self.pen.line([self.at(*point) for point in points], colour, max(1, round(width * self.unit)), "curve")

    def area(self, points: Sequence[Point], colour: Colour) -> None:
        self.pen.polygon([self.at(*point) for point in points], colour)

    def blot(self, x: float, y: float, rx: float, ry: float, colour: Colour, by: Random) -> None:
        """A stain with soft, uneven edges; `colour` has an alpha."""
        bumps = [by.uniform(0.75, 1.2) for _ in range(11)]
        thin = (*colour[:3], colour[3] * 5 // 9)
        for layer in range(6):
            share, slip = 1 - layer * 0.085, layer * 0.35
            self.area(
                [
                    (
                        x + rx * share * _between(bumps, step / 3 + slip) * math.cos(step / 33 * math.tau),
                        y + ry * share * _between(bumps, step / 3 + slip) * math.sin(step / 33 * math.tau),
                    )
                    for step in range(33)
                ],
                thin,
            )

    def crack(self, x: float, y: float, length: float, by: Random, colour: Colour = (40, 36, 34, 230)) -> None:
        turn = by.uniform(0.9, 1.9)
        points = [(x, y)]
        for _ in range(14):
            turn += by.uniform(-0.55, 0.55)
            step = length / 14
            points.append((points[-1][0] + step * math.cos(turn), points[-1][1] + abs(step * math.sin(turn))))
        self.line([(px + 0.08, py + 0.06) for px, py in points], (255, 255, 255, 60), 0.1)
        self.line(points, colour, 0.17)
        for index in (4, 8, 11):
            px, py = points[index]
            self.line([(px, py), (px + by.uniform(-2, 2), py + by.uniform(0.3, 1.5))], colour, 0.09)

    def drops(self, x: float, y: float, wide: float, tall: float, count: int, by: Random) -> None:
        for _ in range(count):
            px, py, size = x + by.uniform(-wide, wide), y + by.uniform(0, tall), by.uniform(0.1, 0.27)
            self.disc(px, py, size, (196, 222, 240, 210), size * 1.5)
            self.disc(px - size * 0.3, py - size * 0.4, size * 0.35, (255, 255, 255, 235))

    def pool(self, x: float, y: float, rx: float, ry: float, by: Random, tint: Colour = (58, 74, 86)) -> None:
        self.blot(x, y, rx, ry, (*tint, 105), by)
        for _ in range(5):
            px, py, wide = x + by.uniform(-0.5, 0.3) * rx, y + by.uniform(-0.5, 0.5) * ry, by.uniform(0.1, 0.35) * rx
            self.line([(px, py), (px + wide, py)], (236, 244, 250, 150), 0.12)

    def litter(self, x: float, y: float, wide: float, tall: float, count: int, by: Random) -> None:
        for _ in range(count):
            px, py, size = x + by.uniform(-wide, wide), y + by.uniform(-tall, tall), by.uniform(0.35, 1.0)
            colour = by.choice(RUBBISH)
            corners = sorted(by.uniform(0, math.tau) for _ in range(5))
            shape = [(px + size * math.cos(turn), py + size * 0.6 * math.sin(turn)) for turn in corners]
            self.area([(sx + 0.15, sy + 0.18) for sx, sy in shape], (0, 0, 0, 70))
            self.area(shape, colour)
            self.line([shape[0], shape[2]], (*tinted(colour, -45), 180), 0.07)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Light that falls on whatever is drawn already."""
        left, top, right, bottom = (int(edge) for edge in self.box(x - radius, y - radius, x + radius, y + radius))
        size = (max(2, right - left), max(2, bottom - top))
        halo = _halo().point([int(v * strength) for v in range(256)]).resize(size, Image.Resampling.BILINEAR)
        light = Image.merge("RGB", [halo.point([v * part // 255 for v in range(256)]) for part in colour])
        patch = self.image.crop((left, top, left + size[0], top + size[1]))
        self.image.paste(ImageChops.screen(patch, light), (left, top))

    def dim(self, share: float) -> None:
        self.pen.rectangle((0, 0, self.width, self.height), (8, 12, 26, int(255 * share)))

    def tiles(self, x0: float, y0: float, x1: float, y1: float, wide: float, tall: float, joint: Colour) -> None:
        for column in range(int((x1 - x0) / wide) + 1):
            self.line([(x0 + column * wide, y0), (x0 + column * wide, y1)], joint, 0.1)
        for row in range(int((y1 - y0) / tall) + 1):
            self.line([(x0, y0 + row * tall), (x1, y0 + row * tall)], joint, 0.1)

    def paving(self, y: float, joint: Colour, rows: int = 7) -> None:
        """Joints of a floor that runs away from the eye, below the horizon `y`."""
        for row in range(rows):
            depth = y + 12 * (row / rows) ** 1.8
            self.line([(-24, depth), (24, depth)], joint, 0.05 + 0.02 * row)
        for column in range(-12, 13):
            self.line([(column * 1.5, y), (column * 4.6, y + 13)], joint, 0.08)

    def speckle(self, y: float, count: int, colour: Colour, size: float = 0.1) -> None:
        for _ in range(count):
            px, py = self.place.uniform(-17, 17), self.place.uniform(y, 14)
            self.disc(px, py, size * self.place.uniform(0.5, 1.6), colour)

    def cone(self, x: float, y: float, size: float = 1.0) -> None:
        self.disc(x, y, 1.5 * size, (0, 0, 0, 80), 0.4 * size)
        self.area(
            [(x - 1.3 * size, y), (x + 1.3 * size, y), (x + 1.1 * size, y - 0.3), (x - 1.1 * size, y - 0.3)],
            (196, 60, 24),
        )
        for low, high, colour in (
            (0.0, 1.0, (222, 84, 30)),
            (0.35, 0.6, (240, 238, 230)),
            (0.75, 0.9, (240, 238, 230)),
        ):
            left, right = 0.85 * (1 - low) + 0.12, 0.85 * (1 - high) + 0.12
            foot, head = y - (0.25 + 3.2 * low) * size, y - (0.25 + 3.2 * high) * size
            self.area(
                [(x - left * size, foot), (x + left * size, foot), (x + right * size, head), (x - right * size, head)],
                colour,
            )

    def tape(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Red and white barrier tape that sags."""
        steps = 14
        points = [
            (x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps + 0.9 * math.sin(math.pi * i / steps))
            for i in range(steps + 1)
        ]
        for index, (here, there) in enumerate(pairwise(points)):
            self.line([here, there], (206, 40, 36) if index % 2 else (244, 242, 238), 0.5)

    def seal(self, x: float, y: float, size: float = 0.7) -> None:
        """The green sticker of a thing that was checked."""
        self.disc(x, y, size, (38, 150, 84), rim=(232, 246, 236))
        tick = [(x - 0.45 * size, y), (x - 0.1 * size, y + 0.4 * size), (x + 0.5 * size, y - 0.4 * size)]
        self.line([(x + (px - x) * self.side, py) for px, py in tick], (255, 255, 255), 0.24 * size)


def chances(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - nothing secret: the same seed has to give the same picture


def tinted(colour: Colour, shift: int) -> Colour:
    return tuple(min(255, max(0, part + shift)) for part in colour[:3])


def ramp(colours: Sequence[Colour], size: tuple[int, int], *, across: bool = False) -> Image.Image:
    """The colours at even distances, blended into each other."""
    strip = Image.new("RGB", (len(colours), 1) if across else (1, len(colours)))
    strip.putdata([colour[:3] for colour in colours])
    line = strip.resize((size[0], 1) if across else (1, size[1]), Image.Resampling.BILINEAR)
    return line.resize(size, Image.Resampling.NEAREST)


def _between(values: Sequence[float], at: float) -> float:
    index, share = int(at) % len(values), at % 1
    blend = (1 - math.cos(share * math.pi)) / 2
    return values[index] * (1 - blend) + values[(index + 1) % len(values)] * blend


@cache
def _halo() -> Image.Image:
    # 180 at the middle of each edge. Squared, because a straight slope would show where the light ends.
    return Image.radial_gradient("L").point([max(0, 178 - v) ** 2 * 255 // 178**2 for v in range(256)])


def _lay_out_tools(sketch: Sketch, by: Random, *, on_board: bool) -> None:
    x, y = by.choice((-6.5, 5.5)), 6.6
    if on_board:
        sketch.slab(-30, y + 1.4, 30, y + 8, (186, 150, 104), (142, 108, 70), round=0, shadow=0.6)
        sketch.line([(-30, y + 2.5), (30, y + 2.6)], (120, 90, 58, 150), 0.1)
    sketch.slab(x - 2.2, y, x + 2.2, y + 2.2, sketch.colour((196, 52, 40), (44, 92, 160), (60, 66, 74)), shadow=0.5)
    sketch.slab(x - 2.3, y - 0.3, x + 2.3, y + 0.4, (50, 52, 56), shadow=0)
    sketch.line([(x - 1, y - 0.3), (x - 0.9, y - 1), (x + 0.9, y - 1), (x + 1, y - 0.3)], (40, 40, 44), 0.3)
    for reach, colour in ((3.4, (214, 166, 40)), (4.3, (170, 176, 182))):
        away = -reach if x > 0 else reach
        sketch.line([(x + away, y + 2.2), (x + away * 1.25, y + 0.4)], (0, 0, 0, 70), 0.6)
        sketch.line([(x + away, y + 2), (x + away * 1.1, y + 1.2)], colour, 0.55)
        sketch.line([(x + away * 1.1, y + 1.2), (x + away * 1.25, y + 0.2)], (150, 156, 162), 0.24)
    if not on_board:
        sketch.cone(-x * 0.95, y + 1.6, 1.05)


def _photographed(sketch: Sketch, place: Random, visit: Random, stage: str, size: tuple[int, int]) -> Image.Image:
    """The sketch through a phone: held a little askew, lit from one side, grainy, darker in the corners."""
    seen = sketch.image.transform(
        sketch.image.size, Image.Transform.QUAD, _held(sketch, place, visit, stage), Image.Resampling.BILINEAR
    )
    lit = ImageChops.soft_light(seen, _ambient(place, visit, seen.size))
    return lit.resize(size, Image.Resampling.BILINEAR)


def _held(sketch: Sketch, place: Random, visit: Random, stage: str) -> list[float]:
    """The corners of what the phone sees, counter-clockwise from the upper left.

    The first report and the recheck are other people's pictures, so they are framed more freely.
    """
    askew, near = place.uniform(-0.035, 0.035), place.uniform(0.02, 0.05)
    free = 0.055 if stage in ("report", "recheck") else 0.006
    move = [visit.uniform(-free, free) for _ in range(2)]
    near += visit.uniform(-0.3, 1) * free
    lean = [place.uniform(-0.01, 0.01) for _ in range(8)]
    corners = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0))
    held: list[float] = []
    for index, (x, y) in enumerate(corners):
        inset_x = near if x == 0 else -near
        inset_y = near if y == 0 else -near
        turn_x, turn_y = (y - 0.5) * askew, (0.5 - x) * askew
        seen_x = min(1.0, max(0.0, x + inset_x + turn_x + move[0] + lean[index * 2]))
        seen_y = min(1.0, max(0.0, y + inset_y + turn_y + move[1] + lean[index * 2 + 1]))
        held += [seen_x * (sketch.width - 1), seen_y * (sketch.height - 1)]
    return held


def _ambient(place: Random, visit: Random, size: tuple[int, int]) -> Image.Image:
    """Light from one side, vignette and grain in one picture; 128 leaves the photo as it is."""
    small = (size[0] // 8, size[1] // 8)
    corners = [place.randint(62, 190) + visit.randint(-32, 32) for _ in range(6)]
    light = Image.new("L", (2, 3))
    light.putdata(corners)
    light = light.resize(small, Image.Resampling.BICUBIC)
    light = ImageChops.multiply(light, _vignette().resize(small))
    grain = Image.frombytes("L", size, visit.randbytes(size[0] * size[1])).point([119 + v // 14 for v in range(256)])
    ambient = ImageChops.add(light.resize(size, Image.Resampling.BILINEAR), grain, 1, -128)
    warm = visit.randint(-9, 9) + place.randint(-10, 10)
    bands = [ambient.point([min(255, max(0, v + shift)) for v in range(256)]) for shift in (warm, 0, -warm)]
    return Image.merge("RGB", bands)


@cache
def _vignette() -> Image.Image:
    return Image.radial_gradient("L").point([255 - max(0, v - 90) * 2 // 3 for v in range(256)])


def _exif(taken: datetime, offset: str) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = f"{taken:%Y:%m:%d %H:%M:%S}"
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: f"{taken:%Y:%m:%d %H:%M:%S}",
        ExifTags.Base.OffsetTimeOriginal: offset,
    }
    return exif


CHROME = ((236, 240, 244), (150, 158, 166), (214, 220, 226), (104, 112, 120), (196, 202, 208))
PLASTER = ((214, 208, 196), (222, 220, 214), (204, 212, 214), (216, 206, 184), (196, 204, 192))
CONCRETE = ((150, 148, 144), (138, 140, 142), (160, 154, 146))
STEEL = ((176, 182, 188), (148, 156, 164), (190, 186, 178))


def _bathroom(s: Sketch, floor: float) -> Colour:
    wall = s.colour((206, 216, 220), (222, 214, 200), (190, 206, 204), (226, 226, 222))
    s.backdrop(tinted(wall, 14), tinted(wall, -22))
    tile = s.place.uniform(2.6, 3.8)
    s.tiles(-24, -16, 24, 14, tile, tile * s.place.choice((0.6, 1.0)), (*tinted(wall, -34), 150))
    stone = s.colour((148, 140, 130), (124, 132, 138), (164, 150, 130))
    s.floor(floor, tinted(stone, -28), tinted(stone, 18))
    s.paving(floor, (*tinted(stone, -46), 150))
    return wall


def _room(s: Sketch, floor: float = 7.5) -> Colour:
    wall = s.colour(*PLASTER)
    s.backdrop(tinted(wall, 10), tinted(wall, -16))
    for _ in range(7):
        s.blot(
            s.place.uniform(-15, 15),
            s.place.uniform(-11, 8),
            5,
            3,
            (*tinted(wall, s.place.choice((-30, 24))), 14),
            s.place,
        )
    base = s.colour((120, 112, 104), (146, 136, 120), (98, 104, 112))
    s.floor(floor, tinted(base, -22), tinted(base, 20))
    s.paving(floor, (*tinted(base, -36), 120))
    return wall


def _street(s: Sketch, horizon: float, ground: Colour, *, dusk: bool = False) -> None:
    s.backdrop(
        *(((24, 30, 56), (66, 62, 96), (128, 92, 96)) if dusk else ((138, 176, 214), (196, 214, 228), (224, 228, 226)))
    )
    for _ in range(4):
        x, tall = s.place.uniform(-16, 14), s.place.uniform(4, 10)
        tower = s.colour((178, 172, 164), (196, 184, 170), (160, 166, 174))
        tower = tinted(tower, -110) if dusk else tower
        wide = s.place.uniform(3, 6)
        s.slab(x, horizon - tall, x + wide, horizon + 0.5, tower, round=0, shadow=0)
        for row in range(int(tall) - 1):
            for column in range(int(wide)):
                lit = dusk and s.place.random() < 0.3
                pane = (232, 200, 120) if lit else tinted(tower, -40)
                left, top = x + 0.3 + column, horizon - tall + 0.6 + row
                s.pen.rectangle(s.box(left, top, left + 0.5, top + 0.55), pane)
    hedge = s.colour((62, 98, 56), (78, 108, 60), (54, 88, 62))
    hedge = tinted(hedge, -50) if dusk else hedge
    for step in range(15):
        x = -17 + step * 2.4
        s.blot(x, horizon, 2.1, s.place.uniform(0.8, 1.7), (*tinted(hedge, s.place.randint(-12, 12)), 190), s.place)
    s.floor(horizon + 0.4, tinted(ground, 8), tinted(ground, -22))
    s.speckle(horizon + 0.6, 130, (*tinted(ground, -32), 120))
    s.speckle(horizon + 0.6, 90, (*tinted(ground, 30), 110))


def _pipe(s: Sketch, broken: bool) -> None:
    _bathroom(s, 7)
    by = s.spare()
    pipe = s.colour((226, 228, 226), (176, 182, 188), (196, 150, 96))
    shades = [tinted(pipe, shift) for shift in (-70, 10, 26, -20, -84)]
    if broken:
        s.blot(0.4, 4, 3.6, 5.6, (86, 72, 50, 60), by)
    s.slab(-1.1, -15, 1.1, 15, *shades, across=True, round=0, shadow=0.7)
    s.slab(0.6, -0.9, 18, 0.9, *shades, round=0, shadow=0.7)
    s.slab(-1.5, -1.6, 1.9, 1.6, *[tinted(shade, -14) for shade in shades], across=True, round=0.4, shadow=0.4)
    for y in (-6.5, 6):
        s.slab(-1.4, y, 1.4, y + 0.9, *CHROME, across=True, shadow=0.2)
    s.slab(6.2, -2.6, 6.8, 0, *CHROME, across=True, shadow=0.2)
    s.ball(6.5, -2.9, 1.8, (190, 44, 40), 0.6)
    if broken:
        s.blot(0.1, 0.6, 1.3, 1.5, (132, 70, 30, 120), by)
        for _ in range(26):
            reach, turn = by.uniform(2, 8), by.uniform(-0.7, 1.5)
            tip = (1 + reach * math.cos(turn), 0.4 + reach * math.sin(turn) + 0.04 * reach**2)
            s.line([(0.9, 0.4), tip], (214, 232, 244, 110), 0.12)
        s.drops(3.4, -0.5, 3.4, 8, 46, by)
        s.pool(2, 8.6, 9, 1.7, by)
    else:
        s.slab(-1.9, -1.9, 2.2, 1.9, *CHROME, across=True, round=0.3, shadow=0.4)
        for y in (-1.3, 1.0):
            s.slab(-2.1, y, 2.4, y + 0.35, (90, 96, 102), shadow=0)


def _tap(s: Sketch, broken: bool) -> None:
    _bathroom(s, 9)
    by = s.spare()
    s.slab(-15, 3.4, 15, 6.2, (226, 220, 212), (176, 166, 156), shadow=0.6)
    s.ball(0, 4.6, 7.6, (232, 236, 238), 2.4)
    s.disc(0, 4.7, 6.6, (184, 194, 200), 1.8)
    s.disc(0, 5.0, 5.6, (208, 216, 220), 1.4)
    s.disc(0, 5.3, 0.8, (70, 76, 82), 0.3)
    s.slab(-0.9, -4.6, 0.9, 3.2, *CHROME, across=True, round=0.4, shadow=0.5)
    s.slab(-0.8, -4.8, 5.2, -3.4, *CHROME, round=0.6, shadow=0.4)
    s.slab(3.9, -4.2, 5.2, -1.6, *CHROME, across=True, round=0.3, shadow=0.3)
    s.line([(0, -4.6), (0, -6), (-3.6, -7 if broken else -6.2)], (178, 186, 192), 0.8)
    s.line([(0, -4.9), (0, -6.1), (-3.5, -7.1 if broken else -6.4)], (238, 242, 246), 0.25)
    if broken:
        s.line([(4.5, -1.6), (4.6, 1.5), (4.4, 4.6)], (206, 228, 242, 200), 0.5)
        s.line([(4.4, -1.6), (4.5, 4.4)], (255, 255, 255, 190), 0.15)
        s.pool(1.5, 4.9, 5.5, 1.3, by, (70, 104, 124))
        s.drops(4.5, 2.4, 2.6, 2.4, 24, by)
        s.drops(0.2, -3, 1.1, 5, 14, by)
        s.blot(0, 2.9, 2.2, 0.7, (120, 86, 44, 80), by)
        s.pool(-3, 10.4, 9, 1.2, by)
    else:
        s.slab(7.8, 1.6, 11, 3.7, (92, 164, 176), (70, 132, 148), round=0.5)


def _drain(s: Sketch, broken: bool) -> None:
    stone = s.colour((178, 172, 162), (150, 156, 160), (190, 176, 154), (132, 136, 134))
    s.backdrop(tinted(stone, -26), tinted(stone, 14))
    by = s.spare()
    wide = s.place.uniform(3.6, 5.4)
    s.tiles(-5 * wide - wide / 2, -5 * wide - wide / 2, 24, 24, wide, wide, (*tinted(stone, -60), 190))
    for _ in range(12):
        x, y = (s.place.randint(-4, 4) - 0.5) * wide, (s.place.randint(-3, 3) - 0.5) * wide
        s.pen.rectangle(s.box(x, y, x + wide, y + wide), (*tinted(stone, s.place.choice((-40, 34))), 34))
    s.slab(-3, -3, 3, 3, *CHROME, round=0.3, shadow=0.3)
    s.disc(0, 0, 2.5, (128, 136, 142), rim=(84, 90, 96))
    for ring in range(3):
        for step in range(6 + ring * 5):
            turn = step / (6 + ring * 5) * math.tau
            s.disc((0.6 + ring * 0.75) * math.cos(turn), (0.6 + ring * 0.75) * math.sin(turn), 0.19, (24, 26, 28))
    if broken:
        s.pool(0.6, 0.5, 9.5, 7.2, by, (78, 70, 44))
        s.blot(-0.4, 0.2, 4.6, 3.6, (62, 52, 30, 110), by)
        for _ in range(12):
            x, y = by.uniform(-3, 3), by.uniform(-2.5, 2.5)
            s.line([(x, y), (x + by.uniform(-2, 2), y + 1), (x + by.uniform(-2, 2), y + 1.6)], (30, 22, 14, 210), 0.07)
        s.litter(0, 0, 5.4, 4, 13, by)
    else:
        s.glow(-1, -1.2, 4.5, (190, 206, 216), 0.7)


def _toilet(s: Sketch, broken: bool) -> None:
    _bathroom(s, 5)
    by = s.spare()
    white = (234, 236, 236)
    if broken:
        s.pool(0, 8.4, 11, 2.4, by, (74, 92, 104))
    s.slab(-4, -6.6, 4, 0.4, tinted(white, 6), tinted(white, -34), round=0.6, shadow=0.7)
    s.slab(
        -2.6, 0, 2.6, 8.6, tinted(white, -40), tinted(white, -4), tinted(white, -52), across=True, round=1, shadow=0.7
    )
    s.ball(0, 3.4, 4.9, tinted(white, -10), 2.9)
    s.disc(0, 3.1, 3.9, (186, 194, 198), 2.1)
    s.disc(0, 3.3, 3.3, (96, 110, 116) if broken else (206, 222, 228), 1.6)
    if broken:
        s.slab(-4.3, -7.2, 4.2, -6.2, (52, 56, 60), shadow=0)
        s.area([(-8, -5.6), (-3.2, -9.6), (-2.4, -8.7), (-7.2, -4.7)], tinted(white, -22))
        s.drops(0, 0.3, 4.4, 7, 34, by)
        s.line([(3.6, -0.4), (4.1, 3), (3.4, 7.6)], (206, 226, 240, 190), 0.4)
        s.blot(0, 3.4, 2.6, 1.1, (98, 76, 36, 110), by)
    else:
        s.slab(-4.4, -7.4, 4.4, -6.3, white, round=0.4, shadow=0.3)
        s.ball(0, -7.3, 0.8, (186, 192, 198), 0.4)
        s.disc(-1, 3.1, 1.1, (238, 246, 250, 180), 0.4)
        s.slab(6.6, 1.6, 8.2, 8, (70, 136, 160), round=0.4)


def _socket(s: Sketch, broken: bool) -> None:
    wall = _room(s, 9)
    by = s.spare()
    gap = s.place.uniform(6.6, 7.6)
    frame = s.colour((240, 238, 232), (224, 226, 228), (206, 198, 184), wobble=6)
    for index, x in enumerate((-gap / 2, gap / 2)):
        bad = broken and index == 0
        if bad:
            s.blot(x, -1.5, 4.6, 5.6, (34, 28, 24, 84), by)
            s.slab(x - 2.4, -2.4, x + 2.4, 2.4, (62, 56, 50), shadow=0)
            for shift, wire in ((-1, (190, 50, 40)), (0.2, (50, 90, 170)), (1.2, (210, 180, 50))):
                s.line([(x + shift, -2), (x + shift * 1.8, 0.5), (x + shift * 0.7, 3)], wire, 0.32)
        drop = 1.9 if bad else 0
        s.slab(x - 3, -3 + drop, x + 3, 3 + drop, tinted(frame, -16 if bad else 0), round=0.5, shadow=0.4)
        s.slab(x - 2.4, -2.4 + drop, x + 2.4, 2.4 + drop, tinted(frame, 8), round=0.4, shadow=0.1)
        for hole in ((-0.55, -1.0), (0.55, -1.0)):
            s.slab(
                x + hole[0] - 0.16,
                hole[1] - 0.5 + drop,
                x + hole[0] + 0.16,
                hole[1] + 0.5 + drop,
                (30, 30, 32),
                shadow=0,
            )
        for lean in (-0.8, 0.8):
            s.line([(x + lean * 0.8, 0.6 + drop), (x + lean * 1.4, 1.5 + drop)], (30, 30, 32), 0.32)
        s.line([(x, 0.4 + drop), (x, 1.2 + drop)], (30, 30, 32), 0.32)
        if bad:
            s.blot(x + 0.4, -1.2 + drop, 1.9, 1.5, (38, 28, 20, 80), by)
    if not broken:
        s.slab(-gap / 2 - 3.6, -5.4, -gap / 2 + 3.6, -4.9, tinted(wall, 12), shadow=0)
        s.glow(-gap / 2, -2.8, 1, (90, 255, 140), 1)
        s.disc(-gap / 2, -2.75, 0.16, (60, 230, 110))


def _switchbox(s: Sketch, broken: bool) -> None:
    _room(s, 9.5)
    by = s.spare()
    metal = s.colour(*STEEL)
    s.slab(-6, -8, 6, 7.6, metal, tinted(metal, -30), round=0.2, shadow=0.8)
    s.slab(-5.4, -7.4, 5.4, 7, (66, 70, 74), (88, 92, 96), round=0.1, shadow=0)
    s.area([(6, -8), (9.4, -9.2), (9.4, 9), (6, 7.6)], tinted(metal, -18))
    s.line([(6, -8), (6, 7.6)], tinted(metal, -60), 0.2)
    for x in (-3.4, -1, 1.6, 3.6):
        s.line([(x, -7), (x + 0.4, -4.6)], s.colour((190, 50, 40), (50, 120, 60), (210, 180, 50), (60, 90, 160)), 0.26)
    tripped = s.place.randint(0, 6)
    for row, y in enumerate((-4.6, 0.8)):
        s.slab(-4.8, y - 0.5, 4.8, y + 4.1, (206, 208, 206), shadow=0.2)
        for column in range(7):
            x, off = -4.5 + column * 1.3, broken and (column == tripped or row == 1)
            s.slab(x, y, x + 1.1, y + 3.6, (238, 238, 234), shadow=0.05)
            s.slab(
                x + 0.25,
                y + (1.8 if off else 0.8),
                x + 0.85,
                y + (2.9 if off else 1.9),
                (30, 60, 130) if not off else (24, 24, 28),
                shadow=0,
            )
            s.disc(x + 0.55, y + 0.4, 0.17, (220, 50, 40) if off else (60, 190, 90))
    if broken:
        x = -4 + tripped * 1.3
        s.blot(x, -2.2, 2.6, 3.2, (16, 12, 10, 130), by)
        s.blot(x, -6, 2.0, 3.6, (30, 24, 20, 70), by)
        s.line([(x, 4.5), (x - 1, 6.6), (x + 0.6, 8.6)], (190, 60, 44), 0.28)
        s.glow(3.9, -6.4, 2.4, (255, 50, 40), 0.9)
        s.disc(3.9, -6.4, 0.5, (255, 80, 60))
    else:
        s.glow(3.9, -6.4, 2, (60, 255, 130), 0.8)
        s.disc(3.9, -6.4, 0.5, (110, 250, 150))
        s.seal(7.7, -3, 1.0)


def _corridor(s: Sketch) -> None:
    wall = s.colour(*PLASTER)
    s.backdrop(wall)
    far = (-3.6, -3.6, 3.6, 3.4)
    for corners, shade in (
        (((-24, -18), (24, -18), (far[2], far[1]), (far[0], far[1])), 16),
        (((-24, 20), (24, 20), (far[2], far[3]), (far[0], far[3])), -70),
        (((-24, -18), (far[0], far[1]), (far[0], far[3]), (-24, 20)), -8),
        (((24, -18), (far[2], far[1]), (far[2], far[3]), (24, 20)), -26),
    ):
        s.area(corners, tinted(wall, shade))
    s.slab(*far, tinted(wall, -40), round=0, shadow=0)
    s.slab(-1.4, -1.8, 1.6, 3.4, (104, 74, 56), round=0, shadow=0)
    for near in (6.0, 11.0):
        s.area(
            [(near, -near * 0.62), (near + 3, -near * 0.62 - 1.8), (near + 3, near + 3.2), (near, near + 0.2)],
            (108, 78, 60),
        )
        s.disc(near + 0.6, 2, 0.25, (210, 190, 120))
    for depth in range(5):
        y = 3.4 + 1.2 * depth**1.5
        s.line([(-3.6 - depth**1.5 * 1.6, y), (3.6 + depth**1.5 * 1.6, y)], (*tinted(wall, -100), 130), 0.08)


LAMPS = ((0.0, -4.4, 1.1, 0.35), (0.0, -6.4, 2.3, 0.7), (0.0, -9.6, 4.2, 1.1))


def _light(s: Sketch, broken: bool) -> None:
    _corridor(s)
    if broken:
        s.dim(0.56)
    for index, (x, y, rx, ry) in enumerate(LAMPS):
        lit = not broken or index == 0
        s.disc(x, y, rx * 1.12, (70, 72, 76), ry * 1.2)
        s.disc(x, y, rx, (255, 250, 226) if lit else (96, 98, 100), ry)
        if lit:
            s.glow(x, y, 3 + 3.4 * rx, (255, 236, 190), 0.75)
    if broken:
        s.disc(0.8, -6.4, 0.9, (40, 38, 36), 0.3)
        s.line([(0.4, -6.0), (0.9, -4.6), (0.5, -3.4)], (30, 30, 32), 0.14)
    else:
        s.glow(0, 7, 7, (255, 240, 200), 0.35)


def _streetlamp(s: Sketch, broken: bool) -> None:
    _street(s, 5, (66, 68, 76), dusk=True)
    s.slab(-0.35, -7, 0.35, 8.6, (80, 84, 92), (40, 42, 48), across=True, shadow=0)
    s.slab(-0.8, 7.4, 0.8, 9, (56, 58, 64), shadow=0)
    s.line([(0, -7), (0.6, -8.4), (4.4, -8.8)], (70, 74, 82), 0.4)
    tip = [(3.2, -9.2), (7.2, -8.9), (6.8, -8.1), (3.4, -8.3)]
    if broken:
        tip = [(x, y + (x - 3) * 0.35) for x, y in tip]
    s.area(tip, (92, 96, 104))
    if broken:
        s.line([(4.4, -7.8), (4.9, -6), (4.3, -5)], (24, 24, 28), 0.16)
        s.dim(0.25)
    else:
        s.area([(3.6, -8.2), (6.8, -8.1), (12, 8), (-2, 8)], (255, 226, 150, 46))
        s.area([(4.2, -8.2), (6.4, -8.1), (9.6, 8), (0.6, 8)], (255, 226, 150, 40))
        s.disc(5.1, 8.4, 6.4, (255, 220, 150, 60), 1.3)
        s.glow(5.2, -8, 8, (255, 226, 160), 1)
        s.glow(5.1, 7, 8, (210, 160, 90), 0.7)
        s.disc(5.2, -8.1, 1.4, (255, 252, 232), 0.35)


def _door(s: Sketch, broken: bool) -> None:
    _room(s, 8)
    by = s.spare()
    leaf = s.colour((126, 84, 58), (70, 86, 104), (92, 96, 100), (140, 104, 70))
    s.slab(-5.6, -10, 5.6, 8.2, tinted(leaf, -36), round=0, shadow=0.5)
    s.pen.rectangle(s.box(-4.8, -9.2, 4.8, 8.2), (14, 16, 20))
    edge = 1.4 if broken else 4.8
    lean = 0.9 if broken else 0
    s.area([(-4.8, -9.2), (edge, -9.2 + lean), (edge, 8.2 + lean), (-4.8, 8.2)], leaf)
    for top, bottom in ((-8, -1.2), (0.4, 7)):
        s.area(
            [(-4, top), (edge - 0.7, top + lean * 0.8), (edge - 0.7, bottom + lean * 0.9), (-4, bottom)],
            tinted(leaf, -20),
        )
        s.line([(-4, top), (edge - 0.7, top + lean * 0.8)], tinted(leaf, 34), 0.12)
    s.slab(edge - 1.3, -0.6 + lean, edge - 0.6, 2 + lean, *CHROME, across=True, shadow=0.1)
    s.slab(-3.6, -9, -0.6, -8, (150, 154, 158), shadow=0.2)
    if broken:
        s.line([(-1, -8.4), (1.2, -6), (0.4, -3.8)], (126, 130, 136), 0.36)
        s.crack(-2.4, 2.5, 4, by)
        s.blot(-2, 7.4, 3, 0.7, (20, 16, 12, 100), by)
        s.litter(5, 9.4, 3, 0.5, 5, by)
    else:
        s.line([(-1, -8.4), (2.4, -8.9), (4.9, -9.4)], (170, 174, 180), 0.36)
        s.seal(0.2, -4.6, 0.8)


def _lock(s: Sketch, broken: bool) -> None:
    leaf = s.colour((116, 72, 48), (84, 46, 40), (72, 80, 92), (134, 98, 64))
    s.backdrop(tinted(leaf, 12), tinted(leaf, -18))
    by = s.spare()
    for _ in range(46):
        y = s.place.uniform(-13, 13)
        s.line(
            [(-22, y), (0, y + s.place.uniform(-0.5, 0.5)), (22, y + s.place.uniform(-0.6, 0.6))],
            (*tinted(leaf, s.place.choice((-24, 20))), 70),
            0.1,
        )
    s.slab(7.6, -16, 8.2, 16, tinted(leaf, -60), round=0, shadow=0.4)
    s.slab(8.2, -16, 24, 16, s.colour(*PLASTER), round=0, shadow=0)
    if broken:
        s.blot(-1, 1, 7.5, 7, (0, 0, 0, 60), by)
        s.area([(7, -16), (9.4, -16), (10.6, 16), (7, 16)], (12, 12, 16))
    s.slab(-1.9, -7, 2.1, 7, *CHROME, across=True, round=0.7, shadow=0.6)
    s.ball(0.1, -2.6, 1.1, (186, 192, 198))
    turn = 0.95 if broken else 0.04
    tip = (-7 * math.cos(turn), -2.6 + 7 * math.sin(turn))
    s.line([(0.2, -2.2), (tip[0] + 0.2, tip[1] + 0.5)], (0, 0, 0, 90), 1.2)
    s.line([(0, -2.6), tip], (158, 166, 174), 1.15)
    s.line([(0, -2.85), (tip[0], tip[1] - 0.25)], (234, 238, 242), 0.35)
    if broken:
        s.disc(0.1, 3, 1.25, (12, 12, 14), rim=(80, 60, 44))
        for _ in range(16):
            x, y = by.uniform(-2.6, 3), by.uniform(1, 6)
            s.line([(x, y), (x + by.uniform(-2, 2), y + by.uniform(-1.4, 1.4))], (236, 226, 210, 190), 0.09)
        s.crack(2.6, 1.6, 4.6, by)
    else:
        s.ball(0.1, 3, 1.2, (214, 182, 96))
        s.slab(-0.1, 2.4, 0.3, 3.7, (40, 34, 20), shadow=0)
        s.slab(-0.4, 4.6, 0.6, 8.2, (206, 176, 90), (150, 122, 54), shadow=0.3)
        s.glow(-4, -3, 8, (120, 110, 96), 0.7)


def _lift(s: Sketch, broken: bool) -> None:
    wall = s.colour((190, 178, 160), (168, 168, 170), (204, 192, 172), (150, 130, 112))
    s.backdrop(tinted(wall, 10), tinted(wall, -24))
    s.tiles(-24, -16, 24, 14, 6.2, 4.4, (*tinted(wall, -44), 150))
    s.floor(8, (96, 92, 88), (138, 132, 124))
    s.slab(-6.6, -8.8, 6.6, 8.2, (120, 126, 132), (84, 90, 96), round=0, shadow=0.6)
    s.pen.rectangle(s.box(-5.8, -8, 5.8, 8.2), (16, 18, 22))
    gap = 1.7 if broken else 0.06
    if broken:
        s.area([(-gap, 1.5), (gap, 1.5), (gap, 8.2), (-gap, 8.2)], (70, 64, 58))
        s.line([(-gap, 1.4), (gap, 1.4)], (180, 150, 60), 0.3)
    for x0, x1 in ((-5.8, -gap), (gap, 5.8)):
        s.slab(
            x0,
            -8,
            x1,
            8.2,
            (148, 156, 164),
            (208, 214, 220),
            (160, 168, 176),
            (190, 196, 202),
            across=True,
            round=0,
            shadow=0,
        )
    s.slab(8, -1.6, 9.8, 3.4, (164, 170, 176), shadow=0.3)
    lamp = (255, 66, 48) if broken else (96, 236, 140)
    for y in (0.2, 2):
        s.disc(8.9, y, 0.55, (224, 226, 228), rim=lamp)
    s.slab(-2, -11, 2, -9.4, (20, 20, 24), shadow=0.2)
    s.glow(0, -10.2, 3, lamp, 0.8)
    s.area(
        [(-0.7, -9.8), (0.7, -9.8), (0, -10.7)]
        if not broken
        else [(-0.6, -10.7), (0.6, -10.7), (0.6, -9.7), (-0.6, -9.7)],
        lamp,
    )
    if broken:
        s.tape(-7.4, 0.6, 7.4, 1.2)
        s.tape(-7.4, 4, 7.4, 3.4)
        s.slab(-4.6, 5.4, -1.6, 9.6, (236, 190, 36), round=0.2, shadow=0.4)
        s.area([(-3.1, 6), (-2.2, 8), (-4, 8)], (30, 30, 30))
    else:
        s.disc(0, 9.6, 5.6, (255, 255, 255, 34), 0.9)


def _firedoor(s: Sketch, broken: bool) -> None:
    _room(s, 7.6)
    by = s.spare()
    leaf = s.colour((170, 54, 44), (146, 64, 48), (180, 176, 170), (140, 40, 40))
    s.slab(-7.4, -9.6, 7.4, 7.8, tinted(leaf, -50), round=0, shadow=0.5)
    s.pen.rectangle(s.box(-6.7, -8.9, 6.7, 7.8), (18, 20, 24))
    for x, reach in ((-6.7, 6.6), (6.7, -3.4 if broken else -6.6)):
        low = 7.8 + (1.2 if abs(reach) < 6 else 0)
        s.area([(x, -8.9), (x + reach, -8.9 - low + 7.8), (x + reach, low), (x, 7.8)], leaf)
        s.area(
            [(x + reach * 0.35, -6.6), (x + reach * 0.65, -6.6), (x + reach * 0.65, -1.8), (x + reach * 0.35, -1.8)],
            (176, 200, 206),
        )
        s.line([(x + reach * 0.12, 1), (x + reach * 0.9, 1)], (196, 200, 204), 0.5)
    s.slab(-1.8, -12.2, 1.8, -10.4, (30, 132, 76), shadow=0.2)
    if broken:
        for _ in range(6):
            x, y, size = by.uniform(-6, 4), by.uniform(3, 7.4), by.uniform(2.4, 4)
            box = by.choice(((186, 146, 98), (168, 128, 84), (200, 164, 116)))
            s.slab(x, y - size * 0.4, x + size, y + size * 0.5, box, round=0.05, shadow=0.4)
            s.slab(x + size * 0.42, y - size * 0.4, x + size * 0.58, y + size * 0.5, (216, 196, 160), shadow=0)
        s.litter(1, 9.4, 7, 0.9, 8, by)
    else:
        s.line([(-6, 9.4), (6, 9.4)], (236, 196, 50), 0.4)
        s.seal(-2.6, 4, 0.8)


def _exitsign(s: Sketch, broken: bool) -> None:
    _room(s, 11)
    by = s.spare()
    s.slab(-12, -13, 12, -10, (160, 158, 154), round=0, shadow=0.4)
    if broken:
        s.dim(0.4)
    fall = 1.6 if broken else 0.0
    green = (44, 66, 56) if broken else (34, 176, 98)
    ink = (120, 130, 124) if broken else (244, 255, 248)
    for x in (-5, 5):
        s.line([(x, -10), (x * 0.98, -3.4 + (fall if x > 0 else 0))], (60, 62, 66), 0.16)
    corners = [(-8, -3.4), (8, -3.4 + fall), (8, 3.2 + fall), (-8, 3.2)]
    s.area([(x + 0.3, y + 0.5) for x, y in corners], (0, 0, 0, 90))
    s.area([(x * 1.04, y * 1.08) for x, y in corners], (190, 194, 198) if not broken else (110, 112, 116))
    s.area(corners, green)
    tilt = fall / 16
    figure = [
        ((-4.4, -1.0), (-3.2, 0.2), (-4.8, 2.4)),
        ((-3.2, 0.2), (-1.6, 1.2), (-1.4, 2.5)),
        ((-5.6, 0.3), (-4.2, -0.9), (-2.2, -0.2)),
    ]
    for limb in figure:
        s.line([(x, y + (x + 8) * tilt) for x, y in limb], ink, 0.62)
    s.disc(-3.4, -1.9 + 4.6 * tilt, 0.62, ink)
    arrow = [(1.4, -0.5), (4.4, -0.5), (4.4, -1.8), (6.8, 0.2), (4.4, 2.2), (4.4, 0.9), (1.4, 0.9)]
    s.area([(x, y + (x + 8) * tilt) for x, y in arrow], ink)
    if broken:
        s.crack(2, -3, 5, by, (14, 16, 16, 230))
        s.line([(7.4, -3), (8.8, -1), (8.2, 1.4)], (26, 26, 28), 0.2)
    else:
        s.glow(0, 0, 13, (60, 220, 130), 0.55)


def _wall(s: Sketch, broken: bool) -> None:
    wall = _room(s, 8.4)
    by = s.spare()
    s.floor(7.6, tinted(wall, -60), tinted(wall, -70))
    s.floor(8.4, (120, 114, 106), (150, 142, 130))
    s.slab(7.4, -3, 9, -0.4, (236, 236, 232), shadow=0.2)
    if broken:
        s.blot(-1, -1, 7, 5.6, (120, 96, 60, 50), by)
        s.blot(-1.4, -0.6, 4.4, 3.8, (*tinted(wall, -40), 200), by)
        for row in range(5):
            for column in range(3):
                x, y = -4 + column * 2 + (row % 2) * 0.8, -2.8 + row * 0.95
                s.slab(x, y, x + 1.8, y + 0.78, (150, 82, 60), (124, 66, 50), round=0.05, shadow=0)
        s.crack(1.5, -9, 9, by)
        s.crack(-5, 1, 6, by)
        s.litter(-1, 9, 5, 0.5, 4, by)
        s.blot(-1, 8.4, 4.6, 0.6, (226, 220, 208, 150), by)
    else:
        s.slab(-7.6, -7, 5.4, 5.4, tinted(wall, 20), tinted(wall, 12), round=0.4, shadow=0)
        s.line([(-7.6, -6.9), (5.4, -6.9)], (255, 255, 255, 50), 0.1)


def _tile(s: Sketch, broken: bool) -> None:
    tile = s.colour((206, 198, 184), (178, 188, 194), (214, 208, 200), (160, 146, 130))
    s.backdrop(tinted(tile, 10), tinted(tile, -16))
    by = s.spare()
    wide = s.place.uniform(4.6, 6.2)
    for row in range(-3, 3):
        for column in range(-4, 4):
            shade = tinted(tile, s.place.randint(-14, 14))
            bad = broken and row == 0 and column in (-1, 0)
            x, y = (column + 0.1) * wide, (row - 0.4) * wide
            s.slab(x, y, x + wide - 0.2, y + wide - 0.2, (104, 96, 86) if bad else shade, round=0.1, shadow=0)
            if bad:
                s.blot(x + wide / 2, y + wide / 2, wide * 0.4, wide * 0.36, (74, 66, 58, 120), by)
                s.area(
                    [(x, y), (x + wide * 0.7, y), (x + wide * 0.3, y + wide * 0.5), (x, y + wide * 0.35)],
                    tinted(shade, -8),
                )
                s.area(
                    [
                        (x + wide - 0.3, y + wide - 0.3),
                        (x + wide * 0.5, y + wide - 0.3),
                        (x + wide - 0.3, y + wide * 0.4),
                    ],
                    tinted(shade, -22),
                )
                s.crack(x + wide * 0.5, y + 0.2, wide, by)
            else:
                s.line([(x + 0.6, y + wide - 1), (x + wide - 1.4, y + 0.6)], (255, 255, 255, 26), 0.5)
    if broken:
        s.litter(0, 2.8, 4, 1.2, 6, by)
    else:
        s.glow(-1, -2, 6, (210, 214, 218), 0.4)


def _stairs(s: Sketch, broken: bool) -> None:
    _room(s, 12)
    by = s.spare()
    stone = s.colour(*CONCRETE)
    for step in range(8):
        y, half = -6.4 + step * 2.0, 5.6 + step * 0.85
        s.slab(-half, y, half, y + 1.0, tinted(stone, 34), tinted(stone, 22), round=0, shadow=0)
        s.slab(-half, y + 0.9, half, y + 2.1, tinted(stone, -24), tinted(stone, -44), round=0, shadow=0)
        if not broken:
            s.line([(-half, y + 0.85), (half, y + 0.85)], (232, 192, 52), 0.26)
    for step in range(0, 8, 2):
        x, y = -5.9 - step * 0.85, -6 + step * 2
        s.line([(x, y), (x, y - 5)], (84, 88, 94), 0.3)
    rail = [(-5.6, -11.4), (-8.3, -5), (-12.4, 4.8)]
    if broken:
        s.line(rail[:2], (150, 60, 44), 0.6)
        s.line([(-8.3, -5), (-6.4, -1.4), (-6.8, 1.6)], (150, 60, 44), 0.6)
        for step, x in ((3, 1.5), (5, -2.5)):
            y = -6.4 + step * 2
            s.area(
                [
                    (x - 2, y + 0.2),
                    (x - 1, y + 0.6),
                    (x, y + 0.2),
                    (x + 1.4, y + 0.5),
                    (x + 2, y + 1.5),
                    (x - 1.6, y + 1.7),
                ],
                (72, 66, 60),
            )
            s.litter(x, y + 2.4, 2, 0.3, 4, by)
        s.crack(3, -4.2, 6, by)
        s.litter(0, 4, 6, 3.4, 9, by)
        s.blot(2.6, 5, 3, 1, (52, 42, 30, 90), by)
    else:
        s.line(rail, (176, 74, 52), 0.6)
        s.line([(x - 0.1, y - 0.15) for x, y in rail], (226, 140, 110), 0.18)


def _playground(s: Sketch, broken: bool) -> None:
    _street(s, 1, s.colour((176, 92, 72), (86, 128, 108), (90, 112, 150)))
    by = s.spare()
    slide = s.colour((232, 178, 40), (222, 84, 56), (60, 140, 196))
    post = s.colour((56, 108, 176), (196, 62, 56), (70, 140, 84))
    s.disc(0, 8.4, 10, (0, 0, 0, 60), 1)
    for x in (-7, -3):
        s.slab(x - 0.35, -8, x + 0.35, 8, tinted(post, 20), tinted(post, -30), across=True, shadow=0.2)
    s.area([(-8.4, -7.4), (-5, -11), (-1.6, -7.4)], tinted(post, -10))
    s.slab(-7.2, -1.4, -2.8, -0.6, tinted(slide, -20), shadow=0.2)
    for y in (1, 3, 5, 7):
        s.line([(-7, y), (-7 - 1.6, y)], tinted(post, 12), 0.3)
    s.line([(-8.6, -1), (-8.6, 8)], tinted(post, -10), 0.4)
    chute = [(-3, -1.6), (-1.4, -1.6), (5, 6), (9, 6.6), (9, 8), (4.2, 7.6), (-3, 0.4)]
    s.area([(x + 0.3, y + 0.6) for x, y in chute], (0, 0, 0, 70))
    s.area(chute, slide)
    s.line([(-2.4, -2), (-1, -1.9), (5.2, 5.4), (9, 6)], tinted(slide, 40), 0.4)
    s.line([(-2.6, 0.4), (4.4, 7.2), (9, 7.7)], tinted(slide, -50), 0.3)
    if broken:
        s.blot(3, 4.8, 1.7, 1.2, (26, 22, 20, 200), by)
        s.crack(0.6, 1, 4.6, by)
        s.line([(-3, -6), (0, -4.4), (0.4, -1.5)], tinted(post, -30), 0.35)
        s.tape(-9.6, 3.4, 10.4, 2.6)
        s.tape(-9.6, 6, 10.4, 6.4)
    else:
        s.line([(-7, -4.2), (-3, -4.2)], tinted(post, 16), 0.35)
        s.line([(-1.6, -0.6), (5, 6.2), (8.4, 7)], (255, 255, 255, 110), 0.35)
        s.seal(-5, -3, 0.7)


def _manhole(s: Sketch, broken: bool) -> None:
    road = s.colour((98, 100, 104), (116, 112, 108), (86, 88, 90))
    s.backdrop(tinted(road, 14), tinted(road, -14))
    by = s.spare()
    s.speckle(-13, 420, (*tinted(road, -30), 150))
    s.speckle(-13, 300, (*tinted(road, 34), 130))
    kerb = s.place.choice((-8.6, 8.4))
    s.slab(-26, kerb - 0.8, 26, kerb + 0.8, (176, 172, 164), round=0, shadow=0.3)
    s.disc(0, 0.4, 6.3, tinted(road, -22), 4.6)
    s.disc(0, 0.4, 5.8, (60, 60, 62), 4.2)
    x, y = (4.4, -2.6) if broken else (0, 0.3)
    if broken:
        s.disc(0, 0.4, 5.4, (8, 8, 10), 3.8)
        s.disc(0, 1.6, 4.4, (22, 26, 30), 2.2)
        s.disc(x + 0.4, y + 0.7, 5.3, (0, 0, 0, 110), 3.9)
    iron = s.colour((104, 98, 92), (88, 90, 92), (112, 96, 82))
    s.disc(x, y + 0.25, 5.2, tinted(iron, -40), 3.75)
    s.disc(x, y, 5.2, iron, 3.7, rim=tinted(iron, 36))
    for row in range(-4, 5):
        for column in range(-4, 5):
            if (row / 4.6) ** 2 + (column / 4.6) ** 2 < 0.9:
                px, py = x + column * 0.98, y + row * 0.7
                s.line([(px - 0.3, py), (px + 0.3, py + 0.1)], tinted(iron, 34 if (row + column) % 2 else -30), 0.2)
    if broken:
        for side in (-1, 1):
            s.crack(side * 5.6, 2, 6, by)
        s.litter(-5.6, 4.6, 3, 1, 6, by)
        s.cone(-8, 3, 1.3)
        s.cone(7.6, 6.6, 1.5)
    else:
        s.disc(0, 0.4, 6.9, (40, 40, 42, 70), 5.1, rim=(52, 52, 54))
        s.glow(-1.4, -1, 3, (150, 150, 150), 0.5)


def _bin(s: Sketch, broken: bool) -> None:
    _street(s, 3.4, s.colour(*CONCRETE))
    by = s.spare()
    s.slab(-13, -5.6, 13, 4.4, s.colour((186, 176, 160), (160, 150, 140), (176, 186, 184)), round=0, shadow=0.5)
    s.tiles(-13, -5.6, 13, 4.4, 3.2, 1.6, (0, 0, 0, 34))
    for index, paint in enumerate(((60, 120, 80), (70, 110, 170), (104, 104, 108), (190, 64, 50))):
        x = -9.2 + index * 4.8
        body = s.colour(paint)
        s.slab(
            x,
            -0.6,
            x + 3.9,
            6.8,
            tinted(body, -26),
            tinted(body, 14),
            tinted(body, -34),
            across=True,
            round=0.3,
            shadow=0.6,
        )
        for wheel in (0.7, 3.2):
            s.disc(x + wheel, 6.9, 0.55, (24, 24, 26))
        s.slab(x + 1, 2, x + 2.9, 4, tinted(body, 40), shadow=0)
        if broken and index < 3:
            for _ in range(5):
                bag = by.choice(((36, 36, 40), (220, 220, 214), (66, 66, 74), (188, 60, 52)))
                s.ball(x + by.uniform(0.4, 3.5), -0.8 - by.uniform(0, 1.6), by.uniform(0.8, 1.4), bag)
            s.area([(x - 0.3, -1), (x + 4, -3.6), (x + 4.2, -3), (x, -0.4)], tinted(body, -10))
        else:
            s.slab(x - 0.2, -1.5, x + 4.1, -0.5, tinted(body, -12), round=0.3, shadow=0.2)
    if broken:
        for _ in range(6):
            s.ball(
                by.uniform(-11, 9),
                by.uniform(6.6, 8.6),
                by.uniform(1, 1.7),
                by.choice(((40, 40, 44), (226, 226, 220), (52, 70, 66))),
            )
        s.litter(0, 8, 11, 1.6, 34, by)
        s.pool(-2, 8.8, 6, 0.9, by, (66, 54, 30))
    else:
        s.line([(-12, 8), (12, 8)], (240, 204, 60), 0.3)


def _puddle(s: Sketch, broken: bool) -> None:
    stone = s.colour((164, 152, 138), (146, 146, 146), (172, 140, 118))
    _street(s, -4, stone)
    by = s.spare()
    s.paving(-3.4, (*tinted(stone, -50), 150), rows=10)
    s.slab(-26, -4.2, 26, -3.4, tinted(stone, 30), round=0, shadow=0.2)
    if broken:
        s.blot(0, 3, 11, 5.2, (*tinted(stone, -80), 90), by)
        s.blot(0, 3, 9.4, 4.2, (92, 116, 140, 150), by)
        s.blot(1, 2, 6, 2.2, (176, 200, 220, 110), by)
        for _ in range(5):
            x, y = by.uniform(-6, 6), by.uniform(1, 5)
            for ring in (0.5, 1.0, 1.5):
                s.disc(x, y, ring, (0, 0, 0, 0), ring * 0.34, rim=(226, 236, 244, 150))
        s.litter(3, 4, 5, 1.6, 6, by)
        s.slab(-8.6, -2.4, -5.4, 2.6, (240, 196, 40), round=0.2, shadow=0.4)
        s.area([(-7, -1.6), (-6, 0.4), (-8, 0.4)], (30, 30, 30))
    else:
        s.blot(0, 3, 7, 3, (*tinted(stone, -24), 40), by)
        s.slab(-2.4, 2, 2.4, 3.4, (70, 72, 74), (96, 98, 100), shadow=0.1)
        for column in range(8):
            s.line([(-2.1 + column * 0.6, 2.2), (-2.1 + column * 0.6, 3.2)], (20, 20, 22), 0.16)


def _lawn(s: Sketch, broken: bool) -> None:
    green = s.colour((92, 132, 58), (78, 120, 62), (112, 142, 66))
    _street(s, -4, green)
    by = s.spare()
    if broken:
        s.blot(-1, 4, 8, 4, (146, 116, 74, 170), by)
        s.blot(5, 7, 5, 2, (160, 140, 70, 120), by)
    worn = ((-1, 4, 6.4, 3.2), (5, 7, 4, 1.4)) if broken else ()
    for _ in range(900):
        x, y = s.place.uniform(-18, 18), s.place.uniform(-3.4, 13)
        lean, shade, tall = s.place.uniform(-0.4, 0.4), s.place.randint(-36, 40), 0.25 + (y + 4) * 0.05
        bare = any(((x - px) / rx) ** 2 + ((y - py) / ry) ** 2 < 1 for px, py, rx, ry in worn)
        blade = (176, 152, 92) if bare else tinted(green, shade)
        s.pen.line([s.at(x, y), s.at(x + lean, y - tall)], (*blade, 110 if bare else 230), 2)
    if broken:
        for _ in range(7):
            s.blot(by.uniform(-6, 5), by.uniform(2, 7), 0.6, 0.3, (84, 62, 38, 140), by)
        s.litter(1, 4, 7, 3, 8, by)
    else:
        s.line([(-9, 8.4), (-9, 5.6)], (120, 90, 60), 0.4)
        s.slab(-11.2, 3.6, -6.8, 5.8, (58, 130, 78), shadow=0.3)
        s.disc(-9, 4.7, 0.6, (240, 246, 240))


def _tree(s: Sketch, broken: bool) -> None:
    _street(s, 3, s.colour((100, 128, 70), (150, 146, 138), (122, 116, 96)))
    by = s.spare()
    bark = s.colour((96, 74, 54), (110, 92, 74), (84, 70, 60))
    lean = 3.4 if broken else 0.0
    s.disc(0.4, 7.6, 3.4, (0, 0, 0, 70), 0.7)
    s.area([(-1.1, 7.6), (1.1, 7.6), (0.6 + lean, -5), (-0.5 + lean, -5)], bark)
    s.line([(-0.4, 7), (lean - 0.1, -5)], tinted(bark, 26), 0.25)
    leaf = s.colour((70, 112, 54), (88, 124, 60), (56, 102, 66))
    dead = (136, 104, 58)
    for index in range(26):
        x, y = lean * 1.5 + s.place.gauss(0, 2.7), -6.4 + s.place.gauss(0, 1.9)
        shade = tinted(dead if broken and index % 3 == 0 else leaf, s.place.randint(-26, 26))
        s.blot(x, y, 2, 1.5, (*shade, 110), s.place)
    if broken:
        s.line([(-8, 8.4), (-3, 7.2), (3, 7.8), (7, 7)], (0, 0, 0, 70), 0.9)
        s.line([(-8, 8), (-3, 6.8), (3, 7.4), (7, 6.6)], bark, 0.8)
        for x in (-6, -2, 2, 5):
            s.line([(x, 7.3), (x + 1.4, 5.4), (x + 2.6, 5)], tinted(bark, 8), 0.3)
            s.blot(x + 2.4, 5, 1.2, 0.8, (*dead, 120), by)
        s.line([(0.6, 0), (-2.4, -2.6), (-4, -2.2)], tinted(bark, -14), 0.5)
        s.tape(-10, 5.6, 10.4, 5)
    else:
        for x in (-3, 3):
            s.line([(x, 7.8), (x * 0.16, 1.6)], (170, 140, 96), 0.4)
        s.slab(-1.1, 3.6, 1.1, 6, (240, 240, 236), shadow=0)


def _car(s: Sketch, broken: bool) -> None:
    road = s.colour((104, 106, 110), (92, 94, 98), (122, 118, 114))
    _street(s, -1, road)
    s.area([(-9, 0.6), (9, 0.6), (12.6, 8.4), (-12.6, 8.4)], (*tinted(road, -10), 255))
    for step in range(-7, 8):
        s.line([(step * 1.25, 0.8), (step * 1.75 + 1.6, 8.2)], (226, 186, 46), 0.26)
    s.line([(-9, 0.6), (9, 0.6), (12.6, 8.4), (-12.6, 8.4), (-9, 0.6)], (232, 192, 50), 0.35)
    s.slab(-4.4, -6.4, 4.4, 0.6, (80, 84, 90), (110, 114, 120), round=0, shadow=0.3)
    s.line([(0, -6.4), (0, 0.6)], (46, 48, 52), 0.18)
    paint = s.colour((186, 190, 196), (40, 44, 52), (172, 44, 40), (52, 84, 140), (232, 232, 230))
    if broken:
        s.disc(0, 7.5, 9.6, (0, 0, 0, 120), 0.9)
        s.area([(-5.4, 1.2), (-3.2, -2.4), (3, -2.4), (5.8, 1.2)], tinted(paint, -16))
        s.area([(-4.6, 1.2), (-2.8, -1.8), (-0.2, -1.8), (-0.2, 1.2)], (52, 66, 78))
        s.area([(0.3, 1.2), (0.3, -1.8), (2.7, -1.8), (4.7, 1.2)], (62, 78, 92))
        s.slab(-9, 1, 9, 6.2, tinted(paint, 16), paint, tinted(paint, -46), round=1.1, shadow=0)
        s.line([(-8.8, 3.4), (8.8, 3.2)], tinted(paint, 40), 0.16)
        s.line([(0, 1.4), (0.1, 6)], tinted(paint, -60), 0.1)
        s.slab(7.6, 2.2, 8.9, 3.3, (246, 240, 214), shadow=0)
        s.slab(-8.9, 2.2, -7.9, 3.3, (196, 40, 36), shadow=0)
        for x in (-5.4, 5.4):
            s.ball(x, 6.2, 1.7, (34, 34, 38))
            s.ball(x, 6.2, 0.9, (160, 166, 172))
    else:
        s.cone(-10.8, 7.8, 1.2)
        s.cone(10.8, 7.8, 1.2)


def _camera(s: Sketch, broken: bool) -> None:
    _room(s, 14)
    by = s.spare()
    s.slab(-26, -14, 26, -7.4, s.colour((180, 172, 160), (150, 152, 156)), round=0, shadow=0.6)
    s.slab(-1.4, -7.6, 1.4, -5, (226, 228, 230), (170, 174, 178), shadow=0.4)
    s.line([(0, -5.2), (0, -2.8)], (200, 204, 208), 0.9)
    turn = 0.85 if broken else 0.14
    cos, sin = math.cos(turn), math.sin(turn)

    def swung(x: float, y: float) -> Point:
        return x * cos - y * sin, -1.6 + x * sin + y * cos

    shell = [swung(-5, -1.9), swung(6, -1.9), swung(6.6, 1.9), swung(-5, 1.9)]
    s.area([(x + 0.5, y + 0.9) for x, y in shell], (0, 0, 0, 80))
    s.area(shell, (222, 226, 228) if not broken else (168, 166, 158))
    s.area([swung(-5, 0.6), swung(6.4, 0.6), swung(6.6, 1.9), swung(-5, 1.9)], (150, 156, 160))
    s.area(
        [swung(-4.4, -2.5), swung(7.6, -2.5), swung(7.6, -1.7), swung(-4.4, -1.7)],
        (240, 242, 244) if not broken else (186, 184, 176),
    )
    s.disc(*swung(6.2, 0), 1.6, (30, 32, 38), 1.7)
    s.disc(*swung(6.4, 0), 0.9, (10, 12, 20), 1.0)
    if broken:
        s.line([swung(-5, 0), (-7.4, 1), (-6.2, 5), (-7.6, 8.4)], (30, 30, 34), 0.34)
        for reach in range(7):
            s.line([(1.4, -7 + reach * 0.3), (4.4 - reach * 0.2, -4.6 + reach * 0.9)], (240, 240, 240, 120), 0.05)
        s.blot(*swung(1, 0), 2.4, 1.2, (70, 58, 40, 80), by)
        s.crack(*swung(6.2, -1.4), 2.4, by, (220, 224, 228, 230))
    else:
        s.line([swung(-5, 0), (-7, -3), (-6.6, -7.4)], (60, 62, 66), 0.3)
        s.disc(*swung(6.1, -0.4), 0.4, (150, 190, 240))
        s.glow(*swung(6.3, 1.3), 1.6, (90, 255, 120), 1)


def _barrier(s: Sketch, broken: bool) -> None:
    _street(s, 2, s.colour((108, 110, 114), (94, 96, 100), (124, 120, 116)))
    by = s.spare()
    s.area([(-24, 8.6), (24, 7.4), (24, 8.2), (-24, 9.4)], (228, 190, 50))
    cabinet = s.colour((220, 130, 40), (60, 96, 160), (190, 194, 198), (200, 60, 50))
    s.slab(-9.8, 7, -4.8, 8.2, (150, 148, 142), round=0.1, shadow=0.5)
    s.slab(-9, -2, -5.6, 7.2, tinted(cabinet, 14), tinted(cabinet, -36), across=True, round=0.3, shadow=0.6)
    s.slab(-8.4, 0.4, -6.2, 2.2, (20, 22, 26), shadow=0)
    lamp = (255, 60, 46) if broken else (80, 240, 130)
    s.disc(-7.3, 1.3, 0.5, lamp)
    s.glow(-7.3, 1.3, 2.4, lamp, 0.9)
    arm = [(-7.2, -1.0), (1.6, -0.2), (6.6, 6.6)] if broken else [(-7.2, -1.0), (-2, -1.1), (11.6, -1.3)]
    for start, end in pairwise(arm):
        pieces = max(3, round(math.dist(start, end) / 1.5))
        for index in range(pieces):
            a, b = index / pieces, (index + 1) / pieces
            here = (start[0] + (end[0] - start[0]) * a, start[1] + (end[1] - start[1]) * a)
            there = (start[0] + (end[0] - start[0]) * b, start[1] + (end[1] - start[1]) * b)
            s.line([here, there], (206, 42, 38) if index % 2 else (244, 244, 240), 0.75)
    if broken:
        s.area([(1.2, -0.8), (2.2, -0.3), (1.9, 0.7), (1.1, 0.2)], (40, 40, 42))
        s.litter(4, 7.6, 3.4, 0.6, 7, by)
        s.cone(9.4, 8.4, 1.2)
    else:
        s.slab(11, -1.6, 11.8, 7, (170, 174, 178), across=True, shadow=0.3)


def _roof(s: Sketch, broken: bool) -> None:
    felt = s.colour((112, 114, 116), (140, 96, 80), (96, 108, 116))
    _street(s, -6, felt)
    by = s.spare()
    s.slab(-26, -8, 26, -4.4, s.colour((196, 190, 180), (176, 172, 166)), round=0, shadow=0.8)
    for x in range(-4, 5):
        s.line([(x * 3.2, -4.2), (x * 7, 13)], (*tinted(felt, -32), 190), 0.2)
        s.line([(x * 3.2 + 0.2, -4.2), (x * 7 + 0.35, 13)], (*tinted(felt, 26), 120), 0.12)
    s.slab(7, -8.6, 9, -1, (206, 208, 206), (150, 154, 156), across=True, shadow=0.5)
    if broken:
        s.pool(-1, 4.6, 7.6, 3, by)
        s.crack(-6, -3, 9, by)
        s.crack(3, -2, 9, by)
        for _ in range(6):
            s.ball(by.uniform(-9, 8), by.uniform(0, 8), by.uniform(0.6, 1.4), tinted(felt, 10), 0.5)
        s.area([(4, 4), (7.4, 3), (8.6, 6.4), (5.6, 6.6)], (66, 58, 52))
        s.area([(4, 4), (7.4, 3), (6.6, 4.4), (4.6, 5)], tinted(felt, 40))
    else:
        s.area([(-7, -2.6), (5.4, -2.6), (9, 9), (-10.6, 9)], tinted(felt, -44))
        for y, half in ((-2.6, 6.4), (1, 7.8), (5, 9)):
            s.line([(-half - 0.6, y), (half - 0.8, y)], tinted(felt, -16), 0.24)
        s.area([(-7, -2.6), (-4, -2.6), (-6.4, 9), (-10.6, 9)], (255, 255, 255, 26))


def _window(s: Sketch, broken: bool) -> None:
    _room(s, 9)
    by = s.spare()
    frame = s.colour((232, 234, 234), (120, 88, 66), (96, 102, 108))
    s.slab(-8.4, -8.4, 8.4, 6.2, frame, round=0.1, shadow=0.5)
    s.slab(-7.7, -7.7, 7.7, 5.5, (128, 172, 216), (206, 222, 232), (150, 176, 140), round=0, shadow=0)
    for x in (-5.4, 1.6, 4.6):
        s.slab(x, s.place.uniform(-4, 1), x + 2.4, 5.5, (186, 190, 196), round=0, shadow=0)
    s.slab(-0.4, -8, 0.4, 6, frame, round=0, shadow=0.2)
    s.slab(-9.4, 6.2, 9.4, 7.2, tinted(frame, -10), shadow=0.5)
    sash = [(0.4, -7.7), (7.7, -7.7), (7.7, 5.5), (0.4, 5.5)]
    if broken:
        sash = [(0.4, -7.1), (7.1, -5.6), (7.9, 7.4), (0.9, 5.5)]
        s.area(sash, (60, 76, 92, 120))
        hub = (4, 0.6)
        for _ in range(11):
            turn = by.uniform(0, math.tau)
            s.line([hub, (hub[0] + 3 * math.cos(turn), hub[1] + 4.4 * math.sin(turn))], (246, 250, 252, 220), 0.1)
        s.area([(3.2, 0), (4.6, -0.8), (5.2, 1), (4, 2), (3, 1.4)], (30, 38, 46))
        s.line([(0.2, -7.6), (-0.8, -4), (0.6, 0), (-0.6, 4)], (34, 34, 36), 0.22)
        s.litter(3, 8.2, 4, 0.5, 5, by)
    else:
        s.area([(2, -7), (4.4, -7), (1.6, 4.6), (0.8, 4.6)], (255, 255, 255, 80))
        s.slab(-2, 5.2, -1.2, 7.2, (70, 150, 100), shadow=0.1)
    s.line([*sash, sash[0]], tinted(frame, -26), 0.55)


def _hydrant(s: Sketch, broken: bool) -> None:
    _room(s, 9)
    by = s.spare()
    red = s.colour((186, 40, 36), (170, 46, 40), wobble=8)
    s.slab(-6.4, -8, 6.4, 7, red, tinted(red, -40), round=0.2, shadow=0.7)
    s.slab(-5.6, -7.2, 5.6, 6.2, (48, 40, 40), (80, 70, 68), round=0.1, shadow=0)
    s.slab(-4.6, -6, -3.6, 2, (160, 40, 36), shadow=0.2)
    if broken:
        s.line([(0, -3), (1.6, -1), (-0.6, 2), (2.2, 5.4), (0, 9), (4.4, 9.8)], (206, 196, 176), 0.8)
        s.disc(2.4, -4.4, 1, (20, 18, 18))
        s.crack(-2, -7, 6, by, (230, 236, 240, 200))
        s.area([(6.4, -8), (9.8, -6.8), (10.6, 9), (6.4, 7)], tinted(red, -26))
        s.blot(0, 5.6, 4.6, 0.7, (90, 80, 66, 150), by)
        s.litter(-3, 9.6, 4, 0.5, 5, by)
    else:
        for ring in range(9):
            s.disc(0.4, -2.4, 3.6 - ring * 0.4, (226, 218, 198) if ring % 2 else (190, 180, 156))
        for x in (-1.8, 1.6):
            s.slab(x, 2.2, x + 2.2, 6, (206, 44, 38), (140, 26, 24), across=True, round=0.7, shadow=0.2)
            s.slab(x + 0.8, 1.4, x + 1.4, 2.4, (30, 30, 32), shadow=0)
        s.area([(-5.6, -7.2), (0, -7.2), (-5.6, 3)], (255, 255, 255, 34))
        s.seal(4.4, -6, 0.9)


def _detector(s: Sketch, broken: bool) -> None:
    ceiling = s.colour((226, 226, 222), (214, 210, 200), (206, 214, 218))
    s.backdrop(tinted(ceiling, 8), tinted(ceiling, -34))
    by = s.spare()
    wide = s.place.uniform(7, 9)
    s.tiles(-3.5 * wide, -2.5 * wide, 30, 24, wide, wide, (*tinted(ceiling, -60), 200))
    s.speckle(-13, 160, (*tinted(ceiling, -40), 110))
    if broken:
        s.blot(1, 1, 7, 5.4, (140, 104, 54, 62), by)
        s.disc(0, 0, 4.4, (70, 66, 62), 3.4)
        for shift, wire in ((-1, (196, 50, 42)), (0.6, (40, 40, 44)), (1.4, (60, 100, 180))):
            s.line([(shift, 0), (shift * 2, 2), (shift + 0.6, 4.4)], wire, 0.26)
    x, y = (1.6, 4.2) if broken else (0.0, 0.0)
    s.ball(x, y, 5, (236, 234, 226) if not broken else (206, 196, 174), 3.8)
    s.disc(x, y + 0.5, 3.4, (214, 214, 208), 2.4)
    for step in range(12):
        turn = step / 12 * math.tau
        s.disc(x + 2.9 * math.cos(turn), y + 0.5 + 2 * math.sin(turn), 0.24, (50, 50, 52))
    lamp = (255, 60, 44) if broken else (70, 220, 110)
    s.glow(x, y + 0.7, 3.6 if broken else 1.6, lamp, 0.9)
    s.disc(x, y + 0.7, 0.4, lamp)


def _intercom(s: Sketch, broken: bool) -> None:
    _room(s, 12)
    by = s.spare()
    case = s.colour((58, 62, 68), (196, 200, 204), (130, 110, 84))
    s.slab(-4.6, -9, 4.6, 8.4, tinted(case, 18), tinted(case, -26), round=0.6, shadow=0.7)
    s.slab(-3.7, -7.8, 3.7, -1.4, (12, 14, 18), round=0.2, shadow=0)
    if broken:
        s.crack(-1.6, -7.6, 5.4, by, (150, 158, 166, 220))
        s.line([(3.6, 8.2), (5.6, 9.6), (4.6, 12)], (190, 60, 50), 0.26)
    else:
        s.slab(-3.5, -7.6, 3.5, -1.6, (80, 150, 206), (176, 206, 222), round=0.1, shadow=0)
        s.disc(0, -4.8, 1.1, (236, 226, 212))
        s.slab(-1.9, -3.6, 1.9, -1.6, (70, 90, 130), round=0.6, shadow=0)
        s.glow(0, -4.6, 6, (120, 180, 230), 0.5)
    for row in range(4):
        for column in range(3):
            x, y = -2.7 + column * 1.9, -0.4 + row * 1.5
            worn = broken and (row, column) in ((1, 1), (2, 0))
            s.slab(x, y, x + 1.5, y + 1.15, (24, 22, 22) if worn else (224, 226, 228), shadow=0.05)
    lamp = (255, 56, 44) if broken else (70, 230, 120)
    s.slab(-1.6, 6, 1.6, 7.7, tinted(case, -34), round=0.3, shadow=0)
    s.glow(0, 6.9, 2.6, lamp, 0.9)
    s.disc(0, 6.9, 0.4, lamp)


def _charger(s: Sketch, broken: bool) -> None:
    _street(s, 3, s.colour(*CONCRETE))
    by = s.spare()
    s.slab(-14, -10, 14, -8, (90, 130, 160), (60, 90, 120), round=0, shadow=0.6)
    for x in (-12, 12):
        s.slab(x - 0.3, -8, x + 0.3, 7, (170, 174, 178), across=True, shadow=0.2)
    case = s.colour((60, 150, 96), (64, 120, 190), (226, 228, 228))
    s.slab(-3, -6, 3, 6.8, tinted(case, 18), tinted(case, -32), across=True, round=0.5, shadow=0.7)
    s.slab(-2.2, -5, 2.2, -1.8, (20, 24, 30) if broken else (120, 206, 236), shadow=0)
    lamp = (255, 60, 40) if broken else (80, 240, 130)
    s.glow(0, -0.6, 2.4, lamp, 0.9)
    s.disc(0, -0.6, 0.4, lamp)
    for wheel in (6, 10.6):
        s.disc(wheel, 6.2, 1.7, (0, 0, 0, 0), rim=(30, 30, 34))
    s.line([(6, 6.2), (7.4, 3.6), (9.6, 3.8), (10.6, 6.2)], (190, 60, 60), 0.5)
    s.line([(10.6, 6.2), (9.9, 1.6), (9, 1.4)], (60, 60, 66), 0.35)
    s.slab(6, 2.6, 8.4, 3.5, (34, 34, 38), shadow=0)
    if broken:
        s.blot(0, 2.6, 2.4, 3, (18, 14, 12, 130), by)
        s.line([(-2.4, 2), (-6, 5), (-4.4, 8), (-9, 8.4)], (26, 26, 28), 0.3)
        s.line([(-12, -7), (-6, -3.4), (0, -5), (6, 3)], (220, 120, 40), 0.2)
        for puff in range(5):
            s.blot(1 + puff * 0.6, -6.4 - puff * 1.2, 1.4 + puff * 0.4, 1.1, (150, 150, 150, 40), by)
    else:
        s.line([(1.6, 2), (4.4, 5.6), (6.6, 4)], (26, 26, 28), 0.3)
        s.area([(0.4, 0.8), (-1.1, 3.4), (0, 3.4), (-0.5, 5.4), (1.2, 2.6), (0.1, 2.6)], (250, 252, 250))


def _lockers(s: Sketch, broken: bool) -> None:
    _room(s, 8.6)
    by = s.spare()
    paint = s.colour((226, 190, 60), (70, 140, 100), (90, 130, 180), (190, 194, 198))
    s.slab(-11, -8.6, 11, 8.4, tinted(paint, -50), round=0.2, shadow=0.7)
    for row in range(5):
        for column in range(6):
            x, y = -10.6 + column * 3.56, -8.2 + row * 3.3
            if row in (1, 2) and column == 2:
                continue
            forced = broken and (row, column) in ((1, 4), (3, 1), (3, 4))
            s.slab(x, y, x + 3.3, y + 3.05, (22, 22, 26) if forced else paint, round=0.1, shadow=0)
            if forced:
                s.area([(x, y), (x - 1.6, y + 0.7), (x - 1.4, y + 4), (x, y + 3.05)], tinted(paint, -24))
            else:
                s.slab(x + 2.7, y + 1.2, x + 2.95, y + 1.9, (60, 60, 64), shadow=0)
    s.slab(-3.2, -4.6, -0.4, 1, (20, 26, 34) if broken else (110, 190, 226), shadow=0)
    if broken:
        s.crack(-2.2, -4.4, 4, by, (200, 210, 216, 220))
        s.litter(2, 9.4, 7, 0.7, 9, by)
    else:
        s.slab(-2.8, -3.6, -0.8, -2.2, (246, 250, 252), shadow=0)
        s.seal(-1.8, -0.4, 0.6)


def _generic(s: Sketch, broken: bool) -> None:
    _corridor(s)
    by = s.spare()
    s.slab(-10.6, -5, -7, 0.4, s.colour((60, 110, 160), (180, 70, 56), (90, 140, 96)), shadow=0.4)
    s.slab(-10, -4.2, -7.6, -0.4, (238, 236, 228), shadow=0)
    for index, (x, y, rx, ry) in enumerate(LAMPS):
        s.disc(x, y, rx, (120, 122, 124) if broken and index else (255, 250, 230), ry)
    if broken:
        for _ in range(4):
            x, y, size = by.uniform(-8, 5), by.uniform(4, 8), by.uniform(2.4, 3.6)
            s.slab(
                x,
                y - size * 0.5,
                x + size,
                y + size * 0.4,
                by.choice(((186, 146, 98), (168, 128, 84))),
                round=0.05,
                shadow=0.5,
            )
        s.litter(0, 7, 8, 2.6, 20, by)
        s.blot(-2, 8, 4, 1.2, (50, 40, 30, 90), by)
        s.dim(0.16)
    else:
        s.disc(0, 8, 6, (255, 255, 255, 36), 1.6)
        s.ball(6.2, 5, 1.4, (70, 120, 64), 1.8)
        s.slab(5.2, 6, 7.2, 8, (190, 170, 150), shadow=0.3)
        s.glow(0, -6, 9, (255, 240, 206), 0.5)


PAINTERS: dict[str, Callable[[Sketch, bool], None]] = {
    "barrier": _barrier, "bin": _bin, "camera": _camera, "car": _car, "charger": _charger, "detector": _detector,
    "door": _door, "drain": _drain, "exitsign": _exitsign, "firedoor": _firedoor, "generic": _generic,
    "hydrant": _hydrant, "intercom": _intercom, "lawn": _lawn, "lift": _lift, "light": _light, "lock": _lock,
    "lockers": _lockers, "manhole": _manhole, "pipe": _pipe, "playground": _playground, "puddle": _puddle,
    "roof": _roof, "socket": _socket, "stairs": _stairs, "streetlamp": _streetlamp, "switchbox": _switchbox,
    "tap": _tap, "tile": _tile, "toilet": _toilet, "tree": _tree, "wall": _wall, "window": _window,
}  # fmt: skip
