"""A prepared answer, through the whole bot."""

import pytest

from bot.domain.ids import EventId
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, outgoing, reply_state
from tests.fakes.writing import edits, mail, reacts, redacts, says


async def test_one_prepares_another_changes_and_a_third_word_sends(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour Mari", thread=thread)
    await happens(house, written, edits(written.event, "!draft Bonjour Marie, à samedi"))
    await happens(house, says("!draft Bonjour Marie, à dimanche", thread=thread, sender=BOB), seconds=SENT)
    assert house.provider.delivered == []
    await happens(house, says("!history", thread=thread))
    shown = " ".join(answers_in(house))
    assert "−samedi +dimanche" in shown
    await happens(house, says("!send", thread=thread), seconds=SENT)
    ((_, recipients, raw),) = house.provider.delivered
    assert recipients == ("marie@example.org",) and "=C3=A0 dimanche" in raw.decode()
    assert reply_state(house) == "sent"
    await happens(house, says("!send", thread=thread), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_how_the_draft_stands_is_one_message(house: House) -> None:
    thread = card_of(house)
    await happens(house, says("!draft Un", thread=thread), says("!draft Deux", thread=thread, sender=BOB))
    await happens(house, says("!discard", thread=thread))
    told = [p for p in house.homeserver.posted if "📝" in str(p.content.get("body"))]
    assert len([p for p in told if not p.is_edit]) == 1


async def test_deleted_it_is_gone_and_taken_back_it_waits_after_a_restart(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour", thread=thread)
    await happens(house, written)
    await house.close()
    await house.open()
    sent = says("!send", thread=thread)
    await happens(house, sent, redacts(sent.event), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "cancelled")
    await happens(house, redacts(written.event), says("!send", thread=thread), seconds=SENT)
    assert house.provider.delivered == [] and len(outgoing(house)) == 1


async def test_a_draft_whose_edit_alone_is_deleted_is_none(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour", thread=thread)
    changed = edits(written.event, "!draft Bonsoir")
    await happens(house, written, changed, redacts(changed.event), says("!send", thread=thread), seconds=SENT)
    assert house.provider.delivered == []


@pytest.mark.parametrize(
    ("how", "left"),
    [("edited", "Deux"), ("edited to talk", None), ("deleted", None), ("edited after", "Un"), ("by another", "Un")],
)
async def test_its_words_may_change_while_its_mail_waits_and_the_old_ones_do_not_leave(
    house: House, how: str, left: str | None
) -> None:
    thread = card_of(house)
    written = says("!draft Un", thread=thread)
    await happens(house, written)
    await happens(house, says("!send", thread=thread, sender=BOB), seconds=SENT if how == "edited after" else NOW)
    match how:
        case "deleted":
            change: object = redacts(written.event)
        case "edited to talk":
            change = edits(written.event, "rather not")
        case "by another":
            change = edits(written.event, "!draft Deux", sender=BOB)
        case _:
            change = edits(written.event, "!draft Deux")
    await happens(house, change, seconds=SENT)
    before = [raw.decode() for _, _, raw in house.provider.delivered]
    assert len(before) == (1 if left == "Un" else 0)
    assert ("does not leave" in " ".join(answers_in(house))) == (left != "Un")
    await happens(house, says("!send", thread=thread, sender=BOB), seconds=SENT)
    after = [raw.decode() for _, _, raw in house.provider.delivered]
    assert len(after) == (0 if left is None else 1)
    assert left is None or f"\n{left}\n" in after[0].replace("\r", "")


@pytest.mark.parametrize(("change", "left"), [("!draft Deux", 0), ("!draft Un", 1), ("rather not", 0), ("", 0)])
async def test_a_question_is_about_the_words_that_the_draft_had(house: House, change: str, left: int) -> None:
    thread = card_of(house)
    written = says("!draft Un", thread=thread)
    await happens(house, written)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle((0.0,))
    await happens(house, says("!send", thread=thread, sender=BOB))
    changed = edits(written.event, change) if change else redacts(written.event)
    await happens(house, changed)
    await happens(house, reacts("✅", _question(house), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == left
    if change == "!draft Deux":
        await happens(house, reacts("✅", _question(house), sender=BOB), seconds=SENT)
        ((_, _, raw),) = house.provider.delivered
        assert "\r\nDeux\r\n" in raw.decode()


def _question(house: House) -> EventId:
    return [p for p in house.homeserver.posted if "put ✅ on this message" in str(p.content.get("body"))][-1].event


@pytest.mark.parametrize("where", ["words", "line"])
async def test_a_cross_drops_it_once(house: House, where: str) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour", thread=thread)
    await happens(house, written)
    line = next(p.event for p in house.homeserver.posted if "prepared an answer" in str(p.content.get("body")))
    target = written.event if where == "words" else line
    await happens(house, reacts("❌\ufe0f", target, sender=BOB))
    assert "dropped the draft" in str(house.homeserver.current(line)["body"])
    said = len(answers_in(house))
    await happens(house, reacts("❌", target), says("!send", thread=thread), seconds=SENT)
    assert house.provider.delivered == [] and len(answers_in(house)) == said + 1, "of the second one nothing is said"


async def test_a_cross_on_what_waits_for_nothing_says_nothing(house: House) -> None:
    thread = card_of(house)
    talk = says("Qui répond ?", thread=thread)
    await happens(house, talk, says("!draft Bonjour", thread=thread))
    (came,) = [p for p in house.homeserver.of_kind("mail") if p.ours["direction"] == "in"]
    said = len(answers_in(house))
    for target in (thread, talk.event, came.event):
        await happens(house, reacts("❌", target), reacts("👍", target))
    assert len(answers_in(house)) == said
    await happens(house, says("!send", thread=thread), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_cross_on_a_question_is_no(house: House) -> None:
    thread = card_of(house)
    await happens(house, says("!draft Un", thread=thread))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle((0.0,))
    await happens(house, says("!send", thread=thread))
    asked = _question(house)
    await happens(house, reacts("❌", asked, sender=BOB))
    assert "put to somebody else" in answers_in(house)[-1]
    await happens(house, reacts("❌", asked))
    assert "nothing was done" in answers_in(house)[-1]
    await happens(house, reacts("✅", asked), seconds=SENT)
    assert house.provider.delivered == []


def _card(house: House) -> str:
    return str(house.homeserver.current(card_of(house))["body"])


async def test_the_card_and_the_list_say_who_has_a_draft_while_it_waits(house: House) -> None:
    thread = card_of(house)
    events = len([p for p in house.homeserver.posted if not p.is_edit])
    await happens(house, says("!list drafts"))
    assert "has a draft" not in answers_in(house)[-1]
    await happens(house, says("!draft Un", thread=thread))
    assert "Alice has a draft" in _card(house)
    await happens(house, says("!draft Deux", thread=thread, sender=BOB), says("!liste brouillons"))
    assert (
        "Bob has a draft" in _card(house)
        and "#1" in answers_in(house)[-1]
        and "Bob has a draft" in answers_in(house)[-1]
    )
    sent = says("!send", thread=thread)
    await happens(house, sent)
    assert "has a draft" not in _card(house)
    await happens(house, says("!undo", thread=thread))
    assert "Bob has a draft" in _card(house)
    await house.close()
    await house.open()
    await happens(house, says("!list drafts"))
    assert "#1" in answers_in(house)[-1]
    await happens(house, says("!send", thread=thread), seconds=SENT)
    assert len(house.provider.delivered) == 1 and "has a draft" not in _card(house)
    await happens(house, says("!draft Trois", thread=thread), says("!discard", thread=thread), says("!list drafts"))
    assert "has a draft" not in _card(house) and "#1" not in answers_in(house)[-1]
    assert len([p for p in house.homeserver.of_kind("conversation") if not p.is_edit]) == 1 and events


async def test_who_edits_a_draft_that_a_colleague_took_up_hears_that_it_changes_nothing(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Un", thread=thread)
    await happens(house, written, says("!draft Deux", thread=thread, sender=BOB))
    before = len(answers_in(house))
    await happens(house, edits(written.event, "!draft Trois"))
    assert "has written the draft anew" in answers_in(house)[-1] and len(answers_in(house)) == before + 1
    await happens(house, says("!send", thread=thread), seconds=SENT)
    assert [b"Deux" in raw and b"Trois" not in raw for _, _, raw in house.provider.delivered] == [True]


@pytest.mark.parametrize("words", ["demain", 'at "tomorrow 9:00"', "no", "to paul@example.org", "later"])
async def test_words_behind_send_are_asked_about_and_nothing_leaves(house: House, words: str) -> None:
    await happens(house, says("!draft Bonjour", thread=card_of(house)))
    await happens(house, says(f"!send {words}", thread=card_of(house)), seconds=SENT)
    assert not house.provider.delivered and "means nothing behind" in answers_in(house)[-1]
    await happens(house, says("!send #1,"), seconds=SENT)
    assert len(house.provider.delivered) == 1
