"""The domain: true whether or not a browser is open.

Whoever loads a part of it loads all records: each is to know what points to it.
"""
from models import (
    callback,
    dispatch,
    event,
    jobs,
    notice,
    notification,
    owner,
    patrol,
    photo,
    place,
    sla,
    submission,
    user,
    work_order,
)

__all__ = [
    "callback", "dispatch", "event", "jobs", "notice", "notification", "owner", "patrol", "photo", "place", "sla",
    "submission", "user", "work_order",
]
