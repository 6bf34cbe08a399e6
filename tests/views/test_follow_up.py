"""The pages around an order: near orders while a call is taken, merging, urging, handing over, support."""
from typing import Any
from urllib.parse import urlencode

import pytest

from models.dispatch import Category
from models.owner import Owner
from models.place import Estate, Place
from models.user import User
from models.work_order import HandOver, Merge, Support, Urge, Void, WorkOrder
from tests.views.conftest import form_of, key, sentences
from tests.views.test_queries import reads

PART = {"HX-Request": "true"}


@pytest.fixture
def take(estate: Estate, sunqi: User) -> Any:
    def taken(place: str = "8栋2单元1503", category: str = "1001", text: str = "厨房漏水") -> WorkOrder:
        return WorkOrder.register_call(
            Place.named(estate, place), text, Category.leaf(estate, category), by=sunqi, channel="phone",
            name="王女士", phone="13800001234", read_back=True)
    return taken


def near(visitor: Any, **fields: str) -> Any:
    return visitor.get("/work-orders/near", fields, headers=PART)


# -- near orders


def test_while_a_call_is_taken_the_open_orders_nearby_can_be_judged(
        browse: Any, assigned_order: WorkOrder, take: Any) -> None:
    take("8栋1单元0302", text="水从灯上滴下来\n第二行")
    part = near(browse("sunqi"), place="8栋2单元1503", text="漏水", category="1001")
    assert "<html" not in part
    first, second = part.html.select(".near-order")
    for said in ("同户", assigned_order.number, "待接单", "陈亮", "厨房软管爆了", "8栋2单元1503"):
        assert said in first.get_text(), said
    assert "同楼" in second.get_text()
    assert "第二行" not in second.get_text()
    assert "王" not in part
    assert "138" not in part


def test_nothing_near_says_nothing(browse: Any) -> None:
    visitor = browse("sunqi")
    for fields in ({}, {"place": "8栋2单"}, {"place": "8栋2单元1503", "category": "1001"}, {"category": "nonsense"},
                   {"place": "\x00", "text": "\x00", "category": "\x00"}):
        assert near(visitor, **fields).html.get_text(strip=True) == ""


def test_the_form_asks_for_what_is_near_and_sends_neither_name_nor_phone(browse: Any, reported_order: Any) -> None:
    for path in ("/work-orders/new", f"/work-orders/{reported_order.number}/registration"):
        slot = browse("sunqi").get(path).html.select_one("form#registration #near")
        assert slot["hx-get"].startswith("/work-orders/near")
        assert slot["hx-params"] == "place,text,category"
        assert slot["hx-include"] == "closest form"


def test_enter_in_the_form_registers_and_taps_nothing_of_the_part(browse: Any) -> None:
    buttons = browse("sunqi").get("/work-orders/new").html.select("form#registration button")
    assert buttons[0].get("formaction") is None
    assert "Register" in buttons[0].get_text() or "受理" in buttons[0].get_text()


def test_a_tap_notes_the_call_as_an_urge_with_words_and_contact(browse: Any, take: Any) -> None:
    order = take()
    form = browse("tangwen").get("/work-orders/near", {
        "place": "8栋2单元1503", "text": "还在漏，楼下都湿了", "category": "1001"}).forms[0]
    fields = dict(form.submit_fields()) | {"name": "李先生", "phone": "139 0000 5678"}
    answer = browse("tangwen").post(f"/work-orders/{order.number}/urges", fields)
    assert answer.headers["Location"] == f"/work-orders/{order.number}"
    urge = Urge.get()
    assert (urge.words, urge.owner.phone, urge.by.login) == ("还在漏，楼下都湿了", "13900005678", "tangwen")
    assert (WorkOrder.select().count(), Owner.select().count()) == (1, 2)
    page = browse("tangwen").get(f"/work-orders/{order.number}")
    for said in ("催办 1", "还在漏，楼下都湿了", "李先生", "139****5678"):
        assert said in page, said
    assert "13900005678" not in page


def test_a_refused_tap_leaves_the_call_as_it_was_typed(browse: Any, take: Any) -> None:
    order, visitor = take(), browse("sunqi")
    sent = {"near": "call", "text": "还在漏", "place": "8栋2单元1503", "category": "1001", "name": "李先生",
            "phone": "12"}
    page = visitor.post(f"/work-orders/{order.number}/urges", {"key": key(), **sent}, expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["电话号码不对，请检查。"])
    form = page.forms["registration"]
    assert {name: form[name].value for name in ("text", "place", "name", "phone")}.items() <= sent.items()
    assert not Urge.select().exists()


