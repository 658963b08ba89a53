"""An answer that waits in a conversation which goes on as another one leaves by the words that its line names."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Status
from bot.domain.ids import EventId, UserId
from bot.ports import Member
from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, outgoing
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says
from tests.flows.test_database_put_back import now

DAY = 86_400.0
CAROL = UserId("@carol:localhost")


async def two(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)


async def held(house: House) -> EventId:
    """A scheduled answer of #1, held because mail came to #2, as which it goes on; its message."""
    await two(house)
    written = says('!reply --at "tomorrow 9:00" Plus tard', thread=card_of(house))
    await happens(house, written, says("!merge #1 #2"))
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    await house.settle(NOW)
    await house.settle((DAY, 16.0))
    assert house.provider.delivered == []
    return written.event


async def test_send_lets_a_held_answer_go(house: House) -> None:
    await held(house)
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    ((_, to, _),) = house.provider.delivered
    assert to == ("marie@example.org",)
    assert card_says(house, 1)["goes_on_as"] == 2


async def test_at_the_new_time_of_an_edit_it_leaves(house: House) -> None:
    written = await held(house)
    house.homeserver.happens(edits(written, '!reply --at "in 3 days" Autres mots'))
    await house.settle((1.0,))
    await house.settle((4 * DAY, 16.0))
    assert len(house.provider.delivered) == 1


async def test_what_waits_for_approval_is_approved_there(house: House) -> None:
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),))
    await house.open()
    await two(house)
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), says("!merge #1 #2"))
    await now(house, reacts("👍", outgoing(house)[0].event), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("by_hand", [False, True])
async def test_nothing_new_is_sent_there(house: House, by_hand: bool) -> None:
    await two(house)
    words = says("Bonjour Marie", thread=card_of(house))
    await happens(house, says("!merge #1 #2"), words)
    given = reacts("📤", words.event) if by_hand else says("!send", thread=card_of(house), reply_to=words.event)
    await happens(house, given, seconds=SENT)
    assert house.provider.delivered == []
    assert "goes on as #2" in answers_in(house)[-1]
    assert card_says(house, 1)["status"] == Status.CLOSED.value


@pytest.mark.parametrize("what", ["mail", "answer"])
async def test_what_came_or_was_answered_where_it_goes_on_is_to_be_read_before_it_is_approved(
    house: House, what: str
) -> None:
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),))
    house.homeserver.members[ROOM] = (*house.homeserver.members[ROOM], Member(CAROL, "Carol"))
    await house.open()
    await two(house)
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), says("!merge #1 #2"))
    line = outgoing(house)[0].event
    if what == "mail":
        house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
        await house.settle(NOW)
        seen = mails_in(house)[-1].event
    else:
        house.clock.forward(900.0)
        await now(house, says("!reply Voici", thread=card_of(house, 2), sender=CAROL))
        await now(house, says("!approve #2", sender=BOB), seconds=SENT)
        seen = outgoing(house)[-1].event
    before = len(house.provider.delivered)
    assert before == (what == "answer"), answers_in(house)
    await now(house, reacts("👍", line), seconds=SENT)
    assert len(house.provider.delivered) == before
    assert "#1 goes on as #2" in answers_in(house)[-1]
    await now(house, reads(seen), says("!approve", thread=card_of(house)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered[before:]] == [("marie@example.org",)]


@pytest.mark.parametrize("how", ["split", "deleted"])
@pytest.mark.parametrize("four_eyes", [False, True])
async def test_what_waits_stays_once_the_merge_is_ended_after_a_mail_came_to_the_other(
    house: House, how: str, four_eyes: bool
) -> None:
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=four_eyes),))
    await house.open()
    await two(house)
    written = says("!reply Voici" if four_eyes else '!reply --at "tomorrow 9:00" Voici', thread=card_of(house))
    merged = says("!merge #1 #2")
    await now(house, written)
    # A deletion takes back what was done a moment ago.
    await now(house, merged, seconds=(0.0, 1.0))
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    await house.settle((1.0,))
    await now(house, says("!split #1") if how == "split" else redacts(merged.event))
    assert any("a mail came to #2" in words for words in answers_in(house)[-2:]), answers_in(house)
    await now(house, says("!approve #1", sender=BOB), seconds=SENT)
    await house.settle((2 * DAY, 16.0))
    assert house.provider.delivered == []
    await now(house, says("!send", thread=card_of(house)), seconds=SENT)
    await now(house, says("!approve #1", sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 1, answers_in(house)


async def test_what_waits_leaves_at_its_time_where_nothing_came_before_the_merge_was_ended(house: House) -> None:
    await two(house)
    await now(house, says('!reply --at "tomorrow 9:00" Voici', thread=card_of(house)), says("!merge #1 #2"))
    await now(house, says("!split #1"))
    await house.settle((2 * DAY, 16.0))
    assert len(house.provider.delivered) == 1
