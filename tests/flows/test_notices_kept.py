"""What somebody chose to be mailed reaches them: later, in other words, or in Matrix, but not in their quiet hours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import ConversationId
from bot.domain.notices import MANY, MOST_TO_ONE, timer_of
from bot.domain.outcomes import Refused, TryLater
from storage import own_addresses, settings, timers
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.direct import asks, invites, said_in
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens, mails_in, mentioning
from tests.fakes.writing import bounce, edits, mail, reads, redacts, says
from tests.flows.test_bundles import LONG, bundles, many
from tests.flows.test_bundles import comes as one_comes
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail, words_of
from tests.flows.test_own_addresses import HERS


def mentioned(house: House, since: int) -> list[str]:
    """What mentioned Alice since so many were posted."""
    return [str(one.content.get("body")) for one in mentioning(house, ALICE, since)]


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


async def test_nor_one_that_was_done_after_they_had_read_all(house: House) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Oui."), at=house.clock.now())
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event), seconds=(0.0, 5.0))
    await happens(house, says("!tag urgent", thread=card_of(house), sender=BOB), seconds=SOON)
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


async def two_notes_while_paused(house: House, minutes: int) -> None:
    """So many minutes lie between them, and behind the second."""
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await happens(house, says("!mailbox pause contact@asso.example", room=CONFIG), seconds=(0.0,))
    for words in ("Un.", "Deux."):
        await happens(house, says(f"!note {words}", thread=card_of(house), sender=BOB), seconds=(0.0,))
        await house.settle((*SOON, *(60.0 for _ in range(minutes - 3))))


@pytest.mark.parametrize("minutes", [5, 50, 55])
async def test_two_happenings_of_one_conversation_in_a_paused_mailbox_are_mailed(house: House, minutes: int) -> None:
    await two_notes_while_paused(house, minutes)
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
    assert told.startswith("4 conversations have news") and told.count("#2, #3, #4, #5") == 1


def told_anew(house: House, word: str) -> int:
    """How many mails tell it as new."""
    return sum(word in words_of(one).partition("Before that:")[0] for one in notices(house))


async def comes_in_hours_that_begin_now(house: House, hours: str = "10:00-12:00") -> None:
    """A mail that Alice wants to be told of comes just before her quiet hours."""
    await invites(house, by=ALICE)
    await wants_mail(house)
    raw = mail(id="m2@example.org", reply_to="m1@example.org", text=f"PREMIER {LONG}")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle((0.0, 30.0))
    await asks(house, f"!notify quiet {hours}", by=ALICE)
    await house.settle(SOON)
    assert notices(house) == []


@pytest.mark.parametrize("now", ["off", "10:00-10:04", "22:00-7:00"])
async def test_hours_that_are_ended_or_shortened_hold_nothing_back_any_more(house: House, now: str) -> None:
    await comes_in_hours_that_begin_now(house)
    await asks(house, f"!notify quiet {now}", by=ALICE)
    await house.settle((60.0, 60.0, 60.0))
    assert told_anew(house, "PREMIER") == 1
    await house.settle(tuple(600.0 for _ in range(18)))
    assert told_anew(house, "PREMIER") == 1


async def test_what_waited_for_the_end_of_the_hours_is_told_once_with_what_came_after_they_were_ended(
    house: House,
) -> None:
    await comes_in_hours_that_begin_now(house)
    raw = mail(id="m3@example.org", reply_to="m1@example.org", text=f"SECOND {LONG}")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle(SOON)
    before = len(said_in(house))
    await asks(house, "!notify quiet off", by=ALICE)
    await house.settle(tuple(600.0 for _ in range(18)))
    assert (told_anew(house, "PREMIER"), told_anew(house, "SECOND"), len(notices(house))) == (1, 1, 1)
    assert not any("Meanwhile, something" in one for one in said_in(house)[before:])


async def test_what_is_put_off_is_asked_about_after_a_restart(house: House) -> None:
    await comes_in_hours_that_begin_now(house)
    await house.close()
    await house.open()
    await house.settle(tuple(600.0 for _ in range(18)))
    assert told_anew(house, "PREMIER") == 1


@pytest.mark.parametrize("minutes", [20, 30])
async def test_of_two_notes_in_a_paused_mailbox_each_is_mailed_once(house: House, minutes: int) -> None:
    await two_notes_while_paused(house, minutes)
    await happens(house, says("!mailbox resume contact@asso.example", room=CONFIG), seconds=(0.0, 1.0))
    assert (told_anew(house, "Un."), told_anew(house, "Deux.")) == (1, 1), "at once"
    await house.settle(tuple(300.0 for _ in range(30)))
    assert (told_anew(house, "Un."), told_anew(house, "Deux.")) == (1, 1)


async def test_what_waited_when_the_mailbox_was_archived_is_mailed_if_it_is_back_within_the_hour(house: House) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
    await house.settle(NOW)
    await happens(house, says("!mailbox archive contact@asso.example", room=CONFIG), seconds=(0.0,))
    assert house.step.settings.known.mailboxes[0].is_archived
    await house.settle((*SOON, 1800.0))
    assert notices(house) == []
    await happens(house, says("!mailbox resume contact@asso.example", room=CONFIG), seconds=SOON)
    assert len(notices(house)) == 1
    await house.settle((3600.0, 3600.0))
    assert len(notices(house)) == 1


async def test_a_mail_that_waits_for_its_server_and_is_made_anew_tells_what_came_since_once(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    note = says("!note Premier mot.", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=(0.0,))
    house.provider.answers = [TryLater("450")] * 4
    await house.settle((0.0, 60.0, 61.0))
    while house.provider.answers:
        await house.settle((60.0,))
    raw = mail(id="m3@example.org", reply_to="m1@example.org", text=f"APRES {LONG}")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle((0.0, 60.0, 61.0))
    assert notices(house) == [], "one thing at a time"
    await happens(house, edits(note.event, "!note Second mot.", sender=BOB), seconds=(0.0, 60.0, 61.0))
    await house.settle(tuple(600.0 for _ in range(20)))
    assert (told_anew(house, "APRES"), told_anew(house, "Second mot."), told_anew(house, "Premier mot.")) == (1, 1, 0)


async def pauses(house: House) -> None:
    """The address has had too many bounces."""
    async with house.step.database.write() as tx:
        await settings.change_alone(tx)
        one = house.step.settings.known.addresses[0]
        await own_addresses.put(tx, replace(one, bounces=3), house.clock.now())
    await house.step.look_at_settings()


async def test_of_all_that_waits_when_the_address_is_paused_its_person_is_told_in_one_sentence(house: House) -> None:
    await wants_mail(house, "new")
    before = len(house.homeserver.posted)
    await many(house, 12, seconds=NOW)
    await pauses(house)
    await house.settle((*SOON, 3600.0))
    (told,) = [one for one in mentioned(house, before) if "would have been" in one]
    assert told.startswith("12 conversations have news") and "#2, #3," in told and "#13." in told


async def test_who_was_to_be_told_by_an_address_that_is_paused_in_their_hours_is_mentioned_after_them(
    house: House,
) -> None:
    await comes_in_hours_that_begin_now(house)
    before = len(house.homeserver.posted)
    await pauses(house)
    await house.settle((3600.0,))
    assert mentioned(house, before) == []
    await house.settle((3600.0, *SOON))
    (told,) = mentioned(house, before)
    assert told.startswith("#1 has news that would have been mailed")


async def test_what_the_server_refuses_in_quiet_hours_rings_after_them(house: House) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house)
    house.provider.answers = [TryLater("450"), Refused("550", "5.1.1")]
    await answer_comes(house)
    await asks(house, "!notify quiet 10:00-11:00", by=ALICE)
    before = len(house.homeserver.posted)
    await house.settle((300.0, 300.0))
    assert mentioned(house, before) == []
    await house.settle((3600.0, *SOON))
    assert any("#1" in one for one in mentioned(house, before))


async def test_of_a_mail_about_several_that_is_made_anew_each_is_told_from_its_own_time_on(house: House) -> None:
    """One of them has waited for an hour; another one was mailed since."""
    await wants_mail(house, "new")
    await happens(house, says("!notify replied-unassigned email"))
    await many(house, MANY, seconds=NOW)
    house.provider.deliver(mail(id="d@example.org", reply_to="m1@example.org", text=f"DEJA {LONG}"))
    await house.settle(SOON)
    assert told_anew(house, "DEJA") + sum("DEJA" in one for one in bundles(house)) == 1
    await house.settle((600.0,))
    async with house.step.database.write() as tx:
        early = timer_of(ConversationId(3), ALICE, house.clock.now() - timedelta(hours=1))
        await timers.set(tx, early, house.clock.now() + timedelta(seconds=120))
    house.provider.answers = [TryLater("450")]
    house.provider.deliver(mail(id="e@example.org", reply_to="m1@example.org", text=f"ENCORE {LONG}"))
    await many(house, MANY, first=20, seconds=SOON)
    await happens(house, says("!delete #6"), seconds=(0.0, 300.0, *SOON))
    told = "".join([*bundles(house), *(words_of(one).partition("Before that:")[0] for one in notices(house))])
    assert (told.count("DEJA"), told.count("ENCORE")) == (1, 1)


@pytest.mark.parametrize("word", ["pause", "archive"])
async def test_what_waits_leaves_as_well_where_the_command_that_held_it_back_is_deleted(
    house: House, word: str
) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=LONG), at=house.clock.now())
    await house.settle((0.0, 60.0, 50.0))
    command = says(f"!mailbox {word} contact@asso.example", room=CONFIG)
    await happens(house, command, seconds=(0.0, 5.0, 6.0))
    assert notices(house) == []
    await happens(house, redacts(command.event, room=CONFIG), seconds=(0.0, 5.0))
    assert len(notices(house)) == 1
