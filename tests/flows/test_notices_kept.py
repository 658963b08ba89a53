"""What somebody chose to be mailed reaches them: later, in other words, or in Matrix, but not in their quiet hours."""

from dataclasses import replace

import pytest

from bot.domain.notices import MANY, MOST_TO_ONE
from bot.domain.outcomes import Refused, TryLater
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.direct import asks, invites
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import bounce, mail, reads, says
from tests.flows.test_bundles import LONG, bundles
from tests.flows.test_bundles import comes as one_comes
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail, words_of
from tests.flows.test_own_addresses import HERS


def mentioned(house: House, since: int) -> list[str]:
    """What mentioned Alice since so many were posted."""
    posted = house.homeserver.posted[since:]
    return [str(one.content.get("body")) for one in posted if ALICE in str(one.content.get("m.mentions"))]


async def test_a_note_is_mailed_whose_thread_nobody_opened_though_the_line_of_a_later_mail_was_read(
    house: House,
) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await happens(house, says("!note Elle a payé.", thread=card_of(house), sender=BOB), seconds=(0.0, 5.0))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Oui."), at=house.clock.now())
    await house.settle(NOW)
    line = house.homeserver.of_kind("news")[-1]
    await happens(house, reads(line.event), seconds=SOON)
    (one,) = notices(house)
    assert "Elle a payé." in words_of(one)


async def test_an_act_that_they_are_told_of_in_no_mail_keeps_nothing_unread(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!tag urgent", thread=card_of(house), sender=BOB), seconds=(0.0, 5.0))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Oui."), at=house.clock.now())
    await house.settle(NOW)
    line = house.homeserver.of_kind("news")[-1]
    await happens(house, reads(line.event), seconds=SOON)
    assert notices(house) == []


async def test_of_many_mails_the_newest_are_mailed_and_it_says_that_there_are_more(house: House) -> None:
    await wants_mail(house)
    for n in range(2, 13):
        raw = mail(id=f"m{n}@example.org", reply_to="m1@example.org", text=f"Mot {n}.")
        house.provider.deliver(raw, at=house.clock.now())
    await house.settle(SOON)
    (one,) = notices(house)
    assert "Mot 12." in words_of(one) and "Mot 4." not in words_of(one)
    assert "There is more than stands here" in words_of(one)


async def test_few_mails_say_nothing_of_more(house: House) -> None:
    await wants_mail(house)
    await answer_comes(house)
    assert "There is more" not in words_of(notices(house)[0])


async def test_an_assignment_is_mailed_whatever_was_done_after_it(house: House) -> None:
    await wants_mail(house, "assigned-me")
    await happens(house, says("!assign @alice", thread=card_of(house), sender=BOB), seconds=(0.0,))
    for n in range(22):
        await happens(house, says(f"!tag t{n}", thread=card_of(house), sender=BOB), seconds=(0.0,))
    await house.settle(SOON)
    (one,) = notices(house)
    assert "There is more than stands here" in words_of(one)


async def test_nothing_is_mailed_in_quiet_hours_that_began_since_and_all_of_it_after_them(house: House) -> None:
    """Its clock begins at ten."""
    await invites(house, by=ALICE)
    await wants_mail(house)
    await asks(house, "!notify quiet 10:03-11:00", by=ALICE)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
    await house.settle((0.0, *SOON, 60.0, 60.0))
    assert notices(house) == []
    await house.settle((3600.0, *SOON))
    assert len(notices(house)) == 1


async def test_what_the_hour_or_the_server_put_off_is_not_mailed_in_quiet_hours_either(house: House) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house, "new")
    for number in range(MOST_TO_ONE[0] + 3):
        one_comes(house, number)
        await house.settle(SOON)
    await asks(house, "!notify quiet 10:00-20:00", by=ALICE)
    before = len(notices(house)) + len(bundles(house))
    await house.settle(tuple(300.0 for _ in range(16)))
    assert len(notices(house)) + len(bundles(house)) == before


