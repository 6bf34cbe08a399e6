"""Every page in the reader's language, whole."""
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, NavigableString

from models.dispatch import Category, Firm
from models.notification import CHANNEL_KINDS
from models.owner import Owner
from models.place import Estate, Grid, Place
from models.user import User
from models.work_order import Completion, WorkOrder
from models.work_order.moves import STATES
from tests.conftest import AHEAD, upload
from tests.views.conftest import RAW_CODE, form_of, jpeg, key
from views.progress import link_to

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
# What both languages write in Latin letters.
LATIN = re.compile(r"\b(?:English|JPEG|HEIC|WebP|PNG|GD-[\d-]+|QH\d+|http\S+|sunqi|bihuan)\b")
EMPTY = re.compile(r"\bNone\b|\bUndefined\b|%\(\w+\)s|\{(?!n\} photos chosen)(?!n\} 张)\w+\}")
SHOWN = ("alt", "aria-label", "placeholder", "title", "data-too-large", "data-chosen")


@pytest.mark.parametrize(("asked", "lang"), [
    ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-US,en;q=0.9", "en"), ("zh-TW", "zh-CN"), ("en-GB;q=0.7,zh;q=0.3", "en"),
    ("zh-CN,en;q=0.8", "zh-CN"), ("en-US,zh;q=0.9", "en"), ("fr", "zh-CN"), ("", "zh-CN"),
    ("fr,en;q=0.5", "en"), ("*", "zh-CN"), ("nonsense;;q=x", "zh-CN"),
])
def test_the_page_speaks_what_the_browser_asks_for_and_chinese_otherwise(browse: Any, asked: str, lang: str) -> None:
    assert browse(lang=asked).get("/sign-in").html.html["lang"] == lang


def test_the_language_chosen_on_this_device_wins_and_may_be_chosen_back(browse: Any) -> None:
    visitor = browse(lang="zh-CN")
    page = form_of(visitor.get("/r"), "language").submit("lang").follow()
    assert (page.request.path, page.html.html["lang"]) == ("/r", "en")
    assert visitor.get("/sign-in").html.html["lang"] == "en"
    page = form_of(page, "language").submit("lang").follow()
    assert page.html.html["lang"] == "zh-CN"


def test_the_choice_is_kept_after_signing_in_and_out(browse: Any) -> None:
    visitor = browse("sunqi", lang="en")
    form_of(visitor.get("/account"), "language").submit("lang")
    form_of(visitor.get("/account"), "sign-out").submit()
    assert visitor.get("/sign-in").html.html["lang"] == "zh-CN"


@pytest.mark.parametrize("lang", ["fr", "", "../etc", "zh_Hans_CN"])
def test_an_unknown_language_changes_nothing(browse: Any, lang: str) -> None:
    visitor = browse()
    assert visitor.post("/language", {"lang": lang, "next": "/r"}).headers["Location"].endswith("/r")
    assert visitor.get("/r").html.html["lang"] == "zh-CN"


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y"])
def test_choosing_a_language_never_leads_to_another_site(browse: Any, where: str) -> None:
    answer = browse().post("/language", {"lang": "en", "next": where})
    assert answer.headers["Location"] in ("/", "http://localhost/")


