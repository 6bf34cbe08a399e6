"""Words, times and sentences in the reader's language, Chinese first."""
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request
from flask_babel import Babel
from flask_babel import gettext as babel_gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from models.base import now
from models.callback import CALL_OUTCOMES, CONSENTS, FEES, LEFT_BY, MANNERS, OVERALL, REASONS, SOLVED
from models.callback.figures import Period
from models.callback.household import WHYS
from models.callback.spot_check import AGREES, WAYS
from models.errors import DomainError
from models.notice import NOTICE_KINDS
from models.patrol import DISCIPLINES, SEVERITIES
from models.patrol.check_item import ANSWERS, PHOTO_RULES
from models.patrol.finding import REMEDIES
from models.patrol.plan import KINDS as PLAN_KINDS
from models.patrol.plan import WHO
from models.patrol.point import PROOFS
from models.patrol.rhythm import DAY_KINDS, RHYTHMS
from models.place import Estate
from models.sla.record import PRIORITIES
from models.work_order.care_note import CARES
from models.work_order.moves import (
    CAUSES,
    CHANNELS,
    DECLINE_REASONS,
    GRADES,
    HOLD_REASONS,
    KINDS,
    PHOTO_FAULTS,
    REJECT_REASONS,
    REOPEN_REASONS,
    RESCHEDULE_REASONS,
    SCOPES,
    TALKED_BY,
    TRANSFER_REASONS,
)
from models.work_order.party import PARTIES
from models.work_order.void import REASONS as VOID_REASONS
from views.people import public

bp = Blueprint("language", __name__)

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
SOON = timedelta(hours=1)
# The vocabularies people choose from in forms.
CHOSEN_FROM: dict[str, Iterable[str]] = {
    "hold": HOLD_REASONS, "reject": REJECT_REASONS, "fault": PHOTO_FAULTS, "grade": GRADES,
    "decline": DECLINE_REASONS, "transfer": TRANSFER_REASONS, "reschedule": RESCHEDULE_REASONS, "cause": CAUSES,
    "void": VOID_REASONS, "party": PARTIES, "priority": PRIORITIES, "channel": CHANNELS,
    "scope": SCOPES, "kind": KINDS, "notice": NOTICE_KINDS, "outcome": CALL_OUTCOMES, "solved": SOLVED,
    "overall": OVERALL, "low": REASONS, "manner": MANNERS, "fees": FEES, "consents": CONSENTS, "left_by": LEFT_BY,
    "talked": TALKED_BY, "reopen": REOPEN_REASONS, "checked": WAYS, "agrees": AGREES, "household": WHYS,
    "care": CARES, "check": ANSWERS, "severity": SEVERITIES, "remedy": REMEDIES, "discipline": DISCIPLINES,
    "proof": PROOFS, "photo_rule": PHOTO_RULES, "rhythm": RHYTHMS, "day_kind": DAY_KINDS, "walker": WHO,
    "plan_kind": PLAN_KINDS,
}
A_YEAR = 365 * 24 * 3600


