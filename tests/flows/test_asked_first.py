"""A question before an answer leaves is used up by its answer, and confirms only what it was about."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.inputs.said import TeamMessage
from bot.domain.settings import Meaning
from storage.schema.threads import dialogues
from tests.fakes.chat import BOB, Posted
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens
from tests.fakes.writing import edits, mail, posts, reacts, redacts, says


async def _newer(house: House, number: int = 2, sender: str = "Marie <marie@example.org>") -> None:
    headers = mail(id=f"m{number}@example.org", reply_to="m1@example.org", subject="Re: Question", sender=sender)
    house.clock.forward(60)
    house.provider.deliver(headers)
    await house.settle(NOW)


async def _asked(house: House, body: str = "!reply Bonjour") -> tuple[TeamMessage, Posted]:
    """A command that was asked back about, and the question."""
    await _newer(house)
    written = says(body, thread=card_of(house))
    await happens(house, written)
    question = house.homeserver.of_kind("receipt")[-1]
    assert house.provider.delivered == []
    return written, question


@pytest.mark.parametrize("again", ["✅", "✅\ufe0f"])
async def test_a_second_check_mark_sends_nothing_more(house: House, again: str) -> None:
    _, question = await _asked(house)
    given = reacts("✅", question.event)
    await happens(house, given, seconds=SENT)
    await happens(house, redacts(given.event), reacts(again, question.event), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert card_says(house)["status"] == "pending"


async def test_the_command_again_and_then_a_check_mark_is_one_mail(house: House) -> None:
    _, question = await _asked(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_check_mark_and_then_the_command_again_is_asked_about(house: House) -> None:
    _, question = await _asked(house)
    await happens(house, reacts("✅", question.event))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_other_words_confirm_nothing(house: House) -> None:
    await _asked(house)
    await happens(house, says("!reply Au revoir", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert len(house.homeserver.of_kind("receipt")) == 2


async def test_another_file_confirms_nothing(house: House) -> None:
    house.homeserver.files["mxc://localhost/a.pdf"] = b"a"
    house.homeserver.files["mxc://localhost/b.pdf"] = b"bb"
    await _newer(house)
    await happens(house, posts("a.pdf", 1, thread=card_of(house), caption="!reply Voici"))
    await happens(house, posts("b.pdf", 2, thread=card_of(house), caption="!reply Voici"), seconds=SENT)
    assert house.provider.delivered == []


async def test_a_mail_that_came_after_the_question_is_asked_about_anew(house: House) -> None:
    _, question = await _asked(house)
    await _newer(house, 3)
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []
    anew = house.homeserver.of_kind("receipt")[-1]
    assert anew.event != question.event
    await happens(house, reacts("✅", anew.event), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_an_old_question_never_sends_to_who_wrote_since(house: House) -> None:
    _, question = await _asked(house)
    await _newer(house, 3, sender="Stranger <stranger@example.net>")
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []


async def test_an_edit_of_what_was_asked_about_asks_anew_with_the_new_words(house: House) -> None:
    written, question = await _asked(house, "!reply Bonjour Mari")
    await happens(house, edits(written.event, "!reply Bonjour Marie"))
    anew = house.homeserver.of_kind("receipt")[-1]
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []
    await happens(house, reacts("✅", anew.event), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie" in raw


@pytest.mark.parametrize("body", ["!note internal", "!close", "！reply x", " !reply x", "only talk"])
async def test_what_was_asked_about_and_is_no_answer_any_more_leaves_by_no_confirmation(
    house: House, body: str
) -> None:
    written, question = await _asked(house)
    await happens(house, edits(written.event, body), reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []
    assert card_says(house)["status"] == "active"


async def test_a_deleted_message_takes_its_question_along(house: House) -> None:
    written, question = await _asked(house)
    await happens(house, redacts(written.event), reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []


async def test_somebody_else_confirms_nothing(house: House) -> None:
    _, question = await _asked(house)
    await happens(house, reacts("✅", question.event, sender=BOB), seconds=SENT)
    assert house.provider.delivered == []
    assert card_says(house)["status"] == "active"
    assert len(answers_in(house)) == 2


async def test_a_question_after_its_time_is_put_anew(house: House) -> None:
    _, question = await _asked(house)
    house.clock.forward(16 * 60)
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []
    assert house.homeserver.of_kind("receipt")[-1].event != question.event


async def test_a_check_mark_confirms_where_it_closes_nothing(tmp_path: Path) -> None:
    mailbox = replace(INSTANCE.mailboxes[0], reactions=(("✋", Meaning.MINE),))
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await house.open()
    try:
        house.provider.deliver(mail())
        await house.settle(NOW)
        _, question = await _asked(house)
        await happens(house, reacts("✅", question.event), seconds=SENT)
        assert len(house.provider.delivered) == 1
    finally:
        await house.close()


async def test_an_undone_confirmation_is_asked_and_sent_anew(house: House) -> None:
    _, question = await _asked(house)
    await happens(house, reacts("✅", question.event))
    await happens(house, says("!undo", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []
    assert card_says(house)["assignee"] is None


async def test_taking_the_outbox_reaction_away_ends_its_question(house: House) -> None:
    talk = says("Bonjour", thread=card_of(house))
    await happens(house, talk)
    await _newer(house)
    given = reacts("📤", talk.event)
    await happens(house, given)
    question = house.homeserver.of_kind("receipt")[-1]
    await happens(house, redacts(given.event), reacts("✅", question.event), seconds=SENT)
    assert house.provider.delivered == []


async def test_a_question_and_what_becomes_of_its_mail_stand_where_the_command_was_given(house: House) -> None:
    await _newer(house)
    typed = says("!reply #1 Bonjour")
    await happens(house, typed)
    (asked,) = house.homeserver.of_kind("receipt")
    assert asked.content["m.relates_to"] == {"m.in_reply_to": {"event_id": typed.event}}
    await happens(house, reacts("✅", asked.event), seconds=SENT)
    assert len(house.provider.delivered) == 1
    shown = house.homeserver.of_kind("receipt")[-1]
    assert shown.content["m.relates_to"] == {"m.in_reply_to": {"event_id": typed.event}}
    assert "✅" in str(house.homeserver.current(shown.event)["body"])


@pytest.mark.parametrize("now", ["!reply #1 Bonsoir", "only talk", "!reply #1 --them Bonsoir", ""])
async def test_what_an_edit_makes_of_a_question_is_said_where_the_command_was_given(house: House, now: str) -> None:
    await _newer(house)
    typed = says("!reply #1 Bonjour")
    await happens(house, typed)
    before = len(house.homeserver.posted)
    await happens(house, edits(typed.event, now))
    told = [p for p in house.homeserver.posted[before:] if p.ours.get("kind") in ("answer", "receipt")]
    assert [p.relation for p in told] == [{"m.in_reply_to": {"event_id": typed.event}}]
    assert house.provider.delivered == []


async def test_what_is_wrong_with_an_answer_is_said_where_it_was_given(house: House) -> None:
    typed = says("!reply #1 --them Bonjour")
    await happens(house, typed)
    (told,) = house.homeserver.of_kind("answer")
    assert told.content["m.relates_to"] == {"m.in_reply_to": {"event_id": typed.event}}


async def test_a_question_is_answered_after_a_restart(house: House) -> None:
    _, question = await _asked(house)
    await house.close()
    await house.open()
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_what_nobody_answered_is_forgotten_after_a_day(house: House) -> None:
    await _asked(house)

    async def stages() -> list[str]:
        async with house.step.database.read() as tx:
            rows = await tx.all(select(dialogues.c.state), {})
        return [json.loads(row.state)["stage"] for row in rows]

    assert await stages() == ["open"]
    house.clock.forward(16 * 60)
    await house.settle(NOW)
    assert await stages() == ["late"]
    house.clock.forward(24 * 3600)
    await house.settle(NOW)
    assert await stages() == []


async def test_a_cancelled_question_is_over_after_a_restart_too(house: House) -> None:
    _, question = await _asked(house)
    await happens(house, says("!cancel", thread=card_of(house)))
    assert "Dropped" in answers_in(house)[-1]
    await house.close()
    await house.open()
    await happens(house, reacts("✅", question.event), says("!cancel", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert "!undo" in answers_in(house)[-1]
