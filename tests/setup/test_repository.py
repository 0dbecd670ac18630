"""Promises about the repository's own files."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from stack.services.place import REPOSITORY

LOCKS = sorted(REPOSITORY.glob("requirements*.lock"))


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_has_hashes_and_names_no_registry(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if re.match(r"[a-z0-9]", line)]
    assert pins
    assert all(re.fullmatch(r"[a-z0-9.-]+==[^ ]+ \\", pin) for pin in pins)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_the_lock_has_every_dependency() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    programs = _locked("requirements.lock")
    assert _names(project["dependencies"] + extras["build"]) <= programs.keys()
    tests = _locked("requirements-tests.lock")
    assert _names(extras["dev"]) <= tests.keys()
    assert programs.items() <= tests.items(), "what is tested is what is run"


def _names(wanted: list[str]) -> set[str]:
    return {re.split(r"[\[<>=]", line)[0].lower() for line in wanted}


def _locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ]+)", read(name), flags=re.MULTILINE))


def test_every_ignored_rule_has_its_reason() -> None:
    section = read("pyproject.toml").split("[tool.ruff.lint]")[1].split("[tool.mypy]")[0]
    rules = re.findall(r'^    "[A-Z]+[0-9]+",.*$', section, flags=re.MULTILINE)
    assert rules
    assert [rule for rule in rules if "#" not in rule] == []


def test_every_make_target_has_a_word_of_help() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    phony = re.findall(r"^\.PHONY: (.*)$", read("Makefile"), flags=re.MULTILINE)
    targets = {target for line in phony for target in line.split()}
    assert targets == set(re.findall(r"^  make ([a-z-]+)", done.stdout, flags=re.MULTILINE))


def test_setup_needs_nothing_but_the_standard_library() -> None:
    """`-S -I` hides every installed package, as on a machine where nothing is installed yet."""
    code = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); import stack.setup.__main__"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_only_storage_speaks_sql() -> None:
    """Others may name a database's errors and listen on a channel; `stack` makes the cluster."""
    query = re.compile(
        r"""["'](SELECT|INSERT|UPDATE|DELETE|COPY|WITH|CREATE) |(from|import) sqlalchemy(?!\.exc)"""
    )
    programs = ("analytics", "api", "gateways", "ingest", "jobs", "simulators", "telemetry")
    sources = [path for name in programs for path in (REPOSITORY / name).rglob("*.py")]
    found = [
        f"{path.relative_to(REPOSITORY)}: {line.strip()}"
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if query.search(line)
    ]
    assert found == []
