"""A conversation that a member begins: its mail is the first one, to one person, under a subject of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.addresses import can_be_written_to, is_one_of, normal
from bot.domain.command import Asked
from bot.domain.conversation import MOST_EARLIER, Conversation, EventKind, MailRecord, OutState, Status, Verdict
from bot.domain.decision import AddMail, Decision, SaveConversation
from bot.domain.effects import Say
from bot.domain.files import Enclosure, SharedFile
from bot.domain.happening import Happening, Heard, What
from bot.domain.heading import Heading
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId
from bot.domain.letter import Letter
from bot.domain.mail import Address
from bot.domain.names import name_words
from bot.domain.needs import AcquaintanceWith
from bot.domain.participants import with_named
from bot.domain.persons import addresses_with
from bot.domain.rules.bad_addresses import warned_of
from bot.domain.rules.draft import GONE
from bot.domain.rules.enclosing import together
from bot.domain.rules.reply import First, given_by, leave, wished
from bot.domain.rules.scheduling import time_of
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.work import Acquaintance, Work

JUST_BEGUN = timedelta(minutes=10)
"""Within this time the same letter to the same person is one that was given twice."""


def begun(
    asked: Asked, mailbox: MailboxSettings, heading: Heading, known: Acquaintance, passed: MailRecord | None = None
) -> Decision | Sentence:
    """The conversation with its first mail, whose undo window is open; or why there is none.

    `passed` is a mail of another conversation that stands under the words, its files with it.
    """
    to = meant(asked, heading, known)
    if isinstance(to, Sentence):
        return to
    at = time_of(asked)
    if isinstance(at, Sentence):
        return at
    known = _about(known, to)
    quotes = (passed.row,) if passed is not None else ()
    work = _work(asked, mailbox, heading, known, to, passed)
    row = passed.row if passed is not None else None
    letter = Letter(
        asked.event,
        asked.called.text,
        asked.file,
        is_apart=True,
        under=asked.thread,
        passes_on=row,
        leaves_at=at,
        given=given_by(asked),
    )
    wish = wished(asked, work, letter)
    if isinstance(wish, Sentence):
        return wish
    same = (heading.subject, wish.wanted.text, _names(wish.wanted.files), quotes)
    twice = next((r for r in known.written if _is_same(asked, r, same)), None)
    if twice is not None:
        return sentence("error.new_twice", number=int(twice.conversation), to=to.address)
    bad = warned_of(work, wish.whom.everybody)
    # Once it is held, `!send` is the word that it goes as it stands.
    doubt = asked.called.doubt
    left = leave(asked, work, wish, First(_sender(mailbox, heading), quotes, is_held=bool(bad or doubt)))
    (record,) = [change.record for change in left.changes if isinstance(change, AddMail)]
    (after,) = [change.conversation for change in left.changes if isinstance(change, SaveConversation)]
    mail = Heard(record.message_id, to, "", wakes=False, is_backlog=False)
    opening = Decision(happened=(Happening(What.BEGUN, after, asked.person, asked.now, mail=mail),))
    return opening + left + _told(asked, after, record, known, bad, doubt)


def acquaintance_with(mailbox: MailboxId, heading: Heading) -> AcquaintanceWith:
    """The need of a first mail to the person that a heading names."""
    address = heading.address
    return AcquaintanceWith(mailbox, address.address if address is not None else "", heading.who)


def is_headed_so(record: MailRecord, heading: Heading, work: Work) -> bool:
    """Whether a heading names the recipient, the subject and the sender that the mail has already."""
    to, address = record.to[0], heading.address
    is_to = normal(address.address) == normal(to.address) if address is not None else _is_name_of(heading.who, to)
    is_from = not heading.sender or normal(heading.sender) == normal(record.from_[0].address)
    is_about = heading.subject in ("", record.subject)
    return is_to and is_from and is_about and not heading.is_unclear and not work.conversation.mails


def _is_name_of(who: str, one: Address) -> bool:
    words = name_words(who)
    return bool(words) and set(words) <= set(name_words(one.name))


def meant(asked: Asked, heading: Heading, known: Acquaintance) -> Address | Sentence:
    """The one person whom it is to."""
    if heading.address is None:
        if not known.people:
            return sentence("error.new_nobody", who=heading.who[:60])
        ours = tuple(one for one in known.people if _is_written_to(one, heading.who, known))
        if not ours:
            # A name is what a stranger says of themselves.
            return sentence("error.new_unwritten", who=heading.who[:60], people=_named(known.people))
        if len(ours) > 1:
            return sentence("error.new_several", who=heading.who[:60], people=_named(ours))
        (to,) = ours
    else:
        to = heading.address
        of_here = next((one.name for one in known.people), "")
        to = to if to.name else Address(of_here, to.address)
    if any(is_one_of(mailbox.own_addresses, to.address) for mailbox in asked.mailboxes):
        return sentence("error.new_own", address=to.address)
    if not can_be_written_to(to.address):
        return sentence("error.new_address", address=to.address[:120])
    return to


def _is_written_to(one: Address, who: str, known: Acquaintance) -> bool:
    """Whether a mail of ours went to this address under that name."""
    to = [each for record in known.written if record.state not in GONE for each in (*record.to, *record.cc)]
    return any(normal(each.address) == normal(one.address) and _is_name_of(who, each) for each in to)


def _about(known: Acquaintance, to: Address) -> Acquaintance:
    """What is known of that person alone; of what was written, what went to that address."""
    addresses = addresses_with(known.joined, to.address)
    earlier = [one for one in known.earlier if normal(one.correspondent.address) in addresses]
    numbers = {one.id for one in earlier if normal(one.correspondent.address) == normal(to.address)}
    written = tuple(r for r in known.written if r.conversation in numbers)
    return replace(known, earlier=tuple(earlier[:MOST_EARLIER]), written=written)


def _named(people: tuple[Address, ...]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people)


def _is_same(asked: Asked, before: MailRecord, same: object) -> bool:
    """Whether a mail of a moment ago has the same subject, words, files and mail under it."""
    is_alike = (before.subject, before.text, _names(before.files), before.quotes) == same
    is_ours = before.author is not None and before.state not in GONE
    return is_alike and is_ours and asked.now - before.date < JUST_BEGUN


def _names(files: Sequence[Enclosure]) -> tuple[str, ...]:
    return tuple(one.file.filename for one in files)


def _sender(mailbox: MailboxSettings, heading: Heading) -> Address | None:
    """The address of ours that was named, as it is configured."""
    own = mailbox.own_address(heading.sender)
    return Address(mailbox.name, own) if own is not None else None


def _work(
    asked: Asked,
    mailbox: MailboxSettings,
    heading: Heading,
    known: Acquaintance,
    to: Address,
    passed: MailRecord | None,
) -> Work:
    """A conversation in which nobody has written yet."""
    earlier = tuple(one.id for one in known.earlier)
    conversation = fresh(known.number, mailbox, heading.subject, to, asked.now, earlier)
    work = first_work(conversation, mailbox, passed)
    return replace(
        work, sent_last_hour=known.sent_last_hour, sent_last_day=known.sent_last_day, returned=known.returned
    )


def fresh(
    number: ConversationId,
    mailbox: MailboxSettings,
    subject: str,
    to: Address,
    now: datetime,
    earlier: tuple[ConversationId, ...] = (),
) -> Conversation:
    """A conversation that we begin."""
    return Conversation(
        id=number,
        mailbox=mailbox.id,
        room=mailbox.room,
        subject=subject,
        correspondent=to,
        status=Status.ACTIVE,
        status_before=Status.ACTIVE,
        assignee=None,
        followers=(),
        verdict=Verdict.UNKNOWN,
        words="",
        mails=0,
        earlier=earlier,
        created_at=now,
        waiting_since=now,
        changed_at=now,
        participants=with_named((), (to,), mailbox.own_addresses),
    )


def first_work(conversation: Conversation, mailbox: MailboxSettings, passed: MailRecord | None) -> Work:
    """What writing the first mail of a conversation looks at; `passed`: the mail that stands under it."""
    return Work(
        conversation=conversation,
        mailbox=mailbox,
        outgoing=(),
        waiting=frozenset(),
        retries=frozenset(),
        under_way=frozenset(),
        newest_in=None,
        newest_out=None,
        newest_in_posted=None,
        first_posted=None,
        seen_at=None,
        sent_last_hour=0,
        sent_last_day=0,
        enclosed=files_of(passed) if passed is not None else (),
        quoted=(passed,) if passed is not None else (),
    )


def files_of(passed: MailRecord) -> tuple[Enclosure, ...]:
    """The files of a mail, as they came: they are here."""
    kept = [one for one in passed.attachments if one.sha256]
    own = tuple(
        Enclosure(
            EventId(f"mail:{passed.row}:{number}"),
            SharedFile("", one.filename, one.content_type, one.size),
            BlobId(one.sha256),
        )
        for number, one in enumerate(kept)
    )
    return together(own, passed.files)


def _told(
    asked: Asked,
    conversation: Conversation,
    record: MailRecord,
    known: Acquaintance,
    bad: Sentence | None,
    doubt: Sentence | None,
) -> Decision:
    """What its writer may want to know while it can be taken back: mail to them came back, they are in talk with us."""
    to = record.to[0]
    told = [one for one in (doubt, bad) if one is not None]
    if record.state is OutState.HELD:
        told.append(sentence("new.held"))
    lost = next((r for r in known.written if _came_back(r, to)), None)
    if lost is not None and bad is None:
        number, own = int(lost.conversation), int(conversation.id)
        told.append(sentence("new.came_back", address=to.address, number=number, own=own))
    going_on = [one for one in known.earlier if one.status in (Status.ACTIVE, Status.PENDING)]
    if going_on:
        numbers, own = numbered(one.id for one in going_on), int(conversation.id)
        told.append(sentence("new.goes_on", count=len(going_on), numbers=numbers, own=own))
    if not told:
        return Decision()
    say = Say(
        asked.room,
        tuple(told),
        kind=EventKind.RECEIPT,
        conversation=conversation.id,
        in_thread=False,
        under=asked.thread,
        reply_to=asked.event,
        mention=(asked.person,),
        mail=record.row,
    )
    return Decision((), (say,))


def _came_back(record: MailRecord, to: Address) -> bool:
    failed = {normal(one) for one in record.failed}
    return record.state is OutState.BOUNCED and (not failed or normal(to.address) in failed)
