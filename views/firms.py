"""Firms from outside (外包单位): who they are, who comes from them, and what they made of their orders."""
from typing import Any

from flask import Blueprint, Response, request, url_for

from models.dispatch import Firm
from models.user import SKILLS
from models.work_order.load import firm_figures
from views.actions import once
from views.answers import page_or_part
from views.people import me, my_estate, roles

bp = Blueprint("firms", __name__, url_prefix="/firms")


@bp.get("")
@roles("supervisor", "manager", "admin", "vendor")
def index() -> Response:
    return page_or_part("firms/index.html", "firms/_list.html", firms=list(Firm.seen_by(me())), skills=SKILLS)


@bp.post("")
@roles("supervisor", "admin")
@once(back=index)
def create() -> str:
    firm = Firm.add(my_estate(), **said_of_firm())
    return url_for(".show", id=firm.id)


@bp.get("/<row:id>")
@roles("supervisor", "manager", "admin", "vendor")
def show(id: int) -> Response:
    firm = Firm.find(id, by=me())
    return page_or_part("firms/show.html", "firms/_firm.html", firm=firm, figures=firm_figures(firm), skills=SKILLS,
                        people=list(firm.people()), others=Firm.people_to_add(firm.estate))


@bp.post("/<row:id>")
@roles("supervisor", "admin")
@once(back=show)
def change(id: int) -> str:
    Firm.find(id, by=me()).change(active="active" in request.form, **said_of_firm())
    return url_for(".show", id=id)


@bp.post("/<row:id>/people")
@roles("supervisor", "admin")
@once(back=show)
def create_person(id: int) -> str:
    Firm.find(id, by=me()).take_in(request.form.get("login", ""))
    return url_for(".show", id=id)


@bp.post("/<row:id>/people/removal")
@roles("supervisor", "admin")
@once(back=show)
def remove_person(id: int) -> str:
    Firm.find(id, by=me()).let_go(request.form.get("login", ""))
    return url_for(".show", id=id)


def said_of_firm() -> dict[str, Any]:
    form = request.form
    return {"name": form.get("name", ""), "contact": form.get("contact", ""), "phone": form.get("phone", ""),
            "skills": form.getlist("skills")}
