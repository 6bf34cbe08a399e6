"""The category tree: what a caller's words propose, and what the administrator may change and when not."""
import csv
from pathlib import Path

import pytest

from models.dispatch import Category, CategoryChange, CategoryFacts
from models.errors import NotAllowed, Refused
from models.place import Estate, Place
from models.user import User
from models.work_order import WorkOrder
from tests.models.conftest import hire

ROOT = Path(__file__).parent.parent.parent
TAP = CategoryFacts(
    parent="10", name="花洒不出水", kind="repair", skill="plumbing", department="engineering", priority="P2",
    limit="N2", before_photos="1", after_photos="1", callback_rule="always", questions="冷热水都没有吗？",
    keywords="花洒  喷头 ")


def codes(estate: Estate, text: str, scope: str = "") -> list[str]:
    return [leaf.code for leaf in Category.proposals(estate, text, scope)]


# -- proposals


@pytest.mark.parametrize(("text", "first"), [
    ("厨房下面软管爆了，水流到客厅", "1001"), ("我和孩子困在电梯里", "4001"), ("楼上扔下来一个瓶子", "9203"),
    ("请问停车证怎么办理", "9601"), ("修了两次又坏了", "9503"), ("ＷＣ马桶一直冲水", "1006"),
    ("路灯不亮", "2004"), ("电梯里的灯坏了", "4004"), ("门打不开", "6001"), ("物业费怎么交", "9601"),
    ("车被刮了", "9505"),
])
def test_a_callers_words_propose_what_they_mean(estate: Estate, text: str, first: str) -> None:
    assert codes(estate, text)[0] == first


