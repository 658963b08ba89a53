"""Files that members post in a thread and that go out with a mail."""

import hashlib
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.domain.ids import BlobId
from bot.domain.inputs.said import TeamMessage
from bot.domain.outcomes import TryLater
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, reply_state
from tests.fakes.writing import edits, mail, posts, reacts, redacts, says

PDF = b"%PDF-1.4 an agenda"


def _sent(house: House) -> EmailMessage:
    ((_, _, raw),) = house.provider.delivered
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _files(message: EmailMessage) -> list[tuple[str | None, bytes]]:
    return [(part.get_filename(), part.get_content()) for part in message.iter_attachments()]


def _words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def _agenda(house: House, caption: str = "", **more: object) -> TeamMessage:
    house.homeserver.files["mxc://localhost/agenda.pdf"] = PDF
    posted = posts("agenda.pdf", len(PDF), thread=card_of(house), caption=caption, **more)  # type: ignore[arg-type]
    await happens(house, posted)
    return posted


@pytest.mark.parametrize("way", ["📤", "!send"])
async def test_a_file_of_ones_own_is_sent_as_an_attachment(house: House, way: str) -> None:
    posted = await _agenda(house)
    send = reacts("📤", posted.event) if way == "📤" else says("!send", thread=card_of(house), reply_to=posted.event)
    await happens(house, send, seconds=SENT)
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]
    assert reply_state(house) == "sent"
    (copy,) = house.provider.folders["Sent"]
    assert copy.raw == house.provider.delivered[0][2]
    said = [str(p.content["body"]) for p in house.homeserver.of_kind("mail")][-1]
    assert "agenda.pdf" in said


async def test_the_caption_is_the_mails_text(house: House) -> None:
    posted = await _agenda(house, caption="Voici l'ordre du jour.")
    await happens(house, reacts("📤", posted.event), seconds=SENT)
    assert _words(_sent(house)).startswith("Voici l'ordre du jour.")


async def test_a_reply_as_the_caption_of_a_file_takes_it_along(house: House) -> None:
    await _agenda(house, caption="!reply Voici.")
    await house.settle(SENT)
    assert _words(_sent(house)).startswith("Voici.")
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


async def test_a_file_is_not_sent_because_it_is_there(house: House) -> None:
    await _agenda(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == []


async def test_attached_files_leave_with_the_next_reply_and_only_with_it(house: House) -> None:
    await _agenda(house)
    house.homeserver.files["mxc://localhost/plan.pdf"] = b"a plan"
    await happens(house, posts("plan.pdf", 6, thread=card_of(house)))
    await happens(house, says("!attach", thread=card_of(house)))
    (held,) = answers_in(house)
    assert "agenda.pdf, plan.pdf" in held
    await happens(house, says("!reply Voici les deux.", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == [("agenda.pdf", PDF), ("plan.pdf", b"a plan")]
    await happens(house, says("!reply Et encore", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 2
    assert b"agenda.pdf" not in house.provider.delivered[1][2]


async def test_a_colleagues_file_is_attached_by_replying_to_it(house: House) -> None:
    posted = await _agenda(house, sender=BOB)
    await happens(house, says("!attach", thread=card_of(house)))
    assert "No file" in answers_in(house)[-1]
    await happens(house, says("!attach", thread=card_of(house), reply_to=posted.event))
    await happens(house, says("!reply Voici", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


async def test_what_one_person_attached_does_not_leave_with_anothers_reply(house: House) -> None:
    await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)))
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=SENT)
    assert _files(_sent(house)) == []


async def test_attach_none_leaves_the_files_out(house: House) -> None:
    await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)), says("!attach none", thread=card_of(house)))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == []


async def test_a_message_without_a_file_cannot_be_attached(house: House) -> None:
    talk = says("Look", thread=card_of(house))
    await happens(house, talk, says("!attach", thread=card_of(house), reply_to=talk.event))
    assert "!attach" in answers_in(house)[-1]


async def test_files_that_are_too_large_are_refused_before_anything_is_fetched(house: House) -> None:
    posted = posts("film.pdf", 40_000_000, thread=card_of(house))
    await happens(house, posted, reacts("📤", posted.event), seconds=SENT)
    assert house.provider.delivered == []
    assert "40 MB" in answers_in(house)[-1]
    assert "download before" not in house.boundaries.passed


