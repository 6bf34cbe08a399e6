"""The patrol on the phone: today's walks, one walk, and one point of it, answered with the thumb."""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from hashlib import sha256

from flask import Blueprint, Flask, Response, g, redirect, request, url_for
from peewee import fn
from werkzeug.wrappers import Response as AnyResponse

from models.base import rows
from models.errors import NotAllowed, Refused, Stale
from models.event import Event
from models.patrol import CheckItem, Evidence, Finding, Point, Said, Task, Visit
from models.patrol.task import officers
from models.patrol.visit import done_when
from models.user import Beat, User
from views.actions import once, phone_clock
from views.answers import page_or_part
from views.assets import digest_of
from views.offline import keep, page_version
from views.outbox import told
from views.people import everyone, me, my_estate, roles

bp = Blueprint("patrols", __name__)

# Deputies may be of any trade. Who looks on sees walks through the same pages.
WALKERS = ("patrol", "technician", "supervisor", "manager")
READERS = (*WALKERS, "desk", "representative")


def init(app: Flask) -> None:
    app.jinja_env.globals.update(walks=walks)


def walks() -> bool:
    """Has this person a part in patrols, for which they have a tab? Asked once a page."""
    if "walks" not in g:
        g.walks = me().has_role("patrol") or (me().has_role("technician") and Beat.select().where(
            Beat.user == me(), Beat.duty.in_(("responsible", "deputy"))).exists())
    return bool(g.walks)


@bp.before_request
def look_up_first() -> None:
    """Before anything that was sent is read: a walk or a point that is not theirs does not exist."""
    asked = request.view_args or {}
    if "task" in asked:
        g.task = Task.find(asked["task"], by=me())
        g.clock_estate = g.task.estate
    if "id" in asked:
        g.visit = Visit.find(asked["id"], by=me())
        g.clock_estate = g.visit.estate


@bp.get("/patrols")
@roles(*WALKERS)
def index() -> Response:
    tasks = Task.todays(me())
    visits = Visit.of_tasks(tasks)
    left = {id: [visit for visit in found if visit.done_at is None] for id, found in visits.items()}
    current = next((task for task in tasks if task.settled_at is None and left[task.id]), None)
    pages, version = pages_to_keep(tasks, visits)
    return keep(page_or_part("patrols/index.html", "patrols/_tasks.html", tasks=tasks, visits=visits, left=left,
                             current=current, pages=pages), version)


def pages_to_keep(tasks: list[Task], visits: dict[int, list[Visit]]) -> tuple[list[tuple[str, str]], str]:
    """Address and version of what the phone fetches when the list opens: the walks that are not done and their points.

    The list's own version comes second.
    """
    found = findings_at([visit for task in tasks for visit in visits[task.id]])
    pages = []
    for task in tasks:
        if task.state != "done":
            pages += [(url_for(".show_visit", id=one.id), page_version(version_of(one, task, found.get(one.id, 0))))
                      for one in visits[task.id]]
            pages.append((url_for(".show", task=task.number), page_version(version_of_task(task, visits[task.id]))))
    if not pages:
        return [], ""
    pages += [(url_for("findings.new"), page_version(f"{my_estate().code} ")),
              (url_for("reports.new_by_staff"), page_version(my_estate().code)),
              (url_for("outbox.show"), page_version(""))]
    version = digest_of(repr(pages))
    return [*pages, (url_for(".index"), page_version(version))], version


def findings_at(visits: list[Visit]) -> dict[int, int]:
    """How many findings were reported at each of these points."""
    counted = Finding.select(Finding.visit, fn.COUNT(Finding.id)).where(
        Finding.visit.in_([visit.id for visit in visits])).group_by(Finding.visit)
    return {visit: count for visit, count in rows(counted)}


def version_of(visit: Visit, task: Task, findings: int) -> str:
    secret = visit.point.secret if visit.point else ""
    return digest_of(repr((visit.id, visit.state, visit.done_at, findings, task.__data__["officer"], task.ends_at,
                           secret)))


def version_of_task(task: Task, visits: list[Visit]) -> str:
    points = [(visit.id, visit.state) for visit in visits]
    return digest_of(repr((task.number, task.state, task.__data__["officer"], points)))


@bp.get("/patrols/<task>")
@roles(*READERS)
def show(task: str) -> Response:
    """One walk, point by point; for who supervises also what speaks against it."""
    walk: Task = g.task
    visits = Visit.of_tasks([walk])[walk.id]
    findings: dict[int, list[Finding]] = {}
    for finding in Finding.select().where(Finding.visit.in_([visit.id for visit in visits])).order_by(Finding.id):
        findings.setdefault(finding.__data__["visit"], []).append(finding)
    others = [(one.login, one.name) for one in officers(walk.estate) if one.id != walk.__data__["officer"]]
    response = page_or_part("patrols/show.html", "patrols/_task.html", task=walk, visits=visits, findings=findings,
                            others=others, events=list(Event.about(walk.number)), newest=newest())
    kept = mine_to_walk(walk) and request.method == "GET"
    return keep(response, version_of_task(walk, visits)) if kept else response


@bp.post("/patrols/<task>/handover")
@roles(*WALKERS)
@once(back=show)
def create_handover(task: str) -> str:
    form = request.form
    officer = User.called(form.get("officer", ""))
    if officer is None:
        raise Refused("task.no_officer", field="officer")
    g.task.pass_on(officer, form.get("note", ""), by=me())
    return url_for(".index") if Task.seen_by(me()).where(Task.id == g.task.id).get_or_none() is None else url_for(
        ".show", task=task)


