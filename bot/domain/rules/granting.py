"""Who may do what in a mailbox, as people read it; and what ends when somebody leaves its room."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.grants import GIVEN, Grant, Granted, SaveGrant, gives
from bot.domain.ids import EventId, MailboxId, RoomId, UserId
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance


def said(what: Granted, *, is_on: bool = True) -> Sentence:
    """A right, or what somebody is kept from."""
    return sentence(f"right.{what.value}" if is_on else "grant.without", right=sentence(f"right.{what.value}"))


def of_person(grants: tuple[Grant, ...]) -> tuple[Sentence, ...]:
    """What is other for a person than for everybody, in the order of the rights."""
    changed = {one.what: one.is_on for one in grants if one.is_changed}
    return tuple(said(what, is_on=changed[what]) for what in GIVEN if what in changed)


def rows_of(instance: Instance, mailbox: MailboxId) -> tuple[Sentence, ...]:
    """A row for each person for whom something is other than for everybody, with who decided last, and when."""
    people: dict[UserId, list[Grant]] = {}
    for one in instance.grants:
        if one.mailbox == mailbox and one.is_changed:
            people.setdefault(one.person, []).append(one)
    rows = []
    for person, found in people.items():
        last = max(found, key=lambda one: one.at)
        rows.append(sentence("grant.row", who=person, rights=of_person(tuple(found)), by=last.by, at=last.at))
    return tuple(rows)


def left(instance: Instance, room: RoomId, person: UserId, now: datetime) -> Decision:
    """Whoever leaves a mailbox's room loses what they were given there, also for when they come back.

    What was taken from them stays taken.
    """
    ours = {one.id for one in instance.read_in(room)}
    given = [one for one in instance.grants if one.mailbox in ours and one.person == person and _ends(one)]
    ended = (replace(one, is_on=False, was_on=False, by=person, at=now, source=EventId("")) for one in given)
    return Decision(tuple(SaveGrant(one) for one in ended))


def _ends(one: Grant) -> bool:
    return one.is_changed and gives(one.what, one.is_on)


def decided_by(instance: Instance, source: EventId) -> Iterator[Grant]:
    """What a command decided last, while it can be taken back."""
    return (one for one in instance.grants if source and one.source == source)
