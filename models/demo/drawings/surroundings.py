"""The rooms and streets that scenes are set in; `floor` and `horizon` are the height where the ground begins."""
from models.demo.drawings.sketch import Colour, Sketch, tinted

PLASTER = ((214, 208, 196), (222, 220, 214), (204, 212, 214), (216, 206, 184), (196, 204, 192))
CONCRETE = ((150, 148, 144), (138, 140, 142), (160, 154, 146))
ASPHALT = ((108, 110, 114), (94, 96, 100), (122, 118, 114))

DAY = ((138, 176, 214), (196, 214, 228), (224, 228, 226))
DUSK = ((24, 30, 56), (66, 62, 96), (128, 92, 96))

# x, y and the two radii, the farthest first.
LAMPS = ((0.0, -4.4, 1.1, 0.35), (0.0, -6.4, 2.3, 0.7), (0.0, -9.6, 4.2, 1.1))


def bathroom(s: Sketch, floor: float) -> None:
    wall = s.colour((206, 216, 220), (222, 214, 200), (190, 206, 204), (226, 226, 222))
    s.backdrop(tinted(wall, 14), tinted(wall, -22))
    tile = s.place.uniform(2.6, 3.8)
    s.tiles(-24, -16, tile, tile * s.place.choice((0.6, 1.0)), (*tinted(wall, -34), 150))
    _paved(s, floor, s.colour((148, 140, 130), (124, 132, 138), (164, 150, 130)))


def room(s: Sketch, floor: float) -> Colour:
    """The colour of the wall, for whatever is mended in it."""
    wall = s.colour(*PLASTER)
    s.backdrop(tinted(wall, 10), tinted(wall, -16))
    for _ in range(7):
        x, y, shade = s.place.uniform(-15, 15), s.place.uniform(-11, 8), s.place.choice((-30, 24))
        s.blot(x, y, 5, 3, (*tinted(wall, shade), 14), s.place)
    _paved(s, floor, s.colour((120, 112, 104), (146, 136, 120), (98, 104, 112)))
    return wall


def _paved(s: Sketch, floor: float, stone: Colour) -> None:
    s.floor(floor, tinted(stone, -25), tinted(stone, 19))
    s.paving(floor, (*tinted(stone, -41), 135))


def corridor(s: Sketch) -> None:
    wall = s.colour(*PLASTER)
    s.backdrop(wall)
    s.area([(-24, -18), (24, -18), (3.6, -3.6), (-3.6, -3.6)], tinted(wall, 16))
    s.area([(-24, 20), (24, 20), (3.6, 3.4), (-3.6, 3.4)], tinted(wall, -70))
    s.area([(-24, -18), (-3.6, -3.6), (-3.6, 3.4), (-24, 20)], tinted(wall, -8))
    s.area([(24, -18), (3.6, -3.6), (3.6, 3.4), (24, 20)], tinted(wall, -26))
    s.rect(-3.6, -3.6, 3.6, 3.4, tinted(wall, -40))
    s.rect(-1.4, -1.8, 1.6, 3.4, (104, 74, 56))
    for near in (6.0, 11.0):
        top = -near * 0.62
        s.area([(near, top), (near + 3, top - 1.8), (near + 3, near + 3.2), (near, near + 0.2)], (108, 78, 60))
        s.disc(near + 0.6, 2, 0.25, (210, 190, 120))
    for depth in range(5):
        y, half = 3.4 + 1.2 * depth**1.5, 3.6 + 1.6 * depth**1.5
        s.line([(-half, y), (half, y)], (*tinted(wall, -100), 130), 0.08)


def street(s: Sketch, horizon: float, ground: Colour, *, dusk: bool = False) -> None:
    s.backdrop(*(DUSK if dusk else DAY))
    for _ in range(4):
        x, tall, wide = s.place.uniform(-16, 14), s.place.uniform(4, 10), s.place.uniform(3, 6)
        tower = tinted(s.colour((178, 172, 164), (196, 184, 170), (160, 166, 174)), -110 if dusk else 0)
        s.rect(x, horizon - tall, x + wide, horizon + 0.5, tower)
        for index in range((int(tall) - 1) * int(wide)):
            left, top = x + 0.3 + index % int(wide), horizon - tall + 0.6 + index // int(wide)
            pane = (232, 200, 120) if dusk and s.place.random() < 0.3 else tinted(tower, -40)
            s.rect(left, top, left + 0.5, top + 0.55, pane)
    hedge = tinted(s.colour((62, 98, 56), (78, 108, 60), (54, 88, 62)), -50 if dusk else 0)
    for step in range(15):
        tall, shade = s.place.uniform(0.8, 1.7), s.place.randint(-12, 12)
        s.blot(step * 2.4 - 17, horizon, 2.1, tall, (*tinted(hedge, shade), 190), s.place)
    s.floor(horizon + 0.4, tinted(ground, 8), tinted(ground, -22))
    s.speckle(horizon + 0.6, 130, (*tinted(ground, -32), 120))
    s.speckle(horizon + 0.6, 90, (*tinted(ground, 30), 110))
