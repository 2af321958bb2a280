"""What a spec means: words and colours turned into numbers a scene is drawn from.

`scene_type` and `mood` are free text. A known word anywhere in it decides; without one the scene is a
studio sweep and the mood is neutral, so that no client's wording is refused. Colours are what can be wrong:
InvalidSpec.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ImageColor

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

LARGEST_TEXT = 255
MOST_COLORS = 12

# The words in public, with what they mean; the client of Studio offers the same ones, so no code holds them.
_VOCABULARY = json.loads((Path(__file__).parents[2] / "vocabulary.json").read_text("utf-8"))
SCENE_TYPES = {word["value"]: word["description"] for word in _VOCABULARY["scene_types"]}
SCENE_WORDS = {
    "gradient": ("gradient", "mesh", "duotone", "abstract", "colour field", "color field"),
    "bokeh": ("bokeh", "lights", "night", "party", "festive", "city", "bar"),
    "plaster": ("plaster", "wall", "stucco", "concrete", "limewash", "clay", "stone wall"),
    "table": ("table", "wood", "desk", "kitchen", "counter", "shelf", "cafe", "plank"),
    "outdoor": (
        "outdoor",
        "garden",
        "landscape",
        "beach",
        "park",
        "forest",
        "mountain",
        "nature",
        "sky",
        "meadow",
    ),
    "studio sweep": ("studio", "sweep", "seamless", "cyclorama", "infinity", "plain"),
}
PALETTES = {
    "studio sweep": ("#e8e4de", "#f3f0ec", "#c9b8a4"),
    "gradient": ("#f6d5c4", "#c9d8f0", "#f2b5a7"),
    "bokeh": ("#1d2433", "#141821", "#f0b35a"),
    "plaster": ("#d9cbb8", "#e5d9c8", "#b98d6a"),
    "table": ("#cfd5cf", "#9a6b42", "#f4e9d8"),
    "outdoor": ("#a9cbe6", "#b9b2a4", "#6f9458"),
}


@dataclass(frozen=True)
class Spec:
    """A backdrop in words. `dominant_colors` are wall, floor and accent: `#rrggbb` or CSS colour names."""

    scene_type: str
    mood: str
    dominant_colors: tuple[str, ...]
    seed: int | None = None


class InvalidSpec(ValueError):
    """The spec can't be drawn; the message says which field and why."""


@dataclass(frozen=True)
class Mood:
    """`exposure` and `contrast` around 1, `saturation` around 1, `vignette` 0 to 1, `warmth` -1 to 1.

    `sun` is how much hard slanting light there is, 0 to 1.
    """

    words: tuple[str, ...]
    exposure: float = 1.0
    contrast: float = 1.0
    saturation: float = 1.0
    vignette: float = 0.18
    warmth: float = 0.0
    sun: float = 0.0


MOODS = {
    "neutral": Mood(("neutral", "plain", "even")),
    "bright": Mood(("bright", "airy", "fresh", "clean", "light"), 1.14, 0.92, 1.0, 0.06),
    "calm": Mood(("calm", "soft", "quiet", "serene", "gentle"), 1.03, 0.86, 0.86, 0.1),
    "warm": Mood(("warm", "cosy", "cozy", "golden", "autumn"), 1.02, 1.0, 1.06, 0.22, 0.5),
    "cool": Mood(
        ("cool", "crisp", "winter", "fresh morning"),
        1.02,
        1.04,
        0.95,
        0.16,
        -0.5,
    ),
    "dramatic": Mood(("drama", "dark", "moody", "bold"), 0.8, 1.28, 1.05, 0.5),
    "luxurious": Mood(("luxur", "elegant", "premium"), 0.9, 1.16, 1.1, 0.36, 0.2),
    "playful": Mood(("play", "fun", "vivid", "vibrant", "cheerful"), 1.08, 1.02, 1.24, 0.06),
    "sunny": Mood(
        ("sun", "summer", "window light", "morning"),
        1.06,
        1.06,
        1.04,
        0.12,
        0.3,
        1.0,
    ),
}


@dataclass(frozen=True)
class Design:
    """A spec made drawable: colours in linear light (arrays of 3), and a generator of its own chance."""

    scene: str
    mood: Mood
    wall: Array
    floor: Array
    accent: Array
    random: np.random.Generator


def design(spec: Spec) -> Design:
    """Raises InvalidSpec."""
    for name, text in (("scene_type", spec.scene_type), ("mood", spec.mood)):
        if not text.strip() or len(text) > LARGEST_TEXT:
            raise InvalidSpec(f"{name} must have 1 to {LARGEST_TEXT} characters")
    scene = _scene(spec.scene_type)
    wall, floor, accent = _colours(spec.dominant_colors, scene)
    return Design(scene, _mood(spec.mood), wall, floor, accent, np.random.default_rng(_seed(spec)))


def _scene(text: str) -> str:
    said = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    if said in SCENE_TYPES:
        return said
    return next(
        (name for name, words in SCENE_WORDS.items() if any(word in said for word in words)), "studio sweep"
    )


def _mood(text: str) -> Mood:
    said = text.lower().replace("_", " ").replace("-", " ")
    if said.strip() in MOODS:
        return MOODS[said.strip()]
    return next(
        (mood for mood in MOODS.values() if any(word in said for word in mood.words)), MOODS["neutral"]
    )


def _seed(spec: Spec) -> int:
    said = json.dumps([spec.scene_type, spec.mood, list(spec.dominant_colors), spec.seed], ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big")


def _colours(names: tuple[str, ...], scene: str) -> tuple[Array, Array, Array]:
    if len(names) > MOST_COLORS:
        raise InvalidSpec(f"dominant_colors has more than {MOST_COLORS} entries")
    given = [_linear(name) for name in names]
    usual = [_linear(name) for name in PALETTES[scene]]
    if not given:
        return usual[0], usual[1], usual[2]
    wall = given[0]
    floor = given[1] if len(given) > 1 else wall * 0.75 + 0.25 * wall.mean()
    accent = given[2] if len(given) > 2 else 0.55 * wall + 0.45 * usual[2]
    return wall, floor, accent


def _linear(name: str) -> Array:
    try:
        rgb = ImageColor.getrgb(name.strip())[:3]
    except ValueError as unknown:
        raise InvalidSpec(f"dominant_colors: {name!r} is neither #rrggbb nor a CSS colour name") from unknown
    return pixels.to_linear(np.array(rgb, np.uint8))
