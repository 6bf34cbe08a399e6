"""The tally of the callbacks whose work passed inspection in a period: one aggregation for a whole, one for its rows.

One callback is one round. 应回访数 (owed) is what passed without 免回访 (X1 to X6 and X8); who was not reached or would
not talk (X7) stays in it. What is owed and not yet due is in it as well.
"""
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Expression, ModelSelect, fn

from models.base import later, rows
from models.callback.answer import DIMENSIONS, OF_COMPLAINTS, REASONS, Answer
from models.callback.figures.period import Month, Period
from models.callback.record import AGAIN, Callback
from models.dispatch import Category
from models.errors import NotAllowed
from models.event import Event
from models.figure import Figure, Score
from models.place import Grid, Place
from models.user import User
from models.work_order import Completion, Talk, WorkOrder

TREND = 12  # months
SCORED = (*DIMENSIONS, *OF_COMPLAINTS)
SEE_EVERYBODY = ("supervisor", "manager")  # the figures of each person; a caller sees their own
OF_PEOPLE = ("technician", "caller")
GROUPS = ("month", "category", "grid", *OF_PEOPLE)

# Each figure: what is counted, of what.
FIGURES = {
    "executed": ("called", "owed"),        # 回访执行率
    "succeeded": ("reached", "owed"),      # 回访成功率
    "timely": ("in_time", "owed"),         # 回访及时率
    "solved": ("solved", "heard"),         # 解决率
    "content": ("content", "heard"),       # 满意率
    "redone": ("redone", "discontent"),    # 不满意整改率
}


class Tally(NamedTuple):
    """What was counted, by the names of COUNTS, of each score and of each reason."""

    counts: dict[str, int]
    marks: dict[str, tuple[int, int]]
    reasons: dict[str, int]

    @property
    def figures(self) -> dict[str, Figure]:
        return {name: Figure(name, self.counts[met], self.counts[of]) for name, (met, of) in FIGURES.items()}

    @property
    def scores(self) -> list[Score]:
        """Of each dimension; those of complaints only where somebody was asked them."""
        return [Score(name, *marks) for name, marks in self.marks.items() if name in DIMENSIONS or marks[1]]

    @property
    def exempt(self) -> int:
        return self.counts["passed"] - self.counts["owed"]


class Row(NamedTuple):
    """One line of a grouping. `key` None: of no category, grid or caller; `names` in Chinese and English."""

    key: Any
    names: tuple[str, str]
    tally: Tally


def tally(period: Period, *, by: User | None) -> Tally:
    """Of the whole period, as far as `by` may know; None for what no person looks at."""
    [found] = rows(passed(period, by=by, select=_sums()))
    return _told(found)


def tallies(period: Period, group: str, *, by: User | None) -> list[Row]:
    """The period's rows by category, grid, technician (who finished that round) or caller, the largest first.

    NotAllowed where these are not this person's to see; a caller is shown their own row alone.
    """
    grouping = GROUPINGS[check(group, by)]
    query = grouping.joined(passed(period, by=by, select=[grouping.key, *grouping.names, *_sums()]))
    if not sees_everybody(group, by):
        query = query.where(grouping.key == by)
    found = rows(query.group_by(grouping.key, *grouping.names))
    told = [Row(key, (name or "", name_en or ""), _told(sums)) for key, name, name_en, *sums in found]
    return sorted(told, key=lambda row: (row.key is None, -row.tally.counts["passed"], row.key or 0))


def trend(period: Period, *, by: User | None) -> list[tuple[Month, Tally]]:
    """Month by month, the twelve that end with the period's last; a month without any is there with nothing."""
    year = period.as_kind("year")
    nth = Case(None, [(Callback.passed_at < month.plus(1).begins(year.estate), n)
                      for n, month in enumerate(year.months)])
    found = {row[0]: _told(row[1:]) for row in rows(passed(year, by=by, select=[nth, *_sums()]).group_by(SQL("1")))}
    return [(month, found.get(n) or _told([0] * len(_sums()))) for n, month in enumerate(year.months)]


# -- who may see what


def groups_of(user: User) -> list[str]:
    """By what this person may see the figures grouped. Names of people are for who answers for them."""
    if user.has_role(*SEE_EVERYBODY):
        return list(GROUPS)
    return [group for group in GROUPS if group not in OF_PEOPLE or (group == "caller" and user.has_role("caller"))]


def check(group: str, by: User | None) -> str:
    if by is not None and group not in groups_of(by):
        raise NotAllowed("not_for_you")
    return group


def sees_everybody(group: str, by: User | None) -> bool:
    return group not in OF_PEOPLE or by is None or by.has_role(*SEE_EVERYBODY)


# -- the one read


