"""What is promised, and how its time is counted."""
from models.sla.clock import Clock
from models.sla.figures import figures
from models.sla.record import Promise, TimeLimit

__all__ = ["Clock", "Promise", "TimeLimit", "figures"]
