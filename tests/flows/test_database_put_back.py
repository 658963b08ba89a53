"""The SQLite file of minute 5 comes back at minute 10: nothing that sent is repeated, nothing is lost, people are told."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import ConversationId
from bot.domain.inputs import ChatInput
from bot.flows.keep.run_marks import FILE
from storage import conversations
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, mails_in, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, reacts, redacts, says

_KEEP = "copy.db"


async def copied(house: House) -> None:
    """As `docs/operating.md` says: while it is stopped."""
    await house.close()
    shutil.copy(house.folder / "postroom.db", house.folder / _KEEP)
    await house.open()


async def put_back(house: House, *, forgets_transactions: bool = False, marks: bool = True) -> None:
    await house.close()
    for tail in ("-wal", "-shm"):
        Path(f"{house.folder}/postroom.db{tail}").unlink(missing_ok=True)
    shutil.copy(house.folder / _KEEP, house.folder / "postroom.db")
    if forgets_transactions:
        house.homeserver.transactions.clear()
    if not marks:
        house.homeserver.run_mark = None
        (house.folder / FILE).unlink(missing_ok=True)
    await house.open()
    await house.settle(SENT)


async def now(house: House, *inputs: ChatInput, seconds: tuple[float, ...] = NOW) -> None:
    """They happen at the house's time."""
    for input in inputs:
        house.clock.forward(1.0)
        house.homeserver.happens(replace(input, at=house.clock.now()))
    await house.settle(seconds)


def told(house: House, words: str, room: str = CONFIG) -> int:
    return sum(words in str(p.content.get("body")) for p in house.homeserver.posted if p.room == room)


@pytest.mark.parametrize("forgets_transactions", [False, True], ids=["same device", "another device"])
@pytest.mark.parametrize("marks", [True, False], ids=["with marks", "by the room alone"])
async def test_six_replies_after_the_copy_leave_once(house: House, forgets_transactions: bool, marks: bool) -> None:
    for number in range(2, 7):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
    await house.settle(NOW)
    await copied(house)
    for number in range(1, 7):
        await now(house, says(f"!reply Réponse {number}", thread=card_of(house, number)), seconds=SENT)
    assert len(house.provider.delivered) == 6
    before = len(house.homeserver.posted)
    await put_back(house, forgets_transactions=forgets_transactions, marks=marks)
    assert len(house.provider.delivered) == 6
    assert told(house, "put back") == 1
    out = Counter(m.ours["message_id"] for m in mails_in(house) if m.ours.get("direction") == "out")
    assert len(out) == 6 and set(out.values()) == {1}
    assert [p for p in house.homeserver.posted[before:] if p.room == ROOM and not p.is_edit] == []
    assert [card_says(house, n)["status"] for n in range(1, 7)] == ["pending"] * 6


