"""Socket, switchbox, lamps and the charging pole."""
from models.demo.drawings.props import lamp, seal, wires
from models.demo.drawings.sketch import Sketch, tinted
from models.demo.drawings.surroundings import CONCRETE, LAMPS, corridor, room, street


def socket(s: Sketch, broken: bool) -> None:
    room(s, 9)
    right = s.place.uniform(3.3, 3.8)
    frame = s.colour((240, 238, 232), (224, 226, 228), (206, 198, 184))
    if broken:
        s.blot(-right, -1.5, 4.6, 5.6, (34, 28, 24, 84))
        s.rect(-right - 2.4, -2.4, -right + 2.4, 2.4, (62, 56, 50))
        wires(s, -right, -2, 5)
    for x, y in ((-right, 1.9 if broken else 0), (right, 0)):
        s.slab(x - 3, y - 3, x + 3, y + 3, frame, round=0.5, shadow=0.4)
        s.slab(x - 2.4, y - 2.4, x + 2.4, y + 2.4, tinted(frame, 8), round=0.4, shadow=0.1)
        for slot in (-0.55, 0.55):
            s.rect(x + slot - 0.16, y - 1.5, x + slot + 0.16, y - 0.5, (30, 30, 32))
            s.line([(x + slot * 1.2, y + 0.6), (x + slot * 2, y + 1.5)], (30, 30, 32), 0.32)
        s.line([(x, y + 0.4), (x, y + 1.2)], (30, 30, 32), 0.32)
    if broken:
        s.blot(0.4 - right, 0.7, 1.9, 1.5, (38, 28, 20, 80))
    else:
        lamp(s, -right, -2.7, broken)


def switchbox(s: Sketch, broken: bool) -> None:
    room(s, 9.5)
    metal = s.colour((176, 182, 188), (148, 156, 164), (190, 186, 178))
    s.slab(-6, -8, 6, 7.6, metal, tinted(metal, -30), round=0.2, shadow=0.8)
    s.slab(-5.4, -7.4, 5.4, 7, (66, 70, 74), (88, 92, 96), shadow=0)
    s.area([(6, -8), (9.4, -9.2), (9.4, 9), (6, 7.6)], tinted(metal, -18))
    s.line([(6, -8), (6, 7.6)], tinted(metal, -60), 0.2)
    for x in (-2.4, 2.6):
        wires(s, x, -7, 2.4)
    tripped = s.place.randint(0, 6)
    for row, y in enumerate((-4.6, 0.8)):
        s.slab(-4.8, y - 0.5, 4.8, y + 4.1, (206, 208, 206))
        for column in range(7):
            x, off = -4.5 + column * 1.3, broken and (column == tripped or row == 1)
            top = y + (1.8 if off else 0.8)
            s.slab(x, y, x + 1.1, y + 3.6, (238, 238, 234), shadow=0.05)
            s.rect(x + 0.25, top, x + 0.85, top + 1.1, (24, 24, 28) if off else (30, 60, 130))
            s.disc(x + 0.55, y + 0.4, 0.17, (220, 50, 40) if off else (60, 190, 90))
    lamp(s, 3.9, -6.4, broken)
    if broken:
        x = -4 + tripped * 1.3
        s.blot(x, -2.2, 2.6, 3.2, (16, 12, 10, 130))
        s.blot(x, -6, 2.0, 3.6, (30, 24, 20, 70))
    else:
        seal(s, 7.7, -3)


def light(s: Sketch, broken: bool) -> None:
    corridor(s)
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


def streetlamp(s: Sketch, broken: bool) -> None:
    street(s, 5, (66, 68, 76), dusk=True)
    s.slab(-0.35, -7, 0.35, 8.6, (64, 68, 74), across=True, shadow=0)
    s.rect(-0.8, 7.4, 0.8, 9, (56, 58, 64))
    s.line([(0, -7), (0.6, -8.4), (4.4, -8.8)], (70, 74, 82), 0.4)
    droop = 0.35 if broken else 0
    head = [(x, y + (x - 3) * droop) for x, y in ((3.2, -9.2), (7.2, -8.9), (6.8, -8.1), (3.4, -8.3))]
    s.area(head, (92, 96, 104))
    if broken:
        s.line([(4.4, -7.8), (4.9, -6), (4.3, -5)], (24, 24, 28), 0.16)
        s.dim(0.25)
    else:
        for spread in (2.4, 0):
            s.area([(4, -8.2), (6.6, -8.1), (9.6 + spread, 8), (0.6 - spread, 8)], (255, 226, 150, 43))
        s.disc(5.1, 8.4, 6.4, (255, 220, 150, 60), 1.3)
        s.glow(5.2, -8, 8, (255, 226, 160))
        s.glow(5.1, 7, 8, (210, 160, 90), 0.7)
        s.disc(5.2, -8.1, 1.4, (255, 252, 232), 0.35)


def charger(s: Sketch, broken: bool) -> None:
    street(s, 3, s.colour(*CONCRETE))
    s.slab(-14, -10, 14, -8, (90, 130, 160), (60, 90, 120), round=0, shadow=0.6)
    for x in (-12, 12):
        s.slab(x - 0.3, -8, x + 0.3, 7, (170, 174, 178), across=True)
    case = s.colour((60, 150, 96), (64, 120, 190), (226, 228, 228))
    s.slab(-3, -6, 3, 6.8, case, across=True, round=0.5, shadow=0.7)
    s.rect(-2.2, -5, 2.2, -1.8, (20, 24, 30) if broken else (120, 206, 236))
    lamp(s, 0, -0.6, broken)
    for wheel in (6, 10.6):
        s.disc(wheel, 6.2, 1.7, (0, 0, 0, 0), rim=(30, 30, 34))
    s.line([(6, 6.2), (7.4, 3.6), (9.6, 3.8), (10.6, 6.2)], (190, 60, 60), 0.5)
    s.line([(10.6, 6.2), (9.9, 1.6), (9, 1.4)], (60, 60, 66), 0.35)
    s.rect(6, 2.6, 8.4, 3.5, (34, 34, 38))
    if broken:
        s.blot(0, 2.6, 2.4, 3, (18, 14, 12, 130))
        s.line([(-2.4, 2), (-6, 5), (-4.4, 8), (-9, 8.4)], (26, 26, 28), 0.3)
        for puff in range(5):
            s.blot(1 + puff * 0.6, -6.4 - puff * 1.2, 1.4 + puff * 0.4, 1.1, (150, 150, 150, 40))
    else:
        s.line([(1.6, 2), (4.4, 5.6), (6.6, 4)], (26, 26, 28), 0.3)
        s.area([(0.4, 0.8), (-1.1, 3.4), (0, 3.4), (-0.5, 5.4), (1.2, 2.6), (0.1, 2.6)], (250, 252, 250))
