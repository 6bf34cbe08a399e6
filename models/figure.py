"""How a figure reads: never without what it is a share of, and never as more than so few answers can tell."""
from typing import NamedTuple

FEW = 5  # under so many it says 样本不足


class Figure(NamedTuple):
    """`met` of `of`."""

    name: str
    met: int
    of: int

    @property
    def reads(self) -> str:
        """none (暂无数据), few (样本不足) or share."""
        return "none" if not self.of else "few" if self.of < FEW else "share"

    @property
    def percent(self) -> int | None:
        """In whole per cent, None where it does not read as a share: 100 only for all of them, 0 only for none."""
        return share(self.met, self.of) if self.reads == "share" else None

    @property
    def missed(self) -> int:
        return self.of - self.met


class Score(NamedTuple):
    """One dimension: `total` of the marks 1 to 5 that `of` answers gave. Reads as a figure does."""

    name: str
    total: int
    of: int

    @property
    def reads(self) -> str:
        return Figure(self.name, self.total, self.of).reads

    @property
    def mean(self) -> float | None:
        return self.total / self.of if self.of else None

    @property
    def points(self) -> float | None:
        """满意度得分: the mean × 20, to a tenth; None where it does not read as a score."""
        return round(20 * self.total / self.of, 1) if self.reads == "share" else None


def share(met: int, of: int) -> int:
    """Rounded, but for the ends, which are exact: what is not all of them is not 100 %."""
    if met in (0, of):
        return 100 if met else 0
    return min(99, max(1, round(100 * met / of)))
