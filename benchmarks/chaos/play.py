"""Plays cases one after the other, and says how each ended."""

from collections.abc import Sequence

from rich.console import Console

from benchmarks.chaos.arena import Arena, ImpossibleError, arena
from benchmarks.chaos.case import Case, Result, run

MOST_FAULTS = 12

console = Console(stderr=True, highlight=False, soft_wrap=True)


async def play_all(cases: Sequence[Case], seed: int, *, short: bool) -> list[Result]:
    """Play cases in one arena, but for those that need one of their own."""
    results = []
    with arena() as common:
        for case in cases:
            try:
                result = await _play(case, common, seed, short=short)
            except ImpossibleError as error:
                console.print(f"[yellow]not played[/yellow] {case.name}: {error}")
                continue
            tell(result)
            results.append(result)
    return results


async def _play(case: Case, common: Arena, seed: int, *, short: bool) -> Result:
    if case.disk_mb is None:
        return await run(case, common, seed, short=short)
    with arena(case.disk_mb) as own:
        return await run(case, own, seed, short=short)


def tell(result: Result) -> None:
    """Print how a case ended."""
    verdict = result.verdict
    mark = "[green]kept[/green]" if result.ok else "[red]BROKEN[/red]"
    console.print(
        f"{mark} {result.case.name}: {verdict.published} published, {verdict.stored} stored,"
        f" {verdict.refused} refused, {verdict.missing} missing, {verdict.lost} lost,"
        f" {verdict.duplicates} duplicate rows, {verdict.unaccounted} unaccounted;"
        f" {verdict.resent} resent, {verdict.redelivered} redelivered; {result.seconds:.1f} s"
    )
    for line in result.seen:
        console.print(f"    {line}")
    for line in verdict.faults[:MOST_FAULTS]:
        console.print(f"    [red]{line}[/red]")
    if len(verdict.faults) > MOST_FAULTS:
        console.print(f"    and {len(verdict.faults) - MOST_FAULTS} more")
