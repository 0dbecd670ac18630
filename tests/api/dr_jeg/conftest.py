"""A patient who has agreed to the assistant, and a model to answer them."""

import datetime as dt
from functools import partial

import pytest

from tests.support.assistant import Asking, asked_gemini
from tests.support.http import People, Person


@pytest.fixture
async def patient(people: People) -> Person:
    """Somebody who has agreed to the assistant."""
    patient = await people.patient()
    await people.agrees(patient)
    return patient


@pytest.fixture
async def measured(people: People, patient: Person) -> Person:
    """The patient, with a heart rate of 72."""
    at = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=2)
    await people.measure(patient, "heart_rate", [(at, 72)])
    return patient


@pytest.fixture
def asking(people: People) -> Asking:
    """Has Gemini answer, by a script."""
    return partial(asked_gemini, people)
