"""`!trace` through the whole house: from a mail's UID to the server's answer."""

from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, happens
from tests.fakes.writing import mail, redacts, says


async def traced(house: House, words: str, **more: object) -> str:
    await happens(house, says(f"!trace {words}", **more))  # type: ignore[arg-type]
    return answers_in(house)[-1]


async def test_a_mail_from_its_uid_to_the_server_s_answer(house: House) -> None:
    await happens(house, says("!reply Merci.", thread=card_of(house)), seconds=SENT)
    said = await traced(house, "marie@example.org")
    assert "UID 1" in said and "Shown in the thread of #1" in said
    assert "Written by Alice" in said and "Taken by the server" in said and "The server said" in said
    assert "Sent of" in said
    for words in ("question", "@example.org", '"Question"', "question to@example.org"):
        assert ("#1" in await traced(house, words)) == ("to@" not in words), words
    assert "Never arrived here" in await traced(house, "eve@example.org")
    assert "INBOX" in answers_in(house)[-1] and "UID 1" in answers_in(house)[-1]


async def test_a_day_finds_what_came_on_it(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", sender="Eve <eve@example.org>", subject="Autre"))
    await house.settle((0.0, 16.0))
    day = house.clock.now().strftime("%Y-%m-%d")
    said = await traced(house, day)
    assert "Question" in said and "Autre" in said
    assert "Autre" in await traced(house, f"{day} eve@example.org")
    assert "Question" not in answers_in(house)[-1]
    assert "Never arrived" in await traced(house, "2020-01-01")


async def test_only_admins_ask_outside_of_a_mailbox_s_room(house: House) -> None:
    before = len(answers_in(house))
    for who in (ALICE, BOB):
        await traced(house, "marie@example.org", room=CONFIG, sender=who)
    refused = answers_in(house)[before:]
    # Bob reads there, too.
    assert len(refused) == 2 and not any("#1" in one or "Marie" in one for one in refused)


async def test_what_was_taken_back_is_traced_and_its_words_are_gone(house: House) -> None:
    written = says("!reply Un secret.", thread=card_of(house))
    await happens(house, written, seconds=(0.0,))
    await happens(house, redacts(written.event), seconds=SENT)
    for words in ("marie@example.org", "question"):
        said = await traced(house, words)
        assert "2 mails" in said and "Taken back before it left" in said
    for body in ("!search secret", "!search to:marie@example.org", "!trace secret"):
        await happens(house, says(body))
        assert "#1" not in answers_in(house)[-1], body


async def test_what_may_be_a_day_may_be_a_word_of_the_subject_and_a_name_may_be_asked_for(house: House) -> None:
    paul = mail(id="p1@example.org", sender="Paul Durand <paul@example.org>", subject="Adhésion 2026 du lundi 23/11")
    house.provider.deliver(paul)
    await house.settle((0.0, 16.0))
    now = house.clock.now()
    month, day = now.strftime("%Y-%m"), now.strftime("%d/%m")
    asked = ("Adhésion 2026", '"adhésion 2026"', "2026", month, day, f"{now:%A}", "lundi", "durand", "paul 2026")
    for words in (*asked, f"Durand {month}", "<p1@example.org>", "p1@example.org", "23/11"):
        assert "#2" in await traced(house, words), words
    for words in ("Adhésion 2031", "adhesions"):
        assert "No mail here has all of" in await traced(house, words), words
    assert "Never arrived" in await traced(house, "p2@example.org")
