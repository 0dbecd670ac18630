"""docker-compose.yml and the Dockerfile against the compose schema and against the native stack.

No engine runs here; what can be known without one is held: the schema, every command, variable,
port, setting and volume, and every file that a build stage asks for.
"""

import importlib.resources
import json
import re
import shlex
import string
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from stack import container
from stack.checks import Login, login_fault
from stack.demo_clinic import LOGINS
from stack.docker import compose_command
from stack.folders import REPOSITORY
from stack.programs import (
    API,
    BROKER_ACCOUNTS,
    DEFAULT_API_PORT,
    DEMO,
    MIGRATE,
    ONE_SHOTS,
    PROGRAMS,
    SIMULATOR,
    Program,
    environment,
)
from stack.services import mosquitto, postgres
from stack.setup.plugin import FLAGS, LIBRARIES

EVERY = (*ONE_SHOTS, *PROGRAMS)
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")


def defaults(text: str) -> str:
    """Put the default in for each ${NAME:-default}."""
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)


COMPOSE: dict[str, Any] = yaml.safe_load(
    defaults((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
)
SERVICES: dict[str, Any] = COMPOSE["services"]


def ids(program: Program) -> str:
    return program.name


def test_it_is_valid_by_the_compose_specification() -> None:
    package = importlib.resources.files("check_jsonschema.builtin_schemas.vendor")
    schema = json.loads((package / "compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.validate(COMPOSE, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(COMPOSE | {"services": {"api": {"imagge": "x"}}}, schema)


def test_it_has_exactly_the_programs_of_the_native_stack() -> None:
    assert set(SERVICES) == {"init", "database", "broker"} | {program.name for program in EVERY}


@pytest.mark.parametrize("program", EVERY, ids=ids)
def test_a_program_has_the_command_and_the_environment_of_the_native_stack(
    program: Program,
) -> None:
    service = SERVICES[program.name]
    assert tuple(service["command"]) == program.command
    assert service["environment"] == environment(program, container.WHERE)
    assert service["build"] == {"context": ".", "target": "programs"}


@pytest.mark.parametrize("program", PROGRAMS, ids=ids)
def test_a_program_is_watched_restarted_and_stopped_like_the_native_one(program: Program) -> None:
    service = SERVICES[program.name]
    assert service["restart"] == "unless-stopped"
    assert service["stop_grace_period"] == "10s"
    assert service["healthcheck"]["test"][1:] == [
        *("python", "-m", "stack.container", "healthy", program.name)
    ]


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable in service.get("environment", {}):
            secret = re.search("PASSWORD|SECRET|DATABASE_URL", variable)
            assert not secret or variable.endswith("_FILE"), (name, variable)
        mounts = [volume for volume in service["volumes"] if volume.startswith("secrets:")]
        assert mounts == (["secrets:/secrets"] if name == "init" else ["secrets:/secrets:ro"])


def test_things_start_in_the_order_of_the_native_stack() -> None:
    def needs(name: str) -> dict[str, str]:
        found = SERVICES[name].get("depends_on", {})
        return {other: entry["condition"] for other, entry in found.items()}

    assert needs("init") == {}
    assert needs("database") == needs("broker") == {"init": "service_completed_successfully"}
    assert needs(MIGRATE.name) == {"database": "service_healthy"}
    assert needs(DEMO.name) == {"migrate": "service_completed_successfully"}
    for program in set(PROGRAMS) - {SIMULATOR}:
        assert needs(program.name) == {
            "migrate": "service_completed_successfully",
            "broker": "service_healthy",
        }
    assert needs(SIMULATOR.name)["demo"] == "service_completed_successfully"
    assert needs(SIMULATOR.name)["api"] == "service_healthy"


def test_published_ports_are_the_native_ones_and_on_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "broker": [f"127.0.0.1:{mosquitto.DEFAULT_PORT}:{container.WHERE.broker_port}"],
        "api": [f"127.0.0.1:{DEFAULT_API_PORT}:{container.WHERE.api_port}"],
    }
    assert container.WHERE.public_url == f"http://127.0.0.1:{DEFAULT_API_PORT}"
    assert container.WHERE.device_broker_port == mosquitto.DEFAULT_PORT


def test_the_database_has_the_settings_of_the_native_one() -> None:
    program, *flags = SERVICES["database"]["command"]
    given = dict(flag.removeprefix("-c").split("=", 1) for flag in flags)
    native = {name: value.strip("'") for name, value in postgres.SETTINGS.items()}
    del native["listen_addresses"]  # other containers must reach it; no port of it is published
    assert program == "postgres"
    assert given == native


def test_the_database_is_timescale_community_of_the_role_that_programs_use() -> None:
    image = SERVICES["database"]["image"]
    assert re.fullmatch(r"timescale/timescaledb:\d+\.\d+\.\d+-pg1[5-9]", image)
    told = SERVICES["database"]["environment"]
    assert (told["POSTGRES_USER"], told["POSTGRES_DB"]) == (postgres.USER, postgres.DATABASE)


def test_volumes_are_those_that_the_programs_are_told_of() -> None:
    assert set(COMPOSE["volumes"]) == {
        *("secrets", "database", "broker", "accounts", "demo", "mailbox", "files")
    }
    writers = {
        p.name for p in EVERY if "JEG_BROKER_ACCOUNTS_DIR" in environment(p, container.WHERE)
    }
    mounted = {
        name for name in SERVICES if f"accounts:{container.ACCOUNTS}" in SERVICES[name]["volumes"]
    }
    assert mounted == writers | {"init", "broker"}
    players = {p.name for p in EVERY if "JEG_DEVICES_FILE" in environment(p, container.WHERE)}
    assert {
        n for n in SERVICES if f"demo:{container.DEMO}" in SERVICES[n]["volumes"]
    } == players | {"init"}
    boxes = {p.name for p in EVERY if "JEG_MAILBOX_DIR" in environment(p, container.WHERE)}
    assert {
        n for n in SERVICES if f"mailbox:{container.MAILBOX}" in SERVICES[n]["volumes"]
    } == boxes | {"init"}
    keepers = {p.name for p in EVERY if "JEG_FILES" in environment(p, container.WHERE)}
    assert {
        n for n in SERVICES if f"files:{container.FILES}" in SERVICES[n]["volumes"]
    } == keepers | {"init"}


def test_the_broker_image_fills_in_the_whole_template() -> None:
    template = string.Template((REPOSITORY / "broker" / "mosquitto.conf").read_text("utf-8"))
    replaced = set(re.findall(r"s\|\$\{(\w+)\}\|", DOCKERFILE))
    assert replaced == set(template.get_identifiers())
    filled = dict(re.findall(r"s\|\$\{(\w+)\}\|([^|]*)\|", DOCKERFILE))
    assert filled["listen"] == f"{container.WHERE.broker_port} 0.0.0.0"
    wanted = template.substitute(filled)
    for name in ("jeg_accounts.so", "passwords", "access.acl", "accounts", "data"):
        assert f"/broker/{name}" in wanted
        assert name in DOCKERFILE


def test_the_plugin_is_compiled_as_setup_compiles_it() -> None:
    [line] = re.findall(r"RUN cc (.*?)\n\n", DOCKERFILE, flags=re.DOTALL)
    words = shlex.split(line.replace("\\\n", " "))
    assert words == [*FLAGS, "-o", "/jeg_accounts.so", "/source/jeg_accounts.c", *LIBRARIES]


def test_every_stage_and_every_copied_file_exists() -> None:
    stages = re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, flags=re.MULTILINE)
    targets = {s["build"]["target"] for s in SERVICES.values() if "build" in s}
    assert targets <= set(stages)
    kept = {line[1:] for line in _ignore_lines() if line.startswith("!")}
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, flags=re.MULTILINE):
        words = line.split()
        stage = words[0].removeprefix("--from=") if words[0].startswith("--") else None
        if stage is not None:
            assert stage in stages
            continue
        for source in words[:-1]:
            assert (REPOSITORY / source).exists(), source
            assert source.split("/")[0] in kept, f"{source} does not reach the engine"


def _ignore_lines() -> list[str]:
    return (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_every_package_that_programs_import_is_in_their_image() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, flags=re.MULTILINE))
    packages = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")}
    assert copied >= packages - {"benchmarks", "tests"}


