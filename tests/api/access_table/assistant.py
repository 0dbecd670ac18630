"""Conversations with the assistant: each is its user's alone."""

from typing import Final

from tests.api.access_table.rows import OK, Row, answers

_USE: Final = ("assistant.use",)
_PATIENTS: Final = answers(rest=403, anonymous=401, self=OK, other=OK)
_OWN: Final = answers(rest=403, anonymous=401, self=OK, other=404)
_ONE: Final = "/api/dr-jeg/conversations/{conversation_id}/"
_MESSAGE: Final = f"{_ONE}messages/{{message_id}}/"
_PROPOSAL: Final = f"{_ONE}proposals/{{proposal_id}}/"
_SAYS: Final = {"message": "How is my heart rate?"}
_SYMPTOMS: Final = {"symptoms": ["fatigue"], "duration": "1 week"}
_AGREED: Final = ("assistant_consent",)
_NEEDS: Final = ("conversation_id", *_AGREED)

ROWS: Final = (
    Row("GET", "/api/dr-jeg/", _USE, _PATIENTS),
    Row(
        "POST",
        "/api/dr-jeg/conversations/",
        _USE,
        {**_PATIENTS, "other": 403},
        body={},
        needs=_AGREED,
        audited="patient",
    ),
    Row(
        "POST",
        "/api/dr-jeg/chat/",
        _USE,
        {**_PATIENTS, "other": 403},
        body=_SAYS,
        needs=_AGREED,
        audited="patient",
    ),
    Row("GET", "/api/dr-jeg/conversations/", _USE, _PATIENTS),
    Row("GET", _ONE, _USE, _OWN, audited="patient"),
    Row("PATCH", _ONE, _USE, _OWN, body={"title": "Mine"}, audited="patient"),
    Row("DELETE", _ONE, _USE, _OWN, audited="patient"),
    Row(
        "POST",
        f"{_ONE}chat/",
        _USE,
        {**_OWN, "other": 403},
        body=_SAYS,
        needs=_NEEDS,
        audited="patient",
    ),
    Row(
        "POST",
        f"{_ONE}chat/stream/",
        _USE,
        {**_OWN, "other": 403},
        body=_SAYS,
        needs=_NEEDS,
        audited="patient",
    ),
    Row(
        "POST",
        "/api/dr-jeg/health-analysis/",
        _USE,
        {**_PATIENTS, "other": 403},
        body=_SYMPTOMS,
        needs=_AGREED,
        audited="patient",
    ),
    Row("GET", f"{_MESSAGE}sources/", _USE, _PATIENTS, ok=(404,)),
    Row("PUT", f"{_MESSAGE}feedback/", _USE, _PATIENTS, body={"helpful": True}, ok=(404,)),
    *(
        Row(
            "POST",
            f"{_PROPOSAL}{decision}/",
            _USE,
            {**_OWN, "other": 403},
            needs=_NEEDS,
            ok=(409,),
            audited="patient",
        )
        for decision in ("accept", "decline")
    ),
)
