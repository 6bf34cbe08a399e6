"""The estate (小区): what every other row belongs to."""
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from peewee import AutoField, BooleanField, CharField, DateTimeField

from models.base import Record, now


class Estate(Record):
    id = AutoField()
    code = CharField(max_length=16, unique=True)
    name = CharField(max_length=60)
    zone = CharField(max_length=40, default="Asia/Shanghai")
    hotline = CharField(max_length=20, default="")
    is_demo = BooleanField(default=False)
    created_at = DateTimeField(default=now)

    @classmethod
    def called(cls, code: str) -> Self | None:
        return cls.get_or_none(cls.code == code)

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def local(self, at: datetime) -> datetime:
        """Naive UTC as the estate's own clock shows it, with its zone."""
        return at.replace(tzinfo=UTC).astimezone(self.zone_info)

    def utc(self, local: datetime) -> datetime:
        """A naive time on the estate's clock as naive UTC."""
        return local.replace(tzinfo=self.zone_info).astimezone(UTC).replace(tzinfo=None)
