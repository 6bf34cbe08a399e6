"""The work order (工单) and the rows that belong to it."""
from models.work_order.appointment import Appointment
from models.work_order.assignment import Assignment
from models.work_order.care_note import CareNote
from models.work_order.complaint import Classification, Complaint
from models.work_order.completion import Completion
from models.work_order.deadline import Deadline
from models.work_order.difficulty import Difficulty
from models.work_order.follow_up import FollowUp
from models.work_order.hand_over import HandOver
from models.work_order.hold import Hold
from models.work_order.inspection import Inspection
from models.work_order.intake import Details
from models.work_order.lists import QUEUES, Card, Queue
from models.work_order.load import Load
from models.work_order.merge import Merge
from models.work_order.near import Neighbourhood
from models.work_order.note import Note
from models.work_order.number import Counter
from models.work_order.owner_link import OwnerLink
from models.work_order.party import PartyDecision
from models.work_order.record import WorkOrder
from models.work_order.reopening import Reopening
from models.work_order.reply import Praise, Reply
from models.work_order.reveal import Reveal
from models.work_order.shortlist import Shortlist
from models.work_order.support import Support
from models.work_order.talk import Talk
from models.work_order.transfer import Transfer
from models.work_order.urge import Urge
from models.work_order.void import Void

__all__ = [
    "QUEUES", "Appointment", "Assignment", "Card", "CareNote", "Classification", "Complaint", "Completion",
    "Counter", "Deadline", "Details", "Difficulty", "FollowUp", "HandOver", "Hold", "Inspection", "Load", "Merge",
    "Neighbourhood", "Note", "OwnerLink", "PartyDecision", "Praise", "Queue", "Reopening", "Reply", "Reveal",
    "Shortlist", "Support", "Talk", "Transfer", "Urge", "Void", "WorkOrder",
]
