"""Reads what the decision on an answer by mail looks at: whose it is, and the words as a message of the thread."""

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.authenticity import likely_author, only_author
from bot.domain.command import Asked
from bot.domain.conversation import Conversation, Direction, MailRecord, OutState
from bot.domain.due_snapshots import MailedSnapshot
from bot.domain.happening import What, what_of
from bot.domain.ids import BlobId, EventId, RoomId, UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.inputs.said import TeamMessage
from bot.domain.mail import Address, Attachment, Mail
from bot.domain.mailed import (
    Claim,
    Mailed,
    again_key,
    asked_key,
    code_told_key,
    question_mail_key,
    row_in,
    told_key,
    told_mail_key,
)
from bot.domain.matching import ids_to_look_up
from bot.domain.needs import Facts
from bot.domain.notices import OF_SEVERAL
from bot.domain.plain_words import as_markdown
from bot.domain.rules.answer_files import cards_of, files_of, names_own
from bot.domain.rules.codes import follows_another, is_answer_to_code, says_something
from bot.domain.rules.enclosing import MOST_FILES
from bot.domain.rules.mailing_members import of_address
from bot.domain.rules.notified import is_by_a_program, notified, tag_of_answer
from bot.domain.rules.personal import without_personal
from bot.domain.rules.reply import work_of
from bot.domain.rules.said_twice import is_repeated
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Notified, Signer, ascii_domain, has_form_of_notification, row_of, token_of
from bot.domain.stories.answered import mailed_key, personal_of, same_key, words_key
from bot.domain.stories.by_mail import letter_in
from bot.domain.times import zone
from bot.domain.traces import HEEDED
from bot.domain.upgrades import belongs
from bot.flows.load.sight import seen_in
from bot.flows.load.team import load_message
from storage import conversations, events, history, mailed, mails, members, runs, seen, slots
from storage.blobs import Blobs
from storage.database import Tx

