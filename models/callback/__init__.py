"""The callback (回访) and what belongs to it: the policy, the calls, the owners' answers."""
from models.callback.answer import (
    CONSENTS,
    DIMENSIONS,
    FEES,
    MANNERS,
    OF_COMPLAINTS,
    OVERALL,
    REASONS,
    SOLVED,
    WISHES,
    Answer,
    Said,
    dimensions,
)
from models.callback.attempt import CALL_OUTCOMES, Attempt
from models.callback.conversation import Conversation
from models.callback.correction import Correction
from models.callback.household import HouseholdCall
from models.callback.household_attempt import HouseholdAttempt
from models.callback.household_coverage import HouseholdCoverage
from models.callback.household_sequel import HouseholdSequel
from models.callback.next_call import NextCall
from models.callback.policy import Policy
from models.callback.rating import Rating
from models.callback.record import EXEMPTIONS, LEFT_BY, OUTCOMES, Callback
from models.callback.sequel import BECOMES, Sequel
from models.callback.spot_check import Draw, SpotCheck

__all__ = [
    "BECOMES", "CALL_OUTCOMES", "CONSENTS", "DIMENSIONS", "EXEMPTIONS", "FEES", "LEFT_BY", "MANNERS", "OF_COMPLAINTS",
    "OUTCOMES", "OVERALL", "REASONS", "SOLVED", "WISHES", "Answer", "Attempt", "Callback", "Conversation", "Correction",
    "Draw", "HouseholdAttempt", "HouseholdCall", "HouseholdCoverage", "HouseholdSequel", "NextCall", "Policy", "Rating",
    "Said", "Sequel", "SpotCheck", "dimensions",
]
