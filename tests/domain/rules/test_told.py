"""Who is told of what happened: each event, by what the conversation is to the person, by what they chose."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.choices import EVERYBODY, EVERYWHERE, About, Choice, Medium, Occasion, Whole, as_they_hold
from bot.domain.conversation import Conversation, Status
from bot.domain.happening import What
from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.rules.told import needs_members, told_of, unless_mute
from tests.domain.deciding import MAILBOX, START, conversation
from tests.fakes.chat import ALICE, BOB

CAROL, DAVE = UserId("@carol:localhost"), UserId("@dave:localhost")
ROOM_OF = (ALICE, BOB, CAROL)
NOBODYS, BOBS, CAROLS = conversation(), conversation(assignee=BOB), conversation(assignee=CAROL)
FOLLOWED = conversation(assignee=CAROL, followers=(BOB,))


def choice(about: About, medium: Medium | None, mailbox: MailboxId = EVERYWHERE, who: UserId = BOB) -> Choice:
    return Choice(who, mailbox, about, medium, START, EventId("$c"), None)


# What happens, in a conversation of before and after: for Bob it is this, by default he is told or not.
TABLE = (
    ("a new conversation", What.OPENED, None, NOBODYS, NOBODYS, Occasion.NEW, False),
    ("it is given to Bob", What.ASSIGNED, ALICE, NOBODYS, BOBS, Occasion.ASSIGNED_ME, True),
    ("it is given to Carol", What.ASSIGNED, ALICE, NOBODYS, CAROLS, Occasion.ASSIGNED_OTHER, False),
    ("a followed one is closed", What.CLOSED, ALICE, FOLLOWED, FOLLOWED, Occasion.FOLLOWED, True),
    ("mail in nobody's", What.CAME, None, NOBODYS, NOBODYS, Occasion.REPLIED_UNASSIGNED, False),
    ("mail in Bob's", What.CAME, None, BOBS, BOBS, Occasion.REPLIED_MINE, True),
    ("mail in Carol's", What.CAME, None, CAROLS, CAROLS, Occasion.REPLIED_OTHERS, False),
    ("a note in nobody's", What.NOTED, ALICE, NOBODYS, NOBODYS, Occasion.NOTED_UNASSIGNED, False),
    ("a note in Bob's", What.NOTED, ALICE, BOBS, BOBS, Occasion.NOTED_MINE, True),
    ("a reply in Bob's", What.REPLIED, ALICE, BOBS, BOBS, Occasion.NOTED_MINE, True),
    ("Bob's is closed", What.CLOSED, ALICE, BOBS, BOBS, Occasion.NOTED_MINE, True),
    ("a note in Carol's", What.NOTED, ALICE, CAROLS, CAROLS, Occasion.NOTED_OTHERS, False),
    ("a reply in Carol's", What.REPLIED, ALICE, CAROLS, CAROLS, Occasion.NOTED_OTHERS, False),
)
ROWS = pytest.mark.parametrize(
    ("what", "actor", "before", "after", "occasion", "by_default"),
    [row[1:] for row in TABLE],
    ids=[r[0] for r in TABLE],
)


def bob_is_told(
    what: What,
    actor: UserId | None,
    before: Conversation,
    after: Conversation,
    *choices: Choice,
    members: tuple[UserId, ...] = ROOM_OF,
) -> bool:
    told = told_of(what, actor=actor, before=before, after=after, choices=choices, members=members)
    assert len(set(told)) == len(told)
    return BOB in told


def settled(occasion: Occasion) -> Iterator[tuple[bool, tuple[Choice, ...]]]:
    """Choices of Bob, and whether he is told by them."""
    on, off, here = Medium.MENTION, Medium.NONE, MAILBOX.id
    yield True, (choice(occasion, on),)
    yield False, (choice(occasion, off),)
    yield True, (choice(occasion, off), choice(occasion, on, here))
    yield False, (choice(occasion, on), choice(occasion, off, here))
    yield False, (choice(occasion, off), choice(occasion, on, MailboxId("other@asso.example")))
    yield True, (choice(occasion, on), choice(occasion, None, here))
    yield False, (choice(occasion, on), choice(occasion, on, here), choice(Whole.EVERYTHING, off, here))
    yield True, (choice(occasion, on), choice(Whole.EVERYTHING, off, MailboxId("other@asso.example")))


def test_whom_a_rule_gives_a_conversation_that_a_mail_opens_is_told_as_assigned() -> None:
    assert bob_is_told(What.OPENED, None, BOBS, BOBS)
    assert not bob_is_told(What.OPENED, None, BOBS, BOBS, choice(Occasion.ASSIGNED_ME, Medium.NONE))
    assert not bob_is_told(What.OPENED, None, CAROLS, CAROLS)
    assert bob_is_told(What.OPENED, None, CAROLS, CAROLS, choice(Occasion.ASSIGNED_OTHER, Medium.MENTION))


@ROWS
def test_a_choice_decides_and_without_one_the_default(
    what: What, actor: UserId | None, before: Conversation, after: Conversation, occasion: Occasion, by_default: bool
) -> None:
    assert bob_is_told(what, actor, before, after) == by_default
    assert bob_is_told(what, actor, before, after, choice(occasion, None)) == by_default
    for expected, choices in settled(occasion):
        assert bob_is_told(what, actor, before, after, *choices) == expected, choices


@ROWS
def test_a_choice_for_anything_else_changes_nothing_and_nobody_elses_does(
    what: What, actor: UserId | None, before: Conversation, after: Conversation, occasion: Occasion, by_default: bool
) -> None:
    for other in set(Occasion) - {occasion}:
        for medium in Medium:
            assert bob_is_told(what, actor, before, after, choice(other, medium)) == by_default, other
    for medium in Medium:
        assert bob_is_told(what, actor, before, after, choice(occasion, medium, who=ALICE)) == by_default


@ROWS
def test_nobody_is_told_of_an_own_act_nor_who_is_not_in_the_room(
    what: What, actor: UserId | None, before: Conversation, after: Conversation, occasion: Occasion, by_default: bool
) -> None:
    wants = choice(occasion, Medium.MENTION)
    assert not bob_is_told(what, BOB, before, after, wants)
    assert not bob_is_told(what, actor, before, after, wants, members=(ALICE, CAROL))
    # Where nobody knows who is in the room, those are told whom it concerns, and no others.
    assert bob_is_told(what, actor, before, after, wants, members=()) == by_default


@ROWS
def test_who_chose_their_direct_chat_is_told_there_and_not_mentioned(
    what: What, actor: UserId | None, before: Conversation, after: Conversation, occasion: Occasion, by_default: bool
) -> None:
    chose = (choice(occasion, Medium.DIRECT),)
    assert not bob_is_told(what, actor, before, after, *chose)
    told = told_of(
        what,
        actor=actor,
        before=before,
        after=after,
        choices=chose,
        members=ROOM_OF,
        medium=Medium.DIRECT,
    )
    assert told == (BOB,)
    assert bob_is_told(what, actor, before, after, *as_they_hold(chose, {ALICE}, {ALICE})), (
        "without a chat they are mentioned"
    )
    assert as_they_hold(chose, {BOB}, {BOB}) == chose


@ROWS
def test_what_holds_for_everybody_stands_below_each_one_s_choice(
    what: What, actor: UserId | None, before: Conversation, after: Conversation, occasion: Occasion, by_default: bool
) -> None:
    here, elsewhere = MAILBOX.id, MailboxId("other@asso.example")
    for medium, told in ((Medium.MENTION, True), (Medium.NONE, False)):
        for_all = choice(occasion, medium, here, who=EVERYBODY)
        assert bob_is_told(what, actor, before, after, for_all) == told
        assert bob_is_told(what, actor, before, after, replace(for_all, mailbox=elsewhere)) == by_default
        assert bob_is_told(what, actor, before, after, replace(for_all, medium=None)) == by_default
        for own in (EVERYWHERE, here):
            assert bob_is_told(what, actor, before, after, for_all, choice(occasion, Medium.NONE, own)) is False
            assert bob_is_told(what, actor, before, after, for_all, choice(occasion, Medium.MENTION, own)) is True
        other = next(one for one in Occasion if one is not occasion)
        assert bob_is_told(what, actor, before, after, for_all, choice(other, Medium.NONE)) in (told, by_default)
    assert needs_members((choice(Occasion.NEW, Medium.MENTION, here, who=EVERYBODY),), here)


@pytest.mark.parametrize("medium", [Medium.DIRECT, Medium.EMAIL])
def test_a_medium_for_everybody_reaches_who_has_it_and_others_are_mentioned(medium: Medium) -> None:
    here = MAILBOX.id
    for_all = choice(Occasion.NEW, medium, here, who=EVERYBODY)
    own = (choice(Occasion.NEW, Medium.NONE, who=CAROL), choice(Occasion.REPLIED_MINE, Medium.NONE))

    def told(by: Medium, *choices: Choice) -> tuple[UserId, ...]:
        held = as_they_hold(choices, {BOB, CAROL}, {BOB, CAROL})
        return told_of(What.OPENED, actor=None, before=NOBODYS, after=NOBODYS, choices=held, members=ROOM_OF, medium=by)

    assert told(medium, for_all, *own) == (BOB,) and told(Medium.MENTION, for_all, *own) == (ALICE,)
    assert told(medium, for_all) == (BOB, CAROL)
    assert told(Medium.MENTION, for_all, choice(Occasion.NEW, Medium.MENTION, here)) == (ALICE, BOB)


def test_who_is_mentioned_for_it_is_told_nothing_else() -> None:
    both = replace(BOBS, followers=(BOB,))
    chose = (choice(Occasion.FOLLOWED, Medium.DIRECT),)
    told = told_of(What.CAME, actor=None, before=both, after=both, choices=chose, members=ROOM_OF, medium=Medium.DIRECT)
    assert told == () and bob_is_told(What.CAME, None, both, both, *chose)


def test_who_follows_what_is_theirs_is_told_by_either_and_once() -> None:
    both = replace(BOBS, followers=(BOB,))
    assert bob_is_told(What.CAME, None, both, both, choice(Occasion.REPLIED_MINE, Medium.NONE))
    assert bob_is_told(What.CAME, None, both, both, choice(Occasion.FOLLOWED, Medium.NONE))
    neither = (choice(Occasion.FOLLOWED, Medium.NONE), choice(Occasion.REPLIED_MINE, Medium.NONE))
    assert not bob_is_told(What.CAME, None, both, both, *neither)


def test_whose_it_was_hears_that_it_was_taken_away() -> None:
    assert bob_is_told(What.ASSIGNED, ALICE, BOBS, CAROLS)
    assert bob_is_told(What.UNASSIGNED, ALICE, BOBS, NOBODYS)
    assert not bob_is_told(What.ASSIGNED, ALICE, BOBS, CAROLS, choice(Occasion.NOTED_MINE, Medium.NONE))


def test_the_members_are_looked_up_only_where_somebody_may_be_told_who_may_have_left() -> None:
    wants = choice(Occasion.NEW, Medium.MENTION)
    assert not needs_members((), MAILBOX.id, NOBODYS, BOBS)
    assert not needs_members((choice(Occasion.REPLIED_MINE, Medium.NONE),), MAILBOX.id, BOBS)
    assert not needs_members((replace(wants, mailbox=MailboxId("other@asso.example")),), MAILBOX.id, BOBS)
    assert needs_members((wants,), MAILBOX.id)
    assert needs_members((), MAILBOX.id, FOLLOWED)
    assert needs_members((), MAILBOX.id, replace(BOBS, status=Status.CLOSED))


def test_a_mute_mailbox_is_so_for_whoever_muted_it() -> None:
    mute = choice(Whole.EVERYTHING, Medium.NONE, MAILBOX.id)
    assert unless_mute((ALICE, BOB), MAILBOX.id, (mute,)) == (ALICE,)
    assert unless_mute((ALICE, BOB), MAILBOX.id, (replace(mute, medium=None),)) == (ALICE, BOB)
