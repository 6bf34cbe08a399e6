"""Who works here: people, what they may do, and where they are signed in."""
from models.user.record import Beat, Membership, RoleOf, SkillOf, User
from models.user.roles import DEPARTMENTS, DUTIES, ROLES, SKILLS
from models.user.session import Session

__all__ = ["DEPARTMENTS", "DUTIES", "ROLES", "SKILLS", "Beat", "Membership", "RoleOf", "Session", "SkillOf", "User"]
