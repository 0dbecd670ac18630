"""Facts about devices told to the engine, and what became of them."""

from uuid import UUID

from analytics.equipment import Equipment
from analytics.technical import TechnicalSettings
from storage.engine import connect
from storage.queries.intake import KEEP_FACTS
from telemetry.clock import now_ms
from telemetry.device_facts import Fact
from telemetry.metrics import METRICS
from tests.support.beds import Bed

AT_ONCE = TechnicalSettings(offline_ms=0, probe_off_ms=0, gather_ms=0)


async def tell(bed: Bed, fact: Fact, *devices: UUID, code: str = "", amount: int = 1) -> None:
    named = list(devices) or [bed.device]
    count = len(named)
    await bed.db.execute(KEEP_FACTS, (named, [fact] * count, [code] * count, [amount] * count))


async def states(bed: Bed) -> list[tuple[str, str]]:
    return [(alarm["condition"].split(":")[0], alarm["state"]) for alarm in await bed.alarms()]


async def turn(bed: Bed, settings: TechnicalSettings = AT_ONCE, later_ms: int = 0) -> list[UUID]:
    async with await connect(bed.db.info.dsn + password(bed), application_name="tests") as db:
        changed, drained = await Equipment(db, settings).turn(now_ms() + later_ms)
    assert drained
    return changed


def password(bed: Bed) -> str:
    return f" password={bed.db.info.password}" if bed.db.info.password else ""


async def was_sending(bed: Bed, *devices: UUID) -> None:
    """Give devices readings of the last minutes, so that somebody misses them."""
    for device in devices or (bed.device,):
        await bed.db.execute(
            "INSERT INTO vitals SELECT s.id, now() - i * interval '10 seconds', 70, 1"
            " FROM series s, generate_series(1, 6) i"
            " WHERE s.device_id = %s AND s.metric = %s",
            (device, METRICS["heart_rate"].id),
        )