def test_init_makes_secrets_once_and_each_program_gets_its_own(tmp_path: Path) -> None:
    container.init(tmp_path, owner=None)
    first = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
    container.init(tmp_path, owner=None)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == first
    assert "JEG_SECRET_KEY" in first["api.env"]
    assert "JEG_SECRET_KEY" not in first["ingest.env"]
    assert "JEG_DATABASE_URL=postgresql://jeg:" in first["ingest.env"]
    assert first["simulator.env"] == ""
    assert set(re.findall(r"^([\w-]+):", first["passwords"], flags=re.MULTILINE)) == set(
        BROKER_ACCOUNTS
    )


def test_mosquitto_takes_the_passwords_that_init_hashes(broker: mosquitto.Mosquitto) -> None:
    broker.stop()
    hashed = container.mosquitto_hash("a password")
    (broker.folder / "passwords").write_text(f"jeg-api:{hashed}\n", encoding="utf-8")
    broker.start()
    assert login_fault(broker.host, broker.port, Login("jeg-api", "a password")) == ""
    fault = login_fault(broker.host, broker.port, Login("jeg-api", "another"))
    assert fault == "login of jeg-api is refused: Not authorized"


def test_a_program_is_known_by_its_arguments() -> None:
    assert container.program_of(["-m", "api"]) is API
    assert container.program_of(["-m", "stack.demo", "--extra"]) is DEMO
    assert container.program_of(["-m", "this"]) is None


def test_without_the_demo_clinic_compose_makes_neither_it_nor_its_player() -> None:
    assert compose_command(demo=True) == ["docker", "compose", "up", "--build"]
    assert compose_command(demo=False)[4:] == ["--scale", "demo=0", "--scale", "simulator=0"]


def test_the_log_in_page_offers_the_demo_logins_but_never_in_production(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JEG_ENVIRONMENT", "development")
    offered = json.loads(container.demo_environment(API)["JEG_DEMO_LOGINS"])
    assert {login["email"] for login in offered} == {login.email for login in LOGINS}
    assert container.demo_environment(SIMULATOR) == {}
    monkeypatch.setenv("JEG_ENVIRONMENT", "production")
    assert container.demo_environment(API) == {}
