"""What is told around an order beside its work, each part read when a page asks for it."""
from functools import cached_property

from models.user import User
from models.work_order.difficulty import Difficulty
from models.work_order.merge import Merge
from models.work_order.party import PartyDecision
from models.work_order.record import WorkOrder
from models.work_order.repeat import DIFFICULT_FROM, earlier_like
from models.work_order.support import Support
from models.work_order.urge import Urge
from models.work_order.void import Void


class FollowUp:
    """As far as it exists for `by`: an order that is kept from them is not named on another one's page.

    None is the owner, whom the names of other orders are not told anyway.
    """

    def __init__(self, order: WorkOrder, *, by: User | None) -> None:
        self.order, self.by = order, by

    def names(self, number: object) -> bool:
        """May the order of that number be named?"""
        return bool(number) and (self.by is None or not WorkOrder.select().where(
            WorkOrder.number == number, WorkOrder.kept_from(self.by)).exists())

    @cached_property
    def main(self) -> WorkOrder | None:
        """The order this one was merged into."""
        main = Merge.main_of(self.order) if self.order.state == "merged" else None
        return main if main is not None and self.names(main.number) else None

    @cached_property
    def merged(self) -> list[Merge]:
        reports = Merge.reports_in(self.order)
        return list(reports if self.by is None else reports.where(~WorkOrder.kept_from(self.by)))

    @property
    def other_reporters(self) -> int:
        """How many more people reported the same and left their name."""
        return sum(merge.order.owner is not None for merge in self.merged)

    @cached_property
    def void(self) -> Void | None:
        """What is asked, or what ended it."""
        if self.order.state == "void":
            return Void.get_or_none(Void.order == self.order, Void.agreed == True)  # noqa: E712 (a condition in SQL)
        return Void.standing(self.order)

    @cached_property
    def urges(self) -> list[Urge]:
        return list(Urge.of(self.order)) if self.order.urged else []

    @cached_property
    def supports(self) -> list[Support]:
        return list(Support.of(self.order))

    @property
    def open_supports(self) -> list[Support]:
        return [support for support in self.supports if support.done_at is None]

    @cached_property
    def party(self) -> PartyDecision | None:
        return PartyDecision.standing(self.order)

    @cached_property
    def earlier(self) -> list[WorkOrder]:
        """What this order repeats, the newest first."""
        return [one for one in earlier_like(self.order) if self.names(one.number)]

    @property
    def is_proposed_difficult(self) -> bool:
        return self.order.repeats + 1 >= DIFFICULT_FROM and not self.order.is_difficult

    @cached_property
    def difficulty(self) -> Difficulty | None:
        return Difficulty.of(self.order) if self.order.is_difficult else None
