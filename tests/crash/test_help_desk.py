"""What a team does with conversations, with the process killed at the boundaries on its way: as if nothing had been."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.settings import Instance
from bot.ports import Member
from tests.crash.play import UNHURT, Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import card_of, mails_in
from tests.fakes.writing import mail, says
from tests.flows.test_move_away import FIRST, HIDDEN, SUPPORT, THERE

PAUL = "Paul <paul@example.org>"


def comes(**more: object) -> Stage:
    def happens(house: House) -> None:
        house.provider.deliver(mail(**more))  # type: ignore[arg-type]

    return happens


def say(body: str, number: int | None = None, by: UserId = ALICE, about: str = "") -> Stage:
    """Words in the thread of a conversation, or outside; `about`: the id of the mail that they answer."""
    said = says(body, sender=by)

    def happens(house: House) -> None:
        thread = card_of(house, number) if number else None
        answered = next((p.event for p in mails_in(house) if about and p.ours.get("message_id") == about), None)
        house.homeserver.happens(replace(said, thread=thread, reply_to=answered, at=house.clock.now()))

    return happens


SPLIT = "!split"
STORIES: Mapping[str, tuple[Stage, ...]] = {
    "forwarded": (comes(file=b"%PDF x"), say("!forward comptable@client.example Regarde", 1)),
    "merged and split": (
        comes(), comes(id="p1@example.org", sender=PAUL), say("!merge #2", 1),
        comes(id="m2@example.org", reply_to="m1@example.org"), say("!split #1"),
    ),
    "split from a mail": (
        comes(), comes(id="m2@example.org", reply_to="m1@example.org", file=b"%PDF y"),
        say(SPLIT, 1, about="m2@example.org"), comes(id="m3@example.org", reply_to="m2@example.org"),
    ),
    "moved away": (comes(file=b"%PDF x"), say("!move support", 1), comes(id="m2@example.org", reply_to="m1@example.org")),
    "drafted, sent by another": (comes(), say("!draft Bonjour", 1), say("!send", 1, by=BOB)),
    "saved reply": (comes(), say("!canned save x\nBonjour {name}"), say("!canned x", 1), say("!send", 1)),
    "deleted and restored": (comes(), say("!delete", 1), say("!restore #1"), say("!star #1")),
    "approved": (comes(), say("!reply Bonjour", 1, by=BOB), say("!approve", 1)),
    "ruled": (
        say("!team add compta @alice @bob"), say("!rule add if subject:help then assign:@compta tag:x"), say("!yes"),
        say("!rule add if subject:help then forward:carl@home.example"), say("!yes"), comes(subject="Help"),
    ),
    "blocked": (comes(), say("!block marie@example.org", 1), comes(id="m9@example.org"), say("!unblock marie@example.org")),
    "blocked as an answer waits": (comes(), say("!reply Bonjour", 1, by=BOB), say("!block marie@example.org", 1)),
    "arranged": (
        comes(), say("!who note Au téléphone", 1), say("!cc lea@example.org", 1), say("!only", 1),
        say("!customer lea@example.org", 1), say("!subject Autre", 1), say("!tag a b", 1),
    ),
}  # fmt: skip
_EVERY = 5
"""Of so many boundaries one is played: all of them take minutes."""


def _house(story: str, folder: Path, kill_at: int | None) -> House:
    instance: Instance = INSTANCE
    if story == "moved away":
        instance = replace(INSTANCE, mailboxes=(FIRST, SUPPORT, HIDDEN))
    if story == "approved":
        instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),))
    if story == "blocked as an answer waits":
        instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, undo_seconds=86_400),))
    house = House(folder, Boundaries(kill_at), instance=instance)
    if story == "moved away":
        house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
        house.homeserver.members[HIDDEN.room] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    return house


async def _play(story: str, folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = _house(story, folder, kill_at)
    died = 0
    for stage in (lambda _: None, *STORIES[story]):
        died += await play(house, (stage,))
    return house, died


def _seen(house: House) -> Counter[tuple[object, ...]]:
    """What people see of it: each message that is not edited in place by how it reads now, each card by how it stands."""
    found: Counter[tuple[object, ...]] = Counter()
    for posted in house.homeserver.posted:
        if posted.is_edit or posted.type == "m.reaction":
            continue
        ours = posted.ours
        now = house.homeserver.current(posted.event).get("org.postroom", {})
        assert isinstance(now, dict)
        kind = ours.get("kind")
        words = (
            "" if kind in ("board", "mail", "receipt") else str(house.homeserver.current(posted.event).get("body"))[:70]
        )
        which = ours.get("message_id") if ours.get("direction") == "in" else ""
        found[(posted.room, kind, which, words, now.get("status"), now.get("assignee"), str(now.get("tags")))] += 1
    found[("left", *sorted(str(to) for _, to, _ in house.provider.delivered))] += 1
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("story", STORIES)
async def test_it_ends_as_without_a_death(story: str, tmp_path: Path) -> None:
    whole: Counter[tuple[object, ...]] = Counter()
    async for house, where in deaths(tmp_path, partial(_play, story), every=_EVERY):
        if where == UNHURT:
            whole = _seen(house)
        elif "submit" not in where:
            # A mail that is killed within DATA is told as uncertain; `test_every_boundary` looks at that.
            assert _seen(house) == whole, where
