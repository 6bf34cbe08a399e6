"""The complaint (投诉): its class, what it is about and whom, the plan agreed with the owner, and how it was closed.

It is handled by nobody whom it is about, and where its complainant is hidden it does not exist for them.
"""
from datetime import datetime
from typing import Any, NamedTuple, Self

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, TextField

from models.base import Record, now, writing
from models.errors import Refused
from models.text import SHORT, said
from models.user import DEPARTMENTS, User
from models.work_order.intake import recount
from models.work_order.moves import CAUSES, GRADES
from models.work_order.record import WorkOrder


class Classification(NamedTuple):
    """What the desk makes of a complaint. Without a grade it has that of its category's priority."""

    grade: str = ""
    cause: str = ""
    cause_words: str = ""
    about_department: str = ""
    about: User | None = None
    hidden: bool = False


class Complaint(Record):
    """One a complaint order. `agreed_at` is when the owner agreed to the plan, None while they have not."""

    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="complaints", unique=True)
    grade = CharField(max_length=12)
    cause = CharField(max_length=16, default="")
    cause_words = CharField(max_length=SHORT, default="")
    about_department = CharField(max_length=16, default="")
    about = ForeignKeyField(User, null=True, backref="complaints_about")
    hidden = BooleanField(default=False)
    classified_by = ForeignKeyField(User, null=True, backref="complaints_classified")
    classified_at = DateTimeField(null=True)
    plan = TextField(default="")
    planned_by = ForeignKeyField(User, null=True, backref="complaints_planned")
    planned_at = DateTimeField(null=True)
    agreed_at = DateTimeField(null=True)
    summary = TextField(default="")

    @classmethod
    def begin(cls, order: WorkOrder, facts: Classification | None, *, by: User) -> Self:
        """With the registering of its order, in the same transaction; classified where the desk said whom about."""
        grade = next(grade for grade, priority in GRADES.items() if priority == order.priority)
        complaint = cls.create(order=order, grade=grade)
        if facts is not None and facts != Classification():
            complaint._settle(order, facts, by=by)
        return complaint

    @classmethod
    def classify(cls, order: WorkOrder, facts: Classification, *, by: User) -> Self:
        """定级: class, cause, whom it is about, hidden from them or not. The class decides priority and limits."""
        with writing():
            order.check("classify", by)
            complaint: Self = order.complaint
            complaint._settle(order, facts, by=by)
        return complaint

    @classmethod
    def make_plan(cls, order: WorkOrder, text: str, *, agreed: bool, agreed_at: datetime | None, by: User) -> None:
        """方案: what will be done about it, and when the owner agreed to that, if they did."""
        text = said(text, field="plan", needed=True)
        with writing():
            order.check("plan", by)
            if agreed and (agreed_at is None or agreed_at > now()):
                raise Refused("complaint.agreed_when", field="agreed_at")
            complaint = order.complaint
            complaint.plan, complaint.planned_by, complaint.planned_at = text, by, now()
            complaint.agreed_at = agreed_at if agreed else None
            complaint.save()
            order.tell("plan", by=by, text=text, agreed=agreed, agreed_at=complaint.agreed_at)

    def conclude(self, summary: str) -> None:
        """With the finishing of its order, in the same transaction."""
        if not self.is_agreed:
            raise Refused("complaint.no_plan", field="plan")
        self.summary = said(summary, field="summary", needed=True)
        self.save()

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None

    def concerns(self, person: User) -> bool:
        """Is it about this person or their department?"""
        about: int | None = self.__data__.get("about")
        return person.id == about or (bool(self.about_department) and person.department == self.about_department)

    @classmethod
    def about_them(cls, person: User) -> Any:
        """The orders that are complaints about this person or their department, hidden or not, as a query."""
        return cls.select(cls.order).where((cls.about_department == person.department) | (cls.about == person))

    def _settle(self, order: WorkOrder, facts: Classification, *, by: User) -> None:
        grade = facts.grade or self.grade
        if grade not in GRADES:
            raise Refused("complaint.no_grade", field="grade")
        if facts.cause not in CAUSES:
            raise Refused("complaint.no_cause", field="cause")
        words = said(facts.cause_words, field="cause_words", most=SHORT, needed=facts.cause == "other")
        department = facts.about.department if facts.about else facts.about_department
        if department not in DEPARTMENTS:
            raise Refused("complaint.no_department", field="about_department")
        if facts.about and order.estate not in facts.about.estates:
            raise Refused("complaint.not_of_the_staff", field="about")
        was = {"was_grade": self.grade, "was_priority": order.priority}
        self.grade, self.cause, self.cause_words, self.hidden = grade, facts.cause, words, facts.hidden
        self.about_department, self.about = department, facts.about
        self.classified_by, self.classified_at = by, now()
        if order.assignee is not None and self.concerns(order.assignee):
            raise Refused("complaint.held_by_them", field="about_department", name=order.assignee.name)
        self.save()
        changes: dict[str, Any] = recount(order, GRADES[grade]) if GRADES[grade] != order.priority else {}
        order.amend("classify", by=by, **changes, detail={
            **was, "grade": grade, "priority": GRADES[grade], "cause": facts.cause, "note": words,
            "about_department": department, "hidden": facts.hidden, "name": facts.about.name if facts.about else ""})


# A person's lists leave out what is hidden from their department; hidden complaints are few.
Complaint.add_index(Complaint.about_department, Complaint.order, where=Complaint.hidden, name="complaint_hidden")
