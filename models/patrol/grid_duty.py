"""Who answers for a grid (网格责任人) and who stands in for them (副手)."""
from models.base import writing
from models.errors import Refused
from models.event import Event
from models.patrol.point import may_plan
from models.patrol.task import Task
from models.place import Estate, Grid
from models.user import Beat, User

DUTIES = ("responsible", "deputy")


def entrust(grid: Grid, responsible: User | None, deputy: User | None, *, by: User) -> None:
    """责任到人: one person answers for the grid, another stands in on leave. Walks to come go to them."""
    may_plan(grid.estate, by)
    if responsible is None or not _is_here(responsible, grid.estate):
        raise Refused("grid.nobody", field="responsible")
    if deputy is not None and (deputy == responsible or not _is_here(deputy, grid.estate)):
        raise Refused("grid.no_deputy", field="deputy")
    with writing():
        Beat.delete().where(Beat.grid == grid, Beat.duty.in_(DUTIES)).execute()
        for person, duty in ((responsible, "responsible"), (deputy, "deputy")):
            if person is not None:
                Beat.create(user=person, grid=grid, duty=duty)
        Event.record(f"{grid.estate.code[:14]}-{grid.code}", "entrust", by=by, detail={
            "responsible": responsible.name, "deputy": deputy.name if deputy else ""})
        Task.follow_roster(grid)


def duties(estate: Estate) -> dict[int, dict[str, User]]:
    """By grid: who is responsible and who is the deputy, in one read."""
    found: dict[int, dict[str, User]] = {}
    for beat in Beat.select(Beat, User).join(User).switch(Beat).join(Grid).where(
            Grid.estate == estate, Beat.duty.in_(DUTIES)):
        found.setdefault(beat.__data__["grid"], {})[beat.duty] = beat.user
    return found


def grids_of(estate: Estate) -> list[Grid]:
    return list(Grid.select().where(Grid.estate == estate).order_by(Grid.code))


def _is_here(person: User, estate: Estate) -> bool:
    return estate in person.estates and person.disabled_at is None and person.has_role(
        "patrol", "technician", "supervisor")
