"""Every command and program of the documentation, on a running gateway, in the order of the page."""

from collections.abc import Callable

import pytest

from tests.docs import markdown
from tests.docs.shell import Shell

PAGES = [
    page
    for page in markdown.pages()
    if page not in markdown.ELSEWHERE and any(block.is_run for block in markdown.blocks(page))
]


@pytest.mark.parametrize("page", PAGES)
def test_its_code_does_what_it_says(page: str, new_shell: Callable[[str], Shell]) -> None:
    shell = new_shell(page)
    for block in markdown.blocks(page):
        if block.is_run:
            shell.type(block)
