"""What must hold once the faults have stopped and all has settled. Each rule reads what a person could read: the room,
the mailboxes, and the database's own tables of conversations and calls."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ROOM, Posted
from tests.fakes.mail import id_of
from tests.simulation.post import Sent
from tests.simulation.sqlite_here import connect
from tests.simulation.stage import ADDRESS, FIRST, Letter, Stage
from tests.simulation.world import BEGINNING

_TOKEN = re.compile(r"R\d{4}x")
_ON_A_BOARD = 30
_SNOOZED_ON_A_BOARD = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation, as the database has it."""

    number: int
    status: str
    assignee: str | None
    root: str | None
    needs_nobody: bool
    tags: str
    """A JSON list."""
    subject: str
    mailed_subject: str | None
    snoozed_until: int | None
    goes_on_as: int | None
    """In microseconds."""

    @property
    def is_snoozed(self) -> bool:
        return self.status == "pending" and self.snoozed_until is not None


@dataclass(frozen=True, slots=True)
class CallRow:
    id: int
    kind: str
    state: str
    due: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Books:
    conversations: tuple[Row, ...]
    calls: tuple[CallRow, ...]
    """Those that have not ended."""
    shunted: tuple[str, ...]
    waiting: frozenset[str] = frozenset()
    """Message-IDs of mails that wait for their time, or for somebody's word."""
    due: tuple[datetime, ...] = ()
    """When the first of them are to leave."""

    @classmethod
    def read(cls, path: Path) -> "Books":
        database = connect(path)
        try:
            rows = database.execute(
                "SELECT id, status, assignee, root, needs_nobody, tags, subject, mailed_subject, snoozed_until,"
                " goes_on_as"
                " FROM conversations ORDER BY id"
            )
            conversations = tuple(Row(*row) for row in rows)
            found = database.execute(
                "SELECT id, kind, state, due_at, reason FROM outbox WHERE state IN ('open', 'sending') ORDER BY id"
            )
            calls = tuple(
                CallRow(number, kind, state, _EPOCH + timedelta(microseconds=due), reason)
                for number, kind, state, due, reason in found
            )
            aside = database.execute("SELECT kind, error FROM shunted")
            waits = database.execute("SELECT head FROM mails WHERE waits_until IS NOT NULL")
            waiting = frozenset(str(json.loads(head)["message_id"]) for (head,) in waits)
            timers = database.execute("SELECT due FROM timers WHERE timer LIKE 'later:%'")
            due = tuple(_EPOCH + timedelta(microseconds=at) for (at,) in timers)
            put_aside = tuple(f"{kind}: {error}" for kind, error in aside)
            return cls(conversations, calls, put_aside, waiting, due)
        finally:
            database.close()

    def waits_before(self, now: datetime, seconds: float) -> bool:
        """Whether something is to be done within so many seconds."""
        return any(at < now + timedelta(seconds=seconds) for at in (*self.due, *(one.due for one in self.calls)))


def broken(stage: Stage, books: Books) -> Iterator[str]:
    """One sentence for each thing that does not hold."""
    yield from _calls(stage, books)
    yield from _answers(stage)
    yield from _mails_in(stage)
    yield from _mails_out(stage, books)
    yield from _cards(stage, books)
    yield from _board(stage, books)
    yield from _posted_anew(stage, books)


def _calls(stage: Stage, books: Books) -> Iterator[str]:
    now = stage.world.wall()
    for one in books.calls:
        if one.state == "sending":
            yield f"call {one.id} ({one.kind}) is still under way"
        elif one.due < now - timedelta(seconds=60):
            late = (now - one.due).total_seconds()
            yield f"call {one.id} ({one.kind}) is due for {late:.0f} s and not made ({one.reason})"
    for aside in books.shunted:
        yield f"an input was put aside: {aside}"


def _answers(stage: Stage) -> Iterator[str]:
    """Whoever gives a command is answered: by a mark, by words, or by the mail that it makes."""
    there, gone = _answered(stage.homeserver.posted), _answered(stage.gone)
    # Where the homeserver lost the message too, nobody misses the answer; of what a database forgot nobody knows.
    answered = there | (gone if stage.lost_memory else gone & stage.homeserver.unknown)
    for said in stage.said:
        if said.input.at < BEGINNING + timedelta(seconds=FIRST) or said.input.body == "!undo":
            # A mail that is undone says so itself.
            continue
        is_plain = said.input.body.startswith("!") and not said.is_gone and len(said.tokens) < 2
        if is_plain and said.input.event not in answered and not _said_again(stage, said.input, answered | gone):
            yield f"nobody answered {said.input.sender}, who said {said.input.body}"


