"""How often the phones of a team ring for a mail: once (a push gateway and the homeserver's own rules tell)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.demo.matrix_user import MatrixUser
from tests.e2e.house import Desk, House, until
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.push_gateway import PushGateway, Ring


@pytest.fixture(scope="module")
async def phones(house: House) -> AsyncIterator[PushGateway]:
    async with PushGateway.started() as gateway:
        for member in (house.alice, house.bob):
            await gateway.listen(member)
        yield gateway


class Heard:
    """What rang in a room for each of two people, until both heard a last word of the other."""

    def __init__(self, house: House, room: str, phones: PushGateway) -> None:
        self._house, self._room, self._phones = house, room, phones
        self.alice: list[Ring] = []
        self.bob: list[Ring] = []

    async def until_the_end(self) -> None:
        """Pushes come in order: once a last message rang, all before it did."""
        house = self._house
        for speaker, listener, kept in ((house.alice, house.bob, self.bob), (house.bob, house.alice, self.alice)):
            last = await speaker.say(self._room, "The end.")

            async def heard(who: MatrixUser = listener, event: str = last) -> bool:
                return any(ring.event == event for ring in self._phones.rings.get(who.user_id, []))

            await until(heard, "the last word on a phone")
            mine = [ring for ring in self._phones.rings[listener.user_id] if ring.room == self._room]
            kept.extend(ring for ring in mine if ring not in kept)

    def by_the_bot(self, who: str) -> list[Ring]:
        ours = {event.event_id for event in self._house.seen(self._room)}
        return [ring for ring in getattr(self, who) if ring.event in ours]


@asynccontextmanager
async def heard_in(house: House, room: str, phones: PushGateway) -> AsyncIterator[Heard]:
    heard = Heard(house, room, phones)
    yield heard
    await house.alice.sync()
    await heard.until_the_end()


def with_files(raw: bytes, count: int) -> bytes:
    mail = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    for number in range(count):
        mail.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename=f"paper-{number}.pdf")
    return mail.as_bytes()


async def test_a_new_mail_rings_once_by_its_card(house: House, own_desk: Desk, phones: PushGateway) -> None:
    async with heard_in(house, own_desk.room, phones) as heard:
        case = await house.case(own_desk)
        await house.wait(own_desk.room, lambda e: e.replaces == case.mail.event_id, "the mail in black")
    for who in ("alice", "bob"):
        assert [ring.event for ring in heard.by_the_bot(who)] == [case.thread]
        assert not heard.by_the_bot(who)[0].is_highlight
    shown = house.alice.current(own_desk.room, case.mail.event_id)
    assert shown is not None and shown.new_content["msgtype"] == "m.text"


async def test_a_mail_with_three_files_rings_once(house: House, own_desk: Desk, phones: PushGateway) -> None:
    async with heard_in(house, own_desk.room, phones) as heard:
        case = await house.case(own_desk, with_files(letter(to=own_desk.address, id=new_id()), 3))

        async def files() -> bool:
            await house.alice.sync()
            posted = [house.alice.current(own_desk.room, e.event_id) for e in house.posted(own_desk.room, "attachment")]
            return len([e for e in posted if e is not None and e.new_content["msgtype"] == "m.file"]) == 3

        await until(files, "three files that can be opened")
    assert [ring.event for ring in heard.by_the_bot("bob")] == [case.thread]


async def test_an_answer_rings_once_by_its_words(house: House, own_desk: Desk, phones: PushGateway) -> None:
    case, other = await house.case(own_desk), await house.case(own_desk)
    async with heard_in(house, own_desk.room, phones) as heard:
        answer = await case.more("Merci, à samedi.")
        news = await house.wait(own_desk.room, lambda e: e.kind == "news" and e.conversation == case.number, "the news")
    assert (news.content["msgtype"], news.thread) == ("m.notice", None)
    assert "à samedi" in news.body and case.thread in news.html
    rings = [ring.event for ring in heard.by_the_bot("bob")]
    assert [event for event in rings if event not in (case.thread, other.thread)] == [answer.event_id]


async def test_an_answer_to_somebody_s_conversation_rings_once_and_is_a_highlight_for_them_alone(
    house: House, own_desk: Desk, phones: PushGateway
) -> None:
    case = await house.case(own_desk)
    await case.react("✋", who=house.bob)
    await case.card("assignee", house.bob.user_id)
    async with heard_in(house, own_desk.room, phones) as heard:
        answer = await case.more("Merci, Bob et @room !")
        news = await house.wait(own_desk.room, lambda e: e.kind == "news", "the news")
        await house.wait(own_desk.room, lambda e: e.replaces == answer.event_id, "the answer in black")
    assert news.content["m.mentions"] == {"user_ids": [house.bob.user_id]}
    assert [r for r in heard.by_the_bot("bob") if r.event != case.thread] == [Ring(own_desk.room, news.event_id, True)]
    assert [r for r in heard.by_the_bot("alice") if r.event != case.thread] == [
        Ring(own_desk.room, news.event_id, False)
    ]


async def test_a_colleague_s_words_ring_without_the_bot_adding_any(
    house: House, own_desk: Desk, phones: PushGateway
) -> None:
    case = await house.case(own_desk)
    async with heard_in(house, own_desk.room, phones) as heard:
        await case.say("I look at it tonight.")
        await case.order("!note Family rate B.")
        reply = await case.reply("Bonjour.")
        await case.state(reply, "sent")
        await case.order("!close")
        await case.react("👀")
    assert [ring for ring in heard.by_the_bot("bob") if ring.event != case.thread] == []


async def test_a_backlog_and_spam_ring_nobody(house: House, own_desk: Desk, phones: PushGateway) -> None:
    async with heard_in(house, own_desk.room, phones) as heard:
        old = letter(to=own_desk.address, id=new_id())
        await house.imap.deliver(own_desk.address, old, at=datetime.now(UTC) - timedelta(days=3))
        await house.mail_event(own_desk, id_of(old))
        spam = b"X-Spam-Flag: YES\r\n" + letter(to=own_desk.address, id=new_id())
        await house.deliver(own_desk, spam)
        await house.mail_event(own_desk, id_of(spam))
    assert heard.by_the_bot("bob") == []
