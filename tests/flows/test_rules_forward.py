"""A rule of the house passes mails on, through the whole bot: once, marked, and never in a circle."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace
from bot.domain.own_addresses import OwnAddress
from bot.mime.read import read_mail
from storage import own_addresses, settings
from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says

ADD = "!rule add if subject:help then forward:bob@home.example"


async def comes(house: House, number: int, **more: object) -> None:
    more = {"sender": "Nora <nora@shop.example>", "id": f"h{number}@shop.example", "subject": "Help", **more}
    house.provider.deliver(mail(**more))  # type: ignore[arg-type]
    await house.settle(SENT)


async def switched_on(house: House, add: str = ADD) -> None:
    await happens(house, says(add), says("!rule on 1"))


def with_settings(house: House, **settings: object) -> None:
    one = replace(house.step.settings.file.mailboxes[0], **settings)  # type: ignore[arg-type]
    house.step.settings.reload(replace(house.step.settings.file, mailboxes=(one,)))


def thread_of(house: House, number: int) -> str:
    card = card_of(house, number)
    return "\n".join(str(p.content["body"]) for p in house.homeserver.posted if p.relation.get("event_id") == card)


def history(house: House) -> str:
    return str(house.homeserver.posted[-1].content["body"])


async def test_it_leaves_once_marked_with_its_files_and_the_answer_comes_into_its_own_thread(house: House) -> None:
    await switched_on(house)
    await comes(house, 2, file=b"%PDF x")
    await house.close()
    await house.open()
    ((_, recipients, raw),) = house.provider.delivered
    parsed = message_from_bytes(raw, policy=policy.default)
    assert (recipients, str(parsed["Subject"])) == (("bob@home.example",), "Fwd: Help")
    assert (parsed["Auto-Submitted"], parsed["X-Loop"]) == ("auto-generated", "contact@asso.example")
    assert [one.get_filename() for one in parsed.iter_attachments()] == ["paper.pdf"]
    body = parsed.get_body(("plain",))
    assert body is not None and "> une question." in body.get_content() and "nora@shop.example" in body.get_content()
    assert b"alice" not in raw.lower() and parsed["In-Reply-To"] is None
    assert (card_says(house, 2)["status"], card_says(house, 3)["status"]) == ("active", "closed")
    assert "passed this mail on to bob@home.example" in thread_of(house, 2)
    assert "passed on the mail of #2" in thread_of(house, 3)
    await happens(house, says("!history", thread=card_of(house, 2)))
    assert "passed the mail on to bob@home.example (#3)" in history(house)

    await comes(house, 3, subject="Re: Fwd: Help", sender="Bob <bob@home.example>", reply_to=id_of(raw))
    assert "une question" in thread_of(house, 3) and card_says(house, 3)["status"] == "active"
    await happens(house, says("!reply Bonjour Nora", thread=card_of(house, 2)), seconds=SENT)
    assert house.provider.delivered[-1][1] == ("nora@shop.example",)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"headers": (("Auto-Submitted", "auto-generated"),)}, "a program or a list"),
        ({"headers": (("List-Id", "<news.example>"),)}, "a program or a list"),
        ({"headers": (("Precedence", "bulk"),)}, "a program or a list"),
        ({"headers": (("X-Loop", "other@postroom.example"),)}, "a program or a list"),
        ({"sender": "Us <contact+x@asso.example>"}, "from us"),
        ({"sender": "Bob <BOB@home.example>"}, "from there"),
        ({"headers": (("Reply-To", "bob@home.example"),)}, "from there"),
        ({"file": b"x" * 1_100_000}, "too large"),
    ],
)
async def test_what_would_go_round_or_is_too_much_stays_and_its_thread_says_why(
    house: House, more: dict[str, object], why: str
) -> None:
    with_settings(house, max_files_mb=1)
    await switched_on(house)
    await comes(house, 2, **more)
    assert house.provider.delivered == []
    assert why in thread_of(house, 2)


async def test_what_leaves_comes_back_without_leaving_again(house: House) -> None:
    await switched_on(house, "!rule add if from:@asso.example then forward:bob@home.example")
    await happens(house, says("!rule add if subject:help then forward:list@home.example"), says("!rule on 2"))
    await comes(house, 2)
    ((_, _, raw),) = house.provider.delivered
    # The list has us as a member, and takes off what marks it.
    for drop in (
        (),
        (b"Auto-Submitted",),
        (b"Auto-Submitted", b"X-Auto", b"Message-ID"),
        (b"Auto-Sub", b"X-L", b"X-A"),
    ):
        lines = [line for line in raw.split(b"\r\n") if not line.startswith(drop)] if drop else raw.split(b"\r\n")
        house.provider.deliver(b"\r\n".join(lines))
        await house.settle(SENT)
    assert len(house.provider.delivered) == 1


async def test_a_rule_that_fits_everything_ends_at_the_limit_and_says_so(house: House) -> None:
    with_settings(house, hourly_limit=3)
    await switched_on(house, "!rule add if to:@asso.example then forward:bob@home.example")
    for number in range(2, 6):
        await comes(house, number)
    assert len(house.provider.delivered) == 3
    assert "too many mails" in "".join(answers_in(house)) or "too many mails" in thread_of(house, 8)


async def test_two_rules_for_one_address_pass_it_on_once_and_spam_not_at_all(house: House) -> None:
    await switched_on(house)
    await happens(
        house, says("!rule add if subject:me then forward:BOB@home.example forward"), says(ADD.replace("help", "me"))
    )
    await happens(house, says("!rule on 2"), says("!rule add if subject:offer then spam"), says("!rule on 3"))
    await comes(house, 2, subject="Help me")
    await comes(house, 3, subject="Help offer")
    assert [one[1] for one in house.provider.delivered] == [("bob@home.example",)]


async def test_where_the_mailbox_asks_for_four_eyes_it_waits_for_somebody_else_and_leaves_as_marked(
    house: House,
) -> None:
    with_settings(house, approval=True)
    await switched_on(house)
    await comes(house, 2, file=b"%PDF x")
    assert house.provider.delivered == []
    await happens(house, says("!approve #3"), seconds=SENT)
    assert house.provider.delivered == [], "who made the rule does not approve its mails"
    await happens(house, replace(says("!approve #3", sender=BOB), at=house.clock.now()), seconds=SENT)
    ((_, recipients, raw),) = house.provider.delivered
    parsed = message_from_bytes(raw, policy=policy.default)
    assert (recipients, parsed["Auto-Submitted"]) == (("bob@home.example",), "auto-generated")
    body = parsed.get_body(("plain",))
    assert body is not None and "> une question." in body.get_content()
    assert [one.get_filename() for one in parsed.iter_attachments()] == ["paper.pdf"]


async def test_the_same_mail_in_another_mailbox_of_the_room_is_passed_on_once(house: House) -> None:
    one = house.step.settings.file.mailboxes[0]
    other = replace(one, id=MailboxId("aide@asso.example"), address="aide@asso.example", aliases=())
    house.step.settings.reload(replace(house.step.settings.file, mailboxes=(one, other)))
    await switched_on(house)
    raw = mail(id="h2@shop.example", subject="Help", sender="Nora <nora@shop.example>")
    read = read_mail(raw).mail
    for number, mailbox in enumerate((one, other), 50):
        place = MailPlace(mailbox.id, "INBOX", 9, number, FolderRole.INBOX)
        blob = await house.step.blobs.put(raw + b" " * number)
        await house.step.take(MailArrived(place, read, blob, len(raw), house.clock.now()))
        await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    assert "went there already" in thread_of(house, 4)


async def test_it_is_taken_back_within_the_undo_time(house: House) -> None:
    await switched_on(house)
    house.provider.deliver(mail(id="h2@shop.example", subject="Help"))
    await house.settle(NOW)
    await happens(house, says("!undo #3"), seconds=SENT)
    assert house.provider.delivered == []


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("@bob", "let them make the rule"),
        ("me", "confirmed no mail address"),
        ("rob", "Nobody in this room is called rob"),
        ("contact@asso.example", "an address of ours"),
        ("contact+x@ASSO.example", "an address of ours"),
        ("été@home.example", "été@home.example"),
    ],
)
async def test_only_an_address_that_is_not_ours_is_taken(house: House, to: str, why: str) -> None:
    await happens(house, says(f"!rule add if subject:help then forward:{to}"))
    assert why in answers_in(house)[-1]
    await happens(house, says("!rule"))
    assert "0 rules" in answers_in(house)[-1]


async def test_what_a_rule_passes_on_counts_as_nobody_s_work(house: House) -> None:
    await switched_on(house)
    await comes(house, 2)
    assert len(house.provider.delivered) == 1
    await happens(house, says("!stats"))
    said = answers_in(house)[-1]
    assert "0 mails left" in said and "Alice" not in said


@pytest.mark.parametrize("how", ["left", "!revoke @bob edit", "!revoke @bob send"])
async def test_a_rule_passes_nothing_on_once_whoever_made_it_may_not(house: House, how: str) -> None:
    await happens(
        house, says("!grant @bob edit"), says(ADD, sender=BOB), says("!rule on 1", sender=BOB), says("!yes", sender=BOB)
    )
    await comes(house, 2)
    assert len(house.provider.delivered) == 1
    if how == "left":
        house.homeserver.members[ROOM] = tuple(one for one in house.homeserver.members[ROOM] if one.user != BOB)
        await house.close()
        await house.open()
    else:
        await happens(house, says(how))
    await comes(house, 3)
    assert len(house.provider.delivered) == 1
    assert "whoever made it has left this room" in thread_of(house, 4)


async def test_a_colleague_who_left_gets_no_mail_at_their_own_address(house: House) -> None:
    now = house.clock.now()
    assert house.database is not None
    async with house.database.write() as tx:
        await settings.change_alone(tx)
        await own_addresses.put(tx, OwnAddress(BOB, "bob@home.example", MAILBOX.id, "", now, 0, 0, now, now), now)
    await house.step.look_at_settings()
    await switched_on(house)
    await comes(house, 2)
    assert [to for _, to, _ in house.provider.delivered] == [("bob@home.example",)]
    house.homeserver.members[ROOM] = tuple(one for one in house.homeserver.members[ROOM] if one.user != BOB)
    await house.close()
    await house.open()
    await comes(house, 3)
    assert len(house.provider.delivered) == 1
    assert "whose address that is has left this room" in thread_of(house, 4)
