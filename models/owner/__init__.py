"""The owner (业主) as a report names them."""
from models.owner.record import Owner, surname_of

__all__ = ["Owner", "surname_of"]
