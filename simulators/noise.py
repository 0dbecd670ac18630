"""Noise that can be asked for at any time, in any order, and is always the same.

A recursive process (AR(1)) must be run from its beginning: a month of history and the
live values after it would need one state, kept over restarts. Here the noise is a function
of time instead: Gaussian values hashed on a lattice of knots, blended between the knots.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Times: TypeAlias = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_STREAM = np.uint64(0x632BE59BD9B4E019)
_TWO_53 = float(1 << 53)
_MASK_64 = (1 << 64) - 1


def _mix(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele, Lea, Flood 2014, doi 10.1145/2660193.2660195)."""
    z = (keys ^ (keys >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


def uniform(seed: int, stream: Times | int, index: Times) -> Floats:
    """Give uniform numbers in (0, 1), one for each (seed, stream, index).

    `stream` and `index` are broadcast to one shape, which the result has.
    """
    # Arrays of one element at least: numpy warns when a scalar wraps around, as hashes must.
    streams = np.atleast_1d(stream).astype(np.uint64) * _STREAM
    base = streams ^ np.uint64((seed << 20) & _MASK_64)
    keys = _mix(np.atleast_1d(index).astype(np.uint64) * _GOLDEN + base)
    bits = (_mix(keys + _GOLDEN) >> np.uint64(11)).astype(np.float64)
    return (bits + 0.5) / _TWO_53


def gaussian(seed: int, stream: Times | int, index: Times) -> Floats:
    """Give standard normal numbers (Box and Muller 1958); shapes as in `uniform`."""
    radius = np.sqrt(-2.0 * np.log(uniform(seed, 2 * stream, index)))
    turn: Floats = np.cos(2.0 * np.pi * uniform(seed, 2 * stream + 1, index))
    return radius * turn


def smooth(seed: int, stream: Times | int, times_ms: Times, tau_s: Floats | float) -> Floats:
    """Give smooth standard normal noise with a correlation time of about `tau_s` seconds.

    Formula: with u the position between two knots of the lattice of spacing tau,
    `x = cos(pi u / 2) g0 + sin(pi u / 2) g1`; the squares of the weights add up to one, so
    the variance is one everywhere. Correlated within tau, independent after two tau.
    `stream`, `times_ms` and `tau_s` are broadcast to one shape.
    """
    position = times_ms / (np.asarray(tau_s) * 1000.0)
    knot = np.floor(position)
    angle = (position - knot) * (np.pi / 2.0)
    left = knot.astype(np.int64)
    here, following = gaussian(seed, stream, np.stack([left, left + 1]))
    mixed: Floats = np.cos(angle) * here + np.sin(angle) * following
    return mixed


_SCALES_S = np.array([[8.0], [150.0], [2700.0], [43200.0]])
_SHARES = np.array([[0.15], [0.25], [0.3], [0.3]])
_OFFSETS = np.arange(len(_SCALES_S), dtype=np.int64)[:, None]


def physiological(seed: int, stream: int, times_ms: Times) -> Floats:
    """Give unit-variance variability over four time scales: breaths, minutes, an hour, a day.

    Heart rate and pressure vary about equally per octave of time ("1/f", Kobayashi and
    Musha 1982, IEEE Trans Biomed Eng 29:456); four lattices with growing weights are a
    cheap likeness of that. `times_ms` and the result have shape (n,).
    """
    lattices = smooth(seed, stream * 8 + _OFFSETS, times_ms[None, :], _SCALES_S)
    total: Floats = (np.sqrt(_SHARES) * lattices).sum(axis=0)
    return total


def rounded(values: Floats, decimals: int = 0) -> Floats:
    """Round as a device's display does (numpy's stubs lose the type)."""
    result: Floats = np.round(values, decimals)
    return result
