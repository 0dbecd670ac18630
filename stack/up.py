"""`jeg up`: one supervisor from the first file to the last line, and back down in order."""

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass, replace
from typing import Any

from stack import control
from stack.backing import Backing, check_external, external, native
from stack.demo_clinic import offered_logins
from stack.errors import StackError
from stack.folders import Folders
from stack.output import Terminal
from stack.places import (
    Launcher,
    addresses_of,
    choose_where,
    make_secrets,
    remember,
)
from stack.ports import forget, told_ports
from stack.processes import boot_id, end_leftovers, processes
from stack.programs import DEMO, MIGRATE, PROGRAMS, SIMULATOR, Program
from stack.record import Addresses, Lock, Process, Record, load
from stack.services.place import ServiceError
from stack.settings import StackSettings
from stack.summary import Outcome, summary
from stack.supervisor import Supervisor

_BACKING_TIMEOUT_S = 60.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller of `jeg up` asked for."""

    demo: bool = True
    services: str = "native"
    default_ports: bool = False


class Stack:
    """One stack from start to stop."""

    def __init__(self, folders: Folders, settings: StackSettings, wish: Wish) -> None:
        """Nothing runs yet."""
        self._folders = folders
        self._settings = settings
        self._wish = wish
        self._terminal = Terminal()
        self._supervisor = Supervisor(folders, self._terminal, self._save)
        self._stop = asyncio.Event()
        self._addresses = Addresses()
        self._began = time.monotonic()

    async def run(self) -> int:
        """Start everything, wait for the wish to stop, stop everything; returns the exit code."""
        self._folders.make()
        lock = Lock(self._folders)
        try:
            if not lock.take():
                return self._already_running()
            for number in _STOP_SIGNALS:
                asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
            return await self._run_locked()
        finally:
            lock.release()
            self._terminal.close()

    def _already_running(self) -> int:
        record = load(self._folders.record)
        where = f" at {record.addresses.url}" if record and record.addresses.url else ""
        self._terminal.say(
            f"JEGHealth is already running{where}: jeg status, jeg logs -f, jeg down"
        )
        return 0

    async def _run_locked(self) -> int:
        await self._recover()
        answers = {"status": self._status, "stop": self._end}
        server = await control.serve(self._folders.socket, answers)
        starting = asyncio.create_task(self._start())
        waiting = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await waiting
        except (StackError, ServiceError) as error:
            self._terminal.say(f"jeg up: {error}")
            return 1
        else:
            return 0
        finally:
            for task in (starting, waiting):
                task.cancel()
            await asyncio.gather(starting, waiting, return_exceptions=True)
            await self._bring_down()
            server.close()
            self._folders.socket.unlink(missing_ok=True)

    async def _bring_down(self) -> None:
        if not self._supervisor.children:
            return
        began = time.monotonic()
        self._terminal.say("stopping: programs, broker, database")
        await self._supervisor.stop()
        self._save()
        self._terminal.say(f"stopped ({time.monotonic() - began:.1f} s)")

    async def _recover(self) -> None:
        """End what a killed supervisor has left running, before anything is started."""
        record = load(self._folders.record)
        if record is None:
            return
        self._addresses = record.addresses
        ended = await end_leftovers(record.leftovers())
        if ended:
            self._step(f"ended {processes(ended)} that an earlier run left behind")

    async def _start(self) -> None:
        if self._wish.default_ports:
            forget(self._folders)
            self._addresses = Addresses()
        backing = await self._start_backing()
        where = choose_where(self._folders, self._settings, backing, self._addresses)
        if self._wish.demo:
            where = replace(where, demo_logins=offered_logins())
        secrets = make_secrets(self._folders, self._settings, backing)
        remember(self._folders, where, secrets)
        for line in told_ports(self._addresses, now := addresses_of(where, backing), backing):
            self._step(line)
        self._addresses = now
        launcher = Launcher.make(where, secrets, backing)
        if launcher.read_all:
            self._step(f"the account {backing.account.name} gets leave to read this folder")
        await self._once(launcher, MIGRATE, "migrations are applied")
        backing.account.make_folder(self._folders.mailbox)
        backing.account.make_folder(self._folders.files)
        if self._wish.demo:
            backing.account.make_folder(self._folders.devices.parent)
            await self._once(launcher, DEMO, "the demo clinic is loaded")
        late = await self._start_programs(launcher)
        seconds = time.monotonic() - self._began
        self._terminal.say(summary(where, backing, Outcome(self._wish.demo, seconds, late)))

    async def _start_backing(self) -> Backing:
        if self._wish.services == "external":
            return await self._use_external()
        backing = await asyncio.to_thread(native, self._folders, self._settings)
        names = [self._supervisor.start(spec).spec.name for spec in backing.specs]
        late = await self._supervisor.wait_ready(names, _BACKING_TIMEOUT_S)
        if late:
            message = f"{' and '.join(late)} did not start; see: jeg logs {late[0]}"
            raise StackError(message)
        await asyncio.to_thread(backing.complete)
        self._step("database and broker are up")
        return backing

    async def _use_external(self) -> Backing:
        backing = external(self._settings)
        results = await check_external(backing)
        for what, fault in results:
            self._step(f"{what}: {fault or 'answers'}")
        if any(fault for _, fault in results):
            message = "the external services cannot be used (see above)"
            raise StackError(message)
        return backing

    async def _start_programs(self, launcher: Launcher) -> list[str]:
        wanted = [p for p in PROGRAMS if p is not SIMULATOR or self._wish.demo]
        names = [self._supervisor.start(launcher.spec(program)).spec.name for program in wanted]
        return await self._supervisor.wait_ready(names, self._settings.start_timeout_s)

    async def _once(self, launcher: Launcher, program: Program, done: str) -> None:
        ended = await self._supervisor.run_once(launcher.spec(program))
        if ended.code:
            said = "\n".join(f"  {line}" for line in ended.last_lines)
            message = f"{program.name} failed; its last lines:\n{said}"
            raise StackError(message)
        self._step(done)

    def _step(self, text: str) -> None:
        self._terminal.say(f"[{time.monotonic() - self._began:5.1f} s] {text}")

    def _status(self) -> dict[str, Any]:
        return {
            "url": self._addresses.url,
            "programs": self._supervisor.programs(),
            "rates": self._supervisor.rates(),
        }

    def _end(self) -> dict[str, Any]:
        self._stop.set()
        return {"stopping": True}

    def _save(self) -> None:
        children = self._supervisor.children
        processes = {
            name: Process(child.identity, child.spec.stop_signal)
            for name, child in children.items()
            if child.identity is not None
        }
        pid = os.getpid() if processes or not self._stop.is_set() else None
        with contextlib.suppress(OSError):  # a full disk must not end the supervisor
            Record(self._addresses, pid, processes, boot_id()).save(self._folders.record)