def passed(period: Period, *, by: User | None, select: list[Any]) -> "ModelSelect[Any]":
    """The callbacks of the period with the answers that decided them, as far as the person may know of their orders."""
    query = (
        Callback.select(*select).join(WorkOrder).switch(Callback)
        .join(Answer, JOIN.LEFT_OUTER, on=(Answer.callback == Callback.id) & Answer.decides)
        .where(Callback.passed_at >= period.start, Callback.passed_at < period.end, of_estate(period)))
    return query if by is None else query.where(~WorkOrder.kept_from(by))


def of_estate(period: Period) -> Expression:
    """The sum keeps SQLite from starting with all orders of the estate instead of the callbacks of the period."""
    return (WorkOrder.estate + 0) == period.estate.id


def _discontent() -> Expression:
    """The owner's word sent it back: the contrary of Answer.is_content."""
    return ((Answer.solved == "no") | ((Answer.solved == "partly") & (Answer.consents != "yes"))
            | (Answer.overall == "dissatisfied") | (Answer.consents == "no"))


def _taken_up() -> Any:
    """Within 24 hours somebody stood before the door again, or talked with the owner about it (V6)."""
    since, until = Callback.settled_at, later(Callback.settled_at, AGAIN)
    arrived = Event.select(Event.id).where(Event.subject == WorkOrder.number, Event.verb == "arrive",
                                           Event.at >= since, Event.at <= until)
    talked = Talk.select(Talk.id).where(Talk.order == WorkOrder.id, Talk.at >= since, Talk.at <= until)
    return fn.EXISTS(arrived) | fn.EXISTS(talked)


def conditions() -> dict[str, Any]:
    """What each count counts."""
    owed = Callback.exemption.is_null() | Callback.outcome.not_in(("", "exempt"))
    rated, heard = Callback.outcome == "online", Answer.id.is_null(False)
    discontent = heard & _discontent()
    return {
        "passed": Callback.id.is_null(False),
        "owed": owed,
        # A rating that decided is a callback made: otherwise more would have succeeded than were carried out.
        "called": owed & ((Callback.calls > 0) | rated),
        "reached": owed & Callback.outcome.in_(("answered", "online")),
        "in_time": owed & ((Callback.calls > 0) | rated) & (
            fn.COALESCE(Callback.called_at, Answer.at) <= fn.COALESCE(Callback.first_due_at, Callback.due_at)),
        "heard": heard,
        "solved": heard & (Answer.solved == "yes"),
        "content": heard & Answer.overall.in_(("satisfied", "fairly")),
        "discontent": discontent,
        "redone": discontent & _taken_up(),
    }


def missed(figure: str) -> Any:
    """What a figure counts in its denominator and not in its numerator."""
    met, of = (conditions()[name] for name in FIGURES[figure])
    return of & (Case(None, [(met, 1)], 0) == 0)


COUNTS = ("passed", "owed", "called", "reached", "in_time", "heard", "solved", "content", "discontent", "redone")


def _sums() -> list[Any]:
    """In the order in which `_told` reads them."""
    wanted = conditions()
    marks = [part for name in SCORED for part in (getattr(Answer, name), _is(getattr(Answer, name).is_null(False)))]
    # Codes are of one length, so that none is part of another.
    return [fn.SUM(one) for one in (*(_is(wanted[name]) for name in COUNTS), *marks,
                                    *(_is(Answer.reasons.contains(code)) for code in REASONS))]


def _is(condition: Any) -> Any:
    return Case(None, [(condition, 1)], 0)


def _told(sums: Sequence[Any]) -> Tally:
    """PostgreSQL adds up to something that is no int, and of no rows the sum is nothing."""
    numbers = iter([int(one or 0) for one in sums])
    return Tally(counts={name: next(numbers) for name in COUNTS},
                 marks={name: (next(numbers), next(numbers)) for name in SCORED},
                 reasons={code: next(numbers) for code in REASONS})


class _Grouping(NamedTuple):
    """`names` in both languages, the same one where it has only one."""

    key: Any
    names: tuple[Any, Any]
    joined: Callable[[Any], Any]


def _to_technician(query: Any) -> Any:
    finished = (Completion.order == Callback.order) & (Completion.round == Callback.round)
    return query.join(Completion, on=finished).join(User, on=Completion.by == User.id)


GROUPINGS = {
    "category": _Grouping(
        Category.id, (Category.name, Category.name_en),
        lambda query: query.join(Category, JOIN.LEFT_OUTER, on=WorkOrder.category == Category.id)),
    "grid": _Grouping(
        Grid.id, (Grid.name, Grid.name),
        lambda query: query.join(Place, on=WorkOrder.place == Place.id).join(
            Grid, JOIN.LEFT_OUTER, on=Place.grid == Grid.id)),
    "technician": _Grouping(User.id, (User.name, User.name), _to_technician),
    "caller": _Grouping(
        User.id, (User.name, User.name),
        lambda query: query.join(User, JOIN.LEFT_OUTER, on=Callback.caller == User.id)),
}
