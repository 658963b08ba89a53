"""Answers by mail that wait for a word of their writer, and what the mail says that tells of them."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mentioning
from tests.fakes.writing import mail, reacts, redacts, says
from tests.flows.test_answer_by_mail import PROOF, answer, comes, house, left, shown, ticket
from tests.flows.test_answer_by_mail_after import LONG, told_alice

__all__ = ["house"]


async def test_a_word_to_us_under_the_mail_that_told_of_an_answer_is_mailed_to_nobody(house: House) -> None:
    await comes(house, answer(house, "ok fermer"))
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


@pytest.mark.parametrize(
    ("words", "leaves"),
    [
        ("Mais non, ce n’est pas une absence !", False),
        ("C’était bien ma réponse à Marie, peux-tu l’envoyer quand même ?", False),
        ("Bonjour,\n\nje voulais bien répondre à Marie, il faut le lui envoyer.\n\nAlice", False),
        ("This was my answer to Marie, please do send it to her.", False),
        ("Je ne comprends pas pourquoi ce n’est pas parti.", False),
        ("C’est bien pour elle.", False),
        ("Venez plutôt mardi, je vous l’envoie d’ici là, par la poste.", True),
        ("Bonjour Marie,\n\nce n’est pas encore parti, mon message arrivera lundi.", True),
        ("Il faut envoyer le dossier à la mairie de Lyon, par la poste.", True),
    ],
)
async def test_what_is_said_to_us_of_the_answer_is_mailed_to_nobody_and_a_letter_leaves(
    house: House, words: str, *, leaves: bool
) -> None:
    await comes(house, answer(house, "Je suis absente jusqu’à lundi, je verrai."))
    ((_, _, raw),) = house.provider.delivered
    told = message_from_bytes(raw, policy=policy.default)
    to, subject = str(told["Message-ID"]).strip("<>"), f"Re: {told['Subject']}"
    await comes(house, answer(house, words, to=to, id="t1@home.example", subject=subject))
    if leaves:
        assert [one.partition("\n\nOn ")[0].strip() for _, one in left(house)] == [words]
    else:
        assert left(house) == [] and "may be meant for us" in shown(house)[-1]


@pytest.mark.parametrize("who", [ALICE, BOB])
async def test_whose_refused_words_were_deleted_sends_no_letter_of_the_file_alone(house: House, who: UserId) -> None:
    await comes(house, answer(house, "Remarque : il ment", file=b"%PDF-1"))
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, redacts(event, sender=who))
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert left(house) == []
    assert "no text" in str(house.homeserver.posted[-1].content["body"]).lower()


async def test_an_answer_that_is_held_in_its_undo_window_is_told_by_mail_once(house: House) -> None:
    await comes(house, answer(house, "Oui Marie, à lundi."), seconds=(0.0, 2.0))
    await happens(house, says("!spam", thread=card_of(house), sender=BOB), seconds=LONG)
    assert left(house) == [] and told_alice(house) == ["[#1] Your answer did not leave"]
    house.clock.at += timedelta(days=2)
    await house.settle(LONG)
    assert told_alice(house) == ["[#1] Your answer did not leave"]


async def test_an_answer_that_is_held_on_a_day_whose_mail_is_used_is_told_the_day_after(house: House) -> None:
    await comes(house, answer(house, "Remarque : il ment"))
    await comes(house, answer(house, "Oui Marie, à lundi.", id="h2@home.example"), seconds=(0.0, 2.0))
    await happens(house, says("!spam", thread=card_of(house), sender=BOB), seconds=LONG)
    assert left(house) == [] and len(told_alice(house)) == 1
    for _ in range(3):
        house.clock.at += timedelta(days=1)
        await house.settle(LONG)
    assert len(told_alice(house)) == 2


async def test_an_absence_note_with_headers_of_bulk_mail_stands_there_once_a_day(house: House) -> None:
    away, bulk = "Je suis absente jusqu’au 3 décembre.", (*PROOF, ("Precedence", "bulk"))
    for number in range(4):
        await comes(house, answer(house, away, id=f"a{number}@home.example", headers=bulk))
    assert len(shown(house)) == 1 and left(house) == []
    await comes(house, answer(house, "Oui, à lundi.", id="a8@home.example", headers=bulk))
    assert len(shown(house)) == 2
    house.clock.at += timedelta(days=1)
    await comes(house, answer(house, away, id="a9@home.example", headers=bulk))
    assert len(shown(house)) == 3


async def test_what_a_colleague_called_spam_since_the_notification_is_asked_about_and_given_again_it_leaves(
    house: House,
) -> None:
    before = ticket(house)
    house.clock.at += timedelta(minutes=3)
    await happens(house, says("!spam", thread=card_of(house), sender=BOB), seconds=NOW)
    await comes(house, answer(house, "Oui Marie, venez lundi.", to=before))
    assert left(house) == [] and mentioning(house, ALICE)
    ((_, _, raw),) = house.provider.delivered
    mailed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mailed, EmailMessage) and isinstance(part := mailed.get_body(("plain",)), EmailMessage)
    assert "is spam by now" in " ".join(part.get_content().split())
    house.clock.at += timedelta(hours=1)
    again = {"to": str(mailed["Message-ID"]).strip("<>"), "subject": f"Re: {mailed['Subject']}"}
    await comes(house, answer(house, "!reply Oui Marie, venez lundi.", id="s2@home.example", **again))
    ((_, words),) = left(house)
    assert words.startswith("Oui Marie, venez lundi.")


async def test_what_was_spam_when_the_notification_was_written_is_not_asked_about(house: House) -> None:
    house.clock.at += timedelta(minutes=3)
    await happens(house, says("!spam", thread=card_of(house), sender=BOB), seconds=NOW)
    house.clock.at += timedelta(minutes=3)
    await comes(house, answer(house, "Oui Marie, venez lundi.", to=ticket(house)))
    assert len(left(house)) == 1


async def test_a_receipt_that_quotes_nothing_waits_and_an_answer_that_quotes_leaves(house: House) -> None:
    words, hers = "Votre message a bien été reçu. Il sera traité dans les meilleurs délais.", "alice@home.example"
    subject, to = "Re: [#1] Question", ticket(house)
    bare = mail(id="r1@home.example", sender=hers, subject=subject, text=words, reply_to=to, headers=PROOF)
    await comes(house, bare)
    assert left(house) == [] and words in shown(house)[-1] and told_alice(house) == ["[#1] Your answer did not leave"]
    await comes(house, answer(house, words, id="r2@home.example"))
    ((_, sent),) = left(house)
    assert sent.startswith(words)


async def test_refused_words_and_their_file_leave_from_a_merged_conversation_once_it_is_split_as_is_said(
    house: House,
) -> None:
    house.provider.deliver(mail(id="z1@example.org", subject="Autre"), at=house.clock.now())
    await house.settle(NOW)
    await comes(house, answer(house, "Remarque : voici", file=b"%PDF-1"))
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!merge #2", thread=card_of(house)), seconds=NOW)
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    await happens(house, says("!split #1", thread=card_of(house)), seconds=NOW)
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    assert words.startswith("Remarque : voici") and b"paper.pdf" in house.provider.delivered[-1][2]


@pytest.mark.parametrize("words", ["Oui Marie, voici.", ""])
@pytest.mark.parametrize("is_encrypted", [False, True])
async def test_send_on_the_words_of_an_answer_that_was_asked_about_takes_its_files_along_once(
    house: House, *, is_encrypted: bool, words: str
) -> None:
    if is_encrypted:
        house.homeserver.encrypted.add(ROOM)
    no = says("!reply Non, jamais", thread=card_of(house), sender=BOB, encrypted=is_encrypted, sealed=is_encrypted)
    await happens(house, no, seconds=SENT)
    await comes(house, answer(house, words, file=b"%PDF-1"))
    question = next(one for one in house.homeserver.posted if "To send yours" in str(one.content.get("body")))
    assert "reply to your words above with !send" in str(question.content["body"])
    assert ("✅" in str(question.content["body"])) is not is_encrypted
    event = next(one.event for one in house.homeserver.posted if "answers by mail" in str(one.content.get("body")))
    for _ in range(2):
        send = says("!send", thread=card_of(house), reply_to=event, encrypted=is_encrypted, sealed=is_encrypted)
        await happens(house, send, seconds=SENT)
        await happens(house, reacts("✅", question.event, encrypted=is_encrypted), seconds=SENT)
        assert len(left(house)) == 2 and b"paper.pdf" in house.provider.delivered[-1][2]


async def test_whose_asked_words_were_deleted_sends_no_letter_of_the_file_alone(house: House) -> None:
    await happens(house, says("!reply Non, jamais", thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, "Oui Marie, voici.", file=b"%PDF-1"))
    event = next(one.event for one in house.homeserver.posted if "answers by mail" in str(one.content.get("body")))
    await happens(house, redacts(event))
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert len(left(house)) == 1


async def test_an_answer_that_the_correspondent_has_in_copy_already_is_not_mailed_to_them_again(house: House) -> None:
    raw = message_from_bytes(answer(house, "Oui Marie, à lundi."), policy=policy.default)
    raw["Cc"] = "Marie <marie@example.org>"
    await comes(house, raw.as_bytes())
    assert left(house) == [] and "marie@example.org as well, in To or Cc" in shown(house)[-1]
    event = house.homeserver.posted[-1].event
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert [words.split("\n")[0] for _, words in left(house)] == ["Oui Marie, à lundi."]


async def test_what_was_asked_about_leaves_once_when_it_answers_the_mail_that_tells_so(house: House) -> None:
    noticed = ticket(house)
    house.clock.forward(1.0)
    await happens(house, says("!reply Non, jamais", thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, "Oui Marie, c’est d’accord pour lundi.", to=noticed))
    assert len(left(house)) == 1
    raw = next(raw for _, _, raw in reversed(house.provider.delivered) if b"did not leave" in raw)
    told = message_from_bytes(raw, policy=policy.default)
    assert isinstance(told, EmailMessage)
    part = told.get_body(("plain",))
    assert isinstance(part, EmailMessage) and "has just answered here" in part.get_content()
    await comes(house, answer(house, "Oui Marie, c’est d’accord pour lundi.", to=noticed, id="again@home.example"))
    assert len(left(house)) == 1, "a phone that sends again says nothing new"
    to, subject = str(told["Message-ID"]).strip("<>"), f"Re: {told['Subject']}"
    for number in range(3):
        again = "!reply Oui Marie, c’est d’accord pour lundi."
        await comes(house, answer(house, again, to=to, id=f"u{number}@home.example", subject=subject))
        assert len(left(house)) == 2
    words = next(one for one in house.homeserver.posted if "answers by mail" in str(one.content.get("body")))
    house.clock.at += timedelta(days=3)
    await happens(house, says("!send", thread=card_of(house), reply_to=words.event), seconds=SENT)
    assert len(left(house)) == 2


async def test_what_was_asked_about_and_left_by_send_does_not_leave_by_mail_again(house: House) -> None:
    noticed = ticket(house)
    house.clock.forward(1.0)
    await happens(house, says("!reply Non, jamais", thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, "Oui Marie, c’est d’accord pour lundi.", to=noticed))
    raw = next(raw for _, _, raw in reversed(house.provider.delivered) if b"did not leave" in raw)
    told = message_from_bytes(raw, policy=policy.default)
    words = next(one for one in house.homeserver.posted if "answers by mail" in str(one.content.get("body")))
    await happens(house, says("!send", thread=card_of(house), reply_to=words.event), seconds=SENT)
    assert len(left(house)) == 2
    to, subject = str(told["Message-ID"]).strip("<>"), f"Re: {told['Subject']}"
    again = "!reply Oui Marie, c’est d’accord pour lundi."
    await comes(house, answer(house, again, to=to, id="u1@home.example", subject=subject))
    assert len(left(house)) == 2


WORDS = "Oui Marie, c’est d’accord pour lundi."


async def told_of_asked(house: House, act: str) -> tuple[str, str]:
    """The mail that tells of an answer which was asked about, since Bob did something after the notification."""
    noticed = ticket(house)
    house.clock.forward(1.0)
    await happens(house, says(act, thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, WORDS, to=noticed))
    assert all(WORDS not in words for _, words in left(house))
    raw = next(raw for _, _, raw in reversed(house.provider.delivered) if b"did not leave" in raw)
    told = message_from_bytes(raw, policy=policy.default)
    assert isinstance(told, EmailMessage)
    part = told.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(told["Message-ID"]).strip("<>"), part.get_content()


@pytest.mark.parametrize("act", ["!reply Non, jamais", "!cc paul@example.org, lea@example.org"])
@pytest.mark.parametrize("later", [timedelta(minutes=20), timedelta(hours=5), timedelta(days=2)])
async def test_what_was_asked_about_leaves_however_late_it_answers_the_mail_that_tells_so(
    house: House, act: str, later: timedelta
) -> None:
    to, said = await told_of_asked(house, act)
    whom = ("marie@example.org", *(("paul@example.org", "lea@example.org") if "!cc" in act else ()))
    assert f"goes to {', '.join(whom)}, not to us" in " ".join(said.split())
    house.clock.at += later
    await comes(house, answer(house, f"!reply {WORDS}", to=to, id="u1@home.example"))
    assert left(house)[-1][0] == whom and left(house)[-1][1].startswith(WORDS)


async def test_what_came_since_that_mail_is_asked_about_anew(house: House) -> None:
    to, _ = await told_of_asked(house, "!reply Non, jamais")
    house.clock.at += timedelta(minutes=20)
    await happens(house, says("!cc paul@example.org", thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, f"!reply {WORDS}", to=to, id="u1@home.example"))
    assert len(left(house)) == 1 and "paul@example.org" in str(house.homeserver.posted[-1].content["body"])


@pytest.mark.parametrize("act", ["!reply Non, jamais", '!reply --at "tomorrow 9:00" Non, jamais'])
@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(minutes=20)])
async def test_other_words_leave_in_answer_to_that_mail_however_soon(house: House, act: str, later: timedelta) -> None:
    to, said = await told_of_asked(house, act)
    assert "Bob" in said
    house.clock.at += later
    await comes(house, answer(house, "!reply Oui Marie, mais mardi.", to=to, id="u1@home.example"))
    assert left(house)[-1][1].startswith("Oui Marie, mais mardi.")


async def test_what_a_colleague_answers_since_that_mail_is_asked_about_anew(house: House) -> None:
    to, _ = await told_of_asked(house, "!reply Non, jamais")
    await happens(house, says("!reply Enfin si", thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, "!reply Oui Marie, mais mardi.", to=to, id="u1@home.example"))
    assert [words.split("\n")[0] for _, words in left(house)] == ["Non, jamais", "Enfin si"]


async def test_a_mail_that_tells_of_a_note_asked_about_no_answer_of_a_colleague(house: House) -> None:
    await happens(house, says("!reply Non, jamais", thread=card_of(house), sender=BOB), seconds=SENT)
    await comes(house, answer(house, "pour l’équipe : elle exagère", id="n1@home.example"))
    raw = next(raw for _, _, raw in reversed(house.provider.delivered) if b"not sent on" in raw)
    told = message_from_bytes(raw, policy=policy.default)
    to = str(told["Message-ID"]).strip("<>")
    await comes(house, answer(house, "!reply Oui Marie, mais mardi.", to=to, id="u1@home.example"))
    assert len(left(house)) == 1 and "has just answered here" in str(house.homeserver.posted[-1].content["body"])
