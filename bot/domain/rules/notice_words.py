"""What a mail to a member says of what happened: of one conversation whole, of many in short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import Final

from bot.domain.conversation import Conversation, Direction, HistoryEntry, MailRecord, Status
from bot.domain.direct import Own
from bot.domain.due_snapshots import NoticeSnapshot
from bot.domain.files import is_for_machines
from bot.domain.first_words import told
from bot.domain.happening import NOTES, WITH_WORDS, What, said_of, what_of
from bot.domain.ids import ConversationId, MessageRow, UserId
from bot.domain.mail import Address, Attachment
from bot.domain.member_mail import Block, Heading, MailMember, Passage, Pointer
from bot.domain.notices import OF_SEVERAL, Noted, digest_of
from bot.domain.rules.draft import answered
from bot.domain.rules.notice_unusual import ever_unusual, unusual
from bot.domain.rules.notice_whom import ever_named, mark_of, named_in_notice, whom_named
from bot.domain.rules.said_notes import note_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Fresh, Signer, ascii_domain, token_of

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OF_ROOTS: Final = "threads.invalid"
"""No mail has such an id (RFC 2606)."""
_NEW_WORDS, _OLD_WORDS = 20_000, 1_500
_MOST_SHOWN, _MOST_ACTS = 8, 20
"""Of the new mails and notes, and of what was done, the newest."""
_FOR_THE_TEAM: Final = (
    *NOTES,
    *WITH_WORDS,
    What.WAITS_FOR_APPROVAL,
    What.APPROVAL_WITHDRAWN,
    What.REPLY_WITHDRAWN,
    What.REPLY_KEPT,
)
"""What somebody wrote, or of an answer that has not left."""
_WAITS: Final = MappingProxyType({Fresh.NOTES: "notice.of_team", Fresh.ACTS: "notice.of_acts"})
"""What is said where an answer waits for its writer, by whose news it would answer."""
_SHORT_WORDS: Final = 400
"""Letters of each mail, where several conversations are told of in one."""


@dataclass(frozen=True, slots=True)
class News:
    """What a person is to be mailed of one conversation."""

    snapshot: NoticeSnapshot
    one: Conversation
    mailbox: MailboxSettings
    address: str
    """Empty: nothing may be mailed of it."""
    since: datetime
    done: tuple[HistoryEntry, ...]
    new: tuple[MailRecord, ...]
    old: tuple[MailRecord, ...]
    notes: tuple[Noted, ...]
    waiting: tuple[MailRecord, ...]
    """Answers of colleagues that wait for approval, of which it tells."""
    is_of_mails: bool
    """Nothing that a colleague did is a reason to mail it."""
    unread: tuple[MailRecord, ...]
    """Those of the new mails that they have not read here."""
    unseen: tuple[HistoryEntry, ...]
    """So of what was done."""

    @property
    def today(self) -> Conversation:
        """The conversation that its words are in by now."""
        return self.snapshot.onward or self.one

    @property
    def fresh(self) -> Fresh:
        """Whose news it is: whoever answers answers them, perhaps."""
        # What came back is nobody's word: beside it, what colleagues wrote is answered.
        told = [record for record in self.unread if _came_back(record) is None]
        is_answered = any(record.direction is Direction.OUT for record in told)
        acts = [what for entry in self.done if (what := what_of(entry.action)) is not What.WOKEN]
        if any(record.direction is Direction.IN for record in told):
            return Fresh.BOTH if is_answered or acts else Fresh.OUTSIDE
        words = [what for what in acts if what in _FOR_THE_TEAM]
        if is_answered:
            # A draft, or an answer that waited, may be what has left.
            return Fresh.ACTS if any(what in NOTES for what in words) else Fresh.TEAM
        if words:
            # Words beside what became the reader's are about what they answer the correspondent.
            is_of_given = self._is_given and all(what in NOTES for what in words)
            return Fresh.ACTS if is_of_given else Fresh.NOTES
        if acts:
            return Fresh.TEAM if self._is_given else Fresh.ACTS
        # Its time came: there is nobody but the correspondent to answer.
        return Fresh.OUTSIDE

    @property
    def _is_given(self) -> bool:
        """Whether it became the reader's: they answer the correspondent."""
        person = self.snapshot.person
        given = (what_of(entry.action) is What.ASSIGNED and entry.detail == person for entry in self.unseen)
        return self.today.assignee == person and any(given)


