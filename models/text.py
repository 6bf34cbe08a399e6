"""What people type: trimmed, measured, and refused with the field it belongs to."""
from models.errors import Refused

LONG = 2000
SHORT = 200


def row_id(text: str) -> int | None:
    """The number of a row, as forms and addresses carry it; None for anything that is no such number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def said(text: str | None, *, field: str, most: int = LONG, needed: bool = False) -> str:
    """The text without the blanks around it. Refused when missing though needed, or over `most` characters."""
    text = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
    if needed and not text:
        raise Refused("text.missing", field=field)
    if len(text) > most:
        raise Refused("text.too_long", field=field, most=most, length=len(text))
    return text
