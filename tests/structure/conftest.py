"""What tests of the codebase share with those of the pages."""
from tests.views.conftest import foreign_order, only, other_estate

__all__ = ["foreign_order", "only", "other_estate"]
