"""The administrator's pages of the category tree."""
from typing import Any

import pytest

from models.dispatch import Category, CategoryChange
from models.place import Estate
from tests.views.conftest import form_of, sentences


def test_the_list_shows_every_leaf_and_leads_to_its_form(browse: Any, estate: Estate) -> None:
    page = browse("admin").get("/categories")
    for leaf in Category.select():
        assert page.html.select_one(f'a[href="/categories/{leaf.code}"]') is not None, leaf.code
    assert "/categories" in browse("admin").get("/account")
    assert 'href="/categories"' not in browse("sunqi").get("/account")


def test_a_leaf_is_changed_and_the_page_tells_who_changed_what(browse: Any, estate: Estate) -> None:
    form = form_of(browse("admin").get("/categories/1002"), "1002")
    form["keywords"], form["after_photos"] = "滴答 漏水", "2"
    page = form.submit().follow()
    leaf = Category.leaf(estate, "1002")
    assert (leaf.keywords, leaf.after_photos) == ("滴答 漏水", 2)
    assert "1 → 2" in page
    assert "系统管理员" in page


def test_a_new_leaf_starts_with_what_its_branch_says(browse: Any, estate: Estate) -> None:
    form = form_of(browse("admin").get("/categories/new?parent=40"), "categories")
    assert (form["parent"].value, form["skill"].value, form["limit"].value) == ("40", "lifts", "E1")
    form["code"], form["name"] = "4005", "电梯广告屏"
    assert form.submit().status_code == 303
    assert Category.leaf(estate, "4005").parent.code == "40"


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("name", "", "请填写这一项。"),
    ("after_photos", "x", "照片数请填 0 到 9。"),
    ("limit", "E1", "时限 E1 属于优先级 P1，请选同一优先级的时限。"),
    ("callback_rule", "X8", "免回访代码与类型不符：X6 只用于咨询，X8 只用于表扬。"),
])
def test_a_refused_change_says_why_and_keeps_what_was_typed(
        browse: Any, estate: Estate, field: str, value: str, sentence: str) -> None:
    form = form_of(browse("admin").get("/categories/1002"), "1002")
    form["questions"], form[field] = "几楼？", value
    page = form.submit(expect_errors=True)
    assert (page.status_code, sentences(page)) == (422, [sentence])
    assert form_of(page, "1002")["questions"].value == "几楼？"
    assert page.html.select_one(f'[name="{field}"]')["aria-invalid"] == "true"
    assert not CategoryChange.select().exists()


def test_a_leaf_is_retired_and_used_again(browse: Any, estate: Estate) -> None:
    page = form_of(browse("admin").get("/categories/1002"), "retirement").submit().follow()
    assert "已停用" in page
    assert "1002" not in browse("sunqi").get("/work-orders/new").html.select_one("#category").get_text()
    form_of(page, "return").submit()
    assert Category.leaf(estate, "1002").retired_at is None


def test_a_category_of_another_estate_does_not_exist(browse: Any, other_estate: Estate) -> None:
    Category.update(code="ZZZZ").where(Category.estate == other_estate, Category.code == "1001").execute()
    assert browse("admin").get("/categories/ZZZZ", expect_errors=True).status_code == 404
