"""What waits for a mail server while its address goes, or its conversation is thrown away by mistake, reaches whoever
chose to be mailed all the same."""

import pytest

from bot.domain.ids import UserId
from bot.domain.notices import MOST_TO_ONE
from bot.domain.outcomes import TryLater
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import DIRECT, asks, goes, invites, said_in
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mails_in, mentioning
from tests.fakes.writing import bounce, mail, reacts, reads, redacts, says
from tests.flows.test_bundles import bundles, many
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail, words_of
from tests.flows.test_notices_kept import comes_in_hours_that_begin_now, mentioned, pauses
from tests.flows.test_own_addresses import HERS, confirms, sent_to

TWO = "second@work.example"
LATER = (*SOON, 300.0, 900.0, 3600.0, *SOON)
DAY = tuple(3600.0 for _ in range(26))


def told_at(house: House, address: str) -> int:
    return sum("NOUVEAU" in words_of(one) for one in sent_to(house, address) if "[#" in one["Subject"])


async def waits(house: House, *, at_server: bool = True) -> None:
    """A mail to Alice waits for its server, or for its delay."""
    if at_server:
        house.provider.answers = [TryLater("450")]
    raw = mail(id="m2@example.org", reply_to="m1@example.org", text="NOUVEAU")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle(SOON if at_server else (0.0, 20.0))


# --- the address


@pytest.mark.parametrize("at_server", [True, False])
@pytest.mark.parametrize("how", ["taken off", "paused"])
async def test_it_goes_to_the_second_address_where_the_first_one_goes(house: House, how: str, at_server: bool) -> None:
    await wants_mail(house)
    await confirms(house, TWO)
    await waits(house, at_server=at_server)
    if how == "paused":
        await pauses(house)
    else:
        await happens(house, says("!email remove 1"), seconds=(0.0,))
    await house.settle(LATER)
    assert (told_at(house, HERS), told_at(house, TWO), await house.open_calls()) == (0, 1, 0)


async def test_it_is_said_here_once_where_the_only_address_is_paused(house: House) -> None:
    await wants_mail(house)
    for number in (20, 21, 22):
        await answer_comes(house, number)
    await waits(house)
    for number, one in enumerate(notices(house)):
        house.provider.deliver(bounce(one["Message-ID"].strip("<>"), HERS, 30 + number))
    before = len(house.homeserver.posted)
    await house.settle(LATER)
    told = [one for one in mentioned(house, before) if "would have been mailed" in one]
    assert (len(told), told_at(house, HERS), await house.open_calls()) == (1, 0, 0)


@pytest.mark.parametrize("at_server", [True, False])
async def test_it_is_said_here_once_where_its_owner_takes_the_only_one_off(house: House, at_server: bool) -> None:
    await wants_mail(house)
    await waits(house, at_server=at_server)
    before = len(house.homeserver.posted)
    await happens(house, says("!email remove 1"), seconds=LATER)
    told = [one for one in mentioned(house, before) if "would have been mailed" in one]
    assert (len(told), told_at(house, HERS), await house.open_calls()) == (1, 0, 0)


async def test_what_the_caps_put_off_is_said_here_where_the_only_address_is_taken_off(house: House) -> None:
    await wants_mail(house, "new")
    for number in range(MOST_TO_ONE[0] + 1):
        house.provider.deliver(mail(id=f"n{number}@example.org", sender=f"p@x{number}.example"))
        await house.settle((0.0, 121.0))
    assert any("mailed to you later" in one for one in mentioned(house, 0))
    before = len(house.homeserver.posted)
    await happens(house, says("!email remove 1"), seconds=LATER)
    _, told = mentioned(house, before)
    assert told.startswith(f"#{MOST_TO_ONE[0] + 2} has news that would have been mailed to you")


async def test_what_waits_for_the_end_of_quiet_hours_is_said_after_them_where_the_only_address_is_taken_off(
    house: House,
) -> None:
    await comes_in_hours_that_begin_now(house, "10:00-11:00")
    await happens(house, says("!email remove 1"), seconds=(0.0,))
    before = len(house.homeserver.posted)
    await house.settle((600.0,))
    assert mentioned(house, before) == []
    await house.settle((3600.0, *SOON))
    (told,) = mentioned(house, before)
    assert "#1" in told


