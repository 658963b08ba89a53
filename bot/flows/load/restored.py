"""Reads what a database that was put back has of what the rooms show."""

from collections.abc import Sequence

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.ids import MailboxId
from bot.domain.room_snapshots import RestoredSnapshot, SplitBefore
from bot.domain.rules.split_before import first_mails
from bot.domain.settings import Instance
from bot.domain.traces import CardShown, OwnEvent, take_up
from bot.flows.load.scheduled import waiting_known
from storage import conversations, mails
from storage.database import Tx


async def load_restored(tx: Tx, own: Sequence[OwnEvent], instance: Instance) -> RestoredSnapshot:
    """The conversations of the cards that a forgotten run edited, and those of mails that it split off."""
    cards = take_up(own).cards
    found = [await conversations.get(tx, card.conversation) for card in cards]
    known = tuple(one for one in found if one is not None)
    split = []
    for card, mailbox, post in first_mails(own, cards, {one.id for one in known}):
        for record in await _everywhere(tx, instance, mailbox, post):
            home = await conversations.get(tx, record.conversation)
            if home is not None and home.room == post.room:
                split.append(SplitBefore(card, record, await _last(tx, home, cards)))
                break
    return RestoredSnapshot(instance, known, await waiting_known(tx, own, instance), tuple(split))


async def _everywhere(tx: Tx, instance: Instance, shown: MailboxId, post: OwnEvent) -> tuple[MailRecord, ...]:
    """The mail in each mailbox of the room, first in that of the card: a conversation may have been moved to another
    one, and its mails stay with the one to which they came."""
    others = (one.id for one in instance.mailboxes if one.room == post.room and one.id != shown)
    found = [await mails.by_message_id(tx, mailbox, [post.message_id]) for mailbox in (shown, *others)]
    return tuple(record for records in found for record in records)


async def _last(tx: Tx, home: Conversation, cards: Sequence[CardShown]) -> Conversation:
    """The conversation as which it goes on by what the cards say, in its room."""
    onward = {card.conversation: card.goes_on_as for card in cards}
    passed = {home.id: home}
    one = home
    while (number := onward.get(one.id, one.goes_on_as)) is not None and number not in passed:
        following = await conversations.get(tx, number)
        if following is None or following.room != home.room:
            break
        one = passed[number] = following
    return one
