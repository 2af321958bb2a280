"""The two photographs for a first try really end as they should."""

from pathlib import Path

import numpy as np
import pytest

from studio_client.reference import samples
from tests.studio_client.reference.engine import asking


@pytest.fixture
def pair(tmp_path: Path) -> samples.Samples:
    return samples.write_samples(tmp_path / "made")


def test_the_cup_is_cut_out(pair: samples.Samples) -> None:
    result, picture = asking.swap(pair.subject, width=600, height=600)
    assert result.verdict == "ok"
    assert result.confidence > 0.85
    # Saucer to both sides of the cup, and none of the table's wood around them.
    assert picture[300, 120, 0] > picture[300, 120, 2] + 60
    assert picture[300, 480, 0] > picture[300, 480, 2] + 60
    for row, column in ((60, 60), (60, 540), (520, 40), (520, 560)):
        assert np.ptp(picture[row, column].astype(int)) < 90


def test_the_gravel_has_no_subject(pair: samples.Samples) -> None:
    assert asking.refusal(pair.no_subject).code == "no_subject"
