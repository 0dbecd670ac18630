"""`jeg doctor device ID`: what the firmware of a device does right and wrong."""

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from analytics.examination import Examination, Result
from analytics.firmware import examine
from stack.dead_letters import database_url, device_of
from stack.errors import StackError, database_away
from stack.folders import Folders
from storage.engine import Database
from storage.queries.firmware import FirmwareFacts, firmware_facts

EXITS: Final[dict[Result, int]] = {"pass": 0, "fail": 1, "unknown": 2}
_MARKS: Final[dict[Result, str]] = {"pass": "ok", "fail": "FAIL", "unknown": "?"}
_VERDICTS: Final[dict[Result, str]] = {
    "pass": "everything was seen, and all of it is right",
    "fail": "something must be mended",
    "unknown": "nothing wrong was seen, but not everything was seen",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The examination of one device, and what it was made of."""

    device_id: UUID
    facts: FirmwareFacts
    examination: Examination


def report(folders: Folders, *, device: str, boots: int) -> Report:
    """Examine a device.

    Raises StackError for a malformed or unknown device id, or an absent database.
    """
    device_id = device_of(device)
    if device_id is None:
        message = "name a device id (a UUID)"
        raise StackError(message)
    facts = asyncio.run(_read(database_url(folders), device_id, boots))
    return Report(device_id, facts, examine(facts))


async def _read(url: str, device_id: UUID, boots: int) -> FirmwareFacts:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            facts = await firmware_facts(session, device_id, boots=boots)
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
    finally:
        await database.close()
    if facts is None:
        message = f"no device {device_id} is registered"
        raise StackError(message)
    return facts


def as_text(found: Report) -> str:
    """Write a line per check, what to do below it, and the verdict at the end."""
    boots = found.facts.boots
    name = "without numbers" if boots is None else f"boot {boots.newest}"
    lines = [f"device {found.device_id}, {name}, since {found.facts.since:%Y-%m-%d %H:%M} UTC"]
    for check in found.examination.checks:
        lines.append(f"{_MARKS[check.result]:>5}  {check.name:13} {check.found}")
        if check.remedy:
            lines.append(f"{'':21}-> {check.remedy}")
    return "\n".join([*lines, _VERDICTS[found.examination.result]])


def as_document(found: Report) -> str:
    """Write the same as JSON, in the shape of the API's report."""
    boots = found.facts.boots
    return json.dumps(
        {
            "device_id": str(found.device_id),
            "result": found.examination.result,
            "since": found.facts.since.isoformat(),
            "boot": None if boots is None else boots.newest,
            "checks": [asdict(check) for check in found.examination.checks],
        },
        indent=2,
    )
