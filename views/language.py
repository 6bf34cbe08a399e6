"""Words, times and sentences in the reader's language, Chinese first."""
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request
from flask_babel import Babel
from flask_babel import gettext as babel_gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from models.base import now
from models.errors import DomainError
from models.place import Estate
from views.people import public

bp = Blueprint("language", __name__)

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
SOON = timedelta(hours=1)
A_YEAR = 365 * 24 * 3600


def init(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(word=word, sentence=sentence, sentence_of=sentence_of, lang=lang,
                                 category_name=category_name)
    app.jinja_env.filters.update(day=day, when=when, left=left, urgency=urgency, lines=lines, device=device,
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


def sentence(error: DomainError) -> str:
    """What a refusal says, with its facts filled in."""
    facts = {name: word(name, str(value)) if name in ("state", "verb") else value
             for name, value in error.facts.items()}
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
