"""Ways through the whole house: deleting the command that said who gets the answers takes that back, and says so."""

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in
from tests.fakes.writing import mail, reads, redacts, says

SAID = "A message by which the answers here went to others was deleted"
NOBODY_S = "nobody can tell who gave this one"


def told(house: House) -> list[str]:
    return [
        str(p.content.get("body")) for p in house.homeserver.of_kind("notice") if SAID in str(p.content.get("body"))
    ]


async def with_a_copy(house: House, *, is_encrypted: bool) -> None:
    """Marie writes with Lea in copy, and both members have read it."""
    if is_encrypted:
        house.homeserver.encrypted.add(ROOM)
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", cc="Lea <lea@example.org>", text="Avec Lea.")
    )
    await house.settle(NOW)
    newest = mails_in(house)[-1].event
    await happens(house, reads(newest), reads(newest, sender=BOB))


def sealed(house: House, words: str, by: UserId = ALICE) -> TeamMessage:
    return says(words, thread=card_of(house), sender=by, encrypted=True, sealed=True)


@pytest.mark.parametrize("command", ["!only", "!cc -lea@example.org", "!customer paul@example.org"])
@pytest.mark.parametrize("by", [ALICE, BOB])
async def test_a_deletion_that_anybody_may_have_written_is_said_and_asked_about(
    house: House, command: str, by: UserId
) -> None:
    await with_a_copy(house, is_encrypted=True)
    written = sealed(house, command)
    await happens(house, written)
    await happens(house, redacts(written.event))
    (said,) = told(house)
    assert "marie@example.org" in said and "lea@example.org" in said and NOBODY_S in said
    await happens(house, sealed(house, "!reply Confidentiel", by), seconds=SENT)
    assert house.provider.delivered == [] and "A deletion has changed since who gets" in answers_in(house)[-1]
    await happens(house, sealed(house, "!reply Confidentiel", by), seconds=SENT)
    ((_, to, _),) = house.provider.delivered
    assert set(to) == {"marie@example.org", "lea@example.org"}


async def test_a_receipt_on_the_notice_proves_nothing_as_it_may_be_anybody_s(house: House) -> None:
    await with_a_copy(house, is_encrypted=True)
    written = sealed(house, "!only")
    await happens(house, written)
    await happens(house, redacts(written.event))
    await happens(house, reads(house.homeserver.of_kind("notice")[-1].event))
    await happens(house, sealed(house, "!reply Confidentiel"), seconds=SENT)
    assert house.provider.delivered == [] and "A deletion has changed since who gets" in answers_in(house)[-1]


async def test_a_deletion_that_gives_a_copy_of_later_answers_alone_is_asked_about(house: House) -> None:
    await with_a_copy(house, is_encrypted=True)
    await comes(house, 3, "")
    written = sealed(house, "!only")
    await happens(house, written)
    await happens(house, redacts(written.event))
    (said,) = told(house)
    assert "lea@example.org" not in said and NOBODY_S in said
    await comes(house, 4, "Lea <lea@example.org>")
    await happens(house, sealed(house, "!reply Confidentiel"), seconds=SENT)
    assert house.provider.delivered == [] and "A deletion has changed since who gets" in answers_in(house)[-1]


async def comes(house: House, number: int, cc: str) -> None:
    house.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org", cc=cc, text=f"Mail {number}"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))


async def test_what_gives_nobody_mail_is_said_and_not_asked_about(house: House) -> None:
    await with_a_copy(house, is_encrypted=True)
    written = sealed(house, "!cc +zoe@example.org")
    await happens(house, written)
    await happens(house, redacts(written.event))
    (said,) = told(house)
    assert "zoe@example.org" not in said and NOBODY_S not in said
    await happens(house, sealed(house, "!reply Bonjour"), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_without_encryption_it_is_said_and_is_the_word_of_whoever_deleted_it(house: House) -> None:
    await with_a_copy(house, is_encrypted=False)
    written = says("!only", thread=card_of(house))
    await happens(house, written)
    await happens(house, redacts(written.event))
    (said,) = told(house)
    assert "lea@example.org" in said and NOBODY_S not in said
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_colleague_s_deletion_is_asked_about_as_their_change(house: House) -> None:
    await with_a_copy(house, is_encrypted=False)
    written = says("!only", thread=card_of(house))
    await happens(house, written)
    await happens(house, redacts(written.event, sender=BOB))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == [] and "Bob has changed since who gets" in answers_in(house)[-1]


async def test_whoever_is_given_the_answer_anew_and_takes_part_no_more_is_not_named(house: House) -> None:
    house.provider.deliver(
        mail(id="e1@x.example", sender="Eve <eve@x.example>", reply_to="m1@example.org", text="Moi aussi")
    )
    await house.settle(NOW)
    written = says("!customer eve@x.example", thread=card_of(house))
    await happens(house, written)
    await happens(house, redacts(written.event))
    (said,) = told(house)
    assert "goes to marie@example.org" in said
