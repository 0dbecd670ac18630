"""What `jeg up` prints when everything runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from stack.backing import Backing
from stack.demo_clinic import LOGINS, PASSWORD
from stack.programs import Where


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the start went: with the demo clinic or not, how long, and who is not ready."""

    demo: bool
    seconds: float
    late: Sequence[str] = ()


def summary(where: Where, backing: Backing, outcome: Outcome) -> str:
    """Return the lines that tell where everything is and how to log in."""
    host, port, name = backing.database
    lines = [
        "",
        f"JEGHealth is up ({outcome.seconds:.0f} s)"
        + "".join(f"\n  but {late} is not ready: jeg logs {late}" for late in outcome.late),
        "",
        f"  ward board  {where.public_url}",
        f"  API         {where.public_url}/api/docs",
        f"  broker      {where.broker_host}:{where.broker_port} (MQTT 5)",
        f"  database    {host}:{port}/{name}",
    ]
    if outcome.demo:
        lines += ["", f"  log in with the password {PASSWORD} as"]
        lines += [f"    {login.email:<26}{login.role}" for login in LOGINS]
    else:
        lines += ["", "  the first account: jeg user add you@example.org --role admin"]
    lines += [
        "",
        "  jeg status   jeg logs [program] -f   jeg doctor   jeg dead-letters",
        "  Ctrl-C, or jeg down from another terminal, stops everything",
        "",
    ]
    return "\n".join(lines)
