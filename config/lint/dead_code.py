"""Functions, methods, classes and imports that nothing names.

Vulture finds what no line uses. Django, DRF, Celery and pytest find much by its name alone, so a name that
stands in a string (a setting, a column of the admin) counts as used; pyproject.toml lists what they call by
convention.
"""

import ast
import re
from collections.abc import Iterator

from vulture import Vulture
from vulture.config import make_config
from vulture.core import Item

from config.embedded.bootstrap import ROOT
from config.lint import sources

# Variables and attributes are mostly declarations for a framework: fields, columns, options.
_LOOKED_AT = {"class", "function", "import", "method", "property", "unreachable_code"}


def problems() -> list[str]:
    config = make_config([str(ROOT)])
    found = Vulture(ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"])
    found.scavenge(list(sources.files(".py")))
    named = set(_names_in_strings())
    return [_described(item) for item in found.get_unused_code() if _is_dead(item, named)]


def _is_dead(item: Item, named: set[str]) -> bool:
    return item.typ in _LOOKED_AT and item.name not in named


def _described(item: Item) -> str:
    return f"{sources.shown(item.filename)}:{item.first_lineno}: {item.typ} {item.name} is not used"


def _names_in_strings() -> Iterator[str]:
    """Every identifier in the last place of a short string: `module.Class`, `column`."""
    for path in sources.files(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 100:
                yield from re.findall(r"(\w+)$", node.value)
