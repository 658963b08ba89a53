"""Who is told of what happened: one pure function, of the happening and of what each person chose."""

from collections.abc import Collection, Mapping
from typing import Final

from bot.domain.choices import (
    DEFAULTS,
    EVERYBODY,
    Choice,
    Medium,
    Occasion,
    Standing,
    chosen_in,
    is_mute,
    medium_for,
    standing_of,
)
from bot.domain.command import Asked, Command
from bot.domain.conversation import Conversation
from bot.domain.happening import NOTES, What
from bot.domain.ids import MailboxId, UserId
from bot.domain.needs import MembersOf, Needs
from bot.domain.rules.absent import may_be_absent
from bot.domain.settings import MailboxSettings

_WORDS: Final = (What.REPLIED, What.WAITS_FOR_APPROVAL, What.REPLY_WITHDRAWN, *NOTES)
"""A colleague wrote, or took back what others have heard of."""
_FIRST_WORDS: Final = (What.REPLIED, What.WAITS_FOR_APPROVAL, What.REPLY_WITHDRAWN)
_MOST_OWN_FIRST: Final = (
    Occasion.ASSIGNED_ME,
    Occasion.REPLIED_MINE,
    Occasion.NOTED_MINE,
    Occasion.REPLIED_UNASSIGNED,
    Occasion.NOTED_UNASSIGNED,
    Occasion.REPLIED_OTHERS,
    Occasion.NOTED_OTHERS,
    Occasion.ASSIGNED_OTHER,
    Occasion.NEW,
    Occasion.FOLLOWED,
)


def concerned_by(*conversations: Conversation) -> tuple[UserId, ...]:
    """The assignees and followers of a conversation, as it was and as it is."""
    assignees = [one.assignee for one in conversations if one.assignee is not None]
    return tuple(dict.fromkeys([*assignees, *(who for one in conversations for who in one.followers)]))


def reminded(one: Conversation) -> UserId | None:
    """Whose a snoozed conversation is when its time comes: who has it, or whoever put off what nobody has."""
    return one.assignee or one.snoozed_by


def occasions_of(
    what: What,
    person: UserId,
    before: Conversation,
    after: Conversation,
    named: Collection[UserId] = (),
    theirs: Collection[UserId] = (),
) -> frozenset[Occasion]:
    """What a happening is to a person; nothing, where nobody can be told of it as such. To whom it names it is as a
    note in their own conversation."""
    found = {Occasion.FOLLOWED} if person in before.followers or person in after.followers else set[Occasion]()
    if what is What.NAMED:
        return frozenset({Occasion.NOTED_MINE} if person in named else ())
    if person in named:
        found.add(Occasion.NOTED_MINE)
    if what is What.OPENED:
        found.add(Occasion.NEW)
        if after.assignee is not None:
            # A rule of the house gave it to somebody at once.
            found.add(Occasion.ASSIGNED_ME if person == after.assignee else Occasion.ASSIGNED_OTHER)
        return frozenset(found)
    if what is What.ARRIVED:
        return frozenset({*found, Occasion.NEW})
    if what is What.WOKEN:
        # As a mail does, its time makes it something to do again.
        whose = reminded(before)
        again = {None: Occasion.REPLIED_UNASSIGNED, person: Occasion.REPLIED_MINE}.get(whose)
        return frozenset(found if again is None else {*found, again})
    if what is What.NO_SPAM:
        found.add(Occasion.NEW)
    if what in _FIRST_WORDS and not before.mails:
        # A colleague began it: it is there once its mail left, or waits for approval; and is not, once that is over.
        found.add(Occasion.NEW)
    is_mine = person in (before.assignee, after.assignee, *theirs)
    is_nobodys = before.assignee is None and after.assignee is None
    if what is What.CAME:
        found.add(_of_three(is_mine, is_nobodys, "replied"))
    elif what is What.ASSIGNED:
        found.add(Occasion.ASSIGNED_ME if person == after.assignee else Occasion.ASSIGNED_OTHER)
        if is_mine and person != after.assignee:
            found.add(Occasion.NOTED_MINE)
    elif what is What.COMMAND_UNDONE and is_mine and person != after.assignee:
        # As they were told that it is theirs.
        found.add(Occasion.ASSIGNED_ME)
    elif what in _WORDS or is_mine:
        found.add(_of_three(is_mine, is_nobodys, "noted"))
    if what is What.REPLIED and before.assignee is None and after.assignee not in (None, person):
        # Who answers what is nobody's has it by that.
        found.add(Occasion.ASSIGNED_OTHER)
    return frozenset(found)


def _of_three(is_mine: bool, is_nobodys: bool, what: str) -> Occasion:
    return Occasion(f"{what}-{'mine' if is_mine else 'unassigned' if is_nobodys else 'others'}")


