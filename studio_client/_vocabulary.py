"""The words that Studio knows for a backdrop. Others may be said; these it has something of its own for.

The file beside this one is what the reference Studio draws by, too.
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("vocabulary.json")


@dataclass(frozen=True, slots=True)
class Word:
    value: str
    description: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    scene_types: tuple[Word, ...]
    moods: tuple[Word, ...]


@functools.cache
def vocabulary() -> Vocabulary:
    read: dict[str, list[dict[str, Any]]] = json.loads(_FILE.read_text("utf-8"))
    return Vocabulary(**{name: tuple(Word(**word) for word in words) for name, words in read.items()})
