"""What follows an answer by mail: its first line, once it has left, and a word by mail where it did not go on."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from bot.domain.outcomes import Refused
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.direct import DIRECT, invites, said_in
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, outgoing, reply_state
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, opened, shown, ticket
from tests.flows.test_database_put_back import copied, put_back
from tests.flows.test_database_put_back import now as stamped
from tests.flows.test_move import ELSEWHERE

__all__ = ["house"]

LONG = (0.0, 30.0, 60.0, 120.0, 300.0)


def told_alice(house: House) -> list[str]:
    """Subjects of what was mailed to her."""
    found = [raw for _, to, raw in house.provider.delivered if to == ("alice@home.example",)]
    return [str(message_from_bytes(raw)["Subject"]) for raw in found]


async def test_the_line_is_done_once_the_answer_has_left(house: House) -> None:
    await comes(house, answer(house, "close\n\nMerci"), seconds=(0.0, 2.0))
    assert left(house) == [] and card_says(house)["status"] != "closed"
    await house.settle((25.0, 16.0))
    assert len(left(house)) == 1 and card_says(house)["status"] == "closed"


async def test_an_answer_that_is_taken_back_takes_its_line_along(house: House) -> None:
    await comes(house, answer(house, "close\n\nMerci"), seconds=(0.0, 2.0))
    await happens(house, says("!undo", thread=card_of(house)), seconds=LONG)
    assert left(house) == [] and card_says(house)["status"] == "active"
    assert any("close was not done" in one for one in shown(house))


async def test_with_four_eyes_the_line_waits_for_the_second_pair(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),)))
    await opened(house)
    await comes(house, answer(house, "close\n\nMerci, à bientôt"), seconds=LONG)
    assert left(house) == [] and card_says(house)["status"] != "closed" and reply_state(house) == "unapproved"
    await stamped(house, reacts("👍", outgoing(house)[0].event, sender=BOB), seconds=(*SENT, 600.0, 1200.0))
    assert len(left(house)) == 1 and card_says(house)["status"] == "closed"
    await house.close()


async def test_a_line_is_not_done_over_a_mail_that_came_while_the_answer_waited(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),)))
    await opened(house)
    await comes(house, answer(house, "close\n\nMerci"), seconds=NOW)
    await stamped(house, reacts("👍", outgoing(house)[0].event, sender=BOB), seconds=(0.0,))
    await comes(house, mail(id="m2@example.org", reply_to="m1@example.org", text="Encore"), seconds=LONG)
    assert card_says(house)["status"] != "closed"
    await house.close()


async def test_a_question_is_told_by_mail_as_well_and_only_once_a_day(house: House) -> None:
    before = ticket(house)
    house.clock.at += timedelta(minutes=5)
    await comes(house, mail(id="m2@example.org", reply_to="m1@example.org", text="Autre chose"), seconds=NOW)
    for number in range(2):
        await comes(house, answer(house, f"Oui {number}", to=before, id=f"q{number}@home.example"))
    assert left(house) == [] and told_alice(house) == ["[#1] Your answer did not leave"]


async def test_what_the_server_refuses_is_told_by_mail_as_well(house: House) -> None:
    house.provider.answers = [Refused("550", "no")]
    await comes(house, answer(house, "close\n\nMerci"), seconds=LONG)
    assert card_says(house)["status"] == "active" and told_alice(house) == ["[#1] Your answer did not leave"]


async def test_an_answer_that_left_is_told_to_nobody_by_mail(house: House) -> None:
    await comes(house, answer(house, "Merci"), seconds=LONG)
    await comes(house, answer(house, "note: vu", id="n@home.example"), seconds=LONG)
    assert len(left(house)) == 1 and told_alice(house) == []


@pytest.mark.parametrize("is_direct", [True, False])
async def test_of_a_conversation_that_was_moved_away_its_writer_alone_is_told(tmp_path: Path, is_direct: bool) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, ELSEWHERE)))
    house.homeserver.members[ELSEWHERE.room] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await opened(house)
    if is_direct:
        await invites(house, by=ALICE)
    before = ticket(house)
    await happens(house, says("!move paie", thread=card_of(house), sender=BOB))
    await comes(house, answer(house, "Oui secret", to=before))
    assert house.provider.delivered == []
    assert not any("secret" in one for one in said_in(house, ELSEWHERE.room))
    here = DIRECT if is_direct else MAILBOX.room
    told = [str(one.content.get("body")) for one in house.homeserver.posted if one.room == here]
    assert any("went to nobody" in one and "secret" in one for one in told)
    await house.close()


@pytest.mark.parametrize("forgets_transactions", [False, True], ids=["same device", "another device"])
async def test_what_is_read_again_after_a_restore_says_that_it_may_have_left(
    house: House, forgets_transactions: bool
) -> None:
    await copied(house)
    await comes(house, answer(house, "Remarque : elle vient lundi"))
    await stamped(house, says("!send", thread=card_of(house), reply_to=house.homeserver.posted[-1].event), seconds=SENT)
    sent, mails = left(house), len(house.provider.delivered)
    assert len(sent) == 1
    await put_back(house, forgets_transactions=forgets_transactions)
    await house.settle((60.0, 600.0))
    again = [one for one in shown(house) if "was put back since this mail came" in one]
    assert len(again) == 1 and "Nothing left" in again[0]
    assert left(house) == sent and len(house.provider.delivered) == mails
