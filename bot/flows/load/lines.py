"""Reads which mail is meant where a command began it elsewhere: its line there stands for the mail's own."""

from dataclasses import replace

from bot.domain.command import Asked, Command
from bot.domain.conversation import EventKind, KnownEvent, OutState
from bot.domain.rules.begun_here import begun_here
from bot.domain.rules.moves import told_slot
from storage import conversations, mails, slots
from storage.database import Tx

MOST_LEAVING = 200
"""Mails of a mailbox that wait to leave, looked through for those that were begun in a thread."""


async def as_line(tx: Tx, target: KnownEvent | None) -> KnownEvent | None:
    """The event that somebody reacted to; where it is the line of a mail beside the command that it was made of, the
    command as a line of that mail: what is done there is done to it, as by an approval in words.
    """
    if target is None or target.kind is not EventKind.RECEIPT or target.mail is None:
        return target
    if await slots.get(tx, told_slot(target.mail)) != (target.room, target.event):
        return target
    record = await mails.get(tx, target.mail)
    if record is None or record.source is None:
        return target
    return replace(target, kind=EventKind.MAIL, event=record.source)


async def with_begun(tx: Tx, asked: Asked, row: Command) -> Asked:
    """A command without a number about what waits, in a thread in which mails of other conversations were begun: where
    one of these is meant, it is about that mail, as a reply to its line is.
    """
    here = asked.here
    if not row.waiting or here is None or asked.thread is None or asked.pointed or asked.called.numbers:
        return asked
    if asked.target is not None and asked.target.kind is not EventKind.CONVERSATION:
        return asked
    leaving = await mails.leaving_of(tx, here.mailbox, MOST_LEAVING)
    waiting = [one for one in leaving if one.state in row.waiting]
    is_approval = OutState.QUEUED not in row.waiting
    meant = begun_here(waiting, here.id, asked.thread, asked.person, is_approval=is_approval)
    about = await conversations.get(tx, meant.conversation) if meant is not None else None
    if meant is None or meant.source is None or about is None:
        return asked
    line = KnownEvent(meant.source, asked.room, EventKind.COMMAND, about.id, meant.author, meant.row, meant.date)
    return replace(asked, target=line, pointed=await conversations.those_after(tx, about))
