"""What decides who does a piece of work and how it must be proved."""
from models.dispatch.category import CALLBACK_RULES, KINDS, Category
from models.dispatch.category_change import CategoryChange, CategoryFacts
from models.dispatch.certificate import CERTIFIED, Certificate
from models.dispatch.firm import Firm, FirmMember
from models.dispatch.shift import SHIFTS, Shift

__all__ = [
    "CALLBACK_RULES", "CERTIFIED", "KINDS", "SHIFTS", "Category", "CategoryChange", "CategoryFacts", "Certificate",
    "Firm", "FirmMember", "Shift",
]
