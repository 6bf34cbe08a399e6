"""The canvas that the painters draw on, and the marks of wear that most of them need."""
import math
from collections.abc import Sequence
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageDraw

Colour = tuple[int, ...]
Point = tuple[float, float]

DRAWN = (800, 600)
RUBBISH = ((238, 236, 228), (196, 58, 48), (58, 112, 172), (226, 184, 60), (92, 66, 44), (70, 130, 70))


class Sketch:
    """A canvas in units of about a hand's breadth, with the subject at (0, 0) and y pointing down.

    The picture is some 20 units high or wide, whichever is less. What both states of a scene show is chosen from
    `place`, in the same order: it has to stay the same place. What only one state needs is chosen from `spare`.
    """

    def __init__(self, place: Random) -> None:
        self.width, self.height = DRAWN[::-1] if place.random() < 0.4 else DRAWN
        self.place = place
        self.image = Image.new("RGB", (self.width, self.height))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.unit = min(DRAWN) / 20 * place.uniform(0.82, 1.2)
        self.centre = (self.width * place.uniform(0.4, 0.6), self.height * place.uniform(0.43, 0.57))
        self.side = place.choice((-1, 1))
        self.spare = chances(str(place.getrandbits(32)))

    def colour(self, *colours: Colour) -> Colour:
        """One of the colours, a little off."""
        red, green, blue = self.place.choice(colours)
        shift = self.place.randint(-14, 14)
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
        shadow: float = 0.3,
    ) -> None:
        """A box and its shadow, shaded through the colours, top to bottom or `across`; a single one is lit."""
        box = self.box(x0, y0, x1, y1)
        for step in range(3, 0, -1) if shadow else ():
            fall = shadow * self.unit * step / 2
            cast = (box[0] + fall * 0.4, box[1] + fall * 0.6, box[2] + fall, box[3] + fall * 1.3)
            self.pen.rounded_rectangle(cast, round * self.unit + fall, (0, 0, 0, 34))
        if len(colours) == 1:
            colours = tuple(tinted(colours[0], shift) for shift in ((-26, 16, -34) if across else (12, -14)))
        left, top, right, bottom = (int(edge) for edge in box)
        size = (max(1, right - left), max(1, bottom - top))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), round * self.unit, 255)
        self.image.paste(ramp(colours, size, across=across), (left, top), mask)

    def rect(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        self.pen.rectangle(self.box(x0, y0, x1, y1), colour)

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

    def tiles(self, x0: float, y0: float, wide: float, tall: float, joint: Colour) -> None:
        """Joints from (x0, y0) to beyond the edges of the picture."""
        for column in range(int((24 - x0) / wide) + 1):
            self.line([(x0 + column * wide, y0), (x0 + column * wide, 24)], joint, 0.1)
        for row in range(int((24 - y0) / tall) + 1):
            self.line([(x0, y0 + row * tall), (24, y0 + row * tall)], joint, 0.1)

    def paving(self, y: float, joint: Colour) -> None:
        """Joints of a floor that runs away from the eye, below the horizon `y`."""
        for row in range(8):
            depth = y + 12 * (row / 8) ** 1.8
            self.line([(-24, depth), (24, depth)], joint, 0.05 + 0.02 * row)
        for column in range(-12, 13):
            self.line([(column * 1.5, y), (column * 4.6, y + 13)], joint, 0.08)

    def speckle(self, y: float, count: int, colour: Colour) -> None:
        for _ in range(count):
            self.disc(self.place.uniform(-17, 17), self.place.uniform(y, 14), self.place.uniform(0.05, 0.16), colour)

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

    def blot(self, x: float, y: float, rx: float, ry: float, colour: Colour, by: Random | None = None) -> None:
        """A stain with soft, uneven edges, chosen from `spare` unless said; `colour` has an alpha."""
        bumps = [(by or self.spare).uniform(0.75, 1.2) for _ in range(11)]
        thin = (*colour[:3], colour[3] * 5 // 9)
        for layer in range(6):
            edge = []
            for step in range(33):
                reach = (1 - layer * 0.085) * _between(bumps, step / 3 + layer * 0.35)
                turn = step / 33 * math.tau
                edge.append((x + rx * reach * math.cos(turn), y + ry * reach * math.sin(turn)))
            self.area(edge, thin)

    def crack(self, x: float, y: float, length: float, colour: Colour = (40, 36, 34, 230)) -> None:
        by, step = self.spare, length / 14
        turn = by.uniform(0.9, 1.9)
        points = [(x, y)]
        for _ in range(14):
            turn += by.uniform(-0.55, 0.55)
            points.append((points[-1][0] + step * math.cos(turn), points[-1][1] + abs(step * math.sin(turn))))
        self.line([(px + 0.08, py + 0.06) for px, py in points], (255, 255, 255, 60), 0.1)
        self.line(points, colour, 0.17)
        for px, py in points[4::4]:
            self.line([(px, py), (px + by.uniform(-2, 2), py + by.uniform(0.3, 1.5))], colour, 0.09)

    def drops(self, x: float, y: float, wide: float, tall: float, count: int) -> None:
        by = self.spare
        for _ in range(count):
            px, py, size = x + by.uniform(-wide, wide), y + by.uniform(0, tall), by.uniform(0.1, 0.27)
            self.disc(px, py, size, (196, 222, 240, 210), size * 1.5)
            self.disc(px - size * 0.3, py - size * 0.4, size * 0.35, (255, 255, 255, 235))

    def pool(self, x: float, y: float, rx: float, ry: float, tint: Colour = (58, 74, 86)) -> None:
        by = self.spare
        self.blot(x, y, rx, ry, (*tint, 105))
        for _ in range(5):
            px, py, wide = x + by.uniform(-0.5, 0.3) * rx, y + by.uniform(-0.5, 0.5) * ry, by.uniform(0.1, 0.35) * rx
            self.line([(px, py), (px + wide, py)], (236, 244, 250, 150))

    def litter(self, x: float, y: float, wide: float, tall: float, count: int) -> None:
        by = self.spare
        for _ in range(count):
            px, py, size = x + by.uniform(-wide, wide), y + by.uniform(-tall, tall), by.uniform(0.35, 1.0)
            colour = by.choice(RUBBISH)
            corners = sorted(by.uniform(0, math.tau) for _ in range(5))
            shape = [(px + size * math.cos(turn), py + size * 0.6 * math.sin(turn)) for turn in corners]
            self.area([(sx + 0.15, sy + 0.18) for sx, sy in shape], (0, 0, 0, 70))
            self.area(shape, colour)
            self.line([shape[0], shape[2]], (*tinted(colour, -45), 180), 0.07)


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
