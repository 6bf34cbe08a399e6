"""Fire safety: doors, exit sign, hydrant and smoke detector."""
import math

from models.demo.drawings.props import boxes, lamp, seal, wires
from models.demo.drawings.sketch import Sketch, tinted
from models.demo.drawings.surroundings import room


def firedoor(s: Sketch, broken: bool) -> None:
    room(s, 7.6)
    leaf = s.colour((170, 54, 44), (146, 64, 48), (180, 176, 170), (140, 40, 40))
    s.slab(-7.4, -9.6, 7.4, 7.8, tinted(leaf, -50), round=0, shadow=0.5)
    s.rect(-6.7, -8.9, 6.7, 7.8, (18, 20, 24))
    for hinge, reach, swing in ((-6.7, 6.6, 0), (6.7, -3.4, 1.2) if broken else (6.7, -6.6, 0)):
        edge = hinge + reach
        s.area([(hinge, -8.9), (edge, -8.9 - swing), (edge, 7.8 + swing), (hinge, 7.8)], leaf)
        s.rect(hinge + reach * 0.35, -6.6, hinge + reach * 0.65, -1.8, (176, 200, 206))
        s.line([(hinge + reach * 0.12, 1), (hinge + reach * 0.9, 1)], (196, 200, 204), 0.5)
    s.slab(-1.8, -12.2, 1.8, -10.4, (30, 132, 76))
    if broken:
        boxes(s, -6, 4, 6)
        s.litter(1, 9.4, 7, 0.9, 8)
    else:
        s.line([(-6, 9.4), (6, 9.4)], (236, 196, 50), 0.4)
        seal(s, -2.6, 4)


def exitsign(s: Sketch, broken: bool) -> None:
    room(s, 11)
    s.slab(-12, -13, 12, -10, (160, 158, 154), round=0, shadow=0.4)
    if broken:
        s.dim(0.4)
    green, ink, frame = (34, 176, 98), (244, 255, 248), (190, 194, 198)
    if broken:
        green, ink, frame = (44, 66, 56), (120, 130, 124), (110, 112, 116)
    tilt = 0.1 if broken else 0

    def hung(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x, y + (x + 8) * tilt) for x, y in points]

    for x in (-5.0, 5.0):
        s.line([(x, -10), *hung((x, -3.4))], (60, 62, 66), 0.16)
    s.area(hung((-8, -3), (8.4, -3), (8.4, 3.8), (-8, 3.8)), (0, 0, 0, 90))
    s.area(hung((-8.3, -3.7), (8.3, -3.7), (8.3, 3.5), (-8.3, 3.5)), frame)
    s.area(hung((-8, -3.4), (8, -3.4), (8, 3.2), (-8, 3.2)), green)
    s.line(hung((-4.4, -1.0), (-3.2, 0.2), (-4.8, 2.4)), ink, 0.62)
    s.line(hung((-3.2, 0.2), (-1.6, 1.2), (-1.4, 2.5)), ink, 0.62)
    s.line(hung((-5.6, 0.3), (-4.2, -0.9), (-2.2, -0.2)), ink, 0.62)
    s.disc(-3.4, -1.9 + 4.6 * tilt, 0.62, ink)
    s.area(hung((1.4, -0.5), (4.4, -0.5), (4.4, -1.8), (6.8, 0.2), (4.4, 2.2), (4.4, 0.9), (1.4, 0.9)), ink)
    if broken:
        s.crack(2, -3, 5, (14, 16, 16, 230))
        s.line([(7.4, -3), (8.8, -1), (8.2, 1.4)], (26, 26, 28), 0.2)
    else:
        s.glow(0, 0, 13, (60, 220, 130), 0.55)


def hydrant(s: Sketch, broken: bool) -> None:
    room(s, 9)
    red = s.colour((186, 40, 36), (170, 46, 40))
    s.slab(-6.4, -8, 6.4, 7, red, tinted(red, -40), round=0.2, shadow=0.7)
    s.slab(-5.6, -7.2, 5.6, 6.2, (48, 40, 40), (80, 70, 68), shadow=0)
    s.slab(-4.6, -6, -3.6, 2, (160, 40, 36))
    if broken:
        s.line([(0, -3), (1.6, -1), (-0.6, 2), (2.2, 5.4), (0, 9), (4.4, 9.8)], (206, 196, 176), 0.8)
        s.disc(2.4, -4.4, 1, (20, 18, 18))
        s.crack(-2, -7, 6, (230, 236, 240, 200))
        s.area([(6.4, -8), (9.8, -6.8), (10.6, 9), (6.4, 7)], tinted(red, -26))
        s.blot(0, 5.6, 4.6, 0.7, (90, 80, 66, 150))
        s.litter(-3, 9.6, 4, 0.5, 5)
    else:
        for ring in range(9):
            s.disc(0.4, -2.4, 3.6 - ring * 0.4, (226, 218, 198) if ring % 2 else (190, 180, 156))
        for x in (-1.8, 1.6):
            s.slab(x, 2.2, x + 2.2, 6, (190, 40, 36), across=True, round=0.7)
            s.rect(x + 0.8, 1.4, x + 1.4, 2.4, (30, 30, 32))
        s.area([(-5.6, -7.2), (0, -7.2), (-5.6, 3)], (255, 255, 255, 34))
        seal(s, 4.4, -6)


def detector(s: Sketch, broken: bool) -> None:
    ceiling = s.colour((226, 226, 222), (214, 210, 200), (206, 214, 218))
    s.backdrop(tinted(ceiling, 8), tinted(ceiling, -34))
    wide = s.place.uniform(7, 9)
    s.tiles(-3.5 * wide, -2.5 * wide, wide, wide, (*tinted(ceiling, -60), 200))
    s.speckle(-13, 160, (*tinted(ceiling, -40), 110))
    x, y = (1.6, 4.2) if broken else (0.0, 0.0)
    if broken:
        s.blot(1, 1, 7, 5.4, (140, 104, 54, 62))
        s.disc(0, 0, 4.4, (70, 66, 62), 3.4)
        wires(s, 0, -1, 4.4)
    s.ball(x, y, 5, (206, 196, 174) if broken else (236, 234, 226), 3.8)
    s.disc(x, y + 0.5, 3.4, (214, 214, 208), 2.4)
    for turn in (step / 12 * math.tau for step in range(12)):
        s.disc(x + 2.9 * math.cos(turn), y + 0.5 + 2 * math.sin(turn), 0.24, (50, 50, 52))
    lamp(s, x, y + 0.7, broken)
