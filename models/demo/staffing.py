"""The demo's roster and what its categories let the rules do."""
from datetime import timedelta

from models.base import now
from models.dispatch import Category, Shift
from models.estate_import import EstateFolder
from models.place import Estate
from models.user import User

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AUTO_ASSIGNED = ("1001", "2001", "4001", "4002", "5001")
MAY_BE_GRABBED = ("1002", "2003", "3002", "6002", "6003", "8004")


def staff_the_estate(folder: EstateFolder, estate: Estate) -> None:
    """The roster of this week with the night before it and of the next, by the pattern of roster.csv, and the switches
    of some categories.
    """
    Category.update(auto_assign=True).where(Category.estate == estate, Category.code.in_(AUTO_ASSIGNED)).execute()
    Category.update(may_grab=True).where(Category.estate == estate, Category.code.in_(MAY_BE_GRABBED)).execute()
    today = estate.local(now()).date()
    monday = today - timedelta(days=today.weekday())
    supervisor = User.get(User.login == "heguangjun")
    for row in folder.rows("roster.csv", "login", *DAYS):
        person = User.get(User.login == row["login"])
        for n in range(-1, len(DAYS)):
            if row[DAYS[n]]:
                Shift.put(estate, person, monday + timedelta(days=n), row[DAYS[n]], by=supervisor)
    Shift.copy_week(estate, monday + timedelta(days=7), by=supervisor)
