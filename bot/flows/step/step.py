"""One input, one transaction: seen? load, decide, render, save, commit. The only place that writes for an input."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.choices import SaveChoice
from bot.domain.conversation import Conversation, EventKind, Status
from bot.domain.decision import (
    NOTHING,
    AddMail,
    Change,
    Decision,
    MoveConversation,
    SaveConversation,
    SetTimer,
    UpdateMail,
)
from bot.domain.direct import EndDirect, SaveDirect, SaveOwn
from bot.domain.effects import Effect, Say, ShowCard, ShowState, SubmitMail
from bot.domain.grants import SaveGrant
from bot.domain.house_changes import KeepMailbox, MoveMailbox, MoveRoom, SetPassword, SetValue
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage
from bot.domain.kinds import kind_of
from bot.domain.mail import Mail
from bot.domain.notices import AskAgain
from bot.domain.own_addresses import SaveAddress
from bot.domain.rules.files_gone import files_of, without_gone
from bot.domain.rules.held import decided_late
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.stories.aside import decide_aside, ended
from bot.domain.stories.restored import Before, heard_key, ruled, sent_key, shown_key
from bot.domain.stories.table import decide
from bot.domain.traces import PutBack
from bot.flows.load.aside import load_aside
from bot.flows.load.inputs import load
from bot.flows.load.receipt import Gone
from bot.flows.render.effects import Rendered, blob_of, render
from bot.flows.render.scene import Scene, linked, rooms_of
from bot.flows.step import dedupe
from bot.flows.step.inputs_json import as_json
from bot.flows.step.sealing import has_secret, may_be_secret, sealed
from bot.flows.step.settings import Settings
from bot.ports import Clock, Vault
from storage import changes as stored_changes
from storage import conversations, events, members, planning, seen, shunted, signatures
from storage import settings as stored_settings
from storage.blobs import Blobs
from storage.database import Conflict, Database, LeaseLost, StorageAway, Tx
from storage.faults import DatabaseBroken

_log = structlog.get_logger("step")
_MOST_TRIES = 12

Also = Callable[[Tx], Awaitable[None]]
"""Work in the same commit as an input: it saves the cursor of the input's source."""


@dataclass(slots=True)
class Rooms:
    """Knowledge of the rooms that is not in the database: names to show, and which rooms are encrypted."""

    names: dict[RoomId, dict[UserId, str]] = field(default_factory=dict)
    encrypted: set[RoomId] = field(default_factory=set)
    refused: set[RoomId] = field(default_factory=set)
    """Rooms that no mail may be shown in: anybody can read them."""
    looked: set[RoomId] = field(default_factory=set)
    """Rooms that were looked at since the start and have not changed since: mail goes to no other room."""
    comings: Counter[RoomId] = field(default_factory=Counter)
    """By room: how often somebody came or went. A list of members that such a change overtook is asked for again."""


class ChangesSettings(Exception):
    """One of several inputs changes the settings, so that each needs a transaction of its own."""


