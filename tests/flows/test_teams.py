"""Teams through the whole bot: turns, also after a restart and for a list; taken back."""

from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, card_says, happens
from tests.fakes.writing import mail, redacts, says


async def with_three(house: House) -> None:
    for number in (2, 3):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"p{number}@example.org"))
    await house.settle()


def assigned(house: House) -> list[object]:
    return [card_says(house, number).get("assignee") for number in (1, 2, 3)]


async def test_turns_go_round_over_a_restart(house: House) -> None:
    await with_three(house)
    await happens(house, says("!team add compta @alice @bob"), says("!assign @compta", thread=card_of(house)))
    await house.close()
    await house.open()
    await happens(house, says("!assign @compta #2", sender=BOB), says("!assign @compta #3", sender=BOB))
    assert assigned(house) == [ALICE, BOB, ALICE]


async def test_a_list_is_shared_out_in_turn(house: House) -> None:
    await with_three(house)
    await happens(house, says("!team add compta @alice @bob"))
    await happens(house, says("!assign @compta unassigned"), says("!yes"))
    assert sorted(map(str, assigned(house))) == [ALICE, ALICE, BOB]
    await happens(house, says("!assign @nobody mine"))
    assert "@nobody" in answers_in(house)[-1]


async def test_deleting_the_command_soon_takes_it_back(house: House) -> None:
    made = says("!team add compta @bob")
    await happens(house, made, redacts(made.event), says("!assign @compta", thread=card_of(house)))
    assert card_says(house).get("assignee") is None
    await happens(house, says("!team add compta @bob"))
    given = says("!assign @compta", thread=card_of(house))
    await happens(house, given)
    assert card_says(house)["assignee"] == BOB
    await happens(house, redacts(given.event))
    assert card_says(house).get("assignee") is None


async def test_who_gives_it_to_the_team_is_not_rung_when_the_turn_is_their_own(house: House) -> None:
    await happens(house, says("!team add compta @alice"), says("!assign @compta", thread=card_of(house)))
    assert card_says(house).get("assignee") == ALICE
    assert [p for p in house.homeserver.posted if "the turn of" in str(p.content.get("body"))] == []
