"""Ways through the whole house: edits and deletions take back, `!resend` is one submission, colleagues hear."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.calls import Submit
from bot.domain.ids import EventId, MailboxId, RoomId, UserId
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, SubmitOutcome, TryLater, Unknown
from storage.outbox import Claimed
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, outgoing, reply_state
from tests.fakes.mail import FakeSubmission, id_of
from tests.fakes.writing import bounce, edits, mail, reacts, reads, redacts, says


async def _with_paul(house: House, *answers: object) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", cc="paul@example.org"))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    house.provider.answers.extend(answers)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", ["!note between us", "！reply x", "only talk"])
async def test_a_waiting_answer_that_is_edited_into_something_else_stays_inside(house: House, body: str) -> None:
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, edits(written.event, body), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"
    assert len(answers_in(house)) == 1
    assert card_says(house)["assignee"] is None


@pytest.mark.parametrize("where", ["thread", "main timeline"])
async def test_an_answer_whose_edit_alone_is_deleted_does_not_leave_in_words_that_nobody_sees(
    house: House, where: str
) -> None:
    written = says("!reply #1 Bonjour", thread=card_of(house) if where == "thread" else None)
    first, second = edits(written.event, "!reply #1 Bonsoir"), edits(written.event, "!reply #1 Bonne nuit")
    await happens(house, written, first, second, redacts(first.event), seconds=(0.0,))
    assert reply_state(house) == "queued", "the newest edit stands"
    await happens(house, redacts(second.event), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"


async def test_a_command_whose_edit_is_deleted_stays_done(house: House) -> None:
    closed = says("!close", thread=card_of(house))
    changed = edits(closed.event, "!close ")
    await happens(house, closed, changed, seconds=(0.0,))
    await happens(house, redacts(changed.event))
    assert card_says(house)["status"] == "closed"


async def test_an_edit_quotes_what_the_answer_quoted(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, seconds=(0.0,))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="A secret of later.\n"))
    await house.settle((0.0,))
    await happens(house, edits(written.event, "!reply Bonsoir"), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonsoir" in raw
    assert b"une question" in raw
    assert b"secret" not in raw


async def test_deleting_close_within_the_undo_time_takes_it_back(house: House) -> None:
    closed = says("!close", thread=card_of(house))
    await happens(house, closed, seconds=(0.0,))
    assert card_says(house)["status"] == "closed"
    await happens(house, redacts(closed.event))
    assert card_says(house)["status"] == "active"


async def test_a_command_deleted_after_the_undo_time_stays_done(house: House) -> None:
    closed = says("!close", thread=card_of(house))
    await happens(house, closed, seconds=SENT)
    await happens(house, redacts(closed.event))
    assert card_says(house)["status"] == "closed"


async def test_a_deletion_in_another_room_takes_nothing_back(tmp_path: Path) -> None:
    elsewhere = RoomId("!elsewhere:localhost")
    second = replace(MAILBOX, id=MailboxId("b@asso.example"), address="b@asso.example", aliases=(), room=elsewhere)
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, second)))
    house.homeserver.members[elsewhere] = house.homeserver.members[CONFIG]
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    written, closed = says("!reply Bonjour", thread=card_of(house)), says("!close", thread=card_of(house))
    there = [replace(redacts(one.event), room=elsewhere) for one in (written, closed)]
    await happens(house, written, closed, *there, seconds=(0.0,))
    assert reply_state(house) == "queued" and card_says(house)["status"] == "closed"
    await happens(house, redacts(closed.event), seconds=(0.0,))
    assert card_says(house)["status"] != "closed", "in its own room it takes back"
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    await house.close()


async def test_a_reaction_on_ones_own_command_counts(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, seconds=SENT)
    await happens(house, reacts("✅", written.event))
    assert card_says(house)["status"] == "closed"


async def test_a_retry_that_waits_is_made_at_once_and_only_once(house: House) -> None:
    later = RecipientAnswer("paul@example.org", 450, "later")
    await _with_paul(house, MailAccepted("ok", ("marie@example.org",), (), (later,)))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0))
    assert len(house.provider.delivered) == 1
    await happens(house, says("!resend", thread=card_of(house)), seconds=(0.0, 120.0, 3600.0))
    assert [to for _, to, _ in house.provider.delivered][1:] == [("paul@example.org",)]
    assert reply_state(house) == "sent"


async def test_a_refused_correspondent_keeps_the_conversation_to_do(house: House) -> None:
    no = RecipientAnswer("marie@example.org", 550, "no such user")
    await _with_paul(house, MailAccepted("ok", ("paul@example.org",), (no,)))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert (reply_state(house), card_says(house)["status"]) == ("partly", "active")
    told = [
        p for p in house.homeserver.of_kind("receipt") if "!resend refused" in str(p.content["body"]).replace("`", "")
    ]
    assert len(told) == 1
    await happens(house, says("!resend refused", thread=card_of(house)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered][1:] == [("marie@example.org",)]
    assert (reply_state(house), card_says(house)["status"]) == ("sent", "pending")


async def test_after_a_bounce_the_same_mail_goes_again_to_whom_it_came_back_from(house: House) -> None:
    await _with_paul(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    house.provider.deliver(bounce(id_of(raw), "marie@example.org"))
    await house.settle(NOW)
    assert reply_state(house) == "bounced"
    await happens(house, says("!resend", thread=card_of(house)), seconds=SENT)
    (_, first, _), (_, second, again) = house.provider.delivered
    assert (first, second) == (("marie@example.org", "paul@example.org"), ("marie@example.org",))
    assert again == raw
    assert reply_state(house) == "sent"


async def test_each_recipient_from_whom_it_came_back_is_told_and_gets_it_again(house: House) -> None:
    await _with_paul(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    for number, recipient in enumerate(("paul@example.org", "marie@example.org", "marie@example.org")):
        house.provider.deliver(bounce(id_of(raw), recipient, number))
        await house.settle(NOW)
    shown = str(house.homeserver.current(outgoing(house)[0].event)["body"])
    assert "paul@example.org" in shown and "marie@example.org" in shown
    assert len(house.homeserver.of_kind("news")) == 2, "of each it rings once"
    await happens(house, says("!resend", thread=card_of(house)), seconds=SENT)
    assert sorted(house.provider.delivered[-1][1]) == ["marie@example.org", "paul@example.org"]


async def test_a_number_of_another_thread_is_refused_where_it_would_send(house: House) -> None:
    house.provider.deliver(mail(id="other@example.net", sender="Luc <luc@example.net>", subject="Other"))
    await house.settle(NOW)
    await happens(house, says("!reply #2 Bonjour", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert len(answers_in(house)) == 1


async def test_send_takes_only_what_was_said_in_that_conversation(house: House) -> None:
    house.provider.deliver(mail(id="other@example.net", sender="Luc <luc@example.net>", subject="Other"))
    await house.settle(NOW)
    talk = says("For Marie alone", thread=card_of(house))
    await happens(house, talk, says("!send #2", reply_to=talk.event), seconds=SENT)
    assert house.provider.delivered == []


def _rung(house: House, person: UserId) -> int:
    return sum(
        1
        for p in house.homeserver.posted
        if isinstance(m := p.content.get("m.mentions"), dict) and person in m.get("user_ids", ())
    )


async def test_the_assignee_hears_of_a_colleagues_answer_once_and_never_of_their_own(house: House) -> None:
    await happens(house, says("!assign me", thread=card_of(house)))
    assert _rung(house, ALICE) == 0
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=SENT)
    assert (_rung(house, ALICE), _rung(house, BOB)) == (1, 0)
    assert card_says(house)["assignee"] == ALICE
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    assert (_rung(house, ALICE), _rung(house, BOB)) == (2, 0)


async def test_a_refused_answer_rings_its_author_once(house: House) -> None:
    house.provider.answers.append(Refused("550", "5.1.1 no such user"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert _rung(house, ALICE) == 1


async def _put_off(house: House) -> EventId:
    """An answer that the server does not take for now."""
    house.provider.answers.append(TryLater("450", "4.7.1 greylisted"))
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, seconds=SENT)
    assert reply_state(house) == "retrying"
    return written.event


@pytest.mark.parametrize("way", ["deleted", "note", "undo"])
async def test_an_answer_that_was_put_off_is_taken_back_and_never_leaves(house: House, way: str) -> None:
    written = await _put_off(house)
    match way:
        case "deleted":
            await happens(house, redacts(written))
        case "note":
            await happens(house, edits(written, "!note between us"))
        case _:
            await happens(house, says("!undo", thread=card_of(house)))
    await house.settle((0.0, 400.0, 4000.0))
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"
    assert card_says(house)["assignee"] is None


async def test_a_send_reaction_that_is_taken_away_stops_what_was_put_off(house: House) -> None:
    house.provider.answers.append(TryLater("450", "4.7.1 greylisted"))
    written = says("Bonjour", thread=card_of(house))
    given = reacts("📤", written.event)
    await happens(house, written, given, seconds=SENT)
    await happens(house, redacts(given.event), seconds=(0.0, 400.0, 4000.0))
    assert house.provider.delivered == []


async def test_an_answer_that_was_put_off_is_rewritten_and_leaves_once(house: House) -> None:
    written = await _put_off(house)
    await happens(house, edits(written, "!reply Bonsoir"), seconds=(0.0, 25.0, 400.0, 4000.0))
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonsoir" in raw
    assert reply_state(house) == "sent"


async def test_what_some_have_already_is_not_taken_back(house: House) -> None:
    put_off = (RecipientAnswer("paul@example.org", 450, "later"),)
    await _with_paul(house, MailAccepted("ok", (), (), put_off), *[TryLater("450", "later")] * 2)
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, seconds=(0.0, 25.0, 70.0))
    await happens(house, redacts(written.event), seconds=(0.0, 700.0, 4000.0))
    assert [to for _, to, _ in house.provider.delivered][-1] == ("paul@example.org",)


async def test_an_uncertain_mail_that_is_found_in_sent_does_not_leave_again(house: House) -> None:
    house.provider.answers.append(Unknown("data", "connection lost"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    await happens(house, says("!resend", thread=card_of(house)), seconds=(0.0,))
    house.provider.deliver(raw, "Sent")
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    assert reply_state(house) == "sent"
    assert card_says(house)["status"] == "pending"


async def _under_way(house: House) -> tuple[EventId, Claimed]:
    """An answer that is just being handed over."""
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, seconds=(0.0,))
    house.clock.forward(21.0)
    (claimed,) = [one for one in await house.deliver.claim() if isinstance(one.planned.call, Submit)]
    return written.event, claimed


@pytest.mark.parametrize("ends", ["put off", "before DATA", "the process dies", "nobody made it"])
async def test_what_is_taken_back_while_it_is_handed_over_is_tried_no_more(house: House, ends: str) -> None:
    written, claimed = await _under_way(house)
    house.homeserver.happens(redacts(written))
    await house.settle((0.0,))
    assert "being handed to the server right now" in answers_in(house)[-1]
    match ends:
        case "the process dies":
            await house.close()
            await house.open()
        case "nobody made it":
            house.deliver._known.clear()
            await house.deliver.look_for_strays()
        case _:
            house.provider.answers += [TryLater("450", "4.7.1 greylisted")] if ends == "put off" else []
            await house.deliver.make(claimed)
            await house.deliver.settle()
    await house.settle((0.0, 400.0, 4000.0))
    assert not house.provider.delivered
    assert reply_state(house) == "cancelled"
    assert "nobody has it" in answers_in(house)[-1]
    assert card_says(house)["assignee"] is None
    assert await house.open_calls() == 0


async def test_what_is_taken_back_when_its_words_are_under_way_has_left_and_its_author_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, claimed = await _under_way(house)
    plain = FakeSubmission.submit

    async def submit(
        self: FakeSubmission,
        *,
        sender: str,
        recipients: Sequence[str],
        raw: Path,
        before_data: Callable[[], Awaitable[None]],
    ) -> SubmitOutcome:
        async def redacted() -> None:
            await before_data()
            await house.step.take(redacts(written))

        return await plain(self, sender=sender, recipients=recipients, raw=raw, before_data=redacted)

    monkeypatch.setattr(FakeSubmission, "submit", submit)
    await house.deliver.make(claimed)
    await house.deliver.settle()
    await house.settle((0.0, 400.0, 4000.0))
    assert len(house.provider.delivered) == 1
    assert reply_state(house) == "sent"
    assert "The mail has left" in answers_in(house)[-1]
    assert card_says(house)["assignee"] == ALICE
    assert await house.open_calls() == 0
