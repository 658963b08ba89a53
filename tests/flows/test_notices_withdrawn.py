"""What is deleted, corrected, muted or thrown away while a mail to a member waits is mailed to nobody."""

import pytest

from bot.domain.outcomes import TryLater
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mails_in
from tests.fakes.writing import edits, mail, reads, redacts, says
from tests.flows.test_bundles import bundles, many
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail, words_of
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import confirms, everything_said

OFF = "!notify replied-unassigned"


async def test_who_mutes_the_mailbox_while_the_mail_server_is_away_gets_nothing(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    await answer_comes(house)
    await happens(house, says("!notify mute"), seconds=(0.0, 300.0, 16.0))
    assert (notices(house), await house.open_calls()) == ([], 0)


async def test_a_note_that_is_deleted_while_the_mail_server_is_away_is_mailed_to_nobody(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    house.provider.answers = [TryLater("450")]
    note = says("!note Un secret", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=SOON)
    assert (notices(house), await house.open_calls()) == ([], 1)
    await happens(house, redacts(note.event, sender=BOB), seconds=(0.0, 300.0, 16.0))
    assert (notices(house), await house.open_calls()) == ([], 0)
    assert "a mail to you waited" not in everything_said(house)


async def test_a_note_that_is_deleted_before_it_is_mailed_is_mailed_to_nobody(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    note = says("!note Un secret", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=NOW)
    await happens(house, redacts(note.event, sender=BOB), seconds=SOON)
    assert notices(house) == []


@pytest.mark.parametrize("is_corrected", [True, False])
async def test_a_note_that_is_deleted_or_corrected_takes_nothing_else_of_a_mail_that_waits_along(
    house: House, is_corrected: bool
) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    note = says("!note Le code est 4711", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=NOW)
    house.provider.answers = [TryLater("450")]
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Une autre question.\n"))
    await house.settle(SOON)
    assert (notices(house), await house.open_calls()) == ([], 1)
    gone = edits(note.event, "!note Chez Paul", sender=BOB) if is_corrected else redacts(note.event, sender=BOB)
    await happens(house, gone, seconds=(0.0, 300.0, 16.0, 61.0))
    (one,) = notices(house)
    assert "Une autre question." in words_of(one) and "4711" not in words_of(one)
    assert (("Chez Paul" in words_of(one)), ("wrote a note" in words_of(one))) == (is_corrected, False)


async def test_a_note_that_is_corrected_while_the_mail_server_is_away_leaves_with_the_words_of_now(
    house: House,
) -> None:
    await wants_mail(house, "noted-unassigned")
    house.provider.answers = [TryLater("450")]
    note = says("!note Le code est 4711", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=SOON)
    correction = edits(note.event, "!note Le code est chez Paul", sender=BOB)
    await happens(house, correction, seconds=(0.0, 300.0, 16.0))
    (one,) = notices(house)
    assert ("chez Paul" in words_of(one), "4711" in words_of(one)) == (True, False)


@pytest.mark.parametrize("word", ["!spam", "!delete"])
async def test_what_is_thrown_away_while_the_mail_server_is_away_is_mailed_to_nobody(house: House, word: str) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    await answer_comes(house)
    await happens(house, says(word, thread=card_of(house)), seconds=(0.0, 300.0, 16.0))
    assert (notices(house), await house.open_calls()) == ([], 0)


async def test_a_note_that_stands_is_mailed_once_the_mail_server_is_back(house: House) -> None:
    await wants_mail(house, "noted-unassigned")
    house.provider.answers = [TryLater("450")]
    await happens(house, says("!note Un mot", thread=card_of(house), sender=BOB), seconds=(*SOON, 300.0, 16.0))
    assert ["Un mot" in words_of(one) for one in notices(house)] == [True]


AWAY = [TryLater("450")] * 3
BACK = (300.0, 300.0, 900.0, 16.0)


@pytest.mark.parametrize("how", ["read", "off", "!notify default replied-unassigned off"])
async def test_what_is_read_here_or_wanted_no_more_while_the_mail_server_is_away_is_mailed_to_nobody(
    house: House, how: str
) -> None:
    if how.startswith("!"):
        await confirms(house)
        await happens(house, says("!notify default replied-unassigned email"))
    else:
        await wants_mail(house)
    house.provider.answers = list(AWAY)
    await answer_comes(house)
    assert (notices(house), await house.open_calls()) == ([], 1)
    before = len(house.homeserver.posted)
    input = reads(mails_in(house)[-1].event) if how == "read" else says(how if how[0] == "!" else f"{OFF} off")
    await happens(house, input, seconds=(0.0, *BACK))
    assert (notices(house), await house.open_calls()) == ([], 0)
    assert not any("would have been mailed" in one for one in mentioned(house, before))


async def test_a_mail_of_which_all_was_read_here_does_not_leave_beside_the_next_one(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = list(AWAY)
    await answer_comes(house)
    await happens(house, reads(mails_in(house)[-1].event), seconds=(0.0,))
    house.provider.deliver(mail(id="m3@example.org", reply_to="m1@example.org", text="APRES"), at=house.clock.now())
    await house.settle((*SOON, *BACK, *BACK))
    (one,) = notices(house)
    assert "APRES" in words_of(one)


async def test_one_that_has_waited_and_tells_what_is_not_read_leaves_once_though_more_has_come(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = list(AWAY)
    await happens(house, says("!assign me", thread=card_of(house), sender=BOB))
    await happens(house, says("!unassign", thread=card_of(house), sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="AVANT"), at=house.clock.now())
    await house.settle(SOON)
    await happens(house, says("!assign me", thread=card_of(house), sender=BOB))
    await house.settle((0.0, *BACK, *BACK))
    assert ["AVANT" in words_of(one) for one in notices(house)] == [True]


async def test_of_a_mail_about_several_the_one_that_was_read_here_is_left_out(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.answers = list(AWAY)
    await many(house, 5, seconds=SOON)
    await happens(house, reads(card_of(house, 3)), reads(mails_in(house)[2].event), seconds=(0.0, *BACK, *SOON))
    assert len(bundles(house)) == 1 and "#3" not in bundles(house)[0] and "#4" in bundles(house)[0]
