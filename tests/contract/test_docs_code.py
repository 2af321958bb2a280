"""Every code block of the documentation is run, checked, or says in a hidden comment why it is neither.

tests/docs runs them, on a running gateway and with curl.
"""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from config.embedded.bootstrap import ROOT
from tests.docs import markdown
from tests.docs.markdown import Block

PAGES = [page for page in markdown.pages() if page not in markdown.ELSEWHERE]
BLOCKS = [block for page in PAGES for block in markdown.blocks(page)]
# The whole list of what is not run, so that one more is a decision.
NOT_RUN = [
    ("README.md", "", ".ci/run runs both"),
    ("README.md", "manage.py run", "serves until Ctrl-C"),
    ("README.md", "createsuperuser", "asks for a password"),
    ("docs/ledger.md", "verify_ledger.py", "tests/docs/test_ledger_example.py runs it on the example below"),
    ("docs/ledger.md", "", "a line for cron"),
    ("docs/performance.md", "", "takes minutes; tests/benchmarks runs the command on small sizes"),
    ("docs/studio-protocol.md", "", "serves until it is stopped; tests/studio_client starts it like this"),
    ("docs/studio-protocol.md", "", "a part of manage.py test"),
]
_A_COMMAND = re.compile(r"^(\$ |curl |python3? |\w+=\S+ .*python)", re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_is_of_a_kind_that_is_known(block: Block) -> None:
    assert block.language in markdown.RUN + markdown.CHECKED + markdown.DRAWN, (
        "run it in tests/docs, or draw it"
    )
    if block.language in markdown.DRAWN and not block.not_run:
        assert not _A_COMMAND.search(block.text), "say that it is `console`, or why it is not run"


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "json"], ids=str)
def test_json_is_what_its_schema_describes(block: Block) -> None:
    assert block.schema, "say before it: <!-- schema: FILE NAME -->"
    file, name = block.schema
    document = yaml.safe_load(Path(ROOT, file).read_text())
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    faults = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(block.text))
    assert [fault.message for fault in faults if fault.instance != "…"] == []


def test_what_is_not_run_stands_in_the_list() -> None:
    marked = [(block.page, words, reason) for block in BLOCKS for words, reason in block.not_run.items()]
    assert marked == NOT_RUN


def test_pages_that_are_run_elsewhere_are_there_with_their_tests() -> None:
    for page, test in markdown.ELSEWHERE.items():
        if Path(ROOT, page).exists():
            assert Path(ROOT, test).exists()
