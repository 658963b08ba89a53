"""`blobs/`, or a file in it, is gone: what can be had again is fetched from the mailbox, for the rest there are words."""

import shutil
from dataclasses import replace

from storage import outbox, shunted
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in, outgoing, reply_state
from tests.fakes.writing import mail, posts, reads, says


def _lose_all(house: House) -> None:
    shutil.rmtree(house.folder / "blobs")
    (house.folder / "blobs" / "incoming").mkdir(parents=True)


def _files(house: House) -> list[str]:
    return [
        str(p.content["filename"])
        for p in house.homeserver.posted
        if p.ours.get("kind") == "attachment" and not p.is_edit
    ]


def _told(house: House) -> str:
    said = [
        p for p in house.homeserver.posted if p.ours.get("kind") in ("notice", "receipt", "answer") and not p.is_edit
    ]
    return str(said[-1].content["body"])


async def test_the_original_is_fetched_again_from_where_the_mail_lies(house: House) -> None:
    _lose_all(house)
    await happens(house, says("!original", thread=card_of(house)))
    (name,) = _files(house)
    assert name.endswith(".eml")


async def test_the_original_of_a_mail_that_lies_nowhere_is_answered_in_words(house: House) -> None:
    _lose_all(house)
    house.provider.folders["INBOX"].clear()
    await happens(house, says("!original", thread=card_of(house)))
    assert not [name for name in _files(house) if name.endswith(".eml")]
    assert "copy of it is lost" in _told(house) and "INBOX" in _told(house)


async def test_another_mail_at_the_same_place_is_not_taken_for_it(house: House) -> None:
    _lose_all(house)
    house.provider.folders["INBOX"][0].raw = mail(id="other@example.org", text="Other words")
    await happens(house, says("!original", thread=card_of(house)))
    assert "copy of it is lost" in _told(house)


async def test_files_that_wait_to_be_posted_come_from_the_mailbox_again(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", text="Here it is", file=b"%PDF-1.4"))
    inbox = house.pumps[0]
    await inbox.catch_up(await inbox.open())
    _lose_all(house)
    await house.settle(NOW)
    assert _files(house) == ["paper.pdf"]


async def test_an_answer_whose_bytes_are_gone_is_refused_in_words_and_others_go_on(house: House) -> None:
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    _lose_all(house)
    await house.settle(SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "refused"
    (shown,) = outgoing(house)
    assert "write it anew" in str(house.homeserver.current(shown.event)["body"])
    assert await house.open_calls() == 0

    house.provider.deliver(mail(id="m2@example.org"))
    await house.settle(NOW)
    assert "m2@example.org" in [p.ours["message_id"] for p in mails_in(house)]
    async with house.step.database.read() as tx:
        assert not await outbox.depth(tx)


async def test_what_is_said_of_it_is_said_in_the_language_that_was_chosen_since(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    _lose_all(house)
    french = replace(house.step.settings.file.mailboxes[0], language="fr")
    house.step.settings.reload(replace(house.step.settings.file, mailboxes=(french,)))
    await house.settle(SENT)
    (shown,) = outgoing(house)
    assert "la copie que le robot gardait" in str(house.homeserver.current(shown.event)["body"])


async def test_a_mail_that_is_passed_on_without_its_file_is_refused_in_words_and_says_which(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Le plan.", file=b"%PDF-1.4"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    _lose_all(house)
    await happens(house, says("!forward paul@example.org Voici", thread=card_of(house)), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "refused")
    assert any("copy of paper.pdf" in str(p.content["body"]) for p in house.homeserver.of_kind("receipt"))
    async with house.step.database.read() as tx:
        assert await shunted.listing(tx) == ()


async def test_an_answer_that_waits_for_its_time_and_whose_file_goes_meanwhile_is_refused_in_words(
    house: House,
) -> None:
    house.homeserver.files["mxc://localhost/form.pdf"] = b"%PDF-1.4 a form"
    await happens(house, posts("form.pdf", 15, thread=card_of(house)), says("!attach", thread=card_of(house)))
    await happens(house, says('!reply --at "tomorrow 9:00" Voici', thread=card_of(house)), seconds=SENT)
    assert reply_state(house) == "scheduled"
    _lose_all(house)
    await house.settle((86_400.0, 16.0))
    assert (house.provider.delivered, reply_state(house)) == ([], "refused")
    assert "copy of form.pdf" in _told(house)
