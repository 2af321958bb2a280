"""Every crash point once, one after the other: the process dies at that line, and its job ends right."""

import pytest

from tests.chaos import audit, plan, points, rig, trials
from tests.chaos.clients import patience

# Time enough to be hit twice, by a later point too; but two deadlines are waited for in the scheduler.
DEADLINES: dict[points.Role, int] = {"worker": 60, "web": 60, "scheduler": 15}


@pytest.mark.parametrize("role", DEADLINES)
def test_a_job_survives_each_crash_point(role: points.Role) -> None:
    asked = plan.Plan(seed=1, deadline=DEADLINES[role], stormy=False, mischief=0.0)
    with rig.running(asked) as running:
        tried = trials.Trials(running)
        done = [tried.one(point) for point in points.ALL if point.role == role]
        ends = {trial.point.name: tried.ended(trial) for trial in done}
        assert ends == {trial.point.name: [trial.end] * len(trial.job_ids) for trial in done}
        for caller in tried.callers:
            patience.list_everything(caller, tried.journal)
        assert audit.violations(running, audit.now(running)) == []
