"""An answer by mail to an old notification, a second time, or of one word that is a command here."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens
from tests.fakes.writing import mail, reads, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown, ticket

__all__ = ["house"]


@pytest.mark.parametrize("minutes", [1, 11, 120])
async def test_a_colleague_s_answer_that_its_writer_was_not_told_of_is_asked_about(house: House, minutes: int) -> None:
    told = ticket(house)
    house.clock.forward(1.0)
    await happens(house, says("!reply Non, jamais", thread=card_of(house), sender=BOB), seconds=SENT)
    house.clock.forward(60.0 * minutes)
    await comes(house, answer(house, "Oui, avec plaisir", to=told))
    ((_, words),) = left(house)
    assert words.startswith("Non, jamais") and "Bob" in answers_in(house)[-1]


async def test_one_that_they_were_told_of_or_have_read_is_not(house: House) -> None:
    told = ticket(house)
    house.clock.forward(1.0)
    await happens(house, says("!reply Non, jamais", thread=card_of(house), sender=BOB), seconds=SENT)
    await happens(house, reads(house.homeserver.of_kind("mail")[-1].event))
    house.clock.forward(3600.0)
    await comes(house, answer(house, "Oui, avec plaisir", to=told))
    await comes(house, answer(house, "Oui, vraiment", id="a2@home.example"))
    assert [words.split("\n")[0] for _, words in left(house)] == ["Non, jamais", "Oui, avec plaisir", "Oui, vraiment"]


async def test_the_same_words_of_a_phone_that_sends_again_under_another_id_leave_once(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, "Oui, avec plaisir", to=told), seconds=(0.0, 3.0))
    await comes(house, answer(house, "Oui, avec plaisir", to=told, id="a2@home.example"))
    assert len(left(house)) == 1 and "the same words" in "".join(shown(house))
    house.clock.forward(3600.0)
    await comes(house, answer(house, "Oui, avec plaisir", id="a3@home.example"))
    assert len(left(house)) == 2, "to another notification they are an answer"


@pytest.mark.parametrize("again", ["Oui,\navec plaisir", "oui,  avec plaisir ", "\u200bOui, avec plaisir !"])
async def test_so_do_words_that_the_phone_wraps_otherwise(house: House, again: str) -> None:
    told = ticket(house)
    await comes(house, answer(house, "Oui, avec plaisir", to=told), seconds=(0.0, 3.0))
    await comes(house, answer(house, again, to=told, id="a2@home.example"))
    assert len(left(house)) == 1 and "the same words" in "".join(shown(house))


@pytest.mark.parametrize("lines", [("close\n\n", ""), ("", "close\n\n")])
async def test_so_do_words_of_which_one_mail_alone_has_the_line_of_a_command(
    house: House, lines: tuple[str, str]
) -> None:
    told = ticket(house)
    for number, line in enumerate(lines):
        await comes(house, answer(house, f"{line}Oui, avec plaisir", to=told, id=f"l{number}@home.example"))
    assert len(left(house)) == 1 and "the same words" in "".join(shown(house))


async def test_so_does_a_file_without_words_but_not_another_one(house: House) -> None:
    told = ticket(house)
    for number, file in enumerate((b"%PDF-1", b"%PDF-1", b"%PDF-2")):
        await comes(house, answer(house, "", to=told, id=f"f{number}@home.example", file=file))
        assert len(left(house)) == (1, 1, 2)[number]


@pytest.mark.parametrize("line", ["", "close\n\n"])
async def test_words_that_were_taken_back_have_not_left_and_leave_when_they_come_again(house: House, line: str) -> None:
    told = ticket(house)
    await comes(house, answer(house, f"{line}Oui, avec plaisir", to=told), seconds=(0.0, 3.0))
    await happens(house, says("!undo", thread=card_of(house)), seconds=SENT)
    assert left(house) == []
    for number in (2, 3):
        house.clock.forward(3600.0)
        await comes(house, answer(house, f"{line}Oui, avec plaisir", to=told, id=f"a{number}@home.example"))
        assert len(left(house)) == 1, "once they have left they are a repetition again"


@pytest.mark.parametrize("line", ["close", "fermer", "pending", "snooze 3d"])
async def test_a_line_alone_is_not_done_over_a_mail_that_came_since(house: House, line: str) -> None:
    told = ticket(house)
    house.clock.forward(60.0)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="URGENT"), at=house.clock.now())
    await house.settle(NOW)
    await comes(house, answer(house, line, to=told))
    assert card_says(house)["status"] == "active" and "was not done" in "".join(shown(house)) + "".join(
        answers_in(house)
    )


async def test_what_they_have_read_since_hinders_no_line_and_nothing_hinders_taking_it(house: House) -> None:
    told = ticket(house)
    house.clock.forward(60.0)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="URGENT"), at=house.clock.now())
    await house.settle(NOW)
    await comes(house, answer(house, "assign me", to=told))
    assert card_says(house)["assignee"] == "@alice:localhost"
    await happens(house, reads(house.homeserver.of_kind("mail")[-1].event))
    await comes(house, answer(house, "close", to=told, id="a2@home.example"))
    assert card_says(house)["status"] == "closed"


@pytest.mark.parametrize(
    "words",
    ["undo", "annuler", "send", "Delete", "supprimer", "unassign", "follow", "suivre", "cancel", "à moi", "pour moi",
     "mine", "je prends", "C'est pour moi", "fait", "Terminé."],
)  # fmt: skip
async def test_a_word_that_is_a_command_here_is_mailed_to_nobody(house: House, words: str) -> None:
    await comes(house, answer(house, words))
    assert left(house) == []


@pytest.mark.parametrize("words", ["oui", "Ok.", "Yes", "Non", "Merci !", "Lundi", "C'est fait depuis hier."])
async def test_a_word_of_an_answer_leaves(house: House, words: str) -> None:
    await comes(house, answer(house, words))
    assert len(left(house)) == 1
