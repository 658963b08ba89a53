"""Rights of people: by full user id, as joined members of that very room, from allowed homeservers."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.command import Asked, Called, Command, Sealed, Where
from bot.domain.conversation import Conversation
from bot.domain.grants import RUNNING, Limit, Right, is_everybodys, standing
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.said import MOVED, UNINVITED, MessageEdited, TeamMessage
from bot.domain.needs import Needs, RoomsOf
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings


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


def may_call(asked: Asked, row: Command, *, is_sensitive: bool = False, is_of_list: bool = False) -> Judgement:
    """Whether the person may give this command there, as its row says: no other place asks for a right of a row.

    Args:
        is_sensitive: given by hand, it is heard more strictly than its row says.
        is_of_list: it names a list, from which those of mailboxes in which the person may not are left out.
    """
    voice, is_strict = voice_of(asked), is_sensitive or row.is_sensitive
    judge = may_react if asked.is_by_hand else may_command
    # A direct chat gives access to what is elsewhere: whoever runs the server could invite the bot in anybody's name.
    judged = judge(asked.instance, voice, is_sensitive=is_strict or (asked.within is not None and not asked.is_by_hand))
    if isinstance(judged, Denied):
        return judged
    if not _has_right(asked, row, is_of_list=is_of_list):
        return Denied(lacking(row.right))
    if row.where & Where.CONFIG and not row.where & places(asked.instance, asked.room):
        return Denied(sentence("error.in_config_room", example=sentence(f"example.{row.key}")))
    if row.is_of_instance and not asked.is_by_hand and asked.instance.run_in(asked.room) is not None:
        return Denied(sentence("error.in_common_config_room", example=sentence(f"example.{row.key}")))
    match row.sealed:
        case Sealed.NEVER:
            is_wanted = False
        case Sealed.WHERE_ENCRYPTED:
            # What moves mail must not be heard from whoever runs the server.
            is_wanted = asked.is_anything_encrypted or asked.room_encrypted
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
    return may_call(asked, next(one for one in asked.table if one.name == name))


def lacking(right: Right) -> Sentence:
    """The reason for a person who lacks a right."""
    if right is Right.ADMIN:
        return sentence("error.admins_only")
    if right is Right.MEMBER:
        return sentence("error.notes_only")
    return sentence("error.no_right", right=sentence(f"right.{right.value}"))


def _has_right(asked: Asked, row: Command, *, is_of_list: bool = False) -> bool:
    own = asked.instance.run_in(asked.room)
    if own is not None and row.is_of_instance and asked.is_by_hand:
        # 🔁 on what was told there of that mailbox.
        return holds(asked, Right.EDIT, own)
    if row.right is Right.ADMIN or asked.person in asked.instance.admins:
        return asked.person in asked.instance.admins
    if row.right in RUNNING and row.where & Where.CONFIG:
        return bool(run_by(asked, row))
    if is_of_list and asked.mailboxes:
        return any(_has_any(asked.instance, row, asked.person, one.id) for one in asked.mailboxes)
    meant = [one.mailbox for one in asked.about] if row.is_about_conversations else []
    meant = meant or [one.id for one in asked.mailboxes_meant]
    # Where no mailbox is meant it is only told what is wrong: whoever has the right in none is told that.
    return all(_has_any(asked.instance, row, asked.person, one) for one in meant or [MailboxId("")])


def _has_any(instance: Instance, row: Command, person: UserId, mailbox: MailboxId) -> bool:
    return any(has(instance, right, person, mailbox) for right in (row.right, *row.also))


def may_change(asked: Asked, row: Command, one: Conversation) -> bool:
    """Whether the person may give a command about a conversation of a list: a room may have several mailboxes."""
    return _has_any(asked.instance, row, asked.person, one.mailbox)


def has(instance: Instance, right: Right, person: UserId, mailbox: MailboxId) -> bool:
    """Whether somebody who is in a mailbox's room has the right there. Admins of the instance have all of them."""
    if person in instance.admins:
        return True
    found = standing(instance.grants, mailbox, person)
    is_kept_to_notes = found.get(Limit.NOTES, False)
    match right:
        case Right.ADMIN:
            return False
        case Right.READ:
            return True
        case Right.MEMBER | Right.SEND | Right.DELETE:
            return not is_kept_to_notes and found.get(right, is_everybodys(right))
        case Right.EDIT | Right.PERMISSIONS | Right.SIGNATURE | Right.AUTOREPLY | Right.PASSWORD:
            return found.get(right, False)
        case _ as unreachable:
            assert_never(unreachable)


