"""After all faults one conversation is worked in, as people do: what its card must say then is known beforehand.

The model is that of a reader of docs/states.md, and asks neither the database nor the house's rules.
"""

import asyncio

from bot.domain.inputs.said import ReadUpTo, TeamMessage
from tests.fakes.chat import ROOM, Posted
from tests.simulation.stage import Letter, Stage, user

_SETTLES = 70.0
"""Longer than a board's pause, and than the pauses between two tries."""


_READS = 20.0
"""What was read comes to the bot in batches."""


async def epilogue(stage: Stage, bot: "asyncio.Future[None]") -> None:
    """Close a conversation, give it to somebody, let its correspondent write again, and answer."""
    found = _conversation(stage)
    if found is None:
        return
    card, letter = found
    for words, wanted in (("close", {"status": "closed"}), ("assign @bob", {"status": "closed", "assignee": "@bob"})):
        await _say(stage, card, words)
        _expect(stage, card, words, wanted)
    message_id = stage.arrives(letter.who, (), "", topic=letter.topic, parent=letter.id)
    await asyncio.sleep(_SETTLES)
    shown = [p for p in stage.homeserver.of_kind("mail") if p.ours.get("message_id") == message_id]
    here = card.ours.get("conversation")
    if [p.ours.get("conversation") for p in shown] != [here]:
        stage.unmet.append(f"an answer to {letter.id} is not shown in its conversation {here}")
        return
    _expect(stage, card, "an answer", {"status": "active", "assignee": "@bob"})
    if stage.world.was_set_back:
        # By the clock of then an older mail may be the newest, and it is asked who gets the answer.
        return
    stage.happens(ReadUpTo(ROOM, user("bob"), shown[-1].event, stage.world.at()))
    await asyncio.sleep(_READS)
    token = stage.replies("bob", card)
    await asyncio.sleep(_SETTLES)
    if not _left(stage, token):
        # A colleague has just answered, or the like: saying it again is a yes.
        stage.says_again(0)
        await asyncio.sleep(_SETTLES)
    left = _left(stage, token)
    if len(left) != 1 or letter.who not in left[0]:
        stage.unmet.append(f"an answer to {letter.who} in {here} left for {left}")
    _expect(stage, card, "a reply", {"status": "pending", "assignee": "@bob"})


def _left(stage: Stage, token: str) -> list[tuple[str, ...]]:
    """To whom a mail with these words went."""
    return [sent.recipients for sent in stage.provider.sent if token.encode() in sent.raw]


def _conversation(stage: Stage) -> tuple[Posted, Letter] | None:
    """One that somebody's mail stands in, by chance: its card and its first mail. None that was merged into another."""
    letters = {one.id: one for one in stage.letters if one.topic >= 0}
    cards = {p.ours.get("conversation"): p for p in stage.cards() if "goes_on_as" not in _about(stage, p)}
    opened: dict[object, Letter] = {}
    for p in stage.mails_shown():
        letter = letters.get(str(p.ours.get("message_id")))
        if letter is not None and p.ours.get("conversation") in cards:
            opened.setdefault(p.ours.get("conversation"), letter)
    there = [(cards[number], letter) for number, letter in opened.items()]
    return stage.world.dice.choice(there) if there else None


def _about(stage: Stage, card: Posted) -> dict[str, object]:
    about = stage.homeserver.current(card.event).get("org.postroom")
    assert isinstance(about, dict)
    return about


async def _say(stage: Stage, card: Posted, words: str) -> None:
    mentions = (user("bob"),) if "@bob" in words else ()
    event = stage.new_event()
    stage.happens(
        TeamMessage(ROOM, event, user("alice"), "m.text", f"!{words}", "", mentions, card.event, None, stage.world.at())
    )
    await asyncio.sleep(_SETTLES)


def _expect(stage: Stage, card: Posted, after: str, wanted: dict[str, str]) -> None:
    about = _about(stage, card)
    for name, value in wanted.items():
        # A person by the first half of their address.
        if str(about.get(name)).partition(":")[0] != value:
            number = about.get("conversation")
            stage.unmet.append(f"after {after} the {name} of {number} is {about.get(name)}, and not {value}")
