"""Drawn stand-ins for phone photos: the same place from the same angle, with its defect and mended."""
from collections.abc import Callable
from datetime import datetime

from models.demo.drawings import building, doors, fire, gate, grounds, power, water
from models.demo.drawings.camera import photograph
from models.demo.drawings.props import lay_out_tools
from models.demo.drawings.sketch import Sketch, chances

__all__ = ["PAINTERS", "SCENES", "STAGES", "draw", "scene_for"]

STAGES = ("report", "before", "during", "after", "recheck")

PAINTERS: dict[str, Callable[[Sketch, bool], None]] = {
    painter.__name__: painter
    for painter in (
        water.pipe, water.tap, water.drain, water.toilet,
        power.socket, power.switchbox, power.light, power.streetlamp, power.charger,
        doors.door, doors.lock, doors.window, doors.lift, doors.lockers,
        fire.firedoor, fire.exitsign, fire.hydrant, fire.detector,
        gate.intercom, gate.camera, gate.barrier,
        building.wall, building.tile, building.stairs, building.roof, building.generic,
        grounds.playground, grounds.manhole, grounds.bin, grounds.puddle, grounds.lawn, grounds.tree, grounds.car,
    )
}  # fmt: skip

# The first digits decide; a longer code wins over its parent.
SCENES = {
    "1001": "pipe", "1002": "tap", "1003": "drain", "1004": "drain", "1005": "tap", "1006": "toilet",
    "1008": "tap", "1009": "pipe",
    "2001": "switchbox", "2002": "switchbox", "2003": "light", "2004": "streetlamp", "2005": "socket",
    "2006": "switchbox",
    "3001": "intercom", "3002": "intercom", "3003": "camera", "3004": "barrier",
    "40": "lift",
    "5001": "detector", "5002": "hydrant", "5003": "exitsign", "5004": "firedoor", "5005": "firedoor",
    "6001": "lock", "6002": "window", "6003": "door",
    "7001": "roof", "7002": "wall", "7003": "stairs",
    "8001": "playground", "8002": "manhole", "8003": "charger", "8004": "lockers",
    "9001": "stairs", "9002": "bin", "9003": "puddle", "9004": "drain",
    "9101": "tree", "9102": "lawn",
    "9201": "car", "9202": "wall", "9203": "bin", "9204": "charger", "9205": "door",
    "9503": "tile", "9505": "car",
}  # fmt: skip

# No floor in sight for tools to stand on.
OFF_THE_FLOOR = {"camera", "detector", "exitsign", "hydrant", "intercom", "lock", "socket", "switchbox", "window"}


def scene_for(category_code: str) -> str:
    """The scene that shows a category of the tree; "generic" where there is nothing to be seen."""
    return SCENES.get(category_code) or SCENES.get(category_code[:2]) or "generic"


def draw(scene: str, stage: str, seed: int, taken: datetime | None = None, offset: str = "+08:00") -> bytes:
    """A JPEG of 1200x900 or 900x1200 pixels, always the same for the same arguments.

    `taken` is naive local time and `offset` its distance from UTC; both go into the EXIF, which is left out without.
    Raises ValueError for an unknown scene or stage.
    """
    if scene not in PAINTERS:
        raise ValueError(f"not a scene: {scene!r}")
    if stage not in STAGES:
        raise ValueError(f"not a stage: {stage!r}")
    place = chances(f"{scene} {seed}")
    visit = chances(f"{scene} {seed} {stage}")
    sketch = Sketch(place)
    PAINTERS[scene](sketch, stage in ("report", "before", "during"))
    if stage == "during":
        lay_out_tools(sketch, visit, on_board=scene in OFF_THE_FLOOR)
    # The first report and the recheck are other people's pictures, so they are framed more freely.
    return photograph(sketch, visit, free=stage in ("report", "recheck"), taken=taken, offset=offset)