@dataclass(slots=True)
class Step:
    """The way of an input to its commit. `woken` is set when calls or timers may be due."""

    database: Database
    blobs: Blobs
    settings: Settings
    signer: Signer
    clock: Clock
    vault: Vault
    rooms: Rooms = field(default_factory=Rooms)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    timer_woken: asyncio.Event = field(default_factory=asyncio.Event)
    measure: Callable[[Input, str], None] = lambda what, result: None
    """A function that is told each input, with `decided`, `known` (it was decided before) or `put_aside`."""
    _is_away: bool = False
    """Whether the last commit that was tried found the database or the disk away."""
    put_back: PutBack | None = None
    """The last restore of the database: acts of members from before it may have been worked on already."""

    async def take(self, input: Input, also: Also | None = None) -> None:
        """Decide one input for good: commit it, or put it aside with the reason. Waits while storage is away."""
        await self.take_all([(input, also)])

    async def take_all(self, inputs: Sequence[tuple[Input, Also | None]]) -> None:
        """Decide several inputs, in order, in one transaction; where that fails, each in a transaction of its own."""
        if len(inputs) > 1:
            try:
                await self._commit(inputs)
            except (Conflict, StorageAway, OSError):
                pass
            except (LeaseLost, DatabaseBroken):
                raise
            except Exception:  # noqa: BLE001  one of them is poison: each alone, so that only that one is put aside
                _log.info("batch_taken_apart", size=len(inputs))
            else:
                return
        for input, also in inputs:
            await self._take_one(input, also)

    async def decide_now(self, input: Input, also: Also) -> None:
        """Decide one input that may have been put aside before.

        Raises:
            Exception: the input could not be decided; nothing has changed, and the input stays put aside."""
        await self._commit([(input, also)], is_again=True)

    async def _take_one(self, input: Input, also: Also | None) -> None:
        conflicts, pause = 0, 0.5
        while True:
            try:
                await self._commit([(input, also)])
            except Conflict:
                conflicts += 1
                if conflicts >= _MOST_TRIES:
                    await self._put_aside(input, also, "conflict")
                    return
                # Whoever was quicker may have many more of them, as an import has: they get further meanwhile.
                await asyncio.sleep(min(0.01 * 2**conflicts, 0.5))
            except (StorageAway, OSError) as away:
                # A full disk as well: nothing is given up, and nothing is told as done.
                if not self._is_away:
                    # Once, however many inputs wait and try again.
                    _log.warning("storage_away", reason=type(away).__name__)
                self._is_away = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)
            except (LeaseLost, DatabaseBroken):
                raise
            except Exception as bug:  # noqa: BLE001  DESIGN rule 8: poison is put aside and the line moves on
                _log.exception("input_not_decided", input=kind_of(input), key=_short(input.key))
                await self._put_aside(input, also, type(bug).__name__)
                return
            else:
                return

    async def _put_aside(self, input: Input, also: Also | None, error: str) -> None:
        """Keep an input that could not be decided, and tell people; a mail becomes a thread with its `.eml`."""
        if isinstance(input, MailArrived):
            plain = MailUnreadable(
                input.place, _outer(input.mail), input.raw, input.size, input.received_at, reason="error"
            )
            await self._take_one(plain, also)
            return
        now, is_told = self.clock.now(), True
        while True:
            try:
                async with self.database.write() as tx:
                    instance = await self.settings.read(tx)
                    # The answer to a commit may have been lost: it is made once all the same.
                    if not await dedupe.was_decided(tx, input, now):
                        is_kept = not may_be_secret(input, instance)
                        payload = as_json(input, with_words=is_kept)
                        number = await shunted.add(tx, input.key, kind_of(input), payload, error, now)
                        await dedupe.mark(tx, input, now)
                        if is_told:
                            found = replace(await load_aside(tx, input, instance, number), is_kept=is_kept)
                            if isinstance(input, TeamMessage | MessageEdited):
                                found = replace(found, has_secret=await has_secret(tx, input, instance, now))
                            await self._save(tx, decide_aside(found, input, now), instance)
                        elif isinstance(input, Receipt):
                            await stored_changes.apply(tx, (ended(input),), now)
                    if also is not None:
                        await also(tx)
            except (Conflict, StorageAway, OSError):
                await asyncio.sleep(1.0)
            except (LeaseLost, DatabaseBroken):
                raise
            except Exception:
                if not is_told:
                    raise
                _log.exception("not_told_aside", input=kind_of(input), key=_short(input.key))
                is_told = False
            else:
                self.measure(input, "put_aside")
                self.woken.set()
                return

    async def _commit(self, inputs: Sequence[tuple[Input, Also | None]], *, is_again: bool = False) -> None:
        touched_timers = has_changed = False
        results: list[str] = []
        self.rooms.comings.update(input.room for input, _ in inputs if isinstance(input, MemberChanged))
        started = time.monotonic()
        async with self.database.write() as tx:
            instance, was_seen = await self.settings.enter(tx, inputs[0][0].key)
            for input, also in inputs:
                if is_again:
                    await dedupe.forget(tx, input)
                known = was_seen if input is inputs[0][0] and not is_again else None
                was_decided = await dedupe.was_decided(tx, input, self.clock.now(), known=known)
                results.append("known" if was_decided else "decided")
                if not was_decided:
                    input = await sealed(tx, input, instance, self.vault, self.clock.now())
                    decision = await self._decide(tx, input, instance, is_again=is_again)
                    if _needs_all(decision):
                        if len(inputs) > 1:
                            raise ChangesSettings
                        await stored_settings.change_alone(tx)
                        # What others had under way is committed by now.
                        decision, has_changed = await self._decide(tx, input, instance, is_again=is_again), True
                    touched_timers |= await self._save(tx, decision, instance)
                    await dedupe.mark(tx, input, self.clock.now())
                if also is not None:
                    await also(tx)
        if has_changed:
            await self.look_at_settings()
        if self._is_away:
            self._is_away = False
            _log.info("storage_back")
        ms = round((time.monotonic() - started) * 1000 / len(inputs), 1)
        for (input, _), result in zip(inputs, results, strict=True):
            self.measure(input, result)
            if not isinstance(input, Receipt | ReadUpTo):
                _log.info("input", kind=kind_of(input), key=_short(input.key), ms=ms)
            if isinstance(input, MemberChanged):
                self.rooms.names.pop(input.room, None)
        self.woken.set()
        if touched_timers:
            self.timer_woken.set()

    async def look_at_settings(self) -> None:
        """Read the settings after a change, for readers outside of a transaction; later where storage is away."""
        with contextlib.suppress(StorageAway, Conflict):
            async with self.database.read() as tx:
                await self.settings.read(tx)

    async def _decide(self, tx: Tx, input: Input, instance: Instance, *, is_again: bool) -> Decision:
        now = self.clock.now()
        try:
            encrypted, blobs = self.rooms.encrypted, self.blobs
            snapshot = await load(
                tx, input, instance=instance, signer=self.signer, now=now, encrypted=encrypted, blobs=blobs
            )
        except Gone:
            return NOTHING
        decision = decide(snapshot, input, now)
        if is_again:
            decision = decided_late(decision, input, instance)
        decision = await self._with_files(decision)
        before = await self._before(tx, input)
        return decision if before is None else ruled(decision, input, instance, before)

    async def _with_files(self, decision: Decision) -> Decision:
        """The decision without the mails whose kept files are gone from the disk."""
        wanted = files_of(decision)
        if not wanted:
            return decision
        gone = [one for one in wanted if not await asyncio.to_thread(self.blobs.path(one).exists)]
        return without_gone(decision, gone)

    async def _before(self, tx: Tx, input: Input) -> Before | None:
        """The traces of a member's act from before the last restore of the database; None for any other input."""
        if self.put_back is None or not isinstance(input, TeamMessage | MessageEdited | Reaction | Redacted):
            return None
        if not await seen.was_seen(tx, heard_key(input.room, input.event)):
            return None
        return Before(
            is_shown=await seen.was_seen(tx, shown_key(input.room, input.event)),
            was_sent=isinstance(input, Reaction) and await seen.was_seen(tx, sent_key(input.target)),
        )

    async def _save(self, tx: Tx, decision: Decision, instance: Instance) -> bool:
        """Save state and calls, and return whether timers were set."""
        if not decision.changes and not decision.effects:
            return False
        now = self.clock.now()
        scene = await self._scene(tx, decision, instance)
        rendered = [await _rendered(effect, scene) for effect in decision.effects]
        changes = await self._keep_bytes(decision.changes, rendered)
        if not _needs_all(decision):
            await conversations.hold(tx, _shown(decision))
        await stored_changes.apply(tx, changes, now)
        if calls := [call for one in rendered for call in one.calls]:
            await planning.add_all(tx, calls, now)
        return any(isinstance(change, SetTimer | AskAgain) for change in changes)

    async def _keep_bytes(self, changes: Sequence[Change], rendered: Sequence[Rendered]) -> list[Change]:
        """The changes, after the bytes of new mails were written to the disk: the commit must not name them before."""
        texts: dict[MessageRow, tuple[BlobId, str]] = {}
        for one in (each for some in rendered for each in some.written):
            texts[one.row] = (await self.blobs.put(one.raw), one.sameness)
            assert texts[one.row][0] == blob_of(one.raw)
        for picture in (each for some in rendered for each in some.drawn):
            await self.blobs.put(picture)
        kept: list[Change] = []
        for change in changes:
            if isinstance(change, AddMail | UpdateMail) and change.record.row in texts:
                raw, sameness = texts[change.record.row]
                change = replace(change, record=replace(change.record, raw=raw, sameness=sameness))
            kept.append(change)
        return kept

    async def _read(self, blob: BlobId) -> bytes:
        try:
            return await asyncio.to_thread(self.blobs.read, blob)
        except FileNotFoundError as gone:
            # Not a disk that is away for a while: waiting for it would hold up everything.
            raise LookupError("the bytes of a file that is to go out are gone") from gone

    @staticmethod
    async def _signatures(tx: Tx, effects: Iterable[Effect]) -> dict[tuple[MailboxId, UserId], str]:
        """The own lines of whoever wrote the mails that are written now."""
        writes = [one.draft.record for one in effects if isinstance(one, SubmitMail)]
        found: dict[tuple[MailboxId, UserId], str] = {}
        for mailbox, author in {(one.mailbox, one.author) for one in writes}:
            if author is not None:
                found |= {(one.mailbox, author): one.text for one in await signatures.of(tx, (mailbox,), author)}
        return found

    async def _scene(self, tx: Tx, decision: Decision, instance: Instance) -> Scene:
        effects, moves = decision.effects, _moves(decision)
        left = {old for old, _ in moves} | {c.old for c in decision.changes if isinstance(c, MoveMailbox)}
        names: dict[UserId, str] = {}
        there: dict[RoomId, frozenset[UserId]] = {}
        links: set[ConversationId] = set()
        alone = [effect for effect in effects if isinstance(effect, Say) and effect.only_for is not None]
        of_one = {room for effect in alone for room in (effect.room, *effect.or_in)}
        for room in {room for effect in effects for room in rooms_of(effect)}:
            if room not in self.rooms.names:
                self.rooms.names[room] = dict(await members.joined(tx, room))
            names.update(self.rooms.names[room])
            if room in of_one or instance.run_in(room) is not None:
                there[room] = frozenset(self.rooms.names[room])
        for effect in effects:
            links.update(linked(effect))
        roots: dict[ConversationId, tuple[RoomId, EventId]] = {}
        if links:
            for number, room, root in await conversations.roots(tx, tuple(links)):
                if room not in left:
                    roots[number] = (room, root)
        files: dict[BlobId, bytes] = {}
        for effect in effects:
            for one in effect.draft.record.files if isinstance(effect, SubmitMail) else ():
                files[one.blob] = await self._read(one.blob)
        own = await self._signatures(tx, effects)
        anew = await _anew(tx, effects, _arrived(decision))
        if moves:
            instance = self.settings.after(moves)
        return Scene(instance, self.clock.now(), names, roots, frozenset(self.rooms.encrypted), files, own, there, anew)


