"""What was to be said in a direct chat and is not: the chat takes nothing, or its person may not read it any more."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.calls import SendEvent
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, CloseCall, Decision, SetTimer
from bot.domain.direct import HoldNews, quiet_timer
from bot.domain.effects import Say
from bot.domain.outcomes import Refused
from bot.domain.rules.direct import ending_unsaid
from bot.domain.rules.mailing_members import told_owner
from bot.domain.sentences import sentence
from bot.domain.snapshots import ReceiptSnapshot

_SAID: Final = frozenset({EventKind.NOTICE, EventKind.ANSWER})
"""A digest is a page, as an answer is."""


def shut_out(snapshot: ReceiptSnapshot, call: SendEvent, refused: Refused, now: datetime) -> Decision:
    """A direct chat that takes nothing for some minutes ends. The news that it refused is told as what waits in it;
    what is of no conversation, and answers nobody, where its person reads a mailbox."""
    instance, chat = snapshot.instance, snapshot.instance.direct_in(call.room)
    closed = Decision((CloseCall(snapshot.effect, "refused", refused.code),))
    ended = closed + _held(snapshot, call, now) + ending_unsaid(call.room)
    is_said = snapshot.planned.event_kind in _SAID and call.reply_to is None
    read = next((one for one in instance.mailboxes if one.room in snapshot.theirs), None)
    if chat is None or read is None or snapshot.planned.news or not is_said:
        return ended
    told = sentence("direct.takes_nothing")
    return ended + told_owner(replace(instance, directs=()), read.id, chat.person, now, told)


def withheld(snapshot: ReceiptSnapshot, call: SendEvent, refused: Refused, now: datetime) -> Decision:
    """Of what was to be said in a direct chat its person may not read all any more: of what they may, they are told
    anew; whoever asked has to ask again."""
    closed = Decision((CloseCall(snapshot.effect, "cancelled", refused.code),))
    if snapshot.instance.direct_in(call.room) is None or snapshot.planned.news:
        return closed + _held(snapshot, call, now)
    return closed + Decision((), (Say(call.room, (sentence("direct.not_said"),)),))


def _held(snapshot: ReceiptSnapshot, call: SendEvent, now: datetime) -> Decision:
    """The news in what was to be said in a direct chat, to be told otherwise."""
    chat, news = snapshot.instance.direct_in(call.room), snapshot.planned.news
    if chat is None or not news:
        return NOTHING
    due = snapshot.instance.quiet_until(chat.person, now) or now
    held = (HoldNews(chat.person, number, now) for number in news)
    return Decision((*held, SetTimer(quiet_timer(chat.person), due)))
