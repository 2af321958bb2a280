"""The behaviour of every broker, on Valkey."""

from tests.brokers import away, forged, schedulers, workers


class TestAway(away.Away): ...


class TestForged(forged.Forged): ...


class TestWorkers(workers.Workers): ...


class TestSchedulers(schedulers.Schedulers): ...
