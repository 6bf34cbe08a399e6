"""Which homes were talked with (走访覆盖): whom to call next, and how much of an estate was reached."""
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import fn

from models.base import now, rows
from models.callback.attempt import Attempt
from models.callback.household import HouseholdCall, contacts_of, with_phones
from models.callback.household_attempt import HouseholdAttempt
from models.callback.record import Callback
from models.figure import Figure
from models.owner import Owner
from models.place import Estate, Place
from models.user import User
from models.work_order import CareNote, Talk, WorkOrder

YEAR = timedelta(days=365)
SHOWN = 50
BUILDING: Any = Place.alias()


class Candidate(NamedTuple):
    """A home as the list to choose from shows it. `last_at` is None where nobody has talked with them yet."""

    home: Place
    last_at: datetime | None
    contact: Owner
    care: CareNote | None


class Candidates(NamedTuple):
    """The first SHOWN of how many, and how many more homes nobody knows a phone of."""

    shown: list[Candidate]
    many: int
    mute: int


class HouseholdCoverage:
    """Of one estate. A contact is a talk noted, or a call that was answered: about an order, or planned."""

    def __init__(self, estate: Estate, *, by: User) -> None:
        self.estate, self.by = estate, by

    def figures(self) -> list[Figure]:
        """Homes contacted in twelve months, of all: by building, and of the whole estate ("") at the end."""
        reached = {home for home, at in self.last_contacts().items() if at >= now() - YEAR}
        homes: dict[str, list[int]] = defaultdict(list)
        for name in Place.buildings(self.estate):
            homes[name] = []
        for home, building in rows(self._homes().select(Place.id, BUILDING.full_name)):
            homes[building].append(home)
        told = [Figure(name, len(reached.intersection(ids)), len(ids)) for name, ids in homes.items()]
        return [*told, Figure("", sum(one.met for one in told), sum(one.of for one in told))]

    def candidates(self, *, building: str = "", days: int = 0, care: bool = False) -> Candidates:
        """Homes without a call planned, not talked with for so many days; those never talked with first, then the
        longest ago.
        """
        open_ = HouseholdCall.select(HouseholdCall.home).where(HouseholdCall.done_at.is_null())
        query = self._homes().where(Place.id.not_in(open_))
        if building:
            query = query.where(BUILDING.full_name == building)
        if care:
            query = query.where(Place.id.in_(CareNote.select(CareNote.home).where(CareNote.ended_at.is_null())))
        reachable = with_phones(self.by).select(WorkOrder.place).where(WorkOrder.estate == self.estate)
        mute = query.where(Place.id.not_in(reachable)).count()
        query = query.where(Place.id.in_(reachable))
        last, until = self.last_contacts(seen_by=self.by), now() - timedelta(days=days)
        homes = [home for home in query.order_by(Place.id) if home.id not in last or last[home.id] <= until]
        homes.sort(key=lambda home: last.get(home.id, datetime.min))
        shown = homes[:SHOWN]
        contacts = contacts_of(shown, by=self.by)
        notes = {note.__data__["home"]: note for note in CareNote.select().where(
            CareNote.home.in_([home.id for home in shown]), CareNote.ended_at.is_null())}
        found = [Candidate(home, last.get(home.id), contacts[home.id], notes.get(home.id)) for home in shown]
        return Candidates(found, len(homes), mute)

    def last_contacts(self, *, seen_by: User | None = None) -> dict[int, datetime]:
        """When each home was last talked with, by its number. What is kept from `seen_by` tells them no date."""
        orders = WorkOrder.estate == self.estate
        if seen_by is not None:
            orders &= ~WorkOrder.kept_from(seen_by)
        talked = Talk.select(WorkOrder.place, fn.MAX(Talk.at)).join(WorkOrder).where(orders)
        called = (Attempt.select(WorkOrder.place, fn.MAX(Attempt.at)).join(Callback).join(WorkOrder)
                  .where(orders, Attempt.outcome == "answered"))
        planned = (HouseholdAttempt.select(HouseholdCall.home, fn.MAX(HouseholdAttempt.at)).join(HouseholdCall)
                   .join(Place).where(Place.estate == self.estate, HouseholdAttempt.outcome == "answered"))
        last: dict[int, datetime] = {}
        for query, home in ((talked, WorkOrder.place), (called, WorkOrder.place), (planned, HouseholdCall.home)):
            for id, at in rows(query.group_by(home)):
                at = at if isinstance(at, datetime) else datetime.fromisoformat(at)
                last[id] = max(at, last.get(id, at))
        return last

    def _homes(self) -> Any:
        unit = Place.alias()
        return (Place.select().join(unit, on=Place.parent == unit.id).join(BUILDING, on=unit.parent == BUILDING.id)
                .where(Place.estate == self.estate, Place.kind == "home"))
