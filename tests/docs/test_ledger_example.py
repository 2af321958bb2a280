"""The worked example of docs/ledger.md: the verifier says of its CSV what the page says."""

import shutil
import subprocess
import sys
from pathlib import Path

from config.embedded.bootstrap import ROOT
from tests.docs import markdown, shell


def test_the_verifier_says_of_the_example_what_the_page_says(tmp_path: Path) -> None:
    blocks = list(markdown.blocks("docs/ledger.md"))
    (example,) = (block for block in blocks if block.language == "csv")
    verify = next(
        one
        for block in blocks
        for one in shell.typed(block)
        if one.command.startswith("python verify_ledger.py")
    )
    (tmp_path / "entries.csv").write_text(example.text)
    shutil.copy(ROOT / "docs" / "verify_ledger.py", tmp_path)
    words = verify.command.split()[1:]
    said = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == verify.shown
