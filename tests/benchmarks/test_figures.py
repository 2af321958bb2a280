"""How passes become figures, and figures become a table and JSON."""

import json

import pytest

from benchmarks import load, shown
from benchmarks.frame import Result


@pytest.fixture
def result() -> Result:
    made = Result("nothing")
    made.measured("slow", "ms", [30, 20, 1000])
    made.measured("fast", "ms", [10, 20, 1000])
    made.compare("slow / fast", "slow", "fast", at_most=0.5)
    return made


def test_a_ratio_is_taken_in_each_pass(result: Result) -> None:
    assert result.ratios["slow / fast"].values == (3.0, 1.0, 1.0)
    assert result.ratios["slow / fast"].median == 1.0


def test_the_table_has_the_ratios_first_and_says_what_is_above_its_promise(result: Result) -> None:
    lines = [line.split() for line in shown.as_text("example", result).splitlines()]
    assert lines[0] == ["example:", "nothing"]
    assert lines[2] == ["slow", "/", "fast", "(ratio)", "1.00", "1.00", "–", "3.00", "ABOVE", "0.50"]
    assert lines[3] == ["slow", "30.00", "20.00", "–", "1,000", "ms"]


def test_the_json_has_all_ratios_together(result: Result) -> None:
    report = json.loads(shown.as_json({"example": result}))
    assert report["ratios"] == {"example.slow / fast": 1.0}
    assert report["benchmarks"]["example"]["figures"]["slow"]["values"] == [30, 20, 1000]
    assert report["machine"]["cores"]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1, 100), (0, 1)])
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    assert load.percentile(range(100, 0, -1), share) == value
