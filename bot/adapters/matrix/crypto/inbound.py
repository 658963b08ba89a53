"""Decrypts the keys that other devices send us, and the events they wrote."""

from dataclasses import dataclass

import structlog
from nio.crypto import InboundGroupSession, Olm
from nio.events import RoomKeyEvent, ToDeviceEvent
from nio.exceptions import EncryptionError, LocalProtocolError, VerificationError
from vodozemac import MegolmMessage

from bot.adapters.matrix import fields
from bot.adapters.matrix.events import Envelope
from bot.adapters.matrix.fields import JsonObject
from bot.domain.ids import RoomId, UserId

MEGOLM = "m.megolm.v1.aes-sha2"
NO_OLM = "m.no_olm"
_OLM = "m.olm.v1.curve25519-aes-sha2"

_CRYPTO_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EncryptionError,
    LocalProtocolError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    VerificationError,
)
"""Exceptions of the library on events that somebody made up (vodozemac's exceptions are ValueErrors)."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Names one Megolm session of a room."""

    room: RoomId
    session_id: str


@dataclass(frozen=True, slots=True)
class KeyCame:
    """The key of a session arrived."""

    session: SessionKey


@dataclass(frozen=True, slots=True)
class KeyWithheld:
    """Somebody's client says that it will not give us the key; `code` is `m.unverified` and the like."""

    session: SessionKey | None
    """None: it could not reach this device at all (`m.no_olm`)."""
    sender: str
    code: str


@dataclass(frozen=True, slots=True)
class Payload:
    """The inside of an encrypted event, and the keys of the device that made its session."""

    event_type: str
    content: JsonObject
    curve25519: str
    ed25519: str
    is_forwarded: bool
    ratchet: str
    """`SENDER_KEY:SESSION:INDEX`. The caller, who outlives this device, takes each only once."""


@dataclass(frozen=True, slots=True)
class NoKey:
    """The key of the event's session is not here (yet)."""

    session: SessionKey


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The event will never be read; `reason` is a short technical name."""

    reason: str


class Inbound:
    """Reads with the keys of our device."""

    def __init__(self, olm: Olm) -> None:
        self._olm = olm

    def take_to_device(self, event: object) -> KeyCame | KeyWithheld | None:
        """Take a to-device event of a sync, or ignore it, whatever it holds."""
        if not isinstance(event, dict):
            return None
        match event.get("type"):
            case "m.room.encrypted":
                return self._take_encrypted(event)
            case "m.room_key.withheld":
                return self._take_withheld(fields.text(event, "sender"), fields.child(event, "content"))
            case _:
                return None

    def decrypt(self, outer: Envelope, room: RoomId) -> Payload | NoKey | Unreadable:
        content = outer.content
        if content.get("algorithm") != MEGOLM:
            return Unreadable("algorithm")
        session_id, ciphertext = fields.text(content, "session_id"), fields.text(content, "ciphertext")
        if not session_id or not ciphertext:
            return Unreadable("malformed")
        candidates = self._sessions(room, session_id, outer.sender, fields.text(content, "sender_key"))
        if not candidates:
            return NoKey(SessionKey(room, session_id))
        session = candidates[0]
        try:
            if MegolmMessage.from_base64(ciphertext).message_index() < session.first_known_index:
                # The key that we have begins later than this message.
                return NoKey(SessionKey(room, session_id))
            plaintext, index = session.decrypt(ciphertext)
        except _CRYPTO_FAULTS:
            return Unreadable("decryption")
        try:
            inside = fields.loads(plaintext)
        except fields.NotJson:
            return Unreadable("malformed")
        event_type, inner = inside.get("type"), inside.get("content")
        if not isinstance(event_type, str) or not isinstance(inner, dict):
            return Unreadable("malformed")
        if inside.get("room_id") != room:
            return Unreadable("other_room")
        return Payload(
            event_type=event_type,
            content=inner,
            curve25519=str(session.sender_key),
            ed25519=str(session.ed25519),
            is_forwarded=bool(session.forwarding_chain),
            ratchet=f"{session.sender_key}:{session_id}:{int(index)}",
        )

    def is_ambiguous(self, outer: Envelope, room: RoomId) -> bool:
        """Whether several devices gave us a session of that name."""
        return len(self._sessions(room, fields.text(outer.content, "session_id"), outer.sender, "")) > 1

    def _sessions(self, room: RoomId, session_id: str, sender: UserId, sender_key: str) -> list[InboundGroupSession]:
        """Sessions of that name: those of the sender's devices first, then the one that the event names.

        Whoever has a session's key can send it to us as one of their own. The event's `sender_key` is deprecated
        (MSC3700), may be missing or wrong: it only chooses among what we have.
        """
        theirs = {(d.curve25519, d.ed25519) for d in self._olm.device_store.active_user_devices(sender)}
        by_sender = self._olm.inbound_group_store._entries.get(room, {})
        found = [sessions[session_id] for sessions in by_sender.values() if session_id in sessions]
        found.sort(key=lambda s: ((s.sender_key, s.ed25519) not in theirs, s.sender_key != sender_key))
        return found

    def _take_withheld(self, sender: str, content: JsonObject) -> KeyWithheld | None:
        code, room = fields.text(content, "code")[:64], fields.room_id(content.get("room_id"))
        if code == NO_OLM:
            try:
                # Client-server API, "Recovering from undecryptable messages": begin a session from our side.
                self._olm._mark_device_for_unwedging(sender, fields.text(content, "sender_key"))
            except _CRYPTO_FAULTS as fault:
                log.warning("matrix_to_device_ignored", fault=type(fault).__name__)
            return KeyWithheld(None, sender, code)
        if not code or room is None:
            return None
        return KeyWithheld(SessionKey(room, fields.text(content, "session_id")), sender, code)

    def _take_encrypted(self, raw: JsonObject) -> KeyCame | None:
        if fields.child(raw, "content").get("algorithm") != _OLM:
            return None
        try:
            event = self._olm.handle_to_device_event(ToDeviceEvent.parse_event(raw))
        except _CRYPTO_FAULTS as fault:
            # Without this a single malformed event ends every sync that carries it.
            log.warning("matrix_to_device_ignored", fault=type(fault).__name__)
            return None
        room = fields.room_id(getattr(event, "room_id", None))
        session_id = getattr(event, "session_id", None)
        if not isinstance(event, RoomKeyEvent) or room is None or not isinstance(session_id, str):
            return None
        return KeyCame(SessionKey(room, session_id))
