"""Tasks that end when they are told to, whatever the MQTT client makes of a cancellation."""

import asyncio
from collections.abc import Coroutine

import aiomqtt


def stay_cancelled() -> None:
    """Go on ending a task whose cancellation got lost on the way.

    The MQTT client waits with `asyncio.wait_for`, which before Python 3.12 drops a cancellation
    that comes together with the answer; and an error of its farewell takes the cancellation's
    place.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def first_failure(*coroutines: Coroutine[None, None, None]) -> None:
    """Run all until one ends or fails, then end the others and give its failure."""
    tasks = [asyncio.create_task(c) for c in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def retrieve(client: aiomqtt.Client) -> None:
    """Look at what a closed client's futures hold, which asyncio else complains about in the log.

    The client keeps the reason of a lost connection in a future that nobody may be waiting for.
    """
    for future in (client._connected, client._disconnected):  # noqa: SLF001 - not to be had else
        if future.done() and not future.cancelled():
            future.exception()
