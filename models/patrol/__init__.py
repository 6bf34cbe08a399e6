"""The patrol (巡查): points, routes and plans, the walks they make, and what is found on them."""
from models.patrol.check_item import DISCIPLINES, SEVERITIES, CheckItem
from models.patrol.evidence import Evidence
from models.patrol.finding import Finding, Recheck
from models.patrol.plan import Plan, Terms
from models.patrol.point import Point
from models.patrol.route import Route
from models.patrol.season import Season
from models.patrol.season_phase import SeasonPhase
from models.patrol.task import Task
from models.patrol.visit import Said, Visit

__all__ = [
    "DISCIPLINES", "SEVERITIES", "CheckItem", "Evidence", "Finding", "Plan", "Point", "Recheck", "Route", "Said",
    "Season", "SeasonPhase", "Task", "Terms", "Visit",
]
