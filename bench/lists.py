"""Does a list stay as quick when the archive grows? Prints ratios, large estate to small, in one run.

    python bench/lists.py [--orders 1000000] [--json]
"""
import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from models.base import database, now, writing
from models.dispatch import Category
from models.estate_import import EstateFolder
from models.place import Estate, Place
from models.storage import migrate, open_database
from models.user import User
from models.work_order import WorkOrder
from models.work_order.lists import counts, page

OPEN = 300  # an estate has about as many open orders however old it grows
ROUNDS = 40


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--orders", type=int, default=1_000_000)
    ask.add_argument("--json", action="store_true")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small, large = (measure(Path(folder) / f"{n}.db", n) for n in (1000, args.orders))
    report = {name: {"small_ms": round(small[name] * 1000, 2), "large_ms": round(large[name] * 1000, 2),
                     "ratio": round(large[name] / small[name], 2)} for name in small}
    if args.json:
        print(json.dumps(report))
        return
    for name, row in report.items():
        print(f"{name:24} {row['small_ms']:8} ms  {row['large_ms']:8} ms  x{row['ratio']}")


def measure(path: Path, orders: int) -> dict[str, float]:
    """Median seconds of each list on an estate with that many orders."""
    opened = open_database(f"sqlite:///{path}")
    with database.connection_context():
        migrate()
        EstateFolder(Path(__file__).parent.parent / "demo").load(password="bench-bench")
        fill(orders)
        opened.execute_sql("ANALYZE")
        desk, technician = User.get(User.login == "sunqi"), User.get(User.login == "chenliang")
        number = WorkOrder.select(WorkOrder.number).order_by(WorkOrder.id.desc()).tuples().get()[0]
        times = {
            "technician's list": timed(lambda: page("mine", technician)),
            "desk: to register": timed(lambda: page("reported", desk)),
            "desk: in progress": timed(lambda: page("doing", desk)),
            "desk: archive": timed(lambda: page("archived", desk)),
            "desk: counts": timed(lambda: counts(desk)),
            "one order": timed(lambda: WorkOrder.find(number, by=desk)),
        }
    opened.close()
    return times


def timed(read: Callable[[], Any]) -> float:
    read()
    spans = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        read()
        spans.append(time.perf_counter() - start)
    return median(spans)


def fill(orders: int) -> None:
    """Rows straight into the table: how they came there does not change how long they take to read."""
    estate = Estate.get()
    place, category = Place.get(Place.kind == "home"), Category.leaf(estate, "1002")
    technician = User.get(User.login == "chenliang")
    start = now()

    def rows() -> Iterator[dict[str, Any]]:
        for n in range(orders):
            at = start - timedelta(minutes=orders - n)
            open_ = n >= orders - OPEN
            yield {
                "number": f"GD-{n:08}", "estate": estate, "place": place, "category": category, "limit": category.limit,
                "state": ("working", "reported")[n % 2] if open_ else "archived", "text": "厨房水龙头滴水",
                "channel": "phone", "reported_at": at, "due_at": at, "archived_at": None if open_ else at,
                "assignee": technician if n % 20 == 0 else None,
            }

    with writing():
        batch: list[dict[str, Any]] = []
        for row in rows():
            batch.append(row)
            if len(batch) == 2000:
                WorkOrder.insert_many(batch).execute()
                batch = []
        if batch:
            WorkOrder.insert_many(batch).execute()


if __name__ == "__main__":
    main()
