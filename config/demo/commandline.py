import shlex


def manage(*words: str) -> str:
    """A management command as one would type it."""
    return f"python3 manage.py {shlex.join(words)}"