def _arrived(decision: Decision) -> frozenset[ConversationId]:
    """Conversations that come to a room as work to do for other people: their card rings as that of a mail does."""
    moved = {change.conversation for change in decision.changes if isinstance(change, MoveConversation)}
    saved = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    return frozenset(
        one.id for one in saved if one.id in moved and one.status is Status.ACTIVE and not one.needs_nobody
    )


async def _anew(tx: Tx, effects: Sequence[Effect], arrived: frozenset[ConversationId]) -> frozenset[ConversationId]:
    """The conversations whose card is posted anew, in a room that goes on from another."""
    missing = [e.conversation for e in effects if isinstance(e, ShowCard) and e.conversation.root is None]
    found = set()
    for one in missing:
        if (
            one.id not in arrived
            and one.version
            and await events.last_of_kind(tx, one.id, EventKind.CONVERSATION) is not None
        ):
            found.add(one.id)
    return frozenset(found)


async def _rendered(effect: Effect, scene: Scene) -> Rendered:
    """The effect as a call; a mail with files is written outside of the event loop, because that takes long."""
    if isinstance(effect, SubmitMail) and effect.draft.record.files:
        return await asyncio.to_thread(render, effect, scene)
    return render(effect, scene)


def _moves(decision: Decision) -> list[tuple[RoomId, RoomId]]:
    return [(change.old, change.new) for change in decision.changes if isinstance(change, MoveRoom)]


