"""What a request that does something about an alarm comes with."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from psycopg.rows import DictRow

from analytics.alarm_file import Action
from api.alarms import service
from api.alarms.schemas import Alarm
from api.auth import Caller, Permitted
from api.preconditions import SeenVersions, tag
from api.sessions import Writing
from storage.engine import WriteSession

Answerer = Annotated[Caller, Depends(Permitted("alarms.answer"))]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to an alarm: by whom, and at which of its versions."""

    session: WriteSession
    caller: Caller
    alarm_id: UUID
    seen: service.Versions
    response: Response

    async def act(self, action: Action, *, undoes: str | None = None) -> Alarm:
        """Do something about the alarm; its ETag is sent.

        Args:
            action: What.
            undoes: The column with whoever did what it undoes: where that was somebody else, the
                version must be named.

        Raises:
            VersionRequiredError: when it is not.

        """

        def is_of_others(row: DictRow) -> bool:
            return undoes is not None and row[undoes] not in {None, self.caller.id}

        return self.done(
            await service.act(
                self.session, self.caller, self.alarm_id, action, self.seen, is_of_others
            )
        )

    def done(self, alarm: Alarm) -> Alarm:
        """The alarm as it is now, with its ETag."""
        tag(self.response, alarm.version)
        return alarm


async def _answer(
    session: Writing, caller: Answerer, alarm_id: UUID, seen: SeenVersions, response: Response
) -> Answer:
    return Answer(session, caller, alarm_id, seen, response)


Answering = Annotated[Answer, Depends(_answer)]
