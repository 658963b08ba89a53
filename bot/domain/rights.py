"""Rights of people: by full user id, as joined members of that very room, from allowed homeservers."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.command import Command, Right, Sealed, Where
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


def may_command(
    instance: Instance,
    *,
    sender: UserId,
    is_joined: bool,
    room_encrypted: bool,
    was_encrypted: bool,
    session_trust: str,
    is_sensitive: bool,
) -> Judgement:
    """Whether a member's message counts (PRODUCT 10)."""
    if not is_joined:
        return Denied(None)
    if server_of(sender) not in instance.allowed_servers:
        return Denied(_other_server(sender))
    if room_encrypted and not was_encrypted:
        return Denied(sentence("error.plain_in_encrypted"), is_shut_out=True)
    # What was encrypted is judged as such, whatever the server says of the room. Words that are somebody else's are
    # nobody's command, however harmless; and whatever a true one does, it may not do it to another conversation.
    if session_trust and (is_sensitive or session_trust in (FOREIGN, MOVED, UNINVITED)):
        return _of_session(session_trust)
    return Allowed()


def may_say(
    instance: Instance, input: TeamMessage | MessageEdited, *, is_joined: bool, is_sensitive: bool
) -> Judgement:
    """Whether a member's words, or their edit, count."""
    return may_command(
        instance,
        sender=input.sender,
        is_joined=is_joined,
        room_encrypted=input.room_encrypted,
        was_encrypted=input.was_encrypted,
        session_trust=input.session_trust,
        is_sensitive=is_sensitive,
    )


def may_call(
    instance: Instance,
    row: Command,
    *,
    sender: UserId,
    room: RoomId,
    was_encrypted: bool,
    session_trust: str,
    is_anything_encrypted: bool,
) -> Judgement:
    """Whether somebody who may command (`may_command`) may give this command, as its row says.

    Args:
        is_anything_encrypted: some room of ours is: what moves its mail must not be heard from whoever runs the server.
    """
    if not holds(instance, row.right, sender):
        return Denied(sentence("error.admins_only"))
    if row.where == Where.CONFIG and room != instance.config_room:
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
    if is_wanted and not was_encrypted:
        return Denied(sentence("error.only_encrypted", name=row.name))
    if is_wanted and session_trust:
        return _of_session(session_trust)
    return Allowed()


def may_tell_secret(
    instance: Instance,
    right: Right,
    *,
    sender: UserId,
    is_joined: bool,
    room_encrypted: bool,
    was_encrypted: bool,
    session_trust: str,
) -> Judgement:
    """Whether a secret that somebody wrote is taken: encrypted, unless the operator wants it otherwise."""
    judged = may_command(
        instance,
        sender=sender,
        is_joined=is_joined,
        room_encrypted=room_encrypted,
        was_encrypted=was_encrypted,
        session_trust=session_trust,
        is_sensitive=True,
    )
    if isinstance(judged, Denied):
        return judged
    if not holds(instance, right, sender):
        return Denied(sentence("error.admins_only"))
    if not was_encrypted and not instance.allow_insecure_secrets:
        return Denied(sentence("secret.in_clear"))
    return Allowed()


def holds(instance: Instance, right: Right, person: UserId) -> bool:
    """Whether the person holds the right. Nothing is granted for single mailboxes yet: only admins have more."""
    return right is Right.MEMBER or person in instance.admins


def may_react(
    instance: Instance, *, sender: UserId, is_joined: bool, room_encrypted: bool, is_sensitive: bool
) -> Judgement:
    """Whether a reaction counts. Homeservers can forge them, so in encrypted rooms they do only undoable things."""
    if not is_joined:
        return Denied(sentence("error.not_a_member") if server_of(sender) in instance.allowed_servers else None)
    if server_of(sender) not in instance.allowed_servers:
        return Denied(_other_server(sender))
    if room_encrypted and is_sensitive:
        return Denied(sentence("error.reaction_in_encrypted"))
    return Allowed()
