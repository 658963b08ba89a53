"""Reads what the notification that somebody answers said.

That is known while the call that mailed it is kept. Later it may be all that notifications of its conversation say.
"""

import email
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from typing import Final

from bot.domain.calls import SubmitToMember
from bot.domain.conversation import Conversation
from bot.domain.direct import Own
from bot.domain.happening import split_off
from bot.domain.ids import ConversationId, UserId
from bot.domain.mail import Mail
from bot.domain.mailed import Claim, Told, call_key
from bot.domain.matching import ids_to_look_up
from bot.domain.member_mail import Passage
from bot.domain.notices import Noted, digest_of
from bot.domain.rules.notice_words import ever_said
from bot.domain.sentences import Sentence
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.flows.load.notices import notes_of
from bot.flows.load.work import MOST_MERGED
from bot.text.member_words import in_mail, passage_text
from bot.text.wording import LANGUAGES
from storage import conversations, events, history, mails, outbox, search
from storage.database import Tx

_MOST_MAILS, _MOST_ACTS, _MOST_NOTES = 30, 80, 60
"""The last ones of before it was mailed."""
_LOOKED_AT: Final = 400
"""So many acts and notes, with those of later. Whoever answers after more is asked."""
_CLOCKS: Final = timedelta(minutes=10)
"""A mail, or an event, may be dated by a clock that is so far ahead."""


async def load_told(tx: Tx, claim: Claim, mail: Mail, instance: Instance, signer: Signer) -> Told | None:
    """None for a mail about no conversation of ours, and for one that told of an answer which did not leave and is not
    kept any more."""
    one, mailbox, ticket, owner = claim.conversation, claim.mailbox, claim.ticket, claim.owner
    if one is None or mailbox is None or ticket is None or owner is None:
        return None
    for id in ids_to_look_up(mail):
        if signer.notification_of(id) == ticket and (call := await _call(tx, id)) is not None:
            told = _said_by(call, notes_stand=await _notes_stand(tx, call, one, owner))
            return replace(told, answers=await _answers(tx, one, owner))
    if claim.is_of_told:
        return None
    until = ticket.at + _CLOCKS
    numbers = tuple(dict.fromkeys((one.id, ticket.conversation)))
    acts = [entry for number in numbers for entry in await history.of(tx, number, _LOOKED_AT)]
    done = [entry for entry in acts if entry.at <= until][-_MOST_ACTS:]
    split = (other for entry in acts if (other := split_off(entry)) is not None)
    merged = [other for number in numbers for other in await conversations.merged_into(tx, number, MOST_MERGED)]
    # The conversations that mails of it are today, and those of which it bore a mail that was to be answered.
    parts = dict.fromkeys((*numbers, *split, *merged))
    records = [record for number in parts for record in await mails.recent_until(tx, number, until, _MOST_MAILS)]
    notes = [note for number in numbers for note in await _notes(tx, number, owner, until)]
    blocks = ever_said(one, mailbox, records, done, notes)
    names, timezone = dict(claim.team), instance.timezone_of(owner)

    def said(block: Sentence, language: str) -> str:
        return in_mail(block, language, names, timezone)

    # The person may have had another language then. The newest come first: what is compared has an end.
    languages = tuple(dict.fromkeys((instance.own_of(owner, Own.LANGUAGE) or mailbox.language, *LANGUAGES)))
    words = tuple(block for block in reversed(blocks) if isinstance(block, Passage))
    return Told(
        tuple(said(block, each) for each in languages for block in blocks if isinstance(block, Sentence)),
        tuple(
            passage_text(block, said(block.heading, each), each)
            for block in words
            for each in _needed(block, languages)
        ),
        tuple(dict.fromkeys((one.subject, *(record.subject for record in records)))),
        await _answers(tx, one, owner),
    )


def _needed(block: Passage, languages: tuple[str, ...]) -> tuple[str, ...]:
    """A note is looked for with its heading, and a file with its size; the heading of a mail is known in every
    language."""
    return languages if block.files or block.heading.key == "notice.noted" else languages[:1]


async def _answers(tx: Tx, one: Conversation, owner: UserId) -> tuple[str, ...]:
    return tuple(record.text for record in await mails.recent(tx, one.id, _MOST_MAILS) if record.author == owner)


async def _call(tx: Tx, message_id: str) -> SubmitToMember | None:
    made = await outbox.get_by_key(tx, call_key(message_id))
    return made.planned.call if made is not None and isinstance(made.planned.call, SubmitToMember) else None


async def _notes_stand(tx: Tx, call: SubmitToMember, one: Conversation, but: UserId) -> bool:
    """Whether all notes in it stand where the conversation is today, in the words that were mailed."""
    said = await events.said_in(tx, one.id, but, _LOOKED_AT)
    texts = await search.texts(tx, call.notes)
    is_there = set(call.notes) <= {search.number_of_note(event) for event in said if event.room == one.room}
    return is_there and digest_of((number, words) for number, (_, words) in texts.items()) == call.said


def _said_by(call: SubmitToMember, *, notes_stand: bool) -> Told:
    """In the words that went: neither a name, nor a language, nor a note that is another one today counts."""
    made = email.message_from_string(call.raw, policy=policy.default)
    part = made.get_body(("plain",))
    lines = str(part.get_content()).replace("\r\n", "\n").split("\n") if part is not None else []
    of_others = {number for start, end in call.passages for number in range(start, end)}
    ours = (line for number, line in enumerate(lines) if number not in of_others and line.strip())
    # Their headings alone stand in the mail also where somebody has written between their lines: that may be shown.
    headings = [lines[start] for start, _ in call.passages] if notes_stand else []
    words = ("\n".join(lines[start:end]) for start, end in call.passages)
    return Told(tuple(ours), (*words, *headings), (str(made["Subject"] or ""),))


async def _notes(tx: Tx, number: ConversationId, but: UserId, until: datetime) -> tuple[Noted, ...]:
    """Those of colleagues, in the words that they have now."""
    every = await events.said_in(tx, number, but, _LOOKED_AT)
    said = [event for event in every if event.at <= until][-_MOST_NOTES:]
    return notes_of(said, await search.texts(tx, [search.number_of_note(event) for event in said]))
