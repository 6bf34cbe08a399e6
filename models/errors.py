"""What the domain says when it says no: a code and its facts, never a sentence."""


class DomainError(Exception):
    """`code` names the sentence in the catalogues, `field` the form field it belongs to, `facts` fill its blanks."""

    def __init__(self, code: str, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts = facts


class Refused(DomainError):
    """What was sent cannot be done as it is; mend it and send again."""


class TooLarge(Refused):
    """What was sent is over a size that is known beforehand."""


class Stale(DomainError):
    """Somebody else was faster; look at the thing as it is now."""


class NotAllowed(DomainError):
    """This person may see it and may not do it."""


class NotFound(DomainError):
    """It does not exist, or not for this person."""
