"""Who is told that an input could not be decided, beside the config room: the person whose act it was, in its place."""

from dataclasses import replace

from bot.domain.calls import FetchFile
from bot.domain.conversation import EventKind, OutState
from bot.domain.decision import NOTHING, CloseCall, Decision, UpdateMail
from bot.domain.effects import Say
from bot.domain.ids import ConversationId
from bot.domain.inputs import Input, MessageEdited, Reaction, Receipt, Redacted, TeamMessage
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from storage import conversations, events, mails, members, outbox
from storage.database import Tx


async def told_in_place(tx: Tx, input: Input, instance: Instance, number: int) -> Decision:
    """What its author is told of an input that was put aside; nothing where it was nobody's act."""
    match input:
        case TeamMessage() | MessageEdited() | Reaction() | Redacted():
            return await _of_member(tx, input, instance, number)
        case Receipt():
            return await _of_mail(tx, input, number)
        case _:
            return NOTHING


async def _of_member(
    tx: Tx, input: TeamMessage | MessageEdited | Reaction | Redacted, instance: Instance, number: int
) -> Decision:
    room = input.room
    is_ours = bool(instance.in_room(room)) or room == instance.config_room
    if not is_ours or not await members.is_joined(tx, room, input.sender):
        return NOTHING
    about: ConversationId | None = None
    if isinstance(input, TeamMessage):
        target = input.event
        found = await conversations.by_root(tx, room, input.thread) if input.thread is not None else None
        about = found.id if found is not None else None
    else:
        target = input.target
        known = await events.get(tx, room, target)
        about = known.conversation if known is not None else None
    told = sentence("error.put_aside", number=number)
    return Decision((), (Say(room, (told,), conversation=about, reply_to=target, mention=(input.sender,)),))


async def _of_mail(tx: Tx, input: Receipt, number: int) -> Decision:
    """A mail whose files are here and that could not be written leaves nothing waiting for ever."""
    claimed = await outbox.get(tx, input.effect)
    if claimed is None or not isinstance(claimed.planned.call, FetchFile) or claimed.planned.mail is None:
        return NOTHING
    record = await mails.get(tx, claimed.planned.mail)
    conversation = await conversations.get(tx, record.conversation) if record is not None else None
    if record is None or conversation is None or record.state is not OutState.QUEUED:
        return NOTHING
    mention = (record.author,) if record.author is not None else ()
    told = sentence("error.put_aside", number=number)
    say = Say(conversation.room, (told,), EventKind.NOTICE, conversation.id, reply_to=record.source, mention=mention)
    changes = (CloseCall(input.effect, "refused", "not_written"), UpdateMail(replace(record, state=OutState.REFUSED)))
    return Decision(changes, (say,))
