"""Coordinates as Chinese phones and maps give them, brought to EPSG:4326. Values in, values out.

GCJ-02 is the shifted system of maps sold in China, BD-09 a second shift upon it. Neither has a published definition: the
polynomials are those that all open implementations share (coordtransform, eviltransform). Their inverses are found by
iteration, so a point shifted and brought back is where it was to less than a centimetre; how near the shared polynomial
itself comes to the maps is not published, and is said to be about a metre. CGCS2000 (EPSG:4490) differs from EPSG:4326 by
centimetres and is taken as the same.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Degrees = npt.NDArray[np.float64]
Points = tuple[Degrees, Degrees]

_AXIS, _FLATNESS = 6378245.0, 0.00669342162296594323  # Krasovsky 1940: metres, eccentricity squared
_BAIDU = np.pi * 3000.0 / 180.0
_STEPS = 12  # of an inversion; each gains about three digits
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271  # outside, GCJ-02 is not shifted


class Crs(StrEnum):
    """The systems a point may be given in."""

    WGS84 = "EPSG:4326"
    CGCS2000 = "EPSG:4490"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


SHIFTED = frozenset({Crs.GCJ02, Crs.BD09})  # the points of the others are taken as they are


def to_wgs84(lons: npt.ArrayLike, lats: npt.ArrayLike, crs: Crs) -> Points:
    """Points of a system as EPSG:4326; arrays of degrees of one length in and out."""
    lon, lat = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    if crs is Crs.BD09:
        lon, lat = _inverted(_to_baidu, lon, lat)
    if crs in SHIFTED:
        lon, lat = _inverted(to_gcj02, lon, lat)
    return lon, lat


def to_gcj02(lons: npt.ArrayLike, lats: npt.ArrayLike) -> Points:
    """Points of EPSG:4326 as GCJ-02, for a map that is drawn in it."""
    lon, lat = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    east, north = _shift(lon, lat)
    return lon + np.where(inside, east, 0.0), lat + np.where(inside, north, 0.0)


def to_bd09(lons: npt.ArrayLike, lats: npt.ArrayLike) -> Points:
    """Points of EPSG:4326 as BD-09."""
    return _to_baidu(*to_gcj02(lons, lats))


def _inverted(shift: Callable[[Degrees, Degrees], Points], lon: Degrees, lat: Degrees) -> Points:
    """The points that `shift` brings to these."""
    found_lon, found_lat = lon, lat
    for _ in range(_STEPS):
        shifted_lon, shifted_lat = shift(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - shifted_lon, found_lat + lat - shifted_lat
    return found_lon, found_lat


def _shift(lon: Degrees, lat: Degrees) -> Points:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    angle = np.radians(lat)
    magic = 1.0 - _FLATNESS * np.sin(angle) ** 2
    metres_north = _AXIS * (1.0 - _FLATNESS) / (magic * np.sqrt(magic)) * np.pi / 180.0
    metres_east = _AXIS / np.sqrt(magic) * np.cos(angle) * np.pi / 180.0
    return east / metres_east, north / metres_north


def _to_baidu(lon: Degrees, lat: Degrees) -> Points:
    length = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006
