import pytest

pytest.register_assert_rewrite(
    *(f"tests.brokers.{name}" for name in ("away", "forged", "gateway", "schedulers", "workers"))
)
