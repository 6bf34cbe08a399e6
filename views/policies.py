"""The callback policy (回访制度): the estate's own rule to be read, changed by its manager, and printed."""
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import force_locale

from models.base import now
from models.callback import EXEMPTIONS, Policy
from models.callback.policy import BLANKS, FIGURES, QUESTIONS, SWITCHABLE, TEXTS
from models.callback.record import AGAIN
from models.text import row_id, said
from views.actions import once
from views.answers import page_or_part
from views.language import LOCALES, word
from views.people import everyone, me, my_estate, roles

bp = Blueprint("policies", __name__, url_prefix="/callback-policy")


@bp.get("")
@everyone
def show() -> str:
    policy = Policy.of(my_estate())
    return render_template("policies/show.html", changes=policy.changes(), **told_of(policy))


@bp.get("/sheet")
@everyone
def show_sheet() -> str:
    """The rule on paper, with its version and room to sign."""
    policy = Policy.of(my_estate())
    return render_template("policies/sheet.html", number=len(policy.history()), today=now(), **told_of(policy))


@bp.get("/new")
@roles("manager")
def new() -> Response:
    """The next version. What somebody else changed while it was typed is shown above the form."""
    policy = Policy.of(my_estate())
    begun = policy.id if request.method == "GET" else row_id(request.form.get("policy", ""))
    meanwhile = [(row, changed) for row, changed in policy.changes() if row.id > (begun or 0)] if policy.id else []
    return page_or_part("policies/new.html", "policies/_form.html", meanwhile=meanwhile, **told_of(policy))


@bp.post("")
@roles("manager")
@once(back=new)
def create() -> str:
    form = request.form
    told = {name: form.get(name, "") for name in ("hours", *FIGURES)}
    texts = {name: own(form.get(name), usual(name)) for name in TEXTS}
    questions = {code: own(form.get(code), usual(code)) for code in QUESTIONS}
    version = Policy.version(my_estate(), row_id(form.get("policy", "")))
    version.change({**told, **texts, "codes": form.getlist("codes"), "questions": questions}, form.get("why", ""),
                   by=me())
    return url_for(".show")


def told_of(policy: Policy) -> dict[str, object]:
    """What the pages say of a policy: its own words, and the usual ones where it has none."""
    questions = policy.questions
    return {
        "policy": policy, "estate": policy.estate, "figures": FIGURES, "exemptions": EXEMPTIONS,
        "switchable": SWITCHABLE, "blanks": BLANKS, "again": int(AGAIN.total_seconds() // 3600),
        "texts": {name: getattr(policy, name) or word("usual", name) for name in TEXTS},
        "questions": {code: questions.get(code) or word("question", code) for code in QUESTIONS},
        "filled": {f"{{{blank}}}": policy.estate.name if blank == "estate" else f"〔{word('blank', blank)}〕"
                   for blank in BLANKS},
    }


def usual(name: str) -> set[str]:
    """The catalogues' own words, in every language."""
    found = set()
    for locale in LOCALES.values():
        with force_locale(locale):
            found.add(word("usual" if name in TEXTS else "question", name))
    return found


def own(text: str | None, usual: set[str]) -> str:
    """What was written, and nothing where it is what the catalogues say anyway: that is not kept."""
    return "" if said(text, field="", most=len(text or "")) in usual else text or ""
