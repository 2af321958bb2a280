"""Scenes with a world behind them: bokeh, table, outdoor."""

import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from . import canvas, indoor
from .canvas import Canvas
from .spec import Design

TABLE_EDGE = 0.64


def bokeh(ground: Canvas, design: Design) -> Array:
    """Lights far out of focus; below, a dark glossy surface that gives them back."""
    edge = 0.74
    mirrored = np.where(ground.y > edge, 2 * edge - ground.y, ground.y).astype(np.float32)
    air = Canvas(ground.width, ground.height, ground.x, mirrored)
    lights = _lights(ground, design, edge)
    wall = design.wall * 0.8 + 0.02 * design.accent
    scene = wall * (0.55 + 0.75 * canvas.spot(air, 0.0, 0.52, 0.8, 0.4))[..., None]
    scene = scene + lights
    below = canvas.step(ground.y, edge - 0.006, edge + 0.006)
    depth = np.clip((ground.y - edge) / (1 - edge), 0, 1)
    glossy = canvas.blurred(ground, scene, 0.013) * (0.42 - 0.24 * depth)[..., None]
    surface = design.floor * (0.45 + 0.5 * canvas.spot(ground, 0.0, 0.9, 0.7, 0.16))[..., None] + glossy
    return canvas.mix(scene, surface, below)


