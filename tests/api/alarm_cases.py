"""What people do about alarms over HTTP, as tests need it."""

import datetime as dt
from typing import Any
from uuid import UUID

from httpx import Response

from analytics.alarm_file import AlarmFile
from tests.support.http import People, Person

MINUTE = dt.timedelta(minutes=1)
Answer = dict[str, Any]


def soon(minutes: float = 10) -> str:
    return (dt.datetime.now(dt.UTC) + minutes * MINUTE).isoformat()


async def do(
    who: Person, alarm: UUID, action: str, body: Any = None, seen: int | str | None = None
) -> Response:
    headers = who.headers if seen is None else {**who.headers, "If-Match": f'"{seen}"'}
    return await who.client.post(f"/api/alarms/{alarm}/{action}/", json=body, headers=headers)


async def done(who: Person, alarm: UUID, action: str, body: Any = None) -> Answer:
    answer = await do(who, alarm, action, body)
    assert answer.status_code in {200, 201}, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    return dict(answer.json())


async def reasons(who: Person, alarm: UUID) -> list[str]:
    answer = await who.get(f"/api/alarms/{alarm}/history/")
    assert answer.status_code == 200
    return [step["reason"] for step in answer.json()["results"]]


async def wake(people: People, alarm: UUID) -> None:
    """Let the clock look at an alarm whose snooze or shelf is over by now."""
    await people.db.execute(
        "UPDATE alarms SET attention_at = now() - interval '1 s', snoozed_until = CASE WHEN"
        " snoozed_until IS NOT NULL THEN now() - interval '1 s' END WHERE id = %s",
        (alarm,),
    )
    async with people.db.transaction():
        await AlarmFile(people.db).wake(alarm)
