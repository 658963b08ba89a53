"""The first line of an answer by mail that is not done, and an answer of which nobody knows: what its writer hears."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.domain.outcomes import Refused, Unknown
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, outgoing
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, opened, shown
from tests.flows.test_answer_by_mail_after import LONG
from tests.flows.test_database_put_back import now as stamped
from tests.flows.test_move import ELSEWHERE

__all__ = ["house"]


def letters(house: House) -> list[EmailMessage]:
    """What was mailed to her."""
    found = [raw for _, to, raw in house.provider.delivered if to == ("alice@home.example",)]
    return [message_from_bytes(raw, policy=policy.default) for raw in found]


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def with_four_eyes(folder: Path, words: str, language: str = "en") -> House:
    """Alice's answer waits for somebody else's word."""
    box = replace(MAILBOX, approval=True, language=language)
    house = House(folder, instance=replace(INSTANCE, language=language, mailboxes=(box, ELSEWHERE)))
    house.homeserver.members[ELSEWHERE.room] = tuple(Member(one, one) for one in (ALICE, BOB, BOT))
    await opened(house)
    house.provider.deliver(mail(id="z1@example.org", subject="Autre"), at=house.clock.now())
    await house.settle(NOW)
    await comes(house, answer(house, words), seconds=(0.0, 30.0))
    return house


async def approves(house: House, *seconds: float) -> None:
    await stamped(house, reacts("👍", outgoing(house)[0].event, sender=BOB), seconds=(*SENT, *seconds))


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_of_an_answer_of_which_nobody_knows_it_is_never_said_that_it_did_not_leave(
    tmp_path: Path, language: str
) -> None:
    house = House(
        tmp_path, instance=replace(INSTANCE, language=language, mailboxes=(replace(MAILBOX, language=language),))
    )
    await opened(house)
    house.provider.answers = [Unknown("lost")]
    await comes(house, answer(house, "close\n\nBonjour Marie, c'est oui"), seconds=LONG)
    (letter,) = letters(house)
    told = str(letter["Subject"]) + words(letter) + "".join(shown(house))
    assert "did not leave" not in told and "has not left" not in told and "n’est pas partie" not in told
    subject, thread = {
        "en": ("[#1] Nobody knows whether your answer left", "close was not done: nobody knows"),
        "fr": ("[#1] Personne ne sait si votre réponse est partie", "close n’a pas été fait\u00a0: personne ne sait"),
    }[language]
    assert letter["Subject"] == subject and any(thread in one for one in shown(house))
    assert ("Sent folder" if language == "en" else "messages envoyés") in words(letter)
    assert card_says(house)["status"] != "closed" and "Bonjour Marie, c'est oui" in words(letter)
    await house.close()


async def test_what_the_server_refuses_did_not_leave(house: House) -> None:
    house.provider.answers = [Refused("550", "no")]
    await comes(house, answer(house, "close\n\nBonjour Marie, c'est oui"), seconds=LONG)
    (letter,) = letters(house)
    assert letter["Subject"] == "[#1] Your answer did not leave"
    assert any("close was not done: the answer has not left" in one for one in shown(house))


@pytest.mark.parametrize("line", ["close", "assign me", "snooze 3d"])
async def test_a_line_is_not_done_to_another_conversation_as_which_its_own_goes_on(tmp_path: Path, line: str) -> None:
    """Its writer knows nothing of what waits there."""
    house = await with_four_eyes(tmp_path, f"{line}\n\nMerci beaucoup, à lundi, c'est dit")
    await stamped(house, says("!merge #1 into #2", sender=BOB), seconds=NOW)
    before = card_says(house, 2)
    await approves(house, 600.0, 1200.0, 1200.0)
    assert len(left(house)) == 1
    after = card_says(house, 2)
    assert after["status"] != "closed" and "snoozed_until" not in after
    assert after["status"] == before["status"] or line == "close"
    assert any(f"{line} was not done: #1 goes on as #2" in one for one in shown(house))
    (letter,) = letters(house)
    assert letter["Subject"] == f"[#1] “{line}” was not done" and "#1 goes on as #2" in words(letter)
    await house.close()


async def test_of_what_is_merged_while_it_waits_a_refusal_is_told_as_well(tmp_path: Path) -> None:
    house = await with_four_eyes(tmp_path, "Merci beaucoup, à lundi, c'est dit")
    await stamped(house, says("!merge #1 into #2", sender=BOB), seconds=NOW)
    house.provider.answers = [Refused("550", "no")]
    await approves(house, 600.0, 1200.0, 1200.0)
    assert [str(one["Subject"]) for one in letters(house)] == ["[#1] Your answer did not leave"]
    await house.close()


async def test_a_line_whose_conversation_is_moved_before_it_is_looked_at_is_told_as_not_done(tmp_path: Path) -> None:
    house = await with_four_eyes(tmp_path, "close\n\nMerci beaucoup, à lundi, c'est dit")
    await house.settle((1200.0,))
    await approves(house)
    assert len(left(house)) == 1
    await stamped(house, says("!move paie", thread=card_of(house), sender=BOB), seconds=NOW)
    await house.settle((3600.0, 3600.0))
    assert any("close was not done: #1 was moved" in one for one in shown(house))
    await house.close()


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_line_whose_time_is_over_when_the_answer_leaves_is_told_by_mail(tmp_path: Path, language: str) -> None:
    house = await with_four_eyes(tmp_path, "snooze 2026-11-24\n\nMerci beaucoup, à lundi, c'est dit", language)
    house.clock.at += timedelta(days=2)
    await approves(house, 3600.0, 3600.0)
    assert len(left(house)) == 1
    (letter,) = letters(house)
    subject = "“snooze 2026-11-24” was not done" if language == "en" else "« snooze 2026-11-24 » n’a pas été fait"
    assert letter["Subject"].replace("\u00a0", " ") == f"[#1] {subject}"
    assert ("is over" if language == "en" else "est passé") in words(letter)
    await house.close()


async def test_a_line_that_is_done_is_told_by_no_mail(house: House) -> None:
    await comes(house, answer(house, "snooze 3d\n\nMerci beaucoup, à lundi, c'est dit"), seconds=LONG)
    await comes(house, answer(house, "close", id="a2@home.example"), seconds=LONG)
    await comes(house, answer(house, "close\nnote: vu", id="a3@home.example"), seconds=LONG)
    assert letters(house) == [] and card_says(house)["status"] == "closed"


async def test_that_somebody_wrote_before_the_answer_left_is_told_by_mail(house: House) -> None:
    await comes(house, answer(house, "close\n\nMerci beaucoup, à lundi, c'est dit"), seconds=(0.0, 2.0))
    await comes(house, mail(id="m2@example.org", reply_to="m1@example.org", text="Encore"), seconds=LONG)
    assert len(left(house)) == 1 and card_says(house)["status"] != "closed"
    assert any("close was not done: a mail came in #1" in one for one in shown(house))
    assert [str(one["Subject"]) for one in letters(house)] == ["[#1] “close” was not done"]
