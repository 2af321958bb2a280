class DemoFailed(RuntimeError):
    """The demo did not go as it must; the text says what went wrong."""
