"""A mail is passed on, through the whole bot: with its files, in a thread of its own that leads to the first one."""

from email import message_from_bytes, policy

import pytest

from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, outgoing, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import edits, mail, posts, reads, redacts, says
from tests.flows.test_database_put_back import now

PASSED = "!forward paul@example.org Tu peux voir ?"


def read(raw: bytes) -> tuple[str, str, list[str]]:
    """Subject, words, names of files."""
    parsed = message_from_bytes(raw, policy=policy.default)
    body = parsed.get_body(("plain",))
    assert body is not None
    return str(parsed["Subject"]), body.get_content(), [str(one.get_filename()) for one in parsed.iter_attachments()]


async def with_a_file(house: House) -> None:
    house.provider.deliver(mail(id="f1@example.org", reply_to="m1@example.org", text="Voici le plan.", file=b"%PDF x"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))


async def test_it_leaves_with_words_mail_and_files_and_the_answer_comes_into_its_own_thread(house: House) -> None:
    await with_a_file(house)
    await happens(house, says(PASSED, thread=card_of(house)), seconds=SENT)
    ((_, recipients, raw),) = house.provider.delivered
    subject, words, files = read(raw)
    assert (recipients, subject, files) == (("paul@example.org",), "Fwd: Question", ["paper.pdf"])
    assert "Tu peux voir ?" in words and "> Voici le plan." in words and "marie@example.org" in words
    assert b"In-Reply-To" not in raw and b"References" not in raw and b"alice" not in raw.lower()
    (shown,) = outgoing(house)
    assert shown.relation["event_id"] == card_of(house, 2)
    assert card_says(house, 1)["status"] == "active", "Marie still waits"

    sender = "Paul <paul@example.org>"
    house.provider.deliver(mail(id="p1@example.org", sender=sender, subject="Re: Fwd: Question", reply_to=id_of(raw)))
    await house.settle(NOW)
    (came,) = [p for p in mails_in(house) if p.ours["message_id"] == "p1@example.org"]
    assert came.relation["event_id"] == card_of(house, 2)

    await happens(house, says("!reply Merci Marie", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered[-1][1] == ("marie@example.org",)
    assert b"Tu peux voir" not in house.provider.delivered[-1][2]


async def test_both_threads_lead_to_each_other(house: House) -> None:
    await happens(house, says(PASSED, thread=card_of(house)), seconds=SENT)
    first, second = card_of(house), card_of(house, 2)
    there = [p for p in house.homeserver.posted if p.relation.get("event_id") == second]
    assert any(str(first) in str(p.content.get("formatted_body")) for p in there)
    here = [p for p in house.homeserver.posted if p.relation.get("event_id") == first]
    now = [house.homeserver.current(p.event) for p in here if not p.is_edit]
    assert any(str(second) in str(content.get("formatted_body")) for content in now)


@pytest.mark.parametrize("way", ["deleted", "undo", "to somebody else"])
async def test_taken_back_it_goes_to_nobody(house: House, way: str) -> None:
    written = says(PASSED, thread=card_of(house))
    await happens(house, written)
    match way:
        case "deleted":
            back: object = redacts(written.event)
        case "undo":
            back = says("!undo #2")
        case _:
            back = edits(written.event, PASSED.replace("paul@", "pauline@"))
    await happens(house, back, seconds=SENT)
    assert house.provider.delivered == []
    assert (reply_state(house), card_says(house, 2)["status"]) == ("cancelled", "closed")


async def test_its_words_can_be_edited_and_the_mail_stays_under_them(house: House) -> None:
    await with_a_file(house)
    written = says(PASSED, thread=card_of(house))
    await happens(house, written)
    await happens(house, edits(written.event, PASSED.replace("voir", "regarder")), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    _, words, files = read(raw)
    assert "regarder" in words and "> Voici le plan." in words and files == ["paper.pdf"]


async def test_a_file_of_the_room_goes_along_with_those_of_the_mail(house: House) -> None:
    await with_a_file(house)
    house.homeserver.files["mxc://localhost/form.pdf"] = b"%PDF-1.4 a form"
    await happens(house, posts("form.pdf", 15, thread=card_of(house), caption=PASSED), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    _, words, files = read(raw)
    assert sorted(files) == ["form.pdf", "paper.pdf"] and "> Voici le plan." in words


async def test_to_the_correspondent_it_is_refused(house: House) -> None:
    await happens(house, says("!forward marie@example.org x", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert len(answers_in(house)) == 1


async def test_given_again_in_the_same_words_it_goes_once(house: House) -> None:
    await happens(house, says(PASSED, thread=card_of(house)), says(PASSED, thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_after_a_restart_in_its_undo_window_it_leaves_once_and_whole(house: House) -> None:
    await with_a_file(house)
    await happens(house, says(PASSED, thread=card_of(house)))
    await house.close()
    await house.open()
    await house.settle(SENT)
    ((_, _, raw),) = house.provider.delivered
    assert read(raw)[2] == ["paper.pdf"]


async def test_a_mail_that_the_writer_has_not_seen_is_not_passed_on_unasked(house: House) -> None:
    await now(house, says("!note lu", thread=card_of(house)))
    house.provider.deliver(mail(id="n1@example.org", reply_to="m1@example.org", text="Entre nous."))
    await house.settle(NOW)
    await now(house, says(PASSED, thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == [] and "you have not seen" in answers_in(house)[-1]
    # The mail that is pointed at is the one that is meant, whatever came since.
    first = mails_in(house)[0].event
    await now(house, says(PASSED, thread=card_of(house), reply_to=first), seconds=SENT)
    assert b"Entre nous" not in house.provider.delivered[-1][2]
    newest = next(p.event for p in mails_in(house) if p.ours["message_id"] == "n1@example.org")
    await now(house, says("!forward leo@example.org Et toi ?", thread=card_of(house), reply_to=newest), seconds=SENT)
    assert len(house.provider.delivered) == 2 and b"Entre nous" in house.provider.delivered[-1][2]
    await now(house, reads(newest), says("!forward zoe@example.org Vous ?", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 3
