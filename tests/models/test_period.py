"""A period as it is written in an address, its months, and what stands beside it."""
import pytest

from models.callback.figures import Month, Period
from models.errors import Refused
from models.place import Estate


@pytest.mark.parametrize(("code", "months", "first", "before", "after"), [
    ("2026-11", 1, Month(2026, 11), "2026-10", "2026-12"), ("2026-01", 1, Month(2026, 1), "2025-12", "2026-02"),
    ("2026Q1", 3, Month(2026, 1), "2025Q4", "2026Q2"), ("2026Q4", 3, Month(2026, 10), "2026Q3", "2027Q1"),
    ("to-2026-11", 12, Month(2025, 12), "to-2026-10", "to-2026-12"),
    ("to-2026-12", 12, Month(2026, 1), "to-2026-11", "to-2027-01")])
def test_a_period_is_read_as_it_is_written(
    estate: Estate, code: str, months: int, first: Month, before: str, after: str,
) -> None:
    period = Period.parse(code, estate)
    assert (period.code, len(period.months), period.months[0]) == (code, months, first)
    assert (period.before().code, period.after().code) == (before, after)
    assert period.before().end <= period.start or period.kind == "year"
    assert period.months[-1] == period.last


@pytest.mark.parametrize("code", ["", "2026", "2026-13", "2026-00", "2026-1", "2026Q5", "2026Q0", "to-2026Q1",
                                  "1999-11", "9999-12", "２０２６-11", "2026-11\n", "to-",
                                  "2026-11-01", "to-to-2026-11", "-1"])
def test_what_is_no_period_is_refused(estate: Estate, code: str) -> None:
    with pytest.raises(Refused, match=r"figures\.no_period"):
        Period.parse(code, estate)


@pytest.mark.parametrize(("kind", "month", "quarter", "year"), [
    ("2026-11", "2026-11", "2026Q4", "to-2026-11"), ("2026Q2", "2026-06", "2026Q2", "to-2026-06"),
    ("to-2026-01", "2026-01", "2026Q1", "to-2026-01")])
def test_a_period_becomes_one_of_another_length(
    estate: Estate, kind: str, month: str, quarter: str, year: str,
) -> None:
    period = Period.parse(kind, estate)
    assert [period.as_kind(one).code for one in ("month", "quarter", "year")] == [month, quarter, year]
