"""Reads what a database that was put back has of what the rooms show."""

from collections.abc import Sequence

from bot.domain.rules.split_before import first_mails
from bot.domain.settings import Instance
from bot.domain.snapshots import RestoredSnapshot, SplitBefore
from bot.domain.traces import OwnEvent, take_up
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
        for record in await mails.by_message_id(tx, mailbox, [post.message_id]):
            home = await conversations.get(tx, record.conversation)
            if home is not None and home.room == post.room:
                split.append(SplitBefore(card, record, home))
                break
    return RestoredSnapshot(instance, known, await waiting_known(tx, own, instance), tuple(split))
