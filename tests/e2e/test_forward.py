"""A mail is passed on, on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House
from tests.e2e.letters import id_of, letter, new_id, read

PAUL = "paul@example.org"


async def test_a_mail_is_passed_on_and_answered_in_a_thread_of_its_own(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    asked = await case.say(f"!transférer {PAUL} À toi de voir.")

    mail = await house.sink.wait_for(lambda one: b"toi de voir" in one.raw, what="the forwarded mail")
    assert (read(mail.raw)["Subject"], mail.recipients) == ("Fwd: Une question", (PAUL,))
    assert b"In-Reply-To" not in mail.raw
    shown = await house.mail_event(desk, id_of(mail.raw))
    assert shown.thread not in (None, case.thread)
    await house.wait(
        desk.room, lambda e: e.thread == shown.thread and case.thread in str(e.content), "the link to the first thread"
    )
    await house.wait(
        desk.room,
        lambda e: str(shown.thread) in str(e.content) and e.replaces is not None,
        "the link to the new thread",
    )
    raw = letter(to=desk.address, id=new_id(), sender=f"Paul <{PAUL}>", subject="Re: Fwd", answers=id_of(mail.raw))
    await house.deliver(desk, raw)
    assert (await house.mail_event(desk, id_of(raw))).thread == shown.thread
    assert asked
