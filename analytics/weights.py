"""Weights that the package ships, read once."""

import json
from functools import cache
from importlib import resources

from analytics.scores.deterioration import Model


@cache
def deterioration() -> Model:
    """The deterioration score as shipped."""
    text = resources.files("analytics.scores").joinpath("deterioration.json").read_text("utf-8")
    return Model.parse(json.loads(text))