def init(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(word=word, options=options, sentence=sentence, sentence_of=sentence_of, lang=lang,
                                 category_name=category_name)
    app.jinja_env.filters.update(day=day, when=when, clock=clock, left=left, urgency=urgency, lines=lines,
                                 device=device,
                                 moment=datetime.fromisoformat, held_for=held_for,
                                 iso=lambda at: at.isoformat(timespec="seconds") + "Z")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@bp.post("/language")
@public
def choose() -> Response:
    """Remember the language on this device; the page it was chosen on is shown again."""
    chosen = request.form.get("lang", "")
    where = request.form.get("next", "/")
    response = redirect(where if is_own_path(where) else "/", 303)
    if chosen in LOCALES:
        response.set_cookie("lang", chosen, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


def is_own_path(where: str) -> bool:
    """A path on this site, and nothing a browser would read as another host."""
    return where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()


def gettext(text: str, **facts: Any) -> str:
    return str(babel_gettext(text, **facts))


def lang() -> str:
    """zh or en: as chosen on this device, else as the browser asks, else the installation's own."""
    chosen = request.cookies.get("lang")
    if chosen in LOCALES:
        return chosen
    asked = (tag.split("-")[0].lower() for tag in request.accept_languages.values())
    return next((code for code in asked if code in LOCALES), current_app.config["LANG"])


def locale() -> str:
    return LOCALES[lang()]


def word(group: str, code: str | None) -> str:
    """The trade's word for a code: a state, a verb, a role, a reason."""
    return gettext(f"{group}.{code}") if code else ""


def options(group: str) -> list[tuple[str, str]]:
    """What can be chosen of one vocabulary: each code with its word."""
    return [(code, word(group, code)) for code in CHOSEN_FROM[group]]


def sentence(error: DomainError) -> str:
    """What a refusal says, with its facts filled in."""
    facts = {name: word(name, str(value)) if name in ("state", "verb", "policy", "finding_state") else
             when(value) if isinstance(value, datetime) else value for name, value in error.facts.items()}
    return gettext(f"refusal.{error.code}", **facts)


def sentence_of(code: str, **facts: Any) -> str:
    """What a refusal would say, for scripts that say it where there is no signal."""
    return sentence(DomainError(code, **facts))


def category_name(name: str | None, name_en: str | None) -> str:
    return (name_en if lang() == "en" and name_en else name) or ""


# -- times, on the estate's clock


def zone_of(estate: Estate | None) -> Estate:
    if estate is not None:
        return estate
    if "clock_estate" not in g:
        g.clock_estate = Estate.select().order_by(Estate.id).get_or_none() or Estate()
    return g.clock_estate  # type: ignore[no-any-return]


def day(at: datetime | None, estate: Estate | None = None) -> str:
    """今天 11月20日 周五 / Today Fri 20 Nov."""
    if at is None:
        return ""
    local, today = zone_of(estate).local(at), zone_of(estate).local(now()).date()
    weekday = gettext(f"weekday.{local.weekday()}")
    month_name = gettext(f"month.{local.month}")
    text = gettext("date.day", month=local.month, day=local.day, weekday=weekday, month_name=month_name)
    near = {0: gettext("Today"), 1: gettext("Yesterday"), -1: gettext("Tomorrow")}.get((today - local.date()).days)
    return f"{near} {text}" if near else text


def period_name(period: Period) -> str:
    """2026年11月, 2026年第4季度, 2025年12月–2026年11月."""
    year, month = period.last
    if period.kind == "quarter":
        return gettext("date.quarter", year=year, n=month // 3)
    months = [month_name(*one) for one in (period.months[0], period.last)]
    return months[1] if period.kind == "month" else "–".join(months)


def month_name(year: int, month: int) -> str:
    return gettext("date.month", year=year, month_name=word("month", str(month)))


def when(at: datetime | None, estate: Estate | None = None) -> str:
    """The hour for today, the day and hour for any other: 14:05, 昨天 14:05, 11月3日 14:05."""
    if at is None:
        return ""
    local, today = zone_of(estate).local(at), zone_of(estate).local(now()).date()
    days = (today - local.date()).days
    hour = local.strftime("%H:%M")
    if days == 0:
        return hour
    near = {1: gettext("Yesterday"), -1: gettext("Tomorrow")}.get(days)
    date = near or gettext("date.short", month=local.month, day=local.day, month_name=gettext(f"month.{local.month}"))
    return f"{date} {hour}"


def clock(at: datetime, estate: Estate | None = None) -> str:
    """The hour alone: 14:05."""
    return zone_of(estate).local(at).strftime("%H:%M")


def left(due: datetime) -> str:
    """How long until a promise, or how long it is overdue: 剩 00:24, 超时 12分."""
    span = due - now()
    minutes = int(abs(span.total_seconds()) // 60)
    if span < timedelta(0):
        if minutes < 60:
            return gettext("late.minutes", n=minutes)
        return gettext("late.hours", n=minutes // 60) if minutes < 48 * 60 else gettext("late.days", n=minutes // 1440)
    if minutes < 24 * 60:
        return gettext("left.clock", clock=f"{minutes // 60:02}:{minutes % 60:02}")
    return gettext("left.days", n=minutes // 1440, hours=minutes % 1440 // 60)


def held_for(since: datetime) -> str:
    """How long something has lasted, in whole days or hours: 3天, 5小时."""
    hours = int((now() - since).total_seconds() // 3600)
    return gettext("lasts.days", n=hours // 24) if hours >= 48 else gettext("lasts.hours", n=hours)


def urgency(due: datetime) -> str:
    """late, soon or fine: what a colour may stress, never alone."""
    span = due - now()
    return "late" if span < timedelta(0) else "soon" if span < SOON else "fine"


def device(agent: str) -> str:
    """A browser's name for itself in the words people use: iPhone · WeChat. Empty when it says none of them."""
    systems = (("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"),
               ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"))
    browsers = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
                ("Safari", "Safari"))
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (systems, browsers)]
    return " · ".join(name for name in found if name)


def lines(text: str) -> Any:
    """Typed text with its line breaks."""
    return Markup("<br>").join(Markup.escape(line) for line in text.split("\n"))
