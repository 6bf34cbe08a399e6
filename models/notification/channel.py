"""A channel out of the app: a group's robot or a mailbox, and which events it gets."""
import re
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from peewee import AutoField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect

from models.base import Record, now, writing
from models.errors import NotAllowed, NotFound, Refused
from models.notification.audience import KINDS
from models.notification.mouths import Message, Reply, mail, robot, within
from models.place import Estate
from models.text import SHORT, row_id, said
from models.user import User

CHANNEL_KINDS = ("wecom", "dingtalk", "feishu", "mail")
TLS = ("tls", "starttls", "none")
ADDRESS_MAX = 500
SEPARATORS = re.compile("[\\s,;\uff0c\uff1b\u3001]+")


class Channel(Record):
    """`wanted`: kinds with commas; emergencies and escalations it gets always. A robot has an `address`, which is its
    password, and perhaps a `secret` it signs with; mail has a server, and the secret is the account's password.
    `tried_*` is the answer to the last test.
    """

    id = AutoField()
    estate = ForeignKeyField(Estate, backref="channels")
    kind = CharField(max_length=8)
    name = CharField(max_length=40)
    is_on = BooleanField(default=False)
    wanted = CharField(max_length=100, default="")
    address = CharField(max_length=ADDRESS_MAX, default="")
    secret = CharField(max_length=SHORT, default="")
    host = CharField(max_length=SHORT, default="")
    port = IntegerField(default=465)
    account = CharField(max_length=SHORT, default="")
    tls = CharField(max_length=8, default="tls")
    sender = CharField(max_length=SHORT, default="")
    recipients = CharField(max_length=ADDRESS_MAX, default="")
    changed_by = ForeignKeyField(User, backref="channels_changed")
    changed_at = DateTimeField()
    tried_at = DateTimeField(null=True)
    tried_code = CharField(max_length=16, default="")
    tried_said = CharField(max_length=SHORT, default="")

    @classmethod
    def of(cls, estate: Estate) -> "ModelSelect[Channel]":
        return cls.select().where(cls.estate == estate).order_by(cls.id)

    @classmethod
    def find(cls, id: int, *, by: User) -> Self:
        channel = cls.get_or_none(cls.id == id, cls.estate.in_(by.estates))
        if channel is None or not by.has_role("admin"):
            raise NotFound("channel.unknown")
        found: Self = channel
        return found

    @classmethod
    def add(cls, estate: Estate, kind: str, *, by: User, **settings: Any) -> Self:
        """A new one, with the settings of `change`."""
        if not by.has_role("admin") or estate not in by.estates:
            raise NotAllowed("not_your_page")
        if kind not in CHANNEL_KINDS:
            raise Refused("channel.kind", field="kind")
        channel = cls(estate=estate, kind=kind)
        channel.change(by=by, **settings)
        return channel

    def change(
        self, *, by: User, name: str, is_on: bool, wanted: list[str], address: str = "", secret: str = "",
        no_secret: bool = False, host: str = "", port: str = "", account: str = "", tls: str = "tls", sender: str = "",
        recipients: str = "",
    ) -> None:
        """Take over the settings. An empty address or secret leaves what is kept, which nobody is shown again."""
        if not by.has_role("admin") or self.estate not in by.estates:
            raise NotAllowed("not_your_page")
        if not set(wanted) <= set(KINDS):
            raise Refused("notification.kind", field="wanted")
        self.name = said(name, field="name", most=40, needed=True)
        self.wanted = ",".join(kind for kind in KINDS if kind in wanted)
        secret = said(secret, field="secret", most=SHORT)
        self.secret = "" if no_secret else secret or self.secret
        if self.kind == "mail":
            self._take_mail(host, port, account, tls, sender, recipients)
        else:
            address = said(address, field="address", most=ADDRESS_MAX) or self.address
            check_address(address)
            self.address = address
        stopped = bool(self.id) and self.is_on and not is_on
        self.is_on, self.changed_by, self.changed_at = is_on, by, now()
        with writing():
            self.save()
            if stopped:
                # What is told late tells nothing: nobody wants last week's news when it is switched on again.
                deliveries: Any = self.deliveries  # type: ignore[attr-defined]
                deliveries.model.stop(self)

    def _take_mail(self, host: str, port: str, account: str, tls: str, sender: str, recipients: str) -> None:
        self.host = said(host, field="host", most=SHORT, needed=True)
        if any(character.isspace() or character in "/@" for character in self.host):
            raise Refused("channel.host", field="host")
        number = row_id(port) or 0
        if not 0 < number < 65536:
            raise Refused("channel.port", field="port")
        self.port = number
        if tls not in TLS:
            raise Refused("channel.tls", field="tls")
        self.tls = tls
        self.account = said(account, field="account", most=SHORT)
        self.sender = _mailbox(said(sender, field="sender", most=SHORT, needed=True), "sender")
        to = SEPARATORS.split(said(recipients, field="recipients", most=ADDRESS_MAX))
        self.recipients = ",".join(_mailbox(one, "recipients") for one in to if one)
        if not self.recipients:
            raise Refused("text.missing", field="recipients")

    def wants(self, kind: str, *, urgent: bool) -> bool:
        return urgent or kind in self.wanted.split(",")

    @property
    def masked_address(self) -> str:
        """The host and the last characters: enough to tell robots apart."""
        return f"{urlsplit(self.address).hostname}/…{self.address[-4:]}" if self.address else ""

    def say(self, message: Message) -> Reply:
        """Send it now and hear the answer; never inside a transaction, for it takes seconds."""
        if self.kind == "mail":
            return within(partial(
                mail, message, host=self.host, port=self.port, account=self.account, password=self.secret,
                tls=self.tls, sender=self.sender, recipients=self.recipients.split(",")))
        return within(partial(robot, self.kind, message, address=self.address, secret=self.secret))

    def tried(self, reply: Reply) -> None:
        """Keep the answer to a test."""
        Channel.update(tried_at=now(), tried_code=reply.code, tried_said=reply.said[:SHORT]).where(
            Channel.id == self.id).execute()


def check_address(address: str) -> None:
    """Refused unless it is an address a robot may have."""
    if not address:
        raise Refused("text.missing", field="address")
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_web = False
    if not is_web or not address.isascii() or any(not 32 < ord(character) < 127 for character in address):
        raise Refused("channel.address", field="address")


def _mailbox(text: str, field: str) -> str:
    name, _, host = text.rpartition("@")
    if not name or not host or not text.isprintable() or " " in text or "," in text:
        raise Refused("channel.mailbox", field=field, address=text[:60])
    return text
