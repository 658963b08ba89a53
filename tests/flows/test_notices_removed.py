"""What waits to be told when its mailbox is removed, or archived for good, is told in Matrix to those who read its room still."""

import pytest

from bot.domain.merged import ARCHIVED, REMOVED
from bot.domain.notices import MOST_TO_ONE
from bot.domain.outcomes import TryLater
from storage import member_mails, outbox
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.direct import asks, invites, said_in
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens, mentioning
from tests.fakes.writing import mail, reads, says
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail
from tests.flows.test_notices_kept import comes_in_hours_that_begin_now, mentioned
from tests.flows.test_notify import left
from tests.flows.test_removed_mailboxes import stands

LATER = (*SOON, 900.0, 3600.0, *SOON)


@pytest.mark.parametrize("word", ["", "pause", "archive"])
async def test_what_waits_is_said_here_once_and_mailed_no_more(house: House, word: str) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    if word:
        await happens(house, says(f"!mailbox {word} contact@asso.example", room=CONFIG), seconds=SOON)
    before = len(house.homeserver.posted)
    await stands(house, REMOVED)
    await house.settle(LATER)
    (told,) = mentioned(house, before)
    assert told.startswith("#1 has news that would have been mailed to you")
    await stands(house, None)
    await house.settle(LATER)
    assert (notices(house), len(mentioned(house, before))) == ([], 1)


async def test_what_the_caps_put_off_is_said_here(house: House) -> None:
    await wants_mail(house, "new")
    for number in range(MOST_TO_ONE[0] + 1):
        house.provider.deliver(mail(id=f"n{number}@example.org", sender=f"p@x{number}.example"))
        await house.settle((0.0, 121.0))
    before, sent = len(house.homeserver.posted), len(notices(house))
    await stands(house, REMOVED)
    await house.settle(LATER)
    assert (len(mentioned(house, before)), len(notices(house))) == (1, sent)


async def test_who_has_left_or_read_it_here_is_told_nothing(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await happens(house, reads(house.homeserver.of_kind("mail")[-1].event))
    before = len(house.homeserver.posted)
    await stands(house, REMOVED)
    await house.settle(LATER)
    await stands(house, None)
    await answer_comes(house, 3, NOW)
    await stands(house, REMOVED)
    await happens(house, left(house, ALICE), seconds=LATER)
    assert (mentioned(house, before), notices(house)) == ([], [])


async def test_what_was_to_be_mailed_after_quiet_hours_is_said_after_them(house: House) -> None:
    await comes_in_hours_that_begin_now(house, "10:00-11:00")
    before = len(house.homeserver.posted)
    await stands(house, REMOVED)
    await house.settle((600.0,))
    assert mentioned(house, before) == []
    await house.settle((3600.0, *SOON))
    (told,) = mentioned(house, before)
    assert "#1" in told


async def test_who_was_to_be_mentioned_after_quiet_hours_is_though_no_mailbox_is_left(house: House) -> None:
    await invites(house, by=BOB)
    await happens(house, says("!notify replied-unassigned on", sender=BOB))
    await asks(house, "!notify quiet 9:30-11:00")
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(NOW)
    before, said = len(house.homeserver.posted), len(said_in(house))
    await stands(house, REMOVED)
    await house.settle((3600.0, *SOON))
    told = mentioning(house, BOB, before)
    assert [one.room for one in told] == [ROOM] and "#1" in str(told[0].content["body"])
    assert len(said_in(house)) == said + 1, "the chat has ended"


@pytest.mark.parametrize("hours", ["", "10:00-20:00"])
async def test_what_waits_when_its_mailbox_is_archived_is_said_here_once_if_it_stays_so(
    house: House, hours: str
) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Oui."), at=house.clock.now())
    await house.settle((0.0, 30.0))
    await happens(house, says("!mailbox archive contact@asso.example", room=CONFIG), seconds=(0.0,))
    if hours:
        await asks(house, f"!notify quiet {hours}", by=ALICE)
    before = len(house.homeserver.posted)
    await house.settle((*SOON, 1800.0))
    assert mentioned(house, before) == [], "it may have been by mistake"
    await house.settle((3600.0, *SOON))
    assert len(mentioned(house, before)) == (0 if hours else 1)
    await house.settle((*(3600.0 for _ in range(10)), *SOON, *(86400.0 for _ in range(40))))
    (told,) = mentioned(house, before)
    assert "#1" in told
    await happens(house, says("!mailbox resume contact@asso.example", room=CONFIG), seconds=LATER)
    assert (notices(house), sum("#1" in one for one in mentioned(house, before))) == ([], 1)


async def removed(house: House, standing: str = REMOVED) -> None:
    """Removed, and served no more."""
    await stands(house, standing)
    await house.deliver.let_go(MAILBOX.id)


@pytest.mark.parametrize("standing", [REMOVED, ARCHIVED])
@pytest.mark.parametrize("when", ["waits", "under way", "restart"])
async def test_what_waits_for_the_server_of_a_mailbox_that_is_gone_for_good_is_said_here_once(
    house: House, when: str, standing: str
) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450")] * (2 if when == "under way" else 1)
    await answer_comes(house, 2)
    before = len(house.homeserver.posted)
    if when == "under way":
        house.clock.forward(900.0)
        (claimed,) = await house.deliver.claim()
        await stands(house, standing)
        await house.deliver.make(claimed)
        await house.deliver.settle()
        await removed(house, standing)
    else:
        await removed(house, standing)
    if when == "restart":
        async with house.step.database.read() as tx:
            (waits,) = await member_mails.waiting_from(tx, (MAILBOX.id,))
        async with house.step.database.write() as tx:
            assert await outbox.take_from_bot(tx, waits[0]), "and the process dies before its receipt is taken"
        await house.close()
        await house.open()
        await house.step.look_at_settings()
        await house.deliver.let_go(MAILBOX.id)
        assert await house.keeper.enter(ROOM)
        await house.deliver.look_for_strays()
    await house.settle((*LATER, *LATER, *LATER))
    (told,) = mentioned(house, before)
    assert told.startswith("#1 has news that would have been mailed to you")
    assert (notices(house), await house.open_calls()) == ([], 0)


@pytest.mark.parametrize("standing", [REMOVED, ARCHIVED])
async def test_a_code_that_waits_there_counts_no_more_and_who_asked_is_told(house: House, standing: str) -> None:
    house.provider.answers = [TryLater("450")]
    await happens(house, says("!email alice@home.example"), seconds=(0.0,))
    before = len(house.homeserver.posted)
    await removed(house, standing)
    await house.settle(LATER)
    assert len(mentioned(house, before)) == 1
    assert await house.open_calls() == 0


async def test_a_mail_to_a_correspondent_waits_until_the_mailbox_is_back(house: House) -> None:
    await happens(house, says("!reply Oui.", thread=card_of(house)), seconds=(0.0,))
    await removed(house)
    await house.settle(LATER)
    assert house.provider.delivered == [] and await house.open_calls() == 1
