"""What `docs/reliability.md` names as proof is there to be run."""

import ast
import re
from collections.abc import Iterator

from config.embedded.bootstrap import ROOT

PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?(?:\[[^`]*\])?`")


def proofs() -> list[tuple[str, str]]:
    """The file and, where one is named, the class and function of each proof."""
    return PROOF.findall((ROOT / "docs" / "reliability.md").read_text())


def missing(file: str, named: str) -> Iterator[str]:
    """What of a proof is not there."""
    path = ROOT / file
    if not path.exists():
        yield file
        return
    body = ast.parse(path.read_text()).body
    for name in filter(None, named.split("::")):
        found = [
            each for each in body if isinstance(each, ast.ClassDef | ast.FunctionDef) and each.name == name
        ]
        if not found:
            yield f"{file}::{name}"
            return
        body = found[0].body


def test_every_proof_is_there() -> None:
    named = proofs()
    assert len(named) > 30
    assert [gone for file, name in named for gone in missing(file, name)] == []


def test_a_proof_that_is_gone_would_be_noticed() -> None:
    assert list(missing("tests/lives/test_gone.py", ""))
    assert list(missing("tests/brokers/away.py", "Away::test_gone"))