def _said_again(stage: Stage, first: TeamMessage, answered: set[object]) -> bool:
    """The same words answered a question about them: where that is gone, the mail tells what became of both."""
    return any(
        one.input.body == first.body and one.input.thread == first.thread and one.input.event in answered
        for one in stage.said
        if one.input.event != first.event and first.event in answered
    )


def _answered(posted: Iterable[Posted]) -> set[object]:
    found: set[object] = set()
    for p in posted:
        relation = p.relation
        in_reply_to = relation.get("m.in_reply_to")
        found |= {p.ours.get("answers"), relation.get("event_id") if p.type == "m.reaction" else None}
        found.add(in_reply_to.get("event_id") if isinstance(in_reply_to, dict) else None)
    return found


def _mails_in(stage: Stage) -> Iterator[str]:
    room = stage.homeserver
    there = [p for p in _in_threads(stage) if p.ours.get("direction") == "in"]
    shown = Counter(str(p.ours.get("message_id")) for p in there)
    for message_id, times in shown.items():
        if times > 1 + stage.split:
            yield f"mail {message_id} is shown {times} times"
    for (message_id, _), times in Counter(
        (str(p.ours.get("message_id")), p.relation.get("event_id")) for p in there
    ).items():
        if times > 1:
            yield f"mail {message_id} is shown {times} times in one thread"
    said = "\n".join(json.dumps(p.content, ensure_ascii=False) for p in (*room.posted, *stage.gone))
    stored = {id_of(one.raw) for one in stage.provider.folders["INBOX"]}
    for letter in stage.letters:
        if letter.id in stored and not shown[letter.id] and letter.token not in said:
            yield f"mail {letter.id} lies in the mailbox and is neither shown nor announced"


def _in_threads(stage: Stage) -> list[Posted]:
    """Mails that somebody finds: not in the thread of a card that a homeserver lost."""
    there = {p.event for p in stage.homeserver.posted}
    return [p for p in stage.homeserver.of_kind("mail") if p.relation.get("event_id") in there]


def _posted_anew(stage: Stage, books: Books) -> Iterator[str]:
    """Of what waits for an answer the newest mail is in the room, also where the homeserver was put back."""
    letters = {one.id: one for one in stage.letters}
    newest: dict[object, Letter] = {}
    for p in (*stage.gone, *stage.homeserver.posted):
        letter = letters.get(str(p.ours.get("message_id"))) if p.ours.get("kind") == "mail" else None
        number = p.ours.get("conversation")
        if letter is not None and (number not in newest or newest[number].at < letter.at):
            newest[number] = letter
    shown = {str(p.ours.get("message_id")) for p in _in_threads(stage)}
    for row in books.conversations:
        letter = newest.get(row.number)
        if row.status == "active" and letter is not None and letter.id not in shown:
            yield f"conversation {row.number} waits, and the homeserver lost its newest mail {letter.id} for good"


# --- mails out


