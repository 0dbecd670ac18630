"""A short set of the cases of `jeg chaos`; and the judge of them must see what is wrong."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmarks.chaos.arena import Arena, arena
from benchmarks.chaos.case import Case, Result, run
from benchmarks.chaos.cases import CASES
from benchmarks.chaos.world import Setup, World
from stack.services.place import REPOSITORY

SEED = 3
SHORT = [
    "worker-killed",
    "one-of-two-workers-killed",
    "postgres-killed",
    "commit-reply-lost",
    "poison",
]


@pytest.fixture(scope="module")
def stage() -> Iterator[Arena]:
    """A cluster of its own: these cases kill it."""
    with arena() as ready:
        yield ready


def complaints(result: Result) -> list[str]:
    return result.verdict.faults


@pytest.mark.parametrize("name", SHORT)
async def test_every_message_is_accounted_for(stage: Arena, name: str) -> None:
    result = await run(CASES[name], stage, SEED, short=True)
    assert complaints(result) == []
    assert result.ok
    figures = result.figures()
    assert (figures["lost"], figures["duplicates"], figures["unaccounted"]) == (0, 0, 0)
    assert result.verdict.published > 300


async def test_the_judge_sees_what_was_tampered_with(stage: Arena) -> None:
    """A row taken away, one made up, a number forgotten: who sees nothing proves nothing."""

    async def tamper(world: World) -> None:
        async with world.load():
            await asyncio.sleep(0)

    async def after(world: World) -> None:
        async with await world.connect() as db:
            await db.execute("DELETE FROM vitals WHERE ctid = (SELECT max(ctid) FROM vitals)")
            await db.execute("INSERT INTO vitals SELECT series_id, now(), 1, 1 FROM vitals LIMIT 1")
            await db.execute(
                "UPDATE device_ledgers SET seen = seen - '{[1,2)}'::int8multirange"
                " WHERE device_id = (SELECT device_id FROM device_ledgers LIMIT 1)"
            )

    case = Case("tampered", "", tamper, Setup(devices=4, rate=50, seconds=1), after=after)
    result = await run(case, stage, SEED)
    assert not result.ok
    assert result.verdict.lost == 2
    assert result.verdict.unaccounted >= 2


async def test_the_same_seed_lets_the_same_devices_publish(stage: Arena) -> None:
    turns: list[list[float]] = []

    async def play(world: World) -> None:
        turns.append([world.turns.randrange(100) for _ in range(20)])
        turns.append([world.random.random() for _ in range(3)])

    case = Case("nothing", "", play, replace(Setup(), devices=2, workers=1))
    for seed in (1, 1, 2):
        await run(case, stage, seed)
    assert turns[:2] == turns[2:4]
    assert turns[:2] != turns[4:]


def test_every_case_is_on_the_page() -> None:
    page = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)
    assert named == list(CASES)
