"""A newcomer with `docs/sdks.md` gets a picture: every block of it is run, as it stands."""

from pathlib import Path

import pytest
from PIL import Image

from config.embedded.bootstrap import ROOT
from config.embedded.stack import Stack
from config.management.commands import run as run_command
from tests.sdk import newcomers, page
from tests.sdk.conftest import Followed


def assert_got_a_picture(followed: Followed) -> None:
    with Image.open(followed.folder / "swapped.jpg") as picture:
        assert picture.format == "JPEG"
    # Of the hundred credits.
    assert "95" in followed.said


def test_with_curl(stack: Stack, folder: Path) -> None:
    assert_got_a_picture(Followed(folder, page.follow("curl", folder, stack)))


def test_with_python(python: Followed) -> None:
    assert_got_a_picture(python)
    assert "SUCCESS 100%" in python.said


def test_with_typescript(typescript: Followed) -> None:
    assert_got_a_picture(typescript)
    assert "SUCCESS 1\n" in typescript.said


def test_the_first_command_is_one() -> None:
    [text] = [text for language, text in page.sections()[page.START] if language == "console"]
    words = text.splitlines()[0].removeprefix("$ python3 manage.py ").split()
    parser = run_command.Command().create_parser("manage.py", words[0])
    assert parser.parse_args(words[1:]).port == 8000


def test_no_block_is_left_out() -> None:
    with_blocks = {name for name, inside in page.sections().items() if inside}
    assert with_blocks == {page.START, "curl", "Python", "TypeScript"}
    assert sum(map(len, page.sections().values())) == len(page.blocks(page.PATH.read_text())) == 7


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_the_readme_says_the_same(language: str) -> None:
    """Its program is the page's; its commands are among the page's."""
    readme = (ROOT / "sdks" / language / "README.md").read_text()
    known = page.blocks(page.PATH.read_text())
    for kind, text in page.blocks(readme):
        if kind != "console":
            assert (kind, text) in known
            continue
        for line in text.splitlines():
            command = line.removeprefix("$ ").partition("  #")[0].strip()
            assert any(command.removeprefix("pip install") in said for _, said in known), command


def test_the_python_program_passes_mypy(python: Followed) -> None:
    """Against the package that was installed, by its py.typed; one that is wrong does not."""
    interpreter = python.folder / "swapping" / "bin" / "python"
    program = python.folder / "swap.py"
    wrong = program.with_name("wrong.py")
    wrong.write_text(program.read_text().replace("background.public_id", "background.id"))
    with pytest.raises(AssertionError) as complaint:
        newcomers.check_types(interpreter, program, wrong)
    assert '"CatalogBackground" has no attribute "id"' in str(complaint.value)
    assert "Found 1 error in 1 file (checked 2 source files)" in str(complaint.value)
