"""What a command reads is what it asked for: counted as SQL statements inside its one transaction."""

from dataclasses import dataclass, field

import pytest

from bot.domain.inputs import Input
from storage import conversations
from storage.database import Tx
from tests.fakes.chat import ROOM
from tests.fakes.direct import asks, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of
from tests.fakes.writing import mail, reacts, redacts, says


@dataclass
class Counted:
    reads: list[str] = field(default_factory=list)

    def of(self, table: str) -> int:
        """Slots aside: whether a card is on its way already is asked when it is planned."""
        return sum(f"FROM {table}" in one and "slot" not in one for one in self.reads)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    count = Counted()
    plain = Tx.all

    async def counting(self: Tx, statement: object, values: object = None) -> object:
        words = " ".join(str(statement).split())
        # Which number the next call gets, and which version the settings have, is one look-up with others on PostgreSQL.
        if words.startswith("SELECT") and "sqlite_sequence" not in words and "FROM counters" not in words:
            count.reads.append(words)
        return await plain(self, statement, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Tx, "all", counting)
    return count


async def reads_of(house: House, counted: Counted, input: Input) -> int:
    counted.reads.clear()
    await house.step.take(input)
    return len(counted.reads)


async def test_help_in_a_thread_reads_its_place_and_nothing_else(house: House, counted: Counted) -> None:
    assert await reads_of(house, counted, says("!help", thread=card_of(house))) <= 3, "\n".join(counted.reads)


async def test_twenty_conversations_are_closed_with_thirty_reads(house: House, counted: Counted) -> None:
    for number in range(2, 21):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P <p{number}@example.org>"))
    await house.settle(NOW)
    numbers = " ".join(f"#{number}" for number in range(1, 21))
    assert await reads_of(house, counted, says(f"!close {numbers}")) <= 30, "\n".join(counted.reads)
    async with house.step.database.read() as tx:
        assert {one.status.value for one in await conversations.several(tx, range(1, 21))} == {"closed"}  # type: ignore[arg-type]


async def test_many_are_shown_with_the_reads_of_one(house: House, counted: Counted) -> None:
    for number in range(2, 11):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P <p{number}@example.org>"))
    await house.settle(NOW)
    one = await reads_of(house, counted, says("!show #1"))
    numbers = " ".join(f"#{number}" for number in range(1, 11))
    assert await reads_of(house, counted, says(f"!show {numbers}")) == one, "\n".join(counted.reads)
    assert counted.of("mails") == 1


@pytest.mark.parametrize("command", ["!follow", "!pending", "!assign me", "!note words", "!history", "!show"])
async def test_what_is_no_answer_looks_at_no_submission_and_no_question(
    house: House, counted: Counted, command: str
) -> None:
    await reads_of(house, counted, says(command, thread=card_of(house)))
    assert counted.of("dialogues") == 0 and counted.of("outbox") == 0, counted.reads


async def test_a_hand_on_a_card_reads_no_mails(house: House, counted: Counted) -> None:
    await reads_of(house, counted, reacts("✋", card_of(house)))
    assert counted.of("mails") == 0 and counted.of("members") <= 1, counted.reads


async def test_who_may_not_ask_makes_nobody_look(house: House, counted: Counted) -> None:
    stranger = says("!reply Bonjour", sender="@x:elsewhere.example", thread=card_of(house))  # type: ignore[arg-type]
    assert stranger.room == ROOM
    await reads_of(house, counted, stranger)
    assert counted.of("mails") == 0, counted.reads


async def test_what_is_taken_away_reads_what_giving_it_read(house: House, counted: Counted) -> None:
    given = reacts("✋", card_of(house))
    await reads_of(house, counted, given)
    await reads_of(house, counted, redacts(given.event))
    assert counted.of("mails") == 0 and counted.of("dialogues") == 0, counted.reads


async def test_talk_that_is_deleted_looks_at_nothing_that_was_sent(house: House, counted: Counted) -> None:
    talk = says("Bonjour", thread=card_of(house))
    await reads_of(house, counted, talk)
    assert await reads_of(house, counted, redacts(talk.event)) <= 7, counted.reads


@pytest.mark.parametrize(("conversations", "mails", "most"), [(10, 1, 80), (1, 12, 22)])
async def test_what_was_held_in_quiet_hours_costs_six_reads_a_conversation_however_many_mails_it_has(
    house: House, counted: Counted, conversations: int, mails: int, most: int
) -> None:
    await invites(house)
    for one in ("new on", "replied-unassigned on", "quiet 9:30-12:00"):
        await asks(house, f"!notify {one}")
    for number in range(conversations):
        for answer in range(mails):
            before = f"q{number}.{answer - 1}@example.org" if answer else ""
            id = f"q{number}.{answer}@example.org"
            raw = mail(id=id, sender=f"P <p{number}@example.org>", reply_to=before)
            house.provider.deliver(raw, at=house.clock.now())
    await house.settle(NOW)
    house.clock.forward(3 * 3600.0)
    counted.reads.clear()
    await house.timers.tick()
    assert counted.of("quiet_news") and len(counted.reads) <= most, "\n".join(counted.reads)
