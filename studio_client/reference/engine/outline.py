"""Draws a rough outline anew on a busy backdrop, from what each stretch of it looks like on either side.

One colour model for the whole frame drops the subject's rim wherever it resembles some far corner of the
backdrop, and keeps texture that resembles some far part of the subject. Nearby, the two rarely look alike.
"""

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

ROUNDS = 3
# All lengths in pixels of the low-resolution picture.
REACH = 8.0
KNOWN_WITHIN = 30.0
WINDOW = 14
NARROW = 12.0
PATCH = 4
COLOURS = 24
SOFTNESS = 3.0
# Shadow changes lightness more than hue.
WEIGHTS = np.array([0.7, 1.0, 1.0], np.float32)
LEAST_SEEN = 0.01
# What a pixel's own colour weighs against its neighbours.
OWN_OPINION = 0.03
LEAST_TIE = 0.02
KEPT_ABOVE = 0.3
ADDED_ABOVE = 0.6


def redraw(mask: Array, lab: Array) -> Array:
    """`mask` with its outline moved, by some pixels at most, to where the nearby colours part."""
    drawn = mask
    for _ in range(ROUNDS):
        depth, away = pixels.distance_to(~drawn), pixels.distance_to(drawn)
        open_ = (depth < REACH) & (away < REACH)
        if not open_.any():
            return drawn
        chance = _chance(lab, depth, away)
        drawn = _agreed(drawn, _walked(chance, lab, drawn, open_) > 0.5, chance)
    return drawn


def _agreed(old: Array, new: Array, chance: Array) -> Array:
    """The new outline where the colours of what it adds or drops speak for it: one glint along a rim is not
    backdrop.
    """
    changed = (old ^ new).astype(np.float32)
    vote = pixels.box(chance * changed, PATCH) / (pixels.box(changed, PATCH) + 1e-4)
    agreed = np.where(old, new | (vote > KEPT_ABOVE), new & (vote > ADDED_ABOVE))
    # Narrow gaps that were not there before are such glints too.
    return np.asarray(agreed | (pixels.shrink(pixels.grow(agreed, NARROW), NARROW) & old))


def _chance(lab: Array, depth: Array, away: Array) -> Array:
    """How likely each pixel is subject by the share of its colour in the window around it: H × W, 0 to 1."""
    members = _members(lab, (depth < KNOWN_WITHIN) & (away < KNOWN_WITHIN))
    subject = _share(members, np.clip((depth - 0.5) / 3, 0, 1) * (depth < KNOWN_WITHIN))
    backdrop = _share(members, np.clip((away - 0.5) / 3, 0, 1) * (away < KNOWN_WITHIN))
    return np.asarray((subject + LEAST_SEEN) / (subject + backdrop + 2 * LEAST_SEEN))


def _members(lab: Array, near: Array) -> Array:
    """How much each pixel belongs to each of the colours found along the outline: H × W × COLOURS."""
    weighted = lab * WEIGHTS
    samples = weighted[near]
    samples = samples[:: max(1, len(samples) // 6000)]
    cv2.setRNGSeed(1)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    count = min(COLOURS, len(samples))
    _, _, centres = cv2.kmeans(samples, count, np.empty(0, np.int32), criteria, 2, cv2.KMEANS_PP_CENTERS)
    square = np.stack([((weighted - centre) ** 2).sum(axis=-1) for centre in np.asarray(centres)], axis=-1)
    square -= square.min(axis=-1, keepdims=True)
    member = np.exp(-square / (2 * SOFTNESS**2))
    return np.asarray(member / member.sum(axis=-1, keepdims=True), np.float32)


def _share(members: Array, weight: Array) -> Array:
    weight = weight.astype(np.float32)
    seen = pixels.box(weight, WINDOW) + 1e-4
    shares = [
        members[..., k] * pixels.box(members[..., k] * weight, WINDOW) / seen
        for k in range(members.shape[-1])
    ]
    return np.asarray(sum(shares))


def _walked(chance: Array, lab: Array, mask: Array, open_: Array) -> Array:
    """Random walker (Grady 2006): each open pixel takes after its neighbours, less so across an edge."""
    count = int(open_.sum())
    number = np.full(mask.shape, -1)
    number[open_] = np.arange(count)
    one, other, tie = _ties(lab, open_)
    first, second, value = number.ravel()[one], number.ravel()[other], mask.ravel()
    opinion = OWN_OPINION * np.abs(2 * chance[open_] - 1) + 1e-4
    total, pull = opinion.copy(), opinion * (chance[open_] > 0.5)
    for here, there, beyond in ((first, second, other), (second, first, one)):
        own, known = here >= 0, (here >= 0) & (there < 0)
        total += np.bincount(here[own], tie[own], count)
        pull += np.bincount(here[known], tie[known] * value[beyond[known]], count)
    both = (first >= 0) & (second >= 0)
    a, b, between = first[both], second[both], -tie[both]
    diagonal = np.arange(count)
    entries = np.concatenate([between, between, total])
    places = np.concatenate([a, b, diagonal]), np.concatenate([b, a, diagonal])
    walked = mask.astype(np.float64)
    walked[open_] = spsolve(coo_matrix((entries, places), shape=(count, count)).tocsc(), pull)
    return walked


def _ties(lab: Array, open_: Array) -> tuple[Array, Array, Array]:
    """Neighbouring pixels as flat indices, and how closely they are tied."""
    number = np.arange(open_.size).reshape(open_.shape)
    ones, others, ties = [], [], []
    for here, there in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        step = ((lab[here] - lab[there]) ** 2).sum(axis=-1)
        usual = max(1e-3, float(np.median(step[open_[here]])) if open_[here].any() else 1.0)
        ones.append(number[here].ravel())
        others.append(number[there].ravel())
        ties.append((np.exp(-step / (4 * usual)) + LEAST_TIE).ravel())
    return np.concatenate(ones), np.concatenate(others), np.concatenate(ties)