def test_what_an_owner_sent_is_merged_with_one_tap(browse: Any, take: Any, reported_order: WorkOrder) -> None:
    main, visitor = take(), browse("sunqi")
    part = near(visitor, place="8栋2单元1503", category="1001", number=reported_order.number)
    [button] = part.html.select("button[name=target]")
    assert (button["formaction"], button["value"]) == (f"/work-orders/{reported_order.number}/merger", main.number)
    answer = visitor.post(button["formaction"], {"key": key(), "near": reported_order.number, "target": main.number,
                                                 "version": str(reported_order.version)})
    assert answer.headers["Location"] == f"/work-orders/{main.number}"
    assert Merge.get().order == reported_order
    page = answer.follow()
    assert reported_order.number in page
    assert "并入本单的报事" in page


def test_a_neighbours_call_is_merged_with_one_tap(browse: Any, take: Any) -> None:
    main, visitor = take(), browse("sunqi")
    form = near(visitor, place="8栋2单元1403", text="楼上往下漏", category="1001")
    [button] = form.html.select("button[formaction$=reports]")
    assert button["formaction"] == f"/work-orders/{main.number}/reports"
    sent = {"near": "call", "channel": "wechat", "place": "8栋2单元1403", "text": "楼上往下漏", "name": "李先生",
            "phone": "13900005678"}
    answer = visitor.post(button["formaction"], {"key": key(), **sent})
    assert answer.headers["Location"] == f"/work-orders/{main.number}"
    report = Merge.get(Merge.target == main).order
    assert (report.text, report.channel, report.place.full_name) == ("楼上往下漏", "wechat", "8栋2单元1403")
    assert report.number in answer.follow()
    again = visitor.post(button["formaction"], {"key": key(), **sent, "place": "无此处"}, expect_errors=True)
    assert again.status_code == 422
    assert again.forms["registration"]["text"].value == "楼上往下漏"
    assert WorkOrder.select().count() == 2


def test_an_order_of_another_estate_is_near_nothing(browse: Any, foreign_order: WorkOrder) -> None:
    visitor = browse("sunqi")
    assert foreign_order.text not in near(visitor, place="甲座", category="1001")
    answer = visitor.get("/work-orders/near", {"number": foreign_order.number}, expect_errors=True)
    assert answer.status_code == 404


def test_many_orders_nearby_cost_as_many_reads_as_few(browse: Any, take: Any) -> None:
    visitor, path = browse("sunqi"), f"/work-orders/near?{urlencode({'place': '8栋2单元1503', 'category': '1001'})}"
    take()
    few = reads(visitor, path)
    for floor in range(2, 12):
        take(f"8栋2单元{floor:02}01")
    assert reads(visitor, path) == few <= 23


# -- merging and voiding


def test_the_merge_page_offers_what_is_near_and_takes_a_number(
        browse: Any, take: Any, reported_order: WorkOrder) -> None:
    main = take()
    page = browse("sunqi").get(f"/work-orders/{reported_order.number}/merger")
    assert main.number in page.html.select_one(".near-list").get_text()
    form = next(form for form in page.forms.values() if "merge_note" in form.fields)
    form["target"], form["merge_note"] = "GD-20200101-0001", "同一件事"
    refused = form.submit(expect_errors=True)
    assert (refused.status_code, sentences(refused)) == (422, ["没有单号“GD-20200101-0001”，请检查。"])
    form = next(form for form in refused.forms.values() if "merge_note" in form.fields)
    assert form["merge_note"].value == "同一件事"
    form["target"] = main.number.lower()
    form.submit()
    assert (Merge.get().target, Merge.get().note) == (main, "同一件事")


def test_the_caller_hears_how_many_reported_the_same(
        browse: Any, calling_order: WorkOrder, home: Place, sunqi: User) -> None:
    for name in ("李先生", "赵女士"):
        Merge.into(WorkOrder.report(home, "楼下也漏", by=None, name=name, phone="13900005678"), calling_order, by=sunqi)
    page = browse("luxia").get(f"/work-orders/{calling_order.number}/callback")
    assert "另有 2 位报事人反映同一件事" in page


