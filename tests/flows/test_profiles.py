"""A mail from outside bears its writer's name for clients that show one (MSC4144)."""

from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in, outgoing
from tests.fakes.writing import mail, says

PROFILE = "com.beeper.per_message_profile"


async def test_a_mail_and_its_files_bear_the_writers_name_and_no_picture(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", file=b"%PDF"))
    await house.settle(NOW)
    first, second = mails_in(house)
    (paper,) = house.homeserver.of_kind("attachment")
    shown = {"id": first.content[PROFILE]["id"], "displayname": "✉️ Marie"}  # type: ignore[index]
    assert [one.content[PROFILE] for one in (first, second, paper)] == [shown] * 3


async def test_the_edit_of_a_silent_mail_keeps_it(house: House) -> None:
    (first,) = mails_in(house)
    edits = [one for one in house.homeserver.posted if one.is_edit and PROFILE in one.content]
    assert house.homeserver.current(first.event)[PROFILE] == first.content[PROFILE]
    assert edits
    assert all(one.content["m.new_content"][PROFILE] == first.content[PROFILE] for one in edits)  # type: ignore[index]


async def test_nothing_else_bears_one(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert outgoing(house)
    theirs = {one.event for one in mails_in(house)} - {one.event for one in outgoing(house)}
    for one in house.homeserver.posted:
        if one.event not in theirs and not one.is_edit:
            assert PROFILE not in one.content


async def test_a_mail_in_our_own_name_has_none(house: House) -> None:
    ours = mail(id="m2@example.org", reply_to="m1@example.org", sender="Asso <contact@asso.example>")
    house.provider.deliver(ours)
    await house.settle(NOW)
    assert [PROFILE in one.content for one in mails_in(house)] == [True, False]
