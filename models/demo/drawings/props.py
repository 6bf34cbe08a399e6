"""Things that stand about in many scenes, and the tools of the person at work."""
import math
from itertools import pairwise
from random import Random

from models.demo.drawings.sketch import Point, Sketch

RED, GREEN = (255, 60, 46), (80, 236, 130)
CHROME = ((236, 240, 244), (150, 158, 166), (214, 220, 226), (104, 112, 120), (196, 202, 208))
WHITE = (244, 242, 238)
CARDBOARD = ((186, 146, 98), (168, 128, 84), (200, 164, 116))


def lamp(s: Sketch, x: float, y: float, broken: bool) -> None:
    """The small light of a device: red for broken, green for well."""
    colour = RED if broken else GREEN
    s.glow(x, y, 2.4, colour, 0.9)
    s.disc(x, y, 0.4, colour)


def wires(s: Sketch, x: float, y: float, long: float) -> None:
    for shift, colour in ((-1, (190, 50, 40)), (0.2, (50, 90, 170)), (1.2, (210, 180, 50))):
        s.line([(x + shift, y), (x + shift * 1.8, y + long / 2), (x + shift * 0.7, y + long)], colour, 0.3)


def boxes(s: Sketch, x0: float, x1: float, count: int) -> None:
    """Cardboard boxes that block the way."""
    by = s.spare
    for _ in range(count):
        x, y, size = by.uniform(x0, x1), by.uniform(3.5, 7.6), by.uniform(2.4, 4)
        s.slab(x, y - size * 0.4, x + size, y + size * 0.5, by.choice(CARDBOARD))
        s.rect(x + size * 0.42, y - size * 0.4, x + size * 0.58, y + size * 0.5, (216, 196, 160))


def cone(s: Sketch, x: float, y: float) -> None:
    s.disc(x, y, 1.9, (0, 0, 0, 80), 0.5)
    s.area([(x - 1.6, y), (x + 1.6, y), (x + 1.4, y - 0.4), (x - 1.4, y - 0.4)], (196, 60, 24))
    for low, high, colour in ((0.0, 1.0, (222, 84, 30)), (0.35, 0.6, WHITE), (0.75, 0.9, WHITE)):
        left, right = 1.2 - 1.05 * low, 1.2 - 1.05 * high
        foot, head = y - 0.3 - 4 * low, y - 0.3 - 4 * high
        s.area([(x - left, foot), (x + left, foot), (x + right, head), (x - right, head)], colour)


def warning_board(s: Sketch, x: float, y: float) -> None:
    s.slab(x - 1.6, y - 2.4, x + 1.6, y + 2.4, (238, 193, 38), round=0.2, shadow=0.4)
    s.area([(x, y - 1.7), (x + 1, y + 0.3), (x - 1, y + 0.3)], (30, 30, 30))


def banded(s: Sketch, start: Point, end: Point, width: float, sag: float = 0) -> None:
    """A barrier's arm or tape, in pieces of red and white."""
    (x, y), (x1, y1) = start, end
    count = round(math.dist(start, end) / 1.4)
    shares = [step / count for step in range(count + 1)]
    points = [(x + (x1 - x) * share, y + (y1 - y) * share + sag * math.sin(math.pi * share)) for share in shares]
    for index, piece in enumerate(pairwise(points)):
        s.line(piece, (206, 41, 37) if index % 2 else WHITE, width)


def tape(s: Sketch, x0: float, y0: float, x1: float, y1: float) -> None:
    banded(s, (x0, y0), (x1, y1), 0.5, sag=0.9)


def seal(s: Sketch, x: float, y: float) -> None:
    """The green sticker of a thing that was checked."""
    s.disc(x, y, 0.8, (38, 150, 84), rim=(232, 246, 236))
    s.line([(x - 0.36 * s.side, y), (x - 0.08 * s.side, y + 0.32), (x + 0.4 * s.side, y - 0.32)], (255, 255, 255), 0.2)


def lay_out_tools(s: Sketch, by: Random, *, on_board: bool) -> None:
    x, y = by.choice((-6.5, 5.5)), 6.6
    if on_board:
        s.slab(-30, y + 1.4, 30, y + 8, (186, 150, 104), (142, 108, 70), round=0, shadow=0.6)
    else:
        cone(s, -x * 0.95, y + 1.6)
    s.slab(x - 2.2, y, x + 2.2, y + 2.2, s.colour((196, 52, 40), (44, 92, 160), (60, 66, 74)), shadow=0.5)
    s.rect(x - 2.3, y - 0.3, x + 2.3, y + 0.4, (50, 52, 56))
    s.line([(x - 1, y - 0.3), (x - 0.9, y - 1), (x + 0.9, y - 1), (x + 1, y - 0.3)], (40, 40, 44), 0.3)
    for reach, colour in ((3.4, (214, 166, 40)), (4.3, (170, 176, 182))):
        away = -reach if x > 0 else reach
        s.line([(x + away, y + 2.2), (x + away * 1.25, y + 0.4)], (0, 0, 0, 70), 0.6)
        s.line([(x + away, y + 2), (x + away * 1.1, y + 1.2)], colour, 0.55)
        s.line([(x + away * 1.1, y + 1.2), (x + away * 1.25, y + 0.2)], (150, 156, 162), 0.24)
