"""The callback's figures (回访统计): computed here and nowhere else, each with what it is a share of.

Definitions follow the trade's table of figures (demo/metrics.csv); where that leaves something open, the decision
stands beside the figure in `tally.py` and `coverage.py`, and in words on the page.
"""
from models.callback.figures.behind import WHATS, Behind, behind
from models.callback.figures.coverage import Coverage, Uncovered, uncovered
from models.callback.figures.period import LENGTHS, Month, Period
from models.callback.figures.tally import FIGURES, GROUPS, Row, Tally, groups_of, tallies, tally, trend
from models.figure import FEW, Figure, Score

__all__ = [
    "FEW", "FIGURES", "GROUPS", "LENGTHS", "WHATS", "Behind", "Coverage", "Figure", "Month", "Period", "Row", "Score",
    "Tally", "Uncovered", "behind", "groups_of", "tallies", "tally", "trend", "uncovered",
]
