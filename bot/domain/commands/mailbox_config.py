"""`mailbox config`: a mailbox gets a config room of its own, in which it alone is run and told of, or gives it up."""

from typing import Final

from bot.domain.calls import MakeConfigRoom, MakeRoom
from bot.domain.command import Answer, Asked, Command, Right, Sealed, Where, Words
from bot.domain.decision import Decision, SetTimer
from bot.domain.effects import Do
from bot.domain.house_changes import AddRoom, SetValue
from bot.domain.ids import RoomId
from bot.domain.merged import CONFIG_ROOM
from bot.domain.needs import IsEncrypted, MembersOf, Needs
from bot.domain.rights import lacking
from bot.domain.rules.config_room import RIGHT, given, invited
from bot.domain.rules.direct import UNUSED_STAY
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.upgrades import is_room_id, uses
from bot.domain.words import Word

NEW: Final = Word("new", ("nouveau", "nouvelle"))
OFF: Final = Word("off", ("none", "aucun", "sans", "désactiver"))
_LINK: Final = "https://matrix.to/#/"


def _wish(asked: Asked) -> tuple[MailboxSettings, str] | Sentence:
    """The mailbox, and what stands behind it: it need not be named where there is one alone."""
    words = list(asked.called.words)
    named = asked.instance.named(words[0]) if words else None
    found = named or (asked.mailboxes_meant[0] if len(asked.mailboxes_meant) == 1 else asked.instance.the_only_one)
    rest = words[1:] if named is not None else words
    if found is None or len(rest) > 1 or (rest and named is None and "@" in rest[0]):
        return which_mailbox(asked)
    return found, rest[0] if rest else ""


def _room(word: str) -> RoomId | None:
    """The room that is named, by its id or by a link to it."""
    written = word.removeprefix(_LINK).partition("?")[0]
    return RoomId(written) if is_room_id(written) else None


def _needs(asked: Asked) -> Needs:
    wish = _wish(asked)
    room = None if isinstance(wish, Sentence) else _room(wish[1])
    return () if room is None else [MembersOf(room), IsEncrypted(room)]


def _config(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    mailbox, word = wish
    if not word:
        return tell(asked, _standing(mailbox))
    if word == OFF.own:
        return _given_up(asked, mailbox)
    if mailbox.is_archived:
        return sentence("error.archived", address=mailbox.address)
    if mailbox.config_room:
        return sentence("own_room.has_one", address=mailbox.address, room=mailbox.config_room)
    if word == NEW.own:
        return _new(asked, mailbox)
    room = _room(word)
    if room is None:
        return sentence("error.own_room_which")
    if asked.person not in asked.instance.admins:
        # The bot's other rooms are nobody else's business.
        return lacking(Right.ADMIN)
    if asked.room != asked.instance.config_room or asked.instance.run_in(asked.room) is not None:
        # Elsewhere the other mailboxes, whose rooms are taken, are not known.
        return sentence("own_room.name_in_config")
    return _named(asked, mailbox, room)


def _standing(mailbox: MailboxSettings) -> Sentence:
    if mailbox.config_room is None:
        return sentence("own_room.none", address=mailbox.address)
    return sentence("own_room.is", address=mailbox.address, room=mailbox.config_room)


def _new(asked: Asked, mailbox: MailboxSettings) -> Decision:
    make = MakeRoom(
        mailbox.name or mailbox.address,
        f"config:{mailbox.id}:{asked.key}",
        asked.person,
        # Passwords are told there: in clear only where they may be told in clear.
        is_encrypted=asked.room_encrypted or asked.is_anything_encrypted or not asked.instance.allow_insecure_secrets,
    )
    call = MakeConfigRoom(mailbox.id, make, asked.person, asked.room, asked.event, asked.thread)
    return Decision((), (Do(call),))


def _named(asked: Asked, mailbox: MailboxSettings, room: RoomId) -> Answer:
    """A room that is there: the person and the bot are in it, and nothing else of ours uses it."""
    if not {asked.person, asked.instance.bot} <= set(asked.facts[MembersOf(room)]) or _is_taken(asked, room):
        return sentence("adding.no_such_room")
    if not asked.facts[IsEncrypted(room)] and not asked.instance.allow_insecure_secrets:
        return sentence("own_room.in_clear")
    people = invited(asked.instance, mailbox, room, asked.room, {*asked.facts[MembersOf(room)]})
    done = sentence("own_room.made", address=mailbox.address, room=room)
    return given(mailbox, room, asked.person, asked.now) + people + tell(asked, done)


def _is_taken(asked: Asked, room: RoomId) -> bool:
    known = asked.instance
    elsewhere = (*known.removed, *asked.others)
    return (
        uses(known, room) or known.shows_mail_in(room) or any(room in (one.room, one.config_room) for one in elsewhere)
    )


def _given_up(asked: Asked, mailbox: MailboxSettings) -> Answer:
    room = mailbox.config_room
    if room is None:
        return _standing(mailbox)
    # What was said there is still answered; then the bot leaves, as each room without a use.
    unused = (AddRoom(room, asked.person, asked.now), SetTimer(f"unused:{room}", asked.now + UNUSED_STAY))
    ended = Decision((SetValue(mailbox.id, CONFIG_ROOM, None, asked.person), *unused))
    return ended + tell(asked, sentence("own_room.over", address=mailbox.address))


MAILBOX_CONFIG = Command(
    "mailbox config",
    "admin",
    _config,
    _needs,
    where=Where.ROOM | Where.CONFIG,
    takes=(Words((NEW, OFF)),),
    right=RIGHT,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte configuration",),
    has_more=True,
)
