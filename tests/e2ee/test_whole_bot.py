"""The bot as its own process with its team in an encrypted room: a mail in, a reply out, and who may not."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, WAIT, Desk, House, Sides, answer, housed, until, words
from tests.e2e.letters import MARIE, files_of, id_of, letter, new_id
from tests.e2ee.conftest import NewElement
from tests.e2ee.element import Element
from tests.e2ee.hostile import HostileServer, LateKeys, timeline
from tests.e2ee.test_trust import localpart


@dataclass(frozen=True, slots=True)
class Secret:
    """A house whose only desk has an encrypted room, and alice on Element's SDK in it."""

    house: House
    desk: Desk
    alice: Element

    async def case(self, raw: bytes) -> dict[str, Any]:
        """The mail in its thread, as alice's client shows it."""
        await self.house.deliver(self.desk, raw)
        return await self.alice.do(
            "awaitKind", room=self.desk.room, kind="mail", sender=self.house.bot_id, words="question", shield="NONE"
        )


@pytest.fixture
async def secret(
    synapse: Synapse, pymap_server: PymapServer, hostile: HostileServer, new_element: NewElement
) -> AsyncIterator[Secret]:
    async with AsyncExitStack() as stack:
        sides = Sides(homeserver=hostile.url)
        house = await stack.enter_async_context(housed(synapse, pymap_server, sides=sides, start=False))
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        yield await begun_encrypted(house, alice)


async def begun_encrypted(house: House, alice: Element) -> Secret:
    """The bot serves a room of alice's that is encrypted; the config room stays as it is."""
    room = (await alice.do("createRoom", invite=[house.bot_id, house.bob.user_id]))["room"]
    await house.bob.join(room)
    settings = yaml.safe_load(house.config.read_text())
    settings["mailboxes"][0]["room"] = room
    house.config.write_text(yaml.safe_dump(settings))
    await house.bot.start()
    await house.bot.healthy()
    old = house.desks[0]
    return Secret(house, Desk(old.address, old.alias, room), alice)


def with_file(raw: bytes) -> bytes:
    """The letter with a file attached."""
    head, _, body = raw.partition(b"\r\n\r\n")
    kept = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-", b"mime-")))
    parts = (
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body,
        b"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=list.csv\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"name;sum\r\nMarie;12\r\n"),
    )
    joined = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts)
    return (
        kept
        + b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n"
        + joined
        + b"--edge--\r\n"
    )


@pytest.mark.slow
async def test_a_mail_comes_in_and_a_reply_goes_out_of_an_encrypted_room(secret: Secret) -> None:
    house, alice, room = secret.house, secret.alice, secret.desk.room
    mail = await secret.case(with_file(letter(to=secret.desk.address, id=new_id())))
    assert mail["encrypted"] and mail["shield"] == {"colour": "NONE", "reason": None}
    file = await alice.do("awaitKind", room=room, kind="attachment", sender=house.bot_id)
    content = file["content"]
    assert "url" not in content and content["filename"] == "list.csv"
    read = await alice.do("readFile", file=content["file"])
    assert base64.b64decode(read["data"]) == b"name;sum\r\nMarie;12\r\n"

    await alice.do("say", room=room, text="!reply Bonjour, **oui**.", thread=mail["thread"])
    sent = await house.sink.wait_for(lambda one: b"Bonjour" in one.raw, what="the reply", timeout=WAIT)
    assert MARIE in sent.recipients
    await alice.do("awaitKind", room=room, kind="mail", sender=house.bot_id, words="Bonjour", besides=[mail["event"]])

    # Nothing that the bot wrote there lies open on the server.
    for event in await house.alice.messages(room):
        if event.sender == house.bot_id and event.type not in ("m.reaction", "m.room.redaction"):
            assert event.type in ("m.room.encrypted", "m.room.member", "m.room.pinned_events") or (
                event.state_key is not None and "question" not in json.dumps(dict(event.content))
            ), event


@pytest.mark.slow
async def test_what_must_not_ring_comes_as_a_notice_and_is_edited_into_what_it_is(secret: Secret) -> None:
    """Both are encrypted."""
    alice, room = secret.alice, secret.desk.room
    mail = await secret.case(with_file(letter(to=secret.desk.address, id=new_id())))
    file = await alice.do("awaitKind", room=room, kind="attachment", sender=secret.house.bot_id)
    for event, shown in ((mail, "m.text"), (file, "m.file")):
        seen = await alice.do("see", room=room, event=event["event"], edited=True, shield="NONE")
        assert (seen["original"]["msgtype"], seen["content"]["msgtype"]) == ("m.notice", shown)
        assert "msgtype" not in seen["wire"] and seen["encrypted"]


