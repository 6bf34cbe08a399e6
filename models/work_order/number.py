"""The running number of the day: GD-20261122-0007."""
from datetime import date

from peewee import CharField, IntegerField

from models.base import Record


class Counter(Record):
    name = CharField(max_length=24, primary_key=True)
    last = IntegerField(default=0)

    @classmethod
    def next(cls, name: str) -> int:
        """The next number of that name; must be called inside the transaction that uses it."""
        cls.insert(name=name, last=0).on_conflict_ignore().execute()
        cls.update(last=cls.last + 1).where(cls.name == name).execute()
        return int(cls.get(cls.name == name).last)


def next_number(prefix: str, day: date) -> str:
    name = f"{prefix}-{day:%Y%m%d}"
    return f"{name}-{Counter.next(name):04d}"