def told_of(
    what: What,
    *,
    actor: UserId | None,
    before: Conversation,
    after: Conversation,
    choices: Collection[Choice],
    members: Collection[UserId],
    medium: Medium = Medium.MENTION,
    named: Collection[UserId] = (),
    theirs: Collection[UserId] = (),
) -> tuple[UserId, ...]:
    """The people who are told of a happening by a medium, each once, and never who did it.

    One ring for one happening: each is told of it by one medium.

    Args:
        before: the conversation before it; as `after` where it changed nothing about whose it is.
        members: of the room; nobody else is told. Where none are known, only those whom the conversation concerns.
        named: members whom its words name.
        theirs: to whom it is as in a conversation of theirs, whoever has it: their answer came back.
    """
    chosen = chosen_in(choices, after.mailbox)
    # Where everybody may be told, each member may; else whoever chose something.
    wide = asks_for_more({EVERYBODY: chosen[EVERYBODY]}) if EVERYBODY in chosen else False
    others = () if not members else sorted(members) if wide else sorted(chosen)
    first = reminded(before) if what is What.WOKEN else None
    people = dict.fromkeys(
        (*((first,) if first is not None else ()), *concerned_by(before, after), *named, *theirs, *others)
    )
    return tuple(
        person
        for person in people
        if person != actor
        and (not members or person in members)
        and medium is _medium(standing_of(chosen, person), occasions_of(what, person, before, after, named, theirs))
    )


def _medium(standing: Standing, occasions: Collection[Occasion]) -> Medium:
    """By what somebody is told of what is all of this to them: as chosen for what is most their own, of what is on."""
    media = (medium_for(standing, one) for one in _MOST_OWN_FIRST if one in occasions)
    return next((one for one in media if one is not Medium.NONE), Medium.NONE)


def unless_mute(people: Collection[UserId], mailbox: MailboxId, choices: Collection[Choice]) -> tuple[UserId, ...]:
    """Those of the people whom the mailbox may mention."""
    chosen = chosen_in(choices, mailbox)
    return tuple(one for one in people if not is_mute(standing_of(chosen, one)))


def medium_of(person: UserId, mailbox: MailboxId, choices: Collection[Choice], occasion: Occasion) -> Medium:
    """By what the person is told of an occasion."""
    return medium_for(standing_of(chosen_in(choices, mailbox), person), occasion)


def is_told(person: UserId, mailbox: MailboxId, choices: Collection[Choice], occasion: Occasion) -> bool:
    """Whether the person is mentioned for an occasion."""
    return medium_of(person, mailbox, choices, occasion) is Medium.MENTION


def needs_members(choices: Collection[Choice], mailbox: MailboxId, *conversations: Conversation) -> bool:
    """Whether somebody may be told who is perhaps not in the room: leaving it frees the assignee of what is to do, and
    nobody else."""
    may_have_left = any(one.followers or may_be_absent(one) for one in conversations)
    return may_have_left or asks_for_more(chosen_in(choices, mailbox))


def asks_for_more(chosen: Mapping[UserId, Standing]) -> bool:
    """Whether somebody wants to be told of what does not concern them."""
    return any(
        medium is not Medium.NONE and isinstance(about, Occasion) and DEFAULTS[about] is Medium.NONE
        for standing in chosen.values()
        for about, medium in standing.items()
    )


def needs_of_members(asked: Asked, row: Command | None = None) -> Needs:
    """The members, where the command may bring back what somebody had who left, or ring people of whom nobody knows
    whether they are in the room.

    Args:
        row: None where the act is the answer to a question.
    """
    concerned = asked.about if asked.here is None else (*asked.about, asked.here)
    brings_back = row is not None and row.leaves_deed and any(may_be_absent(one) for one in concerned)
    choices, only_reads = asked.instance.choices, row is not None and row.only_reads
    rings = not only_reads and any(needs_members(choices, one.mailbox, one) for one in concerned)
    return [MembersOf(asked.room)] if brings_back or rings else ()


def needs_of_begun(asked: Asked, mailbox: MailboxSettings) -> Needs:
    """The members, where somebody may hear at once of what is begun, since it waits for approval."""
    is_told = mailbox.approval and asks_for_more(chosen_in(asked.instance.choices, mailbox.id))
    return [MembersOf(asked.room)] if is_told else ()


def told_of_answer(
    after: Conversation,
    choices: Collection[Choice],
    members: Collection[UserId],
    medium: Medium = Medium.MENTION,
    *,
    writer: UserId | None = None,
    theirs: Collection[UserId] = (),
) -> tuple[UserId, ...]:
    """Those who are told of a mail from outside by a medium; never the member who wrote it."""
    return told_of(
        What.CAME,
        actor=writer,
        before=after,
        after=after,
        choices=choices,
        members=members,
        medium=medium,
        theirs=theirs,
    )
