"""Does a list stay as quick when the archive grows? Prints ratios, large estate to small, in one run.

    python bench/lists.py [--orders 1000000] [--json]
"""
import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from models.base import database, now, writing
from models.callback import Answer, Callback
from models.callback.figures import Coverage, Period, behind, tallies, tally, trend, uncovered
from models.dispatch import Category
from models.estate_import import EstateFolder
from models.patrol import Finding, Point, Task, Visit
from models.patrol.board import DayBoard
from models.patrol.coverage import lines
from models.patrol.finding_board import FindingBoard
from models.patrol.matter import reports_of
from models.place import Estate, Place
from models.storage import migrate, open_database
from models.user import User
from models.work_order import Completion, Deadline, Neighbourhood, WorkOrder
from models.work_order.lists import counts, page

OPEN = 300  # an estate has about as many open orders however old it grows
ROUNDS = 40
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
A_MONTH = 600  # orders finished in it, in an estate old or young


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
        home = Place.get(Place.kind == "home")
        leaf = Category.leaf(home.estate, "1002")
        desk, technician = User.get(User.login == "sunqi"), User.get(User.login == "chenliang")
        officer = User.get(User.login == "machunsheng")
        manager, month = User.get(User.login == "zhaomin"), Period.month_of(now(), home.estate)
        number = WorkOrder.select(WorkOrder.number).order_by(WorkOrder.id.desc()).tuples().get()[0]
        times = {
            "technician's list": timed(lambda: page("mine", technician)),
            "desk: to register": timed(lambda: page("reported", desk)),
            "desk: in progress": timed(lambda: page("doing", desk)),
            "desk: archive": timed(lambda: page("archived", desk)),
            "desk: counts": timed(lambda: counts(desk)),
            "desk: following": timed(lambda: page("following", desk)),
            "on offer": timed(lambda: page("grabbable", technician)),
            "one order": timed(lambda: WorkOrder.find(number, by=desk)),
            "near a call": timed(lambda: Neighbourhood(home, leaf, "漏水", by=desk).orders()),
            "sweep": timed(Deadline.sweep),
            "figures of a month": timed(lambda: tally(month, by=manager)),
            "figures by category": timed(lambda: tallies(month, "category", by=manager)),
            "figures by technician": timed(lambda: tallies(month, "technician", by=manager)),
            "figures by caller": timed(lambda: tallies(month, "caller", by=manager)),
            "coverage of a month": timed(lambda: Coverage.of(month, by=manager)),
            "who is not covered": timed(lambda: uncovered(month, by=manager)),
            "behind a figure": timed(lambda: behind(month, "content", by=manager)),
            # A year of the large estate holds as many months of that size as the small one has altogether, and more.
            "today's walks": timed(lambda: Visit.of_tasks(Task.todays(officer))),
            "board of a day": timed(lambda: DayBoard.of(home.estate, home.estate.local(now()).date())),
            "coverage by point": timed(lambda: lines(month, "point")),
            "board of findings": timed(lambda: FindingBoard(home.estate, manager).sections()),
            "what is near a finding": timed(lambda: list(reports_of(Finding.get(), by=manager))),
            "windows that are over": timed(Task.sweep),
            "findings overdue": timed(Finding.sweep),
            "figures of 12 months": timed(lambda: trend(month, by=manager)),
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
    technician, desk = User.get(User.login == "chenliang"), User.get(User.login == "sunqi")
    start = now()

    def rows() -> Iterator[dict[str, Any]]:
        for n in range(orders):
            at = start - timedelta(minutes=orders - n)
            open_ = n >= orders - OPEN
            yield {
                "number": f"GD-{n:08}", "estate": estate, "place": place, "category": category, "limit": category.limit,
                "state": ("working", "reported")[n % 2] if open_ else "archived", "text": "厨房水龙头滴水",
                "channel": "phone", "reported_at": at, "due_at": at, "archived_at": None if open_ else at,
                "assignee": technician if n % 20 == 0 else None, "first_contact": desk,
            }

    def callbacks() -> Iterator[dict[str, Any]]:
        """One of each archived order: A_MONTH of them this month, the others the months before, as many in each."""
        caller = User.get(User.login == "luxia")
        for n in range(orders - OPEN):
            at = when(orders - OPEN - n)
            yield {"order": n + 1, "round": 1, "created_at": at, "due_at": at + DAY, "first_due_at": at + DAY,
                   "passed_at": at, "calls": int(n % 10 > 0), "called_at": at if n % 10 else None,
                   "caller": caller if n % 10 else None, "outcome": "answered" if n % 10 else "", "settled_at": at}

    def answers() -> Iterator[dict[str, Any]]:
        for n in range(orders - OPEN):
            if n % 10:
                content = n % 10 > 1
                yield {"callback": n + 1, "source": "call", "at": start, "decides": True, "consents": "",
                       "solved": "yes" if content else "no", "overall": "satisfied" if content else "dissatisfied",
                       "reasons": "" if content else "R1 R2", "reliability": 4, "response": 5, "empathy": n % 5 + 1}

    def completions() -> Iterator[dict[str, Any]]:
        for n in range(orders - OPEN):
            yield {"order": n + 1, "round": 1, "by": technician, "at": start, "done": "好"}

    def when(back: int) -> datetime:
        """The time of the order that many before the last."""
        month, nth = divmod(back - 1, A_MONTH)
        return start - month * 30.5 * DAY - nth * SECOND

    def promises() -> Iterator[dict[str, Any]]:
        """One kept by each archived order, one still to be told of by each open one."""
        for n in range(orders):
            at = start - timedelta(minutes=orders - n)
            open_ = n >= orders - OPEN
            yield {
                "order": n + 1, "what": "complete", "round": 1, "starts_at": at, "due_at": at,
                "met_at": None if open_ else at, "alarm_at": start + timedelta(days=1) if open_ else None,
            }

    points = list(Point.of(estate))

    def walks() -> Iterator[dict[str, Any]]:
        """One for each ten orders, forty a day, the last of them today: of one officer each twentieth."""
        patrol, others = User.get(User.login == "machunsheng"), User.get(User.login == "fengguilan")
        for n in range(orders // 10):
            at = start - timedelta(minutes=36 * (orders // 10 - n))
            yield {"number": f"XJ-{n:08}", "estate": estate, "name": "巡查", "grid": points[0].grid, "starts_at": at,
                   "ends_at": at, "late_until": at, "officer": others if n % 20 else patrol, "state": "done",
                   "settled_at": at}

    def visits() -> Iterator[dict[str, Any]]:
        for n in range(orders // 10):
            at = start - timedelta(minutes=36 * (orders // 10 - n))
            for position in range(1, 6):
                yield {"task": n + 1, "point": points[(n + position) % len(points)], "position": position,
                       "timing": "on_time", "done_at": at, "received_at": at, "by": desk}

    def findings() -> Iterator[dict[str, Any]]:
        """One for each hundred orders, the last fifty of them open."""
        for n in range(orders // 100):
            at = start - timedelta(minutes=360 * (orders // 100 - n))
            open_ = n >= orders // 100 - 50
            yield {"number": f"YH-{n:08}", "estate": estate, "place": place, "category": category, "text": "水带缺失",
                   "severity": "serious", "state": "open" if open_ else "closed", "by": desk, "found_at": at, "at": at,
                   "due_at": start + DAY, "closed_at": None if open_ else at}

    with writing():
        for kind, made in ((Task, walks()), (Visit, visits()), (Finding, findings()), (WorkOrder, rows()),
                           (Deadline, promises()), (Callback, callbacks()), (Answer, answers()),
                           (Completion, completions())):
            while batch := list(islice(made, 2000)):
                kind.insert_many(batch).execute()


if __name__ == "__main__":
    main()
