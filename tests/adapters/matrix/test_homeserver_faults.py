"""A homeserver that is away, slow, held back or talks nonsense: each answer has its meaning, and nothing spins."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.matrix import MatrixAccount, MatrixChat, sync
from bot.domain.ids import EventId, RoomId
from bot.domain.outcomes import Accepted, Posted, Refused, TryLater
from bot.flows.pump import chat as pump_chat
from bot.ports import CredentialsRefused, Unavailable
from tests.fakes.memory import FakeMemory

ROOM = RoomId("!room:hs")
Handler = Callable[[web.BaseRequest], web.StreamResponse]
GARBAGE = [
    b"",
    b"null",
    b"[]",
    b"<html>502</html>",
    b'"text"',
    b"\xff\xfe",
    b'{"a":' * 3000,
    b"[" * 200_000,
    b'{"n":' + b"1" * 6000 + b"}",
]


class Homeserver:
    """Answers `login` and what every start needs; `answer` decides about the rest."""

    def __init__(self) -> None:
        self.url = ""
        self.answer: Handler = lambda request: web.json_response({})
        self.requests: list[str] = []
        self.logins = 0
        self.slow = 0.0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        self.requests.append(request.path)
        if request.path.endswith("/login"):
            self.logins += 1
            return web.json_response({"user_id": "@bot:hs", "device_id": "DEVICE", "access_token": f"t{self.logins}"})
        if request.path.endswith("/keys/upload"):
            return web.json_response({"one_time_key_counts": {"signed_curve25519": 50}})
        if self.slow:
            await asyncio.sleep(self.slow)
        return self.answer(request)


@pytest.fixture
async def server() -> AsyncIterator[Homeserver]:
    homeserver = Homeserver()
    runner = web.ServerRunner(web.Server(homeserver))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    homeserver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield homeserver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(server: Homeserver, folder: Path) -> AsyncIterator[MatrixChat]:
    chat = await MatrixChat.connect(account(server, folder), FakeMemory())
    try:
        yield chat
    finally:
        await chat.close()


def account(server: Homeserver, folder: Path) -> MatrixAccount:
    return MatrixAccount(server.url, "@bot:hs", "secret", "Postroom", folder / "store", "pickle")


def states(status: int, body: Any = None, **headers: str) -> Handler:
    """Answers as told; the question for the room's encryption is answered with no."""

    def handle(request: web.BaseRequest) -> web.StreamResponse:
        if "m.room.encryption" in request.path:
            return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
        if isinstance(body, bytes):
            return web.Response(body=body, status=status, headers=headers)
        return web.json_response(body if body is not None else {}, status=status, headers=headers)

    return handle


async def send(chat: MatrixChat) -> object:
    return await chat.send(ROOM, "m.room.message", '{"msgtype":"m.text","body":"x"}', "t")


async def test_a_limit_is_told_with_its_time_from_the_body(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "slow", "retry_after_ms": 4460})
        started = time.monotonic()
        assert await send(chat) == TryLater("429", "slow", after=4.46)
        assert time.monotonic() - started < 4, "it waited by itself"


