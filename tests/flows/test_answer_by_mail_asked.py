"""Answers by mail that wait for a word of their writer, and what the mail says that tells of them."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown

__all__ = ["house"]


async def test_a_word_to_us_under_the_mail_that_told_of_an_answer_is_mailed_to_nobody(house: House) -> None:
    await comes(house, answer(house, "Remarque : la salle ferme à 20 h."))
    ((_, _, raw),) = house.provider.delivered
    told = message_from_bytes(raw, policy=policy.default)
    assert isinstance(told, EmailMessage)
    part = told.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    words = part.get_content()
    assert re.search(r"Your answer to this mail goes to \W*marie@example.org\W*, not to us", " ".join(words.split()))
    to, subject = str(told["Message-ID"]).strip("<>"), f"Re: {told['Subject']}"
    said = ("oui", "Yes please", "ok", "!send", "send", "Envoyez-la, merci.", "Oui, vous pouvez.", "D’accord !")
    for number, one in enumerate(said):
        await comes(house, answer(house, one, to=to, id=f"t{number}@home.example", subject=subject))
        assert left(house) == [], one
        assert "may be meant for us" in shown(house)[-1] and "!reply" in shown(house)[-1], one
    event = house.homeserver.posted[-1].event
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert left(house) == []
    await comes(house, answer(house, "!reply oui", to=to, id="t90@home.example", subject=subject))
    await comes(house, answer(house, "La salle ferme à 20 h, à lundi.", to=to, id="t91@home.example", subject=subject))
    assert [words.split("\n")[0] for _, words in left(house)] == ["oui", "La salle ferme à 20 h, à lundi."]
