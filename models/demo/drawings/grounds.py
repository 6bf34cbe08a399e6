"""Out of doors: playground, manhole, bins, puddle, lawn, tree and the parking space."""
from models.demo.drawings.props import cone, seal, tape, warning_board
from models.demo.drawings.sketch import Sketch, tinted
from models.demo.drawings.surroundings import ASPHALT, CONCRETE, street

BAGS = ((38, 38, 42), (222, 222, 216), (60, 68, 70), (188, 60, 52))


def playground(s: Sketch, broken: bool) -> None:
    street(s, 1, s.colour((176, 92, 72), (86, 128, 108), (90, 112, 150)))
    slide = s.colour((232, 178, 40), (222, 84, 56), (60, 140, 196))
    post = s.colour((56, 108, 176), (196, 62, 56), (70, 140, 84))
    s.disc(0, 8.4, 10, (0, 0, 0, 60), 1)
    for x in (-7, -3):
        s.slab(x - 0.35, -8, x + 0.35, 8, post, across=True)
    s.area([(-8.4, -7.4), (-5, -11), (-1.6, -7.4)], tinted(post, -10))
    s.slab(-7.2, -1.4, -2.8, -0.6, tinted(slide, -20))
    for y in (1, 3, 5, 7):
        s.line([(-7, y), (-8.6, y)], tinted(post, 12), 0.3)
    s.line([(-8.6, -1), (-8.6, 8)], tinted(post, -10), 0.4)
    chute = [(-3, -1.6), (-1.4, -1.6), (5, 6), (9, 6.6), (9, 8), (4.2, 7.6), (-3, 0.4)]
    s.area([(x + 0.3, y + 0.6) for x, y in chute], (0, 0, 0, 70))
    s.area(chute, slide)
    s.line([(-2.4, -2), (-1, -1.9), (5.2, 5.4), (9, 6)], tinted(slide, 40), 0.4)
    s.line([(-2.6, 0.4), (4.4, 7.2), (9, 7.7)], tinted(slide, -50), 0.3)
    if broken:
        s.blot(3, 4.8, 1.7, 1.2, (26, 22, 20, 200))
        s.crack(0.6, 1, 4.6)
        s.line([(-3, -6), (0, -4.4), (0.4, -1.5)], tinted(post, -30), 0.35)
        tape(s, -9.6, 3.4, 10.4, 2.6)
        tape(s, -9.6, 6, 10.4, 6.4)
    else:
        s.line([(-1.6, -0.6), (5, 6.2), (8.4, 7)], (255, 255, 255, 110), 0.35)
        seal(s, -5, -3)


def manhole(s: Sketch, broken: bool) -> None:
    road = s.colour(*ASPHALT)
    s.backdrop(tinted(road, 14), tinted(road, -14))
    s.speckle(-13, 420, (*tinted(road, -30), 150))
    s.speckle(-13, 300, (*tinted(road, 34), 130))
    kerb = s.place.choice((-8.6, 8.4))
    s.slab(-26, kerb - 0.8, 26, kerb + 0.8, (176, 172, 164), round=0)
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
    for stud in range(81):
        row, column = stud // 9 - 4, stud % 9 - 4
        if row**2 + column**2 < 19:
            px, py = x + column * 0.98, y + row * 0.7
            s.line([(px - 0.3, py), (px + 0.3, py + 0.1)], tinted(iron, -30 if stud % 2 else 34), 0.2)
    if broken:
        s.crack(-5.6, 2, 6)
        s.crack(5.6, 2, 6)
        s.litter(-5.6, 4.6, 3, 1, 6)
        cone(s, -8, 3)
        cone(s, 7.6, 6.6)
    else:
        s.disc(0, 0.4, 6.9, (40, 40, 42, 70), 5.1, rim=(52, 52, 54))
        s.glow(-1.4, -1, 3, (150, 150, 150), 0.5)