async def test_a_limit_is_told_with_its_time_from_the_header(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(429, {"errcode": "M_LIMIT_EXCEEDED"}, **{"Retry-After": "7"})
        assert await send(chat) == TryLater("429", "", after=7.0)
        server.answer = states(429, b"slow down", **{"Retry-After": "7"})
        assert await send(chat) == TryLater("429", "", after=7.0)
        server.answer = states(429, b"slow down", **{"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
        assert await send(chat) == TryLater("429", "", after=None)


async def test_a_sync_whose_answer_only_trickles_is_broken_off_like_a_silent_one(
    server: Homeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "_SERVER_GRACE", 0.4)
    sent = 0

    async def trickle() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(400):
            await asyncio.sleep(0.05)
            sent += 1
            yield b" "

    async with connected(server, tmp_path) as chat:
        server.answer = lambda request: web.Response(body=trickle(), content_type="application/json")
        async with asyncio.timeout(10):
            with pytest.raises(Unavailable, match="timeout"):
                await chat.sync("s1", timeout=0.1)
    assert sent > 1


def test_a_sync_that_does_not_end_is_known_within_what_health_promises() -> None:
    assert pump_chat._SYNC_SECONDS + min(sync._SERVER_GRACE, pump_chat._SILENT_SECONDS) < 45.0


async def test_a_bad_gateway_is_an_outage(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(502, b"<html>bad gateway</html>")
        assert await send(chat) == TryLater("http 502", is_outage=True)
        before = len(server.requests)
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=1)
        assert len(server.requests) == before + 1


async def test_a_call_that_the_server_stumbles_over_is_no_outage(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(500, {"errcode": "M_UNKNOWN", "error": "Internal server error"})
        assert await send(chat) == TryLater("http 500", "Internal server error")
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=0)
        server.answer = states(500, b"<html>")
        assert await send(chat) == TryLater("http 500 without json", is_outage=True)


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_is_an_outage(server: Homeserver, tmp_path: Path, body: bytes) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(200, body)
        outcome = await send(chat)
        assert isinstance(outcome, TryLater) and outcome.is_outage
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=1)
        with pytest.raises(Unavailable):
            await chat.members(ROOM)
        with pytest.raises(Unavailable):
            await chat.find(ROOM, EventId("$root"), "t", "m.room.message")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"next_batch": 7},
        {"next_batch": "s2"},
        {"next_batch": "s2", "rooms": []},
        {"next_batch": "s2", "rooms": {"join": [], "leave": 7, "invite": "x", "knock": None}},
        {"next_batch": "s2", "rooms": {"join": {"!room:hs": 7, "room": {}, "!b:hs": {"timeline": {"events": 7}}}}},
        {
            "next_batch": "s2",
            "rooms": {"join": {"!room:hs": {"timeline": {"events": [7, None, {}, []], "limited": 1}}}},
        },
        {"next_batch": "s2", "rooms": {"join": {"!room:hs": {"ephemeral": {"events": [{"type": "m.receipt"}]}}}}},
        {"next_batch": "s2", "rooms": {"leave": {"!room:hs": {"state": {"events": [{"type": "m.room.member"}]}}}}},
        {"next_batch": "s2", "rooms": {"invite": {"!room:hs": {"invite_state": {"events": [{"sender": 7}]}}}}},
        {
            "next_batch": "s2",
            "to_device": {"events": [7, {}, {"type": "m.room.encrypted", "content": {"algorithm": []}}]},
        },
        {"next_batch": "s2", "device_lists": {"changed": [7, "x", None], "left": {}}},
        {"next_batch": "s2", "device_one_time_keys_count": {"signed_curve25519": "many"}},
        {"next_batch": "s2", "device_unused_fallback_key_types": 7},
    ],
)
async def test_a_sync_of_any_shape_is_taken_or_put_off(server: Homeserver, tmp_path: Path, body: Any) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(200, body)
        if isinstance(body.get("next_batch"), str):
            assert (await chat.sync("s1", timeout=0)).next_batch == "s2"
        else:
            with pytest.raises(Unavailable):
                await chat.sync("s1", timeout=0)


async def test_a_refusal_has_the_servers_code_and_words(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(403, {"errcode": "M_FORBIDDEN", "error": "You may not"})
        assert await send(chat) == Refused("M_FORBIDDEN", "You may not")
        server.answer = states(413, b"<html>too large</html>")
        assert await send(chat) == Refused("M_TOO_LARGE", "")


async def test_a_duplicate_annotation_is_what_was_wanted(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(400, {"errcode": "M_DUPLICATE_ANNOTATION", "error": "twice"})
        assert await chat.send(ROOM, "m.reaction", "{}", "t") == Accepted()


@pytest.mark.parametrize("body", [{}, {"event_id": ""}, {"event_id": 5}, {"event_id": None}, {"room_id": "!r:hs"}])
async def test_an_answer_without_what_it_must_hold_is_no_answer(
    server: Homeserver, tmp_path: Path, body: dict[str, object]
) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(200, body)
        assert await send(chat) == TryLater("no event_id")
        assert await chat.put_state(ROOM, "m.room.topic", "", "{}") == TryLater("no event_id")
        assert await chat.redact(ROOM, EventId("$e"), "t") == TryLater("no event_id")
        server.answer = states(200, {})
        assert await chat.join(ROOM) == TryLater("no room_id")
        assert await chat.leave(ROOM) == Accepted()


async def test_a_closed_port_is_an_outage(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        await send(chat)
        chat._homeserver._base_url = "http://127.0.0.1:1"
        assert await send(chat) == TryLater("unreachable", is_outage=True)
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=0)


async def test_an_unknown_token_while_sending_is_an_outage_and_the_next_sync_logs_in(
    server: Homeserver, tmp_path: Path
) -> None:
    async with connected(server, tmp_path) as chat:
        over = states(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True})
        fine = states(200, {"next_batch": "s2", "event_id": "$e"})
        server.answer = lambda request: (fine if request.headers["Authorization"] == "Bearer t2" else over)(request)
        outcome = await send(chat)
        assert isinstance(outcome, TryLater) and outcome.is_outage
        assert (await chat.sync("s1", timeout=0)).next_batch == "s2"
        assert isinstance(await send(chat), Posted)


async def test_a_session_that_ends_again_at_once_is_not_renewed_in_a_loop(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = states(401, {"errcode": "M_UNKNOWN_TOKEN"})
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=0)
        assert server.logins == 2


async def test_a_server_that_lets_go_in_the_middle_is_an_outage(server: Homeserver, tmp_path: Path) -> None:
    def drop(request: web.BaseRequest) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async with connected(server, tmp_path) as chat:
        server.answer = drop
        outcome = await send(chat)
        assert isinstance(outcome, TryLater) and outcome.is_outage
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=0)


