"""Turns each effect into its final calls: words in the room's language, bytes of mails. Pure: no clock, no I/O."""

import hashlib
from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.calls import DescribeCommand, FetchFile, Priority, RemoveReader, SendEvent, Submit
from bot.domain.conversation import THROWN_AWAY, Conversation, EventKind, MailRecord
from bot.domain.effects import (
    Again,
    DescribeCommands,
    Do,
    Effect,
    EndReading,
    FetchFiles,
    Mark,
    PostMail,
    PostWords,
    RemovePerson,
    ResubmitMail,
    Say,
    SayLinked,
    ShowBoard,
    ShowCard,
    ShowMailbox,
    ShowNews,
    ShowPage,
    ShowState,
    SubmitMail,
    Turn,
)
from bot.domain.ids import BlobId, MessageRow
from bot.domain.member_mail import MailMember
from bot.domain.planned import PlannedCall, plan, post
from bot.domain.rules.draft import submit_key
from bot.domain.rules.moves import card_slot
from bot.domain.sentences import sentence
from bot.domain.spaces import RemoveFromSpace
from bot.domain.wishes import Wishes
from bot.flows.render import contents
from bot.flows.render.answers import render_board, render_mailbox, render_page, render_say
from bot.flows.render.descriptions import wanted_descriptions
from bot.flows.render.mail import post_mail, written
from bot.flows.render.member_mail import member_mail
from bot.flows.render.news import render_news
from bot.flows.render.out import render_state
from bot.flows.render.scene import Scene, linked
from bot.flows.render.upgrade import render_linked
from bot.flows.render.words import render_words
from bot.text.card import card
from bot.text.wording import say

