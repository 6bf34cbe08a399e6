"""What tests of the patrol share: a plan of one route at 08:00-10:00 every day, and its first walk."""
from datetime import datetime, timedelta
from typing import Any

from models.base import moment, now
from models.patrol import Plan, Route, Said, Task, Terms, Visit
from models.place import Estate
from models.user import User


def route(name: str) -> Route:
    return Route.get(Route.name == name)


def plan_of(estate: Estate, by: User, name: str = "东北网格日巡", *, at: datetime | None = None, **terms: Any) -> Plan:
    """A daily plan made at that time, so that its windows run from then on."""
    at = at or now()
    first = terms.pop("starts_on", estate.local(at).date())
    with moment(at):
        return Plan.make(estate, "patrol", Terms(f"{name}计划", first, route=route(name), **terms), by=by)


def running_now(estate: Estate, by: User, name: str = "东北网格日巡", **terms: Any) -> Task:
    """The only walk of a plan, whose window is open at this very moment, whatever the hour."""
    start = estate.local(now() - timedelta(minutes=30))
    end = start + timedelta(hours=2)
    plan = plan_of(estate, by, name, at=now() - timedelta(hours=1), windows=f"{start:%H:%M}-{end:%H:%M}",
                   starts_on=start.date(), ends_on=start.date(), **terms)
    return Task.select().where(Task.plan == plan).order_by(Task.starts_at).get()


def good(visit: Visit) -> dict[str, Said]:
    """Every item of the point normal, with a figure within its limits."""
    return {item.code: Said("normal", figure(item)) for item in visit.items}


def figure(item: Any) -> str:
    if not item.is_reading:
        return ""
    return str(item.low if item.low is not None else item.high)