async def test_a_gap_that_cannot_be_filled_puts_the_whole_sync_off(server: Homeserver, tmp_path: Path) -> None:
    timeline = {"limited": True, "prev_batch": "p1", "events": []}

    def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/sync"):
            return web.json_response({"next_batch": "s2", "rooms": {"join": {ROOM: {"timeline": timeline}}}})
        return web.json_response({}, status=503)

    async with connected(server, tmp_path) as chat:
        server.answer = handle
        with pytest.raises(Unavailable):
            await chat.sync("s1", timeout=0)


async def test_a_gap_whose_pages_never_end_is_given_up(server: Homeserver, tmp_path: Path) -> None:
    timeline = {"limited": True, "prev_batch": "p1", "events": []}
    pages = 0

    def handle(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal pages
        if request.path.endswith("/sync"):
            return web.json_response({"next_batch": "s2", "rooms": {"join": {ROOM: {"timeline": timeline}}}})
        if request.path.endswith("/messages"):
            pages += 1
            same = {"event_id": "$same", "sender": "@alice:hs", "type": "m.reaction", "content": {}}
            return web.json_response({"chunk": [same], "end": f"p{pages}"})
        return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)

    async with connected(server, tmp_path) as chat:
        server.answer = handle
        assert (await chat.sync("s1", timeout=0)).inputs == ()
        assert pages <= 300


async def test_a_wrong_password_is_told_as_such(server: Homeserver, tmp_path: Path) -> None:
    async def refuse(request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response({"errcode": "M_FORBIDDEN", "error": "Invalid password"}, status=403)

    runner = web.ServerRunner(web.Server(refuse))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        with pytest.raises(CredentialsRefused) as caught:
            await MatrixChat.connect(account(server, tmp_path), FakeMemory())
        assert caught.value.text == "Invalid password"
    finally:
        await runner.cleanup()


async def test_what_is_kept_of_the_device_is_closed_to_others(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path):
        folder = tmp_path / "store"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert [path.name for path in folder.iterdir() if path.is_file() and path.stat().st_mode & 0o077] == []
    server.answer = states(200, {"user_id": "@bot:hs", "device_id": "DEVICE"})
    async with connected(server, tmp_path):
        assert server.logins == 1, "it logged in a second time"


async def test_nothing_is_sent_in_clear_before_the_room_tells_whether_it_is_encrypted(
    server: Homeserver, tmp_path: Path
) -> None:
    def joined_a_moment_later(request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response({"errcode": "M_FORBIDDEN", "error": "not in room"}, status=403)
        return web.json_response({"event_id": "$clear"})

    async with connected(server, tmp_path) as chat:
        server.answer = joined_a_moment_later
        outcome = await chat.send(ROOM, "m.room.message", '{"msgtype": "m.text", "body": "secret"}', "t1")
        assert isinstance(outcome, Refused)
        assert outcome.code == "M_FORBIDDEN"
        assert not [path for path in server.requests if "/send/" in path]
        with pytest.raises(Unavailable):
            await chat.is_encrypted(ROOM)


def _limits(v1: tuple[int, Any], v3: tuple[int, Any]) -> Handler:
    """Answers to the question for the media limits, by the version of its path."""

    def handle(request: web.BaseRequest) -> web.StreamResponse:
        status, body = v1 if request.path.startswith("/_matrix/client/v1/") else v3
        return web.json_response(body, status=status)

    return handle


@pytest.mark.parametrize(
    ("v1", "v3", "limit"),
    [
        ((200, {"m.upload.size": 50_000_000}), (200, {}), 50_000_000),
        ((404, {"errcode": "M_UNRECOGNIZED"}), (200, {"m.upload.size": 7}), 7),
        ((404, {"errcode": "M_UNRECOGNIZED"}), (404, {"errcode": "M_UNRECOGNIZED"}), None),
        ((200, {}), (200, {"m.upload.size": 7}), None),
        ((200, {"m.upload.size": "7"}), (200, {}), None),
        ((200, {"m.upload.size": -1}), (200, {}), None),
        ((500, {"errcode": "M_UNKNOWN"}), (200, {"m.upload.size": 7}), None),
    ],
)
async def test_the_upload_limit_is_asked_for_at_its_address_and_at_the_old_one(
    server: Homeserver, tmp_path: Path, v1: tuple[int, Any], v3: tuple[int, Any], limit: int | None
) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = _limits(v1, v3)
        assert await chat.upload_limit() == limit
        before = len(server.requests)
        assert await chat.upload_limit() == limit
        # What was said holds for a while; who could not be asked is asked again.
        asked = server.requests[before:]
        assert (asked == []) is (v1[0] != 500), asked


@pytest.mark.parametrize("body", [{"errcode": "M_TOO_LARGE"}, {}, b"<html>413</html>", b""])
async def test_a_file_that_is_too_large_is_refused(server: Homeserver, tmp_path: Path, body: Any) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(b"x" * 3_000_000)
    async with connected(server, tmp_path) as chat:
        server.answer = states(413, body)
        outcome = await chat.upload(sent, filename="x", content_type="image/png", size=3_000_000, encrypt=False)
        assert isinstance(outcome, Refused) and outcome.code in ("M_TOO_LARGE", "413")
