"""What alarms a bed has, and what is done about them."""

import asyncio
from uuid import UUID

from analytics import answers
from analytics.alarm_file import AlarmFile
from storage.engine import WriteSession
from telemetry.clock import now_ms
from tests.support.beds import Bed
from tests.support.worlds import until


def second_by_second(value: float, *, seconds: int, ago_ms: int = 0) -> list[tuple[int, float]]:
    """One value each second, the last one `ago_ms` ago."""
    last = now_ms() - ago_ms
    return [(last - 1000 * i, value) for i in range(seconds - 1, -1, -1)]


async def states(bed: Bed) -> list[tuple[str, str]]:
    return [(alarm["condition"], alarm["state"]) for alarm in await bed.alarms()]


async def has_both(bed: Bed) -> bool:
    """Whether heart rate and saturation have an alarm each.

    The score of both together may have one as well, if a full minute has passed meanwhile.
    """
    conditions = [condition for condition, _ in await states(bed) if condition != "news2"]
    return sorted(conditions) == ["heart_rate_high", "oxygen_saturation_low"]


async def acknowledge(session: WriteSession, alarm: UUID, actor: UUID) -> None:
    file = AlarmFile(await session.plain())
    await file.act(alarm, lambda one, at_ms: answers.acknowledge(one, at_ms, actor))


async def wait_for(bed: Bed, task: asyncio.Task[None], *expected: tuple[str, str]) -> None:
    async def there() -> bool:
        return await states(bed) == list(expected)

    await until(there, task)