def _mails_out(stage: Stage, books: Books) -> Iterator[str]:
    shown = _outgoing(stage)
    taken: Counter[tuple[str, str]] = Counter()
    by_token: dict[str, set[str]] = {}
    for sent in stage.provider.sent:
        mail = message_from_bytes(sent.raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        message_id = id_of(sent.raw)
        taken.update((message_id, one) for one in sent.recipients)
        tokens = set(_TOKEN.findall(mail.get_content() if not mail.is_multipart() else _plain(mail)))
        for token in tokens:
            by_token.setdefault(token, set()).add(message_id)
        if len(tokens) != 1:
            yield f"a mail was sent with the words {sorted(tokens)}"
        event = shown.get(message_id)
        if event is None:
            yield f"mail {message_id} was sent and no event tells it"
            continue
        yield from _recipients(stage, sent, event, tokens)
    for (message_id, recipient), times in taken.items():
        about = shown[message_id].ours.get("conversation") if message_id in shown else None
        if times > 1 + stage.asked_again[about]:
            yield f"mail {message_id} was sent {times} times to {recipient}"
    for token, ids in by_token.items():
        asked = sum(token in one.tokens for one in stage.said)
        if not asked:
            yield f"the words {token} were sent, and nobody said them"
        elif len(ids) > asked:
            yield f"what was said {asked} times ({token}) was sent as {len(ids)} mails"
    for message_id, event in shown.items():
        state = _now(stage, event).get("state")
        was_sent = any(one == message_id for one, _ in taken)
        if state in ("sent", "partly", "bounced") and not was_sent:
            yield f"the room says that {message_id} is {state}, and it was not sent"
        if state in ("cancelled", "queued", "sending", "refused", "scheduled", "held") and was_sent:
            yield f"the room says that {message_id} is {state}, and it was sent"
        is_there = event.event not in stage.homeserver.redacted
        if state in ("scheduled", "held") and is_there and message_id not in books.waiting:
            yield f"the room says that {message_id} is {state}, and the database has forgotten it"
    now = stage.world.wall()
    for at in books.due:
        if at < now - timedelta(seconds=60):
            yield f"a mail was to leave {(now - at).total_seconds():.0f} s ago, and nobody thought of it"


def _outgoing(stage: Stage) -> dict[str, Posted]:
    """By Message-ID; of what a homeserver that was put back lost, what is not there again."""
    lost = [p for p in stage.gone if p.ours.get("kind") == "mail" and not p.is_edit]
    there = (p for p in (*lost, *stage.homeserver.of_kind("mail")) if p.ours.get("direction") == "out")
    return {str(p.ours.get("message_id")): p for p in there}


def _plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body is not None else ""


def _recipients(stage: Stage, sent: Sent, event: Posted, tokens: set[str]) -> Iterator[str]:
    conversation = event.ours.get("conversation")
    named = (*stage.homeserver.posted, *stage.gone)
    words = " ".join(
        json.dumps(p.content, ensure_ascii=False)
        for p in named
        if event.event in (p.event, p.relation.get("event_id")) or _is_of_same_mail(p, event)
    )
    allowed = _known(stage, conversation, sent.at, tokens)
    for one in sent.recipients:
        if one not in words:
            yield f"{one} got a mail, and its event does not name them"
        if one not in allowed:
            yield f"{one} got a mail of conversation {conversation}, and takes no part in it"


@dataclass(frozen=True, slots=True)
class _Choice:
    """A word that makes those who wrote last recipients, and with them participants."""

    tokens: frozenset[str]
    begins: datetime
    ends: datetime
    """Where its mail left: whoever wrote later was not meant."""


def _choices(stage: Stage, conversation: object) -> list[_Choice]:
    found = []
    for said in stage.said:
        if not ("--all" in said.input.body or "--them" in said.input.body):
            continue
        if stage.conversation_of(said.input.thread) != conversation:
            continue
        left = [sent.at for sent in stage.provider.sent if any(token.encode() in sent.raw for token in said.tokens)]
        ends = max(left, default=stage.world.at())
        found.append(_Choice(frozenset(said.tokens), said.input.at, ends))
    return found


def _known(stage: Stage, conversation: object, until: datetime, tokens: set[str]) -> set[str]:
    """Who takes part by the mails that the room shows in the conversation, and whom a word chose, for this mail or before.

    The first mail names whom it likes; later ones only where a participant wrote them.
    """
    letters = {one.id: one for one in stage.letters}
    choices = [one for one in _choices(stage, conversation) if one.begins <= until]
    is_chosen = any(one.tokens & tokens for one in choices)
    known: set[str] = set()
    came: list[Letter] = []
    for p in stage.mails_shown():
        letter = letters.get(str(p.ours.get("message_id")))
        if letter is None or p.ours.get("conversation") != conversation or letter.at > until:
            continue
        if any(one.begins <= letter.at for one in choices):
            known |= {address for one in came if _is_meant(one, choices, letter.at) for address in _writers(one)}
        if not known:
            known |= _writers(letter) | set(letter.named)
        elif letter.who in known:
            known |= set(letter.named)
        came.append(letter)
    known |= {address for one in came if is_chosen or _is_meant(one, choices, until) for address in _writers(one)}
    beside = _begun_with(stage, conversation) | _given_to(stage, conversation) | _of_merged(stage)
    return (known | beside) - {"", ADDRESS}


def _is_of_same_mail(p: Posted, event: Posted) -> bool:
    """A homeserver that was put back may have lost the event that named them."""
    return p.ours.get("kind") == "mail" and p.ours.get("message_id") == event.ours.get("message_id")


def _of_merged(stage: Stage) -> set[str]:
    """Where conversations were merged, who took part in one may take part in the other."""
    if not any(one.input.body.startswith("!merge") for one in stage.said):
        return set()
    return {address for one in stage.letters for address in (*_writers(one), *one.named)}


def _begun_with(stage: Stage, conversation: object) -> set[str]:
    """Whom a member wrote to first, where the conversation's card names them: their mail may have been taken back."""
    ours = [p for p in (*stage.homeserver.posted, *stage.gone) if p.ours.get("conversation") == conversation]
    cards = "\n".join(json.dumps(p.content, ensure_ascii=False) for p in ours if p.ours.get("kind") == "conversation")
    first = [one for one in stage.said if one.input.body.startswith("!new ")]
    return {to for one in first if (to := one.input.body.split(" ")[1]) in cards}


def _given_to(stage: Stage, conversation: object) -> set[str]:
    """Whose conversation a member said it is."""
    given = (one.input.body.split() for one in stage.said if one.input.body.startswith("!customer #"))
    return {words[2] for words in given if words[1] == f"#{conversation}"}


def _is_meant(letter: Letter, choices: list[_Choice], until: datetime) -> bool:
    return any(letter.at <= one.ends and one.begins <= until for one in choices)


def _writers(letter: Letter) -> set[str]:
    return {letter.who, letter.reply_to}


# --- the room and the database


def _now(stage: Stage, event: Posted) -> dict[str, object]:
    about = stage.homeserver.current(event.event).get("org.postroom")
    return about if isinstance(about, dict) else {}


def _cards(stage: Stage, books: Books) -> Iterator[str]:
    cards: dict[object, list[Posted]] = {}
    for p in stage.cards():
        if p.event in stage.homeserver.redacted:
            # The card of a conversation that a database which was put back knows nothing of.
            continue
        cards.setdefault(p.ours.get("conversation"), []).append(p)
    for row in books.conversations:
        there = cards.pop(row.number, [])
        if len(there) != 1:
            yield f"conversation {row.number} has {len(there)} cards"
            continue
        about = _now(stage, there[0])
        if there[0].event != row.root:
            yield f"conversation {row.number} has another card than the database knows"
        if about.get("status") != row.status:
            yield f"the card of {row.number} says {about.get('status')}, the database {row.status}"
        if about.get("assignee") != row.assignee:
            yield f"the card of {row.number} says it is {about.get('assignee')}'s, the database {row.assignee}'s"
        until = row.snoozed_until if row.is_snoozed else None
        kept = (
            json.loads(row.tags) or None,
            row.subject if row.mailed_subject is not None else None,
            None if until is None else round(until / 1000),
            row.goes_on_as,
        )
        shown = tuple(about.get(name) for name in ("tags", "subject", "snoozed_until", "goes_on_as"))
        if shown != kept:
            yield f"the card of {row.number} has {shown}, the database {kept}"
    for number in cards:
        yield f"card {number} is in the room, and no conversation is in the database"


def _board(stage: Stage, books: Books) -> Iterator[str]:
    boards = [p for p in stage.homeserver.of_kind("board") if p.room == ROOM]
    if not boards:
        if books.conversations:
            yield "there is no board"
        return
    if boards[-1].event not in stage.homeserver.state.get((ROOM, "m.room.pinned_events", ""), ""):
        yield "the board is not pinned"
    content = stage.homeserver.current(boards[-1].event)
    shown = {int(found) for found in re.findall(r"#(\d+)\b", str(content.get("body")))}
    wanted = {row.number for row in books.conversations if row.status == "active" and not row.needs_nobody}
    snoozed = {row.number for row in books.conversations if row.is_snoozed}
    # It has room for so many, and counts the others.
    has_to_do = len(shown & wanted) == min(len(wanted), _ON_A_BOARD)
    has_snoozed = len(shown & snoozed) == min(len(snoozed), _SNOOZED_ON_A_BOARD)
    if not shown <= wanted | snoozed or not has_to_do or not has_snoozed:
        yield f"the board shows {sorted(shown)}, to do are {sorted(wanted)}, snoozed {sorted(snoozed)}"
