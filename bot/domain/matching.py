"""Finds a mail's conversation by ids only, within its mailbox, never by subject or body (RFC 5322 3.6.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.addresses import is_one_of, normal
from bot.domain.conversation import MailRecord
from bot.domain.ids import ConversationId
from bot.domain.mail import RECEIPTS, Mail
from bot.domain.signing import Signer

MOST_REFERENCES = 51
"""Kept and looked up for one mail: the first (the thread's root) and the newest fifty."""


def kept_references(references: Sequence[str]) -> tuple[str, ...]:
    """The first and the newest fifty: a mail with 8,000 of them costs no more than another."""
    if len(references) <= MOST_REFERENCES:
        return tuple(references)
    return (references[0], *references[-(MOST_REFERENCES - 1) :])


def ids_to_look_up(mail: Mail) -> tuple[str, ...]:
    """Every id that may name the conversation, the strongest first: In-Reply-To, then References from the newest."""
    ids = [*mail.in_reply_to[:5], *reversed(kept_references(mail.references))]
    if mail.bounce is not None and mail.bounce.original_message_id:
        ids.insert(0, mail.bounce.original_message_id)
    if mail.is_bounce or mail.is_feedback_report or mail.nature in RECEIPTS:
        ids.extend(mail.recognised_ids[:50])
    return tuple(dict.fromkeys(id for id in ids if id))


@dataclass(frozen=True, slots=True)
class Match:
    """The conversation of a mail."""

    conversation: ConversationId
    record: MailRecord | None
    """The named mail, if we know it."""
    is_answered: bool = False
    """Mails that are here answer it: it was written before them."""


def match(
    mail: Mail,
    *,
    candidates: Sequence[MailRecord],
    children: Sequence[ConversationId],
    signer: Signer,
    siblings: Sequence[MailRecord] = (),
) -> Match | None:
    """Our signed ids first, then In-Reply-To, then References from the newest, then a child or sibling that came first.

    `candidates` are the mailbox's mails with one of `ids_to_look_up`; `children` the conversations that name this mail;
    `siblings` mails that are `of_one_talk` with it.
    """
    known: dict[str, MailRecord] = {}
    for record in candidates:
        known.setdefault(record.message_id, record)
    ids = ids_to_look_up(mail)
    for id in ids:
        signed = signer.conversation_of(id)
        if signed is not None and id in known and known[id].conversation == signed:
            return Match(signed, known[id])
    for id in ids:
        if id in known:
            return Match(known[id].conversation, known[id])
    if children:
        return Match(children[0], None, is_answered=True)
    return Match(siblings[0].conversation, None) if siblings else None


def of_one_talk(mail: Mail, sibling: MailRecord, ours: frozenset[str]) -> bool:
    """Whether two mails that answer the same one, which is not here yet, are one conversation.

    They are where they share a person other than us: the hundred answers to one letter to all members do not.
    """
    people = {normal(one.address) for one in (*mail.from_, *mail.to, *mail.cc)}
    others = {normal(one.address) for one in (*sibling.from_, *sibling.to, *sibling.cc)}
    return any(one and not is_one_of(ours, one) for one in people & others)
