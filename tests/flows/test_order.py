"""How a team keeps its conversations in order: through the whole flow on a real database."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

from storage import clock_mark, timers
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, reacts, redacts, says


def text_of(house: House, number: int = 1) -> str:
    return str(house.homeserver.current(card_of(house, number))["body"])


def board_text(house: House) -> str:
    (board,) = house.homeserver.of_kind("board")
    return str(house.homeserver.current(board.event)["body"])


# --- tags


async def test_tags_stand_on_card_board_list_and_history(house: House) -> None:
    await happens(house, says("!tag Urgent facture", thread=card_of(house)))
    assert card_says(house)["tags"] == ["urgent", "facture"]
    assert "urgent, facture" in text_of(house)
    assert "urgent, facture" in board_text(house)
    await happens(house, says("!tag -urgent #1"), says("!list tag:FACTURE"), says("!history #1"))
    assert card_says(house)["tags"] == ["facture"]
    listed, history = answers_in(house)[-2:]
    assert "#1" in listed and "facture" in listed
    assert "put the tag on: urgent, facture" in history and "took the tag off: urgent" in history
    await happens(house, says("!close", thread=card_of(house)))
    assert "facture" in text_of(house), "a closed card is one line, and has them"
    await happens(house, says("!list tag:facture closed"), says("!list tag:urgent"))
    listed, empty = answers_in(house)[-2:]
    assert "#1" in listed and "#1" not in empty


async def test_a_tag_that_is_put_on_twice_is_there_once(house: House) -> None:
    once = says("!tag urgent", thread=card_of(house))
    await happens(house, once, once, says("!tag URGENT", thread=card_of(house)))
    assert card_says(house)["tags"] == ["urgent"]
    await happens(house, says("!history #1"))
    assert answers_in(house)[-1].count("urgent") == 1


async def test_tags_of_a_command_that_is_deleted_soon_go_back(house: House) -> None:
    await happens(house, says("!tag a", thread=card_of(house)), seconds=(0.0, 30.0))
    soon = says("!tag b -a", thread=card_of(house))
    await happens(house, soon, redacts(soon.event), seconds=(0.0, 1.0))
    assert card_says(house)["tags"] == ["a"]


async def test_tags_stay_on_over_mails_and_a_restart(house: House) -> None:
    await happens(house, says("!tag urgent", thread=card_of(house)))
    await house.close()
    await house.open()
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle((0.0, 16.0))
    assert card_says(house)["tags"] == ["urgent"]
    assert "2 ✉️" in text_of(house).replace("\u00a0", " ")


# --- the subject


async def test_another_subject_stands_on_card_and_answer_and_threads_go_on(house: House) -> None:
    await happens(house, says("!subject Devis de mai", thread=card_of(house)))
    assert "Devis de mai" in text_of(house) and "Question" not in text_of(house)
    assert card_says(house)["subject"] == "Devis de mai"
    await happens(house, says("!reply Voici.", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    sent = message_from_bytes(raw, policy=default)
    assert sent["Subject"] == "Re: Devis de mai"
    assert (sent["In-Reply-To"], sent["References"]) == ("<m1@example.org>", "<m1@example.org>")
    ours = str(sent["Message-ID"]).strip("<>")
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    house.provider.deliver(mail(id="m3@example.org", subject="RE: Devis de mai", reply_to=ours))
    await house.settle(NOW)
    house.provider.deliver(mail(id="m4@example.org", subject="Autre chose", reply_to=ours))
    await house.settle(NOW)
    shown = {p.ours["message_id"]: str(p.content["body"]) for p in mails_in(house) if p.ours["conversation"] == 1}
    new = [id for id, body in shown.items() if "new subject" in body.lower()]
    assert set(shown) >= {"m2@example.org", "m3@example.org", "m4@example.org"} and new == ["m4@example.org"]
    await happens(house, says("!history #1"))
    assert "gave it the subject: Devis de mai" in answers_in(house)[-1]


async def test_a_subject_that_is_taken_back_soon_is_that_of_the_mail(house: House) -> None:
    given = says("!subject Devis", thread=card_of(house))
    await happens(house, given, given, redacts(given.event), seconds=(0.0, 1.0))
    assert "Question" in text_of(house) and "subject" not in card_says(house)


# --- put off until later


async def test_a_snoozed_one_is_off_the_list_and_comes_back_at_its_time(house: House) -> None:
    await happens(house, says("!snooze tomorrow 9:00", thread=card_of(house)))
    assert "Tuesday 24 November 2026 09:00" in answers_in(house)[-1]
    until = house.clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert (card_says(house)["status"], card_says(house)["snoozed_until"]) == ("pending", until.timestamp() * 1000)
    assert "💤" in text_of(house) and "Tue 24 Nov 09:00" in text_of(house)
    assert "To do: 0" in board_text(house) and "Tue\u00a024\u00a0Nov\u00a009:00" in board_text(house)
    await happens(house, says("!list snoozed"), says("!list pending"), says("!history #1"))
    snoozed, pending, history = answers_in(house)[-3:]
    assert "#1" in snoozed and "#1" not in pending
    assert "Alice put it off until Tuesday 24 November 2026 09:00" in history
    await house.close()
    await house.open()
    await house.settle(((until - house.clock.now()).total_seconds() - 60.0,))
    assert card_says(house)["status"] == "pending"
    await house.settle((70.0, 16.0))
    assert card_says(house)["status"] == "active" and "snoozed_until" not in card_says(house)
    told = [p for p in house.homeserver.of_kind("notice") if p.content["m.mentions"] == {"user_ids": [ALICE]}]
    assert ["Back on the to-do list" in str(p.content["body"]) for p in told] == [True]
    assert "To do: 1" in board_text(house) and "💤" not in board_text(house)


async def test_the_next_mail_brings_it_back_before_and_its_time_says_nothing(house: House) -> None:
    await happens(house, says("!snooze 2d", thread=card_of(house)))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert card_says(house)["status"] == "active"
    before = len(house.homeserver.posted)
    await house.settle((3 * 86400.0,))
    assert [p for p in house.homeserver.posted[before:] if not p.is_edit] == []


async def test_a_snooze_that_is_deleted_soon_is_to_do_and_one_that_was_ended_by_mistake_comes_back(
    house: House,
) -> None:
    first = says("!snooze 2d", thread=card_of(house))
    await happens(house, first, redacts(first.event), seconds=(0.0, 1.0))
    assert card_says(house)["status"] == "active"
    await happens(house, says("!snooze 3d", thread=card_of(house)), seconds=(0.0, 30.0))
    ended = says("!snooze off", thread=card_of(house))
    await happens(house, ended, redacts(ended.event), seconds=(0.0, 1.0))
    assert "snoozed_until" in card_says(house)
    await house.settle((4 * 86400.0, 16.0))
    assert card_says(house)["status"] == "active"


async def test_pending_by_hand_or_word_keeps_its_time_and_says_so(house: House) -> None:
    await happens(house, says("!snooze tomorrow 9:00", thread=card_of(house)))
    by_hand = reacts("⏳", card_of(house))
    await happens(house, by_hand, says("!attente", thread=card_of(house)))
    assert ["Comes back on Tuesday 24 November" in one for one in answers_in(house)[-2:]] == [True, True]
    await happens(house, redacts(by_hand.event))
    assert (card_says(house)["status"], "snoozed_until" in card_says(house)) == ("pending", True)
    await happens(house, says("!active", thread=card_of(house)), says("!pending", thread=card_of(house)))
    assert (card_says(house)["status"], "snoozed_until" in card_says(house)) == ("pending", False)


async def test_a_clock_that_is_set_does_not_shift_the_time_of_the_wall(house: House) -> None:
    await happens(house, says("!snooze tomorrow 9:00", thread=card_of(house)))
    async with house.step.database.write() as tx:
        await clock_mark.shift_due(tx, timedelta(hours=5))
    async with house.step.database.read() as tx:
        due = dict(await timers.due(tx, house.clock.now() + timedelta(days=2)))
    assert due["snooze:1"].hour == 8


# --- lists


async def test_a_list_is_narrowed_by_person_status_tag_and_mailbox(house: House) -> None:
    for number in range(2, 5):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
        await house.settle((0.0,))
    await happens(
        house,
        says("!assign @bob #1 #2"),
        says("!close #2 #3"),
        says("!tag a #1 #3"),
        says("!snooze 3d #4"),
    )
    for asked, found in (
        ("!list", [1]),
        ("!list all", [1, 2, 3, 4]),
        ("!list @bob", [1]),
        ("!list @bob closed", [2]),
        ("!list unassigned closed", [3]),
        ("!list tag:a", [1, 3]),
        ("!list tag:a closed", [3]),
        ("!list snoozed", [4]),
        ("!list pending", []),
        ("!list unassigned pending", [4]),
        ("!list contact@asso.example closed", [2, 3]),
    ):
        await happens(house, says(asked), seconds=(0.0,))
        listed = answers_in(house)[-1]
        assert sorted(int(n) for n in re.findall(r"#(\d+) ", listed)) == found, (asked, listed)
        assert listed.startswith(str(len(found))), (asked, listed)


async def test_who_somebody_is_is_shown_with_all_their_conversations(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", subject="Facture", cc="paul@example.org"))
    await house.settle(NOW)
    await happens(house, says("!close #1"), says("!who #2"))
    who = answers_in(house)[-1]
    await happens(house, says("!list from:MARIE@example.org"))
    listed = answers_in(house)[-1]
    assert "Marie" in who and "paul@example.org" in who.replace("\u2060", "")
    for text in (who, listed):
        assert text.index("#2 Marie") < text.index("#1 Marie") and "✅" in text


async def test_a_star_is_for_who_gave_it_and_goes_with_its_deleted_command(house: House) -> None:
    before = house.homeserver.current(card_of(house))
    given = says("!star", thread=card_of(house))
    await happens(house, given, given)
    for person, found in ((ALICE, True), (BOB, False)):
        await happens(house, says("!list starred", sender=person))
        assert ("#1 " in answers_in(house)[-1]) == found
    assert house.homeserver.current(card_of(house)) == before
    await happens(house, says("!unstar #1"), says("!star #1", sender=BOB), says("!close #1"))
    for asked, person, found in (
        ("!list starred", ALICE, False),
        ("!list starred", BOB, True),
        ("!liste étoilées fermées", BOB, True),
        ("!list starred active", BOB, False),
    ):
        await happens(house, says(asked, sender=person))
        assert ("#1 " in answers_in(house)[-1]) == found, asked
    soon = says("!unstar #1", sender=BOB)
    await happens(house, soon, redacts(soon.event, sender=BOB), seconds=(0.0, 1.0))
    await happens(house, says("!list starred", sender=BOB))
    assert "#1 " in answers_in(house)[-1]
