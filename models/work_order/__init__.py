"""The work order (工单) and the rows that belong to it."""
from models.work_order.assignment import Assignment
from models.work_order.completion import Completion
from models.work_order.hold import Hold
from models.work_order.inspection import Inspection
from models.work_order.lists import QUEUES, Card, Queue
from models.work_order.note import Note
from models.work_order.number import Counter
from models.work_order.owner_link import OwnerLink
from models.work_order.record import WorkOrder
from models.work_order.reveal import Reveal
from models.work_order.shortlist import Shortlist

__all__ = [
    "QUEUES", "Assignment", "Card", "Completion", "Counter", "Hold", "Inspection", "Note", "OwnerLink", "Queue",
    "Reveal", "Shortlist", "WorkOrder",
]