def runs(instance: Instance, person: UserId, mailbox: MailboxId) -> bool:
    """Whether somebody has a right to run the mailbox, so that its own config room is theirs to read."""
    return any(has(instance, right, person, mailbox) for right in RUNNING)


def is_assignable(instance: Instance, person: UserId, mailbox: MailboxId) -> bool:
    """Whether others may give the person a conversation of the mailbox."""
    return not standing(instance.grants, mailbox, person).get(Limit.HIDDEN, False)


def assignable(instance: Instance, people: Collection[UserId], mailbox: MailboxId) -> list[UserId]:
    """Those of the people to whom others may give a conversation of the mailbox."""
    return [one for one in people if is_assignable(instance, one, mailbox)]


def holds(asked: Asked, right: Right, mailbox: MailboxSettings) -> bool:
    """Whether the person has the right in that mailbox, being an admin or in its room."""
    is_in = asked.person in asked.instance.admins or mailbox.room in _present_in(asked)
    return is_in and has(asked.instance, right, asked.person, mailbox.id)


def run_by(asked: Asked, row: Command) -> tuple[MailboxSettings, ...]:
    """The mailboxes for which the person may give a command of the config room: in a mailbox's own room those there."""
    instance, person = asked.instance, asked.person
    is_admin, present = person in instance.admins, _present_in(asked)
    return tuple(
        one
        for one in instance.mailboxes
        if asked.room in (instance.config_room, one.room)
        and (is_admin or one.room in present)
        and _has_any(instance, row, person, one.id)
    )


def narrowed(asked: Asked) -> Asked:
    """With the mailboxes alone that the person runs, for a command that runs them: it knows of no others."""
    row = asked.reading.command if isinstance(asked.reading, Called) else None
    if row is None or row.right not in RUNNING or not row.where & Where.CONFIG:
        return asked
    if asked.person in asked.instance.admins and asked.room == asked.instance.config_room:
        return asked
    run = run_by(asked, row)
    ours = {one.id for one in run}
    others = tuple(one for one in asked.instance.mailboxes if one.id not in ours)
    return replace(asked, instance=replace(asked.instance, mailboxes=run, removed=()), others=(*asked.others, *others))


def needs_of_rights(asked: Asked) -> Needs:
    """Of those who run a mailbox and write in the config room: the right is theirs while they are in its room."""
    need = _rooms(asked)
    return [need] if asked.room == asked.instance.config_room and need.rooms else ()


def _rooms(asked: Asked) -> RoomsOf:
    """The rooms of mailboxes that the person runs, if they are in them."""
    known, person = asked.instance, asked.person
    mine = {one.mailbox for one in known.grants if one.person == person and one.is_on and one.what in RUNNING}
    is_admin = person in known.admins
    rooms = () if is_admin else tuple(one.room for one in (*known.mailboxes, *asked.others) if one.id in mine)
    return RoomsOf(person, tuple(sorted(dict.fromkeys(rooms))))


def _present_in(asked: Asked) -> frozenset[RoomId]:
    """The rooms of mailboxes in which the person is, as far as is known: where they write, and what was looked up."""
    need = _rooms(asked)
    known = asked.facts[need] if asked.facts.answers([need]) else frozenset[RoomId]()
    return frozenset(known) - {asked.room} | ({asked.room} if asked.is_joined else set())


def may_tell_secret(asked: Asked, mailbox: MailboxId | None) -> Judgement:
    """Whether a secret that somebody wrote is taken: encrypted, unless the operator wants it otherwise.

    Args:
        mailbox: the one that is to get a new password; None: it is a new mailbox's, which admins add.
    """
    instance, voice = asked.instance, voice_of(asked)
    judged = may_command(instance, voice, is_sensitive=True)
    if isinstance(judged, Denied):
        return judged
    found = instance.mailbox(mailbox) if mailbox is not None else None
    right = Right.ADMIN if mailbox is None else Right.PASSWORD
    if voice.person not in instance.admins and (found is None or not holds(asked, right, found)):
        return Denied(lacking(right))
    if not voice.was_encrypted and not instance.allow_insecure_secrets:
        return Denied(sentence("secret.in_clear"))
    return Allowed()


def places(instance: Instance, room: RoomId) -> Where:
    """What a room is, for those who give a command there."""
    found = Where.CONFIG if room == instance.config_room else Where(0)
    if instance.read_in(room):
        found |= Where.THREAD | Where.ROOM
    return found or Where.DIRECT


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
