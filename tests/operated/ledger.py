"""Every mail of a house by its id, and what became of it: lost, doubled, sent again, shown to somebody else."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.demo.matrix_user import NotSeen
from tests.e2e.house import Case, Desk, House, replies_to
from tests.e2e.letters import id_of, letter, new_id

WAIT = 180.0
"""Seconds: far more than anything here takes on a busy machine."""
_numbers = itertools.count(1)


def secret() -> str:
    """A word that stands in one mail and nowhere else."""
    return f"kw{next(_numbers):04d}q"


@dataclass(slots=True)
class Ledger:
    """What came in and what was asked to leave, of each desk."""

    house: House
    arrived: dict[str, tuple[Desk, str]] = field(default_factory=dict)
    """By Message-ID: whose it is, and the word that stands in it alone."""
    written: dict[str, tuple[Desk, str]] = field(default_factory=dict)
    """By the word that stands in it alone: whose it is, and to whom it goes."""
    elsewhere: set[str] = field(default_factory=set)
    """What was shown in a room that nobody looks at any more, or in none."""
    today: dict[str, str] = field(default_factory=dict)
    """The address that a mailbox has now, by each one that it had."""

    def mail(self, desk: Desk, *, answers: str = "", sender: str = "", at: str = "") -> bytes:
        """A mail that is about to come."""
        word = secret()
        who = sender or f"{word}@correspondents.example"
        raw = letter(
            to=at or desk.address, id=new_id("year"), sender=f"Correspondent <{who}>", subject=f"About {word}",
            text=f"Hello, this is {word}.\n", answers=answers,
        )  # fmt: skip
        self.arrived[id_of(raw)] = (desk, word)
        return raw

    def older(self, desk: Desk) -> bytes:
        """A mail of years ago, from elsewhere, which is shown in no room by itself."""
        raw = self.mail(desk)
        self.elsewhere.add(id_of(raw))
        return raw

    async def comes(self, desk: Desk, *, answers: str = "", sender: str = "", at: str = "") -> str:
        """A mail comes; its Message-ID."""
        raw = self.mail(desk, answers=answers, sender=sender, at=at)
        await self.house.imap.deliver(desk.address, raw)
        return id_of(raw)

    async def case(self, desk: Desk, *, sender: str = "") -> Case:
        """A mail comes, and its thread is there."""
        id = await self.comes(desk, sender=sender)
        event = await self.house.mail_event(desk, id, timeout=WAIT)
        assert event.thread is not None
        return Case(self.house, desk, event.thread, event, id)

    async def asked(self, case: Case, *, sender: str = "") -> str:
        """An answer is written in the thread; the event of the command."""
        word = secret()
        self.written[word] = (case.desk, sender or f"{self.arrived[case.message_id][1]}@correspondents.example")
        # Who answers has read what came; else they are asked whether they have.
        if any(event.thread == case.thread for event in self.house.seen(case.room)):
            await case.read(self.house.alice)
        return await case.reply(f"Our answer is {word}.")

    async def answered(self, case: Case, *, sender: str = "") -> None:
        """An answer is written, and it has left."""
        asked = await self.asked(case, sender=sender)
        await self.leaves(case, asked)

    async def leaves(self, case: Case, asked: str) -> None:
        """It has left; where the bot asks back, its writer says yes."""

        def questions() -> list[str]:
            return [e.event_id for e in self.house.seen(case.room) if replies_to(e) == asked]

        try:
            await self.house.alice.wait_until(
                lambda: case.state_now(asked) == "sent" or bool(questions()),
                what="an answer or a question",
                timeout=WAIT,
            )
            if case.state_now(asked) != "sent" and questions():
                await case.react("✅", to=questions()[-1])
            await case.state(asked, "sent", timeout=WAIT)
        except NotSeen as late:
            said = "; ".join(e.body for e in self.house.seen(case.room) if replies_to(e) == asked)
            raise NotSeen(f"{late}; the bot says: {said}") from None

    async def all_shown(self) -> None:
        """Wait until each mail that came is in its room."""
        for id, (desk, _) in self.arrived.items():
            if id not in self.elsewhere:
                await self.house.mail_event(desk, id, timeout=WAIT)

    def moves(self, desk: Desk, room: str) -> Desk:
        """From now on this mailbox has another room; what came until now stands in the one of before."""
        assert not list(self.faults())
        moved = Desk(desk.address, desk.alias, room)
        self.elsewhere |= set(self.arrived)
        self.house.desks = tuple(moved if one.address == desk.address else one for one in self.house.desks)
        return moved

    def readdresses(self, desk: Desk, address: str) -> Desk:
        """From now on this mailbox has another address, and the same room."""
        assert not list(self.faults())
        new = Desk(address, desk.alias, desk.room)
        self.today |= {
            desk.address: address,
            **{was: address for was, now in self.today.items() if now == desk.address},
        }
        self.house.desks = tuple(new if one.address == desk.address else one for one in self.house.desks)
        return new

    def faults(self) -> Iterator[str]:
        """What must never be, by the rooms as alice saw them and by what the SMTP server took."""
        house = self.house
        owners = {desk.room: desk.address for desk in house.desks} | {house.config_room: "the config room"}
        for desk in house.desks:
            shown = Counter(str(e.postroom.get("message_id")) for e in house.posted(desk.room, "mail"))
            for id in self.arrived.keys() - self.elsewhere:
                wanted = 1 if self.address_of(self.arrived[id][0]) == desk.address else 0
                if shown[id] != wanted:
                    yield f"{'lost' if not shown[id] else 'doubled or leaked'}: {id} {shown[id]} times in {desk.address}"
        for word, (desk, to) in self.written.items():
            left = [mail for mail in house.sink.received if word.encode() in mail.raw]
            if len(left) != 1:
                yield f"{'not sent' if not left else 'sent again'}: {word} of {desk.address}, {len(left)} times"
            for mail in left:
                if mail.recipients != (to,) or mail.sender != desk.address:
                    yield f"to somebody else: {word} from {mail.sender} to {mail.recipients}"
        known = {word.encode() for word in self.written}
        for mail in house.sink.received:
            if not any(word in mail.raw for word in known):
                yield f"nobody wrote it: a mail to {mail.recipients}"
        words = {w: self.address_of(desk) for desk, w in self.arrived.values()} | {
            w: self.address_of(desk) for w, (desk, _) in self.written.items()
        }
        for room, owner in owners.items():
            said = "\n".join(str(event.content) for event in house.seen(room))
            yield from (f"leaked: {w} of {of} to {owner}" for w, of in words.items() if of != owner and w in said)
        log = house.bot.log.read_text(errors="replace")
        yield from (f"in the log: {word}" for word in words if word in log)

    def address_of(self, desk: Desk) -> str:
        """The address that the mailbox has today."""
        return self.today.get(desk.address, desk.address)
