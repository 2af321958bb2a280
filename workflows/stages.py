"""What the stages that Studio names mean, in a sentence for people."""

# Told already by the event "submitted".
SAYS_NOTHING = frozenset({"", "queued"})

_SENTENCES = {
    "fetch_source": "Fetching the source image.",
    "fetch_background": "Fetching the background.",
    "load": "Reading the source image.",
    "background": "Preparing the background.",
    "segment": "Finding the subject.",
    "matte": "Cutting the subject out.",
    "compose": "Placing the subject on its new background.",
    "encode": "Writing the picture.",
    "deliver": "Delivering the picture.",
}


def sentence(stage: str) -> str:
    """A sentence for a stage; Studio's own word for one that is not known here."""
    return _SENTENCES.get(stage, stage.replace("_", " ").capitalize() + ".")
