"""What the tools find for the assistant of this machine, and what it says of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from gateways.llm.dialogue import Kind, Language, Question, Reply, Tool, Turn, Usage
from gateways.llm.local import LocalAssistant

WHEN = "2026-11-22T14:05+00:00"
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=ZoneInfo("Africa/Accra"))
DATA: Mapping[str, Mapping[str, Any]] = {
    "read_vitals": {
        "readings": [
            {
                "metric": "blood_pressure",
                "unit": "mm[Hg]",
                "measured_at": WHEN,
                "systolic": 150.0,
                "diastolic": 82.0,
                "systolic_usual_range": {"low": 90, "high": 135},
                "systolic_compared_to_usual_range": "above",
            }
        ]
    },
    "read_trend": {
        "courses": [
            {
                "metric": "heart_rate",
                "unit": "/min",
                "mean": 70.0,
                "lowest": 55.0,
                "highest": 96.5,
                "direction": "falling",
            }
        ]
    },
    "read_alarms": {
        "count": 1,
        "days": 7,
        "alarms": [
            {"condition": "heart_rate_high", "started_at": WHEN, "value": 141.0, "unit": "/min"}
        ],
    },
    "read_medications": {
        "count": 1,
        "medications": [
            {
                "name": {"untrusted_text": "Metformin"},
                "dosage": {"untrusted_text": "500 mg"},
                "frequency": {"untrusted_text": "twice a day"},
            }
        ],
    },
    "read_appointments": {
        "appointments": [
            {
                "with": {"untrusted_text": "Kofi Mensah"},
                "starts_at": WHEN,
                "hospital": {"untrusted_text": "Ridge"},
            }
        ]
    },
    "read_score": {
        "news2": {
            "certain": 2,
            "at_most": 7,
            "made_of": [
                {"metric": "heart_rate", "value": 115.0, "unit": "/min", "measured_at": WHEN}
            ],
        }
    },
    "read_background": {"medical_conditions": {"untrusted_text": "Asthma"}, "allergies": None},
    "find_slots": {
        "free": [{"provider_id": "p", "starts_at": WHEN, "with": {"untrusted_text": "Kofi Mensah"}}]
    },
    "propose_booking": {"proposed": {}},
}


class Tools:
    """Gives what a test says."""

    tools: Sequence[Tool] = ()

    def __init__(self, data: Mapping[str, Mapping[str, Any]] = DATA) -> None:
        self.data = data
        self.called: list[tuple[str, dict[str, Any]]] = []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Remember the call."""
        self.called.append((name, dict(arguments)))
        return self.data.get(name, {})


async def reply(
    text: str,
    language: Language = "en",
    kind: Kind = "chat",
    tools: Tools | None = None,
    *,
    before: Sequence[str] = (),
) -> Reply:
    """What it says of that, after these questions."""
    history = [Turn("user", one) for one in before]
    asked = Question(kind, language, text, NOW, history=history)
    return await LocalAssistant().answer(asked, tools or Tools(), Usage())
