"""A member's own mailbox passes on what is mailed there, to the mailbox that it came from: no mail causes the next."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import PROOF, house

__all__ = ["house"]

MINUTES = (0.0, 60.0, 61.0, 16.0, 200.0)


def mailed(house: House) -> list[EmailMessage]:
    """What Alice got."""
    found = [raw for _, to, raw in house.provider.delivered if to == ("alice@home.example",)]
    return [one for raw in found if isinstance(one := message_from_bytes(raw, policy=policy.default), EmailMessage)]


def passed_on(one: EmailMessage, id: str, words: str = "", *more: tuple[str, str]) -> bytes:
    """As Outlook and Thunderbird pass on by a filter: a new mail, in which nothing names ours."""
    made = EmailMessage()
    for name, value in (*PROOF, *more):
        made[name] = value
    made["From"], made["To"] = "Alice <alice@home.example>", "contact@asso.example"
    made["Subject"], made["Message-ID"], made["Date"] = f"TR: {one['Subject']}", f"<{id}@home.example>", one["Date"]
    body = one.get_body(("plain",))
    assert body is not None
    head = f"-----Message d'origine-----\nDe : Mon Asso <contact@asso.example>\nÀ : Alice\nObjet : {one['Subject']}"
    made.set_content(f"{words}\n\n{head}\n\n{body.get_content()}")
    return made.as_bytes()


@pytest.mark.parametrize(
    "more",
    [(), (("Auto-Submitted", "auto-generated"),), (("X-MS-Exchange-Inbox-Rules-Loop", "alice@home.example"),)],
)
@pytest.mark.parametrize("words", ["", "Transféré par ma boîte personnelle."])
async def test_what_it_passes_on_is_mailed_to_nobody(
    house: House, words: str, more: tuple[tuple[str, str], ...]
) -> None:
    await happens(house, says("!notify new email"))
    house.provider.deliver(mail(id="x1@example.org", subject="Autre", text="Bonjour"), at=house.clock.now())
    await house.settle(MINUTES)
    seen = 0
    for number in range(5):
        new, seen = mailed(house)[seen:], len(mailed(house))
        for one in new:
            house.provider.deliver(passed_on(one, f"fw{number}", words, *more), at=house.clock.now())
        await house.settle(MINUTES)
    assert [one["Subject"] for one in mailed(house)] == ["[#2] Autre"]


async def test_without_a_word_of_hers_it_needs_nobody_and_rings_for_nobody(house: House) -> None:
    await happens(house, says("!notify new email"))
    house.provider.deliver(mail(id="x1@example.org", subject="Autre", text="Bonjour"), at=house.clock.now())
    await house.settle(MINUTES)
    before = len(house.homeserver.posted)
    house.provider.deliver(passed_on(mailed(house)[0], "fw"), at=house.clock.now())
    await house.settle(MINUTES)
    new = [one for one in house.homeserver.posted[before:] if one.ours.get("kind") in ("conversation", "mail")]
    assert new and all(one.content["msgtype"] == "m.notice" for one in new if not one.is_edit)


async def test_with_words_of_hers_it_is_a_mail_to_the_team(house: House) -> None:
    await happens(house, says("!notify new email"))
    house.provider.deliver(mail(id="x1@example.org", subject="Autre", text="Bonjour"), at=house.clock.now())
    await house.settle(MINUTES)
    house.provider.deliver(passed_on(mailed(house)[0], "fw", "Bob, tu peux t’en occuper ?"), at=house.clock.now())
    await house.settle(MINUTES)
    assert any("t’en occuper" in str(one.content.get("body")) for one in house.homeserver.posted)
    card = house.homeserver.of_kind("conversation")[-1]
    assert card.content["msgtype"] == "m.text"
