"""Certificates (上岗证): who holds which until when, and what ends soon."""
from flask import Blueprint, Response, request, url_for

from models.dispatch import CERTIFIED, Certificate, Shift
from models.errors import Refused
from models.user import User
from views.actions import once
from views.answers import page_or_part
from views.fields import day_in
from views.people import me, my_estate, roles

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("")
@roles("supervisor", "admin")
def index() -> Response:
    estate = my_estate()
    return page_or_part("certificates/index.html", "certificates/_list.html",
                        certificates=list(Certificate.of_estates(me().estates)), skills=CERTIFIED,
                        people=Shift.workers(estate))


@bp.post("")
@roles("supervisor", "admin")
@once(back=index)
def create() -> str:
    form = request.form
    person = User.called(form.get("person", ""))
    if person is None or not set(person.estates) & set(me().estates):
        raise Refused("certificate.nobody", field="person")
    Certificate.enter(person, form.get("skill", ""), form.get("number", ""), day_in(form.get("expires_on", "")))
    return url_for(".index")


@bp.post("/<row:id>/removal")
@roles("supervisor", "admin")
@once(back=lambda id: index())
def remove(id: int) -> str:
    Certificate.find(id, estates=me().estates).delete_instance()
    return url_for(".index")
