"""Every template is used, obeys the content policy, and sends forms that happen once."""
import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, meta

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "templates"
ALL = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
# These may be sent twice without harm, and sign-in must work for a form kept open for days.
# Looking up stores nothing.
KEYLESS = ("sessions.create'", "sessions.end'", "language.choose'", "progress.create_look_up'")


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def named_by_views() -> set[str]:
    return {node.value for path in (ROOT / "views").rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html")}


def named_by_templates() -> set[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    return {name for template in ALL for name in meta.find_referenced_templates(environment.parse(source(template)))
            if name}


def test_every_template_is_used_and_every_used_template_is_there() -> None:
    assert named_by_views() | named_by_templates() == set(ALL)


def test_a_part_has_a_name_that_says_so_and_a_page_extends_the_base() -> None:
    for name in ALL:
        folder, file = name.rsplit("/", 1) if "/" in name else ("", name)
        if folder and folder != "components":
            whole = source(name).lstrip().startswith(('{% extends "base.html" %}', "<!doctype html>"))
            assert whole != file.startswith("_"), name


def test_only_the_page_for_when_all_else_fails_stands_without_the_base() -> None:
    assert [name for name in ALL if source(name).startswith("<!doctype html>") or name == "base.html"] == [
        "base.html", "errors/broken.html"]


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_a_template_needs_what_the_content_policy_forbids(name: str) -> None:
    text = source(name)
    assert re.findall(r"<[^>]*\sstyle\s*=", text) == []
    assert re.findall(r"<[^>]*\son[a-z]+\s*=", text) == []
    assert re.findall(r"\bhx-on\b|\bhx-vals=['\"]js:|javascript:", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"<script\b(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"\|\s*safe\b", text) == []


@pytest.mark.parametrize("name", ALL)
def test_every_form_that_is_posted_carries_a_key(name: str) -> None:
    for form in FORM.findall(source(name)):
        opening = form.split(">", 1)[0]
        assert ("forms.hidden(" in form) != any(endpoint in opening for endpoint in KEYLESS), opening


def test_the_forms_without_a_key_are_the_four_known_ones() -> None:
    forms = [form for name in ALL for form in FORM.findall(source(name))]
    assert len(forms) > 10
    without = [form for form in forms if "forms.hidden(" not in form]
    assert len(without) == 4
    assert all(any(endpoint in form for form in without) for endpoint in KEYLESS)


@pytest.mark.parametrize("name", ALL)
def test_what_htmx_sends_goes_where_the_form_goes_without_it(name: str) -> None:
    for form in FORM.findall(source(name)):
        address = re.search(r'\baction="([^"]*)"', form)
        sent = re.search(r'\bhx-post="([^"]*)"', form)
        assert address, form[:120]
        assert sent is None or sent[1] == address[1]


@pytest.mark.parametrize("name", ALL)
def test_a_form_with_a_file_is_sent_in_parts(name: str) -> None:
    for form in FORM.findall(source(name)):
        if "forms.photos(" in form or 'type="file"' in form:
            assert 'enctype="multipart/form-data"' in form