def test_a_void_goes_from_the_desk_to_the_supervisors_list_and_its_end(browse: Any, take: Any) -> None:
    order = take()
    form = form_of(browse("sunqi").get(f"/work-orders/{order.number}"), "void")
    form["void_reason"], form["void_words"] = "mistaken", "业主说看错了"
    form.submit()
    supervisor = browse("guoqiang")
    assert order.number in supervisor.get("/work-orders?queue=voids")
    page = supervisor.get(f"/work-orders/{order.number}")
    assert "业主说看错了" in page
    form_of(page, "void/approval").submit()
    assert Void.get().agreed
    page = browse("sunqi").get(f"/work-orders/{order.number}")
    for said in ("已作废", "误报", "X5"):
        assert said in page, said
    assert not any("void" in form.action or "urges" in form.action for form in page.forms.values())


def test_who_asked_for_a_void_is_not_offered_to_confirm_it(browse: Any, take: Any) -> None:
    order = take()
    Void.ask(order, "mistaken", "看错了", by=User.get(User.login == "linyue"))  # desk and supervisor
    actions = [form.action for form in browse("linyue").get(f"/work-orders/{order.number}").forms.values()]
    assert not any(action.endswith("void/approval") for action in actions)
    assert any(action.endswith("void/refusal") for action in actions)


# -- the rest


def test_urging_twice_says_to_wait_and_keeps_the_words(browse: Any, assigned_order: WorkOrder) -> None:
    visitor, path = browse("sunqi"), f"/work-orders/{assigned_order.number}"
    form = form_of(visitor.get(path), "urges")
    form["words"] = "第一次"
    form.submit()
    form = form_of(visitor.get(path), "urges")
    form["words"] = "第二次"
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, ["10分钟内已经催过，请稍后再催。"])
    assert form_of(page, "urges")["words"].value == "第二次"


def test_the_tags_stand_in_the_list(browse: Any, take: Any, guoqiang: User) -> None:
    take()
    order = take()
    browse("sunqi").post(f"/work-orders/{order.number}/urges", {"key": key()})
    browse("guoqiang").post(f"/work-orders/{order.number}/difficulty", {"key": key(), "difficult_note": "难"})
    card = next(card for card in browse("sunqi").get("/work-orders?queue=registered").html.select(".card")
                if order.number in card.get_text())
    assert [tag.get_text(strip=True) for tag in card.select(".tag[data-kind]")] == ["疑难", "重复×2", "催办 1"]


def test_the_third_time_is_proposed_to_the_supervisor_as_difficult(browse: Any, take: Any) -> None:
    orders = [take(), take(), take()]
    page = browse("guoqiang").get(f"/work-orders/{orders[2].number}")
    assert "30天内第3次，建议列为疑难。" in page
    for earlier in orders[:2]:
        assert earlier.number in page.html.select_one(".order-side").get_text()
    assert "建议列为疑难。" not in browse("guoqiang").get(f"/work-orders/{orders[1].number}")


def test_at_the_end_of_the_shift_what_is_ticked_is_handed_over(browse: Any, take: Any, tangwen: User) -> None:
    orders = [take("8栋2单元1501"), take("8栋2单元1502"), take("8栋2单元1401")]
    form = browse("sunqi").get("/hand-overs/new").forms["hand-over"]
    assert [box.checked for box in form.fields["orders"]] == [True] * 3
    form.fields["orders"][0].checked = False
    unticked = form.fields["orders"][0]._value
    refused = form.submit(expect_errors=True)
    assert (refused.status_code, sentences(refused)) == (422, ["请填写这一项。"])
    form = refused.forms["hand-over"]
    assert [box.checked for box in form.fields["orders"]] == [False, True, True]
    form["taker"], form["hand_over_note"] = "tangwen", "答应六点前回电"
    form.submit()
    given = {over.order.number for over in HandOver.select()}
    assert given == {order.number for order in orders} - {unticked}
    assert browse("tangwen").get("/work-orders?queue=following").html.select(".card").__len__() == 2


def test_whoever_follows_nothing_reads_so(browse: Any) -> None:
    page = browse("tangwen").get("/hand-overs/new")
    assert "hand-over" not in page.html.select_one("form#hand-over").get_text()
    assert "您没有在跟进的工单" in page


