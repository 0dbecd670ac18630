"""A batch that the database will not have is taken apart, so that one message costs only itself.

Everything that is known to be wrong with a message is found before its batch is committed. This is
for what is not known: whatever a message does to a transaction, the others must not wait for it.
"""

from ingest import refusals
from ingest.store import LeaseLostError, Store
from storage.writer import Committed
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.devices import Device
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.logs import logger

Arrivals = list[tuple[Arrival, Device | None]]

log = logger()


async def commit(
    store: Store, judge: Judge, batch: Batch, arrivals: Arrivals
) -> list[tuple[Batch, Committed]]:
    """Commit a batch, or, if it cannot be stored as a whole, each half by itself, and so on.

    So one bad message among n costs log2(n) transactions. A message that is alone in its batch is
    kept as a dead letter, and its device looked up again: what is known of it may be out of date.
    Returns every batch that was committed, in the order of arrival. Raises `LeaseLostError`.
    """
    try:
        return [(batch, await store.commit(batch))]
    except LeaseLostError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must not wait for it
        log.warning("batch_unstorable", error=type(error).__name__, messages=len(arrivals))
    if len(arrivals) == 1:
        return [await _refuse(store, arrivals[0][0])]
    middle = len(arrivals) // 2
    done = []
    for part in (arrivals[:middle], arrivals[middle:]):
        half = Batch()
        for arrival, device in part:
            refusals.take(judge, arrival, device, half)
        done += await commit(store, judge, half, part)
    return done


async def _refuse(store: Store, arrival: Arrival) -> tuple[Batch, Committed]:
    log.warning("message_unstorable", topic=arrival.topic)
    batch = Batch()
    batch.messages = 1
    device_id = arrival.parsed.device_id if arrival.parsed else None
    if device_id is not None:
        store.devices.forget(device_id)
    batch.refuse(
        Reason.UNSTORABLE,
        arrival.topic,
        arrival.payload,
        device_id,
        received_ms=arrival.window.received_ms,
    )
    return batch, await store.commit(batch)
