"""What decides who does a piece of work and how it must be proved."""
from models.dispatch.category import CALLBACK_RULES, Category

__all__ = ["CALLBACK_RULES", "Category"]
