"""Images of mails in an encrypted room, and in one that is encrypted while the bot runs."""

import base64
from email.message import EmailMessage

import pytest
import yaml

from tests.e2e.house import Desk
from tests.e2e.letters import MARIE, new_id
from tests.e2ee.test_whole_bot import Secret, secret

__all__ = ["secret"]

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def with_picture(to: str) -> bytes:
    """A letter with an image in its text."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = MARIE, to, "Une image"
    message["Message-ID"], message["Date"] = f"<{new_id()}>", "Mon, 23 Nov 2026 09:00:00 +0000"
    message.set_content('<p>une question <img src="cid:cat" alt="cat"></p>', subtype="html")
    message.add_related(PICTURE, "image", "png", cid="<cat>", filename="cat.png", disposition="inline")
    return message.as_bytes()


async def shows_picture(secret: Secret, thread: object) -> bool:
    """The image follows in the thread, encrypted, and is what the letter held."""
    shown = await secret.alice.do(
        "awaitKind", room=secret.desk.room, kind="attachment", sender=secret.house.bot_id, thread=thread
    )
    content = shown["content"]
    assert shown["encrypted"] and content["msgtype"] in ("m.notice", "m.image") and "url" not in content
    read = await secret.alice.do("readFile", file=content["file"])
    return base64.b64decode(read["data"]) == PICTURE


@pytest.mark.slow
async def test_an_image_of_a_mail_is_an_encrypted_image_of_the_room(secret: Secret) -> None:
    mail = await secret.case(with_picture(secret.desk.address))
    assert "<img" not in mail["content"]["formatted_body"]
    assert await shows_picture(secret, mail["thread"])


@pytest.mark.slow
async def test_a_room_that_is_encrypted_while_the_bot_runs_shows_images_from_then_on(secret: Secret) -> None:
    house, alice = secret.house, secret.alice
    room = await house.alice.create_room(name="plain", invite=[house.bot_id], powers={house.bot_id: 50})
    settings = yaml.safe_load(house.config.read_text())
    settings["mailboxes"][0]["room"] = room
    await house.bot.stop()
    house.config.write_text(yaml.safe_dump(settings))
    await house.bot.start()
    await house.bot.healthy()
    plain = Secret(house, Desk(secret.desk.address, secret.desk.alias, room), alice)
    await house.deliver(plain.desk, with_picture(plain.desk.address))
    # In a plain room there is no shield to wait for.
    shown = await alice.do("awaitKind", room=room, kind="mail", sender=house.bot_id, words="question")
    assert not shown["encrypted"]
    await house.alice.put_state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    await alice.do("awaitEncryption", room=room)
    # An answer that is encrypted says that the bot has seen it.
    await alice.do("say", room=room, text="!help")
    assert (await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id))["encrypted"]
    await house.deliver(plain.desk, with_picture(plain.desk.address))
    shown = await alice.do("awaitKind", room=room, kind="attachment", sender=house.bot_id)
    assert await shows_picture(plain, shown["thread"])
