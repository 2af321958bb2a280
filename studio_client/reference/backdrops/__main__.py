"""Draws the shared catalogue again: `python -m studio_client.reference.backdrops --catalogue FOLDER`."""

import argparse
from pathlib import Path

from . import catalogue


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m studio_client.reference.backdrops", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="the folder to write to")
    catalogue.write(parser.parse_args().catalogue)


main()
