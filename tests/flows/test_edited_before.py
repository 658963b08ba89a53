"""A mail that waits from before it was kept what its message was: what an edit of that message says is done all the same."""

import json

import pytest
from sqlalchemy import select, update

from bot.domain.ids import EventId
from storage.schema.threads import mails
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, mails_in, reply_state
from tests.fakes.writing import edits, mail, reads, says
from tests.flows.test_database_put_back import now

AT = '--at "tomorrow 9:00" '


async def given_before(house: House, words: str) -> EventId:
    """The message, whose mail is in the database as a bot of before left it."""
    written = says(words, thread=None if words.startswith("!new") else card_of(house))
    await now(house, written, seconds=(0.0,))
    assert house.database is not None
    async with house.database.write() as tx:
        for row in await tx.all(select(mails.c.row, mails.c.head).where(mails.c.state.is_not(None))):
            head = json.loads(row.head)
            assert head.pop("given") is not None
            await tx.run(update(mails).where(mails.c.row == row.row).values(head=json.dumps(head)))
    return written.event


async def edited(house: House, message: EventId, words: str) -> list[tuple[tuple[str, ...], bytes]]:
    """What has left, and to whom, once the time of it all is over."""
    await now(house, edits(message, words), seconds=SENT)
    house.clock.forward(2 * 86_400.0)
    await house.settle(SENT)
    return [(to, raw) for _, to, raw in house.provider.delivered]


@pytest.mark.parametrize("before", ["!reply Voici", f"!reply {AT}Voici", "!forward paul@example.org Voici"])
async def test_other_words_of_the_same_letter_leave(house: House, before: str) -> None:
    message = await given_before(house, before)
    ((_, raw),) = await edited(house, message, before.replace("Voici", "Bonjour"))
    assert b"Bonjour" in raw and b"Voici" not in raw


@pytest.mark.parametrize("at", ["", AT])
@pytest.mark.parametrize(
    "after", ["!draft Voici", "!note Voici", "Voici", "!reply #2 Voici", "!forward zoe@example.org Voici"]
)
async def test_another_letter_or_none_leaves_for_nobody(house: House, at: str, after: str) -> None:
    message = await given_before(house, f"!reply {at}Voici")
    assert await edited(house, message, after) == [] and reply_state(house) == "cancelled"


@pytest.mark.parametrize("at", ["", AT])
async def test_what_was_to_be_passed_on_does_not_leave_as_an_answer(house: House, at: str) -> None:
    message = await given_before(house, f"!forward {at}paul@example.org Voici")
    assert await edited(house, message, "!reply Voici") == [] and reply_state(house) == "cancelled"


async def test_a_first_mail_does_not_leave_as_an_answer(house: House) -> None:
    message = await given_before(house, '!new paul@example.org "Devis"\nVoici')
    assert await edited(house, message, "!reply Voici") == [] and reply_state(house) == "cancelled"


@pytest.mark.parametrize(("before", "to"), [(AT, 2), ("--only ", 1)])
async def test_an_option_taken_out_is_not_missed_because_nobody_knows_of_it(house: House, before: str, to: int) -> None:
    """The price (decision 140): the mail's line says at what time, and to whom."""
    await copied(house)
    message = await given_before(house, f"!reply {before}Voici")
    ((people, raw),) = await edited(house, message, "!reply Bonjour")
    assert len(people) == to and b"Bonjour" in raw


@pytest.mark.parametrize(("after", "left"), [("--only ", 0), ("--all ", 1)])
async def test_an_option_put_in_is_compared(house: House, after: str, left: int) -> None:
    await copied(house)
    message = await given_before(house, "!reply Voici")
    assert len(await edited(house, message, f"!reply {after}Bonjour")) == left


async def copied(house: House) -> None:
    """Whoever answers now answers two people."""
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", cc="Lea <lea@example.org>"))
    await house.settle(NOW)
    await now(house, reads(mails_in(house)[-1].event))
