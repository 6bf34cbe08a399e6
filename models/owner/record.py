"""Who reported and how to reach them. Shown masked; the full phone only through a logged reveal."""
import re
import unicodedata
from typing import Self

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField

from models.base import Record, now
from models.errors import Refused
from models.place import Estate
from models.text import said

NAME_MAX = 20
HONORIFICS = ("女士", "先生", "小姐", "太太", "阿姨", "大爷", "大妈", "叔叔", "奶奶", "爷爷", "老师", "师傅")
COMPOUND_SURNAMES = frozenset({"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒"})
# Mainland mobile numbers, or a landline with or without its area code.
PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}|[2-9]\d{6,7}", re.ASCII)


class Owner(Record):
    id = AutoField()
    estate = ForeignKeyField(Estate, backref="owners")
    name = CharField(max_length=NAME_MAX)
    phone = CharField(max_length=16, default="")
    created_at = DateTimeField(default=now)

    @classmethod
    def leave(cls, estate: Estate, name: str, phone: str) -> Self | None:
        """The contact as the reporter left it; None when they left nothing."""
        name = said(name, field="name", most=NAME_MAX)
        number = phone_number(said(phone, field="phone", most=40))
        if not name and not number:
            return None
        if number and not name:
            raise Refused("owner.name_missing", field="name")
        return cls.create(estate=estate, name=name, phone=number)

    @property
    def masked_name(self) -> str:
        """A surname with its honorific is no full name and stays ("王女士"); anything more is cut ("王**")."""
        surname = surname_of(self.name)
        return self.name if self.name.removeprefix(surname) in HONORIFICS else surname + "**"

    @property
    def masked_phone(self) -> str:
        """138****1234; a landline keeps its last two digits."""
        if not self.phone:
            return ""
        if len(self.phone) == 11 and self.phone.startswith("1"):
            return self.phone[:3] + "****" + self.phone[-4:]
        return "****" + self.phone[-2:]


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]


def phone_number(text: str) -> str:
    """The digits of a phone number as people write it, full-width digits and +86 included. Refused when it is none."""
    number = re.sub(r"[\s\-()()]", "", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", number)
    if number and not PHONE.fullmatch(number):
        raise Refused("owner.phone_invalid", field="phone")
    return number