def _lights(ground: Canvas, design: Design, mirror: float = 2.0) -> Array:
    """Blurred discs of light, given back below the row `mirror`; drawn at half size, as nothing in them is
    sharp.
    """
    random = design.random
    air = canvas.make(max(1, ground.width // 2), max(1, ground.height // 2))
    wide = max(air.aspect, 1.0)
    total = np.zeros((air.height, air.width, 3), np.float32)
    hues = (design.accent, design.accent * 0.5 + 0.5, design.accent * 0.7 + 0.3 * design.wall)
    for number in range(78):
        size = float(random.uniform(0.012, 0.07)) * (1.3 if number % 9 == 0 else 1.0)
        x, y = float(random.uniform(-0.58, 0.58)) * wide, float(random.normal(0.46, 0.17))
        strength = float(random.uniform(0.05, 0.5)) * (0.04 / size) ** 0.7
        _disc(total, air, (x, y, size), strength * hues[number % 3])
    soft = canvas.blurred(air, total, 0.0036)
    full = pixels.enlarge(soft, ground.width, ground.height)
    rows = np.where(ground.y[:, 0] > mirror, 2 * mirror - ground.y[:, 0], ground.y[:, 0])
    return np.asarray(full[np.clip(np.rint(rows * ground.height - 0.5).astype(int), 0, ground.height - 1)])


def _disc(total: Array, air: Canvas, place: tuple[float, float, float], colour: Array) -> None:
    x, y, size = place
    reach = 1.1 * size * air.height
    column, row = (x + air.aspect / 2) * air.height, y * air.height
    window = (
        slice(max(0, int(row - reach)), max(0, int(row + reach) + 1)),
        slice(max(0, int(column - reach)), max(0, int(column + reach) + 1)),
    )
    away = np.hypot(air.x[window] - x, air.y[window] - y) / size
    disc = (1 - canvas.step(away, 0.88, 1.08)) * (0.62 + 0.38 * np.clip(away, 0, 1) ** 3)
    total[window] += disc[..., None] * colour


def table(ground: Canvas, design: Design) -> Array:
    """Planks in perspective before a wall too far away to be sharp."""
    random = design.random
    tone = canvas.noise(random, ground.x * 1.6, ground.y * 1.6, 3)
    glow = canvas.spot(ground, 0.3, 0.22, 0.7, 0.5)
    wall = canvas.mix(
        design.wall * 0.82, design.wall * 0.9 + 0.12 * design.accent, np.clip(0.5 + 0.4 * tone, 0, 1)
    )
    behind = wall * (0.72 + 0.34 * glow)[..., None]
    behind = behind + _lights_of_a_window(ground, design)
    depth = np.clip((ground.y - TABLE_EDGE) / (1 - TABLE_EDGE), 0.0, 1)
    away = 1 / (0.34 + depth)
    wood = _wood(ground.x * away, away * 3.0, design)
    near = canvas.step(depth, 0.0, 0.5)
    soft = canvas.blurred(ground, wood, 0.0035)
    wood = canvas.mix(soft, wood, near)
    sheen = 0.10 * np.exp(-depth / 0.25) + 0.16 * canvas.spot(ground, 0.15, 0.8, 0.6, 0.16)
    light = 0.88 + 0.14 * depth
    surface = wood * light[..., None] + design.wall * sheen[..., None] * 0.5
    behind = behind * (1 - 0.20 * np.exp(-np.clip(TABLE_EDGE - ground.y, 0, 1) / 0.05))[..., None]
    edge = canvas.step(ground.y, TABLE_EDGE - 0.004, TABLE_EDGE + 0.004)
    return canvas.mix(behind, surface, edge)


def _wood(along: Array, across: Array, design: Design) -> Array:
    """Grain that runs along x: slow rings bent by noise, fine fibres, dark seams, each plank of its own
    shade.
    """
    random = design.random
    plank = np.floor(across / 0.9)
    inside = across / 0.9 - plank
    shift = (plank * 37.7) % 113
    bend = canvas.noise(random, along * 0.8 + shift, across * 1.4 + shift, 3)
    rings = np.sin(22 * (across + 0.16 * bend) + 3 * bend + shift)
    fibre = canvas.noise(random, along * 2.2 + shift, across * 34, 4, 0.65)
    shade = np.sin(plank * 12.9898 + 1.0) * 0.08
    seam = np.exp(-((np.minimum(inside, 1 - inside) / 0.014) ** 2))
    value = 1.0 + shade + 0.05 * rings + 0.09 * fibre
    dark = canvas.mix(
        design.floor,
        design.floor * np.array([0.74, 0.66, 0.58], np.float32),
        np.clip(0.30 - 0.5 * fibre, 0, 1),
    )
    return np.asarray(dark * (value * (1 - 0.55 * seam))[..., None], np.float32)


def _lights_of_a_window(ground: Canvas, design: Design) -> Array:
    """A bright blurred window far behind, more of it the sunnier the mood."""
    x = 0.36 * max(ground.aspect, 0.8)
    pane = canvas.step(ground.x, x - 0.24, x - 0.08) * (1 - canvas.step(ground.x, x + 0.1, x + 0.26))
    pane = pane * (1 - canvas.step(ground.y, 0.30, 0.50))
    return np.asarray(
        (0.10 + 0.30 * design.mood.sun) * pane[..., None] * (0.5 + 0.5 * design.accent), np.float32
    )


def outdoor(ground: Canvas, design: Design) -> Array:
    """Sky, hills in haze, leaves out of focus, and a stone ledge to stand on."""
    far = _landscape(canvas.make(max(1, ground.width // 3), max(1, ground.height // 3)), design)
    scene = pixels.enlarge(far, ground.width, ground.height) + _sun_through_leaves(ground, design)
    stone = canvas.noise(design.random, ground.x * 7, ground.y * 20, 5, 0.62)
    return indoor.ledge(ground, design, np.asarray(scene, np.float32), 0.73, 1.6 * stone)


def _landscape(air: Canvas, design: Design) -> Array:
    random = design.random
    haze = design.wall * 0.55 + 0.45
    scene = canvas.mix(design.wall * 0.92, haze, canvas.step(air.y, 0.0, 0.55))
    cloud = canvas.noise(random, air.x * 1.7, air.y * 4.2, 4, 0.55)
    scene = canvas.mix(scene, np.full(3, 0.95, np.float32), 0.55 * canvas.step(cloud, 0.05, 0.9))
    for row, share in ((0.44, 0.72), (0.50, 0.48), (0.56, 0.22)):
        ridge = row + 0.06 * canvas.noise(random, air.x * 1.3 + 50 * row, np.full_like(air.y, row * 31), 4)
        hill = design.accent * (1 - share) * 0.75 + haze * share
        scene = canvas.mix(scene, hill, canvas.step(air.y - ridge, -0.012, 0.012))
    corner = np.abs(air.x) / max(air.aspect, 0.7) - 0.36 - 0.5 * air.y
    leaves = canvas.noise(random, air.x * 9, air.y * 9, 3, 0.7)
    hedge = canvas.step(leaves + 9 * (air.y - 0.68), -0.3, 0.5)
    branch = canvas.step(leaves + 7 * corner, 0.1, 0.6)
    shade = 0.7 + 0.6 * np.clip(canvas.noise(random, air.x * 7, air.y * 7, 2), -0.8, 1)
    scene = canvas.mix(scene, design.accent * shade[..., None], 0.9 * np.maximum(hedge, branch))
    return canvas.blurred(air, scene, 0.013)


def _sun_through_leaves(ground: Canvas, design: Design) -> Array:
    low = canvas.step(ground.y, 0.46, 0.64)[..., None]
    return np.asarray(_lights(ground, design) * low * 0.4, np.float32)
