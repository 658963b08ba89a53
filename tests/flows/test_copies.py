"""Copies of answers: who gets them, who sees it, and what comes back."""

from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in, outgoing, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, reads, says


def _headers(raw: bytes) -> str:
    return raw.partition(b"\r\n\r\n")[0].decode()


async def test_a_copy_is_seen_by_the_others_and_a_blind_copy_by_this_room_alone(house: House) -> None:
    await happens(house, says("!cc lea@mairie.example", thread=card_of(house)))
    await happens(house, says("!bcc zoe@mairie.example", thread=card_of(house)))
    assert "zoe@mairie.example" in " ".join(answers_in(house))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, recipients, raw),) = house.provider.delivered
    assert recipients == ("marie@example.org", "lea@mairie.example", "zoe@mairie.example")
    assert "Cc: lea@mairie.example" in _headers(raw)
    assert b"zoe@mairie.example" not in raw
    assert "\nbcc:" not in _headers(raw).lower()
    (copy,) = house.provider.folders["Sent"]
    assert copy.raw == raw
    (shown,) = outgoing(house)
    body = str(house.homeserver.current(shown.event)["body"])
    assert "zoe@mairie.example" in body and "Bcc" in body


async def test_who_was_unseen_and_answers_is_announced_and_not_written_to(house: House) -> None:
    await happens(house, says("!bcc zoe@mairie.example", thread=card_of(house)))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    house.provider.deliver(mail(id="z1@mairie.example", sender="zoe@mairie.example", reply_to=id_of(raw)))
    await house.settle(NOW)
    await happens(house, says("!reply Encore", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1, "it is asked first who gets it"


async def test_who_gets_copies_is_known_after_a_restart(house: House) -> None:
    await happens(house, says("!cc lea@mairie.example", thread=card_of(house)))
    await house.close()
    await house.open()
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, recipients, _),) = house.provider.delivered
    assert recipients == ("marie@example.org", "lea@mairie.example")


async def test_a_blind_copy_that_comes_back_is_said_to_be_that_one(house: House) -> None:
    await happens(house, says("!bcc zoe@mairie.example", thread=card_of(house)))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    house.provider.deliver(bounce(id_of(raw), "zoe@mairie.example"))
    await house.settle(NOW)
    (shown,) = outgoing(house)
    body = str(house.homeserver.current(shown.event)["body"])
    assert reply_state(house) == "bounced"
    assert "the mail to zoe@mairie.example was not delivered" in body


async def test_to_the_author_alone_and_from_an_alias_until_it_is_said_otherwise(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", cc="Paul <paul@example.org>"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    thread = card_of(house)
    await happens(house, says("!only", thread=thread), says("!from asso@asso.example", thread=thread))
    await happens(house, says("!reply Bonjour", thread=thread), seconds=SENT)
    await happens(house, says("!all", thread=thread), says("!reply À tous", thread=thread), seconds=SENT)
    assert [(sender, to) for sender, to, _ in house.provider.delivered] == [
        ("asso@asso.example", ("marie@example.org",)),
        ("asso@asso.example", ("marie@example.org", "paul@example.org")),
    ]


async def test_a_blind_copy_for_who_gets_the_answer_openly_is_said_to_be_none(house: House) -> None:
    await happens(house, says("!bcc +marie@example.org", thread=card_of(house)))
    assert "Openly all the same, to be seen by all: marie@example.org." in answers_in(house)[-1]
    await happens(house, says("!bcc +zoe@example.org", thread=card_of(house)))
    assert "seen by all: zoe@example.org" not in answers_in(house)[-1]
