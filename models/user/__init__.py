"""Who works here: people, what they may do, and where they are signed in."""
from models.user.phone import Phone
from models.user.record import Beat, Membership, RoleOf, SkillOf, User
from models.user.roles import DEPARTMENTS, ROLES, SKILLS
from models.user.session import Session, Sighting

__all__ = [
    "DEPARTMENTS", "ROLES", "SKILLS", "Beat", "Membership", "Phone", "RoleOf", "Session", "Sighting", "SkillOf", "User",
]
