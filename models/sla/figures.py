"""What somebody types into the table of time limits: every figure checked, each with its own refusal."""
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.base import now
from models.errors import Refused
from models.sla.clock import MINUTES as MINUTES_IN
from models.sla.clock import UNITS, Clock
from models.text import said

MOST = 9999  # of any amount, in its unit
FARTHEST = timedelta(days=366)  # what is promised: a clock that hardly opens takes long to walk over, too
ESCALATE_TO = ("supervisor", "manager", "company")
LEVELS = (1, 2, 3)
WITH_UNIT = ("arrive", "complete")
MINUTES = ("first_reply_min", "accept_min", "contain_min")


def figures(told: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """The columns of a time limit, from the words of a form or a file. Refused names the field."""
    found: dict[str, Any] = {"name": said(told.get("name"), field="name", most=40, needed=True)}
    spelled = told.get("clock", "").strip()
    try:
        clock = Clock.parse(spelled, zone)
    except ValueError as error:
        raise Refused("time_limit.clock", field="clock", value=spelled) from error
    found["clock"] = spelled
    for name in MINUTES:
        found[name] = number(told, name)
    for name in WITH_UNIT:
        found |= amount(told, name)
    check_reach(found, clock)
    for name, unless in (("warn_pct", 80), ("stale_h", 0), ("callback_due_h", 0)):
        value = number(told, name)
        found[name] = unless if value is None else value
    if not 1 <= found["warn_pct"] <= 99:
        raise Refused("time_limit.warn_pct", field="warn_pct")
    return found | escalation(told)


def number(told: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0 to MOST; None where nothing was typed."""
    text = told.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))):
        raise Refused("time_limit.not_a_number", field=name, value=text[:20], most=MOST)
    return int(text)


def amount(told: Mapping[str, str], name: str) -> dict[str, Any]:
    """An amount with its unit: both or neither."""
    value, unit = number(told, f"{name}_value"), told.get(f"{name}_unit", "").strip()
    if unit and unit not in UNITS:
        raise Refused("time_limit.unit", field=f"{name}_unit", value=unit[:20])
    if not value:
        return {f"{name}_value": None, f"{name}_unit": None}
    if not unit:
        raise Refused("time_limit.no_unit", field=f"{name}_unit")
    return {f"{name}_value": value, f"{name}_unit": unit}


def check_reach(found: Mapping[str, Any], clock: Clock) -> None:
    """Refused where a step would be due later than FARTHEST by that clock."""
    most = clock.between(now(), now() + FARTHEST)
    for name in MINUTES:
        if timedelta(minutes=found[name] or 0) > most:
            raise Refused("time_limit.too_far", field=name, days=FARTHEST.days)
    for name in WITH_UNIT:
        value, unit = found[f"{name}_value"] or 0, found[f"{name}_unit"]
        if (value > FARTHEST.days if unit == "workday" else timedelta(minutes=value * MINUTES_IN.get(unit, 0)) > most):
            raise Refused("time_limit.too_far", field=f"{name}_value", days=FARTHEST.days)


def escalation(told: Mapping[str, str]) -> dict[str, Any]:
    """Level by level who is told and how many minutes after due: no level left out, none before the one below."""
    found: dict[str, Any] = {}
    before: int | None = 0
    for level in LEVELS:
        role, minutes = told.get(f"escalate_{level}_role", "").strip(), number(told, f"escalate_{level}_min")
        if role and role not in ESCALATE_TO:
            raise Refused("time_limit.escalate_to", field=f"escalate_{level}_role", value=role[:20])
        if not role and minutes is not None:
            raise Refused("time_limit.escalate_whom", field=f"escalate_{level}_role", level=level)
        if role and minutes is None:
            raise Refused("time_limit.escalate_when", field=f"escalate_{level}_min", level=level)
        if role and (before is None or minutes is None or minutes < before):
            raise Refused("time_limit.escalate_order", field=f"escalate_{level}_min", level=level)
        before = minutes if role else None
        found |= {f"escalate_{level}_role": role or None, f"escalate_{level}_min": minutes}
    return found
