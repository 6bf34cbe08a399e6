"""The household (同户): what was reported from the same home or place before, as far as it exists for who asks."""
from datetime import datetime
from typing import NamedTuple

from models.base import rows
from models.user import User
from models.work_order.record import WorkOrder

SHOWN = 4


class EarlierOrder(NamedTuple):
    number: str
    text: str
    state: str
    reported_at: datetime

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0]


def earlier_at_its_place(order: WorkOrder, *, by: User) -> list[EarlierOrder]:
    """The last few before this one, the newest first."""
    found = (WorkOrder.select(WorkOrder.number, WorkOrder.text, WorkOrder.state, WorkOrder.reported_at)
             .where(WorkOrder.place == order.place, WorkOrder.id < order.id, ~WorkOrder.kept_from(by))
             .order_by(WorkOrder.id.desc()).limit(SHOWN))
    return [EarlierOrder(*row) for row in rows(found)]