@pytest.fixture
def story(browse: Any, calling_order: WorkOrder, home: Place, estate: Estate) -> dict[str, WorkOrder]:
    """An order in every state with everything on it that a page can show."""
    orders = {"calling": calling_order}
    owner, desk = browse(), browse("sunqi")

    def post(login: str, order: WorkOrder, noun: str, *photos: int, **fields: str) -> None:
        answer = browsers[login].post(
            f"/work-orders/{order.number}/{noun}", {"key": key(), **fields},
            upload_files=[("photos", f"{n}.jpg", jpeg(n)) for n in photos] or None)
        assert answer.status_code == 303, (noun, answer.status_code)

    browsers = {login: browse(login) for login in ("chenliang", "guoqiang", "luxia", "zhaomin")} | {"sunqi": desk}
    for name in ("reported", "registered", "assigned", "accepted", "working", "suspended", "finished", "rework",
                 "archived", "merged", "void"):
        form = owner.get(f"/r/{home.parent.code}").forms["report"]
        form["text"], form["home"], form["name"], form["phone"] = "水管爆了", "1503", "王女士", "13800001234"
        form["photos"] = upload(jpeg(40))
        form.submit()
        orders[name] = order = WorkOrder.select().order_by(WorkOrder.id.desc()).get()
        if name == "reported":
            continue
        post("sunqi", order, "registration", category="1001", read_back="1", place="8栋2单元1503")
        post("sunqi", order, "notes", note="业主在家")
        post("sunqi", order, "reveals", reveal_reason="clarify")
        if name == "registered":
            post("sunqi", order, "void", void_reason="mistaken", void_words="太暗")
            post("sunqi", order, "urges", words="等配件", name="王女士", phone="13800001234")
            continue
        if name == "merged":
            post("sunqi", order, "merger", target=orders["finished"].number, merge_note="渗水")
            continue
        if name == "void":
            post("sunqi", order, "void", void_reason="not_ours", void_words="太暗")
            post("guoqiang", order, "void/approval")
            continue
        post("sunqi", order, "assignment", technician="chenliang")
        if name == "assigned":
            continue
        post("chenliang", order, "acceptance")
        if name == "accepted":
            continue
        post("chenliang", order, "arrival", no_photo_reason="太暗")
        post("chenliang", order, "holds", hold_reason="parts", promised_at=AHEAD, hold_note="等配件")
        if name == "working":
            post("sunqi", order, "party", party="developer", party_note="渗水")
            post("sunqi", order, "supports", department="environment", wanted="渗水")
            post("sunqi", order, "hand-over", taker="tangwen", hand_over_note="等配件")
            post("guoqiang", order, "difficulty", difficult_note="渗水")
            continue
        if name == "suspended":
            post("guoqiang", order, "holds/approval")
            continue
        post("guoqiang", order, "holds/refusal", refusal_note="库里有")
        post("chenliang", order, "completion", 1, 2, done="换了软管", parts="软管", hours="1.5")
        verdicts = {f"verdict-{photo.id}": "good" for photo in order.photos_of("after")}
        if name == "finished":
            continue
        if name == "rework":
            post("guoqiang", order, "inspection", decision="return", reasons="not_fixed", note="渗水", **verdicts)
            continue
        post("guoqiang", order, "inspection", decision="pass", **verdicts)
        post("luxia", order, "callback", outcome="no_answer")
        post("luxia", order, "callback", outcome="answered", solved="yes", overall="satisfied", words="满意")
        orders[name] = WorkOrder.get_by_id(order.id)
    return orders


def pages_in(browse: Any, lang: str, orders: dict[str, WorkOrder], link_path: Any) -> Iterator[tuple[str, Any]]:
    """Every page of the app, each as somebody who may see it."""
    asked: dict[str | None, list[str]] = {
        None: ["/sign-in", "/r", *[link_path(order) for order in orders.values()]],
        "sunqi": ["/work-orders?q=zzz", "/work-orders/new", "/reports/new", "/account", "/account?changed=1",
                  "/places", "/places/sheet", "/work-orders/GD-1", "/notifications", "/notifications/preferences",
                  "/load", "/load/chenliang", "/roster",
                  f"/work-orders/{orders['registered'].number}/assignment",
                  f"/work-orders/{orders['archived'].number}/assignment",
                  "/hand-overs/new", "/work-orders/near?category=1001",
                  f"/work-orders/near?number={orders['reported'].number}",
                  *[f"/work-orders/{order.number}/registration" for order in orders.values()],
                  *[f"/work-orders/{order.number}/merger" for order in orders.values()]],
        "jiangxiuying": [f"/work-orders/{orders['working'].number}", "/work-orders?queue=supporting"],
        "guoqiang": [f"/work-orders/{order.number}{end}" for order in orders.values() for end in ("", "/inspection")],
        "luxia": [f"/work-orders/{order.number}/callback" for order in orders.values()],
        "chenliang": [f"/work-orders/{order.number}" for name, order in orders.items()
                      if name not in ("reported", "registered", "merged", "void")],
        "admin": ["/account", "/work-orders", "/channels", *[f"/channels/new?kind={kind}" for kind in CHANNEL_KINDS]],
        "machunsheng": ["/work-orders"], "yzdb": ["/work-orders"],
    }
    asked["guoqiang"] += ["/roster", "/certificates", "/firms", "/firms/1",
                          *[f"/work-orders/{orders[name].number}/transfer" for name in ("accepted", "archived")]]
    for login, queues in (("sunqi", ("reported", "registered", "following", "doing", "archived")),
                          ("guoqiang", ("finished", "holds", "voids", "difficult", "supporting", "calling")),
                          ("luxia", ("calling", "archived")),
                          ("chenliang", ("mine", "grabbable", "mine_handed_in", "mine_done"))):
        asked[login] += [f"/work-orders?queue={queue}" for queue in queues]
    for login, paths in asked.items():
        visitor = browse(login, lang=lang)
        for path in paths:
            yield f"{login} {path}", visitor.get(path, expect_errors=True)


