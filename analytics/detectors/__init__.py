"""Detectors: what is unusual about a reading, as a score; higher is worse.

A detector decides nothing. Whether a score is an alarm, after which delay and until when, is in
`analytics.rules`. Every module of this package is found by `discover`, and everything found goes
through the same property checks in the tests.
"""

import importlib
import pkgutil

from analytics.detectors.base import Detector

__all__ = ["Detector", "discover"]


def discover() -> list[Detector]:
    """Instances of every detector of this package, with parameters that make sense."""
    found: list[Detector] = []
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        found.extend(getattr(loaded, "EXAMPLES", ()))
    return found
