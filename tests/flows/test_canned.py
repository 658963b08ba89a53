"""Saved replies through the whole bot: kept, made the draft, changed, sent; taken back; after a restart."""

from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, happens, outgoing
from tests.fakes.upgrading import NEW
from tests.fakes.writing import edits, mail, redacts, says


async def test_it_leaves_with_its_values_as_a_draft_does(house: House) -> None:
    await happens(house, says("!canned save merci\nBonjour {prénom},\n\n**merci** pour « {objet} »."))
    await house.close()
    await house.open()
    await happens(
        house, says("!canned merci", thread=card_of(house)), says("!send", thread=card_of(house)), seconds=SENT
    )
    ((_, recipients, raw),) = house.provider.delivered
    assert recipients == ("marie@example.org",)
    assert "Bonjour Marie," in raw.decode() and "<strong" in raw.decode()


async def test_a_hostile_name_stays_text(house: House) -> None:
    house.provider.deliver(mail(id="h1@example.org", sender='"**Gratis** https://evil.example" <h@example.org>'))
    await house.settle()
    await happens(house, says("!canned save hi\nBonjour {name}"))
    await happens(
        house, says("!canned hi", thread=card_of(house, 2)), says("!send", thread=card_of(house, 2)), seconds=SENT
    )
    raw = house.provider.delivered[0][2].decode()
    assert "href" not in raw and "<strong" not in raw and "Gratis" in raw
    # Its line shows the words as the mail has them.
    line = str(house.homeserver.current(outgoing(house)[0].event)["body"])
    assert "**Gratis**" in line and "\\" not in line


async def test_edited_into_a_draft_its_words_change_and_deleted_there_is_none(house: House) -> None:
    await happens(house, says("!canned save merci\nMerci."))
    put = says("!canned merci", thread=card_of(house))
    await happens(
        house, put, edits(put.event, "!draft Merci beaucoup."), says("!send", thread=card_of(house)), seconds=SENT
    )
    assert "Merci beaucoup." in house.provider.delivered[0][2].decode()
    again = says("!canned merci", thread=card_of(house))
    await happens(house, again, redacts(again.event), says("!send", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_deleting_the_command_soon_takes_the_change_back(house: House) -> None:
    kept = says("!canned save merci\nMerci.")
    await happens(house, kept)
    other = says("!canned save merci\nNon merci.")
    await happens(house, other, redacts(other.event))
    await happens(house, says("!canned merci"))
    assert "Non merci" not in answers_in(house)[-1] and "Merci." in answers_in(house)[-1]


async def test_deleted_by_two_people_it_does_not_come_back(house: House) -> None:
    kept = says("!canned save merci\nMerci.")
    await happens(house, kept, redacts(kept.event), redacts(kept.event, sender=BOB))
    await happens(house, says("!canned"))
    assert "There is no saved reply yet" in answers_in(house)[-1]


async def test_words_with_a_variable_that_nobody_filled_in_are_asked_about_before_they_leave(house: House) -> None:
    house.provider.deliver(mail(id="h1@example.org", sender="x@example.org", subject=""))
    await house.settle()
    thread = card_of(house, 2)
    await happens(house, says("!canned save hi\nBonjour {prénom}"), says("!canned hi", thread=thread))
    await happens(house, says("!send", thread=thread), says("!send", thread=thread), seconds=SENT)
    assert house.provider.delivered == [] and "{prénom} still stands in the draft" in answers_in(house)[-1]
    await happens(house, says("!draft Bonjour", thread=thread), says("!send", thread=thread), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("x@example.org",)]


async def test_in_an_upgraded_room_it_is_there_and_in_the_old_one_nobody_hears(moved: House) -> None:
    await happens(moved, says("!canned save merci\nMerci.", room=NEW), says("!canned merci", room=ROOM))
    before = answers_in(moved)
    await happens(moved, says("!canned merci", room=NEW))
    assert len(answers_in(moved)) == len(before) + 1 and "Merci." in answers_in(moved)[-1]
