"""Saved replies through the whole bot: kept, made the draft, changed, sent; taken back; after a restart."""

from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, happens
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
