"""One order from an owner's report to the archive, through the pages, without JavaScript."""
from io import BytesIO
from typing import Any

from PIL import Image
from pillow_heif import from_pillow

from models.base import rows
from models.event import Event
from models.owner import Owner
from models.place import Estate, Place
from models.work_order import WorkOrder
from tests.conftest import drawing, upload


def heic() -> bytes:
    out = BytesIO()
    from_pillow(Image.open(BytesIO(drawing(7, "report")))).save(out)
    return out.getvalue()


def test_an_order_goes_round_the_whole_loop(browse: Any, estate: Estate) -> None:
    # The owner scans the poster at the door and reports.
    owner = browse()
    form = owner.get(f"/r/{Place.named(estate, '8栋2单元').code}").forms["report"]
    form["text"] = "厨房水槽下面软管爆了,水流到客厅"
    form["home"], form["name"], form["phone"] = "1503", "王女士", "138 0000 1234"
    form["photos"] = upload(heic(), name="IMG_0001.HEIC")
    progress = form.submit().follow()
    link = progress.request.path
    order = WorkOrder.get()
    assert order.number in progress
    assert "客服会受理" in progress
    assert not Owner.select().where(Owner.phone.contains(" ")).exists()

    # The desk registers it and becomes its first contact.
    desk = browse("sunqi")
    listed = desk.get("/").follow()
    assert "厨房水槽下面软管爆了" in listed
    form = listed.click(href=f"/{order.number}/registration").forms["registration"]
    form["category"], form["read_back"] = "1001", True
    page = form.submit().follow()
    assert "待派单" in page
    assert "138****1234" in page
    assert "13800001234" not in page

    # ... and assigns it from the shortlist.
    shortlist = page.click("派单", index=0)
    assert "陈亮" in shortlist
    assert shortlist.forms["shortlist"].submit("technician", value="chenliang").follow().status_code == 200

    # The technician accepts, arrives with a photo, finishes with two.
    worker = browse("chenliang")
    assert order.number in worker.get("/").follow()
    address = f"/work-orders/{order.number}"
    page = submit(worker.get(address), "acceptance")
    assert "陈师傅" in owner.get(link)
    assert "QH008" in owner.get(link)
    page = submit(page, "arrival", photos=upload(drawing(1, "before")))
    assert "处理中" in page
    page = submit(page, "completion", photos=upload(drawing(1), drawing(2)), done="更换软管,试水三十分钟不漏")
    assert f"{address}/owner-qr.svg" in page
    assert worker.get(f"{address}/owner-qr.svg").content_type == "image/svg+xml"
    assert "回访期限" in page

    # A supervisor who had no part in the work judges the photos.
    supervisor = browse("heguangjun")
    waiting = supervisor.get("/work-orders?queue=finished")
    assert "待回访" in judge_all_good(waiting.click(href=f"{order.number}/inspection"))

    # The caller reveals the phone, which is logged, and hears that it is not solved.
    caller = browse("luxia")
    page = caller.get("/").follow().click(href=f"{order.number}/callback")
    assert "13800001234" not in page
    page = submit(page, "reveals")
    assert 'href="tel:13800001234"' in page
    page = submit(page, "callback", outcome="answered", solved="no", overall="dissatisfied", words="还在滴水",
                  reasons=True)
    assert "退回返工" in page
    order = WorkOrder.get()
    assert (order.state, order.priority, order.round) == ("rework", "P0", 2)

    # Technician and supervisor see why; the second round is done, passed and confirmed.
    assert "还在滴水" in supervisor.get(address)
    page = worker.get(address)
    assert "还在滴水" in page
    page = submit(page, "arrival", no_photo_reason="业主已擦干,无可拍")
    submit(page, "completion", photos=upload(drawing(3), drawing(4)), done="更换角阀并复测")
    judge_all_good(supervisor.get(f"{address}/inspection"))
    page = submit(caller.get(f"{address}/callback"), "callback", outcome="answered", solved="yes", overall="satisfied")
    assert "已归档" in page

    # The owner sees the result, and never their own name or phone; the whole story is on the order's page.
    seen = owner.get(link)
    assert "已解决" in seen
    assert "王" not in seen
    assert "1234" not in seen
    story = supervisor.get(address)
    for word in ("报事", "受理", "派单", "接单", "到场", "完工", "验收合格", "查看电话", "回访返工", "回访归档"):
        assert word in story
    verbs = [verb for (verb,) in rows(Event.select(Event.verb).where(Event.verb != "photo").order_by(Event.id))]
    assert verbs == ["report", "register", "assign", "accept", "arrive", "finish", "pass", "reveal", "call", "dispute",
                     "arrive", "finish", "pass", "call", "close"]
    assert Event.first_broken() is None


def submit(page: Any, noun: str, **fields: Any) -> Any:
    """Fill in and send the page's form for that noun; the page it leads to. True ticks the first box of that name."""
    form = next(form for form in page.forms.values() if form.action.endswith(f"/{noun}"))
    for name, value in fields.items():
        if value is True:
            form.fields[name][0].checked = True
        else:
            form[name] = value
    return form.submit().follow()


def judge_all_good(page: Any) -> Any:
    form = page.forms["inspection"]
    for name in [name for name in form.fields if name and name.startswith("verdict-")]:
        form[name] = "good"
    return form.submit("decision", value="pass").follow()
