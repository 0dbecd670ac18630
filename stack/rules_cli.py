"""Commands about alarm rules: `jeg rules`, `jeg what-if`, `jeg alarms`."""

from dataclasses import asdict
from typing import Annotated

import typer

from stack.folders import Folders

_HELP = {"help_option_names": ["-h", "--help"]}
_Patient = Annotated[str, typer.Option("--patient", help="Of this patient id.")]
_Ward = Annotated[str, typer.Option("--ward", help="Of this ward.")]
_Hospital = Annotated[str, typer.Option("--hospital", help="Whose ward: a hospital id.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
_Condition = Annotated[str, typer.Argument(help="Such as heart_rate_high.")]
_Values = Annotated[
    list[str], typer.Argument(help="Such as limit=140 delay_s=30 priority=high enabled=false.")
]

rules = typer.Typer(
    no_args_is_help=True,
    help="Alarm rules of everybody, of a ward or of a patient, with every version.",
    context_settings=_HELP,
)
alarms = typer.Typer(no_args_is_help=True, help="Alarms.", context_settings=_HELP)


@rules.command("list")
def list_rules(
    *, patient: _Patient = "", ward: _Ward = "", hospital: _Hospital = "", as_json: _Json = False
) -> None:
    """Show each rule as it holds, and which version each changed value comes from."""
    from stack import alarm_rules as work  # noqa: PLC0415

    where = work.where_of(patient, ward, hospital)
    found = work.done(Folders.from_environment(), lambda url: work.listing(url, where))
    if as_json:
        typer.echo(work.as_json(found))
        return
    for one in found:
        values, sources = one["values"], one["sources"]
        changed = [
            f"{name} {values[name]} ({sources[name]})"
            for name in values
            if not sources[name].startswith("builtin")
        ]
        state = "" if values["enabled"] else "  off"
        shown = f"{one['condition']:32}{values['limit']:g} {one['unit']}{state}"
        typer.echo("  ".join([shown, *changed]))


@rules.command("set")
def set_rule(  # noqa: PLR0913 (what a command takes)
    condition: _Condition,
    values: _Values,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the version.")],
    patient: _Patient = "",
    ward: _Ward = "",
    hospital: _Hospital = "",
) -> None:
    """Make the next version of a rule; the engine has it within a second."""
    from stack import alarm_rules as work  # noqa: PLC0415

    work.builtin(condition)
    where, given = work.where_of(patient, ward, hospital), work.values_of(values)
    number = work.done(
        Folders.from_environment(), lambda url: work.change(url, where, condition, given, reason)
    )
    typer.echo(f"{condition}: version {number}")


@rules.command("history")
def show_history(
    condition: _Condition,
    *,
    patient: _Patient = "",
    ward: _Ward = "",
    hospital: _Hospital = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help="How many, newest first.")
    ] = 20,
) -> None:
    """List the versions of a rule, the newest first: what, when, by whom and why."""
    from stack import alarm_rules as work  # noqa: PLC0415

    work.builtin(condition)
    where = work.where_of(patient, ward, hospital)
    found = work.done(
        Folders.from_environment(), lambda url: work.versions(url, where, condition, limit)
    )
    for row in found:
        given = " ".join(f"{k}={v}" for k, v in row.values.items() if v is not None)
        what = "taken back" if row.withdrawn else given
        by = row.created_by_name or "on the machine"
        typer.echo(f"{row.version}  {row.created_at:%Y-%m-%d %H:%M}Z  {by}  {what}  {row.reason}")


def what_if(  # noqa: PLR0913 (what a command takes)
    condition: _Condition,
    values: _Values,
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=90, help="Until now.")] = 7,
    patient: _Patient = "",
    ward: _Ward = "",
    hospital: _Hospital = "",
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            help="Address of a Dask scheduler, such as tcp://10.0.0.5:8786; its workers need"
            " JEG_DATABASE_URL. Else many patients get a process for each core of this machine.",
        ),
    ] = "",
    alone: Annotated[bool, typer.Option("--alone", help="In this process, however many.")] = False,
    as_json: _Json = False,
) -> None:
    """Replay the last days with another rule: how many alarms a day, and what would be missed.

    Nothing is changed. Real episodes are those that a person acknowledged, or whose worst value
    was at the severe limit or beyond.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from stack import alarm_rules as work  # noqa: PLC0415

    where, given = work.where_of(patient, ward, hospital), work.values_of(values)
    work.builtin(condition)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("patients", total=None)
        found = work.answer(
            Folders.from_environment(),
            where,
            condition,
            given,
            days=days,
            scheduler=scheduler or None,
            alone=alone,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        typer.echo(work.as_json(found.document()))
        return
    typer.echo(found.sentence)
    for one in found.missed:
        at = "" if one.worst_at is None else f" at {one.worst_at:%H:%M:%S}Z"
        worst = "" if one.worst_value is None else f"  worst {one.worst_value:g}{at}"
        seen = "  acknowledged" if one.acknowledged else ""
        typer.echo(f"  {one.called_at:%Y-%m-%d %H:%M:%S}Z  {one.patient_id}{worst}{seen}")
    typer.echo(f"{found.patients} patients, {found.readings} readings, {days} days")


@alarms.command("why")
def why(
    alarm: Annotated[str, typer.Argument(help="An alarm id.")],
    *,
    recompute: Annotated[
        bool,
        typer.Option("--recompute", help="Compute it again from the stored readings."),
    ] = False,
    as_json: _Json = False,
) -> None:
    """Show why an alarm called: rule, readings, and whether it comes out again.

    An alarm about equipment has no readings: its facts are held against what is stored.

    Exit code with --recompute: 0 when it does, or its facts agree; 1 when not; 2 when there is
    nothing to compute it from.
    """
    from stack import alarm_rules as work  # noqa: PLC0415

    alarm_id = work.uuid_of(alarm, "alarm")
    row, found = work.done(
        Folders.from_environment(),
        lambda url: work.why(url, alarm_id or work.NOBODY, again=recompute),
    )
    if as_json:
        document = {"alarm": asdict(row), "recomputed": None if found is None else asdict(found)}
        typer.echo(work.as_json(document))
    else:
        typer.echo(work.why_text(row, found))
    if found is not None and not found.agrees:
        raise typer.Exit(2 if found.agrees is None else 1)
