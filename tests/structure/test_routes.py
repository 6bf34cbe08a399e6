"""Every address, who may use it, and that it is so."""
from typing import Any

import pytest

from models.photo import Photo
from models.place import Place
from models.user import ROLES, Session, User
from models.user.record import hash_of
from models.work_order import WorkOrder
from tests.conftest import PASSWORD, visitor
from tests.views.conftest import jpeg, key
from views.people import EVERYONE, PUBLIC, who_may
from views.progress import link_to

DESK, SUPERVISOR, CALLERS = {"desk"}, {"supervisor"}, {"caller", "manager"}
ASSIGNERS = {"desk", "supervisor"}
OFFICE = {"desk", "supervisor", "manager"}
HOMES = OFFICE | {"caller"}  # who talks to owners at home
ADMIN = {"admin"}
FIRMS = {"admin", "manager", "supervisor"}
FIGURE_READERS = {"supervisor", "manager", "caller", "desk", "representative"}
POSTERS = {"admin", "desk", "manager", "supervisor"}

WORKING = {"technician", "patrol", "supervisor", "desk", "caller", "manager", "vendor"}

PLANNERS = {"supervisor", "manager", "admin"}
WALKERS = {"patrol", "technician", "supervisor", "manager"}
LIMIT_READERS = {"admin", "manager", "supervisor", "desk"}
ROUTES: dict[str, str | set[str]] = {
    "GET /": EVERYONE,
    "GET /account": EVERYONE,
    "POST /account/estate": EVERYONE,
    "POST /account/password": EVERYONE,
    "POST /account/sessions/<row:id>/end": EVERYONE,
    "GET /channels": ADMIN,
    "POST /channels": ADMIN,
    "GET /channels/<row:id>": ADMIN,
    "POST /channels/<row:id>": ADMIN,
    "GET /channels/<row:id>/deliveries": ADMIN,
    "POST /channels/<row:id>/trials": ADMIN,
    "GET /channels/new": ADMIN,
    "GET /certificates": {"admin", "supervisor"},
    "POST /certificates": {"admin", "supervisor"},
    "POST /certificates/<row:id>/removal": {"admin", "supervisor"},
    "GET /figures": FIGURE_READERS,
    "GET /figures/orders": FIGURE_READERS,
    "GET /figures/uncovered": FIGURE_READERS,
    "GET /findings": {"patrol", *FIGURE_READERS} - {"caller"},
    "POST /findings": WORKING,
    "GET /findings/<number>": WORKING | {"representative"},
    "POST /findings/<number>/order": WORKING,
    "POST /findings/<number>/recheck": {"patrol", "supervisor", "manager"},
    "POST /findings/<number>/rectification": WORKING,
    "GET /findings/figures": {"patrol", *FIGURE_READERS} - {"caller"},
    "GET /findings/new": WORKING,
    "GET /p/<code>": EVERYONE,
    "GET /checklists": PLANNERS | DESK,
    "POST /checklists": PLANNERS,
    "GET /checklists/<item>": PLANNERS,
    "POST /checklists/<item>/removal": PLANNERS,
    "GET /checklists/new": PLANNERS,
    "GET /grids": PLANNERS | DESK,
    "POST /grids/<grid>": PLANNERS,
    "GET /patrol-board": OFFICE | {"representative"},
    "GET /patrol-board/calendar": OFFICE | {"representative"},
    "GET /patrol-board/coverage": OFFICE | {"representative"},
    "GET /patrol-plans": PLANNERS | DESK,
    "POST /patrol-plans": PLANNERS,
    "GET /patrol-plans/<plan>": PLANNERS | DESK,
    "POST /patrol-plans/<plan>": PLANNERS,
    "POST /patrol-plans/<plan>/stop": PLANNERS,
    "GET /patrol-plans/new": PLANNERS,
    "GET /patrol-points": PLANNERS | DESK,
    "POST /patrol-points": PLANNERS,
    "GET /patrol-points/<point>": PLANNERS,
    "POST /patrol-points/<point>": PLANNERS,
    "POST /patrol-points/<point>/code": PLANNERS,
    "POST /patrol-points/<point>/removal": PLANNERS,
    "GET /patrol-points/new": PLANNERS,
    "GET /patrol-points/sheet": PLANNERS,
    "GET /patrol-routes": PLANNERS | DESK,
    "POST /patrol-routes": PLANNERS,
    "GET /patrol-routes/<row:id>": PLANNERS,
    "POST /patrol-routes/<row:id>": PLANNERS,
    "POST /patrol-routes/<row:id>/removal": PLANNERS,
    "GET /patrol-routes/new": PLANNERS,
    "GET /patrols": WALKERS,
    "GET /patrols/<task>": WALKERS | {"desk", "representative"},
    "POST /patrols/<task>/handover": WALKERS,
    "GET /visits/<row:id>": WALKERS | {"desk", "representative"},
    "POST /visits/<row:id>/<item>-finding": WALKERS,
    "POST /visits/<row:id>/<item>-rectification": WALKERS,
    "POST /visits/<row:id>/answers": WALKERS,
    "GET /firms": FIRMS | {"vendor"},
    "POST /firms": {"admin", "supervisor"},
    "GET /firms/<row:id>": FIRMS | {"vendor"},
    "POST /firms/<row:id>": {"admin", "supervisor"},
    "POST /firms/<row:id>/people": {"admin", "supervisor"},
    "POST /firms/<row:id>/people/removal": {"admin", "supervisor"},
    "POST /hand-overs": DESK,
    "GET /hand-overs/new": DESK,
    "GET /callback-policy": EVERYONE,
    "POST /callback-policy": {"manager"},
    "GET /callback-policy/new": {"manager"},
    "GET /callback-policy/sheet": EVERYONE,
    "GET /categories": {"admin"},
    "POST /categories": {"admin"},
    "GET /categories/<code>": {"admin"},
    "POST /categories/<code>": {"admin"},
    "POST /categories/<code>/retirement": {"admin"},
    "POST /categories/<code>/return": {"admin"},
    "GET /categories/new": {"admin"},
    "GET /health": PUBLIC,
    "GET /js-<digest>/<path:name>": PUBLIC,
    "POST /language": PUBLIC,
    "GET /load": ASSIGNERS,
    "GET /load/<login>": ASSIGNERS,
    "GET /load/firms/<row:id>": ASSIGNERS,
    "GET /manifest.webmanifest": PUBLIC,
    "GET /notifications": EVERYONE,
    "GET /notifications/count": EVERYONE,
    "GET /notifications/preferences": EVERYONE,
    "POST /notifications/preferences": EVERYONE,
    "POST /notifications/<row:id>/reading": EVERYONE,
    "POST /notifications/readings": EVERYONE,
    "GET /o": PUBLIC,
    "POST /o": PUBLIC,
    "GET /o/order": PUBLIC,
    "GET /o/order/photos/<row:id>/<size>.jpg": PUBLIC,
    "GET /o/<token>": PUBLIC,
    "GET /o/<token>/photos/<row:id>/<size>.jpg": PUBLIC,
    "POST /o/<token>/rating": PUBLIC,
    "POST /o/<token>/urges": PUBLIC,
    "POST /o/<token>/reopening": PUBLIC,
    "GET /outbox": PUBLIC,
    "GET /phones": {"manager", "supervisor"},
    "POST /phones/<code>": EVERYONE,
    "GET /photos/<row:id>/<size>.jpg": EVERYONE,
    "GET /places": POSTERS,
    "GET /places/sheet": POSTERS,
    "GET /notices": OFFICE,
    "POST /notices": OFFICE,
    "GET /notices/new": OFFICE,
    "GET /notices/<notice>": OFFICE,
    "POST /notices/<notice>": OFFICE,
    "POST /notices/<notice>/issue": OFFICE,
    "GET /notices/<notice>/poster": OFFICE,
    "POST /notices/<notice>/removal": OFFICE,
    "POST /notices/<notice>/withdrawal": OFFICE,
    "GET /n": PUBLIC,
    "GET /seasons": OFFICE | {"patrol"},
    "GET /seasons/<row:id>": OFFICE | {"patrol"},
    "POST /seasons/<row:id>": {"manager", "supervisor"},
    "POST /seasons/<row:id>/alert": {"manager", "supervisor"},
    "POST /seasons/<row:id>/alert/end": {"manager", "supervisor"},
    "POST /seasons/<row:id>/preparation": {"manager", "supervisor"},
    "GET /n/<notice>": PUBLIC,
    "GET /r": PUBLIC,
    "GET /r/<code>": PUBLIC,
    "POST /r/<code>": PUBLIC,
    "POST /reports": WORKING,
    "GET /reports/new": WORKING,
    "GET /roster": EVERYONE,
    "POST /roster/shifts": SUPERVISOR,
    "POST /roster/weeks": SUPERVISOR,
    "GET /service-worker.js": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /static/<path:filename>": PUBLIC,
    "GET /owners-<digest>.css": PUBLIC,
    "GET /styles-<digest>.css": PUBLIC,
    "GET /holds": {"supervisor", "manager"},
    "GET /spot-checks": {"supervisor", "manager"},
    "POST /spot-checks": {"supervisor", "manager"},
    "GET /household-calls": HOMES,
    "POST /household-calls": HOMES,
    "GET /household-calls/<row:id>": HOMES,
    "POST /household-calls/<row:id>/attempts": CALLERS,
    "POST /household-calls/<row:id>/orders": HOMES,
    "POST /household-calls/<row:id>/removal": HOMES,
    "POST /household-calls/<row:id>/reveals": CALLERS,
    "GET /households": HOMES,
    "GET /households/<row:id>": HOMES,
    "POST /households/<row:id>/care-note": HOMES,
    "POST /households/<row:id>/care-note/removal": HOMES,
    "GET /households/coverage": HOMES,
    "GET /time-limits": LIMIT_READERS,
    "GET /time-limits/<row:id>": LIMIT_READERS,
    "POST /time-limits/<row:id>": {"admin"},
    "GET /work-orders": EVERYONE,
    "POST /work-orders": DESK,
    "GET /work-orders/new": DESK,
    "GET /work-orders/near": DESK,
    "GET /work-orders/proposals": DESK,
    "GET /work-orders/questions": DESK,
    "GET /work-orders/<number>": EVERYONE,
    "POST /work-orders/<number>/acceptance": EVERYONE,
    "POST /work-orders/<number>/appointment": EVERYONE,
    "POST /work-orders/<number>/arrival": EVERYONE,
    "GET /work-orders/<number>/assignment": ASSIGNERS,
    "POST /work-orders/<number>/assignment": ASSIGNERS,
    "GET /work-orders/<number>/callback": CALLERS,
    "POST /work-orders/<number>/callback": CALLERS,
    "POST /work-orders/<number>/callback/abandonment": CALLERS,
    "POST /work-orders/<number>/callback/contact": CALLERS | DESK,
    "POST /work-orders/<number>/callback/exemption": CALLERS | DESK,
    "POST /work-orders/<number>/callback/sequels": CALLERS | OFFICE,
    "GET /work-orders/<number>/callback/slip": CALLERS,
    "POST /work-orders/<number>/claim": {"technician", "vendor"},
    "POST /work-orders/<number>/classification": {"desk", "manager"},
    "POST /work-orders/<number>/completion": EVERYONE,
    "POST /work-orders/<number>/containment": EVERYONE,
    "POST /work-orders/<number>/difficulty": {"supervisor", "manager"},
    "POST /work-orders/<number>/hand-over": ASSIGNERS,
    "POST /work-orders/<number>/holds": EVERYONE,
    "POST /work-orders/<number>/holds/approval": SUPERVISOR,
    "POST /work-orders/<number>/holds/refusal": SUPERVISOR,
    "GET /work-orders/<number>/inspection": SUPERVISOR,
    "POST /work-orders/<number>/inspection": SUPERVISOR,
    "GET /work-orders/<number>/merger": DESK,
    "POST /work-orders/<number>/merger": DESK,
    "POST /work-orders/<number>/notes": EVERYONE,
    "GET /work-orders/<number>/owner-qr.svg": EVERYONE,
    "POST /work-orders/<number>/party": ASSIGNERS,
    "POST /work-orders/<number>/photos": EVERYONE,
    "POST /work-orders/<number>/refusal": EVERYONE,
    "POST /work-orders/<number>/plan": EVERYONE,
    "POST /work-orders/<number>/priority": ASSIGNERS,
    "GET /work-orders/<number>/registration": DESK,
    "POST /work-orders/<number>/registration": DESK,
    "POST /work-orders/<number>/reports": DESK,
    "POST /work-orders/<number>/reply": DESK,
    "POST /work-orders/<number>/reopening": OFFICE,
    "POST /work-orders/<number>/resumption": EVERYONE,
    "POST /work-orders/<number>/reveals": EVERYONE,
    "POST /work-orders/<number>/talks": EVERYONE,
    "GET /work-orders/<number>/transfer": EVERYONE,
    "POST /work-orders/<number>/transfer": EVERYONE,
    "GET /work-orders/<number>/spot-checks/<row:id>": {"supervisor", "manager"},
    "POST /work-orders/<number>/spot-checks/<row:id>": {"supervisor", "manager"},
    "POST /work-orders/<number>/supports": ASSIGNERS,
    "POST /work-orders/<number>/supports/result": EVERYONE,
    "POST /work-orders/<number>/urges": EVERYONE,
    "POST /work-orders/<number>/void": DESK,
    "POST /work-orders/<number>/void/approval": SUPERVISOR,
    "POST /work-orders/<number>/void/refusal": SUPERVISOR,
}