def mail_of_one(news: News, key: str, now: datetime) -> MailMember:
    """All that is new, what stood before it, and how to answer. `key` is that of the input."""
    one, mailbox, snapshot = news.one, news.mailbox, news.snapshot
    person, signer = snapshot.person, snapshot.signer
    is_proven = bool(mailbox.trusted_authserv or mailbox.answer_unproven)
    is_lost = bool(news.new) and all(_came_back(record) is not None for record in news.new)
    # What answers the team waits for its writer, and goes to no address by itself.
    can_answer = mailbox.answer_by_mail and is_proven and not (is_lost and news.fresh not in _WAITS)
    work = snapshot.work if can_answer else None
    before = _before(news)
    # What it told stays what it told where answers by mail are switched on, or their server is named, later.
    fresh = news.fresh
    waits = _WAITS.get(fresh) if can_answer else None
    how = "notice.how_of_team" if waits is not None else "notice.how"
    how = how if can_answer else "notice.how_lost" if is_lost else "notice.not_by_mail"
    blocks: list[Block] = [
        _about(one),
        # Above what is long: whoever answers at once has read it.
        *(named_in_notice(work, waits) if work is not None else ()),
        *_lines(news, _NEW_WORDS),
        as_it_stands(news.today),
        *((sentence("notice.before"),) if before else ()),
        *(_passage(record, _OLD_WORDS) for record in reversed(before)),
        sentence(how),
        sentence("notice.stop", mailbox=mailbox.address),
    ]
    return replace(
        _letter(
            news,
            one.id,
            sentence("notice.subject", number=one.id, subject=one.subject),
            blocks,
            [news],
            key,
            now,
            mark_of(whom_named(work), snapshot.signer) if work is not None else b"",
            fresh,
        ),
        references=(_root(signer, person, one.id),),
        can_be_answered=can_answer,
        tag=signer.answer_tag(person=person, conversation=one.id, at=now, fresh=fresh) if can_answer else "",
        card=news.today.root,
    )


def _before(news: News) -> tuple[MailRecord, ...]:
    """What stood before it, with what an answer answers: that may have come to what was merged with it."""
    work = news.snapshot.work
    last = answered(work, None) if work is not None else None
    if last is None or last.row in {record.row for record in (*news.new, *news.old)}:
        return news.old
    return tuple(sorted((*news.old, last), key=lambda record: record.date))


def mail_of_many(every: Sequence[News], key: str, now: datetime) -> MailMember:
    """What is new in each, in short, with its link. Nobody could tell which of them an answer is for."""
    first = every[0]
    # Above what is long: whoever answers at once has read it.
    blocks: list[Block] = [sentence("notice.many", count=len(every)), sentence("notice.many_how")]
    for news in every:
        today = news.today
        blocks += [Heading(_about(news.one)), *_lines(news, _SHORT_WORDS), as_it_stands(today)]
        blocks.append(Pointer(today.room, today.root))
    blocks.append(sentence("notice.stop", mailbox=first.mailbox.address))
    subject = sentence("notice.many_subject", count=len(every), mailbox=first.mailbox.name)
    others = tuple(news.one.id for news in every[1:])
    return replace(_letter(first, OF_SEVERAL, subject, blocks, every, key, now), others=others)


def ever_said(
    one: Conversation,
    mailbox: MailboxSettings,
    records: Sequence[MailRecord],
    done: Sequence[HistoryEntry],
    notes: Sequence[Noted],
) -> tuple[Sentence | Passage, ...]:
    """All that the mails about one conversation may have said, whatever of it was new in each of them."""
    standing = (
        as_it_stands(replace(one, status=status, assignee=who)) for status in Status for who in {None, one.assignee}
    )
    how = (
        "email.above",
        "notice.more",
        "notice.folded",
        "notice.before",
        "notice.how",
        *_WAITS.values(),
        "notice.how_of_team",
        "notice.how_lost",
        "notice.not_by_mail",
        "notice.approve",
    )
    return (
        *map(sentence, how),
        sentence("notice.stop", mailbox=mailbox.address),
        sentence("notice.link", url=""),
        _about(one),
        *ever_named(one, mailbox, records),
        *standing,
        *map(_told, (*done, *_as_new(done))),
        *ever_unusual(records),
        *chain.from_iterable(_new_words(tuple(records), tuple(notes), _NEW_WORDS)),
        *(_waiting(record, _NEW_WORDS) for record in records if record.author is not None),
    )


def _letter(
    first: News,
    named: ConversationId,
    subject: Sentence,
    blocks: Sequence[Block],
    every: Sequence[News],
    key: str,
    now: datetime,
    whom: bytes = b"",
    fresh: Fresh = Fresh.OUTSIDE,
) -> MailMember:
    """What every mail of this kind has; `named` is what its id names."""
    snapshot, mailbox, person = first.snapshot, first.mailbox, first.snapshot.person
    notes = [note for news in every for note in news.notes if note.words]
    return MailMember(
        mailbox.id,
        person,
        first.address,
        snapshot.signer.notification_id(
            person=person,
            conversation=named,
            at=now,
            token=token_of(key),
            domain=ascii_domain(mailbox.address),
            address=first.address,
            whom=whom,
            fresh=fresh,
        ),
        subject,
        tuple(blocks),
        conversation=first.one.id,
        language=snapshot.instance.own_of(person, Own.LANGUAGE),
        notes=tuple(note.number for note in notes),
        said=digest_of((note.number, note.words) for note in notes),
        room=first.one.room,
    )


