"""Reads the files of a thread that go out with a person's next mail."""

from collections.abc import Sequence

from bot.domain.conversation import Conversation, EventKind, MailRecord, OutState
from bot.domain.files import Enclosure
from bot.domain.ids import UserId
from bot.domain.rules.enclosing import MOST_FILES, listed
from storage import events
from storage.database import Tx


async def load_enclosed(
    tx: Tx, conversation: Conversation, person: UserId, outgoing: Sequence[MailRecord]
) -> tuple[tuple[Enclosure, ...], tuple[Enclosure, ...]]:
    """The files that the person attached since their last mail here, and those that they only posted since.

    A mail that was taken back sent nothing, so that its files are still attached.
    """
    own = [r for r in outgoing if r.author == person and r.state is not OutState.CANCELLED]
    chosen = await events.last_of_kind_by(tx, conversation.id, EventKind.ENCLOSURE, person)
    enclosed: list[Enclosure] = []
    if chosen is not None and chosen.room == conversation.room and all(r.date < chosen.at for r in own):
        for event in listed(chosen.body):
            # A message that was deleted meanwhile has no file any more.
            known = await events.get(tx, chosen.room, event)
            if known is not None and known.file is not None:
                enclosed.append(Enclosure(known.event, known.file))
    used = {one.event for one in enclosed} | {one.event for r in own for one in r.files}
    posted = await events.files_by(tx, conversation.id, conversation.room, person, MOST_FILES + len(used))
    loose = tuple(Enclosure(one.event, one.file) for one in posted if one.file is not None and one.event not in used)
    return tuple(enclosed), loose
