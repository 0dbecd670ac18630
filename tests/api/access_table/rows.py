"""Who may do what with whose data: one row for every endpoint under /api/ and /fhir/.

A new endpoint needs a row in the module of its area, or `test_access.py` fails. A row says

    Row("GET", "/api/patients/{patient_id}/", VIEW, SEES, audited=PATIENT)

- method and path, as the route has them;
- the permissions that the endpoint declares (`Permitted("...")` on it or on its router), or OPEN;
- what each kind of caller gets, see `WHO`: OK, or the status of the refusal. Take one of the
  presets, or change single callers of one: `{**SEES, "developer": 403}`;
- `body`, `query`: what to send. `{patient_id}` and the like in strings, and in the path, become
  the ids of a patient who is new for every caller, see `Case` in `test_access.py`;
- `ok`: statuses that count as OK, when the answer is not 2xx (such as 409, where what is asked for
  cannot be done with the patient of the test, but the caller may ask);
- `shows`: the list holds the patient's id exactly for those whom `shows` says may see them;
- `audited`: PATIENT when the log must have a record that names the patient, ACTOR when one that
  names the caller is enough, None for what no log needs;
- `endless`: an event stream; only refusals are tried here.
"""

from dataclasses import dataclass, field
from typing import Any, Final

OK: Final = 0
PATIENT: Final = "patient"
ACTOR: Final = "actor"
OPEN: Final[tuple[str, ...]] = ()
WHO: Final = (
    "anonymous",
    "self",
    "other",  # another patient
    "cared",  # a clinician with a care relationship
    "consented",  # a clinician with whom the patient shares their data
    "colleague",  # a clinician of a hospital with which the patient does
    "emergency",  # a clinician who broke the glass
    "ended",  # a clinician whose relationship and consent are over
    "unrelated",  # a clinician
    "developer",  # who registered the patient
    "stranger",  # a developer
    "admin",
    "auditor",
    "nobody",  # somebody without a role
)
Answers = dict[str, int]


def answers(**statuses: int) -> Answers:
    """Answers to everybody; `rest` for those who are not named."""
    rest = statuses.pop("rest")
    return {who: statuses.get(who, rest) for who in WHO}


CARERS: Final = {"cared": OK, "consented": OK, "colleague": OK, "emergency": OK}
SEES: Final = answers(
    rest=404, anonymous=401, auditor=403, nobody=403, self=OK, developer=OK, admin=OK, **CARERS
)
"""Data of a patient: 404 for those who may not see them."""
ANSWERS: Final = {**SEES, "self": 403, "other": 403}
"""Acting on a patient's alarm."""
RECORDS: Final = {**ANSWERS, "developer": 403, "stranger": 403, "admin": 403}
"""Writing down what a clinician observed."""
LOOKED_AFTER: Final = {**SEES, "developer": 403, "admin": 403}
"""What the patient, or a clinician, may put right."""
LISTS: Final = answers(rest=OK, anonymous=401, auditor=403, nobody=403)
"""A list that holds what the caller may see, perhaps nothing."""
STAFF_LISTS: Final = {**LISTS, "self": 403, "other": 403}
CLINICIANS_AND_ADMINS: Final = {**STAFF_LISTS, "developer": 403, "stranger": 403}
OWN: Final = answers(rest=OK, anonymous=401, nobody=403)
"""The caller's own account."""
ADMINS: Final = answers(rest=403, anonymous=401, admin=OK)
AUDITORS: Final = answers(rest=403, anonymous=401, auditor=OK)
ONLY_SELF: Final = {**answers(rest=404, anonymous=401, auditor=403, nobody=403), "self": OK}
ANYBODY: Final = answers(rest=OK)

VIEW: Final = ("patients.view",)
ANSWER: Final = ("alarms.answer", "patients.view")
RECORD: Final = ("patients.record", "patients.view")
ACCOUNT: Final = ("account.use",)
DEVICES: Final = ("devices.use",)
WRITE: Final = ("metrics.write",)
UNTIL: Final = "{soon}"
MISSING: Final = (404,)
"""Of the caller's own, and there is none of that id; refusals of a role come before."""


@dataclass(frozen=True)
class Row:
    """An endpoint and what it answers to whom."""

    method: str
    path: str
    permissions: tuple[str, ...]
    expected: Answers
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    ok: tuple[int, ...] = (200, 201, 202, 204)
    shows: Answers | None = None
    audited: str | None = None
    endless: bool = False
    needs: tuple[str, ...] = ()
    """What the patient must have, besides what path and body name."""