def _about(one: Conversation) -> Sentence:
    return sentence("notice.about", number=one.id, subject=one.subject, who=_who(one.correspondent))


def _lines(news: News, most: int) -> list[Block]:
    """What was done, and what was written, as far as there is room for it."""
    # Where the words follow, a line that somebody wrote them says nothing more.
    shown = {note.event for note in news.notes}
    acts = list[Sentence]()
    for entry in news.done:
        if note_of(entry) not in shown:
            acts.append(_told(entry))
    said = {record.row: unusual(record, news.one, news.mailbox) for record in news.new}
    words = _new_words(news.new, news.notes, most, said)
    words += [(_waiting(record, most),) for record in news.waiting if not news.snapshot.is_encrypted]
    approve = (sentence("notice.approve"),) if news.waiting else ()
    is_more = len(acts) > _MOST_ACTS or len(words) > _MOST_SHOWN
    more = (sentence("notice.more"),) if is_more else ()
    return [*more, *acts[-_MOST_ACTS:], *chain.from_iterable(words[-_MOST_SHOWN:]), *approve]


def _waiting(record: MailRecord, most: int) -> Passage:
    heading = sentence("notice.waits", who=record.author or "", at=record.date)
    return Passage(heading, _cut(record.text.strip(), most), is_markdown=True, files=_files(record, has_words=True))


def _told(entry: HistoryEntry) -> Sentence:
    """What was done. The words of a draft are nobody's yet, and leave the room in no mail."""
    if what_of(entry.action) is What.WOKEN:
        return sentence("notice.woken")
    if what_of(entry.action) in WITH_WORDS:
        return sentence(f"notice.{entry.action.removeprefix('history.')}", who=entry.actor or "")
    return said_of(entry.action, entry.actor, entry.detail)


def _as_new(done: Sequence[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Moves, as they are told to whom the conversation is new by them."""
    return tuple(replace(one, action=What.ARRIVED.key) for one in done if what_of(one.action) is What.MOVED)


def _root(signer: Signer, person: UserId, conversation: ConversationId) -> str:
    """The same for all mails about a conversation to a person, whichever mailbox it is in and whatever that is called:
    their client shows them as one thread."""
    token = token_of(f"notice:{conversation}:{person}")
    return signer.notification_id(person=person, conversation=conversation, at=_EPOCH, token=token, domain=_OF_ROOTS)


def as_it_stands(one: Conversation) -> Sentence:
    """Whose it is, and its status."""
    if one.assignee is None:
        return sentence("notice.nobodys", status=one.status.value)
    return sentence("notice.assigned", status=one.status.value, who=one.assignee)


def _came_back(record: MailRecord) -> Sentence | None:
    """What a mail that came back says, in our words; None: it is another mail."""
    said = told(record.detail) if record.direction is Direction.IN else ""
    return said if isinstance(said, Sentence) else None


def _passage(record: MailRecord, most: int) -> Passage | Sentence:
    came_back = _came_back(record)
    if came_back is not None:
        return came_back
    if record.author is not None:
        heading = sentence("notice.we_wrote", who=record.author, at=record.date)
    else:
        heading = sentence("notice.wrote", who=_who(*record.from_), at=record.date)
    words = _cut((record.linked or record.text).strip(), most)
    return Passage(heading, words, is_markdown=record.author is not None, files=_files(record, has_words=bool(words)))


def _whole(record: MailRecord, most: int) -> tuple[Passage | Sentence, ...]:
    """The mail with what nobody has seen of the lines that the room folds."""
    folded = (Passage(sentence("notice.folded"), _cut(record.folded, most)),) if record.folded else ()
    return (_passage(record, most), *folded)


def _files(record: MailRecord, *, has_words: bool) -> tuple[Attachment, ...]:
    """Pictures that stand in its words are no files, where it has any."""
    came = [one for one in record.attachments if not (one.inline and has_words) and not is_for_machines(one)]
    return (*came, *(one.as_attachment for one in record.files))


def _new_words(
    new: tuple[MailRecord, ...],
    notes: tuple[Noted, ...],
    most: int,
    unusual: Mapping[MessageRow, tuple[Sentence, ...]] = MappingProxyType({}),
) -> list[tuple[Passage | Sentence, ...]]:
    """Mails and notes in the order in which they were written, so many letters of each. `unusual`: what is said above a
    mail."""
    said: list[tuple[datetime, tuple[Passage | Sentence, ...]]] = [
        (note.at, (_note_passage(note, most),)) for note in notes
    ]
    said += [(record.date, (*unusual.get(record.row, ()), *_whole(record, most))) for record in new]
    return [passages for _, passages in sorted(said, key=lambda one: one[0])]


def _note_passage(note: Noted, most: int) -> Passage:
    heading = sentence("notice.noted", who=note.writer, at=note.at)
    return Passage(heading, _cut(note.words, most), is_markdown=True, files=note.files)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _who(*people: Address) -> str:
    one = people[0] if people else Address("", "")
    return f"{one.name} <{one.address}>" if one.name else one.address
