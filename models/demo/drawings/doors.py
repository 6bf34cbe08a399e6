"""What opens and shuts: door, lock, window, lift and the parcel lockers."""
import math

from models.demo.drawings.props import CHROME, GREEN, RED, seal, tape, warning_board
from models.demo.drawings.sketch import Sketch, tinted
from models.demo.drawings.surroundings import PLASTER, room


def door(s: Sketch, broken: bool) -> None:
    room(s, 8)
    leaf = s.colour((126, 84, 58), (70, 86, 104), (92, 96, 100), (140, 104, 70))
    s.slab(-5.6, -10, 5.6, 8.2, tinted(leaf, -36), round=0, shadow=0.5)
    s.rect(-4.8, -9.2, 4.8, 8.2, (14, 16, 20))
    edge, sag = (1.4, 0.9) if broken else (4.8, 0)
    s.area([(-4.8, -9.2), (edge, -9.2 + sag), (edge, 8.2 + sag), (-4.8, 8.2)], leaf)
    for top, bottom in ((-8, -1.2), (0.4, 7)):
        panel = [(-4, top), (edge - 0.7, top + sag), (edge - 0.7, bottom + sag), (-4, bottom)]
        s.area(panel, tinted(leaf, -20))
        s.line(panel[:2], tinted(leaf, 34))
    s.slab(edge - 1.3, -0.6 + sag, edge - 0.6, 2 + sag, *CHROME, across=True, shadow=0.1)
    s.slab(-3.6, -9, -0.6, -8, (150, 154, 158))
    if broken:
        s.line([(-1, -8.4), (1.2, -6), (0.4, -3.8)], (126, 130, 136), 0.36)
        s.crack(-2.4, 2.5, 4)
        s.blot(-2, 7.4, 3, 0.7, (20, 16, 12, 100))
        s.litter(5, 9.4, 3, 0.5, 5)
    else:
        s.line([(-1, -8.4), (2.4, -8.9), (4.9, -9.4)], (170, 174, 180), 0.36)
        seal(s, 0.2, -4.6)


def lock(s: Sketch, broken: bool) -> None:
    leaf = s.colour((116, 72, 48), (84, 46, 40), (72, 80, 92), (134, 98, 64))
    s.backdrop(tinted(leaf, 12), tinted(leaf, -18))
    for _ in range(46):
        y, bend, shade = s.place.uniform(-13, 13), s.place.uniform(-0.5, 0.5), s.place.choice((-24, 20))
        s.line([(-22, y), (0, y + bend), (22, y)], (*tinted(leaf, shade), 70), 0.1)
    s.slab(7.6, -16, 8.2, 16, tinted(leaf, -60), round=0, shadow=0.4)
    s.slab(8.2, -16, 24, 16, s.colour(*PLASTER), round=0, shadow=0)
    if broken:
        s.blot(-1, 1, 7.5, 7, (0, 0, 0, 60))
        s.area([(7, -16), (9.4, -16), (10.6, 16), (7, 16)], (12, 12, 16))
    s.slab(-1.9, -7, 2.1, 7, *CHROME, across=True, round=0.7, shadow=0.6)
    s.ball(0.1, -2.6, 1.1, (186, 192, 198))
    turn = 0.95 if broken else 0.04
    x, y = -7 * math.cos(turn), -2.6 + 7 * math.sin(turn)
    s.line([(0.2, -2.2), (x + 0.2, y + 0.5)], (0, 0, 0, 90), 1.2)
    s.line([(0, -2.6), (x, y)], (158, 166, 174), 1.15)
    s.line([(0, -2.85), (x, y - 0.25)], (234, 238, 242), 0.35)
    if broken:
        s.disc(0.1, 3, 1.25, (12, 12, 14), rim=(80, 60, 44))
        for _ in range(16):
            x, y, long = s.spare.uniform(-2.6, 3), s.spare.uniform(1, 6), s.spare.uniform(-2, 2)
            s.line([(x, y), (x + long, y + s.spare.uniform(-1.4, 1.4))], (236, 226, 210, 190), 0.09)
        s.crack(2.6, 1.6, 4.6)
    else:
        s.ball(0.1, 3, 1.2, (214, 182, 96))
        s.rect(-0.1, 2.4, 0.3, 3.7, (40, 34, 20))
        s.slab(-0.4, 4.6, 0.6, 8.2, (206, 176, 90), (150, 122, 54))
        s.glow(-4, -3, 8, (120, 110, 96), 0.7)


