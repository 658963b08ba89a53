"""The question before a command for a whole list: ✅, or `!yes`, by the person who gave it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from bot.domain.bulk import Bulk
from bot.domain.choices import Medium
from bot.domain.command import Asked, Called, Command
from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import NOTHING, AddDeed, Change, Decision, SaveConversation
from bot.domain.deeds import Deed, standing
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.effects import Say
from bot.domain.happening import What
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs.said import MessageEdited
from bot.domain.needs import ConversationsOf, HistoryOf, MembersOf, Needs
from bot.domain.question import Stage
from bot.domain.retention import Drop
from bot.domain.rights import lacking, may_change
from bot.domain.rules.at_rest import closed
from bot.domain.rules.put_off import is_thrown_away, timers_for
from bot.domain.rules.quiet_hours import awake
from bot.domain.rules.still_told import theirs_by
from bot.domain.rules.talks import ended
from bot.domain.rules.telling import tell
from bot.domain.rules.told import told_of
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.upgrades import belongs

MOST_NAMED = 5
"""Conversations whose numbers an answer names."""


def needs(bulk: Bulk, said: Said) -> Needs:
    """The conversations as they are now, and what the command needs of each."""
    if not said.is_yes or not bulk.is_open:
        return ()
    numbers = tuple(number for number, _ in bulk.wanted)
    asked, row = said.asked, _row(bulk, said.asked)
    own = row.needs(_asked_again(asked, row, bulk)) if row is not None else ()
    of_each = [need for number in numbers for need in row.of_each(number)] if row is not None else []
    return [ConversationsOf(numbers), MembersOf(asked.room), *of_each, *own]


def _row(bulk: Bulk, asked: Asked) -> Command | None:
    return next((one for one in asked.table if one.name == bulk.command), None)


def _asked_again(asked: Asked, row: Command, bulk: Bulk) -> Asked:
    """The command that was asked about, about nothing yet."""
    called = Called(row, people=bulk.people, names=bulk.names)
    return replace(asked, reading=called, event=bulk.event, is_by_hand=False, here=None, about=())


def turn(dialogue: Dialogue, bulk: Bulk, heard: Heard) -> Turn | None:
    """The next turn; None where the person said nothing to it."""
    match heard:
        case Expired():
            return Turn(replace(bulk, stage=Stage.LATE) if bulk.is_open else None)
        case Said(is_yes=True, asked=asked):
            return _confirmed(dialogue, bulk, asked)
        case Said() | Wrote() | Told() | Ended():
            return None
        case _ as unreachable:
            assert_never(unreachable)


def edited(dialogue: Dialogue, input: MessageEdited) -> Decision | None:
    """The decision where the command reads differently now: what was counted is not what it says. None: it waits for no
    answer, or somebody else wrote it."""
    state = dialogue.state
    if not isinstance(state, Bulk) or not state.is_open or dialogue.person != input.sender:
        return None
    told = sentence("bulk.edited", name=state.command)
    say = Say(input.room, (told,), reply_to=input.target, under=dialogue.thread, mention=(input.sender,))
    return ended(dialogue) + Decision((), (say,))


def status(bulk: Bulk, *, room_encrypted: bool) -> tuple[Sentence, ...]:
    """Sentences that say what the question waits for."""
    return (sentence("bulk.waits", count=len(bulk.wanted), name=bulk.command), how(room_encrypted=room_encrypted))


def how(*, room_encrypted: bool) -> Sentence:
    """The sentence that says how the question is answered: reactions are never encrypted."""
    return sentence("bulk.confirm_in_words" if room_encrypted else "bulk.confirm")


def named(numbers: tuple[ConversationId, ...]) -> str:
    """The first numbers, and whether there are more."""
    first = numbered(numbers[:MOST_NAMED])
    return f"{first} …" if len(numbers) > MOST_NAMED else first


def _confirmed(dialogue: Dialogue, bulk: Bulk, asked: Asked) -> Turn:
    if not bulk.is_open:
        # Twice ✅ is once; after its time the list is another one.
        return Turn(bulk, NOTHING if bulk.stage is Stage.ANSWERED else tell(asked, sentence("bulk.late")))
    row = _row(bulk, asked)
    if row is None:
        return Turn(None, tell(asked, sentence("bulk.late")))
    counted = dict(bulk.wanted)
    found = {one.id: one for one in asked.facts[ConversationsOf(tuple(counted))]}
    if found and not any(may_change(asked, row, one) for one in found.values()):
        # It was taken from them since they were asked.
        return Turn(None, tell(asked, lacking(row.right)))
    whys = {number: _left_out(asked, row, found.get(number), version) for number, version in bulk.wanted}
    about = tuple(found[number] for number, why in whys.items() if why is None)
    done = _done(row, bulk, asked, about) if about else NOTHING
    if isinstance(done, Sentence):
        return Turn(None, tell(asked, done))
    told = [sentence("bulk.done", count=len(changed_by(done)), name=bulk.command)]
    for why in dict.fromkeys(why for why in whys.values() if why is not None):
        left_out = tuple(number for number in whys if whys[number] == why)
        told.append(sentence(why, count=len(left_out), numbers=named(left_out)))
    kept = replace(bulk, stage=Stage.ANSWERED)
    return Turn(kept, done + tell(asked, *told) + _told(done, asked, dialogue, about, bulk.command))


def _left_out(asked: Asked, row: Command, one: Conversation | None, version: int) -> str | None:
    """The sentence that says why nothing is done with one that was counted; None: it is as it was."""
    if one is None or not belongs(one, asked.room, asked.instance):
        return "bulk.left_out"
    if closed(asked.instance, one.mailbox) is not None:
        return "bulk.left_out_shut"
    if not may_change(asked, row, one):
        return "bulk.left_out_right"
    return None if one.version == version else "bulk.left_out"


def _done(row: Command, bulk: Bulk, asked: Asked, about: tuple[Conversation, ...]) -> Decision | Sentence:
    """What the command does with each, without words in each thread; and its deeds."""
    answer = row.rule(replace(_asked_again(asked, row, bulk), about=about))
    if not isinstance(answer, Decision):
        return answer if isinstance(answer, Sentence) else NOTHING
    before = {one.id: standing(one) for one in about}
    deeds = tuple(
        AddDeed(Deed(bulk.event, one.id, asked.person, asked.now, before[one.id], standing(one)))
        for one in _saved(answer)
        if before[one.id] != standing(one)
    )
    effects = tuple(one for one in answer.effects if not isinstance(one, Say))
    return replace(answer, changes=(*answer.changes, *deeds), effects=effects)


def changed_by(decision: Decision) -> list[Conversation]:
    """The conversations that a decision changes, or lets go."""
    return [one.conversation for one in decision.changes if isinstance(one, SaveConversation | Drop)]


def _saved(decision: Decision) -> list[Conversation]:
    return [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]


def _told(decision: Decision, asked: Asked, dialogue: Dialogue, about: Sequence[Conversation], name: str) -> Decision:
    """Whom it concerns is told once, and not in each thread; here it is a mention also for who has a chat. Who chose
    to be mailed of it is, unless it is thrown away by that."""
    before = {one.id: one for one in about}
    given: dict[UserId, list[ConversationId]] = {}
    others: dict[UserId, list[ConversationId]] = {}
    kept: list[Change] = []
    for one in decision.happened:
        after = one.conversation
        done = HistoryOf(after.id)
        earlier = asked.facts[done] if asked.facts.answers([done]) else ()
        theirs = theirs_by(one.what, one.actor, one.detail, after, earlier)
        by_mail, *rung = (
            told_of(
                one.what,
                actor=asked.person,
                before=before.get(after.id, after),
                after=after,
                choices=asked.instance.choices_now,
                members=asked.facts[MembersOf(asked.room)],
                medium=medium,
                theirs=theirs,
            )
            for medium in (Medium.EMAIL, Medium.MENTION, Medium.DIRECT)
        )
        if is_thrown_away(after):
            rung.append(by_mail)
        else:
            kept += timers_for(by_mail, after, asked.now)
        told_now, held = awake(asked.instance, dict.fromkeys(who for some in rung for who in some), after.id, asked.now)
        kept += held.changes
        for person in told_now:
            is_given = one.what is What.ASSIGNED and person == one.detail
            (given if is_given else others).setdefault(person, []).append(after.id)
    says = [*_says("bulk.given", given, asked, dialogue, name), *_says("bulk.told", others, asked, dialogue, name)]
    return Decision(tuple(kept), tuple(says))


def _says(
    key: str, people: Mapping[UserId, Sequence[ConversationId]], asked: Asked, dialogue: Dialogue, name: str
) -> Iterator[Say]:
    for who, numbers in people.items():
        told = sentence(key, count=len(numbers), who=asked.person, numbers=named(tuple(numbers)), name=name)
        tells = tuple(numbers)
        yield Say(asked.room, (told,), EventKind.NOTICE, mention=(who,), under=dialogue.thread, tells=tells)
