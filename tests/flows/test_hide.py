"""Whoever is hidden is given no conversation by a colleague, a team's turn or a rule, until they are shown again."""

from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, card_says, happens
from tests.fakes.upgrading import last
from tests.fakes.writing import mail, redacts, says


def assignee(house: House, number: int = 1) -> object:
    return card_says(house, number).get("assignee")


async def test_nobody_gives_them_one_also_after_a_restart_until_they_are_shown(house: House) -> None:
    await happens(house, says("!hide @bob"))
    await house.close()
    await house.open()
    await happens(house, says("!assign @bob", thread=card_of(house)))
    assert assignee(house) is None and "is not given conversations here" in answers_in(house)[-1]
    await happens(house, says("!découvrir @bob"), says("!assign @bob", thread=card_of(house)))
    assert assignee(house) == BOB


async def test_what_they_take_themselves_is_theirs_and_what_they_have_stays(house: House) -> None:
    await happens(house, says("!cacher @bob"), says("!assign me", thread=card_of(house), sender=BOB))
    assert assignee(house) == BOB


async def test_no_turn_of_a_team_is_theirs(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", sender="p2@example.org"))
    await house.settle()
    await happens(house, says("!team add compta @bob @alice"), says("!hide @bob"))
    await happens(house, says("!assign @compta", thread=card_of(house)), says("!assign @compta #2"))
    assert [assignee(house), assignee(house, 2)] == [ALICE, ALICE]


async def test_an_admin_of_the_house_can_be_hidden_and_nothing_else_is_taken_from_them(house: House) -> None:
    await happens(house, says("!hide @alice contact@asso.example", room=CONFIG))
    await happens(house, says("!assign @alice", thread=card_of(house), sender=BOB))
    assert assignee(house) is None
    await happens(house, says("!revoke @alice send contact@asso.example", room=CONFIG))
    assert "is an admin of Postroom" in last(house)


async def test_deleting_the_command_soon_shows_them_again(house: House) -> None:
    said = says("!hide @bob")
    await happens(house, said, redacts(said.event))
    await happens(house, says("!assign @bob", thread=card_of(house)))
    assert assignee(house) == BOB


async def test_it_needs_the_right_and_says_whom_it_means(house: House) -> None:
    await happens(house, says("!hide @alice", sender=BOB))
    assert "permissions" in last(house, ROOM)
    await happens(house, says("!hide @nobody"))
    assert "@nobody" in last(house, ROOM)
    await happens(house, says("!hide @bob"), says("!hide"))
    assert "hidden" in last(house, ROOM)
