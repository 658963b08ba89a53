"""What rings a phone, by the default push rules, for each kind of event of a mailbox: once, or not at all.

`tests/e2e/test_rings.py` counts the same with a push gateway for the kinds that matter most; the rules are those that
were measured: a notice never rings, an edit rings whom it newly mentions, all else rings.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.mail import id_of
from tests.fakes.writing import edits, event_id, mail, reacts, redacts, says
from tests.flows.test_quiet_mail import bounce, met


class Phones:
    """Counts from where it was made on."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._from = len(house.homeserver.posted)

    def of(self, user: UserId) -> int:
        return sum(self._rings(content, user) for content, _ in self._new())

    def highlights(self, user: UserId) -> int:
        return sum(user in mentioned for content, mentioned in self._new() if content.get("msgtype") != "m.notice")

    def _new(self) -> list[tuple[dict[str, object], tuple[str, ...]]]:
        posted = [p for p in self._house.homeserver.posted if p.type == "m.room.message"]
        new = [p for p in self._house.homeserver.posted[self._from :] if p in posted]
        found = []
        for one in new:
            fresh = one.content.get("m.new_content")
            now = fresh if isinstance(fresh, dict) else one.content
            mentions = now.get("m.mentions")
            assert isinstance(mentions, dict), "every event, edit and new content says whom it means"
            assert one.content.get("m.mentions") == mentions or one.is_edit
            users = tuple(mentions.get("user_ids", ()))
            found.append((now | {"is_edit": one.is_edit}, users))
        return found

    def _rings(self, content: dict[str, object], user: UserId) -> bool:
        if content["msgtype"] == "m.notice":
            return False
        mentions = content["m.mentions"]
        assert isinstance(mentions, dict)
        return not content["is_edit"] or user in mentions.get("user_ids", ())


async def sent_of(house: House) -> str:
    """The id of our answer in the first conversation."""
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    return id_of(house.provider.delivered[0][2])


async def test_a_new_mail_rings_once_with_a_file_or_without(house: House) -> None:
    phones = Phones(house)
    house.provider.deliver(mail(id="m2@example.org", file=b"%PDF"))
    await house.settle(NOW)
    assert (phones.of(ALICE), phones.highlights(ALICE)) == (1, 0)


async def test_an_answer_rings_once_and_is_a_highlight_for_whom_it_concerns_alone(house: House) -> None:
    ours = await sent_of(house)
    await happens(house, says("!unassign", thread=card_of(house)))
    phones = Phones(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to=ours, text="Merci, Bob !"))
    await house.settle(NOW)
    assert (phones.of(ALICE), phones.of(BOB), phones.highlights(BOB)) == (1, 1, 0)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    phones = Phones(house)
    house.provider.deliver(mail(id="m3@example.org", reply_to="m2@example.org", file=b"%PDF"))
    await house.settle(NOW)
    assert (phones.of(ALICE), phones.of(BOB)) == (1, 1)
    assert (phones.highlights(ALICE), phones.highlights(BOB)) == (0, 1)


async def test_a_bounce_rings_once_and_the_same_again_does_not(house: House) -> None:
    ours = await sent_of(house)
    for expected in (1, 0):
        phones = Phones(house)
        house.provider.deliver(bounce(ours, 2 - expected))
        await house.settle(NOW)
        assert (phones.of(ALICE), phones.of(BOB)) == (expected, expected)


@pytest.mark.parametrize("name", ["mdn_not_read", "gmail_reaction"])
async def test_a_receipt_and_a_reaction_ring_nobody(house: House, name: str) -> None:
    ours = await sent_of(house)
    phones = Phones(house)
    house.provider.deliver(met(name, ours))
    await house.settle(NOW)
    assert (phones.of(ALICE), phones.of(BOB)) == (0, 0)


async def test_an_absence_note_and_a_newsletter_ring_nobody(house: House) -> None:
    ours = await sent_of(house)
    phones = Phones(house)
    automatic = (("Auto-Submitted", "auto-replied"),)
    house.provider.deliver(mail(id="m2@example.org", reply_to=ours, subject="Absence", headers=automatic))
    bulk = (("List-Unsubscribe", "<https://shop.example/out>"), ("Precedence", "bulk"))
    house.provider.deliver(mail(id="m3@shop.example", sender="Shop <news@shop.example>", headers=bulk))
    await house.settle(NOW)
    assert (phones.of(ALICE), phones.of(BOB)) == (0, 0)


async def test_a_flood_rings_until_it_is_folded_and_what_is_unfolded_rings_nobody(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, fold_after=3),)))
    await house.open()
    phones = Phones(house)
    for number in range(8):
        house.provider.deliver(mail(id=f"f{number}@example.org", subject=f"Alarm {number}"))
        await house.settle((0.0, 1.0))
    await house.settle(NOW)
    assert (phones.of(ALICE), phones.of(BOB)) == (3, 3)
    phones = Phones(house)
    await happens(house, says("!unfold", thread=card_of(house, 3)))
    assert len(house.homeserver.of_kind("mail")) == 8
    assert (phones.of(ALICE), phones.of(BOB)) == (0, 0)
    await house.close()


async def test_what_colleagues_do_rings_nobody_of_itself(house: House) -> None:
    phones = Phones(house)
    card = card_of(house)
    asked = event_id()
    await happens(
        house,
        says("I look at it", thread=card),
        says("!note Family rate B.", thread=card),
        says("!reply Bonjour", thread=card, event=asked),
        redacts(asked),
        says("!list"),
        says("!help"),
        says("!show #1"),
        says("!close", thread=card),
        reacts("⏳", card),
        says("!spam", thread=card),
    )
    assert (phones.of(ALICE), phones.of(BOB)) == (0, 0)


@pytest.mark.parametrize("what", ["new", "replied-unassigned", "noted-unassigned"])
async def test_what_holds_for_everybody_rings_no_bot(house: House, what: str) -> None:
    await happens(house, says(f"!notify default {what} on"))
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Alors ?"))
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await happens(house, says("!note Vu", thread=card_of(house)))
    rung = [p.content.get("m.mentions") for p in house.homeserver.posted[before:]]
    named = [user for one in rung if isinstance(one, dict) for user in one.get("user_ids", ())]
    assert BOB in named and BOT not in named


async def test_each_change_of_the_message_of_a_draft_rings_nobody_again(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    draft = says("!draft Bonjour", thread=card_of(house))
    phones = Phones(house)
    await happens(house, draft)
    once = phones.of(BOB)
    assert once == 1
    for number in range(3):
        await happens(house, edits(draft.event, f"!draft Bonjour {number}"))
    assert phones.of(BOB) == once
    await happens(house, says("!draft Bonsoir", thread=card_of(house)))
    assert phones.of(BOB) == once + 1, "another one is news"
