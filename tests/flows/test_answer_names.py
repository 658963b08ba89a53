"""Words to a colleague, by any word of the name that the room shows, go to nobody else."""

from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.ports import Member
from tests.fakes.chat import ALICE, BOT
from tests.fakes.house import MAILBOX, House
from tests.flows.test_answer_by_mail import answer, comes, left, opened, shown


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("@b.duval:localhost", "DUVAL Bob"),
        ("@tresorier:localhost", "Trésorier (Bob)"),
        ("@bob.d:localhost", "Nounours"),
    ],
)
async def test_a_colleague_is_known_by_any_word_of_their_name(tmp_path: Path, user: str, name: str) -> None:
    house = House(tmp_path)
    house.homeserver.members[MAILBOX.room] = (
        Member(ALICE, "Alice"),
        Member(BOT, "bot"),
        Member(UserId(user), f"Mon Asso - {name}"),
    )
    await opened(house)
    await comes(house, answer(house, "Salut Bob, elle ment"))
    assert left(house) == [] and "elle ment" in shown(house)[-1]
    await comes(house, answer(house, "Mon Asso vous attend lundi.", id="a2@home.example"))
    ((_, words),) = left(house)
    assert words.startswith("Mon Asso vous attend lundi.")
    await house.close()