def bin(s: Sketch, broken: bool) -> None:
    street(s, 3.4, s.colour(*CONCRETE))
    by = s.spare
    s.slab(-13, -5.6, 13, 4.4, s.colour((186, 176, 160), (160, 150, 140), (176, 186, 184)), round=0, shadow=0.5)
    for index, paint in enumerate(((60, 120, 80), (70, 110, 170), (104, 104, 108), (190, 64, 50))):
        x, body = -9.2 + index * 4.8, s.colour(paint)
        s.slab(x, -0.6, x + 3.9, 6.8, body, across=True, round=0.3, shadow=0.6)
        for wheel in (0.7, 3.2):
            s.disc(x + wheel, 6.9, 0.55, (24, 24, 26))
        s.rect(x + 1, 2, x + 2.9, 4, tinted(body, 40))
        if broken and index < 3:
            for _ in range(5):
                s.ball(x + by.uniform(0.4, 3.5), by.uniform(-2.4, -0.8), by.uniform(0.8, 1.4), by.choice(BAGS))
            s.area([(x - 0.3, -1), (x + 4, -3.6), (x + 4.2, -3), (x, -0.4)], tinted(body, -10))
        else:
            s.slab(x - 0.2, -1.5, x + 4.1, -0.5, tinted(body, -12), round=0.3)
    if broken:
        for _ in range(6):
            s.ball(by.uniform(-11, 9), by.uniform(6.6, 8.6), by.uniform(1, 1.7), by.choice(BAGS))
        s.litter(0, 8, 11, 1.6, 34)
        s.pool(-2, 8.8, 6, 0.9, (66, 54, 30))
    else:
        s.line([(-12, 8), (12, 8)], (240, 204, 60), 0.3)


def puddle(s: Sketch, broken: bool) -> None:
    stone = s.colour((164, 152, 138), (146, 146, 146), (172, 140, 118))
    street(s, -4, stone)
    s.paving(-3.4, (*tinted(stone, -50), 150))
    s.slab(-26, -4.2, 26, -3.4, tinted(stone, 30), round=0)
    if broken:
        s.blot(0, 3, 11, 5.2, (*tinted(stone, -80), 90))
        s.blot(0, 3, 9.4, 4.2, (92, 116, 140, 150))
        s.blot(1, 2, 6, 2.2, (176, 200, 220, 110))
        for _ in range(5):
            x, y = s.spare.uniform(-6, 6), s.spare.uniform(1, 5)
            for ring in (0.5, 1.0, 1.5):
                s.disc(x, y, ring, (0, 0, 0, 0), ring * 0.34, rim=(226, 236, 244, 150))
        s.litter(3, 4, 5, 1.6, 6)
        warning_board(s, -7, 0)
    else:
        s.slab(-2.4, 2, 2.4, 3.4, (70, 72, 74), (96, 98, 100), shadow=0.1)
        for x in range(8):
            s.line([(x * 0.6 - 2.1, 2.2), (x * 0.6 - 2.1, 3.2)], (20, 20, 22), 0.16)


def lawn(s: Sketch, broken: bool) -> None:
    green = s.colour((92, 132, 58), (78, 120, 62), (112, 142, 66))
    street(s, -4, green)
    if broken:
        s.blot(-1, 4, 8, 4, (146, 116, 74, 170))
    for _ in range(900):
        x, y = s.place.uniform(-18, 18), s.place.uniform(-3.4, 13)
        lean, shade, tall = s.place.uniform(-0.4, 0.4), s.place.randint(-36, 40), 0.25 + (y + 4) * 0.05
        bare = broken and ((x + 1) / 7) ** 2 + ((y - 4.5) / 3.4) ** 2 < 1
        s.line([(x, y), (x + lean, y - tall)], (176, 152, 92, 110) if bare else (*tinted(green, shade), 230), 0.07)
    if broken:
        s.litter(1, 4, 7, 3, 8)
    else:
        s.line([(-9, 8.4), (-9, 5.6)], (120, 90, 60), 0.4)
        s.slab(-11.2, 3.6, -6.8, 5.8, (58, 130, 78))
        s.disc(-9, 4.7, 0.6, (240, 246, 240))


