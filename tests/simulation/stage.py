"""The servers, the people and the mails of one run, and how each step of a story is done to them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from shutil import copyfile
from typing import TypeVar

from bot.domain.files import SharedFile
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage
from bot.ports import Member
from tests.fakes.chat import BOT, CONFIG, ROOM, Posted
from tests.fakes.mail import id_of
from tests.simulation import actions as told
from tests.simulation.chat import Homeserver
from tests.simulation.post import Provider
from tests.simulation.sqlite_here import connect
from tests.simulation.world import Killed, World

_T = TypeVar("_T")
ADDRESS = "contact@asso.example"
FIRST = 10.0
"""Seconds in which a new bot finds its place in the rooms and folders: what was there before is not for it."""
_SENDS = ("reply", "send")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that somebody wrote."""

    id: str
    token: str
    topic: int
    raw: bytes
    who: str
    named: tuple[str, ...]
    """In To and Cc, without us."""
    reply_to: str
    at: datetime


@dataclass(slots=True)
class Said:
    """What a member said; `tokens` of all its versions."""

    input: TeamMessage
    tokens: list[str]
    is_gone: bool = False


@dataclass(slots=True)
class Stage:
    world: World
    folder: Path
    is_encrypted: bool
    homeserver: Homeserver = field(init=False)
    provider: Provider = field(init=False)
    letters: list[Letter] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    asked_again: Counter[object] = field(default_factory=Counter)
    """By conversation, how often somebody asked for a mail of it to be sent once more (🔁, `!resend`)."""
    split: int = 0
    """How often mails were to be split off: each time they are shown once more, in another thread."""
    removed: set[str] = field(default_factory=set)
    """Ids of mails that a restored mailbox lost."""
    gone: list[Posted] = field(default_factory=list)
    """What a homeserver that was put back lost."""
    kept: tuple[int, int, dict[tuple[RoomId, str, str], str]] | None = None
    """Its backup: how many events of ours and of members, and the rooms' state."""
    lost_memory: bool = False
    """Whether the database was put back."""
    numbers: int = 0
    pause: float = 0.0
    """Seconds from the next death to the next start."""
    restores: bool = False
    """The database is put back before the next start."""
    is_told_to_stop: bool = False
    unmet: list[str] = field(default_factory=list)
    """What the epilogue expected of a conversation and did not find."""

    def __post_init__(self) -> None:
        self.homeserver = Homeserver(self.world.boundaries, now=self.world.at, world=self.world)
        people = (
            Member(UserId("@alice:localhost"), "Alice"),
            Member(UserId("@bob:localhost"), "Bob"),
            Member(BOT, "Postroom"),
        )
        self.homeserver.members[ROOM] = people
        self.homeserver.members[CONFIG] = people
        if self.is_encrypted:
            self.homeserver.encrypted.add(ROOM)
        self.provider = Provider(self.world.boundaries, world=self.world)

    # --- what is there to point at

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def cards(self) -> list[Posted]:
        return [p for p in self.homeserver.of_kind("conversation") if p.room == ROOM]

    def mails_shown(self) -> list[Posted]:
        """Each mail as it was first shown, also where a homeserver that was put back lost that."""
        posted = self.homeserver.posted
        before = self.kept[0] if self.kept is not None and self.gone else len(posted)
        first: dict[object, Posted] = {}
        for p in (*posted[:before], *self.gone, *posted[before:]):
            if p.ours.get("kind") == "mail" and not p.is_edit:
                first.setdefault((p.ours.get("conversation"), p.ours.get("message_id")), p)
        return list(first.values())

    def conversation_of(self, event: EventId | None) -> object:
        """The number of the conversation in whose thread a message stands."""
        for said in self.said:
            if said.input.event == event:
                return self.conversation_of(said.input.thread)
        return next((p.ours.get("conversation") for p in self.homeserver.posted if p.event == event), None)

    def _target(self, step: told.Reacts) -> EventId | None:
        room = self.homeserver
        match step.on:
            case "card":
                return _pick([p.event for p in self.cards()], step.which)
            case "question":
                return _newest([p.event for p in room.of_kind("receipt")], step.which)
            case "mail":
                there = [p.event for p in room.of_kind("mail") if p.ours.get("direction") == "in"]
                return _pick(there, step.which)
            case "out":
                there = [p.event for p in room.of_kind("mail") if p.ours.get("direction") == "out"]
                return _newest(there, step.which)
            case _:
                return _newest([s.input.event for s in self.said if s.input.sender == user(step.who)], step.which)

    # --- steps

    def do(self, action: told.Action) -> None:
        """Raises: Killed."""
        match action:
            case told.NewMail():
                self.arrives(action.who, action.cc, action.reply_to, topic=len({one.topic for one in self.letters}))
            case told.AnswerMail():
                self._answers(action)
            case told.MailAgain():
                self._mail_again(action)
            case told.Bounce(sent):
                self._returns(sent, is_bounce=True)
            case told.Away(sent):
                self._returns(sent, is_bounce=False)
            case told.Says():
                self._says(action)
            case told.SaysApart(who, command, in_config):
                self._message(who, f"!{command}", None, [], room=CONFIG if in_config else ROOM)
            case told.Begins(who, to):
                token = f"R{self.number():04d}x"
                self._message(who, f'!new {to} "About this"\nWords of {token}.', None, [token])
            case told.SaysAgain(number):
                self.says_again(number)
            case told.Talks(card, who):
                self._talks(card, who)
            case told.Posts(card, who):
                self._posts(card, who)
            case told.Edits():
                self._edits(action)
            case told.Reacts():
                self._reacts(action)
            case told.Deletes(number):
                self._deletes(number)
            case told.TakesBack(number):
                self._takes_back(number)
            case told.EventAgain(number):
                old = _newest(self.homeserver.happened, number)
                if old is not None:
                    self.homeserver.happens(old)
            case told.Reads(who, number):
                event = _newest([p.event for p in self.homeserver.posted if p.room == ROOM], number)
                if event is not None:
                    self.happens(ReadUpTo(ROOM, user(who), event, self.world.at()))
            case _:
                self._befalls(action)

    def _befalls(self, action: told.Action) -> None:
        world = self.world
        match action:
            case told.Kill(after, pause):
                world.kill_in, self.pause = after, pause
            case told.Stop(pause):
                self.pause, self.is_told_to_stop = pause, True
            case told.ServerAway(server, seconds):
                world.down[server] = world.elapsed() + seconds
                world.ring(server)
            case told.Mishap(server, what):
                world.mishaps.setdefault(server, []).append(what)
            case told.LostCommit(skip, is_done):
                world.lost_commits += ["", *[""] * skip, "done" if is_done else "undone"][1:]
            case told.DiskFull(seconds):
                world.full_until = world.elapsed() + seconds
            case told.ClockJump(seconds):
                world.jump(seconds)
            case told.MailboxBackup():
                self.provider.back_up()
            case told.MailboxRestored():
                before = {id_of(s.raw) for s in self.provider.folders["INBOX"]}
                if self.provider.restore():
                    self.removed |= before - {id_of(s.raw) for s in self.provider.folders["INBOX"]}
            case told.MailboxNumbered():
                self.provider.reset("INBOX")
                self.provider.changed()
            case told.HomeserverBackup():
                if world.elapsed() >= FIRST:
                    room = self.homeserver
                    self.kept = len(room.posted), len(room.happened), dict(room.state)
            case told.HomeserverRestored(seconds):
                if self.kept is not None:
                    self.gone += self.homeserver.posted[self.kept[0] :]
                    self.homeserver.put_back(*self.kept)
                    world.down["matrix"] = world.elapsed() + seconds
                    world.ring("matrix")
            case told.DatabaseBackup():
                self._back_up()
            case told.DatabaseRestored(pause):
                if (self.folder / "backup.db").exists():
                    self.pause, self.lost_memory, world.life.is_over = pause, True, True
                    self.restores = True
                    raise Killed
            case _:
                raise AssertionError(action)

    # --- the database

    @property
    def database(self) -> Path:
        return self.folder / "postroom.db"

    def _back_up(self) -> None:
        if self.world.elapsed() < FIRST:
            return
        (self.folder / "backup.db").unlink(missing_ok=True)
        source, target = connect(self.database), connect(self.folder / "backup.db")
        source.backup(target)
        source.close()
        target.close()

    def put_back(self) -> None:
        """While nobody uses it."""
        self.restores = False
        for end in ("", "-wal", "-shm"):
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        copyfile(self.folder / "backup.db", self.database)

    # --- mails

    def arrives(self, who: str, cc: tuple[str, ...], reply_to: str, *, topic: int, parent: str = "") -> str:
        """A mail comes; its Message-ID."""
        number = self.number()
        token = f"M{number:04d}x"
        message = EmailMessage()
        message["From"], message["To"] = who, ADDRESS
        if cc:
            message["Cc"] = ", ".join(cc)
        if reply_to:
            message["Reply-To"] = reply_to
        message["Subject"] = f"{'Re: ' if parent else ''}Topic {topic}"
        message["Message-ID"] = f"<{token}@{who.partition('@')[2]}>"
        if parent:
            message["In-Reply-To"] = message["References"] = f"<{parent}>"
        message["Date"] = format_datetime(self.world.at())
        message.set_content(f"Words of {token}.\n")
        raw = message.as_bytes()
        self.provider.deliver(raw)
        at = self.world.at()
        self.letters.append(Letter(id_of(raw), token, topic, raw, who, cc, reply_to, at))
        return id_of(raw)

    def _answers(self, action: told.AnswerMail) -> None:
        topics = sorted({one.topic for one in self.letters})
        topic = _pick(topics, action.topic)
        if topic is None:
            return
        ids = [one.id for one in self.letters if one.topic == topic]
        # They answer what we sent them, where we did.
        ours = [id_of(sent.raw) for sent in self.provider.sent if action.who in sent.recipients]
        parent = ours[-1] if ours and action.topic % 2 else ids[-1]
        self.arrives(action.who, action.cc, action.reply_to, topic=topic, parent=parent)

    def _mail_again(self, action: told.MailAgain) -> None:
        letter = _pick(self.letters, action.letter)
        if letter is None:
            return
        raw = letter.raw
        if action.by_list:
            raw = b"List-Id: <all.asso.example>\n" + raw + b"_" * 47 + b"\nall mailing list\n"
        self.provider.deliver(raw)

    def _returns(self, number: int, *, is_bounce: bool) -> None:
        sent = _newest(self.provider.sent, number)
        if sent is None:
            return
        token = f"M{self.number():04d}x"
        to = sent.recipients[0]
        head = f"Message-ID: <{token}@mx.example>\nTo: {ADDRESS}\nDate: {format_datetime(self.world.at())}\n"
        if is_bounce:
            raw = (
                (
                    f"From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n{head}"
                    "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
                    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                    f"--b\nContent-Type: text/plain\n\n{token} <{to}>: 550 5.1.1 no such user\n"
                    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
                    f"Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n"
                    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
                    "--b\nContent-Type: message/rfc822\n\n"
                ).encode()
                + sent.raw
                + b"\n--b--\n"
            )
        else:
            raw = (
                f"From: {to}\nSubject: Automatic reply\n{head}Auto-Submitted: auto-replied\n"
                f"In-Reply-To: <{id_of(sent.raw)}>\nReferences: <{id_of(sent.raw)}>\n"
                f"Content-Type: text/plain\n\n{token} is away.\n"
            ).encode()
        self.provider.deliver(raw)
        self.letters.append(Letter(id_of(raw), token, -1, raw, to, (), "", self.world.at()))

    # --- members

    def happens(self, input: ChatInput) -> None:
        if self.is_encrypted:
            match input:
                case TeamMessage() | MessageEdited():
                    ratchet = f"{input.sender}:{self.number()}"
                    input = replace(input, room_encrypted=True, was_encrypted=True, ratchet=ratchet)
                case Reaction():
                    input = replace(input, room_encrypted=True)
                case _:
                    pass
        self.homeserver.happens(input)

    def new_event(self) -> EventId:
        return EventId(f"$said{self.number()}")

    def _message(self, who: str, body: str, thread: EventId | None, tokens: list[str], *, room: RoomId = ROOM) -> None:
        input = TeamMessage(room, self.new_event(), user(who), "m.text", body, "", (), thread, None, self.world.at())
        if "@bob" in body:
            input = replace(input, mentions=(user("bob"),))
        self.said.append(Said(input, tokens))
        self.happens(input)

    def _says(self, step: told.Says) -> None:
        card = _pick(self.cards(), step.card)
        if card is None:
            return
        body, tokens = f"!{step.command}", []
        if step.command.partition(" ")[0] in _SENDS:
            tokens = [f"R{self.number():04d}x"]
            body += f" Words of {tokens[0]}."
        self.asked_again[self.conversation_of(card.event)] += step.command == "resend"
        self._message(step.who, body, card.event, tokens)

    def replies(self, who: str, card: Posted) -> str:
        """Somebody answers in the thread of a card; with these words."""
        token = f"R{self.number():04d}x"
        self._message(who, f"!reply Words of {token}.", card.event, [token])
        return token

    def says_again(self, number: int) -> None:
        old = _newest(self.said, number)
        if old is not None:
            self.asked_again[self.conversation_of(old.input.thread)] += old.input.body == "!resend"
            input = replace(old.input, event=self.new_event(), at=self.world.at())
            self.said.append(Said(input, list(old.tokens[-1:])))
            self.happens(input)

    def _talks(self, number: int, who: str) -> None:
        card = _pick(self.cards(), number)
        if card is not None:
            token = f"R{self.number():04d}x"
            self._message(who, f"Words of {token}.", card.event, [token])

    def _posts(self, number: int, who: str) -> None:
        card = _pick(self.cards(), number)
        if card is None:
            return
        name = f"paper{self.number()}.pdf"
        raw = b"%PDF-1.4 " + name.encode()
        self.homeserver.files[f"mxc://localhost/{name}"] = raw
        file = SharedFile(f"mxc://localhost/{name}", name, "application/pdf", len(raw))
        input = TeamMessage(
            ROOM, self.new_event(), user(who), "m.file", "", "", (), card.event, None, self.world.at(), file=file
        )
        self.said.append(Said(input, []))
        self.happens(input)

    def _edits(self, step: told.Edits) -> None:
        old = _newest(self.said, step.said)
        if old is None or old.is_gone:
            return
        token = f"R{self.number():04d}x"
        body = f"!reply Words of {token}." if step.is_reply else f"Only talk {token}."
        old.tokens.append(token)
        self.happens(MessageEdited(ROOM, self.new_event(), old.input.event, old.input.sender, body, self.world.at()))

    def _reacts(self, step: told.Reacts) -> None:
        target = self._target(step)
        if target is not None:
            self.asked_again[self.conversation_of(target)] += step.emoji == "🔁"
            self.split += step.emoji == "✂️"
            given = Reaction(ROOM, self.new_event(), user(step.who), target, step.emoji, self.world.at())
            self.reactions.append(given)
            self.happens(given)

    def _deletes(self, number: int) -> None:
        old = _newest(self.said, number)
        if old is not None and not old.is_gone:
            old.is_gone = True
            self.happens(Redacted(ROOM, self.new_event(), old.input.event, old.input.sender, self.world.at()))

    def _takes_back(self, number: int) -> None:
        given = _newest(self.reactions, number)
        if given is not None:
            self.reactions.remove(given)
            self.happens(Redacted(ROOM, self.new_event(), given.event, given.sender, self.world.at()))


def user(name: str) -> UserId:
    return UserId(f"@{name}:localhost")


def _pick(some: Sequence[_T], number: int) -> _T | None:
    """In the order in which they came; past the last it begins again."""
    return some[number % len(some)] if some else None


def _newest(some: Sequence[_T], number: int) -> _T | None:
    """0 is the last that came."""
    return some[-1 - number % len(some)] if some else None
