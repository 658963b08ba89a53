"""Ways through the whole house: a message that is edited into another letter, command or option takes its mail back."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in, reply_state
from tests.fakes.writing import edits, mail, reads, says

FIRST = '!new paul@example.org "Votre inscription"\nBonjour'
PASSED = "!forward paul@example.org Voici"


async def paul_writes(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@x.example>", subject="Devis", text="Paul un"))
    await house.settle(NOW)


@pytest.mark.parametrize(
    "after",
    [
        "!reply Voici",
        "!reply #1 Voici",
        "!reply --only Voici",
        "!répondre Voici",
        "!draft Voici",
        "!note Voici",
        "Voici",
        '!new paul@example.org "Fwd: Votre inscription"\nVoici',
        "!forward #2 paul@example.org Voici",
        "!forward #9 paul@example.org Voici",
        "!forward paul@example.org, lea@example.org Voici",
        "!forward",
    ],
)
async def test_a_mail_passed_on_leaves_for_nobody_once_its_message_is_another_thing(house: House, after: str) -> None:
    await paul_writes(house)
    written = says(PASSED, thread=card_of(house))
    await happens(house, written)
    said = len(answers_in(house))
    await happens(house, edits(written.event, after), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "cancelled"
    assert "nothing is sent" in "".join(answers_in(house)[said:])


@pytest.mark.parametrize(
    "after",
    [
        "!reply Bonjour",
        "!reply #1 Bonjour",
        "!draft Bonjour",
        "!note Bonjour",
        "Bonjour",
        "!send",
        "!forward paul@example.org Bonjour",
        "!forward #1 paul@example.org Bonjour",
    ],
)
async def test_a_first_mail_leaves_for_nobody_once_its_message_is_another_thing(house: House, after: str) -> None:
    written = says(FIRST)
    await happens(house, written)
    said = len(answers_in(house))
    await happens(house, edits(written.event, after), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "cancelled"
    assert "nothing is sent" in "".join(answers_in(house)[said:])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("!forward #1 paul@example.org Voici", "!forward #2 paul@example.org Voici"),
        ("!forward #2 paul@example.org Voici", "!forward paul@example.org Voici"),
        ("!reply #2 Voici", "!reply Voici"),
        ("!reply #2 Voici", "!reply #1 Voici"),
    ],
)
async def test_another_number_is_another_letter(house: House, before: str, after: str) -> None:
    await paul_writes(house)
    written = says(before)
    await happens(house, written)
    await happens(house, edits(written.event, after), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "cancelled"
    assert "Your message says something else now" in "".join(answers_in(house))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("!forward #1 paul@example.org Voici", "!forward #1 paul@example.org Regardez", b"Regardez"),
        (PASSED, "!forward #1 paul@example.org Regardez", b"Regardez"),
        (PASSED, "!fwd paul@example.org Regardez", b"Regardez"),
        (FIRST, FIRST.replace("Bonjour", "Bonsoir"), b"Bonsoir"),
        ("!reply Bonjour", "!répondre #1 Bonsoir", b"Bonsoir"),
        ("!reply --only Bonjour", "!reply --only Bonsoir", b"Bonsoir"),
        # Without the word it goes to the same people.
        ("!reply --only Bonjour", "!reply Bonsoir", b"Bonsoir"),
    ],
)
async def test_other_words_of_the_same_letter_leave(house: House, before: str, after: str, words: bytes) -> None:
    await paul_writes(house)
    written = says(before, thread=None if before is FIRST else card_of(house))
    await happens(house, written, edits(written.event, after), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert words in raw and b"Paul un" not in raw


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("!reply --all Bonjour", "!reply Bonjour"),
        ("!reply --them Bonjour", "!reply Bonjour"),
        ("!reply --others Bonjour", "!reply Bonjour"),
        ("!reply --all Bonjour", "!reply --others Bonjour"),
        ('!reply --others --at "tomorrow 9:00" Bonjour', "!reply --others Bonjour"),
    ],
)
async def test_an_option_taken_out_takes_the_mail_back_and_this_is_said(house: House, before: str, after: str) -> None:
    thread = card_of(house)
    house.provider.deliver(
        mail(id="e1@x.example", sender="Eve <eve@x.example>", reply_to="m1@example.org", text="Moi aussi")
    )
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    written = says(before, thread=thread)
    await happens(house, written, edits(written.event, after), seconds=SENT)
    house.clock.forward(3 * 86_400)
    await house.settle(SENT)
    assert house.provider.delivered == []
    assert "now means other recipients, or another time" in "".join(answers_in(house))


async def test_a_time_put_in_by_an_edit_is_missed_once_another_edit_takes_it_out(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, edits(written.event, '!reply --at "tomorrow 9:00" Bonjour'))
    await happens(house, edits(written.event, "!reply Bonjour"), seconds=SENT)
    assert house.provider.delivered == [] and reply_state(house) == "cancelled"


async def test_a_question_follows_an_option_that_is_taken_out(house: House) -> None:
    thread = card_of(house)
    await happens(house, says("!cc +lea@example.org", thread=thread, sender=BOB))
    written = says("!reply --only Bonjour", thread=thread)
    await happens(house, written)
    asked = len(answers_in(house))
    await happens(house, edits(written.event, "!reply Bonjour"))
    assert any("lea@example.org" in one for one in answers_in(house)[asked:])
    await happens(house, says("!reply Bonjour", thread=thread), seconds=SENT)
    ((_, to, _),) = house.provider.delivered
    assert set(to) == {"marie@example.org", "lea@example.org"}


async def test_the_number_of_its_own_thread_says_nothing_in_an_edit(house: House) -> None:
    written = says("!reply #1 Bonjour", thread=card_of(house))
    await happens(house, written)
    await happens(house, edits(written.event, "!reply Bonsoir"), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonsoir" in raw