async def test_a_mail_that_is_tried_again_waits_for_the_end_of_quiet_hours(house: House) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house)
    house.provider.answers = [TryLater("450")]
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
    await house.settle((0.0, 60.0, 70.0))
    await asks(house, "!notify quiet 10:00-11:00", by=ALICE)
    await house.settle((300.0, 300.0, 300.0))
    assert notices(house) == []
    await house.settle((3600.0, *SOON))
    assert len(notices(house)) == 1


async def test_who_was_to_be_mailed_by_an_address_that_is_paused_meanwhile_is_told_here(house: House) -> None:
    await wants_mail(house)
    for number in (2, 3):
        await answer_comes(house, number)
        house.provider.deliver(bounce(notices(house)[-1]["Message-ID"].strip("<>"), HERS, number))
        await house.settle(NOW)
    await answer_comes(house, 4)
    house.provider.deliver(mail(id="m5@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
    await house.settle((0.0, 30.0))
    before = len(house.homeserver.posted)
    house.provider.deliver(bounce(notices(house)[-1]["Message-ID"].strip("<>"), HERS, 9))
    await house.settle(SOON)
    first, second = mentioned(house, before)
    assert "came back" in first and second.startswith("#1 has news that would have been mailed to you")


async def test_what_the_server_refuses_is_told_here(house: House) -> None:
    await wants_mail(house)
    before = len(house.homeserver.posted)
    house.provider.answers = [Refused("554", "5.7.1 content")]
    await answer_comes(house)
    (told,) = [one for one in mentioned(house, before) if "would have been mailed" in one]
    assert told.startswith("#1 ")


async def test_an_address_that_became_a_mailbox_s_is_mailed_nothing_and_its_person_is_mentioned(house: House) -> None:
    await wants_mail(house)
    instance = house.step.settings
    assert instance.known.addresses_of(ALICE) == (HERS,)
    taken = replace(instance.known, mailboxes=(replace(MAILBOX, aliases=(*MAILBOX.aliases, HERS)),))
    assert taken.addresses_of(ALICE) == ()
    assert all(one.medium is None or one.medium.value != "email" for one in taken.choices_now if one.person == ALICE)


@pytest.mark.parametrize("what", ["mail", "note"])
async def test_what_is_due_while_the_mailbox_is_paused_is_mailed_once_it_goes_on(house: House, what: str) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    if what == "mail":
        house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
        await house.settle(NOW)
    await happens(house, says("!mailbox pause contact@asso.example", room=CONFIG), seconds=(0.0,))
    if what == "note":
        await happens(house, says("!note Vite.", thread=card_of(house), sender=BOB), seconds=(0.0,))
    await house.settle(SOON)
    assert notices(house) == []
    await happens(house, says("!mailbox resume contact@asso.example", room=CONFIG), seconds=(*SOON, 3600.0, *SOON))
    assert len(notices(house)) == 1


@pytest.mark.parametrize("minutes", [5, 50, 55])
async def test_two_happenings_of_one_conversation_in_a_paused_mailbox_are_mailed(house: House, minutes: int) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await happens(house, says("!mailbox pause contact@asso.example", room=CONFIG), seconds=(0.0,))
    for words in ("Un.", "Deux."):
        await happens(house, says(f"!note {words}", thread=card_of(house), sender=BOB), seconds=(0.0,))
        await house.settle((*SOON, *(60.0 for _ in range(minutes - 3))))
    await happens(house, says("!mailbox resume contact@asso.example", room=CONFIG), seconds=(*SOON, 3600.0, *SOON))
    assert notices(house)


async def test_each_conversation_of_a_mail_about_several_that_is_refused_is_named(house: House) -> None:
    await wants_mail(house, "new")
    before = len(house.homeserver.posted)
    house.provider.answers = [Refused("554", "5.7.1 content")]
    for number in range(1, MANY + 1):
        one_comes(house, number)
    await house.settle((*SOON, 600.0))
    (told,) = [one for one in mentioned(house, before) if "would have been mailed" in one]
    assert all(f"#{number} has news" in told for number in range(2, MANY + 2))