def test_a_department_asked_finds_the_order_and_answers_on_it(
        browse: Any, working_order: WorkOrder, sunqi: User) -> None:
    visitor, path = browse("jiangxiuying"), f"/work-orders/{working_order.number}"
    assert visitor.get(path, expect_errors=True).status_code == 404
    form = form_of(browse("sunqi").get(path), "supports")
    form["department"], form["wanted"] = "environment", "擦干大堂地面"
    form.submit()
    assert working_order.number in visitor.get("/work-orders?queue=supporting")
    form = form_of(visitor.get(path), "supports/result")
    form["result"], form["support_done"] = "已擦干", "yes"
    form.submit()
    assert Support.get().done_at is not None
    page = browse("sunqi").get(path)
    for said in ("主责", "工程部", "协办", "环境部", "已擦干", "已办完"):
        assert said in page, said


def test_a_result_written_after_a_colleagues_is_not_lost(
        browse: Any, working_order: WorkOrder, sunqi: User) -> None:
    Support.ask(working_order, "environment", "擦干大堂地面", by=sunqi)
    visitor, path = browse("jiangxiuying"), f"/work-orders/{working_order.number}"
    form = form_of(visitor.get(path), "supports/result")
    form["result"], form["support_done"] = "已擦干，警示牌未撤", "yes"
    Support.give(working_order, "已擦干", by=User.get(User.login == "renmei"), done=True)
    refused = form.submit(expect_errors=True)
    assert refused.status_code in (409, 422)
    assert refused.html.select_one(".unsent").get_text(strip=True) == "已擦干，警示牌未撤"


def test_a_refused_urge_stands_in_its_form_and_nowhere_else(browse: Any, working_order: WorkOrder) -> None:
    path = f"/work-orders/{working_order.number}"
    for _ in range(2):
        form = form_of(browse("sunqi").get(path), "urges")
        form["words"] = "怎么还没来"
        answer = form.submit(expect_errors=True)
    assert answer.status_code == 422
    assert form_of(answer, "urges")["words"].value == "怎么还没来"
    assert answer.html.select(".unsent") == []


def test_an_open_part_is_said_where_the_work_ends_and_is_inspected(
        browse: Any, finished_order: WorkOrder, take: Any, chenliang: User, sunqi: User) -> None:
    order = take("8栋2单元1501")
    order.assign(chenliang, by=sunqi)
    Support.ask(order, "environment", "擦干大堂地面", by=sunqi)
    assert "环境部协办未完：擦干大堂地面" in browse("chenliang").get(f"/work-orders/{order.number}")
    Support.create(order=finished_order, department="order", wanted="拉警戒线", asked_by=sunqi,
                   asked_at=finished_order.reported_at)
    page = browse("guoqiang").get(f"/work-orders/{finished_order.number}/inspection")
    assert "秩序部协办未完：拉警戒线" in page


def test_a_department_leads_or_supports_but_not_both(browse: Any, working_order: WorkOrder) -> None:
    form = form_of(browse("sunqi").get(f"/work-orders/{working_order.number}"), "supports")
    assert "engineering" not in [value for value, *_ in form.fields["department"][0].options]


@pytest.mark.parametrize("noun", ["merger", "void", "hand-over", "party", "supports", "difficulty"])
def test_the_technician_is_offered_and_allowed_none_of_the_desks_verbs(
        browse: Any, working_order: WorkOrder, noun: str) -> None:
    visitor, path = browse("chenliang"), f"/work-orders/{working_order.number}"
    assert not any(form.action.endswith(f"/{noun}") for form in visitor.get(path).forms.values())
    assert visitor.post(f"{path}/{noun}", {"key": key()}, expect_errors=True).status_code == 403


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_an_order_with_everything_told_around_it_reads_well_in_both_languages(
        browse: Any, take: Any, reported_order: WorkOrder, sunqi: User, guoqiang: User, lang: str) -> None:
    from models.work_order import Difficulty, PartyDecision

    take()
    order = take()
    Merge.into(reported_order, order, by=sunqi)
    Urge.make(order, "快点", by=sunqi)
    HandOver.give(order, User.get(User.login == "tangwen"), "交班", by=sunqi)
    PartyDecision.make(order, "owner", "自用部分", by=sunqi)
    Support.ask(order, "order", "拉警戒线", by=sunqi)
    Difficulty.mark(order, "难", by=guoqiang)
    Void.ask(order, "test", "测试", by=sunqi)
    for login in ("sunqi", "guoqiang"):
        text = browse(login, lang=lang).get(f"/work-orders/{order.number}").html.get_text()
        for group in ("verb.", "void.", "party.", "distance.", "support.", "via.", "department."):
            assert group not in text, group