async def test_nothing_is_said_of_what_they_have_read_here_or_are_told_of_no_more(house: House) -> None:
    await wants_mail(house)
    await waits(house, at_server=False)
    await happens(house, says("!email remove 1"), reads(mails_in(house)[-1].event), seconds=LATER)
    assert not any("would have been mailed" in one for one in mentioned(house, 0))


# --- the conversation


async def new_waits(house: House, *, at_server: bool) -> None:
    await wants_mail(house, "new")
    if at_server:
        house.provider.answers = [TryLater("450")]
    raw = mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis", text="NOUVEAU")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle(SOON if at_server else (0.0, 20.0))


def who(away: str) -> UserId:
    """Alice alone may delete."""
    return BOB if away == "!spam" else ALICE


@pytest.mark.parametrize("at_server", [True, False])
@pytest.mark.parametrize(
    ("away", "back"),
    [("!spam", "!notspam #2"), ("!spam", "✅"), ("!spam", ""), ("!delete", "!restore #2"), ("!delete", "")],
)
async def test_what_is_thrown_away_by_mistake_is_mailed_soon_after_it_is_back(
    house: House, away: str, back: str, at_server: bool
) -> None:
    await new_waits(house, at_server=at_server)
    thrown = says(away, thread=card_of(house, 2), sender=who(away))
    # Deleting the command takes it back for some seconds; meanwhile it becomes due.
    await house.settle((0.0,) if at_server or back else (95.0,))
    await happens(house, thrown, seconds=(0.0, 300.0, 16.0) if back else (0.0, 14.0))
    assert notices(house) == []
    if back == "✅":
        await happens(house, reacts("✅", card_of(house, 2), sender=BOB), seconds=SOON)
    elif back:
        await happens(house, says(back, sender=who(away)), seconds=SOON)
    else:
        await happens(house, redacts(thrown.event, sender=who(away)), seconds=SOON)
    await house.settle(LATER)
    assert (told_at(house, HERS), await house.open_calls()) == (1, 0)


@pytest.mark.parametrize("at_server", [True, False])
async def test_it_leaves_within_the_delay_once_it_is_back(house: House, at_server: bool) -> None:
    await new_waits(house, at_server=at_server)
    await happens(house, says("!spam", thread=card_of(house, 2), sender=BOB), seconds=(0.0, 300.0, 16.0, 700.0))
    await happens(house, says("!notspam #2", sender=BOB), seconds=SOON)
    assert told_at(house, HERS) == 1


@pytest.mark.parametrize("at_server", [True, False])
@pytest.mark.parametrize("away", ["!spam", "!delete"])
async def test_after_a_day_it_is_mailed_no_more(house: House, away: str, at_server: bool) -> None:
    await new_waits(house, at_server=at_server)
    await happens(house, says(away, thread=card_of(house, 2), sender=who(away)), seconds=(0.0, 300.0, 16.0, *DAY))
    before = len(house.homeserver.posted)
    back = "!notspam #2" if away == "!spam" else "!restore #2"
    await happens(house, says(back, sender=who(away)), seconds=LATER)
    assert (notices(house), await house.open_calls(), mentioned(house, before)) == ([], 0, [])


@pytest.mark.parametrize("by_list", [False, True])
@pytest.mark.parametrize("away", ["!spam", "!delete"])
async def test_whoever_has_what_a_colleague_throws_away_is_told_so_here_and_is_not_mailed(
    house: House, away: str, by_list: bool
) -> None:
    await confirms(house, "bob@home.example", BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB), says("!notify noted-mine email", sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, *(says(f"{away} all"), says("!yes")) if by_list else [says(away, thread=card_of(house))])
    await house.settle((*SOON, *DAY))
    told = mentioning(house, BOB, before)
    mails = [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]
    assert (len(told), mails) == (1, [])


async def test_what_is_thrown_away_waits_while_others_beside_it_are_mailed_together(house: House) -> None:
    await new_waits(house, at_server=False)
    await happens(house, says("!spam", thread=card_of(house, 2), sender=BOB), seconds=(0.0,))
    await many(house, 5, seconds=SOON)
    await house.settle(SOON)
    assert (len(bundles(house)), told_at(house, HERS)) == (1, 0)
    assert "#2" not in bundles(house)[0]
    await happens(house, says("!notspam #2", sender=BOB), seconds=SOON)
    assert told_at(house, HERS) == 1


