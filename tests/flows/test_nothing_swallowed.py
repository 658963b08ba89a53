"""Whatever a command meets, its author is told in its place; and what cannot be written holds no answer up."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.domain.decision import Decision
from bot.domain.ids import EventId, UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.said import Reaction, TeamMessage
from bot.domain.outcomes import MailAccepted, Refused, SubmitOutcome, TryLater, Unknown
from bot.flows.step import step
from bot.flows.step.put_aside import decide_again
from storage import shunted, timers
from tests.fakes.chat import ALICE, CONFIG
from tests.fakes.failing import fails_on
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in, reply_state
from tests.fakes.writing import mail, reacts, says


@pytest.mark.parametrize("act", ["a command", "a reaction"])
async def test_what_could_not_be_decided_is_told_to_its_author_in_its_place(
    house: House, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    fails_on(monkeypatch, lambda one: isinstance(one, TeamMessage | Reaction))
    written = says("!reply Bonjour", thread=card_of(house))
    given = reacts("✋", card_of(house))
    await happens(house, written if act == "a command" else given, seconds=SENT)
    (told,) = house.homeserver.of_kind("answer")
    assert told.content["m.mentions"] == {"user_ids": [ALICE]}
    relates = told.content["m.relates_to"]
    assert isinstance(relates, dict)
    assert relates["event_id"] == card_of(house)
    assert relates["m.in_reply_to"] == {"event_id": written.event if act == "a command" else card_of(house)}
    assert any(p.room == CONFIG for p in house.homeserver.posted)
    assert house.provider.delivered == []


async def test_what_fails_in_the_thread_of_a_list_is_told_there(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_on(monkeypatch, lambda one: isinstance(one, TeamMessage))
    await happens(house, says("!close #1", thread=EventId("$list")))
    (told,) = house.homeserver.of_kind("answer")
    assert told.relation["event_id"] == "$list"


async def test_a_stranger_whose_words_fail_is_told_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_on(monkeypatch, lambda one: True)
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=UserId("@mallory:localhost")))
    assert answers_in(house) == []


async def test_a_time_that_could_not_be_worked_on_does_not_come_again_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.provider.deliver(mail(id="m2@example.org"))
    await house.settle((0.0,))
    with monkeypatch.context() as failing:
        fails_on(failing, lambda one: True)
        house.clock.forward(16.0)
        await house.timers.tick()
    async with house.step.database.read() as tx:
        assert [(one.kind, one.error) for one in await shunted.listing(tx)] == [("TimerDue", "ZeroDivisionError")]
        assert await timers.due(tx, house.clock.now()) == ()
    before = house.homeserver.current(house.homeserver.of_kind("board")[0].event)
    assert await decide_again(house.step, 1)
    await house.settle((0.0,))
    assert house.homeserver.current(house.homeserver.of_kind("board")[0].event) != before


@pytest.mark.parametrize("id", ["réponse-1@example.org", "x" * 1200 + "@example.org"])
async def test_an_answer_to_a_mail_whose_id_cannot_be_written_leaves_without_it(tmp_path: Path, id: str) -> None:
    house = House(tmp_path)
    await house.open()
    try:
        raw = mail(id="REPLACED@example.org").replace(b"<REPLACED@example.org>", f"<{id}>".encode())
        house.provider.deliver(raw)
        await house.settle(NOW)
        await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
        ((_, recipients, sent),) = house.provider.delivered
        assert recipients == ("marie@example.org",)
        assert b"In-Reply-To" not in sent
        assert sent.isascii()
    finally:
        await house.close()


async def test_a_mailbox_with_an_international_domain_answers(tmp_path: Path) -> None:
    address = "contact@büro-étoile.example"
    mailbox = replace(INSTANCE.mailboxes[0], address=address, aliases=())
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await house.open()
    try:
        house.provider.deliver(mail())
        await house.settle(NOW)
        await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
        ((_, _, raw),) = house.provider.delivered
        sent = message_from_bytes(raw, policy=policy.default)
        assert "@xn--" in str(sent["From"])
        assert str(sent["Message-ID"]).isascii()
        assert "xn--" in str(sent["Message-ID"])
        assert mails_in(house)[-1].ours["message_id"] == str(sent["Message-ID"]).strip("<>")
    finally:
        await house.close()


@pytest.mark.parametrize(
    ("outcome", "state", "said", "again"),
    [
        (MailAccepted("250 ok", ("marie@example.org",)), "unknown", "Perhaps", 1),
        (Unknown("data", "connection lost"), "unknown", "Perhaps", 1),
        (TryLater("450", "later"), "refused", "nothing was sent", 0),
        (Refused("550", "no"), "refused", "nothing was sent", 0),
    ],
)
@pytest.mark.parametrize("telling_fails", [False, True])
async def test_a_submission_whose_end_cannot_be_worked_on_ends_and_is_told(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    outcome: SubmitOutcome,
    state: str,
    said: str,
    again: int,
    telling_fails: bool,
) -> None:
    house.provider.answers.append(outcome)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 16.0))

    def silent(*_: object) -> Decision:
        raise ZeroDivisionError

    with monkeypatch.context() as failing:
        fails_on(failing, lambda one: isinstance(one, Receipt) and isinstance(one.outcome, SubmitOutcome))
        if telling_fails:
            failing.setattr(step, "decide_aside", silent)
        await house.settle(SENT)
    delivered = len(house.provider.delivered)
    assert delivered == again
    assert await house.open_calls() == 0
    await house.settle((0.0, 4000.0, 4000.0))
    assert len(house.provider.delivered) == delivered, "it is never handed over again by itself"
    if telling_fails:
        return
    assert reply_state(house) == state
    assert [p for p in house.homeserver.of_kind("notice") if p.room != CONFIG and said in str(p.content["body"])]
    assert [p for p in house.homeserver.posted if p.room == CONFIG and "how a call ended" in str(p.content["body"])]
    await happens(house, says("!resend", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == delivered + 1


async def test_a_post_whose_end_cannot_be_worked_on_is_looked_at_again_and_told_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.provider.deliver(mail(id="m2@example.org", sender="Bruno <bruno@example.org>", subject="Second"))
    with monkeypatch.context() as failing:
        fails_on(failing, lambda one: isinstance(one, Receipt))
        await house.settle((0.0, 30.0, 70.0, 700.0))
        assert len([p for p in house.homeserver.posted if p.room == CONFIG and "a call ended" in str(p.content)]) < 4
        assert await house.deliver.look_for_strays() == 0
    await house.settle((0.0, 3700.0, 3700.0))
    assert "m2@example.org" in [m.ours["message_id"] for m in mails_in(house)]
    assert await house.open_calls() == 0
