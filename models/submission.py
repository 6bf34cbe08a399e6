"""What was sent once: the key of an unsafe request and where its answer leads, kept so that a retry gets the same."""
import re
from datetime import timedelta
from typing import Self

from peewee import CharField, DateTimeField, IntegerField

from models.base import Record, now
from models.errors import Refused

# A form left open may be sent again days later. What a phone's outbox sent is kept for good: there nothing expires, so
# the same item may come back after years.
KEPT = timedelta(days=400)
KEY = re.compile(r"[0-9a-zA-Z-]{16,64}")


class Submission(Record):
    """`actor`, `action` and `content` say whose key it is and for what, the last two as SHA-256: no other request
    gets its answer. `receipt` names the last event it left, for what came through an outbox; `version` is what its
    order came to by it, where it moved one.
    """

    key = CharField(max_length=64, primary_key=True)
    actor = CharField(max_length=40)
    action = CharField(max_length=64)
    content = CharField(max_length=64)
    answer = CharField(max_length=200, null=True)
    at = DateTimeField(default=now, index=True)
    receipt = CharField(max_length=24, null=True)
    version = IntegerField(null=True)

    @classmethod
    def answered(cls, key: str, *, actor: str, action: str, content: str) -> Self | None:
        """What was answered when this was first sent; None when it was not. Refused for another use."""
        if not KEY.fullmatch(key):
            raise Refused("submission.no_key")
        earlier = cls.get_or_none(cls.key == key)
        if earlier is not None and (earlier.actor, earlier.action, earlier.content) != (actor, action, content):
            raise Refused("submission.key_of_another")
        return earlier

    @classmethod
    def claim(cls, key: str, *, actor: str, action: str, content: str) -> Self | None:
        """Take the key for this transaction; None when another request took it meanwhile.

        On PostgreSQL this waits for a transaction that holds the key; on SQLite the write lock did already.
        """
        row = {"key": key, "actor": actor, "action": action, "content": content, "at": now()}
        taken = cls.insert(row).on_conflict_ignore().as_rowcount().execute()
        return cls(**row) if taken else None

    def give(self, answer: str, *, receipt: str | None = None, version: int | None = None) -> None:
        self.answer, self.receipt, self.version = answer, receipt, version
        Submission.update(answer=answer, receipt=receipt, version=version).where(Submission.key == self.key).execute()

    def withdraw(self) -> None:
        Submission.delete().where(Submission.key == self.key).execute()

    @classmethod
    def forget_old(cls) -> int:
        return int(cls.delete().where(cls.at < now() - KEPT, cls.receipt.is_null()).execute())
