"""How scenarios move the hidden state of a patient."""

from dataclasses import dataclass

import numpy as np

from simulators.noise import Floats


@dataclass(slots=True)
class Pull:
    """Draws a value towards a target: x + share (target - x), plus noise of sd `spread`.

    `share` has shape (n,), 0..1; target and spread are in the value's unit.
    """

    share: Floats
    target: float = 0.0
    spread: float = 0.0

    def towards(self, target: float, share: Floats, spread: float = 0.0) -> None:
        """Add a draw; where two overlap the stronger share counts, and the later target."""
        self.share = np.maximum(self.share, share)
        self.target, self.spread = target, spread

    def on(self, value: Floats, noise: Floats) -> Floats:
        """Draw `value` (n,) with unit-variance `noise` (n,)."""
        return value + self.share * (self.target + self.spread * noise - value)


@dataclass(slots=True)
class Shift:
    """What scenarios add to the hidden state; arrays of shape (n,), zero at rest.

    hypoxia: points of SpO2 lost. fever: Cel. heart_rate, respiratory_rate: /min beyond the
    couplings. systolic, diastolic: mm[Hg]. rhythm: a heart rate other than the sinus node's.
    sugar: a glucose (mg/dL) that the body no longer holds off.
    """

    hypoxia: Floats
    fever: Floats
    heart_rate: Floats
    respiratory_rate: Floats
    systolic: Floats
    diastolic: Floats
    rhythm: Pull
    sugar: Pull

    @classmethod
    def none(cls, n: int) -> "Shift":
        """Build the shift of a patient at rest, for n times."""
        a, b, c, d, e, f, rhythm, sugar = np.zeros((8, n))
        return cls(a, b, c, d, e, f, Pull(rhythm), Pull(sugar))