@bp.get("/visits/<row:id>")
@roles(*READERS)
def show_visit(id: int) -> Response:
    """One point: what is to be looked at and what was found, with the way on to the next."""
    visit: Visit = g.visit
    findings = {finding.item.code if finding.item else "": finding for finding in Finding.select(
        Finding, CheckItem).left_outer_join(CheckItem).where(Finding.visit == visit)}
    response = page_or_part(
        "patrols/visit.html", "patrols/_visit.html", visit=visit, task=visit.task, items=visit.items,
        answers=visit.answers, findings=findings, photos=Evidence.of(visit), onward=visit.next_on_the_way(),
        code=request.args.get("code", ""), mine=visit.task.is_for(me()), newest=newest(), walk=walk_of(visit))
    # A page with the code in it, or in its address, would leave the code on the phone.
    if not mine_to_walk(visit.task) or request.method != "GET" or "code" in request.args:
        return response
    if visit.point is not None:
        until = int(visit.task.late_until.replace(tzinfo=UTC).timestamp() * 1000)
        response.headers["Offline-Point"] = f"{sha256(visit.point.secret.encode()).hexdigest()} {until}"
    return keep(response, version_of(visit, visit.task, len(findings)))


def mine_to_walk(task: Task) -> bool:
    return bool(task.__data__["officer"] == me().id) and task.state != "done"


def newest() -> int:
    """The last event there is: whatever a phone sent before it stands on the page that is made now."""
    return int(Event.select(fn.MAX(Event.id)).scalar() or 0)


def check_walk(visit: Visit) -> None:
    """A page kept on a phone may be of a walk that was taken back, and its address another's by now."""
    if request.form.get("walk", walk_of(visit)) != walk_of(visit):
        raise Stale("visit.planned_anew")


def walk_of(visit: Visit) -> str:
    return f"{visit.task.number} {visit.point.code if visit.point else visit.position}"


@bp.post("/visits/<row:id>/answers")
@roles(*WALKERS)
@once(back=show_visit, photos=True)
def create_answers(id: int) -> str:
    """The whole list at once; photos are evidence, whatever becomes of the rest."""
    visit, form = g.visit, request.form
    check_walk(visit)
    g.evidence = at_the_point
    g.evidence()
    visit.check({item.code: said_of(item) for item in items_then(visit)}, by=me(), code=form.get("code", ""),
                reason=form.get("reason", ""), note=form.get("note", ""), told=told(),
                answer=form.get("answer-line", ""))
    onward = visit.next_on_the_way()
    return url_for(".show_visit", id=onward.id) if onward else url_for(".show", task=visit.task.number)


def items_then(visit: Visit) -> list[CheckItem]:
    """What the page asked for where it was answered."""
    return visit.items_at(done_when(told()))


def at_the_point() -> None:
    """The photos of this request, as evidence of the point: also those whose finding came too late."""
    Evidence.attach(g.visit, g.pictures, "point", by=me(), phone_at=phone_clock())


def said_of(item: CheckItem) -> Said:
    form = request.form
    answer = form.get(f"answer-{item.code}", "")
    if not answer and form.get("all") and item.may_be_passed_over:
        answer = "normal"
    return Said(answer, form.get(f"reading-{item.code}", ""))


@bp.post("/visits/<row:id>/<item>-finding")
@roles(*WALKERS)
@once(back=lambda id, item: show_visit(id), photos=True)
def create_finding(id: int, item: str) -> str:
    """异常: reported where it is seen, before the list is done."""
    visit, form = g.visit, request.form
    visit.welcome(me())
    check_walk(visit)
    g.evidence = at_the_point
    looked_at = item_of(visit, item)
    with fields_of(item):
        Finding.report(
            visit.place, form.get(f"text-{item}", ""), form.get(f"severity-{item}", ""), by=me(), pictures=g.pictures,
            remedy=form.get(f"remedy-{item}", ""), visit=visit, item=looked_at, phone_at=phone_clock(), told=told())
    return url_for(".show_visit", id=id)


@bp.post("/visits/<row:id>/<item>-rectification")
@roles(*WALKERS)
@once(back=lambda id, item: show_visit(id), photos=True)
def create_rectification(id: int, item: str) -> str:
    """当场整改 of what was found about that item."""
    check_walk(g.visit)
    looked_at = item_of(g.visit, item)
    finding = Finding.get_or_none(Finding.visit == g.visit, Finding.item == looked_at)
    if finding is None:
        raise Refused("finding.unknown")
    g.visit.welcome(me())
    g.evidence = at_the_point
    with fields_of(item):
        finding.rectify(request.form.get(f"done-{item}", ""), by=me(), pictures=g.pictures, phone_at=phone_clock(),
                        told=told())
    return url_for(".show_visit", id=id)


def item_of(visit: Visit, code: str) -> CheckItem:
    found = next((item for item in items_then(visit) if item.code == code), None)
    if found is None:
        raise Refused("check_item.unknown", field="item", item=code[:20])
    return found


@contextmanager
def fields_of(item: str) -> Iterator[None]:
    """Each item's form names its fields by it, so that what one was refused for is not marked in another."""
    try:
        yield
    except Refused as refused:
        if refused.field in ("text", "severity", "remedy", "done"):
            refused.field = f"{refused.field}-{item}"
        raise


@bp.get("/p/<code>")
@everyone
def show_point(code: str) -> AnyResponse:
    """What the sheet on the wall leads to: the point on today's walk, else a place where something is seen."""
    point = Point.coded(code, by=me())
    visit = Visit.at_point(point, by=me())
    if visit is not None:
        return redirect(url_for(".show_visit", id=visit.id, code=code), 303)
    if me().has_only("representative", "admin"):
        raise NotAllowed("visit.not_yours")
    return redirect(url_for("findings.new", point=code), 303)
