"""Drives `js/member.mjs`: a person with Element's own SDK."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

SCRIPTS = Path(__file__).parent / "js"
NODE = SCRIPTS / "node_modules" / ".bin" / "node"
INSTALL = f"npm ci --prefix {SCRIPTS.relative_to(Path(__file__).parents[2])}"


class ElementFault(Exception):
    """The client answered with an error."""


class Element:
    """One process with one logged-in device."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())
        self.user_id = ""
        self.device_id = ""
        self.access_token = ""

    @classmethod
    @asynccontextmanager
    async def logged_in(
        cls, base_url: str, user: str, password: str, *, cross_signing: bool = True
    ) -> AsyncIterator[Self]:
        process = await asyncio.create_subprocess_exec(
            str(NODE),
            "member.mjs",
            cwd=SCRIPTS,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 24,
        )
        member = cls(process)
        try:
            answer = await member.do(
                "start", baseUrl=base_url, user=user, password=password, crossSigning=cross_signing
            )
            member.user_id, member.device_id = answer["user"], answer["device"]
            member.access_token = answer["token"]
            yield member
        finally:
            await member._end()

    async def do(self, op: str, *, seconds: float = 40, **arguments: object) -> dict[str, Any]:
        """`seconds` are how long the client itself tries where it waits for something. Raises: ElementFault."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(
            json.dumps({"id": number, "op": op, "seconds": seconds, **arguments}).encode() + b"\n"
        )
        await self._process.stdin.drain()
        async with asyncio.timeout(seconds + 20):
            return await self._answers[number]

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            answer = json.loads(line)
            waiting = self._answers.pop(answer["id"])
            if waiting.done():
                continue
            if "error" in answer:
                waiting.set_exception(ElementFault(answer["error"]))
            else:
                waiting.set_result(answer["result"])
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(ElementFault("the client ended"))

    async def _end(self) -> None:
        if self._process.returncode is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                async with asyncio.timeout(5):
                    await self._process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        await self._reader
