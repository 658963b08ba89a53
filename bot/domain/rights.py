"""Rights of people: by full user id, as joined members of that very room, from allowed homeservers."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.command import Asked, Command, Right, Sealed, Where
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.said import MOVED, UNINVITED, MessageEdited, TeamMessage
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance


@dataclass(frozen=True, slots=True)
class Allowed:
    """The person may do it."""


@dataclass(frozen=True, slots=True)
class Denied:
    """`why` is told to the person; None: ignored without a word (a stranger could make us flood)."""

    why: Sentence | None
    is_shut_out: bool = False
    """Their session gets no keys of ours, or their client does not encrypt: told in clear, or they do not read it."""


Judgement = Allowed | Denied


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose act it is, and how it came."""

    person: UserId
    is_joined: bool
    room_encrypted: bool
    was_encrypted: bool = False
    session_trust: str = ""
    """As in `TeamMessage`."""


def voice_of(asked: Asked) -> Voice:
    """Of a message or, never encrypted, a reaction."""
    return Voice(asked.person, asked.is_joined, asked.room_encrypted, asked.was_encrypted, asked.session_trust)


_SHUT_OUT = frozenset({"unsigned_device", "identity_changed", UNINVITED})
"""Values of `session_trust` for sessions that cannot read what the bot writes in encrypted rooms."""

FOREIGN = "foreign_session"
"""The session belongs to somebody other than the sender: one person's words are shown as another's."""


def server_of(user: UserId) -> str:
    """The server of an account."""
    return user.partition(":")[2]


def proves_sight(bot: UserId, person: UserId, writer: UserId | None) -> bool:
    """Whether somebody who saw what `writer` wrote (None: the bot) also saw what the bot had posted before it.

    Those on another homeserver see each other's events while that one is cut off from ours, with times of then.
    """
    return server_of(person) == server_of(bot) or writer is None or server_of(writer) != server_of(person)


def _other_server(sender: UserId) -> Sentence:
    """The denial for a member of another homeserver: they are told why they may only read and talk."""
    return sentence("error.other_server", server=server_of(sender))


def _of_session(trust: str) -> Denied:
    return Denied(sentence(f"error.trust.{trust}"), is_shut_out=trust in _SHUT_OUT)


def may_command(instance: Instance, voice: Voice, *, is_sensitive: bool) -> Judgement:
    """Whether a member's message counts (PRODUCT 10)."""
    if not voice.is_joined:
        return Denied(None)
    if server_of(voice.person) not in instance.allowed_servers:
        return Denied(_other_server(voice.person))
    if voice.room_encrypted and not voice.was_encrypted:
        return Denied(sentence("error.plain_in_encrypted"), is_shut_out=True)
    # What was encrypted is judged as such, whatever the server says of the room. Words that are somebody else's are
    # nobody's command, however harmless; and whatever a true one does, it may not do it to another conversation.
    if voice.session_trust and (is_sensitive or voice.session_trust in (FOREIGN, MOVED, UNINVITED)):
        return _of_session(voice.session_trust)
    return Allowed()


def may_say(
    instance: Instance, input: TeamMessage | MessageEdited, *, is_joined: bool, is_sensitive: bool
) -> Judgement:
    """Whether a member's words, or their edit, count."""
    voice = Voice(input.sender, is_joined, input.room_encrypted, input.was_encrypted, input.session_trust)
    return may_command(instance, voice, is_sensitive=is_sensitive)


def may_call(instance: Instance, row: Command, voice: Voice, *, room: RoomId, is_anything_encrypted: bool) -> Judgement:
    """Whether somebody who may command (`may_command`) may give this command, as its row says.

    Args:
        is_anything_encrypted: some room of ours is: what moves its mail must not be heard from whoever runs the server.
    """
    if not holds(instance, row.right, voice.person):
        return Denied(sentence("error.admins_only"))
    if row.where & Where.CONFIG and not row.where & places(instance, room):
        return Denied(sentence("error.in_config_room", example=sentence(f"example.{row.key}")))
    match row.sealed:
        case Sealed.NEVER:
            is_wanted = False
        case Sealed.WHERE_ENCRYPTED:
            is_wanted = is_anything_encrypted
        case Sealed.ALWAYS:
            is_wanted = True
        case _ as unreachable:
            assert_never(unreachable)
    if is_wanted and not voice.was_encrypted:
        return Denied(sentence("error.only_encrypted", name=row.name))
    if is_wanted and voice.session_trust:
        return _of_session(voice.session_trust)
    return Allowed()


def may_give(asked: Asked, name: str) -> Judgement:
    """Whether somebody who confirms a command may still give it."""
    voice, is_any = voice_of(asked), asked.is_anything_encrypted or asked.room_encrypted
    row = next(one for one in asked.table if one.name == name)
    judged = may_command(asked.instance, voice, is_sensitive=row.is_sensitive)
    if isinstance(judged, Denied):
        return judged
    return may_call(asked.instance, row, voice, room=asked.room, is_anything_encrypted=is_any)


def may_tell_secret(instance: Instance, right: Right, voice: Voice) -> Judgement:
    """Whether a secret that somebody wrote is taken: encrypted, unless the operator wants it otherwise."""
    judged = may_command(instance, voice, is_sensitive=True)
    if isinstance(judged, Denied):
        return judged
    if not holds(instance, right, voice.person):
        return Denied(sentence("error.admins_only"))
    if not voice.was_encrypted and not instance.allow_insecure_secrets:
        return Denied(sentence("secret.in_clear"))
    return Allowed()


def places(instance: Instance, room: RoomId) -> Where:
    """What a room is, for those who give a command there."""
    found = Where.CONFIG if room == instance.config_room else Where(0)
    if instance.read_in(room):
        found |= Where.THREAD | Where.ROOM
    return found or Where.DIRECT


def holds(instance: Instance, right: Right, person: UserId) -> bool:
    """Whether the person holds the right. Nothing is granted for single mailboxes yet: only admins have more."""
    return right is Right.MEMBER or person in instance.admins


def may_react(instance: Instance, voice: Voice, *, is_sensitive: bool) -> Judgement:
    """Whether a reaction counts. Homeservers can forge them, so in encrypted rooms they do only undoable things."""
    is_known = server_of(voice.person) in instance.allowed_servers
    if not voice.is_joined:
        return Denied(sentence("error.not_a_member") if is_known else None)
    if not is_known:
        return Denied(_other_server(voice.person))
    if voice.room_encrypted and is_sensitive:
        return Denied(sentence("error.reaction_in_encrypted"))
    return Allowed()
