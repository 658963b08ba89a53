"""One message and several sessions of its name: which one is believed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import vodozemac
from nio.crypto import InboundGroupSession, Olm, OlmDevice
from nio.store import SqliteStore

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto.inbound import MEGOLM, Inbound, NoKey, Payload, SessionKey, Unreadable
from bot.adapters.matrix.events import Envelope
from bot.domain.ids import EventId, RoomId, UserId

ALICE, ROOM = UserId("@alice:hs"), RoomId("!r:hs")
HERS, MALLORYS = ("A" * 43, "a" * 43), ("M" * 43, "m" * 43)
"""Curve25519 and Ed25519 keys of a device."""


@pytest.fixture
def inbound(tmp_path: Path) -> Inbound:
    olm = Olm("@bot:hs", "BOT", SqliteStore("@bot:hs", "BOT", str(tmp_path), "pickle"))
    olm.device_store[ALICE]["D"] = OlmDevice(ALICE, "D", {"curve25519": HERS[0], "ed25519": HERS[1]})
    return Inbound(olm)


def has(inbound: Inbound, session: vodozemac.GroupSession, device: tuple[str, str]) -> None:
    """The key as that device gave it to us, as the session is now."""
    curve25519, ed25519 = device
    inbound._olm.inbound_group_store.add(
        InboundGroupSession(session.session_key.to_base64(), ed25519, curve25519, ROOM)
    )


def written(session: vodozemac.GroupSession, **more: str) -> Envelope:
    inside = fields.dumps({"type": "m.room.message", "content": {"body": "hello"}, "room_id": ROOM})
    ciphertext = session.encrypt(inside.encode()).to_base64()
    content = {"algorithm": MEGOLM, "session_id": session.session_id, "ciphertext": ciphertext, **more}
    return Envelope(EventId("$e"), ALICE, "m.room.encrypted", content, datetime.now(UTC), {})


@pytest.mark.parametrize("named", ["", HERS[0], MALLORYS[0]], ids=["nobody", "hers", "his"])
@pytest.mark.parametrize("order", [(HERS, MALLORYS), (MALLORYS, HERS)], ids=["hers first", "his first"])
def test_a_member_who_sends_her_key_as_one_of_his_own_takes_nothing_from_her_words(
    inbound: Inbound, order: tuple[tuple[str, str], ...], named: str
) -> None:
    session = vodozemac.GroupSession()
    for device in order:
        assert not inbound.is_ambiguous(written(session), ROOM)
        has(inbound, session, device)
    assert inbound.is_ambiguous(written(session), ROOM)
    opened = inbound.decrypt(written(session, **({"sender_key": named} if named else {})), ROOM)
    assert isinstance(opened, Payload)
    assert (opened.curve25519, opened.ed25519) == HERS


def test_his_session_that_claims_her_fingerprint_is_not_hers(inbound: Inbound) -> None:
    session = vodozemac.GroupSession()
    has(inbound, session, (MALLORYS[0], HERS[1]))
    has(inbound, session, HERS)
    opened = inbound.decrypt(written(session), ROOM)
    assert isinstance(opened, Payload) and opened.curve25519 == HERS[0]


def test_a_key_that_begins_later_than_the_message_is_waited_for(inbound: Inbound) -> None:
    session = vodozemac.GroupSession()
    early = written(session)
    has(inbound, session, HERS)
    assert inbound.decrypt(early, ROOM) == NoKey(SessionKey(ROOM, session.session_id))
    assert isinstance(inbound.decrypt(written(session), ROOM), Payload)


@pytest.mark.parametrize("ciphertext", ["AAAA", "index", "é", "A" * 200])
def test_what_is_no_message_is_never_waited_for(inbound: Inbound, ciphertext: str) -> None:
    session = vodozemac.GroupSession()
    has(inbound, session, HERS)
    assert inbound.decrypt(written(session, ciphertext=ciphertext), ROOM) == Unreadable("decryption")
