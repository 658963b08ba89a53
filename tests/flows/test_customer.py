"""`!customer` through the whole house: a restart, a deletion, a database that is put back."""

from tests.fakes.chat import BOB, CONFIG
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, card_says, happens, outgoing
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says

LEA = "lea@mairie.example"


def text_of(house: House) -> str:
    return str(house.homeserver.current(card_of(house))["body"])


async def test_it_holds_over_a_restart_and_is_found_and_told(house: House) -> None:
    await happens(house, says(f"!client #1 Léa <{LEA}>"))
    await house.close()
    await house.open()
    assert LEA in text_of(house) and card_says(house)["wishes"]
    await happens(house, says("!reply Bonjour Léa", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    ((_, recipients, raw),) = house.provider.delivered
    assert list(recipients) == [LEA] and b"une question" not in raw
    await happens(house, says("!search lea from:lea"), says("!list from:lea@mairie.example"), says("!history #1"))
    assert all("#1" in one for one in answers_in(house)[-3:])
    assert "<marie@example.org> → Léa" in answers_in(house)[-1]
    house.provider.deliver(mail(id="lea1@mairie.example", sender=f"Léa <{LEA}>", reply_to="m1@example.org"))
    await house.settle((0.0, 16.0))
    assert "new in this conversation" not in str(house.homeserver.of_kind("mail")[-1].content["body"])


async def asked_and_sent(house: House) -> None:
    """`!send` asks, since the mail goes to Lea now, and the second one sends it."""
    await happens(house, says("!send", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    asked = str(house.homeserver.of_kind("receipt")[-1].content["body"])
    assert house.provider.delivered == [] and "Bob has changed" in asked and LEA in asked
    await happens(house, says("!send", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [[LEA]]


async def test_the_words_that_were_written_to_somebody_else_leave_once_their_writer_knows(house: House) -> None:
    await happens(house, says("!draft Bonjour Marie", thread=card_of(house)))
    await happens(house, says(f"!customer {LEA}", thread=card_of(house), sender=BOB))
    await house.close()
    await house.open()
    await asked_and_sent(house)


async def test_editing_the_draft_is_not_knowing_that_it_goes_to_somebody_else(house: House) -> None:
    draft = says("!draft Bonjour Marie", thread=card_of(house))
    await happens(house, draft)
    await happens(house, says(f"!customer {LEA}", thread=card_of(house), sender=BOB))
    await happens(house, edits(draft.event, "!draft Bonjour Marie, encore"))
    await happens(house, edits(draft.event, "!draft Bonjour Marie, enfin"))
    await house.close()
    await house.open()
    await asked_and_sent(house)


async def test_a_draft_of_somebody_who_has_read_the_change_leaves_edited_or_not(house: House) -> None:
    await happens(house, says("!draft Bonjour Marie", thread=card_of(house)))
    await happens(house, says(f"!customer {LEA}", thread=card_of(house), sender=BOB))
    await happens(house, reads(house.homeserver.of_kind("answer")[-1].event))
    draft = says("!draft Bonjour Léa", thread=card_of(house))
    await happens(house, draft, edits(draft.event, "!draft Bonjour Léa, encore"))
    await happens(house, says("!send", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [[LEA]]


async def test_a_note_after_the_change_is_not_knowing_who_gets_the_answer(house: House) -> None:
    await happens(house, says(f"!customer {LEA}", thread=card_of(house), sender=BOB))
    await happens(house, says("!note ok", thread=card_of(house)))
    words = says("Bonjour Marie", thread=card_of(house))
    await happens(house, words)
    await happens(house, reacts("📤", words.event), seconds=(0.0, 25.0, 16.0))
    assert house.provider.delivered == []
    await house.close()
    await house.open()
    await happens(house, says("!reply Bonjour Marie", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [[LEA]]
    await happens(house, says("!reply Encore", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [[LEA], [LEA]]


async def test_whoever_may_not_send_says_for_nobody_who_gets_the_answers(house: House) -> None:
    await happens(house, says("!revoke @bob:localhost send contact@asso.example", room=CONFIG))
    for words in (f"!customer {LEA}", f"!bcc +{LEA}", f"!cc +{LEA}", "!only", "!all", "!from contact@asso.example"):
        await happens(house, says(words, thread=card_of(house), sender=BOB))
        assert "you need the right" in answers_in(house)[-1], words
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [["marie@example.org"]]


async def test_deleted_soon_it_is_as_it_was(house: House) -> None:
    said = says(f"!customer {LEA}", thread=card_of(house))
    await happens(house, said, redacts(said.event), seconds=(0.0, 1.0))
    assert "marie@example.org" in text_of(house) and LEA not in text_of(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [["marie@example.org"]]
    assert len(outgoing(house)) == 1
