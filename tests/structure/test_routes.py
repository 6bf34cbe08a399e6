"""Every address, who may use it, and that it is so."""
from typing import Any

import pytest

from models.photo import Photo
from models.place import Place
from models.user import ROLES, Session, User
from models.user.record import hash_of
from models.work_order import WorkOrder
from tests.conftest import PASSWORD
from tests.views.conftest import jpeg, key
from views.people import EVERYONE, PUBLIC, who_may
from views.progress import link_to

DESK, SUPERVISOR, CALLERS = {"desk"}, {"supervisor"}, {"caller", "manager"}
ASSIGNERS = {"desk", "supervisor"}
POSTERS = {"admin", "desk", "manager", "supervisor"}

WORKING = {"technician", "patrol", "supervisor", "desk", "caller", "manager", "vendor"}

ROUTES: dict[str, str | set[str]] = {
    "GET /": EVERYONE,
    "GET /account": EVERYONE,
    "POST /account/estate": EVERYONE,
    "POST /account/password": EVERYONE,
    "POST /account/sessions/<row:id>/end": EVERYONE,
    "GET /health": PUBLIC,
    "GET /js-<digest>/<path:name>": PUBLIC,
    "POST /language": PUBLIC,
    "GET /manifest.webmanifest": PUBLIC,
    "GET /o/<token>": PUBLIC,
    "GET /o/<token>/photos/<row:id>/<size>.jpg": PUBLIC,
    "POST /o/<token>/rating": PUBLIC,
    "GET /outbox": PUBLIC,
    "GET /phones": {"manager", "supervisor"},
    "POST /phones/<code>": EVERYONE,
    "GET /photos/<row:id>/<size>.jpg": EVERYONE,
    "GET /places": POSTERS,
    "GET /places/sheet": POSTERS,
    "GET /r": PUBLIC,
    "GET /r/<code>": PUBLIC,
    "POST /r/<code>": PUBLIC,
    "POST /reports": WORKING,
    "GET /reports/new": WORKING,
    "GET /service-worker.js": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /static/<path:filename>": PUBLIC,
    "GET /styles-<digest>.css": PUBLIC,
    "GET /work-orders": EVERYONE,
    "POST /work-orders": DESK,
    "GET /work-orders/new": DESK,
    "GET /work-orders/<number>": EVERYONE,
    "POST /work-orders/<number>/acceptance": EVERYONE,
    "POST /work-orders/<number>/arrival": EVERYONE,
    "GET /work-orders/<number>/assignment": ASSIGNERS,
    "POST /work-orders/<number>/assignment": ASSIGNERS,
    "GET /work-orders/<number>/callback": CALLERS,
    "POST /work-orders/<number>/callback": CALLERS,
    "POST /work-orders/<number>/completion": EVERYONE,
    "POST /work-orders/<number>/holds": EVERYONE,
    "POST /work-orders/<number>/holds/approval": SUPERVISOR,
    "POST /work-orders/<number>/holds/refusal": SUPERVISOR,
    "GET /work-orders/<number>/inspection": SUPERVISOR,
    "POST /work-orders/<number>/inspection": SUPERVISOR,
    "POST /work-orders/<number>/notes": EVERYONE,
    "GET /work-orders/<number>/owner-qr.svg": EVERYONE,
    "POST /work-orders/<number>/photos": EVERYONE,
    "GET /work-orders/<number>/registration": DESK,
    "POST /work-orders/<number>/registration": DESK,
    "POST /work-orders/<number>/resumption": EVERYONE,
    "POST /work-orders/<number>/reveals": EVERYONE,
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
            unknown = visitor.request(
                route.split(" ")[1].replace("<number>", "GD-20200101-0001"), method=route.split(" ")[0],
                expect_errors=True)
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


def test_an_address_that_says_nothing_of_who_may_use_it_serves_nobody(web: Any, browse: Any) -> None:
    web.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert browse().get("/forgotten").headers["Location"].startswith("/sign-in")
    for login in ("sunqi", "admin", "zhaomin"):
        answer = browse(login).get("/forgotten", expect_errors=True)
        assert answer.status_code == 403
        assert "secret" not in answer
