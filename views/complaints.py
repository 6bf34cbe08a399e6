"""Verbs of orders by their kind: a complaint classified and planned, an enquiry answered, a priority changed."""
from flask import Blueprint, request

from models.work_order import Complaint, Reply
from views.actions import once
from views.answers import look_up_first, the_order
from views.fields import time_in
from views.people import everyone, me, roles
from views.registrations import classification, person_in, where_now
from views.work_orders import here, show

bp = Blueprint("complaints", __name__, url_prefix="/work-orders")
bp.before_request(look_up_first)


@bp.post("/<number>/classification")
@roles("desk", "manager")
@once(back=show)
def create_classification(number: str) -> str:
    order = the_order()
    Complaint.classify(order, classification(order.estate), by=me())
    return where_now(order)


@bp.post("/<number>/plan")
@everyone
@once(back=show)
def create_plan(number: str) -> str:
    order, form = the_order(), request.form
    Complaint.make_plan(order, form.get("plan", ""), agreed=form.get("agreed") == "yes",
                        agreed_at=time_in("agreed_at", order.estate), by=me())
    return here(number)


@bp.post("/<number>/reply")
@roles("desk")
@once(back=show)
def create_reply(number: str) -> str:
    order, form = the_order(), request.form
    Reply.give(order, form.get("answer", ""), by=me(), praised=person_in("praised", order.estate),
               exemption_note=form.get("exemption_note", ""))
    return here(number)


@bp.post("/<number>/priority")
@roles("desk", "supervisor")
@once(back=show)
def create_priority(number: str) -> str:
    the_order().prioritize(request.form.get("priority", ""), request.form.get("priority_reason", ""), by=me())
    return here(number)
