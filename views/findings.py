"""Findings (隐患): reported by anybody who works on the estate, put right, rechecked; their board and their figures."""
from flask import Blueprint, Flask, Response, g, request, url_for

from models.base import now
from models.callback.figures import Period
from models.dispatch import Category
from models.errors import NotAllowed, Refused
from models.event import Event
from models.patrol import SEVERITIES, CheckItem, Evidence, Finding, Point, Recheck
from models.patrol.finding import WORKING
from models.patrol.finding_board import FindingBoard
from models.patrol.matter import findings_of, found_first, rectified, reports_of
from models.place import Grid, Place
from models.user import User
from models.work_order.lists import likely_places
from views.actions import once, phone_clock
from views.answers import page_or_part
from views.language import category_name, period_name
from views.offline import keep
from views.outbox import told
from views.patrols import newest
from views.people import me, my_estate, roles
from views.reports import written_in

bp = Blueprint("findings", __name__, url_prefix="/findings")

READERS = (*WORKING, "representative")
OFFICE = ("patrol", "supervisor", "desk", "manager", "representative")


def init(app: Flask) -> None:
    app.jinja_env.globals.update(findings_of=findings_of)


@bp.before_request
def look_up_first() -> None:
    """Before anything that was sent is read: a finding that is not theirs does not exist."""
    if "number" in (request.view_args or {}):
        the_finding()


def the_finding() -> Finding:
    if "finding" not in g:
        g.finding = Finding.find((request.view_args or {})["number"], by=me())
        g.clock_estate = g.finding.estate
    return g.finding  # type: ignore[no-any-return]


@bp.get("")
@roles(*OFFICE)
def index() -> Response:
    """The board; with a state one of its columns by itself, page by page."""
    estate, state = my_estate(), request.args.get("state", "")
    severity = request.args.get("severity", "")
    grids = list(Grid.select().where(Grid.estate == estate).order_by(Grid.code))
    grid = next((one for one in grids if one.code == request.args.get("grid")), None)
    board = FindingBoard(estate, me(), grid, severity if severity in SEVERITIES else "")
    findings, more = board.page(state, request.args.get("after", "")) if state else ([], "")
    return page_or_part("findings/index.html", "findings/_rows.html", board=board, state=state, findings=findings,
                        more=more, grids=grids, sections={} if state else board.sections(), counts=board.counts())


@bp.get("/figures")
@roles(*OFFICE)
def show_figures() -> Response:
    month = Period.parse(request.args["month"], my_estate()) if request.args.get("month") else Period.month_of(
        now(), my_estate())
    month = month.as_kind("month")
    return page_or_part("findings/figures.html", "findings/_figures.html", month=month, period_name=period_name,
                        figures=[found_first(month), *rectified(month)], this=Period.month_of(now(), month.estate))


@bp.get("/new")
@roles(*WORKING)
def new() -> Response:
    """In three taps and a photo; at a point its place and its list are known."""
    estate, asked = my_estate(), request.values.get("point", "")
    point = Point.coded(asked, by=me()) if asked else None
    estate = point.estate if point else estate
    response = page_or_part(
        "findings/new.html", "findings/_form.html", estate=estate, point=point,
        items=[(item.code, category_name(item.text, item.text_en)) for item in point.items] if point else [],
        near=[] if point else likely_places(me(), estate), places=Place.suggestions(estate),
        tree=Category.tree(estate))
    # A page with a point's code in it, or in its address, would leave the code on the phone.
    return response if point else keep(response, f"{estate.code} ")


@bp.post("")
@roles(*WORKING)
@once(back=new, photos=True)
def create() -> str:
    form = request.form
    point = Point.coded(form["point"], by=me()) if form.get("point") else None
    estate = point.estate if point else written_in()
    place = point.place if point else Place.named(estate, form.get("near") or form.get("place", ""))
    item = CheckItem.coded(estate, form["item"], even_removed=True) if form.get("item") else None
    category = Category.leaf(estate, form["category"]) if form.get("category") else None
    finding = Finding.report(
        place, form.get("text", ""), form.get("severity", ""), by=me(), pictures=g.pictures,
        remedy=form.get("remedy", ""), item=item, category=category, spot=form.get("spot", ""),
        phone_at=phone_clock(), told=told())
    return url_for(".show", number=finding.number)


@bp.get("/<number>")
@roles(*READERS)
def show(number: str) -> Response:
    finding = the_finding()
    photos = {stage: finding.photos(stage) for stage in ("finding", "after", "recheck")}
    rechecks = list(Recheck.select(Recheck, User).join(User).where(Recheck.finding == finding).order_by(Recheck.id))
    return page_or_part("findings/show.html", "findings/_finding.html", finding=finding, photos=photos,
                        rechecks=rechecks, events=list(Event.about(finding.number)), newest=newest(),
                        reports=list(reports_of(finding, by=me())) if finding.category else [],
                        tree=Category.tree(finding.estate) if me().may("make_order", finding) else [])


@bp.post("/<number>/order")
@roles(*WORKING)
@once(back=show)
def create_order(number: str) -> str:
    finding, code = the_finding(), request.form.get("category", "")
    finding.make_order(by=me(), category=Category.leaf(finding.estate, code) if code else None)
    return url_for(".show", number=number)


@bp.post("/<number>/rectification")
@roles(*WORKING)
@once(back=show, photos=True)
def create_rectification(number: str) -> str:
    keep_photos("rectify", "after")
    the_finding().rectify(request.form.get("done", ""), by=me(), pictures=g.pictures, phone_at=phone_clock(),
                          told=told())
    return url_for(".show", number=number)


@bp.post("/<number>/recheck")
@roles("patrol", "supervisor", "manager")
@once(back=show, photos=True)
def create_recheck(number: str) -> str:
    form = request.form
    keep_photos("recheck", "recheck")
    the_finding().recheck(passed_in(form.get("passed", "")), by=me(), pictures=g.pictures,
                          note=form.get("recheck_note", ""), phone_at=phone_clock(), told=told())
    return url_for(".show", number=number)


def keep_photos(verb: str, stage: str) -> None:
    """What they photographed is evidence, also when the finding has moved on meanwhile; not of who may not do it."""
    finding = the_finding()

    def keep() -> None:
        no = finding.refusal(verb, me())
        if isinstance(no, NotAllowed):
            raise no
        Evidence.attach(finding, g.pictures, stage, by=me(), phone_at=phone_clock())

    g.evidence = keep


def passed_in(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Refused("finding.no_verdict", field="passed")
    return text == "yes"
