"""What watches the way in: intercom, camera and barrier."""
import math

from models.demo.drawings.props import banded, cone, lamp
from models.demo.drawings.sketch import Point, Sketch, tinted
from models.demo.drawings.surroundings import ASPHALT, room, street


def intercom(s: Sketch, broken: bool) -> None:
    room(s, 12)
    case = s.colour((58, 62, 68), (196, 200, 204), (130, 110, 84))
    s.slab(-4.6, -9, 4.6, 8.4, tinted(case, 18), tinted(case, -26), round=0.6, shadow=0.7)
    s.slab(-3.7, -7.8, 3.7, -1.4, (12, 14, 18), round=0.2, shadow=0)
    if broken:
        s.crack(-1.6, -7.6, 5.4, (150, 158, 166, 220))
        s.line([(3.6, 8.2), (5.6, 9.6), (4.6, 12)], (190, 60, 50), 0.26)
    else:
        s.slab(-3.5, -7.6, 3.5, -1.6, (80, 150, 206), (176, 206, 222), shadow=0)
        s.disc(0, -4.8, 1.1, (236, 226, 212))
        s.slab(-1.9, -3.6, 1.9, -1.6, (70, 90, 130), round=0.6, shadow=0)
        s.glow(0, -4.6, 6, (120, 180, 230), 0.5)
    for key in range(12):
        x, y, worn = -2.7 + key % 3 * 1.9, -0.4 + key // 3 * 1.5, broken and key in (4, 6)
        s.slab(x, y, x + 1.5, y + 1.15, (24, 22, 22) if worn else (224, 226, 228), shadow=0.05)
    s.slab(-1.6, 6, 1.6, 7.7, tinted(case, -34), round=0.3, shadow=0)
    lamp(s, 0, 6.9, broken)


def camera(s: Sketch, broken: bool) -> None:
    room(s, 14)
    s.slab(-26, -14, 26, -7.4, s.colour((180, 172, 160), (150, 152, 156)), round=0, shadow=0.6)
    s.slab(-1.4, -7.6, 1.4, -5, (226, 228, 230), (170, 174, 178), shadow=0.4)
    s.line([(0, -5.2), (0, -2.8)], (200, 204, 208), 0.9)
    turn, shell, hood = (0.85, (168, 166, 158), (186, 184, 176)) if broken else (0.14, (222, 226, 228), (240, 242, 244))

    def swung(x: float, y: float) -> Point:
        return x * math.cos(turn) - y * math.sin(turn), -1.6 + x * math.sin(turn) + y * math.cos(turn)

    def part(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
        return [swung(x0, y0), swung(x1, y0), swung(x1, y1), swung(x0, y1)]

    s.area([(x + 0.5, y + 0.9) for x, y in part(-5, -1.9, 6.4, 1.9)], (0, 0, 0, 80))
    s.area(part(-5, -1.9, 6.4, 0.6), shell)
    s.area(part(-5, 0.6, 6.4, 1.9), (150, 156, 160))
    s.area(part(-4.4, -2.5, 7.6, -1.7), hood)
    s.disc(*swung(6.2, 0), 1.6, (30, 32, 38), 1.7)
    s.disc(*swung(6.4, 0), 0.9, (10, 12, 20), 1.0)
    if broken:
        s.line([swung(-5, 0), (-7.4, 1), (-6.2, 5), (-7.6, 8.4)], (30, 30, 34), 0.34)
        for reach in range(7):
            s.line([(1.4, -7 + reach * 0.3), (4.4 - reach * 0.2, -4.6 + reach * 0.9)], (240, 240, 240, 120), 0.05)
        s.blot(*swung(1, 0), 2.4, 1.2, (70, 58, 40, 80))
        s.crack(*swung(6.2, -1.4), 2.4, (220, 224, 228, 230))
    else:
        s.line([swung(-5, 0), (-7, -3), (-6.6, -7.4)], (60, 62, 66), 0.3)
        s.disc(*swung(6.1, -0.4), 0.4, (150, 190, 240))
        s.glow(*swung(6.3, 1.3), 1.6, (90, 255, 120))


def barrier(s: Sketch, broken: bool) -> None:
    street(s, 2, s.colour(*ASPHALT))
    s.area([(-24, 8.6), (24, 7.4), (24, 8.2), (-24, 9.4)], (228, 190, 50))
    cabinet = s.colour((220, 130, 40), (60, 96, 160), (190, 194, 198), (200, 60, 50))
    s.slab(-9.8, 7, -4.8, 8.2, (150, 148, 142), shadow=0.5)
    s.slab(-9, -2, -5.6, 7.2, cabinet, across=True, round=0.3, shadow=0.6)
    s.rect(-8.4, 0.4, -6.2, 2.2, (20, 22, 26))
    lamp(s, -7.3, 1.3, broken)
    if broken:
        banded(s, (-7.2, -1.0), (1.6, -0.2), 0.75)
        banded(s, (1.6, -0.2), (6.6, 6.6), 0.75)
        s.area([(1.2, -0.8), (2.2, -0.3), (1.9, 0.7), (1.1, 0.2)], (40, 40, 42))
        s.litter(4, 7.6, 3.4, 0.6, 7)
        cone(s, 9.4, 8.4)
    else:
        banded(s, (-7.2, -1.0), (11.6, -1.3), 0.75)
        s.slab(11, -1.6, 11.8, 7, (170, 174, 178), across=True)
