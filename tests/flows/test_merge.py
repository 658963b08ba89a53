"""Two conversations become one, through the whole bot."""

from dataclasses import replace

import pytest

from bot.domain.settings import QuoteMode
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, mentioning
from tests.fakes.mail import id_of
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says
from tests.flows.test_own_addresses import confirms, sent_to

PAUL = "Paul <paul@example.org>"


async def two(house: House) -> None:
    """#1 of Marie, #2 of Paul; #1 was answered."""
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    house.provider.deliver(mail(id="p1@example.org", sender=PAUL, subject="Devis"))
    await house.settle(NOW)


async def comes(house: House, id: str, answers: str, sender: str = "Marie <marie@example.org>") -> object:
    """The card under which a mail is shown."""
    house.provider.deliver(mail(id=id, sender=sender, subject="Re: Question", reply_to=answers))
    await house.settle(NOW)
    (came,) = [p for p in mails_in(house) if p.ours["message_id"] == id]
    return came.relation["event_id"]


async def test_later_mail_of_both_comes_to_the_second_and_both_lead_to_each_other(house: House) -> None:
    await two(house)
    await happens(house, says("!merge #2", thread=card_of(house)))
    assert (card_says(house, 1)["status"], card_says(house, 1)["goes_on_as"]) == ("closed", 2)
    assert await comes(house, "m2@example.org", id_of(house.provider.delivered[0][2])) == card_of(house, 2)
    assert await comes(house, "m3@example.org", "m1@example.org") == card_of(house, 2)
    assert await comes(house, "p2@example.org", "p1@example.org", PAUL) == card_of(house, 2)
    assert card_says(house, 1)["status"] == "closed"
    for here, there in ((1, 2), (2, 1)):
        said = [p for p in house.homeserver.of_kind("notice") if p.relation.get("event_id") == card_of(house, here)]
        assert any(str(card_of(house, there)) in str(p.content.get("formatted_body")) for p in said)


async def test_a_copy_of_a_mail_of_the_first_stays_there(house: House) -> None:
    await two(house)
    await happens(house, says("!merge #2", thread=card_of(house)))
    before = len(mails_in(house))
    house.provider.deliver(mail())
    await house.settle(NOW)
    assert len(mails_in(house)) == before


async def test_split_off_its_mail_comes_there_again(house: House) -> None:
    await two(house)
    await happens(house, says("!merge #2", thread=card_of(house)))
    await happens(house, says("!split", thread=card_of(house)))
    assert card_says(house, 1)["status"] == "pending" and "goes_on_as" not in card_says(house, 1)
    assert await comes(house, "m2@example.org", "m1@example.org") == card_of(house)


async def test_deleting_the_command_soon_takes_it_back_on_both_sides(house: House) -> None:
    await two(house)
    command = says("!merge #2", thread=card_of(house))
    await happens(house, says("!tag urgent", thread=card_of(house)), command, redacts(command.event))
    assert "goes_on_as" not in card_says(house, 1) and "tags" not in card_says(house, 2)
    assert await comes(house, "m2@example.org", "m1@example.org") == card_of(house)


async def test_a_chain_is_followed_to_its_end_and_over_a_restart(house: House) -> None:
    await two(house)
    house.provider.deliver(mail(id="z1@example.org", sender="Zoé <zoe@example.org>", subject="Autre"))
    await house.settle(NOW)
    await happens(house, says("!merge #1 #2"))
    await happens(house, says("!merge #2 #3"))
    await house.close()
    await house.open()
    assert await comes(house, "m2@example.org", "m1@example.org") == card_of(house, 3)
    await happens(house, says("!merge #3 #1"))
    assert "#1 goes on as #2" in answers_in(house)[-1]


async def test_nobody_works_in_the_first_by_command_reaction_or_edit(house: House) -> None:
    await two(house)
    reply = says("!note rien", thread=card_of(house))
    await happens(house, reply)
    await happens(house, says("!merge #2", thread=card_of(house)))
    sent = len(house.provider.delivered)
    await happens(house, says("!reply Encore", thread=card_of(house)), seconds=SENT)
    await happens(house, reacts("⏳", card_of(house)), edits(reply.event, "!note autre"))
    assert len(house.provider.delivered) == sent
    assert card_says(house, 1)["status"] == "closed"
    assert "goes on as #2" in answers_in(house)[-1]


async def test_a_reaction_of_before_that_is_taken_away_opens_nothing(house: House) -> None:
    await two(house)
    done = reacts("✅", card_of(house))
    await happens(house, done)
    await happens(house, says("!merge #2", thread=card_of(house)))
    await happens(house, redacts(done.event))
    assert card_says(house, 1)["status"] == "closed"


LATER = '!reply --at "tomorrow 9:00" Encore'
DAYS = (172_800.0, 16.0)


