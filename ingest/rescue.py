"""A batch that the database will not have is taken apart, so that one message costs only itself.

Everything that is known to be wrong with a message is found before its batch is committed. This is
for what is not known: whatever a message does to a transaction, the others must not wait for it.
"""

from ingest.store import LeaseLostError, Store
from storage.writer import Committed
from telemetry.batch import Batch
from telemetry.devices import Device
from telemetry.errors import Reason
from telemetry.judge import Arrival, Judge
from telemetry.logs import logger

Arrivals = list[tuple[Arrival, Device | None]]

log = logger()


async def commit(
    store: Store, judge: Judge, batch: Batch, arrivals: Arrivals
) -> list[tuple[Batch, Committed]]:
    """Commit a batch, or, if it cannot be stored as a whole, each of its messages by itself.

    Returns every batch that was committed. Raises `LeaseLostError`.
    """
    try:
        return [(batch, await store.commit(batch))]
    except LeaseLostError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must not wait for it
        log.warning("batch_unstorable", error=type(error).__name__, messages=len(batch))
    return [await _commit_one(store, judge, *one) for one in arrivals]


async def _commit_one(
    store: Store, judge: Judge, arrival: Arrival, device: Device | None
) -> tuple[Batch, Committed]:
    batch = Batch()
    judge.take(arrival, device, batch)
    try:
        return batch, await store.commit(batch)
    except LeaseLostError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        log.warning("message_unstorable", topic=arrival.topic, error=type(error).__name__)
    batch = Batch()
    batch.messages = 1
    device_id = arrival.parsed.device_id if arrival.parsed else None
    batch.refuse(
        Reason.UNSTORABLE,
        arrival.topic,
        arrival.payload,
        device_id,
        received_ms=arrival.window.received_ms,
    )
    return batch, await store.commit(batch)
