"""Output presets that new jobs may use."""

from assets.models import OutputPreset


def active(name: str) -> OutputPreset | None:
    return OutputPreset.objects.filter(name=name, active=True).first()


def all_active() -> list[OutputPreset]:
    """In the order that staff gave them."""
    return list(OutputPreset.objects.filter(active=True))
