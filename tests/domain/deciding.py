"""A conversation in memory, for decisions without a database: what a decision says becomes true, calls are counted."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.calls import Priority, Submit
from bot.domain.command import Asked, Called
from bot.domain.commands.reading import read, read_edit
from bot.domain.commands.table import TABLE
from bot.domain.conversation import (
    KEPT_BACK,
    Conversation,
    Direction,
    EventKind,
    KnownEvent,
    MailRecord,
    OutState,
    Status,
    StoredReaction,
    Verdict,
)
from bot.domain.decision import (
    AddDeed,
    AddEvent,
    AddMail,
    AddReaction,
    CancelCall,
    CloseCall,
    Decision,
    EndDeed,
    EndDialogue,
    EndReaction,
    HurryCall,
    PutEvent,
    RetryCall,
    SaveConversation,
    SaveDialogue,
    StopCall,
    UpdateMail,
)
from bot.domain.deeds import Deed
from bot.domain.dialogue import Dialogue, question_of
from bot.domain.effects import Effect, ResubmitMail, Say, SubmitMail
from bot.domain.ids import BlobId, ConversationId, EffectId, EventId, MailboxId, MessageRow, UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.mail import Address
from bot.domain.needs import (
    AcquaintanceWith,
    AlikeOf,
    ConversationsOf,
    DialogueAbout,
    Facts,
    Found,
    IncomingOf,
    LaterOf,
    Listed,
    MailAt,
    MailsOf,
    Need,
    Needs,
    NewestOf,
    OutgoingIn,
    OutgoingOf,
    Searched,
    WaitingIn,
    WorkOf,
)
from bot.domain.outcomes import AnyOutcome, MailAccepted, Unknown
from bot.domain.planned import PlannedCall
from bot.domain.rules.draft import submit_key
from bot.domain.rules.submission import has_left
from bot.domain.searching import Hit, Hits
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Signer
from bot.domain.snapshots import DeletedSnapshot, EditedSnapshot, Reacted, ReceiptSnapshot, TakenAway
from bot.domain.stories.reaction import by_hand, is_answer, needs_of_hand, needs_of_taking
from bot.domain.stories.table import decide
from bot.domain.stories.team import needs_of, needs_of_people
from bot.domain.work import Acquaintance, Outgoing, Work
from tests.domain.beside import beside
from tests.fakes.chat import ALICE, BOT, CONFIG, ROOM

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = ConversationId(1)
CARD = EventId("$card")
MARIE = Address("Marie", "marie@example.org")
PAUL = Address("Paul", "paul@example.org")
MAILBOX = MailboxSettings(MailboxId("contact@asso.example"), "contact@asso.example", "Mon Asso", ROOM, undo_seconds=20)


def conversation(**more: object) -> Conversation:
    whole = Conversation(
        FIRST, MAILBOX.id, ROOM, "Question", MARIE, Status.ACTIVE, Status.ACTIVE, None, (), Verdict.UNKNOWN, "", 1, (),
        START, START, START, root=CARD, version=1,
        participants=("marie@example.org", "paul@example.org"),
    )  # fmt: skip
    return replace(whole, **more)  # type: ignore[arg-type]


def mail_in(row: int, at: datetime, *, cc: tuple[Address, ...] = (), sender: Address = MARIE) -> MailRecord:
    own = Address("", MAILBOX.address)
    return MailRecord(
        MessageRow(row), FIRST, MAILBOX.id, Direction.IN, f"m{row}@example.org", (), (), (sender,), (), (own,), cc,
        "Question", at, f"words {row}", BlobId("a" * 64), folder="INBOX", uidvalidity=1, uid=row, event=EventId(f"$m{row}"),
    )  # fmt: skip


def asked_by(message: TeamMessage, instance: Instance, now: datetime) -> Asked:
    """The message as its room alone tells it, without conversations and facts."""
    return Asked(
        instance=instance,
        signer=Signer(b"secret"),
        person=message.sender,
        room=message.room,
        key=message.key,
        event=message.event,
        said_at=message.at,
        now=now,
        reading=read(message, bot=instance.bot),
        thread=message.thread,
        file=message.file,
        room_encrypted=message.room_encrypted,
        was_encrypted=message.was_encrypted,
        session_trust=message.session_trust,
        table=TABLE,
    )


@dataclass(slots=True)
class Waiting:
    """A submission that was planned and has not ended."""

    key: str
    call: Submit
    text: str
    due: datetime
    attempt: int = 0
    is_under_way: bool = False
    is_wanted_back: bool = False


@dataclass(slots=True)
class World:
    mailbox: MailboxSettings = MAILBOX
    now: datetime = START
    conversation: Conversation = field(default_factory=conversation)
    mails: dict[int, MailRecord] = field(default_factory=dict)
    posted: dict[int, datetime] = field(default_factory=dict)
    calls: list[Waiting] = field(default_factory=list)
    sent: list[tuple[int, tuple[str, ...], str]] = field(default_factory=list)
    """Row, recipients and words of each submission that was made."""
    taken: set[int] = field(default_factory=set)
    """Rows of mails that somebody has, or may have."""
    dialogues: dict[int, Dialogue] = field(default_factory=dict)
    events: dict[EventId, KnownEvent] = field(default_factory=dict)
    reactions: dict[EventId, StoredReaction] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    decided: Decision = field(default_factory=Decision)
    effects: list[Effect] = field(default_factory=list)
    """Of the last decision."""
    numbers: int = 0
    read_at: dict[UserId, datetime] = field(default_factory=dict)
    """Up to when people's receipts say that they have read the thread."""

    @property
    def instance(self) -> Instance:
        return Instance(BOT, (ALICE,), CONFIG, "en", ("localhost",), (self.mailbox,))

    def comes(self, *, cc: tuple[Address, ...] = (), sender: Address = MARIE) -> None:
        self.now += timedelta(minutes=1)
        row = len(self.mails) + 1
        self.mails[row] = mail_in(row, self.now, cc=cc, sender=sender)
        self.posted[row] = self.now
        self.conversation = replace(self.conversation, mails=self.conversation.mails + 1)

    def says_subject(self, subject: str) -> None:
        """The newest mail has this subject."""
        row = max(self.mails)
        self.mails[row] = replace(self.mails[row], subject=subject)

    def out(self) -> list[MailRecord]:
        return sorted((r for r in self.mails.values() if r.direction is Direction.OUT), key=lambda r: r.date)

    def outgoing(self) -> Outgoing:
        out = self.out()
        keys = {call.key: call for call in self.calls}
        tried = [(r, keys[submit_key(r)]) for r in out if submit_key(r) in keys]
        waiting = frozenset(
            int(r.row)
            for r, call in tried
            if not call.is_under_way and (call.attempt == 0 or (r.state is OutState.RETRYING and not has_left(r)))
        )
        waiting |= {int(r.row) for r in out if not r.is_written and r.state in KEPT_BACK}
        under_way = frozenset(
            int(r.row) for r, call in tried if call.is_under_way and (r.state_before is not None or not has_left(r))
        )
        return Outgoing(
            conversation=self.conversation,
            mailbox=self.mailbox,
            outgoing=tuple(out),
            waiting=waiting,
            retries=frozenset(int(r.row) for r, _ in tried),
            under_way=under_way,
        )

    def work(self, person: UserId) -> Work:
        incoming, out, known = self.incoming(), self.out(), self.outgoing()
        return Work(
            conversation=known.conversation,
            mailbox=known.mailbox,
            outgoing=known.outgoing,
            waiting=known.waiting,
            retries=known.retries,
            under_way=known.under_way,
            newest_in=incoming[-1] if incoming else None,
            newest_out=out[-1] if out else None,
            last_of_participants=incoming[-1] if incoming else None,
            newest_in_posted=self.posted[incoming[-1].row] if incoming else None,
            first_posted=self.posted[min(self.posted)] if self.posted else None,
            seen_at=None,
            sent_last_hour=0,
            sent_last_day=0,
            read_at=self.read_at.get(person),
            incoming=incoming,
            history=tuple(reversed(incoming)),
        )

    def incoming(self) -> tuple[MailRecord, ...]:
        return tuple(r for r in self.mails.values() if r.direction is Direction.IN)

    def fact(self, need: Need[object]) -> object:
        """What storage would answer."""
        incoming = self.incoming()
        match need:
            case MailsOf():
                return tuple(self.mails.values())
            case IncomingOf():
                return incoming
            case NewestOf():
                return incoming[-1] if incoming else None
            case MailAt(row):
                return self.mails.get(row)
            case WaitingIn():
                return tuple(r for r in self.out() if r.is_scheduled or r.waits_for_word)
            case OutgoingOf(one):
                return replace(self.outgoing(), conversation=one)
            case OutgoingIn():
                return self.outgoing()
            case DialogueAbout(event):
                return self._made_of(event)[1]
            case AlikeOf(given):
                there = self.reactions.values()
                return tuple(one for one in there if one.key == given.key and one.event != given.event)
            case WorkOf(person=person):
                return self.work(person)
            case AcquaintanceWith(address=address):
                return Acquaintance(number=ConversationId(7), people=(Address("", address),) if address else ())
            case Searched():
                return Hits((Hit(self.conversation, incoming[-1] if incoming else None),), 1)
            case ConversationsOf() | LaterOf():
                return (self.conversation,)
            case Listed():
                return Found((self.conversation,), 1)
            case _:
                return beside(need)

    def facts(self, needs: Needs) -> Facts:
        return Facts({need: self.fact(need) for need in needs})

    def event(self) -> EventId:
        self.numbers += 1
        return EventId(f"$e{self.numbers}")

    def says(
        self,
        body: str,
        *,
        sender: UserId = ALICE,
        event: EventId | None = None,
        reply_to: EventId | None = None,
        **more: object,
    ) -> TeamMessage:
        message = TeamMessage(
            ROOM, event or self.event(), sender, "m.text", body, "", (), CARD, reply_to, self.now, **more  # type: ignore[arg-type]
        )  # fmt: skip
        self.take(decide(self.asked(message), message, self.now))
        return message

    def asked(self, message: TeamMessage) -> Asked:
        """What loading makes of a message in the thread."""
        reading = read(message, bot=BOT)
        numbers = reading.numbers if isinstance(reading, Called) else ()
        asked = replace(
            asked_by(message, self.instance, self.now),
            here=self.conversation,
            about=tuple(replace(self.conversation, id=n) for n in numbers) or (self.conversation,),
            target=self.events.get(message.reply_to) if message.reply_to else None,
            dialogues=self.led_by(message.sender),
        )
        asked = replace(asked, facts=self.facts(needs_of_people(asked)))
        return replace(asked, facts=asked.facts | self.facts(needs_of(asked)))

    def edits(self, target: EventId, body: str, *, sender: UserId = ALICE, **more: object) -> None:
        edit = MessageEdited(ROOM, self.event(), target, sender, body, self.now, **more)  # type: ignore[arg-type]
        record, dialogue = self._made_of(target)
        snapshot = EditedSnapshot(
            instance=self.instance,
            signer=Signer(b"secret"),
            reading=read_edit(edit, bot=BOT),
            is_joined=True,
            work=(self.work(sender),),
            record=record,
            dialogue=dialogue,
            others=self.led_by(sender),
            target=self.events.get(target),
        )
        self.take(decide(snapshot, edit, self.now))

    def redacts(self, target: EventId, *, sender: UserId = ALICE) -> None:
        deleted = Redacted(ROOM, self.event(), target, sender, self.now)
        given = self.reactions.get(target)
        if given is not None:
            facts = self.facts(needs_of_taking(given, self.conversation, self.instance.choices))
            self.take(decide(TakenAway(given, self.conversation, self.instance, facts), deleted, self.now))
            return
        record, dialogue = self._made_of(target)
        snapshot = DeletedSnapshot(
            instance=self.instance,
            is_ours=True,
            about=(self.conversation,),
            outgoing=self.outgoing(),
            record=record,
            dialogue=dialogue,
            deeds=tuple(deed for deed in self.deeds if deed.event == target),
            incoming={FIRST: self.incoming()},
            target=self.events.get(target),
            card_of=None,
        )
        self.take(decide(snapshot, deleted, self.now))

    def led_by(self, person: UserId) -> tuple[Dialogue, ...]:
        led = [d for d in self.dialogues.values() if d.person == person and d.state.hears]
        return tuple(one for one in led if one.state.expires_at >= self.now)

    def _made_of(self, target: EventId) -> tuple[MailRecord | None, Dialogue | None]:
        put = [d for d in reversed(self.dialogues.values()) if (q := question_of(d)) is not None and q.event == target]
        dialogue = next(iter(put), None)
        question = question_of(dialogue)
        made = [r for r in self.out() if r.source == target]
        made.sort(key=lambda r: (r.state is not OutState.CANCELLED, r.date))
        record = made[-1] if made else None
        if record is None and question is not None and question.is_used:
            record = self.mails.get(question.row)
        return record, dialogue

    def reacts(self, emoji: str, target: EventId, *, sender: UserId = ALICE, encrypted: bool = False) -> None:
        given = Reaction(ROOM, self.event(), sender, target, emoji, self.now, encrypted)
        known = self.events.get(target)
        if known is None:
            return
        put = self.dialogues.get(known.mail) if known.mail is not None and is_answer(known, emoji) else None
        asked = Asked(
            instance=self.instance,
            signer=Signer(b"secret"),
            person=sender,
            room=ROOM,
            key=given.key,
            event=target,
            said_at=self.now,
            now=self.now,
            reading=by_hand(self.mailbox, known, emoji),
            is_by_hand=True,
            here=self.conversation,
            about=(self.conversation,),
            target=known,
            room_encrypted=encrypted,
            dialogues=self.led_by(sender) if put is None else (put,),
        )
        asked = replace(asked, facts=self.facts(needs_of_hand(asked)))
        means = is_answer(known, emoji) or isinstance(asked.reading, Called)
        self.take(decide(Reacted(asked, self.mailbox if means else None), given, self.now))

    def begins(self, waiting: Waiting) -> None:
        """The submission is being tried."""
        waiting.is_under_way = True

    def made(self, waiting: Waiting, outcome: AnyOutcome) -> None:
        """The submission is tried, and ends so."""
        waiting.attempt += 1
        if isinstance(outcome, MailAccepted | Unknown):
            self.taken.add(waiting.call.row)
        waiting.is_under_way = False
        self.sent.append((waiting.call.row, waiting.call.recipients, waiting.text))
        call = PlannedCall(waiting.call, "smtp", "out:1", Priority.CONFIRMATION, key=waiting.key)
        record = self.mails[waiting.call.row]
        receipt = Receipt(EffectId(1), waiting.attempt, outcome, self.now)
        snapshot = ReceiptSnapshot(
            self.instance, EffectId(1), call, True, waiting.attempt - 1, self.now, self.conversation, self.mailbox,
            record, None, False, waiting.is_wanted_back,
            self.work(record.author) if waiting.is_wanted_back and record.author else None,
        )  # fmt: skip
        self.take(decide(snapshot, receipt, self.now), of=waiting)

    def take(self, decision: Decision, of: Waiting | None = None) -> None:
        """What it says becomes true; what storage would refuse is an error here."""
        self.decided, self.effects = decision, list(decision.effects)
        saved = False
        for change in decision.changes:
            match change:
                case SaveConversation(one):
                    assert not saved, "the same version would be saved twice"
                    assert one.version == self.conversation.version
                    saved, self.conversation = True, replace(one, version=one.version + 1)
                case AddMail(record):
                    assert record.row not in self.mails
                    self.mails[record.row] = record
                case UpdateMail(record):
                    waits = record.leaves_at is not None or record.waits_for_word
                    self.mails[record.row] = record if waits else replace(record, raw=record.raw or BlobId("b" * 64))
                case SaveDialogue(dialogue):
                    before = self.dialogues.get(dialogue.id)
                    assert dialogue.version == (before.version if before is not None else 0)
                    self.dialogues[dialogue.id] = replace(dialogue, version=dialogue.version + 1)
                case EndDialogue(over, version):
                    assert self.dialogues.pop(over).version == version
                case CancelCall(key, was_tried):
                    (gone,) = [call for call in self.calls if call.key == key and (was_tried or call.attempt == 0)]
                    assert not gone.is_under_way
                    self.calls.remove(gone)
                case StopCall(key):
                    (stopped,) = [call for call in self.calls if call.key == key and call.is_under_way]
                    stopped.is_wanted_back = True
                case HurryCall(key):
                    (sooner,) = [call for call in self.calls if call.key == key]
                    sooner.due = self.now
                case CloseCall():
                    assert of is not None
                    self.calls.remove(of)
                case RetryCall(due=due):
                    assert of is not None and not of.is_wanted_back
                    of.due = due
                case AddEvent(event):
                    self.events.setdefault(event.event, event)
                case PutEvent(event):
                    self.events[event.event] = event
                case AddReaction(reaction):
                    self.reactions[reaction.event] = reaction
                case EndReaction(ended):
                    self.reactions.pop(ended, None)
                case AddDeed(deed):
                    self.deeds.append(deed)
                case EndDeed(event=ended):
                    self.deeds = [deed for deed in self.deeds if deed.event != ended]
                case _:
                    pass
        for effect in decision.effects:
            match effect:
                case SubmitMail(draft, delay):
                    self._submit(draft.record, draft.markdown, delay)
                    self.mails[draft.record.row] = replace(self.mails[draft.record.row], raw=BlobId("b" * 64))
                case ResubmitMail(record, delay):
                    self._submit(record, record.text, delay)
                case Say(kind=EventKind.QUESTION, mail=asked):
                    posted = KnownEvent(self.event(), ROOM, EventKind.QUESTION, FIRST, None, asked, self.now)
                    self.events[posted.event] = posted
                case _:
                    pass

    def _submit(self, record: MailRecord, text: str, delay: int) -> None:
        key = submit_key(record)
        assert all(call.key != key for call in self.calls), "two submissions of one mail would be open"
        call = Submit(record.mailbox, record.row, record.from_[0].address, record.recipients, record.raw)
        self.calls.append(Waiting(key, call, text, self.now + timedelta(seconds=delay)))

    def said(self) -> list[str]:
        """The sentences of the last decision, by key."""
        return [one.key for effect in self.effects if isinstance(effect, Say) for one in effect.sentences]

    @property
    def was_asked(self) -> bool:
        return any(one.kind is EventKind.QUESTION for one in self.events.values())

    def question(self) -> EventId:
        return [e.event for e in self.events.values() if e.kind is EventKind.QUESTION][-1]
