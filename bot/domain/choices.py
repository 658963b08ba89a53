"""What each member chose to be told of, and how: for all mailboxes, or for one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import EventId, MailboxId, UserId


class Occasion(StrEnum):
    """What a person may be told of, as it is to that person. The values stand in databases, and never change."""

    NEW = "new"
    """A mail opened a conversation, or a colleague began it."""
    ASSIGNED_ME = "assigned-me"
    ASSIGNED_OTHER = "assigned-other"
    FOLLOWED = "followed"
    """Anything in a conversation that the person follows."""
    REPLIED_UNASSIGNED = "replied-unassigned"
    """The correspondent replied."""
    REPLIED_MINE = "replied-mine"
    REPLIED_OTHERS = "replied-others"
    NOTED_UNASSIGNED = "noted-unassigned"
    """A colleague replied, or wrote a note."""
    NOTED_MINE = "noted-mine"
    """Whatever else a colleague did there as well."""
    NOTED_OTHERS = "noted-others"


class Whole(StrEnum):
    """What is chosen of a mailbox as a whole."""

    EVERYTHING = "everything"
    """By no medium: the mailbox is mute."""


About = Occasion | Whole


class Medium(StrEnum):
    """The way in which somebody is told."""

    NONE = "none"
    MENTION = "mention"
    DIRECT = "direct"
    """A message in the direct chat; for whoever has none, a mention."""
    EMAIL = "email"
    """A mail to an own address, unless it was read meanwhile; for whoever has none, a mention."""


DEFAULTS: Final[Mapping[Occasion, Medium]] = {
    one: Medium.MENTION
    if one in (Occasion.ASSIGNED_ME, Occasion.FOLLOWED, Occasion.REPLIED_MINE, Occasion.NOTED_MINE)
    else Medium.NONE
    for one in Occasion
}
"""What holds for whoever chose nothing."""
EVERYBODY: Final = UserId("")
"""In place of a person: for whoever chose nothing else, in a mailbox for which somebody decided so."""
EVERYWHERE: Final = MailboxId("")
"""In place of a mailbox: in all of them where nothing was chosen for the one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose last about one thing."""

    person: UserId
    mailbox: MailboxId
    """One, or `EVERYWHERE`."""
    about: About
    medium: Medium | None
    """None: the choice was put back."""
    at: datetime
    source: EventId
    """The command; empty where it cannot be taken back any more."""
    before: Medium | None
    """Before that command."""


@dataclass(frozen=True, slots=True)
class SaveChoice:
    """It stands so from now on."""

    choice: Choice


Standing = Mapping[About, Medium]
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def about_of(word: str) -> About:
    """By its name in the database.

    Raises:
        ValueError: there is none of that name.
    """
    return Whole.EVERYTHING if word == Whole.EVERYTHING.value else Occasion(word)


def chosen_in(choices: Iterable[Choice], mailbox: MailboxId) -> Mapping[UserId, Standing]:
    """By person, what they chose that holds in a mailbox, above what holds there for `EVERYBODY`; whoever chose nothing
    is not named (`standing_of`).
    """
    found: dict[UserId, dict[About, Medium]] = {}
    # What was chosen for the mailbox comes last, and holds; before all, what holds for whoever chose nothing.
    for one in sorted(choices, key=lambda one: (one.person != EVERYBODY, one.mailbox == mailbox)):
        if one.medium is not None and one.mailbox in (EVERYWHERE, mailbox):
            found.setdefault(one.person, dict(found.get(EVERYBODY, {})))[one.about] = one.medium
    return found


def standing_of(chosen: Mapping[UserId, Standing], person: UserId) -> Standing:
    """What holds for a person, whether or not they chose something."""
    return chosen.get(person, chosen.get(EVERYBODY, {}))


def is_mute(standing: Standing) -> bool:
    """Whether somebody who chose this is told of nothing in the mailbox."""
    return standing.get(Whole.EVERYTHING) is Medium.NONE


def medium_for(standing: Standing, occasion: Occasion) -> Medium:
    """How somebody who chose this is told of it."""
    return Medium.NONE if is_mute(standing) else standing.get(occasion, DEFAULTS[occasion])


def as_they_held(choices: Iterable[Choice], at: datetime) -> tuple[Choice, ...]:
    """The choices before those that were made since, as they may have been for somebody whose mail waits from then: of
    what was changed several times the last step alone is known."""
    return tuple(_before(one) if one.at > at else one for one in choices)


def _before(one: Choice) -> Choice:
    if isinstance(one.about, Whole):
        return replace(one, medium=None)
    return replace(one, medium=Medium.EMAIL if one.before is not Medium.NONE else Medium.NONE)


def as_they_hold(
    choices: Iterable[Choice], with_chat: Collection[UserId], with_address: Collection[UserId]
) -> tuple[Choice, ...]:
    """The choices as they hold now: a mention in place of what cannot reach its person, who has no direct chat, or no
    own mail address. What holds for `EVERYBODY` is a choice of each whom it reaches, and a mention for the others.
    """
    reached = {Medium.DIRECT: with_chat, Medium.EMAIL: with_address}
    every = tuple(choices)
    own = {(one.person, one.about, one.mailbox) for one in every if one.medium is not None}
    found = list[Choice]()
    for one in every:
        people = reached.get(one.medium) if one.medium is not None else None
        if people is None or one.person in people:
            found.append(one)
            continue
        found.append(replace(one, medium=Medium.MENTION))
        if one.person == EVERYBODY:
            found += [
                replace(one, person=who)
                for who in sorted(people)
                if not own & {(who, one.about, one.mailbox), (who, one.about, EVERYWHERE)}
            ]
    return tuple(found)


def all_by_mail(choices: Collection[Choice], person: UserId, mailboxes: Iterable[MailboxId]) -> tuple[Choice, ...]:
    """The choices of a person as if whatever they are told by any medium were mailed to them."""
    found = list[Choice]()
    for mailbox in mailboxes:
        standing = standing_of(chosen_in(choices, mailbox), person)
        for one in Occasion:
            medium = Medium.NONE if medium_for(standing, one) is Medium.NONE else Medium.EMAIL
            found.append(Choice(person, mailbox, one, medium, _LONG_AGO, EventId(""), None))
    return tuple(found)


def made_by(choices: Iterable[Choice], source: EventId) -> tuple[Choice, ...]:
    """What a command chose, while it can be taken back."""
    return tuple(one for one in choices if source and one.source == source)