def test_every_order_of_the_demo_finds_its_category_among_the_proposals(estate: Estate) -> None:
    with (ROOT / "demo" / "demo_orders.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["order"]) <= 46]
    assert [row["text"] for row in rows if row["category"] not in codes(estate, row["text"])] == []
    first = [row for row in rows if codes(estate, row["text"])[0] == row["category"]]
    assert len(first) >= 0.9 * len(rows)


def test_every_leaf_has_words_and_proposes_itself_by_its_name(estate: Estate) -> None:
    leaves = Category.select().where(Category.parent.is_null(False))
    assert [leaf.code for leaf in leaves if not leaf.keywords] == []
    assert [leaf.code for leaf in leaves if leaf.code not in codes(estate, leaf.name)] == []


def test_words_that_mean_nothing_propose_nothing_and_many_words_no_more_than_five(estate: Estate) -> None:
    assert codes(estate, "嗯嗯啊啊") == []
    assert len(codes(estate, "".join(leaf.keywords for leaf in Category.select()))) == 5


def test_how_far_it_reaches_counts_like_words(estate: Estate) -> None:
    assert codes(estate, "没电了", "building")[0] == "2002"
    assert codes(estate, "没电了", "room")[0] == "2001"


def test_a_word_within_a_longer_one_that_is_there_counts_once() -> None:
    one, both = Category(name="甲", keywords="软管爆"), Category(name="甲", keywords="软管爆 软管")
    assert one.weight_in("软管爆了") == both.weight_in("软管爆了") == 9


# -- the administrator's tree


@pytest.fixture
def shower(estate: Estate, admin: User) -> Category:
    return CategoryChange.add(estate, "1007", TAP, by=admin)


def test_a_new_leaf_is_offered_and_proposed_at_once(estate: Estate, shower: Category, admin: User) -> None:
    assert Category.leaf(estate, "1007").keywords == "花洒 喷头"
    assert "1007" in codes(estate, "喷头不出水")
    assert [(change.what, change.by) for change in CategoryChange.of(shower)] == [("add", admin)]


def test_a_retired_leaf_vanishes_from_forms_and_stays_with_its_orders(
    estate: Estate, shower: Category, admin: User, sunqi: User, home: Place,
) -> None:
    order = WorkOrder.register_call(home, "花洒坏了", shower, by=sunqi, channel="phone", read_back=True)
    CategoryChange.retire(shower, by=admin)
    assert "1007" not in {leaf.code for _, leaves in Category.tree(estate) for leaf in leaves}
    assert "1007" not in codes(estate, "喷头不出水")
    with pytest.raises(Refused, match=r"category\.retired"):
        Category.leaf(estate, "1007")
    assert WorkOrder.get_by_id(order.id).category.name == "花洒不出水"
    CategoryChange.restore(shower, by=admin)
    assert Category.leaf(estate, "1007") == shower
    assert [change.what for change in CategoryChange.of(shower)] == ["restore", "retire", "add"]


def test_the_history_says_from_what_to_what(shower: Category, admin: User) -> None:
    CategoryChange.change(shower, TAP._replace(name="淋浴", priority="P1", limit="E1", may_grab=True), by=admin)
    assert CategoryChange.of(shower)[0].detail == {
        "name": ["花洒不出水", "淋浴"], "priority": ["P2", "P1"], "limit": ["N2", "E1"], "may_grab": [False, True]}


def test_saving_without_a_change_is_refused(shower: Category, admin: User) -> None:
    with pytest.raises(Refused, match=r"category\.unchanged"):
        CategoryChange.change(shower, TAP, by=admin)


@pytest.mark.parametrize(("facts", "code", "field"), [
    ({"name": " "}, "text.missing", "name"),
    ({"name": "长" * 41}, "text.too_long", "name"),
    ({"keywords": "词" * 401}, "text.too_long", "keywords"),
    ({"parent": "99"}, "category.no_branch", "parent"),
    ({"parent": "1001"}, "category.no_branch", "parent"),
    ({"kind": "gossip"}, "category.choose", "kind"),
    ({"skill": "flying"}, "category.choose", "skill"),
    ({"department": ""}, "category.choose", "department"),
    ({"priority": "P9"}, "category.choose", "priority"),
    ({"limit": "XX"}, "category.choose", "limit"),
    ({"limit": "E1"}, "category.limit_of_other_priority", "limit"),
    ({"callback_rule": "X6"}, "category.rule_of_other_kind", "callback_rule"),
    ({"callback_rule": "never"}, "category.choose", "callback_rule"),
    ({"before_photos": "-1"}, "category.photos", "before_photos"),
    ({"after_photos": "10"}, "category.photos", "after_photos"),
])
def test_what_makes_no_sense_is_refused_with_its_field(
    estate: Estate, admin: User, facts: dict[str, str], code: str, field: str,
) -> None:
    with pytest.raises(Refused, match=code) as refused:
        CategoryChange.add(estate, "1007", TAP._replace(**facts), by=admin)
    assert refused.value.field == field
    assert not CategoryChange.select().exists()


@pytest.mark.parametrize(("code", "refusal"), [
    ("1001", "category.code_taken"), ("水", "category.code"), ("", "text.missing"), ("123456789", "text.too_long")])
def test_a_code_is_new_and_plain(estate: Estate, admin: User, code: str, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal) as refused:
        CategoryChange.add(estate, code, TAP, by=admin)
    assert refused.value.field == "code"


def test_a_branch_is_retired_after_its_last_leaf_and_restored_before_its_first(estate: Estate, admin: User) -> None:
    branch = CategoryChange.add(estate, "88", TAP._replace(parent="", name="试"), by=admin)
    leaf = CategoryChange.add(estate, "8801", TAP._replace(parent="88"), by=admin)
    with pytest.raises(Refused, match=r"category\.has_leaves"):
        CategoryChange.retire(branch, by=admin)
    CategoryChange.retire(leaf, by=admin)
    CategoryChange.retire(branch, by=admin)
    with pytest.raises(Refused, match=r"category\.branch_retired"):
        CategoryChange.restore(Category.get_by_id(leaf.id), by=admin)


def test_a_leaf_does_not_become_a_branch(shower: Category, admin: User) -> None:
    with pytest.raises(Refused, match=r"category\.level"):
        CategoryChange.change(shower, TAP._replace(parent=""), by=admin)


def test_nobody_but_the_estates_administrator_changes_the_tree(
    estate: Estate, shower: Category, sunqi: User, zhaomin: User,
) -> None:
    stranger = hire(Estate.create(code="elsewhere", name="别处"), "stranger", "admin")
    for person in (sunqi, zhaomin, stranger):
        for act in (lambda by: CategoryChange.add(estate, "1008", TAP, by=by),
                    lambda by: CategoryChange.change(shower, TAP._replace(name="换名"), by=by),
                    lambda by: CategoryChange.retire(shower, by=by),
                    lambda by: CategoryChange.restore(shower, by=by)):
            with pytest.raises(NotAllowed):
                act(person)
    assert Category.get_by_id(shower.id).retired_at is None
