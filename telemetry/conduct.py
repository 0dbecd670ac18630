"""How devices send what they send: seen on the way in, told by the firmware doctor."""

from telemetry.arrivals import Arrival
from telemetry.batch import UNNUMBERED, Batch
from telemetry.devices import Device
from telemetry.habits import LATE_MS, Habit
from telemetry.samples import Message


def note_telemetry(
    arrival: Arrival, message: Message, device: Device, batch: Batch, *, newest_ms: int | None
) -> None:
    """Note what is worth telling of a message whose last reading is of `newest_ms`."""
    seen, sent = [], message.sent
    boot = UNNUMBERED if message.boot is None else message.boot
    if boot == UNNUMBERED:
        seen.append(Habit.UNNUMBERED)
    elif sent is None:
        seen.append(Habit.UNTIMED)
    if not arrival.once:
        seen.append(Habit.AT_MOST_ONCE)
    if arrival.retained:
        seen.append(Habit.RETAINED)
    if arrival.retained is None:
        seen.append(Habit.OVER_HTTP)
    if message.historical:
        seen.append(Habit.BACKLOG)
    # By one and the same clock: neither a wrong one nor a queue on the way is counted.
    elif newest_ms is not None and isinstance(sent, int) and sent - newest_ms > LATE_MS:
        seen.append(Habit.UNMARKED_BACKLOG)
    if len(device.keys) > 1 and device.shows_old(message.key or arrival.key or ""):
        seen.append(Habit.OLD_KEY)
    for habit in seen:
        batch.habits[device.device_id, boot, habit] += 1


def note_status(arrival: Arrival, device: Device, batch: Batch, *, boot: int, online: bool) -> None:
    """Note whether a device says goodbye, by itself or by its will."""
    habits, device_id, known = batch.habits, device.device_id, device.online_boot
    if arrival.retained is False:
        habits[device_id, boot, Habit.STATUS_NOT_RETAINED] += 1
    if not online:
        habits[device_id, boot, Habit.LEFT] += 1
        if known is not None and boot >= known:
            device.online_boot = None
    else:
        if known is not None and boot > known:
            habits[device_id, boot, Habit.VANISHED] += 1
        device.online_boot = boot if known is None else max(known, boot)
