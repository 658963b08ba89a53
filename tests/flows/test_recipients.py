"""Who gets an answer: those who take part, by themselves; who was never there, by a word."""

from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.settings import QuoteMode
from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import case, mail, reacts, reads, says

OURS = replace(
    INSTANCE.mailboxes[0], address="contact@monasso.example", aliases=("asso@monasso.example",), quote=QuoteMode.FULL
)


@pytest_asyncio.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose mailbox is that of the cases, without a mail."""
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(OURS,)))
    await one.open()
    yield one
    await one.close()


async def _comes(house: House, raw: bytes, *, is_read: bool = True) -> None:
    house.provider.deliver(raw)
    await house.settle(NOW)
    if is_read:
        await happens(house, reads(mails_in(house)[-1].event))


async def _answers(house: House, text: str, number: int = 1) -> None:
    await happens(house, says(text, thread=card_of(house, number)), seconds=SENT)


def _sent(house: House) -> list[tuple[str, ...]]:
    return [recipients for _, recipients, _ in house.provider.delivered]


def _card_words(house: House, number: int = 1) -> str:
    return str(house.homeserver.current(card_of(house, number))["body"])


# --- the mails people met


async def test_a_reply_to_that_is_only_ourselves_is_none(empty: House) -> None:
    await _comes(empty, case("reply_to_is_the_mailbox"))
    await _answers(empty, "!reply Corrigé")
    ((_, recipients, raw),) = empty.provider.delivered
    assert recipients == ("employee@client.example", "tiers@tiers.example")
    assert "employee@client.example" in str(message_from_bytes(raw)["To"])


async def test_the_visitor_of_a_form_is_answered_and_is_the_correspondent(empty: House) -> None:
    await _comes(empty, case("contact_form_auto_generated"))
    assert "Bruno Castel <bruno.castel@visiteur.example>" in _card_words(empty)
    await _answers(empty, "!reply Il reste trois places")
    assert _sent(empty) == [("bruno.castel@visiteur.example",)]


async def test_two_visitors_of_a_form_in_our_own_name_are_two_people(empty: House) -> None:
    one = case("form_from_own_address")
    await _comes(empty, one)
    await _comes(empty, one.replace(b"visiteur.un@", b"visiteur.deux@").replace(b"wp.form.1", b"wp.form.2"))
    assert "visiteur.un@visiteur.example" in _card_words(empty, 1)
    assert "visiteur.deux@visiteur.example" in _card_words(empty, 2)
    assert "#1" not in _card_words(empty, 2)
    await _answers(empty, "!reply Bonjour", 2)
    assert _sent(empty) == [("visiteur.deux@visiteur.example",)]


async def test_an_address_that_needs_smtputf8_is_left_out_and_named(empty: House) -> None:
    await _comes(empty, case("smtputf8_in_cc"))
    await _answers(empty, "!reply Bienvenue")
    assert _sent(empty) == [("jean.lefort@client.example",)]
    assert "renée.lefort@client.example" in answers_in(empty)[-1]


async def test_too_many_recipients_are_refused_with_a_word_that_answers_the_author(empty: House) -> None:
    await _comes(empty, case("fourteen_in_cc"))
    await _answers(empty, "!reply Il est libre")
    assert _sent(empty) == []
    assert "!reply --only" in answers_in(empty)[-1]
    await _answers(empty, "!reply --only Il est libre")
    assert _sent(empty) == [("president@club.example",)]
    assert b"--only" not in empty.provider.delivered[0][2]


# --- who was never there


async def _stranger(house: House) -> None:
    """Somebody answers who was never there, with the participants in Cc."""
    await _comes(
        house,
        mail(
            id="m2@x.org",
            reply_to="m1@example.org",
            sender="Eve <eve@x.org>",
            cc="marie@example.org",
            text="Evil words",
        ),
    )


async def test_a_stranger_is_announced_with_name_and_address(house: House) -> None:
    await _stranger(house)
    assert "Eve <eve@x.org>" in str(mails_in(house)[-1].content["body"])


async def test_somebody_who_is_in_cc_since_the_first_mail_is_nobody_else(empty: House) -> None:
    await _comes(empty, mail(to="contact@monasso.example", cc="Paul <paul@example.org>"))
    await _comes(
        empty,
        mail(
            id="m2@x.org",
            reply_to="m1@example.org",
            sender="Paul <paul@example.org>",
            to="asso+x@monasso.example",
            cc="marie@example.org",
        ),
    )
    assert "⚠" not in str(mails_in(empty)[-1].content["body"])
    await _answers(empty, "!reply Bonjour")
    assert _sent(empty) == [("paul@example.org", "marie@example.org")]


@pytest.mark.parametrize(
    ("word", "sent", "quotes"),
    [
        ("--others", ("marie@example.org",), "une question"),
        ("--them", ("eve@x.org",), "Evil words"),
        ("--all", ("eve@x.org", "marie@example.org"), "Evil words"),
        ("\u2014all", ("eve@x.org", "marie@example.org"), "Evil words"),
        ("--only", ("marie@example.org",), "une question"),
        ("--tous", ("eve@x.org", "marie@example.org"), "Evil words"),
    ],
)
async def test_a_reply_after_a_stranger_asks_and_a_word_chooses(
    house: House, word: str, sent: tuple[str, ...], quotes: str
) -> None:
    await _stranger(house)
    await _answers(house, "!reply Secret answer")
    assert _sent(house) == []
    question = answers_in(house)[-1]
    assert all(words in question for words in ("Eve <eve@x.org>", "marie@example.org", "--them", "--others", "--all"))
    await _answers(house, f"!reply {word}")
    assert _sent(house) == [sent]
    text = message_from_bytes(house.provider.delivered[0][2], policy=policy.default).get_body(("plain",))
    assert text is not None
    words = text.get_content()
    assert words.startswith("Secret answer")
    assert [known for known in ("une question", "Evil words") if known in words] == [quotes]


async def test_neither_a_check_mark_nor_a_repetition_chooses(house: House) -> None:
    await _stranger(house)
    await _answers(house, "!reply Secret answer")
    (question,) = house.homeserver.of_kind("receipt")
    await happens(house, reacts("✅", question.event), seconds=SENT)
    await _answers(house, "!reply Secret answer")
    assert _sent(house) == []


async def test_the_word_may_stand_before_the_words_at_once(house: House) -> None:
    await _stranger(house)
    await _answers(house, "!reply #1 --them\nBonjour Eve")
    assert _sent(house) == [("eve@x.org",)]
    assert b"--them" not in house.provider.delivered[0][2]


async def test_a_mistaken_word_is_not_mailed(house: House) -> None:
    await _answers(house, "!reply --al Bonjour")
    await _answers(house, "!reply --all")
    await _answers(house, "!reply --them Bonjour")
    assert _sent(house) == []
    assert len(answers_in(house)) == 3


async def test_the_same_words_are_not_sent_twice_by_two_words(house: House) -> None:
    await _stranger(house)
    await _answers(house, "!reply Bonjour")
    await _answers(house, "!reply --others")
    await _answers(house, "!reply --all")
    assert _sent(house) == [("marie@example.org",)]


async def test_a_message_that_is_sent_by_a_reaction_asks_too_and_a_word_sends_it(house: House) -> None:
    await _stranger(house)
    talk = says("Bonjour à vous", thread=card_of(house))
    await happens(house, talk, reacts("📤", talk.event), seconds=SENT)
    assert _sent(house) == []
    await _answers(house, "!reply --all")
    assert _sent(house) == [("eve@x.org", "marie@example.org")]


async def test_who_was_chosen_once_takes_part_from_then_on(house: House) -> None:
    await _stranger(house)
    await _answers(house, "!reply --all Bonjour")
    ours = id_of(house.provider.delivered[0][2])
    await _comes(house, mail(id="m3@x.org", reply_to=ours, sender="eve@x.org", cc="marie@example.org"))
    assert "⚠" not in str(mails_in(house)[-1].content["body"])
    await _answers(house, "!reply Encore")
    assert _sent(house)[-1] == ("eve@x.org", "marie@example.org")


async def test_who_was_not_chosen_is_asked_about_again(house: House) -> None:
    await _stranger(house)
    await _answers(house, "!reply --others Bonjour")
    await _answers(house, "!reply Encore")
    assert _sent(house) == [("marie@example.org",)]


async def test_after_a_mail_of_a_participant_nobody_is_asked_about(house: House) -> None:
    await _stranger(house)
    await _comes(house, mail(id="m3@example.org", reply_to="m1@example.org"))
    await _answers(house, "!reply Bonjour")
    assert _sent(house) == [("marie@example.org",)]


async def test_a_changed_reply_to_is_announced_and_asked_about(house: House) -> None:
    changed = (("Reply-To", "Marie <marie@elsewhere.example>"),)
    await _comes(house, mail(id="m2@example.org", reply_to="m1@example.org", headers=changed))
    assert "marie@elsewhere.example" in str(mails_in(house)[-1].content["body"])
    await _answers(house, "!reply Bonjour")
    assert _sent(house) == []
    await _answers(house, "!reply --others")
    assert _sent(house) == [("marie@example.org",)]


async def test_a_mail_in_our_own_name_is_announced_and_not_answered(house: House) -> None:
    await _comes(
        house, mail(id="m2@x.org", reply_to="m1@example.org", sender="Us <contact@asso.example>", text="Pay Eve")
    )
    assert mails_in(house)[-1].ours["direction"] == "in"
    assert "contact@asso.example" in str(mails_in(house)[-1].content["body"])
    await _answers(house, "!reply Bonjour")
    assert _sent(house) == [("marie@example.org",)]
    assert b"Pay Eve" not in house.provider.delivered[0][2]


async def test_an_alias_with_a_sub_address_answers_and_is_nobody_else(house: House) -> None:
    to = "Contact+Spring@Asso.Example, ASSO+x@asso.example"
    await _comes(house, mail(id="m2@example.org", to=to, subject="Other"))
    await _answers(house, "!reply Bonjour", 2)
    ((sender, recipients, _),) = house.provider.delivered
    assert (sender, recipients) == ("contact@asso.example", ("marie@example.org",))


async def test_a_list_that_rewrote_the_sender_is_not_taken_for_them(house: House) -> None:
    listed = (("List-Id", "<choir.lists.example>"), ("X-Original-From", "Zoe <zoe@example.org>"))
    await _comes(
        house, mail(id="l1@lists.example", sender="Zoe via Choir <choir@lists.example>", subject="Song", headers=listed)
    )
    assert "Zoe <zoe@example.org>" in _card_words(house, 2)
    await _answers(house, "!reply Bonjour", 2)
    assert _sent(house) == [("zoe@example.org",)]


async def test_an_original_sender_that_no_list_wrote_is_not_believed(house: House) -> None:
    forged = (("X-Original-From", "Marie <marie@example.org>"),)
    await _comes(house, mail(id="m2@x.org", reply_to="m1@example.org", sender="eve@x.org", headers=forged))
    await _answers(house, "!reply Bonjour")
    assert _sent(house) == []


async def test_an_answer_from_outside_has_a_name_when_it_is_asked_about(house: House) -> None:
    written = mail(
        id="web@asso.example", sender="contact@asso.example", to="marie@example.org", reply_to="m1@example.org"
    )
    house.provider.deliver(written, "Sent", house.clock.now())
    await house.settle(NOW)
    await happens(house, says("!reply Moi aussi", thread=card_of(house), sender=BOB), seconds=SENT)
    assert _sent(house) == []
    assert answers_in(house)[-1].split("·")[-1].strip().startswith("Somebody has just answered here, outside")
    assert card_says(house)["status"] == "pending"


async def test_a_domain_that_idna_refuses_holds_nobody_up(empty: House) -> None:
    await _comes(empty, mail(to="contact@monasso.example", cc="Eve <eve@xn--éé.org>"))
    await _answers(empty, "!reply Bonjour")
    assert "marie@example.org" in _sent(empty)[0]


async def test_who_came_in_by_themselves_is_never_quoted_what_was_written_before(empty: House) -> None:
    await _comes(empty, mail(to="contact@monasso.example", text="Between us"))
    await _stranger(empty)
    await _answers(empty, "!reply --them Bonjour")
    back = id_of(empty.provider.delivered[-1][2])
    thanks = mail(id="m3@x.org", reply_to=back, sender="Eve <eve@x.org>", to="contact@monasso.example", text="Thanks")
    await _comes(empty, thanks)
    await _answers(empty, "!reply Avec plaisir")
    assert _sent(empty) == [("eve@x.org",), ("eve@x.org",)]
    assert b"Thanks" in empty.provider.delivered[-1][2]
    assert b"Between us" not in empty.provider.delivered[-1][2]


async def test_who_writes_in_a_participants_name_brings_nobody_in(house: House) -> None:
    failed = (("Authentication-Results", "mx.asso.example; dmarc=fail header.from=example.org"),)
    await _comes(house, mail(id="m2@x.org", reply_to="m1@example.org", cc="Eve <eve@x.org>", headers=failed))
    await _answers(house, "!reply Bonjour")
    assert _sent(house) == [("marie@example.org",)]


@pytest.mark.parametrize("change", ["!cc +zoe@home.example", "!bcc +zoe@home.example"])
async def test_copies_go_with_no_plain_answer_to_who_came_in_by_a_word_unless_named_back(
    empty: House, change: str
) -> None:
    await _comes(empty, mail(id="a@example.org", to=OURS.address))
    await happens(empty, says(change, thread=card_of(empty)))
    await _answers(empty, "!reply Bonjour Marie")
    await _comes(empty, mail(id="e1@x.org", sender="Eve <eve@x.org>", to=OURS.address, reply_to="a@example.org"))
    await _answers(empty, "!reply --them Bonjour Eve")
    assert [list(one[1]) for one in empty.provider.delivered][1:] == [["eve@x.org"]]
    await _comes(empty, mail(id="e2@x.org", sender="Eve <eve@x.org>", to=OURS.address, reply_to="e1@x.org"))
    await empty.close()
    await empty.open()
    await _answers(empty, "!reply Encore, Eve")
    asked = str(empty.homeserver.of_kind("receipt")[-1].content["body"])
    assert len(empty.provider.delivered) == 2 and "zoe@home.example" in asked and "!reply --only" in asked
    await _answers(empty, "!reply --only")
    assert list(empty.provider.delivered[-1][1]) == ["eve@x.org"]
    await _answers(empty, "!reply Avec Zoé")
    await _answers(empty, "!reply Avec Zoé")
    await _answers(empty, "!reply Et encore")
    assert [list(one[1]) for one in empty.provider.delivered[3:]] == [["eve@x.org", "zoe@home.example"]] * 2


async def test_who_changes_the_copies_after_it_was_told_of_them(empty: House) -> None:
    await _comes(empty, mail(id="a@example.org", to=OURS.address))
    await _comes(empty, mail(id="e1@x.org", sender="Eve <eve@x.org>", to=OURS.address, reply_to="a@example.org"))
    await _answers(empty, "!reply --them Bonjour Eve")
    await _comes(empty, mail(id="e2@x.org", sender="Eve <eve@x.org>", to=OURS.address, reply_to="e1@x.org"))
    await happens(empty, says("!cc +zoe@home.example", thread=card_of(empty)))
    await _answers(empty, "!reply Encore, Eve")
    assert list(empty.provider.delivered[-1][1]) == ["eve@x.org", "zoe@home.example"]