def _needs_all(decision: Decision) -> bool:
    """Whether a decision changes the ground of all others: the settings, or the room of whole mailboxes."""
    kinds = MoveRoom | MoveMailbox | SetPassword | SetValue | KeepMailbox | SaveGrant | SaveChoice
    of_people = SaveAddress | SaveDirect | EndDirect | SaveOwn
    return any(isinstance(change, kinds | of_people) for change in decision.changes)


def _shown(decision: Decision) -> tuple[Conversation, ...]:
    """The conversations that a decision shows as they were read, without saving them."""
    saved = {change.conversation.id for change in decision.changes if isinstance(change, SaveConversation)}
    shown = [effect.conversation for effect in decision.effects if isinstance(effect, ShowCard | ShowState)]
    return tuple({one.id: one for one in shown if one.id not in saved}.values())


def _outer(mail: Mail) -> Mail:
    """The mail with its headers only, for showing a mail that could not be decided whole."""
    return Mail(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        from_=mail.from_,
        to=mail.to,
        cc=mail.cc,
        subject=mail.subject,
        date=mail.date,
    )


def _short(key: str) -> str:
    """A key without the addresses that it may hold."""
    kind, _, rest = key.partition(":")
    return (
        kind
        if kind in ("mail", "member", "read", "invite", "service", "status", "reset", "identity_changed")
        else f"{kind}:{rest}"
    )
