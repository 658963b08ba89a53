"""A mail that its server names and does not give: told, and the line moves on."""

import pytest

from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, says


def _told(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG]


async def test_it_is_announced_with_what_is_known_and_the_next_ones_come(house: House) -> None:
    uid = house.provider.deliver(mail(id="lost@example.org", subject="About the hall"))
    house.provider.withheld.add(uid)
    house.provider.deliver(mail(id="m3@example.org", subject="After it"))
    await house.settle(NOW)

    lost = next(m for m in mails_in(house) if m.ours["message_id"] == "lost@example.org")
    assert f"number {uid} in INBOX" in str(lost.content["body"])
    assert any("About the hall" in str(p.content["body"]) for p in house.homeserver.of_kind("conversation"))
    assert any(m.ours["message_id"] == "m3@example.org" for m in mails_in(house))
    assert [text for text in _told(house) if f"number {uid} in INBOX" in text and "contact@asso.example" in text]


async def test_of_one_without_a_head_its_number_is_known(house: House) -> None:
    house.provider.gives_heads = False
    uid = house.provider.deliver(mail(id="lost@example.org"))
    house.provider.withheld.add(uid)
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 2
    assert f"number {uid} in INBOX" in str(mails_in(house)[-1].content["body"])


async def test_one_in_sent_that_belongs_to_nothing_is_told_to_those_who_run_the_bot(house: House) -> None:
    uid = house.provider.deliver(mail(id="private@asso.example", sender="contact@asso.example"), "Sent")
    house.provider.withheld.add(uid)
    await house.settle(NOW)
    assert len(mails_in(house)) == 1
    assert [text for text in _told(house) if f"number {uid} in Sent" in text]


async def test_it_is_told_once_whatever_restarts(house: House) -> None:
    uid = house.provider.deliver(mail(id="lost@example.org"))
    house.provider.withheld.add(uid)
    await house.settle(NOW)
    await house.close()
    await house.open()
    await house.settle(NOW)
    assert len([m for m in mails_in(house) if m.ours["message_id"] == "lost@example.org"]) == 1
    assert len(_told(house)) == 1


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("has_head", [False, True])
async def test_what_can_be_had_later_is_shown_then_in_its_thread_once(
    house: House, restarts: bool, has_head: bool
) -> None:
    house.provider.gives_heads = has_head
    uid = house.provider.deliver(mail(id="lost@example.org", subject="About the hall", text="The hall is free.\n"))
    house.provider.withheld.add(uid)
    await house.settle(NOW)
    house.provider.withheld.clear()
    if restarts:
        await house.close()
        await house.open()
    await house.settle((130.0, 16.0, 700.0, 16.0))

    announcement, shown = mails_in(house)[1:]
    assert "number" in str(announcement.content["body"])
    assert "The hall is free." in str(shown.content["body"])
    assert shown.ours["conversation"] == announcement.ours["conversation"] == 2
    assert shown.ours["message_id"] == "lost@example.org"
    # The answer to it joins.
    house.provider.deliver(mail(id="next@example.org", reply_to="lost@example.org", subject="Re: About the hall"))
    await house.settle(NOW)
    assert mails_in(house)[-1].ours["conversation"] == 2


async def test_what_is_never_given_is_asked_for_ever_more_seldom(house: House) -> None:
    uid = house.provider.deliver(mail(id="lost@example.org"))
    house.provider.withheld.add(uid)
    await house.settle(NOW)
    house.provider.boundaries.passed.clear()
    await house.settle((3600.0,) * 20)
    assert house.provider.boundaries.passed.count("fetch") < 12
    assert len(_told(house)) == 1
    assert len(mails_in(house)) == 2


async def test_two_of_which_nothing_is_known_are_two(house: House) -> None:
    house.provider.gives_heads = False
    for number in range(2):
        house.provider.withheld.add(house.provider.deliver(mail(id=f"lost{number}@example.org")))
    await house.settle(NOW)
    assert len(mails_in(house)) == 3


async def test_what_is_given_after_its_announcement_was_closed_is_to_do_again(house: House) -> None:
    uid = house.provider.deliver(mail(id="lost@example.org", subject="About the hall"))
    house.provider.withheld.add(uid)
    await house.settle(NOW)
    await happens(house, says("!close", thread=card_of(house, 2)))
    house.provider.withheld.clear()
    await house.settle((130.0, 16.0, 700.0, 16.0))
    assert len(mails_in(house)) == 3
    assert (card_says(house, 2)["status"], card_says(house, 1)["status"]) == ("active", "active")
    assert "2 messages" not in str(house.homeserver.current(card_of(house, 2))["body"])


async def test_an_answer_of_ours_that_is_given_late_stays_ours(house: House) -> None:
    ours = mail(id="web@asso.example", sender="contact@asso.example", to="marie@example.org", reply_to="m1@example.org")
    house.provider.withheld.add(house.provider.deliver(ours, "Sent"))
    await house.settle(NOW)
    house.provider.withheld.clear()
    await house.settle((130.0, 16.0, 700.0, 16.0))
    assert [m.ours["direction"] for m in mails_in(house)] == ["in", "out"], "one event, now with its words"
    assert "une question" in str(house.homeserver.current(mails_in(house)[-1].event)["body"])
    assert card_says(house)["status"] == "pending"
