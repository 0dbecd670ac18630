"""Which ports a stack has, and what is said when they are not those that one expects."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from stack.backing import Backing
from stack.folders import Folders
from stack.programs import DEFAULT_API_PORT
from stack.record import Addresses, load
from stack.services.mosquitto import DEFAULT_PORT as BROKER_PORT
from stack.services.place import services_folder
from stack.services.postgres import DEFAULT_PORT as DATABASE_PORT

USUAL = {"API": DEFAULT_API_PORT, "broker": BROKER_PORT, "database": DATABASE_PORT}


def of(addresses: Addresses) -> dict[str, int]:
    """Return the ports that people use by what listens there; 0 for what is not known."""
    try:
        url = urlsplit(addresses.url)
        api = (url.port or 0) if url.hostname == "127.0.0.1" else 0  # else a name of the caller's
    except ValueError:
        api = 0
    return {"API": api, "broker": addresses.broker_port, "database": addresses.database_port}


def told_ports(before: Addresses, now: Addresses, backing: Backing) -> Iterator[str]:
    """Yield a line for each port that differs from the last time or, else, from the usual one."""
    if not backing.specs:  # somebody else's services
        return
    earlier = of(before)
    for name, port in of(now).items():
        if earlier[name] and port and port != earlier[name]:
            yield f"{name}: now on port {port}, which is kept; it was {earlier[name]}"
        elif port and port != USUAL[name]:
            yield f"{name}: port {port}, not the usual {USUAL[name]} (jeg up --default-ports)"


def forget(folders: Folders) -> None:
    """Forget the ports that were kept, so that the next start takes the usual ones if free."""
    root = services_folder(folders.root)
    for service in ("postgres", "mosquitto"):
        (root / service / "port").unlink(missing_ok=True)


def kept(folders: Folders) -> dict[str, int]:
    """Return the ports that the next start wants: those of the last one, else the usual ones."""
    record = load(folders.record)
    known = of(record.addresses) if record else {}
    return {name: known.get(name) or port for name, port in USUAL.items()}