def window(s: Sketch, broken: bool) -> None:
    room(s, 9)
    frame = s.colour((232, 234, 234), (120, 88, 66), (96, 102, 108))
    s.slab(-8.4, -8.4, 8.4, 6.2, frame, shadow=0.5)
    s.slab(-7.7, -7.7, 7.7, 5.5, (128, 172, 216), (206, 222, 232), (150, 176, 140), round=0, shadow=0)
    for x in (-5.4, 1.6, 4.6):
        s.rect(x, s.place.uniform(-4, 1), x + 2.4, 5.5, (186, 190, 196))
    s.slab(-0.4, -8, 0.4, 6, frame, round=0)
    s.slab(-9.4, 6.2, 9.4, 7.2, tinted(frame, -10), shadow=0.5)
    if broken:
        sash = [(0.4, -7.1), (7.1, -5.6), (7.9, 7.4), (0.9, 5.5)]
        s.area(sash, (60, 76, 92, 120))
        for turn in (s.spare.uniform(0, math.tau) for _ in range(11)):
            s.line([(4, 0.6), (4 + 3 * math.cos(turn), 0.6 + 4.4 * math.sin(turn))], (246, 250, 252, 220), 0.1)
        s.area([(3.2, 0), (4.6, -0.8), (5.2, 1), (4, 2), (3, 1.4)], (30, 38, 46))
        s.line([(0.2, -7.6), (-0.8, -4), (0.6, 0), (-0.6, 4)], (34, 34, 36), 0.22)
        s.litter(3, 8.2, 4, 0.5, 5)
    else:
        sash = [(0.4, -7.7), (7.7, -7.7), (7.7, 5.5), (0.4, 5.5)]
        s.area([(2, -7), (4.4, -7), (1.6, 4.6), (0.8, 4.6)], (255, 255, 255, 80))
        s.rect(-2, 5.2, -1.2, 7.2, (70, 150, 100))
    s.line([*sash, sash[0]], tinted(frame, -26), 0.55)


def lift(s: Sketch, broken: bool) -> None:
    wall = s.colour((190, 178, 160), (168, 168, 170), (204, 192, 172), (150, 130, 112))
    s.backdrop(tinted(wall, 10), tinted(wall, -24))
    s.tiles(-24, -16, 6.2, 4.4, (*tinted(wall, -44), 150))
    s.floor(8, (96, 92, 88), (138, 132, 124))
    s.slab(-6.6, -8.8, 6.6, 8.2, (120, 126, 132), (84, 90, 96), round=0, shadow=0.6)
    s.rect(-5.8, -8, 5.8, 8.2, (16, 18, 22))
    gap, colour = (1.7, RED) if broken else (0.06, GREEN)
    if broken:
        s.rect(-gap, 1.5, gap, 8.2, (70, 64, 58))
        s.line([(-gap, 1.4), (gap, 1.4)], (180, 150, 60), 0.3)
    steel = ((148, 156, 164), (208, 214, 220), (160, 168, 176), (190, 196, 202))
    for x0, x1 in ((-5.8, -gap), (gap, 5.8)):
        s.slab(x0, -8, x1, 8.2, *steel, across=True, round=0, shadow=0)
    s.slab(8, -1.6, 9.8, 3.4, (164, 170, 176))
    for y in (0.2, 2):
        s.disc(8.9, y, 0.55, (224, 226, 228), rim=colour)
    s.slab(-2, -11, 2, -9.4, (20, 20, 24))
    s.glow(0, -10.2, 3, colour, 0.8)
    if broken:
        s.rect(-0.6, -10.7, 0.6, -9.7, colour)
        tape(s, -7.4, 0.6, 7.4, 1.2)
        tape(s, -7.4, 4, 7.4, 3.4)
        warning_board(s, -3.1, 7.4)
    else:
        s.area([(-0.7, -9.8), (0.7, -9.8), (0, -10.7)], colour)
        s.disc(0, 9.6, 5.6, (255, 255, 255, 34), 0.9)


def lockers(s: Sketch, broken: bool) -> None:
    room(s, 8.6)
    paint = s.colour((226, 190, 60), (70, 140, 100), (90, 130, 180), (190, 194, 198))
    s.slab(-11, -8.6, 11, 8.4, tinted(paint, -50), round=0.2, shadow=0.7)
    for row in range(5):
        for column in range(6):
            x, y = -10.6 + column * 3.56, -8.2 + row * 3.3
            if column == 2 and row in (1, 2):
                continue
            if broken and (row, column) in ((1, 4), (3, 1), (3, 4)):
                s.rect(x, y, x + 3.3, y + 3.05, (22, 22, 26))
                s.area([(x, y), (x - 1.6, y + 0.7), (x - 1.4, y + 4), (x, y + 3.05)], tinted(paint, -24))
            else:
                s.slab(x, y, x + 3.3, y + 3.05, paint, shadow=0)
                s.rect(x + 2.7, y + 1.2, x + 2.95, y + 1.9, (60, 60, 64))
    s.rect(-3.2, -4.6, -0.4, 1, (20, 26, 34) if broken else (110, 190, 226))
    if broken:
        s.crack(-2.2, -4.4, 4, (200, 210, 216, 220))
        s.litter(2, 9.4, 7, 0.7, 9)
    else:
        s.rect(-2.8, -3.6, -0.8, -2.2, (246, 250, 252))
        seal(s, -1.8, -0.4)
