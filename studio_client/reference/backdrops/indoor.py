"""Scenes of a studio: sweep, gradient, plaster wall."""

import numpy as np

from studio_client.reference.pixels import Array

from . import canvas
from .canvas import Canvas
from .spec import Design

HORIZON = 0.66


def sweep(ground: Canvas, design: Design) -> Array:
    """Wall and floor of one roll of paper: no line between them, only the light changes."""
    side = -1.0 if design.random.random() < 0.5 else 1.0
    bend = canvas.step(ground.y, HORIZON - 0.16, HORIZON + 0.12)
    colour = canvas.mix(design.wall, design.floor, bend)
    key = canvas.spot(ground, side * 0.28, 0.30, 0.85, 0.62)
    pool = canvas.spot(ground, 0.0, 0.86, 0.75, 0.24)
    hollow = canvas.spot(ground, 0.0, HORIZON + 0.02, 2.4, 0.085)
    light = 0.76 + 0.30 * key + 0.16 * pool * bend - 0.075 * hollow
    light = light * _window(ground, design, amount=0.30)
    tinted = canvas.mix(
        colour, colour * 0.75 + 0.25 * design.accent, 0.35 * canvas.step(-side * ground.x, 0.0, 0.9)
    )
    return np.asarray(tinted * light[..., None])


def gradient(ground: Canvas, design: Design) -> Array:
    """Four soft fields of colour, bent by slow noise so that no circle shows."""
    random = design.random
    bent_x = ground.x + 0.16 * canvas.noise(random, ground.x * 1.1 + 40, ground.y * 1.1 + 40, 2)
    bent_y = ground.y + 0.16 * canvas.noise(random, ground.x * 1.1 + 90, ground.y * 1.1 + 90, 2)
    bent = Canvas(ground.width, ground.height, bent_x, bent_y)
    scene = canvas.mix(design.wall * 1.06, design.floor, canvas.step(bent_y, 0.05, 1.0))
    places = ((-0.45, 0.2), (0.5, 0.42), (-0.15, 0.95), (0.4, -0.05))
    colours = (design.accent, design.wall, design.accent * 0.6 + 0.4 * design.floor, design.wall * 0.6 + 0.4)
    for (x, y), colour, strength in zip(places, colours, (0.85, 0.7, 0.55, 0.6), strict=True):
        shifted = x * max(0.7, ground.aspect) + float(random.uniform(-0.12, 0.12))
        field = canvas.spot(bent, shifted, y + float(random.uniform(-0.1, 0.1)), 0.42, 0.42)
        scene = canvas.mix(scene, colour, strength * field)
    # A hint of ground, so that a shadow has something to lie on.
    return scene * (1.0 - 0.06 * canvas.spot(ground, 0.0, 1.05, 1.6, 0.25))[..., None]


def plaster(ground: Canvas, design: Design) -> Array:
    """Trowelled wall in light from the side, on a ledge of the same stuff."""
    random = design.random
    height = 0.8 * canvas.noise(
        random, ground.x * 2.6 + ground.y, ground.y * 5.2, 4, 0.5
    ) + 0.30 * canvas.noise(random, ground.x * 6.0 + ground.y * 5, ground.y * 26.0, 3, 0.5)
    relief = canvas.blurred(ground, height, 0.0026)
    shade = (np.gradient(relief, axis=1) - 0.7 * np.gradient(relief, axis=0)) * ground.height
    fine = canvas.noise(random, ground.x * 60.0, ground.y * 60.0, 3, 0.6)
    tone = canvas.noise(random, ground.x * 1.3 + 7, ground.y * 1.3 + 7, 4, 0.6)
    wall = canvas.mix(design.wall, 0.72 * design.wall + 0.28 * design.accent, canvas.step(tone, -0.3, 1.0))
    key = 0.74 + 0.34 * canvas.spot(ground, -0.35, 0.25, 0.95, 0.8)
    lit = (
        wall
        * (key * (1 + 0.075 * np.tanh(0.035 * shade) + 0.018 * fine) * _window(ground, design, 0.55))[
            ..., None
        ]
    )
    return ledge(ground, design, lit, HORIZON + 0.06, canvas.noise(random, ground.x * 5, ground.y * 16, 4))


def ledge(ground: Canvas, design: Design, behind: Array, row: float, grain: Array) -> Array:
    """A plain surface from `row` down, nearer and so lighter, with the wall's soft shadow where they meet."""
    softness = 1.2 / ground.height
    below = canvas.step(ground.y, row - softness, row + softness)
    depth = np.clip((ground.y - row) / (1 - row), 0, 1)
    light = 0.90 + 0.12 * depth + 0.045 * grain + 0.12 * canvas.spot(ground, -0.1, 0.9, 0.8, 0.2)
    meeting = 1 - 0.34 * np.exp(-np.clip(ground.y - row, 0, 1) / 0.018) - 0.12 * np.exp(-depth / 0.22)
    above = 1 - 0.13 * np.exp(-np.clip(row - ground.y, 0, 1) / 0.035)
    window = 0.45 + 0.55 * _window(ground, design, 0.4)
    surface = design.floor * (light * meeting * window)[..., None]
    return canvas.mix(behind * above[..., None], surface, below)


def _window(ground: Canvas, design: Design, amount: float) -> Array:
    """Slanting panes of sunlight, where the mood has sun; 1 elsewhere."""
    if design.mood.sun <= 0:
        return np.ones_like(ground.y)
    across = ground.x * 0.94 + ground.y * 0.5
    down = ground.y * 0.90 - ground.x * 0.30
    panes = np.zeros_like(across)
    for left in (-0.42, 0.06):
        for top in (-0.15, 0.27):
            inside_x = canvas.step(across, left, left + 0.05) * (
                1 - canvas.step(across, left + 0.38, left + 0.43)
            )
            inside_y = canvas.step(down, top, top + 0.04) * (1 - canvas.step(down, top + 0.34, top + 0.38))
            panes = np.maximum(panes, inside_x * inside_y)
    soft = canvas.blurred(ground, panes.astype(np.float32), 0.008)
    return np.asarray(1 - 0.5 * amount * design.mood.sun + 1.5 * amount * design.mood.sun * soft, np.float32)
