"""What people write and do in a real room, and what the bot makes of it."""

from __future__ import annotations

import pytest

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.conftest import NewMember
from tests.e2e.house import Case, Desk, House, answer, housed, until, words
from tests.e2e.letters import letter, new_id


def _pill(user: str) -> str:
    return f'<a href="https://matrix.to/#/{user}">Postroom</a>'


async def _a_later_card(case: Case) -> None:
    """Wait for a card that was written after everything that was said until now."""
    await case.order("!assign me")
    await case.card("assignee", case.house.alice.user_id)


# --- how a command is written


@pytest.mark.parametrize("written", ["!assign me", "/assign me", "//assign me", "!ASSIGN ME"])
async def test_a_command_is_taken_in_each_of_its_forms(house: House, desk: Desk, written: str) -> None:
    case = await house.case(desk)

    await case.order(written)

    await case.card("assignee", house.alice.user_id)


async def test_a_command_is_taken_after_a_mention_of_the_bot(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    event = await case.say("Postroom: assign me", html=f"{_pill(house.bot_id)}: assign me", mentions=[house.bot_id])
    await case.done(event)

    await case.card("assignee", house.alice.user_id)


async def test_a_command_is_taken_after_the_bot_s_full_name(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    await case.done(await case.say(f"{house.bot_id} close", mentions=[house.bot_id]))

    await case.card("status", "closed")


async def test_a_person_is_assigned_by_pill(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    event = await case.say(
        "!assign Bob",
        html=f'!assign <a href="https://matrix.to/#/{house.bob.user_id}">Bob</a>',
        mentions=[house.bob.user_id],
    )
    await case.done(event)

    await case.card("assignee", house.bob.user_id)


async def test_a_command_in_the_main_timeline_takes_numbers(house: House, desk: Desk) -> None:
    one, two = await house.case(desk), await house.case(desk)

    event = await house.alice.say(desk.room, f"!close #{one.number} #{two.number}")
    await one.done(event)

    await one.card("status", "closed")
    await two.card("status", "closed")


async def test_a_reply_to_the_card_is_about_its_conversation(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    await case.done(await house.alice.say(desk.room, "!pending", reply_to=case.thread))

    await case.card("status", "pending")


async def test_a_command_without_a_conversation_is_asked_which(house: House, desk: Desk) -> None:
    event = await house.alice.say(desk.room, "!close")

    assert words("error.which_conversation") in (await answer(house, desk.room, event, "the question")).body


@pytest.mark.parametrize("written", [" !note to ourselves", "！note to ourselves", "! note to ourselves"])
async def test_a_near_miss_is_answered_and_leaves_nothing(house: House, desk: Desk, written: str) -> None:
    case = await house.case(desk)

    told = await case.answer(await case.say(written))

    assert "!note" in told.body
    assert words("error.near_miss") in told.body
    await case.nothing_left("to ourselves")


@pytest.mark.parametrize(("written", "says"), [("!repyl secret words", "!reply"), ("!frobnicate", "!help")])
async def test_an_unknown_command_is_answered(house: House, desk: Desk, written: str, says: str) -> None:
    case = await house.case(desk)

    told = await case.answer(await case.say(written))

    assert says in told.body


async def test_an_edit_is_not_a_command(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    talk = await case.say("I shall close it later")

    await house.alice.edit(desk.room, talk, "!close")

    said = words("error.edit_runs_nothing")
    await house.wait(desk.room, lambda e: e.thread == case.thread and said in e.body, "that an edit runs nothing")
    await _a_later_card(case)
    await case.card("status", "active")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('!reply -at "monday 9:00" Too early, desk', "is not how an option is written"),
        ("!reply --no-quote Too early, desk", "is no option"),
    ],
)
async def test_an_option_that_is_written_otherwise_is_told_and_nothing_leaves(
    house: House, desk: Desk, written: str, why: str
) -> None:
    case = await house.case(desk)

    told = await case.answer(await case.say(written))

    assert why in told.body and "nothing was sent" in told.body
    await case.nothing_left("Too early, desk")


async def test_what_may_be_an_option_among_the_words_is_asked_about(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    told = await case.answer(await case.say('!reply Too early, desk --at "monday 9:00"'))

    assert "among your words" in told.body
    await case.nothing_left("Too early, desk")


async def test_plain_talk_never_leaves(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    await case.say("Between us: what a question.")
    await case.say("reply Between us: without the sign.")
    await case.order("!note Between us: a note.")

    await case.nothing_left("Between us")


# --- reactions


@pytest.mark.parametrize(
    ("emoji", "key", "value", "before"),
    [("✅", "status", "closed", "active"), ("⏳", "status", "pending", "active"), ("✅️", "status", "closed", "active")],
)
async def test_a_reaction_sets_the_status_and_its_removal_goes_back(
    house: House, desk: Desk, emoji: str, key: str, value: str, before: str
) -> None:
    case = await house.case(desk)
    reaction = await case.react(emoji)
    await case.card(key, value)

    await house.alice.redact(desk.room, reaction)

    await case.card(key, before)


async def test_a_hand_takes_the_conversation_and_lets_it_go(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    reaction = await case.react("✋", who=house.bob)
    await case.card("assignee", house.bob.user_id)

    await house.bob.redact(desk.room, reaction)

    await case.card("assignee", None)


async def test_the_status_goes_back_when_the_last_of_two_reactions_is_gone(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    first = await case.react("✅")
    await case.card("status", "closed")
    second = await case.react("✅", who=house.bob)
    await house.alice.redact(desk.room, first)
    await _a_later_card(case)
    await case.card("status", "closed")

    await house.bob.redact(desk.room, second)

    await case.card("status", "active")


async def test_spam_goes_to_junk_and_comes_back(house: House, own_desk: Desk) -> None:
    case = await house.case(own_desk)
    reaction = await case.react("🚫")
    await case.card("status", "spam")

    # A move is a copy first: for a moment the mail is in both.
    async def is_in(folder: str, other: str) -> bool:
        ids = await house.folder_ids(own_desk, folder), await house.folder_ids(own_desk, other)
        return ids == ([case.message_id], [])

    await until(lambda: is_in("Junk", "INBOX"), "the mail in Junk")

    await house.alice.redact(own_desk.room, reaction)

    await until(lambda: is_in("INBOX", "Junk"), "the mail back in INBOX")
    await case.card("status", "active")
    await house.quiet(own_desk)
    assert len(house.posted(own_desk.room, "mail")) == 2
    assert await house.folder_ids(own_desk, "Junk") == []


async def test_eyes_follow_and_their_removal_unfollows(house: House, own_desk: Desk) -> None:
    case = await house.case(own_desk)
    reaction = await case.react("👀", who=house.bob)

    async def follows(*, wanted: bool) -> bool:
        event = await own_list(house, own_desk, "!list followed", who=house.bob)
        return (f"#{case.number}" in event) == wanted

    await until(lambda: follows(wanted=True), "the conversation among those followed")
    await house.bob.redact(own_desk.room, reaction)
    await until(lambda: follows(wanted=False), "the conversation no longer followed")


async def own_list(house: House, desk: Desk, command: str, *, who: MatrixUser) -> str:
    """The answer to a list command in the main timeline."""
    event = await who.say(desk.room, command)
    return (await answer(house, desk.room, event, f"the answer to {command}")).body


# --- who may


async def test_who_is_not_in_the_room_is_nobody(house: House, own_desk: Desk, new_member: NewMember) -> None:
    stranger = await new_member("mallory")
    case = await house.case(own_desk)
    await house.alice.invite(own_desk.room, stranger.user_id)
    await stranger.join(own_desk.room)
    await case.order("!follow", who=stranger)
    command = await case.say("!close", who=stranger)
    await case.done(command)
    await case.card("status", "closed")

    # What a person wrote before leaving counted; the room lets nobody write who is not in it.
    await stranger.leave(own_desk.room)
    await case.order("!active")
    await case.card("status", "active")


async def test_an_invite_by_somebody_else_than_an_admin_is_refused(house: House, new_member: NewMember) -> None:
    stranger = await new_member("mallory")
    room = await stranger.create_room(name="come in", invite=[house.bot_id])

    async def refused() -> bool:
        member = await stranger.state(room, "m.room.member", house.bot_id)
        assert member["membership"] != "join"
        return bool(member["membership"] == "leave")

    await until(refused, "the invite refused")


async def test_an_invite_by_an_admin_is_accepted_and_commands_are_explained_there(house: House) -> None:
    room = await house.alice.create_room(name="a new room", invite=[house.bot_id])

    async def joined() -> bool:
        return house.bot_id in await house.alice.joined_members(room)

    await until(joined, "the bot in the room")


async def test_leaving_the_room_unassigns_and_lists_the_orphans(house: House, own_desk: Desk) -> None:
    one, two = await house.case(own_desk), await house.case(own_desk)
    await one.order("!assign me", who=house.bob)
    await two.order("!assign me", who=house.bob)

    await house.bob.leave(own_desk.room)

    await one.card("assignee", None)
    await two.card("assignee", None)
    told = await house.wait(
        own_desk.room,
        lambda e: e.kind == "answer" and house.bob.user_id.partition(":")[0][1:] in e.body,
        "the orphans listed",
    )
    assert f"#{one.number}" in told.body
    assert f"#{two.number}" in told.body
    assert told.thread is None
    assert told.content["m.mentions"] == {}


# --- looking


async def test_lists_show_what_they_are_named_for(house: House, own_desk: Desk) -> None:
    mine, free, closed = [await house.case(own_desk, subject=f"Case {n}") for n in range(3)]
    await mine.order("!assign me")
    await closed.order("!close")

    everything = await own_list(house, own_desk, "!list", who=house.alice)
    assert "Case 0" in everything and "Case 1" in everything and "Case 2" not in everything
    mine_only = await own_list(house, own_desk, "!list mine", who=house.alice)
    assert "Case 0" in mine_only and "Case 1" not in mine_only
    unassigned = await own_list(house, own_desk, "!list unassigned", who=house.alice)
    assert "Case 1" in unassigned and "Case 0" not in unassigned
    assert "Case 2" in await own_list(house, own_desk, "!list closed", who=house.alice)
    wrong = await own_list(house, own_desk, "!list frobs", who=house.alice)
    assert "frobs" in wrong and "!list mine" in wrong
    shown = await house.alice.say(own_desk.room, f"!show #{free.number}")
    assert "Case 1" in (await answer(house, own_desk.room, shown, "the answer to !show")).body


async def test_the_history_tells_who_did_what(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    await case.order("!assign me")
    await case.order("!close", who=house.bob)

    told = await case.answer(await case.say("!history"))

    lines = told.body.splitlines()
    assert len(lines) >= 4
    assert told.thread == case.thread


async def test_help_lists_every_command_and_one_in_detail(house: House, desk: Desk) -> None:
    event = await house.alice.say(desk.room, "!help")
    page = (await answer(house, desk.room, event, "the help")).body
    assert all(f"!{name}" in page for name in ("assign", "reply", "undo", "list", "original", "follow"))

    one = await house.alice.say(desk.room, "!help reply")
    assert "!reply" in (await answer(house, desk.room, one, "the help of one")).body


async def test_another_room_s_conversation_does_not_exist_here(house: House, desk: Desk, own_desk: Desk) -> None:
    case = await house.case(own_desk)

    event = await house.alice.say(desk.room, f"!close #{case.number}")

    assert words("error.no_such_conversation") in (await answer(house, desk.room, event, "the refusal")).body
    await _a_later_card(case)
    await case.card("status", "active")


async def test_the_bot_speaks_french_where_it_is_told_to(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk, letter(to=desk.address, id=new_id(), subject="Adhésion"))
        told = await case.answer(await case.say("!repli Bonjour"))
        assert words("error.unknown_command_near", "fr") in told.body
        page = await case.answer(await case.say("!help"))
        assert words("help.where", "fr") in page.body
        reply = await case.reply("Bonjour Marie.")
        await case.state(reply, "sent")
        receipt = [e for e in own.seen(desk.room) if e.postroom.get("direction") == "out"][-1]
        assert words("state.sent", "fr") in receipt.body