def words_of(page: Any) -> list[str]:
    """Everything a reader sees or hears on the page."""
    html = BeautifulSoup(page.text, "html.parser")
    for foreign in html.select("[lang]:not(html), script, style"):
        foreign.decompose()
    seen = [str(text) for text in html.find_all(string=True) if type(text) is NavigableString]
    return seen + [tag[name] for name in SHOWN for tag in html.select(f"[{name}]")]


def written_by_people() -> re.Pattern[str]:
    """What the estate's people and files wrote, which no page translates; the longest first."""
    written = ["水管爆了", "业主在家", "太暗", "等配件", "库里有", "换了软管", "软管", "渗水", "满意", "8栋2单元1503"]
    written += [name for place in Place.select().where(Place.kind != "home") for name in (place.full_name, place.code)]
    written += [name for firm in Firm.select() for name in (firm.name, firm.contact)]
    written += [estate.name for estate in Estate.select()]
    written += [name for user in User.select() for name in (user.name, user.surname)]
    written += [text for grid in Grid.select() for text in (grid.name, grid.scope)]
    written += [owner.name for owner in Owner.select()] + [order.text for order in WorkOrder.select()]
    written += [row.done for row in Completion.select()]
    return re.compile("|".join(re.escape(text) for text in sorted(set(filter(None, written)), key=len, reverse=True)))


@pytest.fixture
def link_path(web: Any) -> Any:
    def path(order: WorkOrder) -> str:
        with web.test_request_context():
            return link_to(order).removeprefix("http://localhost")
    return path


@pytest.mark.slow
def test_every_page_is_whole_in_its_language(browse: Any, story: dict[str, WorkOrder], link_path: Any) -> None:
    assert {order.state for order in WorkOrder.select()} == set(STATES) == set(story)
    data = written_by_people()
    foreign: dict[str, list[str]] = {}
    codes: dict[str, list[str]] = {}
    for lang in ("en", "zh-CN"):
        for name, page in pages_in(browse, lang, story, link_path):
            words = [data.sub(" ", text).strip() for text in words_of(page)]
            rest = [text for text in words if (
                CHINESE.search(text) if lang == "en" else ENGLISH.search(LATIN.sub(" ", text)))]
            if rest:
                foreign[f"{lang} {name}"] = rest
            wrong = [text for text in words if RAW_CODE.search(text) or EMPTY.search(text)]
            if wrong:
                codes[f"{lang} {name}"] = wrong
    assert foreign == {}
    assert codes == {}


def test_categories_are_named_in_the_readers_language(browse: Any, estate: Estate) -> None:
    leaf = Category.leaf(estate, "1001")
    assert leaf.name_en in browse("sunqi", lang="en").get("/work-orders/new")
    assert leaf.name in browse("sunqi").get("/work-orders/new")
