"""Everything that is chosen is drawn from the seed, each thing by its own name."""

import random


def by(seed: int, *what: object) -> random.Random:
    """The dice of one thing: the same for the same seed and name, whatever else happens."""
    return random.Random("/".join(map(str, (seed, *what))))
