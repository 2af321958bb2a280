"""Backdrops drawn from a spec: the same spec and size give the same pixels.

`python -m studio_client.reference.backdrops --catalogue FOLDER` draws the shared catalogue again.
"""

from studio_client.reference.pixels import Array

from . import canvas, finish, indoor, places
from .spec import MOODS, SCENE_TYPES, InvalidSpec, Spec, design

__all__ = ["MOODS", "SCENE_TYPES", "InvalidSpec", "Spec", "generate"]

SCENES = {
    "studio sweep": indoor.sweep,
    "gradient": indoor.gradient,
    "bokeh": places.bokeh,
    "plaster": indoor.plaster,
    "table": places.table,
    "outdoor": places.outdoor,
}


def generate(spec: Spec, width: int, height: int) -> Array:
    """A picture of `width` × `height` pixels: H × W × 3 uint8, sRGB; 16 at least. Raises InvalidSpec."""
    plan = design(spec)
    ground = canvas.make(width, height)
    scene = SCENES[plan.scene](ground, plan)
    return finish.apply(scene, ground, plan.mood, plan.random)
