"""What the fields of a form say of times, days and hours."""
from collections.abc import Mapping
from datetime import date, datetime

from flask import request

from models.callback import DIMENSIONS, OF_COMPLAINTS, WISHES, Said
from models.errors import Refused
from models.place import Estate


def time_in(field: str, estate: Estate) -> datetime | None:
    """What a field for day and time says, as naive UTC; None when it is empty."""
    text = request.form.get(field, "").strip()
    at = local_time(estate, text)
    if text and at is None:
        raise Refused("intake.time", field=field)
    return at


def local_time(estate: Estate, text: str) -> datetime | None:
    """What a datetime-local field says, on the estate's clock, as naive UTC; None when it says nothing."""
    try:
        return estate.utc(datetime.fromisoformat(text).replace(tzinfo=None))
    except (ValueError, OverflowError):
        return None


def day_in(text: str) -> date | None:
    """A day of a date field that the calendar and its arithmetic can hold; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def hours(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        raise Refused("finish.hours", field="hours") from None


def owners_answer() -> Said:
    """What the questions of a callback were answered, by phone or on the owner's page."""
    form = request.form
    return Said(
        solved=form.get("solved", ""), overall=form.get("overall", ""), words=form.get("words", ""),
        scores=_scores(form), reasons=tuple(form.getlist("reasons")), manners=tuple(form.getlist("manners")),
        fees=form.get("fees", ""), consents=form.get("consents", ""),
        **{wish: form.get(wish, "") for wish in WISHES})


def _scores(form: Mapping[str, str]) -> dict[str, int]:
    given = {name: form[name].strip() for name in (*DIMENSIONS, *OF_COMPLAINTS) if form.get(name, "").strip()}
    wrong = next((name for name, text in given.items() if text not in ("1", "2", "3", "4", "5")), None)
    if wrong:
        raise Refused("callback.score", field=wrong)
    return {name: int(text) for name, text in given.items()}