_TAKEN_BACK: Final = (What.REPLY_CANCELLED, What.REPLY_WITHDRAWN)
_NEWEST: Final = 50
"""Mails of a conversation in which an earlier answer is looked for."""
_MOST_BYTES: Final = 1_000_000
"""Of a card or a calendar. In a larger one an own address may stand anywhere."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def load_claim(
    tx: Tx,
    input: MailArrived | MailUnreadable,
    mailbox: MailboxSettings,
    instance: Instance,
    signer: Signer,
    now: datetime,
) -> Claim | None:
    """None for a mail that names no notification of ours; only then nothing is looked up."""
    if input.place.role is FolderRole.SENT:
        return None
    ticket = notified(input.mail, signer, instance)
    if ticket is None and not (_looks_noted(input.mail, mailbox) or tag_of_answer(input.mail, instance)):
        return None
    author = only_author(input.mail)
    owner = instance.owner_of(author or likely_author(input.mail))
    is_told_alone = not author and (ticket is None or not ticket.conversation or owner != ticket.person)
    claim = Claim(ticket, None if is_told_alone else owner)
    if ticket is None:
        return claim if claim.owner is not None else None
    if not ticket.conversation and follows_another(input.mail, signer):
        return None
    if not ticket.conversation:
        return await _of_code(tx, input, claim, ticket, instance, signer, now)
    owner = claim.owner
    if owner is None:
        return claim
    is_in_own_room = await members.is_joined(tx, mailbox.room, owner)
    words = words_key(input.mail, claim, now, zone(instance.timezone))
    claim = replace(
        claim,
        is_joined=is_in_own_room,
        is_in_own_room=is_in_own_room,
        is_told=await seen.was_seen(tx, told_key(owner, now)),
        is_of_told=await _is_of(tx, input.mail, signer, told_mail_key),
        is_of_question=await _is_of(tx, input.mail, signer, question_mail_key),
        is_known=await _is_known(tx, input, claim, owner, now),
        is_repeated=await seen.was_seen(tx, words),
        was_put_back=await _was_put_back(tx, input.received_at, now),
    )
    if ticket.conversation == OF_SEVERAL:
        return claim
    one = await conversations.get(tx, ticket.conversation)
    one = await conversations.going_on(tx, one) if one is not None else None
    if one is None or not belongs(one, one.room, instance):
        return claim
    team = await members.joined(tx, one.room)
    is_joined = any(user == owner for user, _ in team)
    letter = letter_in(input.mail, now, zone(instance.timezone)) or ""
    letter = without_personal(letter, personal_of(instance, owner, one), input.mail.from_)
    newest = await mails.recent(tx, one.id, _NEWEST)
    # A phone that sends again answers the notification: it is nobody's word that they leave all the same.
    was_asked = claim.is_of_told and await seen.was_seen(tx, asked_key(ticket.conversation, owner, letter))
    is_anew = was_asked and not await seen.was_seen(tx, again_key(words))
    return replace(
        claim,
        conversation=one,
        mailbox=instance.mailbox(one.mailbox),
        is_joined=is_joined,
        team=team,
        others=_others(one, newest),
        is_repeated=is_repeated(
            newest,
            owner,
            letter,
            ticket.at,
            was_mailed=claim.is_repeated and not is_anew,
            files=[one.blob for one in files_of(input.mail, with_pictures=False)],
        ),
    )


def _others(one: Conversation, newest: Sequence[MailRecord]) -> tuple[Address, ...]:
    """Who takes part besides the correspondent, by each name that these mails give them."""
    taking_part = frozenset(one.participants) - {normal(one.correspondent.address)}
    named = (who for mail in newest for who in (*mail.from_, *mail.to, *mail.cc) if normal(who.address) in taking_part)
    return tuple(dict.fromkeys((*named, *(Address("", address) for address in one.participants))))


async def with_own_files(claim: Claim, mail: Mail, instance: Instance, blobs: Blobs | None) -> Claim:
    """The claim with what is known of its cards and calendars."""
    cards = cards_of(mail)[:MOST_FILES]
    if not cards or claim.owner is None or claim.conversation is None:
        return claim
    personal = personal_of(instance, claim.owner, claim.conversation)
    return replace(claim, own_files=await asyncio.to_thread(_own_files, cards, personal, blobs))


def _own_files(cards: Sequence[Attachment], personal: Collection[str], blobs: Blobs | None) -> frozenset[str]:
    found = set[str]()
    for one in cards:
        try:
            head = blobs.head(BlobId(one.sha256), _MOST_BYTES) if blobs is not None else b""
        except OSError:
            head = b""
        if not head or len(head) == _MOST_BYTES or names_own(head, personal):
            found.add(one.sha256)
    return frozenset(found)


async def as_noted(tx: Tx, claim: Claim | None, joins: Conversation | None, signer: Signer) -> Claim | None:
    """The claim of a stranger with what the team was told of it before, in the conversation that their mail joins. Its
    References name the notification for ever (RFC 5322 3.6.4)."""
    if claim is None or claim.owner is not None or joins is None:
        return claim
    came = [one for one in await mails.recent(tx, joins.id, _NEWEST) if one.direction is Direction.IN]
    found = [signer.notification_of(id) for one in came for id in (*one.in_reply_to, *one.references)]
    return replace(claim, is_noted=any(one is not None and one.conversation for one in found))


async def _was_put_back(tx: Tx, since: datetime, now: datetime) -> bool:
    found = await runs.put_back(tx)
    return found is not None and since <= found.at and now - found.at < HEEDED


async def _is_known(tx: Tx, input: MailArrived | MailUnreadable, claim: Claim, owner: UserId, now: datetime) -> bool:
    """Whether it was decided before, or is what a program repeats today."""
    if await mailed.get(tx, row_of(mailed_key(input.mail, input.raw, claim))) is not None:
        return True
    return is_by_a_program(input.mail) and await seen.was_seen(tx, same_key(input.mail, owner, now))


async def _is_of(tx: Tx, mail: Mail, signer: Signer, key_of: Callable[[str], str]) -> bool:
    """Whether what it answers by itself is a mail of which such a key is kept."""
    ids = mail.in_reply_to[:5] or mail.references[-1:]
    tokens = [token for id in ids if (token := signer.token_of_notification(id))]
    return any([await seen.was_seen(tx, key_of(token)) for token in tokens])


async def _of_code(
    tx: Tx,
    input: MailArrived | MailUnreadable,
    claim: Claim,
    ticket: Notified,
    instance: Instance,
    signer: Signer,
    now: datetime,
) -> Claim:
    """An answer to a mail with a code, and so of an address that is nobody's yet. With words, under another subject,
    and once the code is of no use, it is a mail like any other."""
    mail = input.mail
    theirs = [one for one in instance.addresses if one.person == ticket.person]
    is_proven = any(one.is_confirmed and signer.is_home(ticket.home, one.address) for one in theirs)
    claim = replace(claim, owner=None, asked_by=None if is_proven else ticket.person)
    if await seen.was_seen(tx, code_told_key(mail)) and not says_something(mail):
        return replace(claim, is_known=True)
    row = of_address(instance, ticket.person, normal(only_author(mail)))
    if row is None or not row.waits_at(now) or not isinstance(input, MailArrived):
        return claim
    codes = signer.every_code(row.source, row.person, row.address)
    is_bare = is_answer_to_code(mail, codes) and not says_something(mail)
    return replace(claim, owner=ticket.person) if is_bare else claim


def _looks_noted(mail: Mail, mailbox: MailboxSettings) -> bool:
    """Whether it names an id of the form of a notification of this mailbox, which we have not made."""
    ours = {ascii_domain(one).lower() for one in mailbox.addresses}
    ids = ids_to_look_up(mail)
    return any(has_form_of_notification(id) and id.rpartition("@")[2].lower() in ours for id in ids)


async def load_mailed(
    tx: Tx,
    timer: str,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId],
    blobs: Blobs | None,
) -> MailedSnapshot:
    """The answer; and once its words stand in the thread, them with the needs of the person's message there."""
    row, is_line = row_in(timer)
    one = await mailed.get(tx, row)
    about = await conversations.get(tx, one.conversation) if one is not None else None
    if one is None or about is None or not belongs(about, about.room, instance):
        return MailedSnapshot(one)
    answer = await mails.get(tx, row_of(one.slot)) if is_line else None
    is_told = await seen.was_seen(tx, told_key(one.person, now))
    by = await _undone_by(tx, answer) if answer is not None and answer.state is OutState.CANCELLED else None
    found = MailedSnapshot(one, about, instance, signer, answer=answer, undone_by=by, is_told=is_told)
    onward = await conversations.going_on(tx, about)
    if onward.id != about.id and belongs(onward, onward.room, instance):
        # It was merged while the words were on their way, or while the answer waited.
        return replace(found, onward=onward)
    placed = await slots.get(tx, one.slot)
    if placed is None or about.root is None or placed[0] != about.room:
        return found
    known = await events.mail_before(tx, one.told_of or about.id, about.room, one.told_at)
    message = _message(one, about, placed[1], now, is_line=is_line, reply_to=known.event if known else None)
    message = replace(message, room_encrypted=about.room in encrypted)
    asked = await load_message(tx, message, instance, signer, now, encrypted, blobs)
    asked = replace(asked, key=timer, enclosed=one.files)
    asked = _as_told(asked, one)
    home = instance.mailbox(about.mailbox)
    domain = ascii_domain(home.address) if home is not None else ""
    ids = signer.every_message_id(conversation=about.id, token=token_of(timer), domain=domain)
    was_shown = any([await runs.posts_of_mail(tx, id) for id in ids])
    has_come = is_line and answer is None and await _has_come(tx, about, one, instance)
    return replace(found, message=message, asked=asked, was_shown=was_shown, has_come=has_come)


