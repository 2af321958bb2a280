"""What `manage.py sdk` writes."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config import sdks


def test_the_committed_code_is_current() -> None:
    stale = [sdks.shown(sdk.generated / name) for sdk in sdks.ALL for name in sdk.differences()]
    assert stale == [], "bring it up to date: python3 manage.py sdk"


def test_a_changed_api_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "openapi.yaml"
    changed.write_text(sdks.OPENAPI.read_text().replace("credits_cost", "credits_price"))
    monkeypatch.setattr(sdks, "OPENAPI", changed)
    with pytest.raises(CommandError, match=r"_generated/models/quote_response\.py.*types\.gen\.ts"):
        call_command("sdk", "--check")


def test_a_description_that_no_generator_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "openapi.yaml"
    broken.write_text("openapi: 3.1.0\n")
    monkeypatch.setattr(sdks, "OPENAPI", broken)
    before = sorted(sdks.ALL[0].generated.rglob("*.py"))
    with pytest.raises(sdks.SdkError, match="openapi-python-client"):
        sdks.ALL[0].renew()
    assert sorted(sdks.ALL[0].generated.rglob("*.py")) == before


def test_without_node_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sdks.SdkError, match=r"Node 20\.19 or newer"):
        sdks.install_typescript()


def test_the_lock_of_npm_names_no_registry() -> None:
    lock = (sdks.TYPESCRIPT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
