"""Two photographs for a first try: one with a clear subject and one with none.

Both come with scikit-image, whose documentation states their licences:

- `subject.jpg` is `skimage.data.coffee`: an espresso cup on a wooden table, by Rachel Michetti, courtesy of
  Pikolo Espresso Bar. "No copyright restrictions. CC0 by the photographer." Of the photographs in the
  package it is the one that looks like a product picture; cup, saucer and spoon stand free in the frame,
  and wood grain, reflections and a hard shadow show that the cut is not a matter of colour alone.
- `no_subject.jpg` is `skimage.data.gravel`: gravel from edge to edge, "licensed under the Creative Commons
  CC0 License" (CC0Textures, Gravel04). Nothing in it stands out from the rest.
"""

import argparse
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from PIL import Image


@dataclass(frozen=True)
class Samples:
    """Paths of the two JPEG files."""

    subject: Path
    no_subject: Path


def write_samples(folder: Path) -> Samples:
    """Writes both pictures into `folder`, which is made if it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = Samples(folder / "subject.jpg", folder / "no_subject.jpg")
    write_subject(samples.subject)
    _write("gravel.png", samples.no_subject)
    return samples


def write_subject(path: Path) -> None:
    """Writes the picture with a clear subject to `path`."""
    _write("coffee.png", path)


def _write(name: str, path: Path) -> None:
    with resources.files("skimage.data").joinpath(name).open("rb") as file, Image.open(file) as picture:
        picture.convert("RGB").save(path, format="jpeg", quality=95)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m studio_client.reference.samples")
    parser.add_argument("folder", type=Path, help="where subject.jpg and no_subject.jpg are written")
    write_samples(parser.parse_args().folder)


if __name__ == "__main__":
    main()
