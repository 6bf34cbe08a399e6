"""What people type: trimmed, measured, and refused with the field it belongs to."""
import re

from models.errors import Refused

LONG = 2000
SHORT = 200
# As people type them: 13800001234, 138 0000 1234, +86-138-0000-1234; not within a number or code of another kind.
PHONE = re.compile(r"(?<![0-9A-Za-z_-])((?:\+?86[ -]?)?1[3-9]\d)([ -]?)\d{4}([ -]?\d{4})(?![0-9A-Za-z_-])")


def row_id(text: str) -> int | None:
    """The number of a row, as forms and addresses carry it; None for anything that is no such number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def without_phones(text: str) -> str:
    """The text with the middle of every mobile number in it left out."""
    return PHONE.sub(r"\1\2****\3", text)


def said(text: str | None, *, field: str, most: int = LONG, needed: bool = False) -> str:
    """The text without the blanks around it. Refused when missing though needed, or over `most` characters."""
    text = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
    if needed and not text:
        raise Refused("text.missing", field=field)
    if len(text) > most:
        raise Refused("text.too_long", field=field, most=most, length=len(text))
    return text