def tree(s: Sketch, broken: bool) -> None:
    street(s, 3, s.colour((100, 128, 70), (150, 146, 138), (122, 116, 96)))
    bark = s.colour((96, 74, 54), (110, 92, 74), (84, 70, 60))
    lean = 3.4 if broken else 0.0
    s.disc(0.4, 7.6, 3.4, (0, 0, 0, 70), 0.7)
    s.area([(-1.1, 7.6), (1.1, 7.6), (0.6 + lean, -5), (-0.5 + lean, -5)], bark)
    s.line([(-0.4, 7), (lean - 0.1, -5)], tinted(bark, 26), 0.25)
    leaf, dead = s.colour((70, 112, 54), (88, 124, 60), (56, 102, 66)), (136, 104, 58)
    for index in range(26):
        x, y = lean * 1.5 + s.place.gauss(0, 2.7), -6.4 + s.place.gauss(0, 1.9)
        shade = tinted(dead if broken and index % 3 == 0 else leaf, s.place.randint(-26, 26))
        s.blot(x, y, 2, 1.5, (*shade, 110), s.place)
    if broken:
        s.line([(-8, 8.4), (-3, 7.2), (3, 7.8), (7, 7)], (0, 0, 0, 70), 0.9)
        s.line([(-8, 8), (-3, 6.8), (3, 7.4), (7, 6.6)], bark, 0.8)
        for x in (-6, -2, 2, 5):
            s.line([(x, 7.3), (x + 1.4, 5.4), (x + 2.6, 5)], tinted(bark, 8), 0.3)
            s.blot(x + 2.4, 5, 1.2, 0.8, (*dead, 120))
        tape(s, -10, 5.6, 10.4, 5)
    else:
        for x in (-3, 3):
            s.line([(x, 7.8), (x * 0.16, 1.6)], (170, 140, 96), 0.4)
        s.rect(-1.1, 3.6, 1.1, 6, (240, 240, 236))


def car(s: Sketch, broken: bool) -> None:
    road = s.colour(*ASPHALT)
    street(s, -1, road)
    space = [(-9.0, 0.6), (9.0, 0.6), (12.6, 8.4), (-12.6, 8.4)]
    s.area(space, tinted(road, -10))
    for stripe in range(-7, 8):
        s.line([(stripe * 1.25, 0.8), (stripe * 1.75 + 1.6, 8.2)], (226, 186, 46), 0.26)
    s.line([*space, space[0]], (232, 192, 50), 0.35)
    s.slab(-4.4, -6.4, 4.4, 0.6, (80, 84, 90), (110, 114, 120), round=0)
    s.line([(0, -6.4), (0, 0.6)], (46, 48, 52), 0.18)
    paint = s.colour((186, 190, 196), (40, 44, 52), (172, 44, 40), (52, 84, 140), (232, 232, 230))
    if not broken:
        cone(s, -10.8, 7.8)
        cone(s, 10.8, 7.8)
        return
    s.disc(0, 7.5, 9.6, (0, 0, 0, 120), 0.9)
    s.area([(-5.4, 1.2), (-3.2, -2.4), (3, -2.4), (5.8, 1.2)], tinted(paint, -16))
    s.area([(-4.6, 1.2), (-2.8, -1.8), (-0.2, -1.8), (-0.2, 1.2)], (52, 66, 78))
    s.area([(0.3, 1.2), (0.3, -1.8), (2.7, -1.8), (4.7, 1.2)], (62, 78, 92))
    s.slab(-9, 1, 9, 6.2, tinted(paint, 16), paint, tinted(paint, -46), round=1.1, shadow=0)
    s.line([(-8.8, 3.4), (8.8, 3.2)], tinted(paint, 40), 0.16)
    s.rect(7.6, 2.2, 8.9, 3.3, (246, 240, 214))
    s.rect(-8.9, 2.2, -7.9, 3.3, (196, 40, 36))
    for x in (-5.4, 5.4):
        s.ball(x, 6.2, 1.7, (34, 34, 38))
        s.ball(x, 6.2, 0.9, (160, 166, 172))