async def _undone_by(tx: Tx, answer: MailRecord) -> UserId | None:
    """Who but its writer took it back. Whose answer it was no line of the history says: where its writer took one back
    since, nobody did."""
    lines = await history.of(tx, answer.conversation)
    by = [one.actor for one in lines if one.at >= answer.date and what_of(one.action) in _TAKEN_BACK]
    return by[-1] if by and answer.author not in by else None


async def _has_come(tx: Tx, about: Conversation, one: Mailed, instance: Instance) -> bool:
    """Whether somebody outside wrote since the mail that they answer, and they have not read it, as far as we know."""
    newest = await mails.newest_of_person(tx, about.id)
    if newest is None or newest.is_folded:
        return False
    posted = await events.posted_at(tx, newest.event) if newest.event is not None else None
    seen = (await seen_in(tx, about, one.person, instance.bot)).thread
    came = posted or newest.date
    return came > one.told_at and (seen is None or came > seen)


def _as_told(asked: Asked, one: Mailed) -> Asked:
    """With what they knew by the mail that they answer. Whoever was told of a conversation that goes on as this one has
    seen nothing of this one by that: neither its first mail, nor what came before they were told."""
    need = work_of(asked) if len(asked.about) == 1 else None
    if need is None or not asked.facts.answers([need]):
        return asked
    work = replace(
        asked.facts[need],
        told_at=one.told_at,
        told_whom=bytes.fromhex(one.told_whom),
        was_asked=one.is_of_question,
    )
    if one.told_of is not None:
        work = replace(work, first_posted=None, seen_at=work.seen_at or _NEVER)
    return replace(asked, facts=asked.facts | Facts({need: work}))


def _message(
    one: Mailed, about: Conversation, event: EventId, now: datetime, *, is_line: bool, reply_to: EventId | None
) -> TeamMessage:
    """The words as if the person had written them in the thread, in answer to the newest mail they were told of.

    They are as good as encrypted: who they are from was proven by other means, which `rules/answering.py` asks for.
    """
    said: dict[str, object] = {}
    if not is_line and (one.text or one.files):
        said = {"command": "note" if one.is_note else "reply", "arguments": {"text": as_markdown(one.text)}}
    return TeamMessage(
        room=about.room,
        event=event,
        sender=one.person,
        msgtype="m.text",
        body=one.line if is_line else "",
        formatted_body="",
        mentions=(),
        thread=about.root,
        reply_to=reply_to,
        at=now,
        was_encrypted=True,
        command_json=json.dumps(said) if said else "",
    )