_DESCRIBED_AFTER = 30.0
"""Seconds. A homeserver that limits us lets ten events through at once: they are for mail that lies there already."""


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of a record's mail, and the mark by which copies of it are recognised."""

    row: MessageRow
    raw: bytes
    sameness: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Calls in order; bytes of mails to be kept before the commit."""

    calls: tuple[PlannedCall, ...] = ()
    written: tuple[Written, ...] = ()
    drawn: tuple[bytes, ...] = ()
    """Pictures that the calls upload: kept before the commit as well."""


def blob_of(raw: bytes) -> BlobId:
    """The SHA-256 of the bytes, by which they are kept."""
    return BlobId(hashlib.sha256(raw).hexdigest())


def render(effect: Effect, scene: Scene) -> Rendered:
    """The calls of one effect."""
    match effect:
        case ShowCard():
            return Rendered((_card(effect, scene),))
        case PostMail():
            mailbox = scene.instance.also_removed(effect.conversation.mailbox)
            calls = post_mail(
                effect,
                scene.reader(effect.conversation.room),
                is_encrypted=effect.conversation.room in scene.encrypted,
                own=mailbox.own_addresses if mailbox else frozenset(),
            )
            return Rendered(calls)
        case PostWords():
            return Rendered(render_words(effect, scene))
        case ShowNews():
            return Rendered((render_news(effect, scene),))
        case Turn():
            return Rendered((_turn(effect),))
        case Again(planned):
            return Rendered((planned,))
        case ShowState():
            return Rendered(render_state(effect, scene))
        case Say():
            said = scene.placed(effect)
            return Rendered((render_say(said, scene),) if said is not None else ())
        case ShowPage():
            shown = render_page(effect, scene)
            return Rendered(shown.calls, drawn=shown.drawn)
        case Mark():
            return Rendered((_mark(effect),))
        case ShowBoard(room, _, listing):
            return Rendered((render_board(room, listing, scene),))
        case ShowMailbox():
            return Rendered((render_mailbox(effect, scene),))
        case SubmitMail(draft, delay):
            language = scene.language_of(draft.record.mailbox)
            own = scene.own_lines(draft.record)
            raw, sameness = written(
                draft, scene.instance, language=language, files=scene.files, names=scene.names, own_lines=own
            )
            record = replace(draft.record, raw=blob_of(raw))
            # RFC 3834 3.3: nobody is told that an automatic answer came back.
            sender = "" if record.is_auto_answer else draft.from_.address
            call = _submit(record, sender, record.recipients, delay)
            return Rendered((call,), (Written(record.row, raw, sameness),))
        case MailMember():
            return Rendered((member_mail(effect, scene),))
        case FetchFiles(record):
            return Rendered(_fetches(record, scene))
        case ResubmitMail(record, delay):
            sender = record.from_[0].address if record.from_ else ""
            return Rendered((_submit(record, sender, record.recipients, delay),))
        case DescribeCommands():
            return Rendered(_descriptions(effect, scene))
        case SayLinked():
            return Rendered((render_linked(effect, scene),))
        case RemovePerson(organisation, space, user):
            # In the instance's language: a space may hold rooms of several.
            why = say(scene.instance.language, sentence("space.removed", organisation=organisation))
            return Rendered((plan(RemoveFromSpace(organisation, space, user, why)),))
        case EndReading(mailbox, room, user, spares_moderators):
            found = scene.instance.also_removed(mailbox)
            over = sentence("own_room.removed", address=found.address if found is not None else mailbox)
            why = say(scene.language_of(mailbox), over)
            return Rendered((plan(RemoveReader(mailbox, room, user, why, spares_moderators)),))
        case Do(call, number, row, dialogue):
            return Rendered((plan(call, conversation=number, mail=row, dialogue=dialogue),))
        case _ as unreachable:
            assert_never(unreachable)


def _turn(effect: Turn) -> PlannedCall:
    """The edit after a silent event: it rings nobody."""
    call = effect.call
    event = replace(
        call,
        content=contents.turned(call.content, call.becomes),
        thread_of=None,
        reply_to=None,
        slot="",
        edits=effect.event,
        becomes="",
    )
    # Without it a file is only a name; of a mail only the colour changes.
    priority = Priority.TINT if call.becomes == "m.text" else Priority.ATTACHMENT
    return post(event, priority, conversation=effect.conversation, mail=effect.mail)


def _mark(effect: Mark) -> PlannedCall:
    """Buttons come after all that people wait for, in their order."""
    event = SendEvent(effect.room, "m.reaction", contents.reaction(effect.target, effect.emoji))
    lane = f"buttons:{effect.target}" if effect.is_button else ""
    priority = Priority.TINT if effect.is_button else Priority.ANSWER
    return post(event, priority, lane=lane, conversation=effect.conversation)


def _descriptions(effect: DescribeCommands, scene: Scene) -> tuple[PlannedCall, ...]:
    """One call a command, after everything else: also after what comes in the first moments of a start."""
    room = effect.room
    described = [one for one in wanted_descriptions(scene.instance, room) if one.name in effect.names]
    described += [DescribeCommand(room, name, "", (), is_gone=True) for name in effect.gone]
    return tuple(plan(one, delay_seconds=_DESCRIBED_AFTER) for one in described)


def _card(effect: ShowCard, scene: Scene) -> PlannedCall:
    conversation, is_backlog = effect.conversation, effect.is_backlog
    room = conversation.room
    shown = card(conversation, scene.reader(room, scene.links(room, linked(effect))))
    about = contents.ours(
        EventKind.CONVERSATION,
        conversation.id,
        status=conversation.status.value,
        assignee=conversation.assignee,
        mailbox=conversation.mailbox,
        **({"tags": list(conversation.tags)} if conversation.tags else {}),
        **_snoozed(conversation),
        **({"goes_on_as": conversation.goes_on_as} if conversation.goes_on_as is not None else {}),
        **_wished(conversation.wishes),
        **({"subject": conversation.subject} if conversation.mailed_subject is not None else {}),
        **({"message_id": effect.opened_by} if effect.opened_by else {}),
    )
    mailbox = scene.instance.mailbox(conversation.mailbox)
    is_new = conversation.version == 0
    is_put_away = conversation.status in THROWN_AWAY
    is_unwanted = conversation.root is None and is_put_away
    is_quiet = is_unwanted or conversation.id in scene.anew
    event = SendEvent(
        room,
        "m.room.message",
        contents.message(shown, about, mention=effect.mention, is_notice=is_backlog or is_quiet),
        slot=card_slot(conversation.id),
        buttons=mailbox.offered if mailbox is not None and not is_put_away else (),
    )
    # Hundreds of cards that are posted anew in another room hold up nobody's answer.
    priority = Priority.MAIL if is_new or is_backlog else Priority.CONFIRMATION
    return post(event, priority, conversation=conversation.id, event_kind=EventKind.CONVERSATION)


def _wished(wishes: Wishes) -> dict[str, contents.Json]:
    """Who gets answers, for a database that is put back: whoever was taken off is not written to again."""
    said: dict[str, contents.Json] = {
        "cc": [one.address for one in wishes.cc],
        "bcc": [one.address for one in wishes.bcc],
        "without": list(wishes.without),
        "author_alone": wishes.author_alone,
        "sender": wishes.sender,
    }
    if wishes.customer is not None:
        said["customer"] = [wishes.customer.name, wishes.customer.address, wishes.customer_after]
    if wishes.by is not None and wishes.at is not None:
        said["by"] = [wishes.by, round(wishes.at.timestamp() * 1000)]
    said = {name: value for name, value in said.items() if value}
    return {"wishes": said} if said else {}


def _snoozed(conversation: Conversation) -> dict[str, int]:
    until = conversation.snoozed_until if conversation.is_snoozed else None
    return {} if until is None else {"snoozed_until": round(until.timestamp() * 1000)}


def _fetches(record: MailRecord, scene: Scene) -> tuple[PlannedCall, ...]:
    mailbox = scene.instance.also_removed(record.mailbox)
    limit = (mailbox.max_files_mb if mailbox else 1) * 1_000_000
    calls = []
    for number, one in enumerate(record.files):
        if one.is_here:
            # Of a mail that is passed on.
            continue
        fetch = FetchFile(record.row, number, one.file.url, one.file.encryption, limit)
        calls.append(plan(fetch, conversation=record.conversation, mail=record.row))
    return tuple(calls)


def _submit(record: MailRecord, sender: str, recipients: tuple[str, ...], delay: float) -> PlannedCall:
    call = Submit(record.mailbox, record.row, sender, tuple(dict.fromkeys(recipients)), record.raw)
    return plan(
        call,
        delay_seconds=delay,
        key=submit_key(record),
        conversation=record.conversation,
        mail=record.row,
    )
