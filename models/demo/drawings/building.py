"""The fabric of the building: wall, tiles, stairs, roof, and the corridor that stands for anything else."""
from models.demo.drawings.props import boxes
from models.demo.drawings.sketch import Sketch, tinted
from models.demo.drawings.surroundings import CONCRETE, LAMPS, corridor, room, street


def wall(s: Sketch, broken: bool) -> None:
    paint = room(s, 8.4)
    s.floor(7.6, tinted(paint, -60), tinted(paint, -70))
    s.floor(8.4, (120, 114, 106), (150, 142, 130))
    s.slab(7.4, -3, 9, -0.4, (236, 236, 232))
    if broken:
        s.blot(-1, -1, 7, 5.6, (120, 96, 60, 50))
        s.blot(-1.4, -0.6, 4.4, 3.8, (*tinted(paint, -40), 200))
        for brick in range(15):
            row, column = divmod(brick, 3)
            x, y = -4 + column * 2 + (row % 2) * 0.8, -2.8 + row * 0.95
            s.slab(x, y, x + 1.8, y + 0.78, (137, 74, 55), round=0.05, shadow=0)
        s.crack(1.5, -9, 9)
        s.crack(-5, 1, 6)
        s.litter(-1, 9, 5, 0.5, 4)
        s.blot(-1, 8.4, 4.6, 0.6, (226, 220, 208, 150))
    else:
        s.slab(-7.6, -7, 5.4, 5.4, tinted(paint, 20), tinted(paint, 12), round=0.4, shadow=0)
        s.line([(-7.6, -6.9), (5.4, -6.9)], (255, 255, 255, 50), 0.1)


def tile(s: Sketch, broken: bool) -> None:
    glaze = s.colour((206, 198, 184), (178, 188, 194), (214, 208, 200), (160, 146, 130))
    s.backdrop(tinted(glaze, 10), tinted(glaze, -16))
    wide = s.place.uniform(4.6, 6.2)
    for row in range(-3, 3):
        for column in range(-4, 4):
            shade = tinted(glaze, s.place.randint(-14, 14))
            x, y = (column + 0.1) * wide, (row - 0.4) * wide
            if broken and row == 0 and column in (-1, 0):
                _smashed(s, x, y, wide)
            else:
                s.slab(x, y, x + wide - 0.2, y + wide - 0.2, shade, round=0.1, shadow=0)
                s.line([(x + 0.6, y + wide - 1), (x + wide - 1.4, y + 0.6)], (255, 255, 255, 26), 0.5)
    if broken:
        s.litter(0, 2.8, 4, 1.2, 6)
    else:
        s.glow(-1, -2, 6, (210, 214, 218), 0.4)


def _smashed(s: Sketch, x: float, y: float, wide: float) -> None:
    half, right, foot = wide / 2, x + wide - 0.3, y + wide - 0.3
    s.rect(x, y, right, foot, (104, 96, 86))
    s.blot(x + half, y + half, wide * 0.4, wide * 0.36, (74, 66, 58, 120))
    s.area([(x, y), (x + wide * 0.7, y), (x + wide * 0.3, y + half), (x, y + wide * 0.35)], (188, 182, 172))
    s.area([(right, foot), (x + half, foot), (right, y + wide * 0.4)], (174, 168, 158))
    s.crack(x + half, y + 0.2, wide)


def stairs(s: Sketch, broken: bool) -> None:
    room(s, 12)
    stone = s.colour(*CONCRETE)
    for step in range(8):
        y, half = -6.4 + step * 2.0, 5.6 + step * 0.85
        s.rect(-half, y, half, y + 1.0, tinted(stone, 28))
        s.slab(-half, y + 0.9, half, y + 2.1, tinted(stone, -24), tinted(stone, -44), round=0, shadow=0)
        if step % 2 == 0:
            s.line([(-half - 0.3, y + 0.4), (-half - 0.3, y - 4.6)], (84, 88, 94), 0.3)
        if not broken:
            s.line([(-half, y + 0.85), (half, y + 0.85)], (232, 192, 52), 0.26)
    if broken:
        s.line([(-5.6, -11.4), (-8.3, -5), (-6.4, -1.4), (-6.8, 1.6)], (150, 60, 44), 0.6)
        for x, y in ((1.5, -0.4), (-2.5, 3.6)):
            hole = ((-2, 0.2), (-1, 0.6), (0, 0.2), (1.4, 0.5), (2, 1.5), (-1.6, 1.7))
            s.area([(x + hx, y + hy) for hx, hy in hole], (72, 66, 60))
            s.litter(x, y + 2.4, 2, 0.3, 4)
        s.crack(3, -4.2, 6)
        s.litter(0, 4, 6, 3.4, 9)
        s.blot(2.6, 5, 3, 1, (52, 42, 30, 90))
    else:
        s.line([(-5.6, -11.4), (-8.3, -5), (-12.4, 4.8)], (176, 74, 52), 0.6)
        s.line([(-5.7, -11.5), (-8.4, -5.1), (-12.5, 4.7)], (226, 140, 110), 0.18)


def roof(s: Sketch, broken: bool) -> None:
    felt = s.colour((112, 114, 116), (140, 96, 80), (96, 108, 116))
    street(s, -6, felt)
    s.slab(-26, -8, 26, -4.4, s.colour((196, 190, 180), (176, 172, 166)), round=0, shadow=0.8)
    for x in range(-4, 5):
        s.line([(x * 3.2, -4.2), (x * 7, 13)], (*tinted(felt, -32), 190), 0.2)
        s.line([(x * 3.2 + 0.2, -4.2), (x * 7 + 0.35, 13)], (*tinted(felt, 26), 120))
    s.slab(7, -8.6, 9, -1, (190, 192, 192), across=True, shadow=0.5)
    if broken:
        s.pool(-1, 4.6, 7.6, 3)
        for x, y in ((-6, -3), (3, -2)):
            s.crack(x, y, 9)
        for _ in range(6):
            s.ball(s.spare.uniform(-9, 8), s.spare.uniform(0, 8), s.spare.uniform(0.6, 1.4), tinted(felt, 10), 0.5)
        s.area([(4, 4), (7.4, 3), (8.6, 6.4), (5.6, 6.6)], (66, 58, 52))
        s.area([(4, 4), (7.4, 3), (6.6, 4.4), (4.6, 5)], tinted(felt, 40))
    else:
        s.area([(-7, -2.6), (5.4, -2.6), (9, 9), (-10.6, 9)], tinted(felt, -44))
        s.area([(-7, -2.6), (-4, -2.6), (-6.4, 9), (-10.6, 9)], (255, 255, 255, 26))


def generic(s: Sketch, broken: bool) -> None:
    corridor(s)
    s.slab(-10.6, -5, -7, 0.4, s.colour((60, 110, 160), (180, 70, 56), (90, 140, 96)))
    s.rect(-10, -4.2, -7.6, -0.4, (238, 236, 228))
    for index, (x, y, rx, ry) in enumerate(LAMPS):
        s.disc(x, y, rx, (120, 122, 124) if broken and index else (255, 250, 230), ry)
    if broken:
        boxes(s, -8, 5, 4)
        s.litter(0, 7, 8, 2.6, 20)
        s.blot(-2, 8, 4, 1.2, (50, 40, 30, 90))
        s.dim(0.16)
    else:
        s.disc(0, 8, 6, (255, 255, 255, 36), 1.6)
        s.ball(6.2, 5, 1.4, (70, 120, 64), 1.8)
        s.slab(5.2, 6, 7.2, 8, (190, 170, 150))
        s.glow(0, -6, 9, (255, 240, 206), 0.5)
