"""The demo's callback policy, which the manager changed once, and the spot checks of last month's callbacks."""
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from models.base import moment
from models.callback import Policy, SpotCheck
from models.callback.figures import Period
from models.errors import Refused
from models.place import Estate
from models.user import RoleOf, User

K9 = "您还有什么需求、不满或建议？我帮您登记，另开一单跟进。"
# What was found of the first ones that anybody may check: the way, whether it agreed, the note.
FOUND = (
    ("called", "yes", "业主说与记录一致。"),
    ("reread", "yes", ""),
    ("called", "no", "业主说当时只说“还行”，没有说满意，记录偏高；已提醒回访员照原话记。"),
    ("reread", "yes", ""),
)


def change_the_policy(estate: Estate, at: datetime, by: User) -> None:
    """So that its history has something to tell."""
    with moment(at - timedelta(days=30)):
        policy = Policy.of(estate)
        policy.change({"sample_pct": "15", "questions": policy.questions | {"K9": K9}},
                      "业委会要求加大抽查比例；业主的新需求要当场登记。", by=by)


def spot_checks(estate: Estate, until: datetime) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Last month's sample, drawn on the second of this month where that is over, and what was found of some."""
    today = estate.local(until).date()
    second = estate.utc(datetime.combine(today.replace(day=2), time(10)))
    start = min(second, until - timedelta(hours=3))
    month = Period.month_of(until, estate).before()
    yield start, partial(_draw, month)
    for n, found in enumerate(FOUND):
        yield start + timedelta(minutes=20 * (n + 1)), partial(_check, month, *found)


def _draw(month: Period) -> None:
    try:
        SpotCheck.draw_month(month, by=_supervisors()[0])
    except Refused:
        return  # nothing ended in that month


def _check(month: Period, way: str, agrees: str, note: str) -> None:
    """The next that one of the supervisors may check; the last of a sample is left to be done."""
    left = [check for check in SpotCheck.of_month(month, by=_supervisors()[0]) if check.at is None]
    for check in left[:-1]:
        able = [one for one in _supervisors() if check.order.allows("spot_check", by=one)]
        if able:
            check.record(way, agrees, note, by=able[0])
            return


def _supervisors() -> list[User]:
    """Those of customer service first, who have least part in the work."""
    found = User.select().join(RoleOf).where(RoleOf.role == "supervisor").order_by(User.id)
    return sorted(found, key=lambda user: user.department != "service")
