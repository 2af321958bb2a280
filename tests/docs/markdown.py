"""The code blocks of our Markdown, and what is said about them in comments that a reader does not see.

Before a block may stand, each on a line of its own:

    <!-- not run: REASON -->                the whole block
    <!-- not run "WORDS": REASON -->        the commands that contain these words
    <!-- schema: FILE NAME -->              the component of an OpenAPI file that a JSON block is
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded.bootstrap import ROOT

# Their blocks are run by whoever made them: page → the test.
ELSEWHERE = {"docs/quickstart.md": "tests/sdk", "docs/sdks.md": "tests/sdk"}
RUN, CHECKED, DRAWN = ("console", "bash", "sh", "python"), ("json",), ("", "csv", "text")
_BLOCK = re.compile(r"((?:^<!--.*?-->\n)*)^(```+)(\w*)[^\n]*\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r'<!-- not run(?: "([^"]+)")?: (.+?) -->')
_SCHEMA = re.compile(r"<!-- schema: (\S+) (\w+) -->")


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str
    # Words of a command, or "" for the whole block → why it is not run.
    not_run: dict[str, str]
    schema: tuple[str, str] | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_run(self) -> bool:
        return self.language in RUN and "" not in self.not_run


def pages() -> list[str]:
    """Every page of the documentation, new ones too; decisions are history."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [str(page.relative_to(ROOT)) for page in found if "decisions" not in page.parts]


def blocks(page: str) -> Iterator[Block]:
    text = Path(ROOT, page).read_text()
    for found in _BLOCK.finditer(text):
        comments, _, language, code = found.groups()
        line = text.count("\n", 0, found.start(2)) + 1
        schema = _SCHEMA.search(comments)
        yield Block(
            page,
            line,
            language,
            code,
            dict(_NOT_RUN.findall(comments)),
            (schema[1], schema[2]) if schema else None,
        )