async def test_of_a_bundle_one_is_thrown_away_and_is_told_once_it_is_back(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.answers = [TryLater("450")]
    await many(house, 5, seconds=SOON)
    await happens(house, says("!spam", thread=card_of(house, 2), sender=BOB), seconds=(0.0, 300.0, 16.0, *SOON))
    assert len(bundles(house)) == 1 and "#2" not in bundles(house)[0]
    await happens(house, says("!notspam #2", sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert str(one["Subject"]).startswith("[#2]")


# --- the direct chat


async def test_whose_direct_chat_refuses_what_is_told_there_is_mentioned_and_has_none_any_more(house: House) -> None:
    await invites(house, by=ALICE)
    await happens(house, says("!notify replied-unassigned direct"))
    house.homeserver.read_only.add(DIRECT)
    before = len(house.homeserver.posted)
    for number in (2, 3):
        house.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org"), at=house.clock.now())
        await house.settle(LATER)
    first, second = mentioned(house, before)
    assert "1 conversation had news of which you were not told: #1." in first and "Marie" in second
    assert (house.step.settings.known.direct_with(ALICE), await house.open_calls()) == (None, 0)


async def test_a_direct_chat_that_takes_it_again_within_minutes_stays(house: House) -> None:
    await invites(house, by=ALICE)
    await happens(house, says("!notify replied-unassigned direct"))
    house.homeserver.read_only.add(DIRECT)
    raw = mail(id="m2@example.org", reply_to="m1@example.org")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle((0.0, 60.0))
    house.homeserver.read_only.clear()
    await house.settle(LATER)
    assert any("Marie" in one for one in said_in(house, DIRECT))
    assert house.step.settings.known.direct_with(ALICE) is not None


async def test_whose_direct_chat_refuses_the_bundle_after_quiet_hours_is_mentioned_once_in_a_room(house: House) -> None:
    await invites(house, by=ALICE)
    await happens(house, says("!notify replied-unassigned on"))
    await asks(house, "!notify quiet 10:00-11:00", by=ALICE)
    await answer_comes(house)
    house.homeserver.read_only.add(DIRECT)
    before = len(house.homeserver.posted)
    await house.settle((3600.0, *LATER))
    (told,) = mentioned(house, before)
    assert "1 conversation had news of which you were not told: #1." in told
    assert [one.room for one in mentioning(house, ALICE, before)] == [ROOM]
    assert (house.step.settings.known.direct_with(ALICE), await house.open_calls()) == (None, 0)


async def test_so_is_whose_chat_refuses_what_is_said_of_their_mails(house: House) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house)
    house.homeserver.read_only.add(DIRECT)
    await waits(house)
    before = len(house.homeserver.posted)
    await happens(house, says("!email remove 1"), seconds=LATER)
    _, told = mentioned(house, before)
    assert "1 conversation had news of which you were not told: #1." in told


async def test_so_is_whoever_leaves_their_chat_before_it_is_said_of_which_they_could_not_be_mailed(
    house: House,
) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house)
    house.homeserver.read_only.add(DIRECT)
    await waits(house)
    await happens(house, says("!email remove 1"), seconds=(*SOON, 60.0))
    before = len(house.homeserver.posted)
    await happens(house, goes(house, ALICE, room=DIRECT), seconds=LATER)
    house.homeserver.read_only.clear()
    await house.settle(LATER)
    assert any("#1" in one for one in mentioned(house, before))


async def test_an_answer_that_the_chat_refuses_is_told_to_nobody_else(house: House) -> None:
    await invites(house, by=ALICE)
    house.homeserver.read_only.add(DIRECT)
    before = len(house.homeserver.posted)
    await asks(house, "!list", by=ALICE)
    await house.settle(LATER)
    assert (mentioned(house, before), house.step.settings.known.direct_with(ALICE)) == ([], None)


async def test_the_day_for_which_it_waits_begins_when_it_was_thrown_away(house: House) -> None:
    await wants_mail(house, "new")
    house.provider.answers = [TryLater("450")] * 1000
    raw = mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis", text="NOUVEAU")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle((*SOON, *(3600.0 for _ in range(26))))
    await happens(house, says("!spam", thread=card_of(house, 2), sender=BOB), seconds=(0.0,))
    house.provider.answers = []
    await house.settle((3600.0,))
    await happens(house, says("!notspam #2", sender=BOB))
    await house.settle(tuple(3600.0 for _ in range(8)))
    assert sum("NOUVEAU" in words_of(one) for one in notices(house)) == 1