# Open to everyone signed in by the table, and yet nothing there for these.
NOTHING_THERE = {
    "GET /work-orders": {"admin"},
}
NOT_YOUR_PAGE = "这个页面不归您的岗位使用。"


@pytest.fixture
def order(home: Place) -> WorkOrder:
    return WorkOrder.report(home, "水管爆了", by=None)


@pytest.fixture
def ask(browse: Any, web: Any, estate: Any) -> Any:
    """`ask(visitor, "GET /work-orders/<number>", order)`: the real request and its answer."""
    def asked(visitor: Any, route: str, order: WorkOrder, person: User | None = None, **fields: str) -> Any:
        method, rule = route.split(" ")
        with web.test_request_context():
            token = link_to(order).rsplit("/", 1)[1]
        ended = Session.begin(person, device="another", address="")[0].id if person else 1
        photo = Photo.get_or_none(Photo.order == order)
        path = rule.replace("<number>", order.number).replace("<code>", order.place.code or order.place.parent.code)
        path = path.replace("<token>", token).replace("<size>", "small").replace("<digest>", "0")
        path = path.replace("<path:filename>", "icon.svg").replace("<path:name>", "boot.js")
        path = path.replace("<login>", "chenliang")
        path = path.replace("<row:id>", str(ended if "sessions" in rule else photo.id if photo else 1))
        if method == "GET":
            return visitor.get(path, expect_errors=True)
        return visitor.post(path, {"key": key(), **fields}, expect_errors=True)
    return asked


