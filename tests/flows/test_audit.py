"""`!audit` says who changed how the mailboxes are set up: one line for each change, and nothing of a correspondent."""

import pytest

from bot.domain.inputs.said import TeamMessage
from bot.flows.keep.outages import Outages, Service
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.upgrading import last, texts
from tests.fakes.writing import redacts, says

ADDRESS = "contact@asso.example"


def tells(words: str) -> TeamMessage:
    return says(words, room=CONFIG, sender=ALICE)


async def lines(house: House, words: str = "!audit") -> list[str]:
    await happens(house, tells(words))
    return [one.split(" · ", 1)[-1] for one in last(house).splitlines()[1:] if one.strip()]


async def test_nothing_is_told_where_nothing_was_changed(house: House) -> None:
    await happens(house, tells("!audit"))
    assert "Nothing was changed here yet" in last(house)


async def test_each_change_is_told_once_the_newest_first_also_after_a_restart(house: House) -> None:
    await happens(
        house,
        tells(f"!mailbox set {ADDRESS} undo 0"),
        tells(f"!mailbox set {ADDRESS} undo default"),
        tells(f"!mailbox pause {ADDRESS}"),
        tells(f"!mailbox resume {ADDRESS}"),
        tells(f"!mailbox set {ADDRESS} undo soon"),
    )
    await house.close()
    await house.open()
    told = await lines(house)
    for words, one in zip(("go on", "paused", "`undo`", "`undo`"), told, strict=True):
        assert words.strip("`") in one and "Alice" in one and ADDRESS in one
    assert "back to what config.yaml says" in told[2] and "back" not in told[3]


async def test_what_a_team_sets_up_in_its_room_is_told_with_its_name(house: House) -> None:
    await happens(
        house,
        says("!canned save Reçu\nBien reçu.", sender=BOB),
        says("!team add compta @alice", sender=ALICE),
        says("!block spam@example.org", sender=BOB),
        says("!unblock spam@example.org", sender=ALICE),
    )
    told = await lines(house)
    assert ["Alice" in one for one in told] == [True, False, True, False]
    assert "Reçu" in told[3] and "compta" in told[2] and "blocked" in told[1]
    assert "spam@example.org" not in "".join(told)


async def test_taking_a_command_back_is_the_act_of_who_deleted_it(house: House) -> None:
    said = says("!canned save Reçu\nBien reçu.", sender=BOB)
    await happens(house, said)
    await happens(house, redacts(said.event, sender=BOB))
    told = await lines(house)
    assert len(told) == 2 and all("Bob" in one for one in told)
    assert "removed" in told[0]


async def test_the_log_of_a_mailbox_tells_outages_beside_what_people_set(house: House) -> None:
    await happens(house, tells(f"!mailbox set {ADDRESS} undo 0"))
    await Outages(house.step).went_away(Service("smtp", MAILBOX.id), "credentials")
    await Outages(house.step).went_away(Service("smtp", MAILBOX.id), "credentials")
    outages = Outages(house.step)
    outages.expect(Service("smtp", MAILBOX.id))
    await outages.came_back(Service("smtp", MAILBOX.id))
    told = await lines(house, f"!boîte journal {ADDRESS}")
    assert [word in one for word, one in zip(("works again", "login refused", "undo"), told, strict=True)] == [True] * 3
    assert len(await lines(house)) == 1


async def test_it_names_one_mailbox_and_no_other(house: House) -> None:
    await happens(house, tells(f"!mailbox set {ADDRESS} undo 0"))
    assert len(await lines(house, f"!modifications {ADDRESS}")) == 1
    await happens(house, tells("!audit nobody@asso.example"))
    assert "Which mailbox?" in last(house)


@pytest.mark.parametrize("words", [says("!audit", room=CONFIG, sender=BOB), says("!audit", room=ROOM, sender=ALICE)])
async def test_it_is_for_those_who_run_it_in_the_config_room_alone(house: House, words: TeamMessage) -> None:
    await happens(house, tells(f"!mailbox set {ADDRESS} undo 0"), words)
    assert not any("change, the newest" in one for one in (*texts(house), *texts(house, ROOM)))


async def test_what_is_decided_for_whoever_chose_nothing_is_told_by_every_medium(house: House) -> None:
    for medium in ("on", "off", "direct", "email", "default"):
        await happens(house, says(f"!notify default new {medium}", sender=ALICE))
    await happens(house, says("!notify new on", sender=BOB))
    told = await lines(house)
    assert [one.rpartition("new, ")[2].rstrip(".") for one in told] == ["default", "email", "direct", "none", "mention"]
    assert all("Alice" in one for one in told)
