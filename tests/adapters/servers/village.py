"""An internet in a nutshell: a DNS server, web and mail servers on loopback, and certificates for their names.

Real servers on free ports. 127.0.0.1 counts as an address that the whole internet has; 127.0.0.2 as one within.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from bot.adapters.servers.finder import NetworkFinder
from bot.adapters.servers.network import Address, Network, is_public
from bot.demo.servers.certificate import Certificate, make_certificate

PUBLIC, INSIDE = "127.0.0.1", "127.0.0.2"
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def page(body: bytes | str, status: str = "200 OK", headers: str = "") -> Script:
    """A web server that answers everything with this."""
    raw = body.encode() if isinstance(body, str) else body

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\n{headers}\r\n".encode() + raw)
        await writer.drain()

    return answer


def moved(to: str) -> Script:
    return page("", "302 Found", f"Location: {to}\r\n")


def says(greeting: bytes, *answers: bytes) -> Script:
    """A mail server that greets, and gives one of these answers to each line."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        for one in answers:
            await reader.readline()
            writer.write(one)
        await writer.drain()
        await reader.read(1000)

    return answer


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the connection and says nothing."""
    await reader.read(-1)


class _Dns(asyncio.DatagramProtocol):
    def __init__(self, village: Village) -> None:
        self._village = village
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._village.answer(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


@dataclass
class Village:
    """What is known of the world. Names have no dot at the end."""

    folder: Path
    zone: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Records by name and type."""
    turns: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    """Records that change with each question."""
    mute: set[str] = field(default_factory=set)
    """Names about which nothing is answered."""
    garbage: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    connections: list[tuple[str, int]] = field(default_factory=list)
    """The address and the port, as everybody knows it, of each connection that came."""
    ports: dict[int, int] = field(default_factory=dict)
    dns_port: int = 0
    _certificates: dict[str, Certificate] = field(default_factory=dict)
    _hosts: dict[tuple[str, int], dict[str, ssl.SSLContext]] = field(default_factory=dict)
    _scripts: dict[ssl.SSLContext, Script] = field(default_factory=dict)
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def answer(self, data: bytes) -> bytes | None:
        query = dns.message.from_wire(data)
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), asked.rdtype.name
        self.asked.append((name, kind))
        if name in self.mute:
            return None
        if name in self.garbage:
            return data[:2] + b"\xff" * 40
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        turns = self.turns.get((name, kind))
        records = turns.pop(0) if turns else self.zone.get((name, kind), [])
        seen = name
        chain = 0
        while not records and (seen, "CNAME") in self.zone and chain < 20:
            (to,) = self.zone[seen, "CNAME"]
            reply.answer.append(dns.rrset.from_text(f"{seen}.", 60, "IN", "CNAME", f"{to}."))
            seen, chain = to, chain + 1
            records = self.zone.get((seen, kind), [])
        if records:
            reply.answer.append(dns.rrset.from_text(f"{seen}.", 60, "IN", kind, *records))
        elif not any(known == name for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def at(self, *names: str, address: str = PUBLIC) -> None:
        """The names lead to the address."""
        for name in names:
            self.zone[name, "A"] = [address]

    def certificate(self, name: str) -> ssl.SSLContext:
        """A server's context with a certificate for the name, which clients trust from now on."""
        if name not in self._certificates:
            folder = self.folder / name
            folder.mkdir()
            self._certificates[name] = make_certificate(folder, host=name)
        return self._certificates[name].server_context()

    async def serve(
        self, port: int, script: Script, *, name: str | None, address: str = PUBLIC, trusted: bool = True
    ) -> None:
        """A server on the port, as everybody knows it: with TLS and for this name, or in clear and for all."""
        context = None if name is None else self.certificate(name)
        if not trusted:
            del self._certificates[str(name)]
        place = (address, port)
        if place in self._hosts:
            assert name is not None and context is not None
            self._hosts[place][name] = context
            self._scripts[context] = script
            return
        hosts = self._hosts[place] = {} if name is None or context is None else {name: context}
        if context is not None:
            self._scripts[context] = script

            def choose(tls: ssl.SSLObject, asked: str, _: ssl.SSLContext) -> None:
                tls.context = hosts.get(asked, context)

            context.sni_callback = choose

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            self.connections.append(place)
            tls = writer.get_extra_info("ssl_object")
            try:
                await (script if tls is None else self._scripts[tls.context])(reader, writer)
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.transport.abort()
                self._tasks.discard(task)

        server = await asyncio.start_server(handle, address, self.ports[port], ssl=context)
        self._stack.callback(server.close)

    def network(self) -> Network:
        bundle = self.folder / "trusted.pem"
        bundle.write_text("".join(one.certificate.read_text() for one in self._certificates.values()))
        context = ssl.create_default_context(cafile=str(bundle)) if self._certificates else ssl.create_default_context()
        return Network(_is_allowed, lambda: context, (PUBLIC, self.dns_port), self.ports)

    def finder(self) -> NetworkFinder:
        return NetworkFinder(self.network())

    @classmethod
    @asynccontextmanager
    async def founded(cls, folder: Path) -> AsyncIterator[Village]:
        village = cls(folder)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Dns(village), local_addr=(PUBLIC, 0)
        )
        village.dns_port = transport.get_extra_info("sockname")[1]
        # Ports that nobody serves are closed here, whatever else runs on this machine.
        for port in (443, 993, 143, 465, 587):
            village.ports[port] = _closed_port()
        try:
            yield village
        finally:
            transport.close()
            for task in list(village._tasks):
                task.cancel()
            await asyncio.gather(*village._tasks, return_exceptions=True)
            await village._stack.aclose()


def _closed_port() -> int:
    with socket.socket() as one:
        one.bind((PUBLIC, 0))
        return int(one.getsockname()[1])


def _is_allowed(address: Address) -> bool:
    return address == ipaddress.ip_address(PUBLIC) or is_public(address)
