"""Pipe, tap, floor drain and toilet."""
import math

from models.demo.drawings.props import CHROME
from models.demo.drawings.sketch import Sketch, tinted
from models.demo.drawings.surroundings import bathroom


def pipe(s: Sketch, broken: bool) -> None:
    bathroom(s, 7)
    paint = s.colour((226, 228, 226), (176, 182, 188), (196, 150, 96))
    shades = [tinted(paint, shift) for shift in (-70, 10, 26, -20, -84)]
    if broken:
        s.blot(0.4, 4, 3.6, 5.6, (86, 72, 50, 60))
    s.slab(-1.1, -15, 1.1, 15, *shades, across=True, round=0, shadow=0.7)
    s.slab(0.6, -0.9, 18, 0.9, *shades, round=0, shadow=0.7)
    s.slab(-1.5, -1.6, 1.9, 1.6, *[tinted(shade, -14) for shade in shades], across=True, round=0.4)
    for x, y, wide, tall in ((-1.4, -6.5, 2.8, 0.9), (-1.4, 6, 2.8, 0.9), (6.2, -2.6, 0.6, 2.6)):
        s.slab(x, y, x + wide, y + tall, *CHROME, across=True)
    s.ball(6.5, -2.9, 1.8, (190, 44, 40), 0.6)
    if broken:
        s.blot(0.1, 0.6, 1.3, 1.5, (132, 70, 30, 120))
        for _ in range(26):
            reach, turn = s.spare.uniform(2, 8), s.spare.uniform(-0.7, 1.5)
            tip = (1 + reach * math.cos(turn), 0.4 + reach * math.sin(turn) + 0.04 * reach**2)
            s.line([(0.9, 0.4), tip], (214, 232, 244, 110))
        s.drops(3.4, -0.5, 3.4, 8, 46)
        s.pool(2, 8.6, 9, 1.7)
    else:
        s.slab(-1.9, -1.9, 2.2, 1.9, *CHROME, across=True, round=0.3)
        for y in (-1.3, 1.0):
            s.rect(-2.1, y, 2.4, y + 0.35, (90, 96, 102))


def tap(s: Sketch, broken: bool) -> None:
    bathroom(s, 9)
    s.slab(-15, 3.4, 15, 6.2, (226, 220, 212), (176, 166, 156), shadow=0.6)
    s.ball(0, 4.6, 7.6, (232, 236, 238), 2.4)
    s.disc(0, 4.7, 6.6, (184, 194, 200), 1.8)
    s.disc(0, 5.3, 0.8, (70, 76, 82), 0.3)
    s.slab(-0.9, -4.6, 0.9, 3.2, *CHROME, across=True, round=0.4, shadow=0.5)
    s.slab(-0.8, -4.8, 5.2, -3.4, *CHROME, round=0.6)
    s.slab(3.9, -4.2, 5.2, -1.6, *CHROME, across=True)
    s.line([(0, -4.6), (0, -6), (-3.6, -7 if broken else -6.2)], (178, 186, 192), 0.8)
    if broken:
        s.line([(4.5, -1.6), (4.6, 1.5), (4.4, 4.6)], (206, 228, 242, 200), 0.5)
        s.pool(1.5, 4.9, 5.5, 1.3, (70, 104, 124))
        s.drops(4.5, 2.4, 2.6, 2.4, 24)
        s.blot(0, 2.9, 2.2, 0.7, (120, 86, 44, 80))
        s.pool(-3, 10.4, 9, 1.2)
    else:
        s.slab(7.8, 1.6, 11, 3.7, (92, 164, 176), (70, 132, 148), round=0.5)


def drain(s: Sketch, broken: bool) -> None:
    stone = s.colour((178, 172, 162), (150, 156, 160), (190, 176, 154), (132, 136, 134))
    s.backdrop(tinted(stone, -26), tinted(stone, 14))
    wide = s.place.uniform(3.6, 5.4)
    s.tiles(-5.5 * wide, -5.5 * wide, wide, wide, (*tinted(stone, -60), 190))
    for _ in range(12):
        x, y = (s.place.randint(-4, 4) - 0.5) * wide, (s.place.randint(-3, 3) - 0.5) * wide
        s.rect(x, y, x + wide, y + wide, (*tinted(stone, s.place.choice((-40, 34))), 34))
    s.slab(-3, -3, 3, 3, *CHROME, round=0.3)
    s.disc(0, 0, 2.5, (128, 136, 142), rim=(84, 90, 96))
    for radius, holes in ((0.6, 6), (1.35, 11), (2.1, 16)):
        for turn in (hole / holes * math.tau for hole in range(holes)):
            s.disc(radius * math.cos(turn), radius * math.sin(turn), 0.19, (24, 26, 28))
    if broken:
        s.pool(0.6, 0.5, 9.5, 7.2, (78, 70, 44))
        s.blot(-0.4, 0.2, 4.6, 3.6, (62, 52, 30, 110))
        for _ in range(12):
            x, y, curl = s.spare.uniform(-3, 3), s.spare.uniform(-2.5, 2.5), s.spare.uniform(-2, 2)
            s.line([(x, y), (x + curl, y + 1), (x - curl, y + 1.6)], (30, 22, 14, 210), 0.07)
        s.litter(0, 0, 5.4, 4, 13)
    else:
        s.glow(-1, -1.2, 4.5, (190, 206, 216), 0.7)


def toilet(s: Sketch, broken: bool) -> None:
    bathroom(s, 5)
    white = (234, 236, 236)
    if broken:
        s.pool(0, 8.4, 11, 2.4, (74, 92, 104))
    s.slab(-4, -6.6, 4, 0.4, tinted(white, 6), tinted(white, -34), round=0.6, shadow=0.7)
    s.slab(-2.6, 0, 2.6, 8.6, tinted(white, -18), across=True, round=1, shadow=0.7)
    s.ball(0, 3.4, 4.9, tinted(white, -10), 2.9)
    s.disc(0, 3.1, 3.9, (186, 194, 198), 2.1)
    s.disc(0, 3.3, 3.3, (96, 110, 116) if broken else (206, 222, 228), 1.6)
    if broken:
        s.rect(-4.3, -7.2, 4.2, -6.2, (52, 56, 60))
        s.area([(-8, -5.6), (-3.2, -9.6), (-2.4, -8.7), (-7.2, -4.7)], tinted(white, -22))
        s.drops(0, 0.3, 4.4, 7, 34)
        s.line([(3.6, -0.4), (4.1, 3), (3.4, 7.6)], (206, 226, 240, 190), 0.4)
        s.blot(0, 3.4, 2.6, 1.1, (98, 76, 36, 110))
    else:
        s.slab(-4.4, -7.4, 4.4, -6.3, white, round=0.4)
        s.ball(0, -7.3, 0.8, (186, 192, 198), 0.4)
        s.slab(6.6, 1.6, 8.2, 8, (70, 136, 160), round=0.4)
