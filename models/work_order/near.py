"""Orders near a report that is being taken: perhaps the same matter, told by somebody else or once more."""
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from peewee import JOIN, Case

from models.base import rows
from models.dispatch import Category
from models.place import Place
from models.user import User
from models.work_order.record import WorkOrder

SHOWN = 6
READ = 24  # from each side, before they are weighed
WEIGHTS = {"home": 7, "place": 7, "unit": 5, "building": 4, "category": 1}
SAME_CATEGORY = 3
MOST_WORDS = 3


class NearOrder(NamedTuple):
    """`distance`: home, place, unit or building by the tree of places, else category: the same matter elsewhere."""

    id: int
    number: str
    state: str
    text: str
    spot: str
    place_id: int
    place: str
    unit_id: int | None
    category_id: int | None
    category: str | None
    category_en: str | None
    who: str | None
    reported_at: datetime
    urged: int
    distance: str = ""

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def where(self) -> str:
        return f"{self.place} {self.spot}".strip()


class Neighbourhood:
    """Open orders around a place and of a category that exist for who asks; either may not be known yet."""

    def __init__(
        self, place: Place | None, category: Category | None, text: str = "", *, by: User,
        without: WorkOrder | None = None,
    ) -> None:
        self.place, self.category, self.text, self.by, self.without = place, category, text, by, without

    def orders(self) -> list[NearOrder]:
        """The likeliest first: by distance, then by category, then by the words they share; two reads at most."""
        found = {row.id: row for row in self._of_category()} | {row.id: row for row in self._around()}
        return sorted(found.values(), key=lambda one: (-self._weight(one), -one.id))[:SHOWN]

    def _around(self) -> list[NearOrder]:
        """Everything open in the same building, or at the same public place, the closest first."""
        if self.place is None:
            return []
        place = self.place
        top = self._chain()[-1]
        units = Place.select(Place.id).where(Place.parent == top)
        within = Place.select(Place.id).where((Place.id == top) | (Place.parent == top) | Place.parent.in_(units))
        unit = self._unit()
        closeness = Case(None, [(WorkOrder.place == place, 0), (Place.parent == unit, 1), (Place.id == unit, 1)], 2)
        query = self._open().where(WorkOrder.place.in_(within)).order_by(closeness, WorkOrder.id.desc()).limit(READ)
        return [self._told(row) for row in rows(query)]

    def _of_category(self) -> list[NearOrder]:
        if self.category is None:
            return []
        query = self._open().where(WorkOrder.category == self.category).order_by(WorkOrder.id.desc()).limit(READ)
        return [self._told(row) for row in rows(query)]

    def _open(self) -> Any:
        query = (
            WorkOrder.select(
                WorkOrder.id, WorkOrder.number, WorkOrder.state, WorkOrder.text, WorkOrder.spot, Place.id,
                Place.full_name, Place.parent, Category.id, Category.name, Category.name_en, User.name,
                WorkOrder.reported_at, WorkOrder.urged)
            .join(Place).switch(WorkOrder).join(Category, JOIN.LEFT_OUTER).switch(WorkOrder)
            .join(User, JOIN.LEFT_OUTER, on=WorkOrder.assignee == User.id)
            .where(WorkOrder.archived_at.is_null(), ~WorkOrder.kept_from(self.by))
        )
        return query if self.without is None else query.where(WorkOrder.id != self.without.id)

    def _told(self, row: tuple[Any, ...]) -> NearOrder:
        one = NearOrder(*row)
        return one._replace(distance=self._distance(one))

    def _distance(self, one: NearOrder) -> str:
        if self.place is None:
            return "category"
        if one.place_id == self.place.id:
            return self.place.kind if self.place.kind in WEIGHTS else "place"
        unit = self._unit()
        if unit is not None and unit.id in (one.place_id, one.unit_id):
            return "unit"
        top = self._chain()[-1]
        return "building" if top.kind == "building" and one.place.startswith(top.full_name) else "category"

    def _chain(self) -> list[Place]:
        """The place, its unit, its building: as far up as there is something."""
        chain: list[Place] = [self.place] if self.place else []
        while chain and chain[-1].parent is not None:
            chain.append(chain[-1].parent)
        return chain

    def _unit(self) -> Place | None:
        return next((one for one in self._chain() if one.kind == "unit"), None)

    def _weight(self, one: NearOrder) -> int:
        same = self.category is not None and one.category_id == self.category.id
        return WEIGHTS[one.distance] + same * SAME_CATEGORY + min(MOST_WORDS, len(pairs(self.text) & pairs(one.text)))


def pairs(text: str) -> set[str]:
    """Every two signs that stand together: what Chinese sentences about one thing share."""
    signs = [sign for sign in text if sign.isalnum()]
    return {first + second for first, second in pairwise(signs)}
