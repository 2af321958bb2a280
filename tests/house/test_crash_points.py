"""Every crash point of the chaos suite names a line of the product, and every kind of process has some."""

import pytest

from tests.chaos import points


@pytest.mark.parametrize("point", points.ALL, ids=lambda point: point.name)
def test_its_line_is_there_once(point: points.Point) -> None:
    code, line = point.line()
    assert code.co_firstlineno < line


def test_each_kind_of_process_dies_somewhere() -> None:
    assert {point.role for point in points.ALL} == {"web", "worker", "scheduler"}
    assert len(points.BY_NAME) == len(points.ALL)


@pytest.mark.parametrize("fragment", ["a line that is not there", "job"])
def test_a_line_that_moved_away_would_be_noticed(fragment: str) -> None:
    with pytest.raises(points.PointLost, match="times in workflows"):
        points.Point("lost", "worker", "workflows.dispatch:dispatch", fragment).line()
