"""Looking an order up (查询) without its link: by its number and the end of the phone that was left with it."""
import hmac
import re
import unicodedata
from datetime import timedelta

from models.errors import Refused
from models.work_order.record import WorkOrder

OPEN_FOR = timedelta(hours=1)  # what was found may be read, and no more than read
DIGITS = 4


def looked_up(number: str, digits: str) -> WorkOrder:
    """The order of that number whose owner's phone ends so. Refused with one code, whatever was wrong."""
    wanted = plain(digits)
    order = WorkOrder.get_or_none(WorkOrder.number == order_number(number))
    phone = order.owner.phone if order is not None and order.owner is not None else ""
    fits = hmac.compare_digest(phone[-DIGITS:].encode(), wanted.encode())
    if order is None or len(phone) < DIGITS or not re.fullmatch(r"\d{4}", wanted, re.ASCII) or not fits:
        raise Refused("look_up.no_match")
    return order


def order_number(text: str) -> str:
    """An order's number as an owner may have typed or copied it."""
    return plain(text).upper()[:24]


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
