"""The domain: true whether or not a browser is open. `TABLES` lists every record, parents before children."""
from models.callback import Attempt, Callback, Rating
from models.dispatch import Category
from models.event import Event
from models.jobs import Heartbeat
from models.owner import Owner
from models.photo import Photo
from models.place import Estate, Grid, Place
from models.sla import TimeLimit
from models.submission import Submission
from models.user import Beat, Membership, RoleOf, Session, Sighting, SkillOf, User
from models.work_order import Assignment, Completion, Counter, Hold, Inspection, Note, OwnerLink, Reveal, WorkOrder

TABLES = (
    Estate, Grid, Place, User, Membership, RoleOf, SkillOf, Beat, Session, Sighting, Owner, Submission, Event,
    TimeLimit, Category, Counter, WorkOrder, Assignment, Completion, Hold, Inspection, Note, OwnerLink, Reveal, Photo,
    Callback, Attempt, Rating, Heartbeat,
)
