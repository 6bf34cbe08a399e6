"""The owner's link to one order: whoever holds it follows that order and no other.

128 bits, of which the row keeps only a hash. They are drawn from the installation's secret and the order's salt instead
of being thrown away after the first showing, because the technician shows the same link as a QR on the spot.
"""
import base64
import hashlib
import hmac
import secrets

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now
from models.errors import NotFound
from models.work_order.record import WorkOrder


class OwnerLink(Record):
    id = AutoField()
    order = ForeignKeyField(WorkOrder, backref="owner_links")
    salt = CharField(max_length=32)
    token_hash = CharField(max_length=64, unique=True)
    created_at = DateTimeField(default=now)

    @classmethod
    def token_for(cls, order: WorkOrder, secret: bytes) -> str:
        """The token of the order's link, made at the first asking."""
        link = cls.select().where(cls.order == order).order_by(cls.id.desc()).get_or_none()
        if link is not None and link.token_hash == _hash(_token(secret, link.salt)):
            return _token(secret, link.salt)
        # None yet, or the secret was changed since: links given out before still open, by their hash.
        salt = secrets.token_hex(16)
        cls.create(order=order, salt=salt, token_hash=_hash(_token(secret, salt)))
        return _token(secret, salt)

    @classmethod
    def order_of(cls, token: str) -> WorkOrder:
        link = cls.get_or_none(cls.token_hash == _hash(token))
        if link is None:
            raise NotFound("owner_link.unknown")
        return link.order


def _token(secret: bytes, salt: str) -> str:
    drawn = hmac.new(secret, b"owner link " + salt.encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
