"""Who could take an order: every technician of the estate with skill, grids and open orders, the likeliest first."""
from collections import defaultdict
from typing import NamedTuple

from peewee import fn

from models.base import rows
from models.place import Grid
from models.user import Beat, Membership, RoleOf, SkillOf, User
from models.work_order.lists import MINE
from models.work_order.record import WorkOrder


class Candidate(NamedTuple):
    id: int
    login: str
    name: str
    badge: str
    skills: list[str]
    grids: list[str]
    open_orders: int
    has_skill: bool
    knows_grid: bool


class Shortlist:
    """Candidates for one order. Whoever inspected it or called its owner is not on it."""

    def __init__(self, order: WorkOrder) -> None:
        self.order = order

    def candidates(self) -> list[Candidate]:
        barred = self.order.parts["inspector"] | self.order.parts["caller"]
        people = [user for user in self._technicians() if user.id not in barred]
        ids = [user.id for user in people]
        skills, grids, load = self._skills(ids), self._grids(ids), self._load(ids)
        grid = self.order.place.grid
        skill = self.order.category.skill if self.order.category else ""
        candidates = [
            Candidate(user.id, user.login, user.name, user.badge, skills[user.id], grids[user.id],
                      load.get(user.id, 0), skill in skills[user.id], grid is not None and grid.code in grids[user.id])
            for user in people
        ]
        return sorted(candidates, key=lambda one: (not one.has_skill, not one.knows_grid, one.open_orders, one.id))

    def _technicians(self) -> list[User]:
        workers = RoleOf.select(RoleOf.user).where(RoleOf.role.in_(("technician", "vendor")))
        return list(User.select().join(Membership).where(
            Membership.estate == self.order.estate, User.disabled_at.is_null(), User.id.in_(workers)))

    def _skills(self, ids: list[int]) -> dict[int, list[str]]:
        return _grouped(rows(
            SkillOf.select(SkillOf.user, SkillOf.skill).where(SkillOf.user.in_(ids)).order_by(SkillOf.id)))

    def _grids(self, ids: list[int]) -> dict[int, list[str]]:
        return _grouped(rows(
            Beat.select(Beat.user, Grid.code).join(Grid)
            .where(Beat.user.in_(ids), Grid.estate == self.order.estate).order_by(Grid.code).distinct()))

    def _load(self, ids: list[int]) -> dict[int, int]:
        return dict(rows(
            WorkOrder.select(WorkOrder.assignee, fn.COUNT(WorkOrder.id))
            .where(WorkOrder.archived_at.is_null(), WorkOrder.assignee.in_(ids), WorkOrder.state.in_(MINE))
            .group_by(WorkOrder.assignee)
        ))


def _grouped(pairs: list[tuple[int, str]]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = defaultdict(list)
    for user, word in pairs:
        grouped[user].append(word)
    return grouped
