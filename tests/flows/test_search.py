"""`!search` through the whole house: what came, was answered and was noted is found, edited and forgotten."""

from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, happens
from tests.fakes.writing import edits, mail, redacts, says


async def searched(house: House, words: str) -> str:
    await happens(house, says(f"!search {words}"))
    return answers_in(house)[-1]


async def test_mails_answers_and_notes_are_found_without_accents(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", text="Le règlement de l’été", subject="Règlement"))
    await house.settle()
    await happens(house, says("!note Prévenir la trésorière", thread=card_of(house)))
    assert "#2" in await searched(house, "REGLEMENT ete")
    assert "#1" in await searched(house, "tresoriere")
    assert "#1" not in await searched(house, "tresoriere reglement")
    assert "#2" in await searched(house, "objet:règl*")
    assert "#2" in await searched(house, "reglement status:active")
    assert "#2" not in await searched(house, "reglement status:closed")


async def test_a_filter_alone_finds_the_newest_first(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", subject="Règlement"))
    await house.settle()
    await happens(house, says("!tag urgent", thread=card_of(house)))
    shown = await searched(house, "status:active")
    assert -1 < shown.index("#2") < shown.index("#1")
    shown = await searched(house, "étiquette:urgent")
    assert "#1" in shown and "#2" not in shown
    assert "#1" in await searched(house, "after:yesterday") and "#1" not in await searched(house, "avant:2020")
    assert "#1" not in await searched(house, "status:closed") and "#1" in await searched(house, "assignee:nobody")
    await happens(house, says("!delete", thread=card_of(house)))
    assert "#1" not in await searched(house, "after:yesterday")
    assert "only 1 page" in await searched(house, "after:yesterday page:9")
    await happens(house, says("!list 2"))
    assert "only 1 page" in answers_in(house)[-1]


async def test_a_note_is_found_as_it_reads_and_not_once_it_is_deleted(house: House) -> None:
    note, talk = says("!note kilowatts", thread=card_of(house)), says("megawatts", thread=card_of(house))
    await happens(house, note, talk)
    assert "#1" in await searched(house, "kilowatts") and "#1" in await searched(house, "megawatts")
    await happens(house, edits(note.event, "!note volts"), edits(talk.event, "ampères"))
    assert "#1" not in await searched(house, "kilowatts") and "#1" not in await searched(house, "megawatts")
    assert "#1" in await searched(house, "volts") and "#1" in await searched(house, "amperes")
    await happens(house, redacts(note.event), redacts(talk.event), edits(note.event, "!note volts"))
    assert "#1" not in await searched(house, "volts") and "#1" not in await searched(house, "amperes")


async def test_a_note_whose_edit_alone_is_deleted_is_found_by_the_edited_words_no_more(house: House) -> None:
    note, talk = says("!note kilowatts", thread=card_of(house)), says("megawatts", thread=card_of(house))
    changed = edits(note.event, "!note volts"), edits(talk.event, "ampères")
    await happens(house, note, talk, *changed)
    await happens(house, *(redacts(one.event) for one in changed))
    assert "#1" not in await searched(house, "volts") and "#1" not in await searched(house, "amperes")


async def test_what_members_wrote_is_shown_as_it_reads_and_what_came_as_it_came(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", text="Le prix **TTC** et [le lien](x)", subject="Prix"))
    await house.settle()
    await happens(house, says("!reply Il reste **deux places** [ici](https://asso.example/a)", thread=card_of(house)))
    await happens(house, says("!note Voir _le trésorier_ demain", thread=card_of(house)))
    shown = await searched(house, "places")
    assert "deux places" in shown and "**" not in shown and "](" not in shown
    assert "Voir le trésorier demain" in await searched(house, "tresorier")
    assert "**TTC** et [le lien](x)" in await searched(house, "TTC")
