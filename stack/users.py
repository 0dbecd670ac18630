"""`jeg user add`: an account made on the machine itself, such as the first administrator."""

import asyncio
import re
import secrets
import sys
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from stack.dead_letters import database_url
from stack.errors import StackError, database_away
from stack.folders import Folders
from stack.roles import Role
from storage.engine import Database
from storage.queries import accounts

_SHORTEST, _LONGEST = 10, 256
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Person:
    """Who gets the account."""

    email: str
    role: Role
    first_name: str
    last_name: str
    password: str = field(repr=False)


def read_password(*, from_stdin: bool) -> tuple[str, bool]:
    """Read a password from standard input, or make one up.

    Returns:
        The password, and whether it was made up and must be shown.

    Raises:
        StackError: for one that the API would not take either.
    """
    if not from_stdin:
        return secrets.token_urlsafe(15), True
    password = sys.stdin.readline().rstrip("\r\n")
    if not _SHORTEST <= len(password) <= _LONGEST:
        message = f"the password must have {_SHORTEST} to {_LONGEST} characters"
        raise StackError(message)
    return password, False


def add(folders: Folders, person: Person) -> None:
    """Make the account.

    Raises:
        StackError: when the address is malformed or taken, or the database does not answer.
    """
    email = person.email.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL:
        message = f"{person.email!r} is not an e-mail address"
        raise StackError(message)
    if not asyncio.run(_add(database_url(folders), email, person)):
        message = f"{email} has an account already; nothing was changed"
        raise StackError(message)


async def _add(url: str, email: str, person: Person) -> bool:
    from pwdlib import PasswordHash  # noqa: PLC0415  # slow to load
    from pwdlib.hashers.argon2 import Argon2Hasher  # noqa: PLC0415

    new = accounts.NewAccount(
        email=email,
        password_hash=PasswordHash((Argon2Hasher(),)).hash(person.password),
        first_name=person.first_name,
        last_name=person.last_name,
        phone_number="",
        date_of_birth=None,
    )
    database = Database(url, pool_size=1)
    try:
        async with database.write() as session:
            user_id = await accounts.add(session, new, role=person.role.value)
            if user_id is not None:
                # Whoever runs the machine vouches for the address: alarms are mailed there.
                await accounts.email_proved(session, user_id, email)
    except (OSError, SQLAlchemyError) as error:
        raise database_away(error) from error
    finally:
        await database.close()
    return user_id is not None
