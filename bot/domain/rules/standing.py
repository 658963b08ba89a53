"""A mailbox is paused, archived or removed, and comes back: what its admin is told, and what its room is."""

from bot.domain.command import Asked
from bot.domain.conversation import EventKind
from bot.domain.decision import Decision, SetTimer
from bot.domain.effects import Say
from bot.domain.house_changes import AddRoom, SetValue
from bot.domain.merged import ARCHIVED, CONFIG_ROOM, REMOVED, STANDING
from bot.domain.needs import LeavingFrom
from bot.domain.notices import AskAgain
from bot.domain.rules import config_room
from bot.domain.rules.direct import UNUSED_STAY
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def stands(asked: Asked, mailbox: MailboxSettings, standing: str | None, key: str, in_room: str = "") -> Decision:
    """It stands so from this commit on; `key` is told to the admin, `in_room` to its room."""
    # What was removed, or comes back after that, is no matter of deleting a message.
    is_undoable = standing != REMOVED and asked.instance.mailbox(mailbox.id) is not None
    source = asked.event if is_undoable else None
    changed = Decision((SetValue(mailbox.id, STANDING, standing, asked.person, source),))
    if standing in (ARCHIVED, REMOVED):
        changed += _apart_no_more(asked, mailbox, is_removed=standing == REMOVED)
    elif mailbox.is_archived:
        changed += config_room.back(mailbox, asked.now)
    if standing in (None, REMOVED):
        # What waits to be mailed leaves now, or is told in Matrix.
        changed += Decision((AskAgain(),))
    return changed + tell(asked, sentence(key, address=mailbox.address)) + in_its_room(mailbox, in_room)


def _apart_no_more(asked: Asked, mailbox: MailboxSettings, *, is_removed: bool) -> Decision:
    """Its own config room is told that nothing more is told there; the bot leaves that of a mailbox that is removed."""
    room = mailbox.config_room
    if room is None:
        return Decision()
    ended = SetValue(mailbox.id, CONFIG_ROOM, None, asked.person)
    unused = (ended, AddRoom(room, asked.person, asked.now), SetTimer(f"unused:{room}", asked.now + UNUSED_STAY))
    told = sentence("own_room.rests", address=mailbox.address)
    say = Say(room, (told,), kind=EventKind.NOTICE, in_thread=False)
    return Decision(unused if is_removed else (), () if asked.room == room else (say,))


def in_its_room(mailbox: MailboxSettings, key: str) -> Decision:
    """A line for those who work there."""
    if not key:
        return Decision()
    told = sentence(key, address=mailbox.address)
    return Decision((), (Say(mailbox.room, (told,), kind=EventKind.NOTICE, in_thread=False),))


def leaving(asked: Asked, mailbox: MailboxSettings) -> Sentence | None:
    """Why it does not rest yet: a mail that waits would leave when nobody thinks of it any more."""
    count = asked.facts[LeavingFrom(mailbox.id)]
    return sentence("error.leaving", count=count, address=mailbox.address) if count else None


def cannot_remove(asked: Asked, mailbox: MailboxSettings) -> Sentence | None:
    """Why a mailbox is not removed by a command; None without a reason."""
    if mailbox.ways is None:
        return sentence("error.remove_of_file", address=mailbox.address)
    return leaving(asked, mailbox)
