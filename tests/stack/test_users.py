"""`jeg user add`: the way in without the demo clinic."""

import io
from pathlib import Path

import psycopg
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from typer.testing import CliRunner

from stack.errors import StackError
from stack.folders import Folders
from stack.people import user
from stack.roles import Role
from stack.users import Person, add, read_password

EMAIL = "first.admin@example.org"


def row_of(url: str, email: str) -> tuple[str, str] | None:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT u.password_hash, r.name FROM users u JOIN user_roles h ON h.user_id = u.id"
            " JOIN roles r ON r.id = h.role_id WHERE u.email = %s",
            (email,),
        ).fetchone()


@pytest.fixture
def folders(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv("JEG_DATABASE_URL", database_url)
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    return Folders(tmp_path)


def test_an_account_is_made_once_and_its_password_shown_once(
    folders: Folders, database_url: str
) -> None:
    words = ["add", EMAIL.upper(), "--role", "admin", "--first-name", "Efua"]
    done = CliRunner().invoke(user, words)
    assert done.exit_code == 0, done.output
    password = done.stdout.strip().rpartition(" ")[2]
    found = row_of(database_url, EMAIL)
    assert found is not None
    assert found[1] == "admin"
    assert PasswordHash((Argon2Hasher(),)).verify(password, found[0])
    again = Person(EMAIL, Role.CLINICIAN, "", "", "another-password")
    with pytest.raises(StackError, match="has an account already; nothing was changed"):
        add(folders, again)
    assert row_of(database_url, EMAIL) == found


def test_every_role_exists_in_the_database(folders: Folders, database_url: str) -> None:
    for role in Role:
        add(folders, Person(f"{role}@example.org", role, "A", "B", "a-long-password"))
        assert (row_of(database_url, f"{role}@example.org") or ("", ""))[1] == role


def test_a_password_is_read_or_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made, shown = read_password(from_stdin=False)
    assert shown
    assert len(made) == 20
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert read_password(from_stdin=True) == ("correct horse", False)
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(StackError, match="10 to 256 characters"):
        read_password(from_stdin=True)


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.de", "@c.de"])
def test_what_is_no_address_is_refused(tmp_path: Path, email: str) -> None:
    with pytest.raises(StackError, match="is not an e-mail address"):
        add(Folders(tmp_path), Person(email, Role.ADMIN, "", "", "a-long-password"))
