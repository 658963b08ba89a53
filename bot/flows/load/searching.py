"""Loads a page of what is searched: asks the index, then reads what the page shows, and nothing else whole."""

from dataclasses import replace

from bot.domain.conversation import MailRecord
from bot.domain.excerpt import MOST_READ
from bot.domain.folding import folded_words
from bot.domain.ids import ConversationId, MessageRow
from bot.domain.needs import Searched
from bot.domain.persons import addresses_with
from bot.domain.searching import Hit, Hits, Query
from bot.text.markdown_mail import to_plain_text
from storage import conversations, mails, persons, search
from storage.database import Tx

MOST_LOOKED_AT = 500
"""Conversations that are looked at because something is asked of them as they are today."""


async def load_hits(tx: Tx, need: Searched) -> Hits:
    """The conversations of a page, with the newest mail or note of each that matches."""
    found, is_more = await search.find(tx, need.mailboxes, await _of_persons(tx, need))
    numbers = list(found)
    if need.query.has_conditions:
        is_more |= len(numbers) > MOST_LOOKED_AT
        numbers = await _that_fit(tx, need, numbers[:MOST_LOOKED_AT])
    else:
        deleted = await conversations.deleted_of(tx, need.mailboxes, numbers)
        numbers = [number for number in numbers if number not in deleted]
    skip = need.size * (need.page - 1)
    some = numbers[skip : skip + need.size]
    known = {one.id: one for one in await conversations.several(tx, some)}
    texts = await search.texts(tx, [found[number] for number in some])
    wanted = [MessageRow(mail) for mail, _ in texts.values() if mail is not None]
    records: dict[int, MailRecord] = {record.row: record for record in await mails.several(tx, wanted)}
    rows: list[Hit] = []
    for number in some:
        one = known.get(number)
        if one is not None and one.mailbox in need.mailboxes:
            mail, note = texts[found[number]]
            rows.append(Hit(one, _as_read(records.get(mail)) if mail is not None else None, _plain(note)))
    return Hits(tuple(rows), len(numbers), is_more)


def _as_read(record: MailRecord | None) -> MailRecord | None:
    """The mail with its words as they are read: a member writes Markdown."""
    return record if record is None or record.author is None else replace(record, text=_plain(record.text))


def _plain(text: str) -> str:
    return to_plain_text(text[:MOST_READ]) if text else text


async def _of_persons(tx: Tx, need: Searched) -> Query:
    """The question, with the other addresses of each person who is asked for by one."""
    terms = []
    for term in need.query.terms:
        known = await persons.of(tx, need.mailboxes, (term.address,)) if term.address else ()
        _, *others = addresses_with(known, term.address)
        terms.append(replace(term, others=tuple(tuple(folded_words(one)) for one in others)))
    return replace(need.query, terms=tuple(terms))


async def _that_fit(tx: Tx, need: Searched, numbers: list[ConversationId]) -> list[ConversationId]:
    """Those that are as is asked, in their order."""
    known = await conversations.as_they_are(tx, numbers)
    fits = {one.id for one in known if one.mailbox in need.mailboxes and need.query.fits(one)}
    return [number for number in numbers if number in fits]
