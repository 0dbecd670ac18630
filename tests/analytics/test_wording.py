"""Texts for people."""

import pytest

from analytics.wording import named


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("blood_pressure_systolic", "systolic pressure"),
        ("respiratory_rate", "respiratory rate"),
        ("consciousness", "consciousness"),
        ("supplemental_oxygen", "supplemental oxygen"),
    ],
)
def test_inputs_are_named_as_people_name_them(code: str, name: str) -> None:
    assert named(code) == name
