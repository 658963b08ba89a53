"""Whose a conversation is after a member's answer: a setting of the mailbox."""

from dataclasses import replace

import pytest

from bot.domain.settings import ReplyAssignee
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, redacts, says


def wants(house: House, what: ReplyAssignee) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, reply_assignee=what),)))


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        (ReplyAssignee.FREE, None, BOB),
        (ReplyAssignee.FREE, ALICE, ALICE),
        (ReplyAssignee.REPLIER, None, BOB),
        (ReplyAssignee.REPLIER, ALICE, BOB),
        (ReplyAssignee.NOBODY, None, None),
        (ReplyAssignee.NOBODY, ALICE, None),
        (ReplyAssignee.SAME, None, None),
        (ReplyAssignee.SAME, ALICE, ALICE),
    ],
)
async def test_it_is_whose_the_mailbox_says_once_the_answer_has_left(
    house: House, what: ReplyAssignee, before: object, after: object
) -> None:
    wants(house, what)
    if before is not None:
        await happens(house, says("!assign me", thread=card_of(house)))
    await happens(house, says("!reply Oui.", thread=card_of(house), sender=BOB), seconds=SENT)
    assert card_says(house)["assignee"] == after
    assert len(house.provider.delivered) == 1


async def test_an_answer_that_is_taken_back_changes_nothing(house: House) -> None:
    wants(house, ReplyAssignee.REPLIER)
    await happens(house, says("!assign me", thread=card_of(house)))
    asks = says("!reply Oui.", thread=card_of(house), sender=BOB)
    await happens(house, asks, seconds=(0.0,))
    await happens(house, redacts(asks.event, sender=BOB), seconds=SENT)
    assert card_says(house)["assignee"] == ALICE


async def test_a_mail_that_came_meanwhile_keeps_it_with_whoever_has_it(house: House) -> None:
    wants(house, ReplyAssignee.NOBODY)
    await happens(house, says("!assign me", thread=card_of(house)))
    await happens(house, says("!reply Oui.", thread=card_of(house), sender=BOB), seconds=(0.0, 1.0))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(SENT)
    assert card_says(house)["assignee"] == ALICE


async def test_it_is_set_by_a_word_in_either_language(house: House) -> None:
    await happens(house, says(f"!boîte régler {MAILBOX.address} responsable-après-réponse personne", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].reply_assignee is ReplyAssignee.NOBODY
    await happens(house, says(f"!mailbox set {MAILBOX.address} reply-assignee nonsense", room=CONFIG))
    assert "free" in texts(house)[-1]
    await happens(house, says("!assign me", thread=card_of(house)))
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=SENT)
    assert card_says(house)["assignee"] is None
    await happens(house, says("!history", thread=card_of(house)))
    assert "Alice" in str(house.homeserver.posted[-1].content)