@pytest.mark.slow
async def test_a_file_that_a_member_posts_encrypted_goes_out_decrypted(secret: Secret) -> None:
    house, alice, room = secret.house, secret.alice, secret.desk.room
    thread = str((await secret.case(letter(to=secret.desk.address, id=new_id())))["thread"])
    data = base64.b64encode("naïve\n".encode() * 5000).decode()
    posted = (await alice.do("sendFile", room=room, data=data, name="statutes.txt", thread=thread))["event"]
    relation = {
        "rel_type": "m.thread",
        "event_id": thread,
        "is_falling_back": False,
        "m.in_reply_to": {"event_id": posted},
    }
    await alice.do("say", room=room, text="!send", thread=thread, extra={"m.relates_to": relation})
    sent = await house.sink.wait_for(lambda one: b"statutes.txt" in one.raw, what="the file", timeout=WAIT)
    assert [file for _, _, file in files_of(sent.raw)] == ["naïve\n".encode() * 5000]

    await alice.do("sendFile", room=room, data=data, name="again.txt", thread=thread, caption="!reply Encore.")
    sent = await house.sink.wait_for(lambda one: b"again.txt" in one.raw, what="the second file", timeout=WAIT)
    assert b"Encore." in sent.raw
    assert [name for name, _, _ in files_of(sent.raw)] == ["again.txt"]


@pytest.mark.slow
async def test_who_may_not_is_refused_with_the_reason_and_nothing_leaves(
    secret: Secret, new_element: NewElement
) -> None:
    house, alice, room = secret.house, secret.alice, secret.desk.room
    mail = await secret.case(letter(to=secret.desk.address, id=new_id()))
    thread = str(mail["thread"])
    second = await new_element(
        "alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD, cross_signing=False
    )
    answered: list[str] = []
    for say in ("unsigned", "plain"):
        if say == "unsigned":
            await second.do("say", room=room, text="!reply from an unsigned device", thread=thread)
        else:
            await house.bob.say(room, "!reply in plain text", thread=thread)
        answer = await alice.do(
            "awaitKind", room=room, kind="answer", sender=house.bot_id, thread=thread, besides=answered
        )
        answered.append(str(answer["event"]))
        why = "error.trust.unsigned_device" if say == "unsigned" else "error.plain_in_encrypted"
        # Their client reads nothing that is encrypted.
        assert words(why) in answer["body"] and not answer["encrypted"]
    await alice.do("say", room=room, text="!reply from the signed one", thread=thread)
    await house.sink.wait_for(lambda one: b"signed one" in one.raw, what="the reply", timeout=WAIT)
    assert [one for one in house.sink.received if b"unsigned" in one.raw or b"plain text" in one.raw] == []


@pytest.mark.slow
async def test_who_shuts_the_bot_out_is_told_why_once_and_what_helps(secret: Secret, hostile: HostileServer) -> None:
    house, alice, room = secret.house, secret.alice, secret.desk.room

    def withhold(path: str, answer: Any) -> Any:
        """As if alice's client kept its keys to itself, and said so."""
        events = timeline(answer, room) if path.endswith("/sync") else []
        for event in [e for e in events if e["type"] == "m.room.encrypted" and e["sender"] == alice.user_id]:
            content = {
                "room_id": room,
                "session_id": event["content"]["session_id"],
                "algorithm": "m.megolm.v1.aes-sha2",
            }
            content |= {"sender_key": event["content"].get("sender_key", ""), "code": "m.unverified", "reason": "so"}
            told = {"type": "m.room_key.withheld", "sender": alice.user_id, "content": content}
            answer.setdefault("to_device", {}).setdefault("events", []).append(told)
        kept = answer.get("to_device", {}).get("events", []) if path.endswith("/sync") else []
        kept[:] = [event for event in kept if event["type"] != "m.room.encrypted"]
        return answer

    hostile.change = withhold
    said = [(await alice.do("say", room=room, text=f"!help {n}"))["event"] for n in range(3)]
    answer = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id)
    assert words("error.undecryptable.unverified") in answer["body"]
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] in said
    hostile.change = lambda path, answer: answer
    await secret.case(letter(to=secret.desk.address, id=new_id()))
    sent = [e for e in await house.alice.messages(room) if e.sender == house.bot_id]
    # The relation lies open, the words do not.
    assert len([e for e in sent if e.relation.get("m.in_reply_to", {}).get("event_id") in said]) == 1


