"""The smooth bend of the whole city: from the plane in which streets are straight to the ground, and to degrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

LEAST_AREA = 0.2  # of a square metre: no part of the plane is pressed together more


@dataclass(frozen=True, slots=True)
class Meander:
    """A river along y = `at` of the plane: it swings by `swing` metres over `length` metres; `reach`: how far the
    streets beside it follow, metres. Streets keep crossing it at nearly right angles."""

    at: float
    swing: tuple[float, ...]
    length: tuple[float, ...]
    phase: tuple[float, ...]
    reach: float

    def bend(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Displacement in metres of points of the plane."""
        side, slope = np.zeros_like(x), np.zeros_like(x)
        for swing, length, phase in zip(self.swing, self.length, self.phase, strict=True):
            wave = 2 * np.pi / length
            side += swing * np.sin(wave * x + phase)
            slope += swing * wave * np.cos(wave * x + phase)
        away = (y - self.at) / self.reach
        fall = np.exp(-(away**2) / 2)
        return -slope * self.reach * away * fall, side * (1 - away**2) * fall


@dataclass(frozen=True, slots=True)
class Waves:
    """Irregular waves, in metres. `grow`: how far from `middle` they have their full height; `fade`: where they have
    died down to a third. They keep streets that cross at right angles doing so, in the first order."""

    height: float
    kx: Floats
    ky: Floats
    phase: Floats
    middle: tuple[float, float] = (0.0, 0.0)
    grow: float = 0.0
    fade: float = 0.0

    def bend(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Displacement in metres of points of the plane."""
        dx, dy = np.zeros_like(x), np.zeros_like(x)
        for kx, ky, phase in zip(self.kx.tolist(), self.ky.tolist(), self.phase.tolist(), strict=True):
            wave = np.sin(kx * x + ky * y + phase) / np.hypot(kx, ky)
            dx += wave * kx  # (kx, -ky): what is turned is turned for both axes alike
            dy -= wave * ky
        weight = self._weight(x, y) * self.height / np.sqrt(len(self.kx))
        return dx * weight, dy * weight

    def _weight(self, x: Floats, y: Floats) -> Floats:
        if not self.grow and not self.fade:
            return np.ones_like(x)
        away = np.hypot(x - self.middle[0], y - self.middle[1])
        if self.fade:
            return np.exp(-((away / self.fade) ** 2))
        share = np.clip(away / self.grow, 0, 1)
        return np.asarray(share**2 * (3 - 2 * share))


def waves(
    draw: np.random.Generator,
    height: float,
    length: float,
    middle: tuple[float, float] = (0.0, 0.0),
    grow: float = 0.0,
    fade: float = 0.0,
    count: int = 5,
) -> Waves:
    """Plane waves in all directions, their lengths between 0.8 and 1.3 of `length`, together about `height` high."""
    turn = (np.arange(count) + draw.random(count)) * np.pi / count
    k = 2 * np.pi / (length * draw.uniform(0.8, 1.3, count))
    return Waves(height, k * np.cos(turn), k * np.sin(turn), draw.random(count) * 2 * np.pi, middle, grow, fade)


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of the city: the corners of its rectangle are drawn in and its sides bulge, by z + c z^5 with c the
    `rounding`. `radius`: metres from its middle at which |z| is 1."""

    x: float
    y: float
    radius: float
    rounding: float

    def bend(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Displacement in metres of points of the plane."""
        z = ((x - self.x) + 1j * (y - self.y)) / self.radius
        moved = self.rounding * z**5 * self.radius
        return np.asarray(moved.real), np.asarray(moved.imag)


class Warp:
    """All bends together. They are small enough that no two points of the plane meet (tested by its determinant)."""

    def __init__(
        self, lon: float, lat: float, outline: Outline, bends: Sequence[Meander | Waves], strength: float, scale: float
    ) -> None:
        """`lon`, `lat`: degrees of the plane's origin; `strength`: of the bends, 1 as they are; `scale`: ground metres
        of a metre of the plane."""
        self.lon, self.lat, self.outline, self.bends = lon, lat, outline, tuple(bends)
        self.strength, self.scale = strength, scale
        phi = np.radians(lat)
        self._north = 111132.954 - 559.822 * np.cos(2 * phi)  # metres of a degree, WGS 84 series
        self._east = 111412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi)

    def scaled(self, scale: float) -> Warp:
        return Warp(self.lon, self.lat, self.outline, self.bends, self.strength, scale)

    def calmed(self, points: Floats) -> Warp:
        """The same with the bends weaker where they would fold the plane at any of the points, (n, 2) metres."""
        found = self
        while found.strength > 0 and float(found.areas(points).min()) < LEAST_AREA:
            weaker = max(0.0, found.strength - 0.07)
            found = Warp(self.lon, self.lat, self.outline, self.bends, weaker, self.scale)
        return found

    def areas(self, points: Floats) -> Floats:
        """(n,) how many square metres of the ground one of the plane becomes; below zero where it is folded."""
        here = self.ground(points)
        one, other = (
            self.ground(points + np.array([1.0, 0.0])) - here,
            self.ground(points + np.array([0.0, 1.0])) - here,
        )
        return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])

    def ground(self, points: npt.ArrayLike) -> Floats:
        """(n, 2) metres of the plane -> (n, 2) metres east and north on the ground."""
        found = np.asarray(points, dtype=np.float64)
        x, y = found[..., 0], found[..., 1]
        dx, dy = self.outline.bend(x, y)
        for each in self.bends:
            bent = each.bend(x, y)
            dx, dy = dx + self.strength * bent[0], dy + self.strength * bent[1]
        return np.stack([x + dx, y + dy], axis=-1) * self.scale

    def east(self, points: npt.ArrayLike) -> Floats:
        """(n, 2) unit vectors on the ground of the plane's x axis, turned so that the y axis fits as well."""
        found = np.asarray(points, dtype=np.float64)
        right, up = np.array([2.0, 0.0]), np.array([0.0, 2.0])  # metres: a small step each way
        across = self.ground(found + right) - self.ground(found - right)
        along = self.ground(found + up) - self.ground(found - up)
        middle = across + np.stack([along[..., 1], -along[..., 0]], axis=-1)
        return np.asarray(middle / np.linalg.norm(middle, axis=-1, keepdims=True))

    def degrees(self, ground: npt.ArrayLike, decimals: int = 7) -> Floats:
        """(n, 2) metres on the ground -> (n, 2) longitude and latitude, rounded: what is one vertex stays one."""
        found = np.asarray(ground, dtype=np.float64)
        lon = self.lon + found[..., 0] / self._east
        lat = self.lat + found[..., 1] / self._north
        return np.round(np.stack([lon, lat], axis=-1), decimals)

    def metres(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in degrees as one in metres on the ground."""
        middle, scale = np.array([self.lon, self.lat]), np.array([self._east, self._north])
        return shapely.transform(shape, lambda points: (points - middle) * scale)
