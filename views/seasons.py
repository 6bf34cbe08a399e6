"""Seasons (季节专项): what runs, what is next, the alert that somebody calls, and what is written for each phase."""
from flask import Blueprint, Response, g, request, url_for

from models.event import Event
from models.patrol import Season, SeasonPhase
from models.patrol.season import LEAD, LINES, NAMES, SPANS, WORDS, may_be_responsible
from models.text import row_id
from models.user import DEPARTMENTS, User
from views.actions import once
from views.answers import page_or_part
from views.fields import local_time
from views.language import word
from views.people import me, my_estate, roles

bp = Blueprint("seasons", __name__, url_prefix="/seasons")

READ = (*LEAD, "desk", "patrol")
TEXTS = (*(name for name in NAMES if name != "lead"), *LINES, *WORDS, *(name for span in SPANS for name in span),
         "alert_every_h", "after_within_h")
PAST = 40  # events of the history that are shown


@bp.get("")
@roles(*READ)
def index() -> Response:
    """What holds now before what comes, the next first."""
    seasons = list(Season.of(my_estate()))
    alerts = SeasonPhase.alerts_of(my_estate())
    running = [one for one in seasons if one.id in alerts or one.runs or one.prepares]
    rest = sorted((one for one in seasons if one not in running),
                  key=lambda one: one.next_run.first.isoformat() if one.next_run else "9")
    return page_or_part("seasons/index.html", "seasons/_list.html", running=running, rest=rest, alerts=alerts)


@bp.get("/<row:id>")
@roles(*READ)
def show(id: int) -> Response:
    season = the_season(id)
    return page_or_part(
        "seasons/show.html", "seasons/_season.html", season=season, alert=SeasonPhase.alert_of(season),
        phases=list(SeasonPhase.of(season)), tasks=list(SeasonPhase.tasks_of(season)),
        history=list(Event.about(season.subject).order_by(Event.id.desc()).limit(PAST)),
        people=may_be_responsible(season.estate),
        departments=[(code, word("department", code)) for code in DEPARTMENTS])


@bp.post("/<row:id>")
@roles(*LEAD)
@once(back=show)
def change(id: int) -> str:
    form = request.form
    facts = {name: form.get(name, "") for name in TEXTS}
    facts["lead"] = " ".join(code for code in form.getlist("lead") if code in DEPARTMENTS)
    person = User.called(form["responsible"]) if form.get("responsible") else None
    the_season(id).change(facts, person, by=me(), version=row_id(form.get("season_version", "")))
    return url_for(".show", id=id)


@bp.post("/<row:id>/preparation")
@roles(*LEAD)
@once(back=show)
def create_preparation(id: int) -> str:
    SeasonPhase.prepare(the_season(id), by=me())
    return url_for(".show", id=id)


@bp.post("/<row:id>/alert")
@roles(*LEAD)
@once(back=show)
def create_alert(id: int) -> str:
    season = the_season(id)
    SeasonPhase.begin_alert(season, local_time(season.estate, request.form.get("until", "")), by=me())
    return url_for(".show", id=id)


@bp.post("/<row:id>/alert/end")
@roles(*LEAD)
@once(back=show)
def end_alert(id: int) -> str:
    SeasonPhase.end_alert(the_season(id), by=me())
    return url_for(".show", id=id)


def the_season(id: int) -> Season:
    season = Season.find(id, by=me())
    g.clock_estate = season.estate
    return season