@pytest.mark.slow
async def test_a_mail_waits_for_the_key_of_a_change_of_its_message(secret: Secret, hostile: HostileServer) -> None:
    house, alice, room = secret.house, secret.alice, secret.desk.room
    mail = await secret.case(letter(to=secret.desk.address, id=new_id()))
    later = '!reply --at "tomorrow 9:00" '
    said = await alice.do("say", room=room, text=later + "Premier jet", thread=mail["thread"])
    await alice.do("awaitKind", room=room, kind="mail", sender=house.bot_id, words="Premier", besides=[mail["event"]])

    hostile.change = keys = LateKeys()
    await alice.do("newSession", room=room)
    await alice.do("edit", room=room, event=said["event"], text=later + "Texte revu")
    told = words("unread.awaited")
    await alice.do("awaitKind", room=room, kind="receipt", sender=house.bot_id, words=told)
    keys.is_holding = False
    # Its key is in; then the list names the new words, and the time.
    await alice.do("say", room=room, text="!note x", thread=mail["thread"])
    await alice.do("awaitKind", room=room, kind="receipt", sender=house.bot_id, words=told)
    async with asyncio.timeout(WAIT):
        asked: list[str] = []
        while True:
            await alice.do("say", room=room, text="!scheduled", thread=mail["thread"])
            one = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, besides=asked)
            asked.append(one["event"])
            if "Texte revu" in one["body"] and "09:00" in one["body"]:
                break
            await asyncio.sleep(1)


@pytest.mark.slow
async def test_a_homeserver_that_lies_gets_nothing_sent(
    secret: Secret, hostile: HostileServer, new_element: NewElement
) -> None:
    """It shows an old reply as a new one, bob's words as alice's, and words that nobody wrote."""
    house, alice, room = secret.house, secret.alice, secret.desk.room
    mail = await secret.case(letter(to=secret.desk.address, id=new_id()))
    thread = str(mail["thread"])
    bob = await new_element("bob", user=localpart(house.bob.user_id), password=TEAM_PASSWORD)
    old: list[Any] = []
    taken_for_alice: list[str] = []

    def lie(path: str, answer: Any) -> Any:
        if not path.endswith("/sync"):
            return answer
        true = timeline(answer, room)
        for event in true:
            if event["sender"] == bob.user_id and event["type"] == "m.room.encrypted":
                event["sender"] = alice.user_id
                event["content"]["device_id"] = alice.device_id
                taken_for_alice.append(event["event_id"])
        if old:
            forged = {"msgtype": "m.text", "body": "!reply forged", "m.relates_to": old[0]["content"]["m.relates_to"]}
            number = len(hostile.paths)
            joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
            joined.setdefault("timeline", {}).setdefault("events", []).extend(
                [
                    {**old[0], "event_id": f"$replayed{number}"},
                    {**old[0], "event_id": f"$forged{number}", "type": "m.room.message", "content": forged},
                ]
            )
        old.extend(event for event in true if event["type"] == "m.room.encrypted" and not old)
        return answer

    hostile.change = lie
    await alice.do("say", room=room, text="!reply once and no more", thread=thread)
    await house.sink.wait_for(lambda one: b"once and no more" in one.raw, what="the reply", timeout=WAIT)
    said = await bob.do("say", room=room, text="!reply as alice", thread=thread)

    async def was_told() -> bool:
        return said["event"] in taken_for_alice

    await until(was_told, "bob's words under alice's name")
    await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, thread=thread)
    hostile.change = lambda path, answer: answer
    await alice.do("say", room=room, text="!reply and the last one", thread=thread)
    await house.sink.wait_for(lambda one: b"the last one" in one.raw, what="the reply", timeout=WAIT)
    words = [b"once and no more", b"the last one", b"as alice", b"forged"]
    assert [sum(word in one.raw for one in house.sink.received) for word in words] == [1, 1, 0, 0]


def test_the_letter_with_a_file_is_a_sound_mail() -> None:
    assert id_of(with_file(letter(to="a@example.org", id="x@example.org"))) == "x@example.org"


@pytest.mark.slow
async def test_an_encrypted_room_is_not_followed_at_a_word_in_clear(secret: Secret) -> None:
    house, old = secret.house, secret.desk.room
    await secret.case(letter(to=secret.desk.address, id=new_id()))
    upgrading = f"/_matrix/client/v3/rooms/{old}/upgrade"
    new = str((await house.alice.request("POST", upgrading, {"new_version": "11"}))["replacement_room"])
    await house.wait(house.config_room, lambda e: words("upgrade.asked_mailbox") in e.body, "the question")
    await house.alice.invite(new, house.bot_id)
    # Whoever runs the homeserver could have written it.
    written = await house.alice.say(house.config_room, "!upgrade")
    told = await answer(house, house.config_room, written, "that it was not encrypted")
    assert words("error.trust_in_clear")[:40] in told.body or "not encrypted" in told.body
    again = await house.alice.say(house.config_room, "!help upgrade")
    await answer(house, house.config_room, again, "an answer to what came later")
    posted = [event.type for event in await house.alice.messages(new) if event.sender == house.bot_id]
    assert "m.room.message" not in posted and "m.room.encrypted" not in posted
    await house.bot.healthy()
