"""Mails are split off, by a reaction or by words, through the whole bot."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import MailboxId
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, reacts, reads, says
from tests.flows.test_database_put_back import copied, now, put_back

EVE = "Eve <eve@else.example>"


def shown(house: House, id: str) -> list[object]:
    """The cards under which a mail is shown, oldest first."""
    return [p.relation["event_id"] for p in mails_in(house) if p.ours["message_id"] == id and not p.is_edit]


async def strangers(house: House) -> None:
    """#1 is answered; then somebody else answers in it with another matter."""
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    house.provider.deliver(mail(id="e1@else.example", sender=EVE, subject="Re: Question", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert shown(house, "e1@else.example") == [card_of(house)] and card_says(house)["status"] == "active"


async def comes(house: House, id: str, answers: str, sender: str = EVE) -> object:
    house.provider.deliver(mail(id=id, sender=sender, subject="Re: Question", reply_to=answers))
    await house.settle(NOW)
    return shown(house, id)[-1]


def mail_event(house: House, id: str):  # type: ignore[no-untyped-def]
    return next(p.event for p in mails_in(house) if p.ours["message_id"] == id)


async def test_scissors_on_a_stranger_s_mail_give_it_a_thread_and_later_mail_comes_there(house: House) -> None:
    await strangers(house)
    await happens(house, reacts("✂️", mail_event(house, "e1@else.example")))
    assert shown(house, "e1@else.example") == [card_of(house, 1), card_of(house, 2)]
    assert (card_says(house, 1)["status"], card_says(house, 2)["status"]) == ("pending", "active")
    said = {
        n: [p for p in house.homeserver.of_kind("notice") if p.relation.get("event_id") == card_of(house, n)]
        for n in (1, 2)
    }
    assert any(str(card_of(house, 2)) in str(p.content.get("formatted_body")) for p in said[1])
    assert any(str(mail_event(house, "e1@else.example")) in str(p.content.get("formatted_body")) for p in said[2])
    assert await comes(house, "e2@else.example", "e1@else.example") == card_of(house, 2)
    ours = id_of(house.provider.delivered[0][2])
    assert await comes(house, "m2@example.org", ours, "Marie <marie@example.org>") == card_of(house, 1)


async def test_the_answer_in_the_new_thread_goes_to_them_alone(house: House) -> None:
    await strangers(house)
    await happens(house, says("!split", thread=card_of(house), reply_to=mail_event(house, "e1@else.example")))
    await happens(house, says("!reply Autre chose", thread=card_of(house, 2)), seconds=SENT)
    recipients = [list(one[1]) for one in house.provider.delivered]
    assert recipients == [["marie@example.org"], ["eve@else.example"]]
    assert await comes(house, "e2@else.example", id_of(house.provider.delivered[1][2])) == card_of(house, 2)


async def test_twice_and_after_a_restart_it_is_done_once(house: House) -> None:
    await strangers(house)
    event = mail_event(house, "e1@else.example")
    await happens(house, reacts("✂️", event))
    await house.close()
    await house.open()
    await happens(house, says("!scinder", thread=card_of(house), reply_to=event))
    assert "#2" in answers_in(house)[-1] and len(house.homeserver.of_kind("conversation")) == 2
    assert await comes(house, "e2@else.example", "e1@else.example") == card_of(house, 2)


async def test_a_merge_puts_them_together_again_and_a_copy_changes_nothing(house: House) -> None:
    await strangers(house)
    await happens(house, reacts("✂️", mail_event(house, "e1@else.example")))
    before = len(mails_in(house))
    house.provider.deliver(mail(id="e1@else.example", sender=EVE, subject="Re: Question", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert len(mails_in(house)) == before
    await happens(house, says("!merge #1", thread=card_of(house, 2)))
    assert await comes(house, "e2@else.example", "e1@else.example") == card_of(house, 1)


async def test_used_late_it_leaves_what_other_people_wrote_meanwhile_where_it_is(house: House) -> None:
    await strangers(house)
    marie = "Marie <marie@example.org>"
    await comes(house, "m2@example.org", "m1@example.org", marie)
    await comes(house, "e2@else.example", "e1@else.example")
    await comes(house, "m3@example.org", "e2@else.example", marie)
    await happens(house, reacts("✂️", mail_event(house, "e1@else.example")))
    assert shown(house, "m2@example.org") == [card_of(house, 1)], "Marie's own matter"
    for id in ("e1@else.example", "e2@else.example", "m3@example.org"):
        assert shown(house, id) == [card_of(house, 1), card_of(house, 2)], id
    assert await comes(house, "m4@example.org", "m2@example.org", marie) == card_of(house, 1)
    assert card_says(house, 1)["status"] == "active"


async def test_an_answer_to_the_others_stays_with_them(house: House) -> None:
    await strangers(house)
    await comes(house, "m2@example.org", "m1@example.org", "Marie <marie@example.org>")
    for mail_ in mails_in(house):
        house.homeserver.happens(reads(mail_.event))
    await house.settle((1.0,))
    await happens(house, says("!reply Voici, Marie", thread=card_of(house)), seconds=SENT)
    await happens(house, reacts("✂️", mail_event(house, "e1@else.example")))
    assert (card_says(house, 1)["status"], card_says(house, 2)["status"]) == ("pending", "active")
    ours = id_of(house.provider.delivered[-1][2])
    assert await comes(house, "m3@example.org", ours, "Marie <marie@example.org>") == card_of(house, 1)


async def test_a_database_put_back_to_before_it_leads_from_the_split_card_to_where_the_mails_are(house: House) -> None:
    await strangers(house)
    await copied(house)
    event = mail_event(house, "e1@else.example")
    await now(house, reacts("✂️", event))
    assert (card_says(house, 1)["status"], card_says(house, 2)["status"]) == ("pending", "active")
    await put_back(house)
    assert len(house.homeserver.of_kind("conversation")) == 2
    assert (card_says(house, 2)["status"], card_says(house, 2)["goes_on_as"]) == ("closed", 1)
    assert card_says(house, 1)["status"] == "active", "what was to do there is to do here"
    here = [p for p in house.homeserver.of_kind("notice") if p.relation.get("event_id") == card_of(house, 1)]
    assert any("#2" in str(p.content["body"]) and "put back" in str(p.content["body"]) for p in here)
    await now(house, says("!reply Bonjour", thread=card_of(house, 2)))
    assert "#2 goes on as #1" in answers_in(house)[-1]
    assert await comes(house, "e2@else.example", "e1@else.example") == card_of(house, 1)
    await now(house, reacts("✂️", event))
    assert card_says(house, 3)["status"] == "active"


async def led_to(house: House) -> list[str]:
    """What was said under cards when the database had been put back."""
    await put_back(house)
    return [
        f"#{number}"
        for p in house.homeserver.of_kind("notice")
        for number in (1, 2, 3)
        if "put back" in str(p.content["body"])
        and any(
            p.relation.get("event_id") == card.event
            for card in house.homeserver.of_kind("conversation")
            if card.ours["conversation"] == number
        )
    ]


async def test_one_that_was_split_off_and_snoozed_comes_back_at_its_time_where_its_mails_are(house: House) -> None:
    await strangers(house)
    await copied(house)
    await now(house, reacts("✂️", mail_event(house, "e1@else.example")))
    await now(house, says("!snooze 3d", thread=card_of(house, 2)))
    assert await led_to(house) == ["#1"]
    assert card_says(house, 1)["status"] == "pending"
    await house.settle((4 * 86_400.0, 16.0))
    assert card_says(house, 1)["status"] == "active"


async def test_whose_home_was_merged_meanwhile_it_is_to_do_where_that_goes_on(house: House) -> None:
    await strangers(house)
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await copied(house)
    await now(house, reacts("✂️", mail_event(house, "e1@else.example")))
    await now(house, says("!merge #1 #2"), says("!close #2"))
    assert card_says(house, 3)["status"] == "active"
    assert await led_to(house) == ["#2"]
    assert (card_says(house, 2)["status"], card_says(house, 3)["goes_on_as"]) == ("active", 2)
    await now(house, says("!reply Bonjour", thread=card_of(house, 3)))
    assert "#3 goes on as #2" in answers_in(house)[-1]


@pytest.mark.parametrize("is_moved_first", [True, False])
async def test_moved_to_another_mailbox_of_the_room_it_is_found_all_the_same(
    tmp_path: Path, is_moved_first: bool
) -> None:
    support = replace(MAILBOX, id=MailboxId("support@asso.example"), address="support@asso.example", aliases=())
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, support)))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    await strangers(house)
    if is_moved_first:
        await now(house, says("!move support", thread=card_of(house)))
    await copied(house)
    await now(house, reacts("✂️", mail_event(house, "e1@else.example")))
    if not is_moved_first:
        await now(house, says("!move support", thread=card_of(house, 2)))
    assert await led_to(house) == ["#1"]
    assert (card_says(house, 2)["goes_on_as"], card_says(house, 1)["status"]) == (1, "active")
    await house.close()


async def test_a_split_of_before_a_backup_is_as_it_was_after_a_restore(house: House) -> None:
    await strangers(house)
    await now(house, reacts("✂️", mail_event(house, "e1@else.example")))
    await copied(house)
    await now(house, says("!tag urgent", thread=card_of(house, 2)))
    await put_back(house)
    assert (card_says(house, 2)["status"], card_says(house, 2)["tags"]) == ("active", ["urgent"])
    assert "goes_on_as" not in card_says(house, 2)


async def test_with_a_draft_nothing_is_split_off(house: House) -> None:
    """Nobody would know any more whom its words were for."""
    await strangers(house)
    eves = mail_event(house, "e1@else.example")
    await happens(house, reads(eves), says("!draft Bonjour Eve, le code est 1234", thread=card_of(house)))
    await happens(house, reacts("✂️", eves))
    assert "A draft waits in #1" in answers_in(house)[-1]
    assert len(house.homeserver.of_kind("conversation")) == 1
    await happens(house, says("!discard", thread=card_of(house)), says("!split", thread=card_of(house), reply_to=eves))
    assert shown(house, "e1@else.example")[-1] == card_of(house, 2)


async def test_a_mail_that_reuses_an_id_is_no_forgotten_split(house: House) -> None:
    """Contact forms and broken mailers do: its thread stays its writer's."""
    await copied(house)
    house.provider.deliver(
        mail(id="m1@example.org", sender="Paul <paul@example.org>", subject="Tout autre chose", text="Autre chose.\n")
    )
    await house.settle(NOW)
    there = len(mails_in(house))
    assert card_says(house, 2)["conversation"] == 2
    await put_back(house)
    assert "goes_on_as" not in card_says(house, 2) and card_says(house, 2)["status"] == "active"
    assert len(mails_in(house)) == there
    await now(house, says("!reply Bonjour Paul", thread=card_of(house, 2)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("paul@example.org",)]