@pytest.mark.parametrize("forgets_transactions", [False, True], ids=["same device", "another device"])
async def test_new_mails_of_the_gap_keep_their_threads_and_later_ones_are_posted(
    house: House, forgets_transactions: bool
) -> None:
    await copied(house)
    for number in range(2, 8):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
        await house.settle(NOW)
    await put_back(house, forgets_transactions=forgets_transactions)
    for number in range(8, 14):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
    await house.settle(NOW)
    ids = Counter(m.ours["message_id"] for m in mails_in(house))
    assert ids == Counter({f"m{n}@example.org": 1 for n in range(1, 14)})
    cards = Counter(p.ours["conversation"] for p in house.homeserver.of_kind("conversation"))
    assert cards == Counter(dict.fromkeys(range(1, 14), 1))
    # A thread of the gap works as any other.
    await now(house, says("!reply Bonjour", thread=card_of(house, 3)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("p3@example.org",)]


async def test_the_card_of_a_mail_of_the_gap_says_what_is_known_of_it_again(house: House) -> None:
    await copied(house)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    await now(house, says("!assign @bob", thread=card_of(house, 2)), says("!close", thread=card_of(house, 2)))
    await put_back(house)
    async with house.step.database.read() as tx:
        known = await conversations.get(tx, ConversationId(2))
    assert known is not None and known.root == card_of(house, 2)
    assert (card_says(house, 2)["status"], card_says(house, 2)["assignee"]) == (known.status, known.assignee)


async def test_tags_subject_and_time_of_the_gap_are_those_of_the_card(house: House) -> None:
    await now(house, says("!tag old", thread=card_of(house)))
    await copied(house)
    await now(house, says("!tag urgent -old #1"), says("!subject #1 Devis"), says("!snooze 3d #1"))
    await put_back(house)
    await now(house, says("!list tag:urgent"))
    async with house.step.database.read() as tx:
        known = await conversations.get(tx, ConversationId(1))
    assert known is not None and (known.tags, known.subject, known.mailed_subject) == (
        ("urgent",),
        "Devis",
        "Question",
    )
    assert known.is_snoozed and card_says(house)["tags"] == ["urgent"]
    await house.settle((4 * 86400.0, 16.0))
    assert card_says(house)["status"] == "active", "the timer is there again, too"


async def test_whose_conversation_it_is_says_the_card(house: House) -> None:
    await copied(house)
    await now(house, says("!customer Léa <lea@mairie.example>", thread=card_of(house)))
    await put_back(house)
    assert "lea@mairie.example" in str(house.homeserver.current(card_of(house))["body"])
    await now(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert [list(one[1]) for one in house.provider.delivered] == [["lea@mairie.example"]]


async def test_a_card_whose_mail_was_not_posted_yet_is_taken_up_by_its_mail(house: House) -> None:
    await copied(house)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    while len(house.homeserver.of_kind("conversation")) < 2:
        await house.round()
    assert "m2@example.org" not in [m.ours["message_id"] for m in mails_in(house)]
    await put_back(house)
    assert [p.ours["conversation"] for p in house.homeserver.of_kind("conversation")] == [1, 2]
    assert [m.ours["conversation"] for m in mails_in(house) if m.ours["message_id"] == "m2@example.org"] == [2]
    await now(house, says("!reply Bonjour", thread=card_of(house, 2)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("p2@example.org",)]


async def test_a_mail_of_the_gap_has_its_card_though_its_answer_is_read_before_it(house: House) -> None:
    """The mail was moved to another folder, which is read after that of the answer: that one stands by itself."""
    await copied(house)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    inbox, junk = (house.provider.folders[name] for name in ("INBOX", "Junk"))
    junk.append(inbox.pop())
    house.provider.deliver(mail(id="m3@example.org", sender="P3 <p3@example.org>", reply_to="m2@example.org"))
    await put_back(house)
    cards = Counter(p.ours["conversation"] for p in house.homeserver.of_kind("conversation"))
    assert cards == Counter({1: 1, 2: 1, 3: 1})
    shown = Counter((m.ours["conversation"], m.ours["message_id"]) for m in mails_in(house))
    assert shown == Counter({(1, "m1@example.org"): 1, (2, "m2@example.org"): 1, (3, "m3@example.org"): 1})


async def test_what_commands_and_reactions_did_is_taken_up_and_not_repeated(house: House) -> None:
    await copied(house)
    card = card_of(house)
    await now(house, says("!assign @bob", thread=card), says("!note Rappeler", thread=card))
    await now(house, reacts("✅", card), says("!close", thread=card))
    await now(house, says("!active", thread=card))
    assert (card_says(house)["status"], card_says(house)["assignee"]) == ("active", BOB)
    before = len(house.homeserver.posted)
    await put_back(house)
    assert [p for p in house.homeserver.posted[before:] if p.room == ROOM and not p.is_edit] == []
    assert (card_says(house)["status"], card_says(house)["assignee"]) == ("active", BOB)
    await now(house, says("!follow", thread=card))
    assert (card_says(house)["status"], card_says(house)["assignee"]) == ("active", BOB)


@pytest.mark.parametrize("is_given", [True, False])
async def test_that_rules_and_other_things_of_a_mailbox_are_of_the_backup_is_told(house: House, is_given: bool) -> None:
    await copied(house)
    if is_given:
        await now(house, says("!rule add if from:@shop.example then spam"), says("!block @spam.example"))
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    await put_back(house)
    assert (told(house, "put back"), told(house, "Rules, blocked addresses")) == (1, int(is_given))


async def test_a_reply_that_nobody_can_tell_of_is_not_sent_but_told(house: House) -> None:
    await copied(house)
    house.clock.forward(10)
    await now(house, says("!close", thread=card_of(house)))
    written = says("!reply Secret words", thread=card_of(house))
    house.homeserver.happens(replace(written, at=house.clock.now()))
    house.clock.forward(10)
    await put_back(house)
    assert house.provider.delivered == []
    assert told(house, "Look in the Sent folder", ROOM) == 1
    assert told(house, "a command that sends") == 1
    assert told(house, "Secret words") == 0
    await now(house, says("!reply Secret words", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_who_writes_under_a_card_whose_mail_did_not_come_back_is_told(house: House) -> None:
    """Somebody deleted it in webmail meanwhile: nothing brings it back, and its card stays for nobody."""
    await copied(house)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    card = card_of(house, 2)
    house.provider.folders["INBOX"].pop()
    await put_back(house)
    before = len(house.homeserver.posted)
    await now(house, says("!reply Bonjour", thread=card), seconds=SENT)
    assert house.provider.delivered == []
    (told_there,) = [p for p in house.homeserver.posted[before:] if p.room == ROOM and p.ours.get("kind") == "answer"]
    assert "Which conversation?" in str(told_there.content["body"])
    # Its number is nobody else's.
    house.provider.deliver(mail(id="m3@example.org", sender="P3 <p3@example.org>"))
    await house.settle(NOW)
    assert [p.ours["conversation"] for p in house.homeserver.of_kind("conversation")] == [1, 2, 3]


@pytest.mark.parametrize("hours", [1, 48, -48])
async def test_what_is_asked_for_after_the_start_is_done_whatever_our_clock_says(house: House, hours: int) -> None:
    """The homeserver's clock is another one: what stands in the room at the start is told by the room itself."""
    await copied(house)
    house.clock.forward(10)
    held = replace(says("!reply Perhaps", thread=card_of(house)), at=house.clock.now())
    house.homeserver.happens(held)
    by_homeserver = house.clock.now()
    house.clock.forward(hours * 3600)
    await put_back(house)
    assert told(house, "a command that sends") == 1
    house.homeserver.happens(
        replace(says("!reply Now", thread=card_of(house)), at=by_homeserver + timedelta(seconds=5))
    )
    await house.settle(SENT)
    assert [b"Now" in raw for _, _, raw in house.provider.delivered] == [True]


async def test_a_mail_in_its_undo_window_at_the_copy_leaves_once(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    await copied(house)
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    await put_back(house)
    assert len(house.provider.delivered) == 1


async def test_a_mail_that_left_after_the_copy_is_taken_back_no_more_and_never_sent_again(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house))
    await now(house, written, seconds=(0.0,))
    await copied(house)
    await house.settle(SENT)
    house.provider.folders["Sent"].clear()
    house.homeserver.happens(replace(redacts(written.event), at=house.clock.now()))
    await put_back(house)
    assert len(house.provider.delivered) == 1
    assert reply_state(house) == "sent"
    assert card_says(house)["status"] == "pending"


async def test_a_mail_that_was_undone_after_the_copy_does_not_leave(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    await copied(house)
    await now(house, says("!undo", thread=card_of(house)), seconds=SENT)
    await put_back(house)
    assert house.provider.delivered == []


async def test_after_an_ordinary_stop_what_was_asked_for_meanwhile_is_done(house: House) -> None:
    await now(house, says("!reply Un", thread=card_of(house)), seconds=SENT)
    await house.close()
    house.clock.forward(300)
    house.homeserver.happens(replace(says("!reply Deux", thread=card_of(house), sender=ALICE), at=house.clock.now()))
    house.clock.forward(60)
    await house.open()
    await house.settle(SENT)
    assert len(house.provider.delivered) == 2
    assert told(house, "put back") == 0


async def test_the_same_copy_put_back_twice_is_noticed_twice(house: House) -> None:
    await copied(house)
    await now(house, says("!reply Un", thread=card_of(house)), seconds=SENT)
    await put_back(house)
    await put_back(house)
    assert len(house.provider.delivered) == 1
    assert told(house, "put back") == 2


async def test_a_conversation_that_was_begun_in_the_gap_opens_again_from_its_copy_in_sent(house: House) -> None:
    await copied(house)
    await now(house, says('!new paul@example.org "Votre inscription"\nBonjour Paul'), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    await put_back(house)
    assert len(house.provider.delivered) == 1
    assert [p.ours["conversation"] for p in house.homeserver.of_kind("conversation")] == [1, 2]
    async with house.step.database.read() as tx:
        known = await conversations.get(tx, ConversationId(2))
    assert known is not None and (known.root, known.subject) == (card_of(house, 2), "Votre inscription")
    assert (known.correspondent.address, known.status) == ("paul@example.org", "pending")
    sender = "Paul <paul@example.org>"
    house.provider.deliver(mail(id="p1@example.org", sender=sender, subject="Re: x", reply_to=id_of(raw)))
    await house.settle(NOW)
    (came,) = [p for p in mails_in(house) if p.ours["message_id"] == "p1@example.org"]
    assert came.relation["event_id"] == card_of(house, 2)


@pytest.mark.parametrize("end", ["waits", "undone"])
async def test_a_conversation_that_was_begun_in_the_gap_and_has_not_left_is_no_card_that_leads_nowhere(
    house: House, end: str
) -> None:
    await copied(house)
    begun = says('!new paul@example.org "Votre inscription"\nBonjour Paul')
    await now(house, begun, seconds=NOW)
    card = card_of(house, 2)
    if end == "undone":
        await now(house, says("!undo #2"), seconds=NOW)
    await put_back(house)
    await house.settle((86_400.0, 16.0))
    assert (house.provider.delivered, await house.open_calls()) == ([], 0)
    assert card in house.homeserver.redacted
    assert told(house, "write it again", room=ROOM) == (1 if end == "waits" else 0)
    await now(house, says('!new paul@example.org "Votre inscription"\nBonjour Paul'), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("paul@example.org",)]


async def test_a_first_mail_heard_before_a_restore_is_not_sent_again_and_names_no_conversation(house: House) -> None:
    await now(house, says("Bonjour à tous"))
    await copied(house)
    await now(house, says('!new paul@example.org "Votre inscription"\nBonjour Paul'), seconds=NOW)
    house.provider.folders["Sent"].clear()
    await put_back(house)
    assert house.provider.delivered == []
    assert await house.open_calls() == 0


@pytest.mark.parametrize(
    ("said", "people"),
    [
        (("!cc -eve@example.org",), ("marie@example.org", "paul@example.org")),
        (
            ("!cc -eve@example.org", "!bcc +lea@example.org"),
            ("marie@example.org", "paul@example.org", "lea@example.org"),
        ),
        (("!only",), ("marie@example.org",)),
        (("!only", "!all"), ("marie@example.org", "eve@example.org", "paul@example.org")),
        (("!from asso@asso.example", "!only"), ("marie@example.org",)),
    ],
)
async def test_nobody_who_was_taken_off_is_written_to_again(
    house: House, said: tuple[str, ...], people: tuple[str, ...]
) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", cc="eve@example.org, paul@example.org"))
    await house.settle(NOW)
    await copied(house)
    await now(house, *(says(one, thread=card_of(house)) for one in said))
    await put_back(house)
    house.clock.forward(120.0)
    await now(house, says("!reply Bonjour", thread=card_of(house)))
    # A mail came that its writer may not have seen: the same words again.
    await now(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((sender, recipients, raw),) = house.provider.delivered
    assert set(recipients) == set(people)
    assert b"lea@" not in raw
    assert sender == ("asso@asso.example" if "!from" in said[0] else "contact@asso.example")


async def test_a_draft_goes_unasked_to_nobody_whom_a_colleague_named_in_a_forgotten_run(house: House) -> None:
    await now(house, says("!draft Bonjour Marie", thread=card_of(house)))
    await copied(house)
    await now(house, says("!customer zoe@example.org", thread=card_of(house), sender=BOB))
    await put_back(house)
    await now(house, says("!send", thread=card_of(house)), seconds=SENT)
    asked = str(house.homeserver.of_kind("receipt")[-1].content["body"])
    assert house.provider.delivered == [] and "Bob has changed" in asked and "zoe@example.org" in asked


@pytest.mark.parametrize("words", ['!new c@client.example "Vois"\nBonjour', "!forward c@client.example Vois"])
async def test_an_answer_to_what_we_began_is_still_to_do(house: House, words: str) -> None:
    await copied(house)
    await now(house, says(words, thread=None if words.startswith("!new") else card_of(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[-1][2])
    theirs = mail(id="c1@client.example", sender="C <c@client.example>", subject="Re: Vois", reply_to=ours)
    house.provider.deliver(theirs)
    await house.settle(NOW)
    assert card_says(house, 2)["status"] == "active"
    await put_back(house)
    await house.settle((16.0, 70.0))
    assert card_says(house, 2)["status"] == "active"


async def test_a_mail_of_webmail_that_is_read_after_its_answer_leaves_that_to_do(house: House) -> None:
    theirs = mail(id="c1@client.example", sender="C <c@client.example>", subject="Re: Vois", reply_to="w1@asso.example")
    ours = mail(id="w1@asso.example", sender="Mon Asso <contact@asso.example>", to="c@client.example", subject="Vois")
    house.provider.deliver(theirs)
    await house.settle(NOW)
    house.provider.deliver(ours, "Sent")
    await house.settle(NOW)
    assert card_says(house, 2)["status"] == "active"
