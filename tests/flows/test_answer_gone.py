"""An answer by mail to what is not there any more, or was never one conversation: its writer hears it, also by mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import ConversationId
from bot.domain.notices import OF_SEVERAL
from bot.domain.outcomes import TryLater
from bot.domain.rules.notice_lines import is_last_of_notice
from tests.fakes.chat import ALICE, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, opened, ticket
from tests.flows.test_answer_lines import letters, words
from tests.flows.test_notify import left as leaves

__all__ = ["house"]


def _of(house: House, number: int) -> str:
    return house.step.signer.notification_id(
        person=ALICE,
        conversation=ConversationId(number),
        at=house.clock.now(),
        token="2" * 12,
        domain="asso.example",
        address="alice@home.example",
    )


def to_several(house: House, text: str = "Je m'en occupe", id: str = "s1@home.example", **more: Any) -> bytes:
    subject = "Re: Mon Asso: news of 5 conversations"
    return answer(house, text, id=id, to=_of(house, OF_SEVERAL), subject=subject, **more)


def to_gone(house: House, text: str = "Je m'en occupe", id: str = "g1@home.example", **more: Any) -> bytes:
    return answer(house, text, id=id, to=_of(house, 99), subject="Re: [#99] Question", **more)


def said(house: House) -> list[str]:
    """What stands in the room itself."""
    posted = [one for one in house.homeserver.posted if one.room == ROOM and not one.is_edit]
    alone = [one for one in posted if "m.thread" not in str(one.content.get("m.relates_to"))]
    return [str(one.content.get("body")) for one in alone]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_an_answer_to_a_deleted_conversation_is_kept_in_the_room_and_told_by_mail(
    tmp_path: Path, language: str
) -> None:
    box = replace(MAILBOX, language=language)
    house = House(tmp_path, instance=replace(INSTANCE, language=language, mailboxes=(box,)))
    await opened(house)
    before = ticket(house)
    await happens(house, says("!delete", thread=card_of(house)), seconds=NOW)
    await comes(house, answer(house, "close\n\nBonjour Marie, c'est oui", to=before))
    assert left(house) == []
    (kept,) = [one for one in said(house) if "Bonjour Marie, c'est oui" in one]
    assert ("!restore #1" if language == "en" else "!restaurer #1") in kept
    (letter,) = letters(house)
    assert ("was deleted" if language == "en" else "a été supprimée") in words(letter)
    assert "Bonjour Marie, c'est oui" in words(letter)
    await house.close()


async def test_what_stops_of_an_answer_to_what_is_spam_by_now_is_told_by_mail(house: House) -> None:
    before = ticket(house)
    await happens(house, says("!spam", thread=card_of(house)), seconds=NOW)
    await comes(house, answer(house, "snooze 3dd\nBonjour Marie", to=before))
    assert left(house) == [] and [str(one["Subject"]) for one in letters(house)] == ["[#1] Your answer did not leave"]
    # By its link the mail is known to have ended when it comes back unmarked.
    assert is_last_of_notice(words(letters(house)[0]).rstrip().rpartition("\n")[2])


@pytest.mark.parametrize("made", [to_several, to_gone])
async def test_it_is_told_by_mail_once_a_day_and_only_where_it_is_proven(
    house: House, made: Callable[..., bytes]
) -> None:
    await comes(house, made(house, id="f@evil.example", headers=()))
    assert letters(house) == []
    for number in range(2):
        await comes(house, made(house, f"Je m'en occupe {number}", f"x{number}@home.example"))
    (letter,) = letters(house)
    assert letter["Auto-Submitted"] == "auto-generated" and "Je m'en occupe 0" in words(letter)
    assert "109951162" not in str(letter["Subject"]) + words(letter)
    assert all(any(f"Je m'en occupe {number}" in one for one in said(house)) for number in range(2))
    house.clock.at += timedelta(days=1)
    await comes(house, made(house, "Encore", "x9@home.example"))
    assert len(letters(house)) == 2 and left(house) == []


@pytest.mark.parametrize("made", [to_several, to_gone])
async def test_from_another_folder_it_is_nothing_new(house: House, made: Callable[..., bytes]) -> None:
    await comes(house, made(house))
    house.clock.at += timedelta(days=1)
    await comes(house, made(house), folder="Junk")
    assert len(letters(house)) == 1 and len([one for one in said(house) if "Je m'en occupe" in one]) == 1


async def test_who_muted_the_mailbox_hears_what_became_of_their_own_answer(house: House) -> None:
    await happens(house, says("!notify mute"))
    await comes(house, to_several(house))
    assert len(letters(house)) == 1


@pytest.mark.parametrize("made", [to_several, to_gone])
async def test_who_leaves_before_it_is_mailed_gets_nothing(house: House, made: Callable[..., bytes]) -> None:
    house.provider.answers = [TryLater("450")]
    await comes(house, made(house), seconds=(0.0, 1.0))
    await happens(house, leaves(house, ALICE), seconds=(0.0, 300.0, 16.0))
    assert letters(house) == []


async def test_an_answer_to_what_it_says_goes_nowhere_either(house: House) -> None:
    await comes(house, to_several(house))
    (letter,) = letters(house)
    again = answer(
        house,
        "Et maintenant ?",
        id="y@home.example",
        to=str(letter["Message-ID"]).strip("<>"),
        subject=f"Re: {letter['Subject']}",
    )
    await comes(house, again, seconds=SENT)
    assert left(house) == [] and len(letters(house)) == 1
    assert any("Et maintenant ?" in one for one in said(house))
