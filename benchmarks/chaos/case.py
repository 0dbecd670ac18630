"""A case: what is promised, what is done, and how it is judged."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from benchmarks.chaos.arena import Arena
from benchmarks.chaos.verify import Verdict, verify
from benchmarks.chaos.world import CaseError, Setup, World, until, world

SHORT_SECONDS = 3.0
OUTBOX = "SELECT count(*) FROM outbox"

Play = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """One way to do damage.

    Attributes:
        name: As it is called on the command line and in the figures.
        promise: What must hold, in a sentence.
        play: Lets the devices publish and does the damage.
        setup: What it needs.
        after: Checks, once all is quiet, what no other case has.
        disk_mb: Size of a disk of its own for the database, where it needs one.

    """

    name: str
    promise: str
    play: Play
    setup: Setup = field(default_factory=Setup)
    after: Play | None = None
    disk_mb: int | None = None


@dataclass(frozen=True)
class Result:
    """How a case ended."""

    case: Case
    verdict: Verdict
    seen: list[str]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether everything promised was kept."""
        verdict = self.verdict
        wrong = verdict.lost or verdict.duplicates or verdict.unaccounted
        return not (wrong or verdict.faults)

    def figures(self) -> dict[str, object]:
        """The case as it is written as JSON."""
        return {
            "name": self.case.name,
            "ok": self.ok,
            "published": self.verdict.published,
            "stored": self.verdict.stored,
            "lost": self.verdict.lost,
            "duplicates": self.verdict.duplicates,
            "unaccounted": self.verdict.unaccounted,
            "seconds": round(self.seconds, 1),
        }


async def run(case: Case, arena: Arena, seed: int, *, short: bool = False) -> Result:
    """Play a case in a world of its own and judge it."""
    setup = case.setup
    if short:
        setup = replace(setup, seconds=min(setup.seconds, SHORT_SECONDS), short=True)
    began = time.monotonic()
    verdict, seen = Verdict(), list[str]()
    try:
        async with world(arena, setup, seed) as made:
            seen = made.seen
            verdict = await _play(case, made)
    except CaseError as error:
        verdict.faults.append(str(error))
    return Result(case, verdict, seen, time.monotonic() - began)


async def _play(case: Case, made: World) -> Verdict:
    """Play a case to its end or to where it cannot go on; then judge it all the same."""
    try:
        await case.play(made)
        await settle(made)
        if case.after:
            await case.after(made)
    except CaseError as error:
        made.faults.insert(0, str(error))
    verdict = await verify(made)
    verdict.faults[:0] = made.faults
    return verdict


async def settle(made: World) -> None:
    """Let every device say one last word that must arrive, and wait until all is quiet."""
    for device in made.devices:
        if device.closed:
            device.send([made.sample(device)], insist=True)
    devices = [device for device in made.devices if device.closed]
    patience = made.setup.patience
    await until(
        lambda: all(device.settled for device in devices),
        patience,
        "not everything was receipted in time",
    )

    async def scored() -> bool:
        return not (await made.ask(OUTBOX))[0][0]

    await until(scored, patience, "the engine did not take what was committed")
