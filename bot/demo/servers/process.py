"""Child processes of the demo servers: started in a group of their own, ended by pid, never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LOOPBACK = "127.0.0.1"
# Below Linux's ephemeral range (32768 on), so that no outgoing connection takes a port while its server restarts.
_PORTS = range(20000, 32000)
_SHARE = 400
_TAIL_LINES = 25
_handed_out: set[int] = set()


class ServerFailed(Exception):
    """A server did not start, or ended by itself; the text carries the last lines of its log."""


class ServerMissing(ServerFailed):
    """A server's program is not installed; the text names the command that installs it."""


def free_port(*, preferred: int | None = None) -> int:
    """A TCP port on loopback that nobody listens on, never the same one twice in this process.

    A server listens some time after its port was chosen, or again after a restart: processes that choose at the same
    time look in different shares of the ports first.
    """
    candidates = [preferred] if preferred is not None else []
    share = _PORTS[os.getpid() * _SHARE % len(_PORTS) :][:_SHARE]
    candidates += random.sample(share, k=len(share)) + random.sample(_PORTS, k=200)
    for port in candidates:
        if port in _handed_out:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        _handed_out.add(port)
        return port
    raise ServerFailed("no free TCP port found on 127.0.0.1")


@dataclass(frozen=True, slots=True)
class RunAs:
    """Another user to run a child as: servers that refuse root get one when root starts them."""

    name: str
    uid: int
    gid: int


def unprivileged_user(*names: str) -> RunAs | None:
    """The first of these users that exists, when this process is root; None when it is not root.

    Raises:
        ServerFailed: this process is root and none of the users exists.
    """
    if os.geteuid() != 0:
        return None
    for name in names:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return RunAs(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise ServerFailed(f"none of the users {', '.join(names)} exists on this machine")


@contextmanager
def server_folder(name: str, *, owner: RunAs | None = None) -> Iterator[Path]:
    """A temporary folder that `owner` may enter, its path short (Unix sockets allow 107 bytes); removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"postroom-{name}-"))
    try:
        if owner is not None:
            os.chown(folder, owner.uid, owner.gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Running(Protocol):
    """What a `Child` asks of its process: asyncio's, or one that is like it."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def send_signal(self, number: int, /) -> None:
        """Raises: ProcessLookupError, when it has ended."""

    async def wait(self) -> int: ...


class Child:
    """One child process, its log file, and the certainty that it ends."""

    def __init__(self, process: Running, *, name: str, log: Path) -> None:
        self._process = process
        self.name = name
        self.log = log

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        name: str,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        run_as: RunAs | None = None,
    ) -> Child:
        """Start `command` in its own process group; the kernel ends it should this process die without cleaning up.

        Raises:
            ServerFailed: the program cannot be started.
        """
        with log.open("ab") as output:
            try:
                process = await asyncio.create_subprocess_exec(
                    *_guarded(command, run_as=run_as),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=None if env is None else dict(env),
                    cwd=cwd,
                    # Ctrl-C reaches the terminal's whole foreground group; servers are to be ended in order instead.
                    start_new_session=True,
                )
            except OSError as error:
                raise ServerFailed(f"{name} cannot be started: {error}") from error
        return cls(process, name=name, log=log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def log_tail(self) -> str:
        """The last lines that the process wrote."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self, *, first: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> int:
        """End the process with `first`, and with SIGKILL after `patience` seconds or when cancelled meanwhile."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(first)
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            self._kill_group()
        return await self._process.wait()

    async def kill(self) -> None:
        """End the process and its own children at once, as a crash or a lost machine would."""
        self._kill_group()
        await self._process.wait()

    def _kill_group(self) -> None:
        # The group outlives its leader while children of it run; its id cannot be given away until then.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def until(self, ready: Callable[[], Awaitable[bool]], *, timeout: float = 30.0, every: float = 0.05) -> None:
        """Return when `ready` says so.

        Raises:
            ServerFailed: the process ended first, or `timeout` seconds passed.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not await ready():
            if not self.running:
                raise ServerFailed(f"{self.name} ended with status {self.returncode}:\n{self.log_tail()}")
            if loop.time() > end:
                raise ServerFailed(f"{self.name} was not ready after {timeout:g} s:\n{self.log_tail()}")
            await asyncio.sleep(every)


def _guarded(command: Sequence[str], *, run_as: RunAs | None) -> list[str]:
    """`command` with the signal that it gets when its parent dies, and with the user that it runs as."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if run_as is None:
            return list(command)
        raise ServerMissing("setpriv is missing: sudo apt-get install util-linux")
    guard = [setpriv, "--pdeathsig", "TERM"]
    if run_as is not None:
        guard += [f"--reuid={run_as.uid}", f"--regid={run_as.gid}", "--clear-groups"]
    return [*guard, "--", *command]


async def accepts_connections(host: str, port: int) -> bool:
    """Whether somebody listens on this port."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def run_to_end(
    command: Sequence[str], *, run_as: RunAs | None = None, cwd: Path = Path("/"), timeout: float = 60.0
) -> str:
    """Run a command to its end and give what it printed.

    Raises:
        ServerFailed: it ended with another status than 0, or not within `timeout` seconds.
    """
    process = await asyncio.create_subprocess_exec(
        *_guarded(command, run_as=run_as),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        cwd=cwd,
    )
    try:
        async with asyncio.timeout(timeout):
            output, _ = await process.communicate()
    except TimeoutError:
        raise ServerFailed(f"{command[0]} did not end within {timeout:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    text = output.decode(errors="replace")
    if process.returncode != 0:
        raise ServerFailed(f"{' '.join(command)} ended with status {process.returncode}:\n{text}")
    return text


@asynccontextmanager
async def ended(child: Child) -> AsyncIterator[Child]:
    """The child, stopped at the end whatever happens."""
    try:
        yield child
    finally:
        await child.stop()