async def test_a_file_that_is_larger_than_its_client_said_is_not_sent(house: House) -> None:
    house.homeserver.files["mxc://localhost/film.pdf"] = bytes(19_000_000)
    posted = posts("film.pdf", 5, thread=card_of(house))
    await happens(house, posted, reacts("📤", posted.event), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "refused"
    assert any("18 MB" in said for said in answers_in(house))


async def test_files_that_are_too_large_only_together_are_not_sent(house: House) -> None:
    for name in ("one.pdf", "two.pdf"):
        house.homeserver.files[f"mxc://localhost/{name}"] = bytes(10_000_000)
        await happens(house, posts(name, 0, thread=card_of(house)))
    await happens(house, says("!attach", thread=card_of(house)))
    await happens(house, says("!reply Voici", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "refused"


async def test_a_file_that_is_gone_is_told_and_nothing_is_sent(house: House) -> None:
    posted = posts("gone.pdf", 5, thread=card_of(house))
    await happens(house, posted, reacts("📤", posted.event), seconds=SENT)
    assert house.provider.delivered == []
    assert any("gone.pdf" in said for said in answers_in(house))
    await happens(house, says("!reply Sans fichier", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == []


@pytest.mark.parametrize("way", ["undo", "redact the file", "redact the command"])
async def test_a_mail_that_waits_for_its_file_is_taken_back(house: House, way: str) -> None:
    posted = await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)))
    house.homeserver.refuse_files.append(TryLater("429", after=15))
    written = says("!reply Voici", thread=card_of(house))
    house.homeserver.happens(written)
    await house.settle((0.0,))
    assert (reply_state(house), house.provider.delivered) == ("queued", [])
    back = {
        "undo": says("!undo", thread=card_of(house)),
        "redact the file": redacts(posted.event),
        "redact the command": redacts(written.event),
    }[way]
    await happens(house, back, seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"
    assert await house.open_calls() == 0


async def test_deleting_an_attached_file_within_the_window_cancels(house: House) -> None:
    posted = await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)))
    house.homeserver.happens(says("!reply Voici", thread=card_of(house)))
    await house.settle((0.0,))
    await happens(house, redacts(posted.event), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"


async def test_files_of_a_reply_that_was_taken_back_are_still_attached(house: House) -> None:
    await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)))
    await happens(house, says("!reply Trop tôt", thread=card_of(house)), says("!undo", thread=card_of(house)))
    await happens(house, says("!reply Voici", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


@pytest.mark.parametrize("is_late", [False, True])
async def test_an_edit_changes_the_text_and_keeps_the_file(house: House, is_late: bool) -> None:
    await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)))
    if is_late:
        house.homeserver.refuse_files.append(TryLater("429", after=5))
    written = says("!reply Voisi", thread=card_of(house))
    house.homeserver.happens(written)
    await house.settle((0.0,))
    await happens(house, edits(written.event, "!reply Voici"), seconds=SENT)
    assert _words(_sent(house)).startswith("Voici")
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


async def test_a_caption_that_is_taken_away_is_not_sent(house: House) -> None:
    posted = await _agenda(house, caption="Voici, mon ami.")
    house.homeserver.happens(reacts("📤", posted.event))
    await house.settle((0.0,))
    await happens(house, edits(posted.event, ""), seconds=SENT)
    assert "mon ami" not in _words(_sent(house))
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


async def test_a_file_waits_while_the_homeserver_is_away(house: House) -> None:
    posted = await _agenda(house)
    house.homeserver.refuse_files.append(TryLater("unreachable", is_outage=True))
    await happens(house, reacts("📤", posted.event), seconds=(*SENT, 60.0, 60.0))
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


async def test_a_file_that_vanished_from_the_disk_holds_nothing_up(house: House) -> None:
    """An edit writes the mail anew: without its file it does not leave, nor does it in its old words."""
    await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)))
    written = says("!reply Voici", thread=card_of(house))
    house.homeserver.happens(written)
    await house.settle((0.0,))
    house.step.blobs.path(BlobId(hashlib.sha256(PDF).hexdigest())).unlink()
    await happens(house, edits(written.event, "!reply Voici donc"), says("!close", thread=card_of(house)), seconds=SENT)
    assert (house.provider.delivered, reply_state(house), card_says(house)["status"]) == ([], "refused", "closed")
    assert any("copy of" in str(p.content["body"]) for p in house.homeserver.of_kind("receipt"))
    assert await house.open_calls() == 0


async def test_a_question_before_a_file_is_confirmed_by_a_reaction(house: House) -> None:
    posted = await _agenda(house, caption="Voici")
    house.clock.forward(60)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)
    await happens(house, reacts("📤", posted.event), seconds=SENT)
    assert house.provider.delivered == []
    (question,) = house.homeserver.of_kind("receipt")
    await happens(house, reacts("✅", question.event), seconds=SENT)
    assert _words(_sent(house)).startswith("Voici")
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


async def test_in_an_encrypted_room_a_file_is_sent_by_the_command(house: House) -> None:
    posted = await _agenda(house, encrypted=True)
    await happens(house, reacts("📤", posted.event, encrypted=True), seconds=SENT)
    assert house.provider.delivered == []
    send = says("!send", thread=card_of(house), reply_to=posted.event, encrypted=True, sealed=True)
    await happens(house, send, seconds=SENT)
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


@pytest.mark.parametrize("how", ["plain", "another session"])
async def test_what_a_homeserver_could_have_put_there_is_never_attached(house: House, how: str) -> None:
    forged = posts("forged.pdf", 5, thread=card_of(house), encrypted=True)
    forged = (
        replace(forged, was_encrypted=False) if how == "plain" else replace(forged, session_trust="foreign_session")
    )
    house.homeserver.files["mxc://localhost/forged.pdf"] = b"false"
    await _agenda(house, encrypted=True)
    attach = says("!attach", thread=card_of(house), encrypted=True, sealed=True)
    send = says("!send", thread=card_of(house), reply_to=forged.event, encrypted=True, sealed=True)
    await happens(house, forged, attach, send, seconds=SENT)
    assert house.provider.delivered == []
    assert not any("forged.pdf" in said for said in answers_in(house))


async def test_a_file_with_another_command_as_caption_is_kept_for_later(house: House) -> None:
    await _agenda(house, caption="!follow")
    await happens(house, says("!attach", thread=card_of(house)))
    assert "agenda.pdf" in answers_in(house)[-1]


async def test_a_mail_of_files_without_words_can_be_sent(house: House) -> None:
    await _agenda(house)
    await happens(house, says("!attach", thread=card_of(house)), says("!reply", thread=card_of(house)), seconds=SENT)
    assert _files(_sent(house)) == [("agenda.pdf", PDF)]


@pytest.mark.parametrize("words", ["--only Bonjour", 'Bonjour --at "lundi 9h"', "Bonjour\n--only"])
async def test_talk_that_holds_an_option_is_not_mailed_as_it_stands(house: House, words: str) -> None:
    posted = says(words, thread=card_of(house))
    await happens(house, posted, reacts("📤", posted.event), seconds=SENT)
    assert house.provider.delivered == []
    assert "--" in str(house.homeserver.posted[-1].content["body"])
