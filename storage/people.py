"""Correspondents by the words of their names, so that a name finds an address without looking at every conversation."""

from sqlalchemy import bindparam, func, select

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import MailboxId
from bot.domain.mail import Address
from bot.domain.names import name_words
from storage.batch import padded
from storage.codec import address_key
from storage.database import Tx
from storage.schema.threads import conversations, name_words_of
from storage.upsert import insert_or_ignore

MOST_FOUND = 11
"""People that one name finds: whoever asked is told ten of them at most."""
_n, _c = name_words_of.c, conversations.c
_NOTE = insert_or_ignore(name_words_of)
_FORGET = name_words_of.delete().where(_n.mailbox == bindparam("mailbox_"), _n.key == bindparam("key_"))
_NAMED = (
    select(_n.key)
    .where(_n.mailbox == bindparam("mailbox"), _n.word.in_(bindparam("words", expanding=True)))
    .group_by(_n.key)
    .having(func.count() == bindparam("count"))
    .order_by(_n.key)
    .limit(bindparam("limit"))
)
_NEWEST = (
    select(_c.correspondent_name, _c.correspondent_address, _c.status)
    .where(_c.mailbox == bindparam("mailbox"), _c.correspondent_key == bindparam("key"))
    .order_by(_c.id.desc())
    .limit(1)
)


async def note(tx: Tx, conversation: Conversation) -> None:
    """Note the name of a conversation's correspondent."""
    who, mailbox = conversation.correspondent, conversation.mailbox
    if who.address:
        key = address_key(who.address)
        rows = [{"mailbox": mailbox, "word": word, "key": key} for word in name_words(who.name)]
        await tx.later(_NOTE, *rows)


async def forget_where_gone(tx: Tx, conversation: Conversation) -> None:
    """Forget the name of a conversation's correspondent, where they have no other one in the mailbox."""
    key, mailbox = address_key(conversation.correspondent.address), conversation.mailbox
    if await tx.first(_NEWEST, {"mailbox": mailbox, "key": key}) is None:
        await tx.later(_FORGET, {"mailbox_": mailbox, "key_": key})


async def named(tx: Tx, mailbox: MailboxId, name: str) -> tuple[Address, ...]:
    """The correspondents whose name has all these words, at most `MOST_FOUND`; nobody whose last mail was spam."""
    words = name_words(name)
    if not words:
        return ()
    values = {"mailbox": mailbox, "words": padded(words), "count": len(words), "limit": MOST_FOUND}
    found: list[Address] = []
    for row in await tx.all(_NAMED, values):
        newest = await tx.first(_NEWEST, {"mailbox": mailbox, "key": row.key})
        if newest is not None and newest.status != Status.SPAM.value:
            found.append(Address(newest.correspondent_name, newest.correspondent_address))
    return tuple(found)
