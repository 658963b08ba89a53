"""The main job played once on real servers: each step acts as a person would, and looks whether it came out right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from bot.demo import mails
from bot.demo.bot_process import BotProcess
from bot.demo.matrix_user import MatrixRefused, MatrixUser, NotSeen, RoomEvent
from bot.demo.second_mailbox import add_second
from bot.demo.servers.imap_server import StoredMail
from bot.demo.servers.process import ServerFailed
from bot.demo.servers.smtp_sink import Received
from bot.demo.stage import Stage
from bot.domain.addresses import is_one_of
from bot.domain.sentences import Sentence, sentence

STEP_SECONDS = 90.0
"""Far more than a step takes on a busy machine."""
_LOOK_AGAIN_SECONDS = 0.1
FORM_NAME = "adhesion-2027.csv"
FORM = "nom;prénom;formule\n".encode()


class Wrong(Exception):
    """Something came out otherwise than it should; the text is what was found."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one step ended."""

    name: Sentence
    seconds: float
    wrong: str | None
    """The wrong finding; None if all was right."""


@dataclass(slots=True)
class Scenario:
    """The steps in order. A step that fails does not keep the next ones from being tried."""

    stage: Stage
    bot: BotProcess
    _delivered: list[mails.DemoMail] = field(default_factory=list)
    _reply: Received | None = None
    _second_room: str = ""

    async def play(self, told: Callable[[Step], None]) -> bool:
        """Play all steps; whether all went right."""
        steps: tuple[tuple[Sentence, Callable[[], Awaitable[None]]], ...] = (
            (sentence("demo.step.mails_in"), self._mails_come_in),
            (sentence("demo.step.one_thread"), self._a_conversation_is_one_thread),
            (sentence("demo.step.files"), self._files_are_there),
            (sentence("demo.step.board"), self._the_board_is_pinned),
            (sentence("demo.step.assign"), self._a_reaction_assigns),
            (sentence("demo.step.note"), self._a_note_stays_inside),
            (sentence("demo.step.undo"), self._a_reply_is_taken_back),
            (sentence("demo.step.reply"), self._a_reply_leaves),
            (sentence("demo.step.headers"), self._its_headers_are_right),
            (sentence("demo.step.file_out"), self._the_file_went_along),
            (sentence("demo.step.sent"), self._one_copy_is_in_sent),
            (sentence("demo.step.pending"), self._the_conversation_waits),
            (sentence("demo.step.answer"), self._the_answer_comes_back),
            (sentence("demo.step.bounce"), self._a_bounce_joins),
            (sentence("demo.step.spam"), self._spam_goes_to_junk),
            (sentence("demo.step.second"), self._a_second_mailbox_is_added),
            (sentence("demo.step.second_in"), self._its_mail_comes_to_its_room),
            (sentence("demo.step.inside"), self._nothing_else_left),
            (sentence("demo.step.end"), self._the_bot_ends_in_order),
        )
        all_right = True
        for name, step in steps:
            start = time.monotonic()
            wrong: str | None = None
            try:
                async with asyncio.timeout(STEP_SECONDS):
                    await step()
            except (Wrong, NotSeen, ServerFailed) as found:
                wrong = str(found)
            except TimeoutError as late:
                wrong = str(late) or f"not done within {STEP_SECONDS:g} s"
            all_right = all_right and wrong is None
            told(Step(name=name, seconds=time.monotonic() - start, wrong=wrong))
        return all_right

    # --- the steps

    async def _mails_come_in(self) -> None:
        self._delivered = mails.first_mails()
        for mail in self._delivered:
            await self.stage.imap.deliver(mails.MAILBOX, mail.raw)
        for mail in self._delivered:
            event = await self._mail_event(mail.message_id)
            root = await self._root_of(event)
            _expect(root.kind == "conversation", f"the thread of {mail.message_id} starts with {root}")
            _expect(root.conversation == event.conversation, f"{event} is in the thread of {root}")
            _expect(event.postroom.get("direction") == "in", f"{mail.message_id}: {dict(event.postroom)}")
        roots = {event.event_id for event in self._seen() if event.kind == "conversation" and event.replaces is None}
        expected = len(self._delivered) - 2
        _expect(len(roots) == expected, f"{len(self._delivered)} mails made {len(roots)} threads, not {expected}")

    async def _a_conversation_is_one_thread(self) -> None:
        threads = [(await self._mail_event(f"salle-{number}@example.com")).thread for number in (1, 2, 3)]
        _expect(len(set(threads)) == 1, f"three mails of one conversation are in {len(set(threads))} threads")

    async def _files_are_there(self) -> None:
        mail = await self._mail_event("f118@lumiere.example")
        file = await self._wait(
            lambda event: event.kind == "attachment" and event.thread == mail.thread, "the invoice's PDF"
        )
        data = await self._alice.download(str(file.content.get("url")))
        _expect(data.startswith(b"%PDF-1.4"), f"the PDF starts with {data[:20]!r}")

    async def _the_board_is_pinned(self) -> None:
        board = await self._wait(lambda event: event.kind == "board", "the board")

        async def pinned() -> bool:
            try:
                state = await self._alice.state(self.stage.room, "m.room.pinned_events")
            except MatrixRefused:
                # Nothing has ever been pinned in this room yet.
                return False
            return board.event_id in state["pinned"]

        await self._until(pinned, "the board pinned")

    async def _a_reaction_assigns(self) -> None:
        root = await self._root_of(await self._mail_event("adhesion-2027@example.org"))
        await self._alice.react(self.stage.room, root.event_id, "✋")
        await self._card(root, "assignee", self._alice.user_id)

    async def _a_note_stays_inside(self) -> None:
        thread = await self._question_thread()
        note = await self._alice.say(self.stage.room, "!note Famille Fournier : tarif B.", thread=thread)
        await self._wait(
            lambda event: event.sender == self.stage.bot_id and note in (event.reacts_to, _replies_to(event)),
            "the note confirmed",
        )
        await self._alice.say(self.stage.room, "Je m'en occupe ce soir.", thread=thread)

    async def _a_reply_is_taken_back(self) -> None:
        thread = await self._question_thread()
        reply = await self._bob.say(self.stage.room, "!reply This was too early.", thread=thread)
        await self._wait(
            lambda event: event.sender == self.stage.bot_id and reply in (event.reacts_to, _replies_to(event)),
            "the reply noted",
        )
        await self._bob.redact(self.stage.room, reply)
        await self._wait(
            lambda event: event.sender == self.stage.bot_id and event.postroom.get("state") == "cancelled",
            "the reply taken back",
        )

    async def _a_reply_leaves(self) -> None:
        thread = await self._question_thread()
        await self._read_all(thread)
        await self._alice.send_file(self.stage.room, FORM, filename=FORM_NAME, content_type="text/csv", thread=thread)
        await self._alice.say(self.stage.room, "!attach", thread=thread)
        await self._wait(
            lambda event: event.sender == self.stage.bot_id and event.thread == thread and FORM_NAME in event.body,
            "the file attached",
        )
        text = "!reply Bonjour Camille,\n\noui, le **tarif famille** est de 45 €, payable en trois fois."
        await self._alice.say(self.stage.room, text, thread=thread)
        self._reply = await self.stage.sink.wait_for(
            lambda mail: mails.CAMILLE in mail.recipients, what="the reply at the SMTP server", timeout=STEP_SECONDS
        )
        message_id = _header(_read(self._reply.raw), "Message-ID")
        event = await self._mail_event(message_id)
        _expect(event.thread == thread, f"the reply is shown in {event.thread}")
        _expect(event.postroom.get("direction") == "out", f"{dict(event.postroom)}")

    async def _its_headers_are_right(self) -> None:
        mail = _read(self._sent_reply().raw)
        ((name, address),) = getaddresses([str(mail["From"])])
        _expect((name, address) == (mails.MAILBOX_NAME, mails.MAILBOX), f"From: {mail['From']}")
        recipients = [found for _, found in getaddresses([str(mail["To"])])]
        _expect(recipients == [mails.CAMILLE] and mail["Cc"] is None, f"To: {mail['To']}, Cc: {mail['Cc']}")
        _expect(_header(mail, "In-Reply-To") == "adhesion-2027@example.org", f"In-Reply-To: {mail['In-Reply-To']}")
        _expect("<adhesion-2027@example.org>" in str(mail["References"]), f"References: {mail['References']}")
        _expect(str(mail["Subject"]) == "Re: Question sur l'adhésion 2027", f"Subject: {mail['Subject']}")
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        _expect(plain is not None and "tarif famille" in plain.get_content(), "no text part with the words")
        _expect(html is not None and "<strong>tarif famille</strong>" in html.get_content(), "no HTML part in bold")
        _expect(b"alice" not in self._sent_reply().raw.lower(), "the member's name is in the mail")

    async def _the_file_went_along(self) -> None:
        files = [
            (part.get_filename(), part.get_payload(decode=True))
            for part in _read(self._sent_reply().raw).iter_attachments()
        ]
        _expect(files == [(FORM_NAME, FORM)], f"the reply has the files {[name for name, _ in files]}")

    async def _one_copy_is_in_sent(self) -> None:
        message_id = _header(_read(self._sent_reply().raw), "Message-ID")

        async def copied() -> bool:
            return len(self._with_id(await self._folder("Sent"), message_id)) > 0

        async def answered() -> bool:
            found = self._with_id(await self._folder("INBOX"), "adhesion-2027@example.org")
            return any("\\Answered" in mail.flags for mail in found)

        await self._until(copied, "the copy in Sent")
        await self._until(answered, "\\Answered on the mail")
        copies = self._with_id(await self._folder("Sent"), message_id)
        _expect(len(copies) == 1, f"{len(copies)} copies in Sent")

    async def _the_conversation_waits(self) -> None:
        root = await self._root_of(await self._mail_event("adhesion-2027@example.org"))
        await self._card(root, "status", "pending")

    async def _the_answer_comes_back(self) -> None:
        answer = mails.answer(
            self._sent_reply().raw,
            sender=f"Camille Fournier <{mails.CAMILLE}>",
            text="Parfait, merci beaucoup !\n\nCamille",
        )
        await self.stage.imap.deliver(mails.MAILBOX, answer.raw)
        event = await self._mail_event(answer.message_id)
        thread = await self._question_thread()
        _expect(event.thread == thread, "the answer is in another thread")
        _expect("payable en trois fois" not in event.body, "the history is not folded")
        await self._card(await self._root_of(event), "status", "active")

    async def _a_bounce_joins(self) -> None:
        mail = await self._mail_event("adresse@example.net")
        assert mail.thread is not None
        await self._read_all(mail.thread)
        await self._bob.say(self.stage.room, "!reply Bonjour Karim, c'est noté.", thread=mail.thread)
        sent = await self.stage.sink.wait_for(
            lambda received: mails.MOVED in received.recipients, what="the reply to Karim", timeout=STEP_SECONDS
        )
        del sent
        before = {event.event_id for event in self._seen()}
        await self._wait(
            lambda event: (
                event.thread == mail.thread
                and event.sender == self.stage.bot_id
                and ("5.1.1" in event.body or "❌" in event.body or event.postroom.get("direction") == "in")
                and event.event_id != mail.event_id
            ),
            "the bounce in Karim's thread",
        )
        new = [event for event in self._seen() if event.kind == "conversation" and event.event_id not in before]
        _expect(not [event for event in new if event.replaces is None], "the bounce made a thread of its own")

    async def _spam_goes_to_junk(self) -> None:
        root = await self._root_of(await self._mail_event("win@lottery.example"))
        await self._bob.react(self.stage.room, root.event_id, "🚫")

        async def moved() -> bool:
            junk = self._with_id(await self._folder("Junk"), "win@lottery.example")
            return bool(junk) and not self._with_id(await self._folder("INBOX"), "win@lottery.example")

        await self._until(moved, "the mail in Junk")
        await self._card(root, "status", "spam")

    async def _a_second_mailbox_is_added(self) -> None:
        self._second_room, told = await add_second(self.stage, timeout=STEP_SECONDS)
        left = await self._alice.event(self.stage.config_room, told)
        _expect(not left.content, "the password still stands in the config room")

    async def _its_mail_comes_to_its_room(self) -> None:
        _expect(bool(self._second_room), "there is no room")
        await self.stage.imap.deliver(mails.SECOND, mails.for_second().raw)
        card = await self._alice.wait_for(
            self._second_room,
            lambda event: event.kind == "conversation",
            what="the first thread of the second mailbox",
            timeout=STEP_SECONDS,
            say=None,
        )
        first = [event for event in self._seen() if event.conversation == card.conversation]
        _expect(not first, "the second mailbox's mail is in the room of the first")

    async def _nothing_else_left(self) -> None:
        recipients = sorted(recipient for mail in self.stage.sink.received for recipient in mail.recipients)
        _expect(recipients == sorted([mails.CAMILLE, mails.MOVED]), f"mails went to {recipients}")
        words = b"\n".join(mail.raw for mail in self.stage.sink.received)
        _expect(b"tarif B" not in words and b"ce soir" not in words, "internal words left the house")
        _expect(b"too early" not in words, "the reply that was taken back left")
        # A mailbox that is new tries itself by mails to itself, one of them to a sub-address.
        sent = self.stage.second_sink.received if self.stage.second_sink is not None else ()
        written = {recipient for mail in sent for recipient in mail.recipients}
        strangers = {one for one in written if not is_one_of((mails.SECOND,), one)}
        _expect(not strangers, f"the second mailbox wrote to {sorted(strangers)}")

    async def _the_bot_ends_in_order(self) -> None:
        status = await self.bot.stop()
        _expect(status == 0, f"the bot ended with status {status}:\n{self.bot.log_tail()}")

    # --- how they look

    @property
    def _alice(self) -> MatrixUser:
        return self.stage.alice

    @property
    def _bob(self) -> MatrixUser:
        return self.stage.bob

    def _seen(self) -> list[RoomEvent]:
        return [event for event in self._alice.events(self.stage.room) if event.sender == self.stage.bot_id]

    async def _wait(self, predicate: Callable[[RoomEvent], bool], what: str) -> RoomEvent:
        return await self._alice.wait_for(self.stage.room, predicate, what=what, timeout=STEP_SECONDS, say=None)

    async def _mail_event(self, message_id: str) -> RoomEvent:
        return await self._wait(
            lambda event: (
                event.kind == "mail"
                and event.postroom.get("message_id") == message_id
                and event.sender == self.stage.bot_id
                and event.replaces is None
            ),
            f"the mail {message_id} in a thread",
        )

    async def _root_of(self, event: RoomEvent) -> RoomEvent:
        _expect(event.thread is not None, f"{event} is in no thread")
        return await self._wait(lambda other: other.event_id == event.thread, "the thread's root")

    async def _question_thread(self) -> str:
        thread = (await self._mail_event("adhesion-2027@example.org")).thread
        if thread is None:
            raise Wrong("the question is in no thread")
        return thread

    async def _read_all(self, thread: str) -> None:
        """Say, as a client does, that alice and bob have read the newest event of a thread."""
        await self._alice.sync()
        newest = [event for event in self._seen() if event.thread == thread][-1]
        for member in (self._alice, self._bob):
            await member.receipt(self.stage.room, newest.event_id, thread=thread)

    async def _card(self, root: RoomEvent, key: str, value: str) -> None:
        """Wait until the card says so."""

        def says() -> bool:
            current = self._alice.current(self.stage.room, root.event_id)
            return current is not None and current.postroom.get(key) == value

        await self._alice.wait_until(says, what=f"{key} {value} on the card", timeout=STEP_SECONDS)

    async def _folder(self, name: str) -> list[StoredMail]:
        return await self.stage.imap.folder_contents(mails.MAILBOX, name)

    def _with_id(self, found: list[StoredMail], message_id: str) -> list[StoredMail]:
        return [mail for mail in found if _header(_read(mail.raw), "Message-ID") == message_id]

    def _sent_reply(self) -> Received:
        if self._reply is None:
            raise Wrong("there is no reply to look at")
        return self._reply

    async def _until(self, ready: Callable[[], Awaitable[bool]], what: str) -> None:
        try:
            async with asyncio.timeout(STEP_SECONDS):
                while not await ready():
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        except TimeoutError:
            raise Wrong(f"{what}: not within {STEP_SECONDS:g} s") from None


def _expect(right: bool, otherwise: str) -> None:
    if not right:
        raise Wrong(otherwise)


def _read(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail[name] or "").strip().strip("<>")


def _replies_to(event: RoomEvent) -> str | None:
    """The event that a message quotes, also inside a thread."""
    quoted = event.relation.get("m.in_reply_to")
    return str(quoted["event_id"]) if isinstance(quoted, dict) and "event_id" in quoted else None
