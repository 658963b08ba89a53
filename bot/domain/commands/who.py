"""`who`: the correspondent of a conversation, who takes part in it, and the conversations with the same person."""

from typing import Final

from bot.domain.addresses import normal
from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.needs import Listed, Needs, PersonNotesOf, PersonsOf
from bot.domain.page import Block, Bullets, More, Page, Paragraph, RowOf
from bot.domain.persons import addresses_with
from bot.domain.rules.person_notes import notes_of
from bot.domain.sentences import sentence

MOST_SHOWN: Final = 30
"""Conversations: as many as a page of `!list from:ADDRESS`, which shows the others."""
MOST_NAMED: Final = 20
"""People who take part."""


def _listed(asked: Asked) -> Listed | None:
    (one,) = asked.about
    mailboxes = tuple(mailbox.id for mailbox in asked.mailboxes)
    address = one.correspondent.address
    return Listed(mailboxes, correspondent=address, size=MOST_SHOWN) if address else None


def _needs(asked: Asked) -> Needs:
    listed = _listed(asked)
    return [] if listed is None else [listed, _persons(listed), _notes(listed)]


def _notes(listed: Listed) -> PersonNotesOf:
    return PersonNotesOf(listed.mailboxes, normal(listed.correspondent))


def _persons(listed: Listed) -> PersonsOf:
    return PersonsOf(listed.mailboxes, (normal(listed.correspondent),))


def _who(asked: Asked) -> Answer:
    (one,) = asked.about
    listed = _listed(asked)
    if listed is None:
        return sentence("error.who_nobody")
    found = asked.facts[listed]
    person = one.correspondent
    title = sentence("who.title", name=person.shown)
    _, *joined = own = addresses_with(asked.facts[_persons(listed)], person.address)
    others = [address for address in one.participants if address not in own]
    blocks: list[Block] = []
    if joined:
        blocks.append(Paragraph((sentence("who.writes_as", addresses=", ".join(joined)),)))
    if others:
        more = f" +{len(others) - MOST_NAMED}" if len(others) > MOST_NAMED else ""
        named = ", ".join(others[:MOST_NAMED]) + more
        blocks.append(Paragraph((sentence("who.others", count=len(others), addresses=named),)))
    if notes := asked.facts[_notes(listed)]:
        blocks.append(notes_of(notes))
    heading = sentence("who.conversations", count=found.total)
    blocks.append(Bullets(tuple(RowOf(row, with_mark=True) for row in found.rows), heading))
    if found.total > len(found.rows):
        blocks.append(More(found.total - len(found.rows), f"!list from:{person.address} 2"))
    return Page(title, tuple(blocks), conversation=one.id)


WHO = Command(
    "who",
    "find",
    _who,
    _needs,
    only_reads=True,
    right=Right.READ,
    looks_back=True,
    french=("qui",),
    tried=("contact", "person"),
)
