"""Homes: what was said with them, what to heed there, and the calls to them that belong to no order."""
from flask import Blueprint, Response, g, request, url_for

from models.callback import DIMENSIONS, WISHES, HouseholdAttempt, HouseholdCall, HouseholdCoverage, HouseholdSequel
from models.callback.household import contact_of
from models.errors import NotFound
from models.place import Place
from models.text import row_id
from models.work_order import CareNote
from models.work_order.care_note import TALK_TO_HOMES
from views.actions import once
from views.answers import page_or_part
from views.fields import day_in, owners_answer, time_in
from views.people import me, my_estate, roles
from views.work_orders import here

bp = Blueprint("households", __name__)

DAYS = (0, 90, 180, 365)  # how long ago the last contact was, as the list offers it


# -- choosing and planning


@bp.get("/households")
@roles(*TALK_TO_HOMES)
def index() -> Response:
    """Whom to call next: homes by building, last contact and care note, to be ticked and planned."""
    estate, asked = my_estate(), request.values
    buildings = Place.buildings(estate)
    building = asked.get("building", "") if asked.get("building", "") in buildings else ""
    days = row_id(asked.get("days", ""))
    days = days if days in DAYS else DAYS[2]
    care = asked.get("care") == "1"
    return page_or_part("households/index.html", "households/_choose.html", building=building, days=days, care=care,
                        homes=HouseholdCoverage(estate, by=me()).candidates(building=building, days=days, care=care),
                        buildings=buildings, all_days=DAYS)


@bp.get("/households/coverage")
@roles(*TALK_TO_HOMES)
def show_coverage() -> Response:
    return page_or_part("households/coverage.html", "households/_coverage.html",
                        figures=HouseholdCoverage(my_estate(), by=me()).figures())


@bp.post("/household-calls")
@roles(*TALK_TO_HOMES)
@once(back=index)
def create() -> str:
    ids = [row_id(text) for text in request.form.getlist("homes")]
    homes = list(Place.select().where(Place.id.in_([id for id in ids if id is not None]),
                                      Place.estate.in_(me().estates)))
    HouseholdCall.plan(homes, request.form.get("why", ""), day_in(request.form.get("due", "")), by=me(),
                       note=request.form.get("plan_note", ""))
    return url_for(".index_calls")


@bp.get("/household-calls")
@roles(*TALK_TO_HOMES)
def index_calls() -> Response:
    """What is to be called, the first due first."""
    return page_or_part("households/calls.html", "households/_calls.html",
                        calls=list(HouseholdCall.open_of(my_estate())))


# -- one call


@bp.get("/household-calls/<row:id>")
@roles(*TALK_TO_HOMES)
def show_call(id: int) -> Response:
    call = the_call(id)
    refused = call.refusal(me())
    contact = contact_of(call.home, by=me())
    return page_or_part("households/call.html", "households/_call.html", call=call, refused=refused, contact=contact,
                        home=call.home, revealed=refused is None and call.is_revealed(by=me()), raised=call.raised,
                        questions=call.policy.questions, wishes=WISHES, dimensions=DIMENSIONS,
                        scores=[(n, n) for n in "12345"])


@bp.post("/household-calls/<row:id>/reveals")
@roles("caller", "manager")
@once(back=show_call)
def create_reveal(id: int) -> str:
    the_call(id).reveal(request.form.get("reveal_reason", ""), by=me())
    return url_for(".show_call", id=id)


@bp.post("/household-calls/<row:id>/attempts")
@roles("caller", "manager")
@once(back=show_call)
def create_attempt(id: int) -> str:
    call, form = the_call(id), request.form
    HouseholdAttempt.make(call, form.get("outcome", ""), by=me(), told=owners_answer(), words=form.get("words", ""),
                          agreed_at=time_in("agreed_at", call.home.estate))
    return url_for(".show_call", id=id)


@bp.post("/household-calls/<row:id>/orders")
@roles(*TALK_TO_HOMES)
@once(back=show_call)
def create_order(id: int) -> str:
    return here(HouseholdSequel.make(the_call(id), request.form.get("wish", ""), by=me()).order.number)


@bp.post("/household-calls/<row:id>/removal")
@roles(*TALK_TO_HOMES)
@once(back=show_call)
def create_removal(id: int) -> str:
    the_call(id).drop(request.form.get("drop_why", ""), by=me())
    return url_for(".show_call", id=id)


# -- one home


@bp.get("/households/<row:id>")
@roles(*TALK_TO_HOMES)
def show(id: int) -> Response:
    home = the_home(id)
    return page_or_part("households/show.html", "households/_home.html", home=home,
                        history=list(CareNote.history(home, by=me())), calls=list(HouseholdCall.of(home)),
                        contact=contact_of(home, by=me()))


@bp.post("/households/<row:id>/care-note")
@roles(*TALK_TO_HOMES)
@once(back=show)
def create_care_note(id: int) -> str:
    form = request.form
    CareNote.write(the_home(id), form.getlist("care_codes"), form.get("care_text", ""), consent="consent" in form,
                   by=me(), seen=row_id(form.get("seen", "")))
    return url_for(".show", id=id)


@bp.post("/households/<row:id>/care-note/removal")
@roles(*TALK_TO_HOMES)
@once(back=show)
def create_care_note_removal(id: int) -> str:
    CareNote.remove(the_home(id), request.form.get("care_why", ""), by=me())
    return url_for(".show", id=id)


def the_home(id: int) -> Place:
    """A home of this person's estates; anything else does not exist as one."""
    home: Place | None = Place.get_or_none(Place.id == id, Place.kind == "home", Place.estate.in_(me().estates))
    if home is None:
        raise NotFound("household.no_such_home")
    g.clock_estate = home.estate
    return home


def the_call(id: int) -> HouseholdCall:
    call = HouseholdCall.find(id, by=me())
    HouseholdSequel.withhold([call], by=me())
    g.clock_estate = call.home.estate
    return call
