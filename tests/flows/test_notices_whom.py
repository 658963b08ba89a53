"""A notification names everybody who gets an answer to it, and whoever it has not named gets none unasked."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in
from tests.fakes.writing import mail, reacts, reads, says
from tests.flows.test_answer_by_mail import PROOF, answer, comes, house
from tests.flows.test_answer_inside import forgotten
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import sent_to

__all__ = ["house"]

HIS = "bob@home.example"
PRESS = "journaliste@presse.example, avocat@cabinet.example"
HEARD = ("!notify replied-mine email", "!notify noted-mine email", "!notify assigned-me email", "!notify new email")


async def chosen(house: House, *, mine: bool = True) -> None:
    first = (reacts("✋", card_of(house), sender=BOB),) if mine else ()
    await happens(house, *first, *(says(one, sender=BOB) for one in HEARD))
    await house.settle(SOON)


async def writes(
    house: House, id: str = "m2@example.org", *, seconds: tuple[float, ...] = (*NOW, *SOON), **more: Any
) -> None:
    said: dict[str, Any] = {"id": id, "reply_to": "m1@example.org", "text": "Alors ?\n"} | more
    house.provider.deliver(mail(**said), at=house.clock.now())
    await house.settle(seconds)


def last(house: House) -> EmailMessage:
    return [one for one in sent_to(house, HIS) if "[#" in one["Subject"]][-1]


async def went(house: House, one: EmailMessage, words: str = "Bonjour,\n\nc’est oui.", number: int = 1) -> list[str]:
    """Who gets what he answers to it."""
    before = len(house.provider.delivered)
    named = str(one["Message-ID"]).strip("<> ")
    subject = f"Re: {one['Subject']}"
    await comes(
        house, answer(house, words, sender=f"Bob <{HIS}>", to=named, id=f"b{before}@home.example", subject=subject)
    )
    await house.settle((*SENT, *SOON))
    return [each for _, to, _ in house.provider.delivered[before:] if to != (HIS,) for each in to]


def is_asked(house: House) -> bool:
    return any("To send yours all the same" in one or "Who gets your answer" in one for one in answers_in(house))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"cc": "lea@example.org"},
        {"cc": PRESS},
        {"to": "contact@asso.example, lea@example.org"},
        {"cc": ", ".join(f"a{number}@example.org" for number in range(8))},
    ],
)
async def test_everybody_who_gets_an_answer_stands_in_the_notification(house: House, more: dict[str, Any]) -> None:
    await chosen(house)
    await writes(house, **more)
    one = last(house)
    got = await went(house, one)
    assert "marie@example.org" in got and not is_asked(house)
    for kind in ("plain", "html"):
        assert all(each in words_of(one, kind) for each in got)
    assert len(got) == 1 + sum(len(each.split(",")) for each in more.values()) - ("to" in more)


async def test_of_a_new_conversation_those_in_copy_are_named(house: House) -> None:
    await chosen(house)
    await writes(house, "p1@example.org", sender="Paul <paul@example.org>", reply_to="", subject="Devis", cc=PRESS)
    one = last(house)
    got = await went(house, one)
    assert len(got) == 3 and all(each in words_of(one) for each in got)


@pytest.mark.parametrize("act", ["!note Vu", "!close", "!assign @bob", "!pending"])
async def test_of_what_a_colleague_did_alone_those_in_copy_are_named(house: House, act: str) -> None:
    await writes(house, cc="lea@example.org")
    await chosen(house, mine=act != "!assign @bob")
    await happens(house, says(act, thread=card_of(house)), seconds=SOON)
    one = last(house)
    # What answers a note is for the team, unless its first word says otherwise.
    got = await went(house, one, "!reply c’est oui.")
    assert sorted(got) == ["lea@example.org", "marie@example.org"] and all(each in words_of(one) for each in got)


@pytest.mark.parametrize("words", ["!cc lea@example.org", "!bcc lea@example.org"])
async def test_copies_that_a_member_wished_are_named(house: House, words: str) -> None:
    await chosen(house)
    await happens(house, says(words, thread=card_of(house), sender=BOB))
    await writes(house)
    one = last(house)
    got = await went(house, one)
    assert "lea@example.org" in got and "lea@example.org" in words_of(one) and not is_asked(house)


async def test_who_comes_into_copy_after_the_notification_gets_nothing_unasked(house: House) -> None:
    """He has read that mail here, perhaps, and answers the notification of before it."""
    await chosen(house)
    await writes(house)
    one = last(house)
    await writes(house, "m3@example.org", cc=PRESS, seconds=NOW)
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    assert await went(house, one) == [] and is_asked(house)


async def test_copies_that_came_in_by_a_merge_since_get_nothing_unasked(house: House) -> None:
    await chosen(house)
    await writes(house, "z1@example.org", reply_to="", subject="Autre", cc=PRESS)
    await writes(house, "m2@example.org")
    one = last(house)
    await happens(house, says("!merge #2 into #1"), seconds=SOON)
    await happens(house, says("lu", thread=card_of(house), sender=BOB))
    assert not {"journaliste@presse.example"} & set(await went(house, one))


async def test_a_copy_that_is_taken_off_since_asks_nothing(house: House) -> None:
    await chosen(house)
    await writes(house, cc="lea@example.org")
    one = last(house)
    await happens(house, says("!cc -lea@example.org", thread=card_of(house), sender=BOB))
    assert await went(house, one) == ["marie@example.org"] and not is_asked(house)


async def test_whoever_put_somebody_into_copy_since_is_asked_nothing(house: House) -> None:
    await chosen(house)
    await writes(house)
    one = last(house)
    await happens(house, says("!cc lea@example.org", thread=card_of(house), sender=BOB))
    assert sorted(await went(house, one)) == ["lea@example.org", "marie@example.org"] and not is_asked(house)


@pytest.mark.parametrize("act", ["!cc lea@example.org", "!bcc lea@example.org", "!customer lea@example.org"])
async def test_whom_a_colleague_changed_before_the_notification_that_names_them_is_asked_nothing(
    house: House, act: str
) -> None:
    await chosen(house)
    await happens(house, says(act, thread=card_of(house)), seconds=SENT)
    await writes(house)
    one = last(house)
    assert "lea@example.org" in words_of(one)
    got = await went(house, one)
    assert "lea@example.org" in got and not is_asked(house), answers_in(house)[-1]


@pytest.mark.parametrize("act", ["!cc tom@example.org", "!bcc -lea@example.org", "!customer lea@example.org"])
async def test_a_colleague_s_change_after_the_notification_is_asked_about(house: House, act: str) -> None:
    await chosen(house)
    await happens(house, says("!bcc lea@example.org", thread=card_of(house)), seconds=SENT)
    await writes(house)
    one = last(house)
    house.clock.at += timedelta(minutes=1)
    await happens(house, says(act, thread=card_of(house)), seconds=SENT)
    assert await went(house, one) == [] and "has changed since" in answers_in(house)[-1]


async def test_a_sender_that_a_colleague_chose_is_asked_about_since_no_notification_names_it(house: House) -> None:
    await chosen(house)
    await happens(house, says("!from asso@asso.example", thread=card_of(house)), seconds=SENT)
    await writes(house)
    assert await went(house, last(house)) == [] and "has changed since" in answers_in(house)[-1]


async def test_a_notification_that_named_nobody_asks_before_copies_go_out(house: House) -> None:
    """Of before, or known by the mark in its address alone."""
    await writes(house, cc="lea@example.org")
    await comes(house, answer(house, "Bonjour Marie,\n\nc’est oui."))
    await house.settle((*SENT, *SOON))
    assert is_asked(house) and not any("lea@example.org" in to for _, to, _ in house.provider.delivered)


async def test_while_somebody_new_is_to_be_chosen_it_says_so(house: House) -> None:
    await chosen(house)
    await writes(house, sender="Eve <eve@else.example>")
    one = last(house)
    assert "you are asked who gets it" in words_of(one) and "goes to" not in words_of(one)
    assert await went(house, one) == [] and is_asked(house)


async def test_the_question_names_them_and_its_writer_hears_of_it_by_mail(house: House) -> None:
    await chosen(house)
    await writes(house)
    one = last(house)
    await writes(house, "m3@example.org", cc="lea@example.org", seconds=NOW)
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    await went(house, one)
    assert "lea@example.org" in answers_in(house)[-1]
    assert "lea@example.org" in words_of(last(house))


@pytest.mark.parametrize("is_kept", [True, False])
async def test_the_names_are_no_words_of_the_reader(house: House, is_kept: bool) -> None:
    await chosen(house)
    await writes(house, cc="lea@example.org, paul@example.org, a-very-long-address-of-somebody@example.org")
    one = last(house)
    if not is_kept:
        await forgotten(house)
    said = words_of(one).strip()
    quoted = "Bonjour Marie,\n\nc’est oui.\n\n" + said
    named = str(one["Message-ID"]).strip("<> ")
    raw = mail(
        id="b9@home.example",
        subject=f"Re: {one['Subject']}",
        sender=f"Bob <{HIS}>",
        text=quoted,
        reply_to=named,
        headers=PROOF,
    )
    before = len(house.provider.delivered)
    await comes(house, raw)
    await house.settle((*SENT, *SOON))
    assert [to for _, to, _ in house.provider.delivered[before:] if to != (HIS,)]
