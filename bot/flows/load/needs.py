"""Answers the needs that commands declare: each kind by its loader, once for each need, together where it can be."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audited import AuditLine
from bot.domain.blocking import Blocked
from bot.domain.canned import Canned
from bot.domain.condition import Aside, Condition
from bot.domain.conversation import Conversation, Direction, HistoryEntry, MailRecord, StoredReaction
from bot.domain.dialogue import Dialogue
from bot.domain.figures import Figures
from bot.domain.files import Enclosure
from bot.domain.ground import Ground
from bot.domain.happening import What
from bot.domain.house_rules import Came, HouseRule
from bot.domain.ids import MessageRow, RoomId, UserId
from bot.domain.needs import (
    AcquaintanceWith,
    AlikeOf,
    AnswersByMail,
    AuditOf,
    BlockedIn,
    CameIn,
    CannedOf,
    ConditionOf,
    ConversationsOf,
    DialogueAbout,
    EnclosedBy,
    Facts,
    FiguresOf,
    FoldedOf,
    Found,
    GroundFor,
    HistoryOf,
    IncomingOf,
    IsEncrypted,
    IsHinted,
    LaterOf,
    LeavingFrom,
    Listed,
    MailAt,
    MailsOf,
    MembersOf,
    NameOf,
    Need,
    Needs,
    NewestOf,
    OutgoingIn,
    OutgoingOf,
    PassingOn,
    PersonNotesOf,
    PersonsOf,
    PutAside,
    RoomsOf,
    RulesIn,
    Searched,
    SignaturesOf,
    TeamsIn,
    TraceOf,
    UnfinishedIn,
    UnheardIn,
    UpgradesWaiting,
    WaitingIn,
    WholeOf,
    WorkOf,
    WorksLeaving,
)
from bot.domain.own_signature import OwnSignature
from bot.domain.persons import PersonNote, PersonsAddress
from bot.domain.rules.flood import SHOWN_AT_ONCE
from bot.domain.searching import Hits
from bot.domain.settings import Instance
from bot.domain.signing import row_of
from bot.domain.stories.team import hint_slot
from bot.domain.stories.unheard import unheard_slot
from bot.domain.teams import Team
from bot.domain.tracing import Traces
from bot.domain.upgrades import RoomUpgrade
from bot.domain.whole import Whole
from bot.domain.work import Acquaintance, Outgoing, Passing, Work
from bot.flows.load.acquaintance import load_acquaintance
from bot.flows.load.came import load_came
from bot.flows.load.enclosed import load_enclosed
from bot.flows.load.figures import load_figures
from bot.flows.load.ground import load_ground
from bot.flows.load.leaving import load_passing, passed_on
from bot.flows.load.searching import load_hits
from bot.flows.load.tracing import load_traces
from bot.flows.load.whole import load_whole
from bot.flows.load.work import load_leaving, load_outgoing, load_work, newest_in, written_here
from storage import (
    audits,
    believed,
    blocking,
    canned,
    condition,
    conversations,
    dialogues,
    dropping,
    floods,
    history,
    house_rules,
    mailed,
    mails,
    members,
    pages,
    person_notes,
    persons,
    reactions,
    shunted,
    signatures,
    slots,
    teams,
    upgrades,
)
from storage.blobs import Blobs
from storage.database import Tx
from storage.lists import MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Reach:
    """The tools of loaders: a transaction and its settings."""

    tx: Tx
    instance: Instance
    now: datetime
    blobs: Blobs | None = None
    """The bytes of mails, for what words alone ask for."""


async def load_needs(reach: Reach, needs: Needs) -> Facts:
    """The facts for these needs; one that is named twice is looked up once."""
    kinds: dict[type[Need[Any]], list[Need[Any]]] = {}
    for need in dict.fromkeys(needs):
        kinds.setdefault(type(need), []).append(need)
    known: dict[Need[Any], object] = {}
    for kind, wanted in kinds.items():
        known.update(zip(wanted, await LOADERS[kind](reach, wanted), strict=True))
    return Facts(known)


async def _members(reach: Reach, needs: Sequence[MembersOf]) -> list[tuple[UserId, ...]]:
    return [await members.people(reach.tx, one.room) for one in needs]


async def _encrypted(reach: Reach, needs: Sequence[IsEncrypted]) -> list[bool]:
    known = await believed.rooms(reach.tx)
    return [one.room in known for one in needs]


async def _rooms(reach: Reach, needs: Sequence[RoomsOf]) -> list[frozenset[RoomId]]:
    return [await members.joined_among(reach.tx, one.rooms, one.person) for one in needs]


async def _hinted(reach: Reach, needs: Sequence[IsHinted]) -> list[bool]:
    return [await slots.get(reach.tx, hint_slot(one.person, one.direct)) is not None for one in needs]


async def _unheard(reach: Reach, needs: Sequence[UnheardIn]) -> list[datetime | None]:
    found = [await slots.known_event(reach.tx, unheard_slot(one.conversation, one.person)) for one in needs]
    return [None if one is None else one.at for one in found]


async def _history(reach: Reach, needs: Sequence[HistoryOf]) -> list[tuple[HistoryEntry, ...]]:
    # Talk stands in the thread.
    return [await history.of(reach.tx, one.conversation, but=What.TALKED.key) for one in needs]


async def _mails(reach: Reach, needs: Sequence[MailsOf]) -> list[tuple[MailRecord, ...]]:
    return await mails.recent_of(reach.tx, [(one.conversation, one.most) for one in needs])


async def _incoming(reach: Reach, needs: Sequence[IncomingOf]) -> list[tuple[MailRecord, ...]]:
    found = await mails.of_conversations(reach.tx, [one.conversation for one in needs])
    return [tuple(r for r in found.get(one.conversation, ()) if r.direction is Direction.IN) for one in needs]


async def _newest(reach: Reach, needs: Sequence[NewestOf]) -> list[MailRecord | None]:
    found = []
    for one in needs:
        newest = await newest_in(reach.tx, one.conversation)
        found.append(newest or await mails.newest(reach.tx, one.conversation, Direction.OUT))
    return found


async def _mail_at(reach: Reach, needs: Sequence[MailAt]) -> list[MailRecord | None]:
    return [await mails.get(reach.tx, one.row) for one in needs]


async def _folded(reach: Reach, needs: Sequence[FoldedOf]) -> list[tuple[MailRecord, ...]]:
    return [await floods.folded(reach.tx, one.conversation, SHOWN_AT_ONCE) for one in needs]


async def _outgoing(reach: Reach, needs: Sequence[OutgoingOf]) -> list[Outgoing]:
    return [await load_outgoing(reach.tx, one.conversation, reach.instance) for one in needs]


async def _outgoing_in(reach: Reach, needs: Sequence[OutgoingIn]) -> list[Outgoing | None]:
    known = {one.id: one for one in await conversations.several(reach.tx, [need.conversation for need in needs])}
    found = [known.get(need.conversation) for need in needs]
    return [
        await load_outgoing(reach.tx, one, reach.instance)
        if one is not None and reach.instance.mailbox(one.mailbox) is not None
        else None
        for one in found
    ]


async def _unfinished(reach: Reach, needs: Sequence[UnfinishedIn]) -> list[bool]:
    wanted = [one.conversation for one in needs]
    busy = set(await dropping.busy(reach.tx, wanted))
    for room in {one.room for one in await conversations.several(reach.tx, wanted)}:
        busy |= await passed_on(reach.tx, reach.instance, room)
    return [one in busy for one in wanted]


async def _waiting(reach: Reach, needs: Sequence[WaitingIn]) -> list[tuple[MailRecord, ...]]:
    found = []
    for one in needs:
        of_each = [await mails.waiting_of(reach.tx, mailbox, one.most) for mailbox in one.mailboxes]
        found.append(tuple(record for records in of_each for record in records))
    return found


async def _enclosed(
    reach: Reach, needs: Sequence[EnclosedBy]
) -> list[tuple[tuple[Enclosure, ...], tuple[Enclosure, ...]]]:
    found = []
    for one in needs:
        written = await written_here(reach.tx, one.conversation.id)
        found.append(await load_enclosed(reach.tx, one.conversation, one.person, written))
    return found


async def _work(reach: Reach, needs: Sequence[WorkOf]) -> list[Work]:
    return [
        await load_work(
            reach.tx,
            one.conversation,
            reach.instance,
            one.person,
            reach.now,
            replied_to=one.replied_to,
            source=one.source,
        )
        for one in needs
    ]


async def _acquaintances(reach: Reach, needs: Sequence[AcquaintanceWith]) -> list[Acquaintance]:
    return [await load_acquaintance(reach.tx, one, reach.now) for one in needs]


async def _dialogues(reach: Reach, needs: Sequence[DialogueAbout]) -> list[Dialogue | None]:
    return [await dialogues.about(reach.tx, one.event) for one in needs]


async def _alike(reach: Reach, needs: Sequence[AlikeOf]) -> list[tuple[StoredReaction, ...]]:
    """One that was given in a room before this one can be taken away by nobody any more."""
    found = []
    for need in needs:
        given = need.given
        there = await reactions.active(reach.tx, given.conversation, given.key)
        found.append(tuple(one for one in there if one.event != given.event and one.room == given.room))
    return found


async def _listed(reach: Reach, needs: Sequence[Listed]) -> list[Found]:
    found = []
    for one in needs:
        rows, total = await pages.listing(reach.tx, one)
        # Others are counted whole, without being looked at.
        is_searched = any((one.assignee, one.follower, one.starrer, one.tag, one.correspondent, one.drafts))
        found.append(Found(rows, total, is_more=is_searched and total >= MOST_COUNTED))
    return found


async def _searched(reach: Reach, needs: Sequence[Searched]) -> list[Hits]:
    return [await load_hits(reach.tx, one) for one in needs]


async def _whole(reach: Reach, needs: Sequence[WholeOf]) -> list[Whole]:
    return [await load_whole(reach.tx, one) for one in needs]


async def _traced(reach: Reach, needs: Sequence[TraceOf]) -> list[Traces]:
    return [await load_traces(reach.tx, one) for one in needs]


async def _conversations(reach: Reach, needs: Sequence[ConversationsOf]) -> list[tuple[Conversation, ...]]:
    return [tuple(await conversations.several(reach.tx, one.numbers)) for one in needs]


async def _later(reach: Reach, needs: Sequence[LaterOf]) -> list[tuple[Conversation, ...]]:
    return [(await conversations.those_after(reach.tx, one.conversation))[1:] for one in needs]


async def _grounds(reach: Reach, needs: Sequence[GroundFor]) -> list[Ground]:
    return [await load_ground(reach.tx, one, reach.instance) for one in needs]


async def _canned(reach: Reach, needs: Sequence[CannedOf]) -> list[tuple[Canned, ...]]:
    return [await canned.of(reach.tx, one.mailboxes) for one in needs]


async def _signatures(reach: Reach, needs: Sequence[SignaturesOf]) -> list[tuple[OwnSignature, ...]]:
    return [await signatures.of(reach.tx, one.mailboxes, one.person) for one in needs]


async def _names(reach: Reach, needs: Sequence[NameOf]) -> list[str]:
    return [dict(await members.joined(reach.tx, one.room)).get(one.person, "") for one in needs]


async def _blocked(reach: Reach, needs: Sequence[BlockedIn]) -> list[tuple[Blocked, ...]]:
    return [await blocking.of(reach.tx, one.mailboxes) for one in needs]


async def _teams(reach: Reach, needs: Sequence[TeamsIn]) -> list[tuple[Team, ...]]:
    return [await teams.of(reach.tx, one.mailboxes) for one in needs]


async def _persons(reach: Reach, needs: Sequence[PersonsOf]) -> list[tuple[PersonsAddress, ...]]:
    return [await persons.of(reach.tx, one.mailboxes, one.addresses) for one in needs]


async def _person_notes(reach: Reach, needs: Sequence[PersonNotesOf]) -> list[tuple[PersonNote, ...]]:
    return [await person_notes.of(reach.tx, one.mailboxes, one.address) for one in needs]


async def _rules(reach: Reach, needs: Sequence[RulesIn]) -> list[tuple[HouseRule, ...]]:
    return [await house_rules.of(reach.tx, one.mailboxes) for one in needs]


async def _came(reach: Reach, needs: Sequence[CameIn]) -> list[tuple[Came, ...]]:
    return [await load_came(reach.tx, one, reach.blobs) for one in needs]


async def _figures(reach: Reach, needs: Sequence[FiguresOf]) -> list[Figures]:
    return [await load_figures(reach.tx, one) for one in needs]


async def _condition(reach: Reach, needs: Sequence[ConditionOf]) -> list[Condition]:
    return [await condition.condition(reach.tx, one.mailboxes, reach.now) for one in needs]


async def _aside(reach: Reach, needs: Sequence[PutAside]) -> list[tuple[Aside, ...]]:
    kept = await shunted.listing(reach.tx)
    return [tuple(Aside(one.id, one.kind, one.error, one.at) for one in kept) for _ in needs]


async def _audits(reach: Reach, needs: Sequence[AuditOf]) -> list[tuple[AuditLine, ...]]:
    return [await audits.newest(reach.tx, one.mailboxes, one.most, of_people=one.of_people) for one in needs]


async def _leaving(reach: Reach, needs: Sequence[LeavingFrom]) -> list[int]:
    return [await mails.leaving(reach.tx, one.mailbox) for one in needs]


async def _works_leaving(reach: Reach, needs: Sequence[WorksLeaving]) -> list[tuple[Outgoing, ...]]:
    return [await load_leaving(reach.tx, one.mailboxes, None, reach.instance) for one in needs]


async def _answers_by_mail(reach: Reach, needs: Sequence[AnswersByMail]) -> list[frozenset[MessageRow]]:
    every = await mailed.every(reach.tx)
    return [frozenset(row_of(one.slot) for one in every if one.person == need.person) for need in needs]


async def _passing_on(reach: Reach, needs: Sequence[PassingOn]) -> list[tuple[Passing, ...]]:
    found = await load_passing(reach.tx, reach.instance)
    return [found for _ in needs]


async def _upgrades(reach: Reach, needs: Sequence[UpgradesWaiting]) -> list[tuple[RoomUpgrade, ...]]:
    return [await upgrades.waiting(reach.tx) for _ in needs]


Loader = Callable[[Reach, Any], Awaitable[Sequence[object]]]
"""Answers several needs of its kind, in their order."""
LOADERS: Mapping[type[Need[Any]], Loader] = {
    MembersOf: _members,
    IsEncrypted: _encrypted,
    RoomsOf: _rooms,
    IsHinted: _hinted,
    UnheardIn: _unheard,
    HistoryOf: _history,
    MailsOf: _mails,
    IncomingOf: _incoming,
    NewestOf: _newest,
    MailAt: _mail_at,
    FoldedOf: _folded,
    OutgoingOf: _outgoing,
    OutgoingIn: _outgoing_in,
    UnfinishedIn: _unfinished,
    WaitingIn: _waiting,
    EnclosedBy: _enclosed,
    WorkOf: _work,
    AcquaintanceWith: _acquaintances,
    DialogueAbout: _dialogues,
    AlikeOf: _alike,
    Listed: _listed,
    Searched: _searched,
    TraceOf: _traced,
    WholeOf: _whole,
    ConversationsOf: _conversations,
    LaterOf: _later,
    GroundFor: _grounds,
    BlockedIn: _blocked,
    RulesIn: _rules,
    CameIn: _came,
    TeamsIn: _teams,
    PersonsOf: _persons,
    PersonNotesOf: _person_notes,
    CannedOf: _canned,
    SignaturesOf: _signatures,
    NameOf: _names,
    FiguresOf: _figures,
    ConditionOf: _condition,
    PutAside: _aside,
    AuditOf: _audits,
    LeavingFrom: _leaving,
    WorksLeaving: _works_leaving,
    AnswersByMail: _answers_by_mail,
    PassingOn: _passing_on,
    UpgradesWaiting: _upgrades,
}