async def test_an_answer_for_later_stays_where_a_mail_came_at_the_end_of_a_chain(house: House) -> None:
    await two(house)
    house.provider.deliver(mail(id="z1@example.org", sender="Zoé <zoe@example.org>", subject="Autre"))
    await house.settle(NOW)
    await happens(house, says(LATER, thread=card_of(house)), says("!merge #1 #2"), says("!merge #2 #3"))
    assert await comes(house, "m2@example.org", "m1@example.org") == card_of(house, 3)
    await house.settle(DAYS)
    assert len(house.provider.delivered) == 1
    assert "goes on as another one" in answers_in(house)[-1]


async def test_an_answer_for_later_stays_where_the_second_is_deleted(house: House) -> None:
    await two(house)
    await happens(house, says(LATER, thread=card_of(house)), says("!merge #1 #2"), says("!delete #2"))
    await house.settle(DAYS)
    assert len(house.provider.delivered) == 1


async def test_an_answer_for_later_leaves_where_nothing_came(house: House) -> None:
    await two(house)
    await happens(house, says(LATER, thread=card_of(house)), says("!merge #1 #2"))
    await house.settle(DAYS)
    assert len(house.provider.delivered) == 2


async def test_a_question_about_the_first_sends_nothing_once_it_is_merged(house: House) -> None:
    await two(house)
    await comes(house, "m2@example.org", "m1@example.org")
    await happens(house, says("!reply Encore", thread=card_of(house)))
    question = [p for p in house.homeserver.posted if "To send yours all the same" in str(p.content.get("body"))][-1]
    await happens(house, says("!merge #2", thread=card_of(house)))
    await happens(house, reacts("✅", question.event), says("!yes", thread=card_of(house)), seconds=SENT)
    await happens(house, says("!reply Encore", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def answered(house: House, words: str = "!reply Ici", number: int = 2) -> tuple[tuple[str, ...], bytes]:
    """To whom the next answer went, and its bytes; all that came has been read."""
    for shown in mails_in(house):
        await happens(house, reads(shown.event), seconds=(1.0,))
    await happens(house, says(words, thread=card_of(house, number)), seconds=SENT)
    _, to, raw = house.provider.delivered[-1]
    return to, raw


async def test_an_answer_in_the_second_goes_to_the_newest_of_both(house: House) -> None:
    await two(house)
    await comes(house, "m2@example.org", "m1@example.org")
    await happens(house, says("!merge #1 #2"))
    to, raw = await answered(house)
    assert to == ("marie@example.org",) and b"In-Reply-To: <m2@example.org>" in raw and b"paul" not in raw
    assert await comes(house, "m3@example.org", id_of(raw)) == card_of(house, 2)
    assert await comes(house, "p2@example.org", "p1@example.org", PAUL) == card_of(house, 2)
    to, raw = await answered(house)
    assert to == ("paul@example.org",) and b"marie" not in raw


async def test_what_came_to_the_first_and_nobody_has_read_is_asked_about(house: House) -> None:
    await two(house)
    await comes(house, "m2@example.org", "m1@example.org")
    await happens(house, says("!merge #1 #2"), says("!reply Ici", thread=card_of(house, 2)), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert "A mail came after what you have read" in answers_in(house)[-1]


async def test_it_quotes_nothing_of_the_other(house: House) -> None:
    quoting = replace(house.instance.mailboxes[0], quote=QuoteMode.FULL)
    await house.close()
    house.instance = replace(house.instance, mailboxes=(quoting,))
    await house.open()
    await two(house)
    house.provider.deliver(mail(id="p2@example.org", sender=PAUL, reply_to="p1@example.org", text="Entre nous.\n"))
    await house.settle(NOW)
    await comes(house, "m2@example.org", "m1@example.org")
    await happens(house, says("!merge #1 #2"))
    to, raw = await answered(house)
    assert to == ("marie@example.org",) and b"Entre nous" not in raw and b"une question" in raw


async def test_split_off_or_older_it_is_not_answered_there(house: House) -> None:
    await two(house)
    await happens(house, says("!merge #1 #2"))
    assert (await answered(house))[0] == ("paul@example.org",)
    await comes(house, "m2@example.org", "z@example.org")
    await happens(house, says("!merge #3 #1"), says("!split #1"), says("!merge #3 #1"), says("!merge #1 #2"))
    assert (await answered(house))[0] == ("marie@example.org",), "at the end of a chain"
    await happens(house, says("!split #1"))
    house.clock.forward(900.0)
    assert (await answered(house, "!reply Encore"))[0] == ("paul@example.org",)


async def test_lists_and_search_say_as_what_the_first_goes_on(house: House) -> None:
    await two(house)
    await happens(house, says("!tag urgent #1"), says("!follow #1"), says("!merge #1 #2"))
    for body in ("!list closed", "!list tag:urgent", "!list followed", "!list all", "!search question"):
        await happens(house, says(body))
        assert "#1 → #2" in answers_in(house)[-1], body
    shown = [p for p in house.homeserver.posted if "#1 → #2" in str(p.content.get("body"))][-1]
    assert str(card_of(house, 2)) in str(shown.content["formatted_body"])
    await happens(house, says("!split #1"), says("!list all"))
    assert "→" not in answers_in(house)[-1]


async def test_a_draft_that_was_sent_holds_up_nothing_and_one_taken_back_does(house: House) -> None:
    await two(house)
    sent = says("!draft Bonsoir", thread=card_of(house)), says("!send", thread=card_of(house))
    await happens(house, *sent, redacts(sent[1].event))
    await happens(house, says("!merge #2", thread=card_of(house)))
    assert "A draft waits in #1" in answers_in(house)[-1]
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    await happens(house, says("!merge #2", thread=card_of(house)))
    assert card_says(house, 1)["goes_on_as"] == 2


@pytest.mark.parametrize("order", ["split before", "split after", "merged"])
async def test_what_is_snoozed_comes_back_at_its_time_whether_merged_or_split_again(house: House, order: str) -> None:
    await two(house)
    await happens(house, says("!snooze 3d", thread=card_of(house)), says("!close #2"))
    await happens(house, says("!merge #2", thread=card_of(house)))
    assert (card_says(house, 1)["status"], card_says(house, 2)["status"]) == ("closed", "pending")
    if order == "split before":
        await happens(house, says("!split #1"))
        assert card_says(house, 1)["status"] == "pending"
    await house.settle((4 * 86_400.0,))
    if order == "split after":
        await happens(house, says("!split #1"))
    # Split before, #2 is closed as it was: that time was of #1 alone.
    assert card_says(house, 2)["status"] == ("closed" if order == "split before" else "active")
    assert card_says(house, 1)["status"] == ("closed" if order == "merged" else "active")


async def test_who_was_taken_out_of_copy_stays_out_after_a_merge(house: House) -> None:
    house.provider.deliver(
        mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org", cc="Lea <lea@example.org>")
    )
    house.provider.deliver(mail(id="p1@example.org", sender=PAUL, subject="Devis"))
    await house.settle(NOW)
    await happens(house, says("!cc -lea@example.org +chef@example.org", thread=card_of(house)))
    await happens(house, says("!merge #2", thread=card_of(house)))
    house.provider.deliver(
        mail(id="m3@example.org", subject="Re: Question", reply_to="m2@example.org", cc="Lea <lea@example.org>")
    )
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says("!reply Confidentiel", thread=card_of(house, 2)), seconds=SENT)
    assert {to for _, tos, _ in house.provider.delivered for to in tos} == {"marie@example.org", "chef@example.org"}


async def merged_by_mistake(house: House) -> None:
    """#1 of Marie, whose answers go to Lea and, unseen, to the chief; #2 of Paul, with a copy of its own; merged."""
    house.provider.deliver(mail(id="p1@example.org", sender=PAUL, subject="Devis"))
    await house.settle(NOW)
    await happens(house, says("!cc +lea@example.org", thread=card_of(house)))
    await happens(house, says("!bcc +chef@example.org", thread=card_of(house)))
    await happens(house, says("!cc +ami@example.org", thread=card_of(house, 2)))


@pytest.mark.parametrize("is_chained", [False, True])
async def test_split_off_it_takes_its_copies_along_and_says_whom(house: House, is_chained: bool) -> None:
    await merged_by_mistake(house)
    last = 2
    await happens(house, says("!merge #1 #2"))
    if is_chained:
        house.provider.deliver(mail(id="p9@example.org", sender=PAUL, subject="Facture"))
        await house.settle(NOW)
        await happens(house, says("!merge #2 #3"))
        last = 3
    await happens(house, says("!split #1"))
    said = [p for p in house.homeserver.of_kind("notice") if p.relation.get("event_id") == card_of(house, last)]
    assert any("lea@example.org, chef@example.org" in str(p.content["body"]) for p in said)
    assert set((await answered(house, number=last))[0]) == {"paul@example.org", "ami@example.org"}
    to, _ = await answered(house, "!reply --only Bonjour", number=1)
    assert set(to) == {"marie@example.org"}
    assert set((await answered(house, "!reply Bonjour", number=1))[0]) == {
        "marie@example.org", "lea@example.org", "chef@example.org"
    }  # fmt: skip


async def test_deleting_the_split_soon_merges_them_again_with_the_copies(house: House) -> None:
    await merged_by_mistake(house)
    command = says("!split #1")
    await happens(house, says("!merge #1 #2"), command)
    await happens(house, redacts(command.event))
    assert card_says(house, 1)["goes_on_as"] == 2
    to, _ = await answered(house)
    assert {"lea@example.org", "chef@example.org", "ami@example.org"} < set(to)


DAY = 86_400.0


@pytest.mark.parametrize(("first", "second"), [("2d", "5d"), ("5d", "2d")])
async def test_both_snoozed_it_comes_back_at_the_earlier_time(house: House, first: str, second: str) -> None:
    await two(house)
    await happens(house, says(f"!snooze {first}", thread=card_of(house)))
    await happens(house, says(f"!snooze {second}", thread=card_of(house, 2)), says("!merge #1 #2"))
    await house.settle((3 * DAY,))
    assert card_says(house, 2)["status"] == "active"


@pytest.mark.parametrize(
    ("before", "then", "in_four_days"),
    [
        ("!close", "closed", "closed"),
        ("!pending", "pending", "pending"),
        ("!snooze 3d", "pending", "active"),
        ("!snooze 2d", "pending", "active"),
        ("!snooze 9d", "pending", "active"),
    ],
)
async def test_split_again_what_did_not_wait_for_that_time_does_not_wake_at_it(
    house: House, before: str, then: str, in_four_days: str
) -> None:
    await two(house)
    await happens(house, says("!close #2"), says(f"{before} #2" if "snooze" not in before else "!pending #2"))
    if "snooze" in before:
        await happens(house, says(before, thread=card_of(house, 2)))
    await happens(house, says("!snooze 3d", thread=card_of(house)), says("!merge #1 #2"), says("!split #1"))
    assert [card_says(house, number)["status"] for number in (1, 2)] == ["pending", then]
    await house.settle((4 * DAY,))
    assert [card_says(house, number)["status"] for number in (1, 2)] == ["active", in_four_days]


async def test_an_answer_for_later_stays_where_a_colleague_answered_in_the_second(house: House) -> None:
    await two(house)
    await comes(house, "m2@example.org", "m1@example.org")
    for shown in mails_in(house):
        await happens(house, reads(shown.event), reads(shown.event, sender=BOB), seconds=(1.0,))
    await happens(house, says(LATER, thread=card_of(house)), says("!merge #1 #2"))
    house.clock.forward(900.0)
    await happens(house, says("!reply Voici", thread=card_of(house, 2), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 2
    sent = len(house.provider.delivered)
    await house.settle(DAYS)
    assert len(house.provider.delivered) == sent
    assert "a colleague has answered" in answers_in(house)[-1]


async def test_the_thread_names_who_gets_the_answers_in_copy_by_now(house: House) -> None:
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Else"))
    await house.settle(NOW)
    await happens(house, says("!cc +lea@y.example #1"), says("!bcc +zoe@y.example #2"), says("!merge #1 #2"))
    here = [str(p.content["body"]) for p in house.homeserver.of_kind("notice") if "merged" in str(p.content["body"])]
    assert any("in copy to lea@y.example, zoe@y.example." in one for one in here)


@pytest.mark.parametrize(
    ("ways", "wanted"), [((), (1, 0)), (("noted-mine email",), (0, 1)), (("noted-mine off", "followed email"), (0, 1))]
)
async def test_who_has_both_is_told_once_where_it_goes_on(
    house: House, ways: tuple[str, ...], wanted: tuple[int, int]
) -> None:
    await two(house)
    await confirms(house, "bob@home.example", BOB)
    await happens(house, *(reacts("✋", card_of(house, number), sender=BOB) for number in (1, 2)))
    await happens(house, *(says("!follow", thread=card_of(house, number), sender=BOB) for number in (1, 2)))
    await happens(house, *(says(f"!notify {way}", sender=BOB) for way in ways))
    before = len(house.homeserver.posted)
    await happens(house, says("!merge #2", thread=card_of(house)), seconds=(0.0, 60.0, 61.0, 16.0))
    told = mentioning(house, BOB, before)
    mails = [one for one in sent_to(house, "bob@home.example") if "[#2]" in one["Subject"]]
    assert (len(told), len(mails)) == wanted
    assert not [one for one in sent_to(house, "bob@home.example") if "[#1]" in one["Subject"]]
    assert all("#1" in str(one.content["body"]) for one in told)


async def test_who_has_only_what_was_merged_is_told_of_that(house: House) -> None:
    await two(house)
    await happens(house, reacts("✋", card_of(house), sender=BOB), reacts("✋", card_of(house, 2)))
    before = len(house.homeserver.posted)
    await happens(house, says("!merge #2", thread=card_of(house)))
    told = mentioning(house, BOB, before)
    assert len(told) == 1 and "#2" in str(told[0].content["body"])