def test_the_table_names_every_address_with_who_may_use_it(web: Any) -> None:
    with web.app_context():
        real = {f"{method} {rule.rule}": who_may(rule.endpoint) for rule in web.url_map.iter_rules()
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert real == {route: {who} if isinstance(who, str) else who for route, who in ROUTES.items()}


def test_the_roles_of_the_table_are_roles() -> None:
    assert {role for who in ROUTES.values() if isinstance(who, set) for role in who} <= set(ROLES)


def test_who_is_not_signed_in_gets_public_pages_and_the_sign_in_form_for_the_rest(
        browse: Any, ask: Any, order: WorkOrder) -> None:
    stranger = browse()
    stranger.post(f"/r/{order.place.parent.code}", {"key": key(), "text": "x"}, upload_files=[
        ("photos", "a.jpg", jpeg(1))])
    contrary = {}
    for route, who in ROUTES.items():
        answer = ask(stranger, route, order)
        to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        if route != "POST /sign-out" and (to_sign_in != (who != PUBLIC) or answer.status_code >= 500):
            contrary[route] = answer.status
    assert contrary == {}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_the_pages_the_table_gives_it_and_no_other(
        browse: Any, ask: Any, only: Any, home: Place, role: str) -> None:
    person = only(role)
    order = WorkOrder.report(home, "水管爆了", by=person)
    visitor = browse(person.login)
    contrary = {}
    routes = sorted(ROUTES.items(), key=lambda item: item[0] == "POST /sign-out")
    for route, who in routes:
        answer = ask(visitor, route, order, person)
        theirs = (who in (PUBLIC, EVERYONE) or role in who) and role not in NOTHING_THERE.get(route, ())
        refused = answer.status_code == 403 and NOT_YOUR_PAGE in answer
        signed_out = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        if answer.status_code >= 500 or refused == theirs or (signed_out and route != "POST /sign-out"):
            contrary[route] = answer.status
    assert contrary == {}


@pytest.mark.parametrize("role", ROLES)
def test_an_order_of_another_estate_does_not_exist_for_any_role(
        browse: Any, ask: Any, only: Any, foreign_order: WorkOrder, role: str) -> None:
    person = only(role)
    visitor = browse(person.login)
    contrary = {}
    for route, who in ROUTES.items():
        if "<number>" in route:
            answer = ask(visitor, route, foreign_order, person)
            method, path = route.replace("<number>", "GD-20200101-0001").replace("<row:id>", "1").split(" ")
            unknown = visitor.request(path, method=method, expect_errors=True)
            wanted = 404 if who == EVERYONE or role in who else 403
            if (answer.status_code, unknown.status_code) != (wanted, wanted) or foreign_order.text in answer:
                contrary[route] = answer.status
    assert contrary == {}


def test_a_member_of_both_estates_sees_the_orders_of_both(
        browse: Any, estate: Any, other_estate: Any, foreign_order: WorkOrder, order: WorkOrder) -> None:
    both = User.add("both", "两头跑", PASSWORD, badge="ZZ2", department="service", estates=[estate, other_estate],
                    roles=["desk"])
    visitor = browse(both.login)
    for seen in (order, foreign_order):
        assert seen.text in visitor.get(f"/work-orders/{seen.number}")


def test_a_person_without_any_role_or_estate_breaks_no_page(browse: Any, ask: Any, order: WorkOrder) -> None:
    lost = User.create(login="lost", name="新人", badge="ZZ3", department="service", password_hash=hash_of(PASSWORD))
    visitor = browse(lost.login)
    broken = {route: answer.status for route in ROUTES if route != "POST /sign-out"
              and (answer := ask(visitor, route, order, lost)).status_code >= 500}
    assert broken == {}


def test_an_address_that_says_nothing_of_who_may_use_it_serves_nobody(new_web: Any) -> None:
    new_web.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert visitor(new_web).get("/forgotten").headers["Location"].startswith("/sign-in")
    for login in ("sunqi", "admin", "zhaomin"):
        answer = visitor(new_web, login).get("/forgotten", expect_errors=True)
        assert answer.status_code == 403
        assert "secret" not in answer
