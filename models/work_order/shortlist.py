"""Who could take an order, by rules with reasons: those who fit, the likeliest first, then the others and why not."""
from collections import defaultdict
from functools import cached_property
from typing import Any, NamedTuple

from peewee import fn

from models.base import now, rows
from models.dispatch import CERTIFIED, Certificate, Firm, Shift
from models.dispatch.shift import Duty
from models.place import Grid
from models.user import Beat, Membership, RoleOf, SkillOf, User
from models.work_order.entitlement import takers
from models.work_order.lists import MINE
from models.work_order.record import WorkOrder

# Why somebody is not on the shortlist, the weightiest first.
WHY_NOT = ("skill", "no_certificate", "expired", "off_duty", "declined")


class Candidate(NamedTuple):
    """`on_duty` is None where no roster says so: no roster that day, or someone from outside."""

    id: int
    login: str
    name: str
    badge: str
    skills: list[str]
    grids: list[str]
    open_orders: int
    has_skill: bool
    knows_grid: bool
    on_duty: bool | None
    certified: bool  # holds the valid certificate this work needs
    lacks: tuple[str, ...]  # codes of WHY_NOT

    @property
    def fits(self) -> bool:
        return not self.lacks

    @property
    def reasons(self) -> dict[str, object]:
        """What spoke for and against them, for the history."""
        return {"skill": self.has_skill, "grid": self.knows_grid, "open": self.open_orders, "on_duty": self.on_duty,
                "certified": self.certified, "lacks": list(self.lacks)}


class FirmCandidate(NamedTuple):
    id: int
    name: str
    skills: list[str]
    open_orders: int
    lacks: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.lacks


class Shortlist:
    """Candidates for one order as things stand now. Whoever inspected it or called its owner is not among them.

    The same number of reads however many people there are.
    """

    def __init__(self, order: WorkOrder) -> None:
        self.order = order
        self.skill = order.category.skill if order.category else ""

    @cached_property
    def everybody(self) -> list[Candidate]:
        barred = self.order.parts["inspector"] | self.order.parts["caller"]
        people = [user for user in self._technicians() if user.id not in barred and not self.order.concerns(user)]
        ids = [user.id for user in people]
        skills, grids, load = self._skills(ids), self._grids(ids), self._load(ids)
        outside = {id for (id,) in rows(RoleOf.select(RoleOf.user).where(RoleOf.role == "vendor"))}
        valid, expired = self._certificates(ids)
        declined = self._declined()
        grid = self.order.place.grid
        found = []
        for user in people:
            has_skill = self.order.kind == "complaint" or self.skill in skills[user.id]
            on_duty = self.duty.has(user.id) if self.duty.kept and user.id not in outside else None
            needs = self.skill in CERTIFIED
            against = {
                "skill": not has_skill,
                "no_certificate": has_skill and needs and user.id not in valid | expired,
                "expired": has_skill and needs and user.id in expired,
                "off_duty": on_duty is False,
                "declined": user.id in declined,
            }
            found.append(Candidate(
                user.id, user.login, user.name, user.badge, skills[user.id], grids[user.id], load.get(user.id, 0),
                has_skill, grid is not None and grid.code in grids[user.id], on_duty, user.id in valid,
                tuple(code for code in WHY_NOT if against[code])))
        return sorted(found, key=lambda one: (not one.fits, not one.has_skill, len(one.lacks), not one.knows_grid,
                                              one.open_orders, one.id))

    def candidates(self) -> list[Candidate]:
        """Those who fit, the likeliest first, and then the others."""
        return self.everybody

    @property
    def fitting(self) -> list[Candidate]:
        return [one for one in self.everybody if one.fits]

    @cached_property
    def firms(self) -> list[FirmCandidate]:
        """The estate's firms, those with the skill first; none for what no vendor takes."""
        if "vendor" not in takers(self.order):
            return []
        firms = list(Firm.select().where(Firm.estate == self.order.estate, Firm.active).order_by(Firm.id))
        load = dict(rows(
            WorkOrder.select(WorkOrder.firm, fn.COUNT(WorkOrder.id))
            .where(WorkOrder.archived_at.is_null(), WorkOrder.firm.in_(firms), WorkOrder.state.in_(MINE))
            .group_by(WorkOrder.firm)))
        certified = self._certified_firms(firms) if self.skill in CERTIFIED else {firm.id for firm in firms}
        found = []
        for firm in firms:
            has_skill = self.skill in firm.skill_codes
            against = {"skill": not has_skill, "no_certificate": has_skill and firm.id not in certified}
            found.append(FirmCandidate(firm.id, firm.name, firm.skill_codes, load.get(firm.id, 0),
                                       tuple(code for code, does in against.items() if does)))
        return sorted(found, key=lambda one: (len(one.lacks), one.open_orders, one.id))

    def fits(self, taker: User | Firm) -> bool:
        among: list[Any] = self.firms if isinstance(taker, Firm) else self.everybody
        return any(one.id == taker.id and one.fits for one in among)

    @cached_property
    def duty(self) -> Duty:
        return Shift.duty(self.order.estate, now())

    def _technicians(self) -> list[User]:
        workers = RoleOf.select(RoleOf.user).where(RoleOf.role.in_(takers(self.order)))
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

    def _certificates(self, ids: list[int]) -> tuple[set[int], set[int]]:
        """Who holds a valid certificate for this work, and whose has expired."""
        if self.skill not in CERTIFIED:
            return set(), set()
        today = self.order.estate.local(now()).date()
        last_days = Certificate.last_days(ids, self.skill)
        valid = {id for id, last in last_days.items() if last >= today}
        return valid, last_days.keys() - valid

    def _certified_firms(self, firms: list[Firm]) -> set[int]:
        """The firms of which at least one person holds the valid certificate."""
        members = Firm.members.rel_model  # type: ignore[attr-defined]
        today = self.order.estate.local(now()).date()
        return {id for (id,) in rows(
            members.select(members.firm).join(Certificate, on=Certificate.user == members.user).where(
                members.firm.in_(firms), Certificate.skill == self.skill, Certificate.expires_on >= today).distinct())}

    def _declined(self) -> set[int]:
        """Who has declined this very order already."""
        assignment = self.order.assignments.model  # type: ignore[attr-defined]
        return {id for (id,) in rows(assignment.select(assignment.technician).where(
            assignment.order == self.order, assignment.outcome == "declined"))}


def _grouped(pairs: list[tuple[int, str]]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = defaultdict(list)
    for user, word in pairs:
        grouped[user].append(word)
    return grouped
