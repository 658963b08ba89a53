"""Finds the mails and the conversation that a mail of a mailbox belongs to, by its ids and its bytes."""

from dataclasses import dataclass

from bot.domain import matching
from bot.domain.addresses import is_one_of, tag_in
from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.ids import ConversationId, RoomId
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.matching import ids_to_look_up
from bot.domain.sameness import id_to_find, known_copy
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Signer
from bot.domain.subjects import is_other
from storage import conversations, mails, runs
from storage.database import Tx

_MOST_TO = 20
"""Addresses of a mail among which one of ours with a mark is looked for."""
_MOST_ELSEWHERE = 10
"""Ids of a mail that are looked up in other mailboxes: the strongest."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What is known of a mail before anything is decided on it."""

    copy_of: MailRecord | None
    """The mail that it is only a copy of."""
    same_id: tuple[MailRecord, ...]
    match: matching.Match | None
    conversation: Conversation | None
    """The one that it belongs to; a merged one as the conversation as which it goes on, but for a copy."""


async def load_matched(
    tx: Tx,
    input: MailArrived | MailUnreadable,
    mailbox: MailboxSettings,
    instance: Instance,
    signer: Signer,
    announced: MailRecord | None = None,
) -> Matched:
    """What a mail belongs to; `announced` stands in the room for it already."""
    mail = input.mail
    role, own_addresses = input.place.role, mailbox.own_addresses
    wanted = ids_to_look_up(mail)
    own = id_to_find(mail)
    found, same_raw = await mails.by_ids_or_raw(tx, mailbox.id, (own, *wanted), input.raw)
    same_id = tuple(r for r in found if r.id_to_find == own)
    candidates = tuple(r for r in found if r.message_id in wanted)
    copy_of = known_copy(mail, role, same_raw=same_raw, same_id=same_id, own=own_addresses)
    children: tuple[ConversationId, ...] = ()
    if mail.message_id and not candidates and not same_id:
        children = await mails.referring_to(tx, mailbox.id, mail.message_id)
        if children and (await numbers_for(tx, mail.message_id, mailbox.room))[1] is not None:
            # Its card is there, of a run that a restore undid: an answer that was read before it opened another.
            children = ()
    siblings: tuple[MailRecord, ...] = ()
    if wanted and not candidates and not children and not same_id and not mail.is_bounce:
        naming = await mails.naming(tx, mailbox.id, wanted)
        siblings = tuple(r for r in naming if matching.of_one_talk(mail, r, own_addresses))
    matched = matching.match(mail, candidates=candidates, children=children, signer=signer, siblings=siblings)
    if matched is None:
        # Somebody uses the id of a mail of ours for other words: they had it from the conversation.
        ours = next((r for r in same_id if r.direction is Direction.OUT), None)
        about = ours if mail.is_bounce else None
        matched = matching.Match(ours.conversation, about) if ours is not None else None
    if matched is None and wanted and copy_of is None and len(instance.mailboxes) > 1:
        matched = await _moved_here(tx, input, mailbox, instance, signer)
    if matched is None and copy_of is None and not same_id:
        matched = await _marked(tx, input, mailbox, signer)
    number = matched.conversation if matched is not None else None
    if copy_of is not None:
        number = copy_of.conversation
    if announced is not None:
        number = announced.conversation
    conversation = await conversations.get(tx, number) if number is not None else None
    if conversation is not None and copy_of is None and announced is None:
        conversation = await conversations.going_on(tx, conversation)
    return Matched(copy_of, same_id, matched, conversation)


async def _marked(
    tx: Tx, input: MailArrived | MailUnreadable, mailbox: MailboxSettings, signer: Signer
) -> matching.Match | None:
    """The conversation that the address says which it goes to, where the mail names nothing that is known.

    Address books keep such an address: words about anything else begin a conversation of their own.
    """
    mail = input.mail
    tags = (tag_in(one.address) for one in mail.to[:_MOST_TO] if is_one_of(mailbox.own_addresses, one.address))
    for number in (found for tag in tags if (found := signer.conversation_by_tag(tag)) is not None):
        one = await conversations.get(tx, number)
        if one is not None and one.mailbox == mailbox.id and not is_other(mail.subject, one):
            return matching.Match(number, None)
    return None


async def _moved_here(
    tx: Tx, input: MailArrived | MailUnreadable, mailbox: MailboxSettings, instance: Instance, signer: Signer
) -> matching.Match | None:
    """The conversation of mails that came to other mailboxes, or left from them, where it has been moved to this one.

    No other mailbox's conversation is found: whoever knows an id of its mails comes into none by it.
    """
    others = [one.id for one in instance.mailboxes if one.id != mailbox.id]
    wanted = ids_to_look_up(input.mail)[:_MOST_ELSEWHERE]
    found = await mails.by_ids_in(tx, others, wanted)
    numbers = tuple({record.conversation for record in found})
    here = {one.id for one in await conversations.several(tx, numbers) if one.mailbox == mailbox.id}
    candidates = [record for record in found if record.conversation in here]
    return matching.match(input.mail, candidates=candidates, children=(), signer=signer)


async def numbers_for(tx: Tx, message_id: str, room: RoomId) -> tuple[ConversationId, ConversationId | None]:
    """The next number; and the one that a forgotten run gave, where no conversation of that number has come back."""
    following, given = await runs.numbers_for(tx, message_id, room)
    for number in given:
        if await conversations.get(tx, number) is None:
            return following, number
    return following, None
