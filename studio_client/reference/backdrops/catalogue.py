"""The shared catalogue: ten backgrounds drawn from specs, and the output presets that come with them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from PIL import Image

from . import Spec, generate

WIDTH, HEIGHT, QUALITY = 1600, 1200, 88


@dataclass(frozen=True)
class Entry:
    """One background: the spec it is drawn from and the words it is shown with."""

    slug: str
    display_name: str
    description: str
    spec: Spec


ENTRIES = (
    Entry(
        "oak-table",
        "Oak table",
        "Warm oak planks in front of a quiet sage wall.",
        Spec("table", "neutral", ("#cdd3cb", "#a8743f", "#f6ead8"), 3),
    ),
    Entry(
        "white-sweep",
        "White sweep",
        "A seamless off-white studio sweep under soft light.",
        Spec("studio sweep", "bright", ("#e9e7e3", "#f4f2ef", "#d8d0c6"), 2),
    ),
    Entry(
        "terracotta-sun",
        "Terracotta sun",
        "Window light falling across a terracotta wall.",
        Spec("plaster", "sunny", ("#c98467", "#eadfce", "#a9583d"), 5),
    ),
    Entry(
        "limewash",
        "Limewash",
        "A hand-finished wall in warm grey with a pale stone ledge.",
        Spec("plaster", "calm", ("#d3c8b8", "#e6ddd0", "#a8937a"), 8),
    ),
    Entry(
        "evening-lights",
        "Evening lights",
        "Golden lights out of focus above a dark glossy surface.",
        Spec("bokeh", "luxurious", ("#202a3d", "#10141c", "#f2b866"), 4),
    ),
    Entry(
        "rose-bar",
        "Rose bar",
        "Rose and copper lights in the dark.",
        Spec("bokeh", "dramatic", ("#3a2136", "#1c1018", "#ff9a76"), 9),
    ),
    Entry(
        "peach-haze",
        "Peach haze",
        "Peach, rose and sky blue running into each other.",
        Spec("gradient", "bright", ("#f7d9c6", "#cfdcf3", "#f1a897"), 6),
    ),
    Entry(
        "garden-ledge",
        "Garden ledge",
        "A pale stone ledge before soft green hills.",
        Spec("outdoor", "bright", ("#9cc7e8", "#cfc7b8", "#6b9a4f"), 7),
    ),
    Entry(
        "sage-studio",
        "Sage studio",
        "A sage green sweep with a slow fall-off of light.",
        Spec("studio sweep", "calm", ("#a9b8a2", "#c3cdbb", "#7f9480"), 12),
    ),
    Entry(
        "walnut-evening",
        "Walnut evening",
        "Dark walnut in low, warm light.",
        Spec("table", "dramatic", ("#6a5648", "#6b3f25", "#e0a56a"), 11),
    ),
)

OUTPUT_PRESETS: tuple[dict[str, Any], ...] = tuple(
    {
        "name": name,
        "width": width,
        "height": height,
        "fit": fit,
        "format": form,
        "quality": quality,
        "padding_color": "#ffffff",
    }
    for name, width, height, fit, form, quality in (
        ("marketplace-square", 1200, 1200, "cover", "jpeg", 88),
        ("social-portrait", 1080, 1350, "cover", "jpeg", 88),
        ("story", 1080, 1920, "cover", "jpeg", 86),
        ("web-hero", 1600, 900, "cover", "webp", 84),
        ("thumbnail", 400, 400, "cover", "webp", 80),
        ("whole-background", 1200, 1200, "pad", "jpeg", 88),
        ("print-png", 2000, 2000, "cover", "png", 100),
        ("web-avif", 1200, 1200, "cover", "avif", 70),
    )
)


def write_picture(entry: Entry, path: Path) -> None:
    """Draws one background. The same libraries give the same bytes."""
    cv2.setNumThreads(1)
    Image.fromarray(generate(entry.spec, WIDTH, HEIGHT)).save(
        path, format="jpeg", quality=QUALITY, optimize=True, progressive=True
    )


def as_json() -> dict[str, Any]:
    """What `catalogue.json` says."""
    return {"backgrounds": [_described(entry) for entry in ENTRIES], "output_presets": list(OUTPUT_PRESETS)}


def write(folder: Path) -> None:
    """Draws all backgrounds into `folder` and writes `catalogue.json` beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in ENTRIES:
        write_picture(entry, folder / f"{entry.slug}.jpg")
    text = json.dumps(as_json(), indent=2, ensure_ascii=False)
    (folder / "catalogue.json").write_text(text + "\n", encoding="utf-8")


def _described(entry: Entry) -> dict[str, Any]:
    return {
        "slug": entry.slug,
        "file": f"{entry.slug}.jpg",
        "display_name": entry.display_name,
        "description": entry.description,
        "scene_type": entry.spec.scene_type,
        "mood": entry.spec.mood,
        "dominant_colors": list(entry.spec.dominant_colors),
        "metadata": {"seed": entry.spec.seed, "width": WIDTH, "height": HEIGHT},
    }
