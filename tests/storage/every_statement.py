"""Calls of every function of storage that runs a statement."""

from bot.domain.audited import Act, Audited
from bot.domain.blocking import Blocked
from bot.domain.bulk import LOOKED_AT
from bot.domain.canned import Canned
from bot.domain.choices import Choice, Medium, Occasion
from bot.domain.condition import FolderCount, Outage, StatusShown
from bot.domain.conversation import Direction, EventKind, HistoryEntry, OutState, Status, StoredReaction, Verdict
from bot.domain.dialogue import Dialogue
from bot.domain.direct import Direct, Own, OwnSetting
from bot.domain.grants import Grant, Right
from bot.domain.house_rules import HouseRule
from bot.domain.ids import BlobId, ConversationId, DialogueId, EffectId, EventId, MessageRow, RoomId
from bot.domain.inputs.mail import FolderRole
from bot.domain.mailed import Mailed
from bot.domain.needs import Listed
from bot.domain.notices import Notice
from bot.domain.own_addresses import OwnAddress
from bot.domain.own_signature import OwnSignature
from bot.domain.persons import PersonNote, PersonsAddress
from bot.domain.question import Question
from bot.domain.read_places import InTimeline
from bot.domain.retention import Drop, Fade, Place
from bot.domain.returned import Returned
from bot.domain.searching import Query, Term
from bot.domain.settings import MailboxSettings
from bot.domain.spaces import AddSpacePerson, DropSpacePerson, MarkSpacePerson, SetSpace, SetSpaceRoom
from bot.domain.teams import Team
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from bot.domain.vouching import Vouching
from storage import (
    audits,
    believed,
    blocking,
    canned,
    choices,
    condition,
    conversations,
    cursors,
    deeds,
    dialogues,
    directs,
    dropping,
    events,
    figures,
    floods,
    grants,
    history,
    house_deeds,
    house_rules,
    leases,
    mailed,
    mails,
    media,
    member_mails,
    members,
    moving,
    notices,
    numbers,
    outbox,
    own_addresses,
    own_edits,
    pages,
    people,
    person_notes,
    persons,
    reactions,
    returned,
    rooms,
    runs,
    search,
    seen,
    settings,
    shunted,
    signatures,
    slots,
    spaces,
    teams,
    timers,
    upgrades,
    vouching,
)
from storage.cursors import FolderCursor
from storage.database import Tx
from storage.outbox import End
from tests.storage.made import ALICE, MAILBOX, NOW, ROOM, conversation, event, later, mail, planned, posted, submission

FIRST = ConversationId(1)
ASSO = MailboxSettings(MAILBOX, "a@x", "A", ROOM)
ROW = MessageRow(1)


async def everything(tx: Tx) -> None:
    """Calls every function of storage that runs a statement."""
    await conversations.next_number(tx)
    await conversations.save(tx, conversation(7, status=Status.CLOSED))
    await mails.add(tx, mail(7, 7))
    await timers.of_kind(tx, "retention")
    await dropping.older(tx, Place(MAILBOX), NOW, 100)
    await dropping.count(tx, MAILBOX, Status.CLOSED, NOW, 100)
    for look in (dropping.with_bytes, dropping.with_words, dropping.busy, dropping.merged_into):
        await look(tx, [FIRST])
    await events.last_said(tx, [FIRST])
    await history.last_acts(tx, [FIRST])
    await history.has(tx, FIRST, "history.carried", "FreeScout #1")
    await dropping.apply(tx, Fade(conversation(7, version=1), (mail(7, 7, text=""),), words=True), NOW)
    await dropping.apply(tx, Drop(conversation(7, version=2), ("INBOX",)), NOW)
    await outbox.forget_bad_ends_before(tx, NOW, 10)
    await events.forget_of_nothing(tx, NOW, 10)
    await events.pages_in(tx, ROOM, NOW, 20)
    await events.mail_before(tx, FIRST, ROOM, NOW)
    await mailed.put(tx, Mailed(ROW, FIRST, ALICE, "Bonjour", NOW, NOW))
    await mailed.get(tx, ROW)
    await vouching.put(tx, Vouching(MAILBOX, "mx.example.org", 1, (), ""))
    await vouching.of(tx, MAILBOX)
    await vouching.forget(tx, MAILBOX)
    await mailed.forget_before(tx, NOW, 10)
    await mails.lengths_of(tx, FIRST, 5000)
    await search.find_texts(tx, [MAILBOX], Query(after=NOW), 500)
    await cursors.folders(tx, MAILBOX)
    await mails.several(tx, [ROW])
    await conversations.save(tx, conversation(1, followers=(ALICE,)))
    await conversations.save(tx, conversation(1, version=1, assignee=ALICE, tags=("a",), starred=(ALICE,)))
    await conversations.set_root(tx, FIRST, EventId("$root"))
    await conversations.get(tx, FIRST)
    await conversations.earlier_of(tx, MAILBOX, "marie@example.net")
    await persons.put(tx, PersonsAddress(MAILBOX, "marie@example.net", "p", ALICE, EventId("$p"), NOW))
    await persons.put(tx, PersonsAddress(MAILBOX, "paul@example.net", "p", ALICE, EventId("$p"), NOW))
    await persons.known_of(tx, MAILBOX, "marie@example.net")
    await persons.of(tx, (MAILBOX,), ("marie@example.net",))
    await persons.by_event(tx, EventId("$p"))
    await persons.drop(tx, MAILBOX, "paul@example.net")
    await person_notes.put(tx, PersonNote(MAILBOX, "marie@example.net", "Mornings", ALICE, EventId("$n"), NOW))
    await person_notes.of(tx, (MAILBOX,), "marie@example.net")
    await person_notes.by_event(tx, EventId("$n"))
    await person_notes.drop(tx, MAILBOX, EventId("$n"))
    await pages.open_board(tx, (MAILBOX,), 20)
    for asked in (
        {"status": None, "assignee": None, "unassigned": True, "follower": None},
        {"status": (Status.ACTIVE,), "assignee": ALICE, "unassigned": False, "follower": None},
        {"status": (Status.CLOSED,), "assignee": ALICE, "unassigned": False, "follower": None},
        {"status": (Status.CLOSED,), "assignee": None, "unassigned": False, "follower": ALICE},
    ):
        await pages.listing(tx, Listed((MAILBOX,), **asked, size=10))
        await pages.listing(tx, Listed((MAILBOX,), **asked, size=10, tag="a"))
        await pages.listing(tx, Listed((MAILBOX,), **asked, size=10, starrer=ALICE))
    await pages.listing(tx, Listed((MAILBOX,), size=10, correspondent="a@x"))
    await pages.listing(tx, Listed((MAILBOX,), size=10, snoozed=True))
    await pages.listing(tx, Listed((MAILBOX,), size=10, drafts=True))
    for narrowed in ({}, {"assignee": ALICE}, {"unassigned": True}):
        await pages.listing(tx, Listed((MAILBOX,), tuple(Status), size=LOOKED_AT, before=NOW, **narrowed))
    await conversations.to_do_in(tx, ROOM, (MAILBOX,), 10)
    await conversations.by_root(tx, ROOM, EventId("$root"))
    await conversations.assigned_to(tx, ROOM, ALICE)
    await conversations.changed_since(tx, MAILBOX, Status.CLOSED, NOW, 50)
    await conversations.roots(tx, (FIRST, ConversationId(2)))

    await numbers.next_number(tx, "conversation")
    await mails.add(tx, mail(1, in_reply_to=("a@x",), state=OutState.QUEUED, direction=Direction.OUT))
    await mails.update(tx, mail(1))
    await mails.get(tx, ROW)
    await mails.by_message_id(tx, MAILBOX, ("a@x", "b@x"))
    await mails.by_raw(tx, MAILBOX, BlobId("ab" * 32))
    await mails.by_ids_or_raw(tx, MAILBOX, ("a@x", "b@x"), BlobId("ab" * 32))
    await runs.numbers_for(tx, "a@x", ROOM)
    await slots.known_event(tx, "board")
    await outbox.due_channels(tx, ["chat"], NOW)
    await mails.referring_to(tx, MAILBOX, "a@x")
    await mails.naming(tx, MAILBOX, ("a@x", "b@x"))
    await mails.of_conversations(tx, [FIRST])
    await mails.newest(tx, FIRST, Direction.IN)
    await mails.newest_of_person(tx, FIRST)
    await mails.recent(tx, FIRST, 10)
    await mails.recent_until(tx, FIRST, NOW, 10)
    await mails.recent_of(tx, [(FIRST, 10), (ConversationId(2), 5)])
    await floods.opened_since(tx, MAILBOX, "marie@example.net", Verdict.UNKNOWN, NOW, 10)
    await floods.came_since(tx, FIRST, NOW, 10)
    await floods.folded(tx, FIRST, 10)
    await mails.first(tx, FIRST)
    await mails.by_source(tx, EventId("$s"))
    await mails.open_out(tx, FIRST)
    await mails.sent_since(tx, MAILBOX, NOW)
    await mails.place(tx, ROW, "INBOX", 1, 1)
    await mails.at_place(tx, MAILBOX, "INBOX", 1, 1)
    await mails.newest_places(tx, MAILBOX, "INBOX", 1, 5)
    await mails.without_bytes(tx, MAILBOX, "INBOX", 1, 20)
    await mails.forget_places(tx, MAILBOX, "INBOX")
    await mails.forget_all_places(tx, MAILBOX)
    await mails.by_id_in(tx, (MAILBOX,), "a@b")
    await mails.set_event(tx, ROW, EventId("$e"))

    await canned.put(tx, Canned(MAILBOX, "Reçu", "Bien reçu.", ALICE, NOW, EventId("$c")))
    await canned.of(tx, (MAILBOX,))
    await signatures.put(tx, OwnSignature(MAILBOX, ALICE, "Alice", NOW, EventId("$s")))
    await signatures.of(tx, (MAILBOX,), ALICE)
    await signatures.by_event(tx, EventId("$s"))
    await canned.by_event(tx, EventId("$c"))
    await audits.add(tx, Audited(MAILBOX, Act.PAUSED, "", ALICE), NOW)
    await audits.newest(tx, (MAILBOX,), 60, of_people=True)
    await audits.newest(tx, (MAILBOX,), 60, of_people=False)
    await condition.begin(tx, Outage("imap", MAILBOX, "refused", NOW))
    await condition.outage(tx, "imap", MAILBOX)
    await condition.counted(tx, MAILBOX, FolderCount("INBOX", FolderRole.INBOX, 1, 1), NOW)
    await condition.condition(tx, (MAILBOX,), NOW)
    await condition.keep_shown(tx, StatusShown(MAILBOX, ROOM, "works", "d", NOW, NOW))
    await condition.shown(tx)
    await condition.drop_shown(tx, MAILBOX)
    await mails.placed(tx, MAILBOX, "INBOX", 1, (1, 9))
    await mails.known_ids(tx, MAILBOX, ("a@b",))
    await condition.end_unused(tx, (ROOM, MAILBOX))
    await condition.end(tx, "imap", MAILBOX)
    await teams.put(tx, Team(MAILBOX, "compta", (ALICE,), ALICE, NOW, EventId("$t")))
    await teams.take_turn(tx, MAILBOX, "compta", "", ALICE)
    await teams.of(tx, (MAILBOX,))
    await teams.by_event(tx, EventId("$t"))
    await figures.came(tx, MAILBOX, NOW, later(9))
    await figures.left(tx, MAILBOX, NOW, later(9))
    await figures.opened(tx, MAILBOX, NOW, later(9))
    await figures.open_by_age(tx, MAILBOX, NOW)
    await grants.put(tx, Grant(MAILBOX, ALICE, Right.EDIT, True, ALICE, NOW, EventId("$g"), False))
    await grants.every(tx)
    await grants.forget(tx, MAILBOX)
    await choices.put(tx, Choice(ALICE, MAILBOX, Occasion.NEW, None, NOW, EventId("$c"), Medium.NONE))
    await choices.every(tx)
    await own_addresses.put(tx, OwnAddress(ALICE, "a@b.example", MAILBOX, "", NOW, 0, 1, NOW, NOW), NOW)
    await own_addresses.every(tx)
    await notices.put(tx, Notice(ALICE, MAILBOX, FIRST, NOW))
    await notices.sent(tx, ALICE, MAILBOX, NOW)
    await notices.lately(tx, ALICE, NOW)
    await choices.forget(tx, MAILBOX)
    await blocking.put(tx, Blocked(MAILBOX, "@spam.example", ALICE, EventId("$b"), NOW))
    await house_rules.put(tx, HouseRule(MAILBOX, 1, "if body:x then close", True, ALICE, NOW, EventId("$r")))
    await house_rules.standing(tx, MAILBOX, ("@spam.example",))
    await house_rules.of(tx, (MAILBOX,))
    await house_rules.by_event(tx, EventId("$r"))
    await house_rules.drop(tx, MAILBOX, 1)
    await mails.came(tx, MAILBOX, 100)
    await blocking.of(tx, (MAILBOX,))
    await blocking.by_event(tx, EventId("$b"))
    await blocking.drop(tx, MAILBOX, "@spam.example")
    gone = Returned(MAILBOX, "gone@x.example", 2, MessageRow(4), None, NOW)
    await returned.put(tx, gone, None)
    await returned.put(tx, gone, gone)
    await returned.of(tx, MAILBOX, ["gone@x.example", "other@x.example"])
    await returned.clear(tx, MAILBOX, "gone@x.example", NOW)
    await returned.forget_before(tx, NOW)
    await people.named(tx, MAILBOX, "Marie Dupont")
    await search.keep_mail(tx, mail(1), MAILBOX)
    await search.keep_conversation(tx, conversation(1))
    await search.keep_note(tx, event("$n", sender=ALICE), "Bonjour")
    await search.is_note_known(tx, event("$n"))
    await search.keep_note(tx, event("$n", sender=ALICE), "")
    await search.find(tx, (MAILBOX,), Query((Term(("kettle",)),)))
    await search.texts(tx, (1, 2))
    await search.fill(tx)

    await history.add(tx, HistoryEntry(FIRST, NOW, None, "x"))
    await history.of(tx, FIRST)
    await events.add(tx, event("$e"))
    await events.get(tx, ROOM, EventId("$e"))
    await events.last_of_kind_by(tx, FIRST, EventKind.COMMAND, ALICE)
    await events.files_by(tx, FIRST, ROOM, ALICE, 5)
    await events.posted(tx, [EventId("$e")])
    await events.first_posted(tx, [MessageRow(1)], ALICE)
    await events.last_of_kind(tx, FIRST, EventKind.MAIL)
    await events.at(tx, ROOM, EventId("$e"))
    await own_edits.get(tx, EventId("$e"))
    await events.edits_below(tx, FIRST, ROOM, NOW, NOW)
    await events.last_by(tx, FIRST, ALICE)
    await events.put(tx, event("$e"))
    put = Question(ROW, FIRST, ALICE, EventId("$e"), "x", (), (), (), (), NOW)
    await dialogues.save(tx, Dialogue(DialogueId(1), ROOM, None, ALICE, put))
    await dialogues.save(tx, Dialogue(DialogueId(1), ROOM, None, ALICE, put, 1))
    await dialogues.get(tx, DialogueId(1))
    await dialogues.of(tx, ROOM, ALICE, NOW)
    await dialogues.about(tx, EventId("$e"))
    await dialogues.end(tx, DialogueId(1), 2)
    await deeds.done_by(tx, EventId("$e"))
    await deeds.undone(tx, EventId("$e"))
    await house_deeds.of(tx, EventId("$e"))
    await house_deeds.end(tx, EventId("$e"))
    await seen.rule_out(tx, "event:$e", NOW)
    await reactions.add(tx, StoredReaction(EventId("$r"), ROOM, FIRST, EventId("$e"), ALICE, "x", Status.ACTIVE, NOW))
    await reactions.get(tx, EventId("$r"))
    await reactions.active(tx, FIRST, "x")
    await reactions.end(tx, EventId("$r"))
    await slots.empty(tx, "card:1")
    await slots.fill(tx, "card:1", ROOM, EventId("$e"))
    await slots.get(tx, "card:1")
    await members.set(tx, ROOM, ALICE, True, "Alice")
    await members.joined(tx, ROOM)
    await members.joined_among(tx, (ROOM,), ALICE)
    await members.is_joined(tx, ROOM, ALICE)
    await members.set_read(tx, ROOM, ALICE, EventId("$e"), NOW, InTimeline())
    await members.read_up_to(tx, ROOM, ALICE, InTimeline())
    await members.marks_of(tx, ROOM, ALICE, ConversationId(1))
    await members.move_marks(tx, ConversationId(1), ROOM, RoomId("!new"))
    await members.replace_all(tx, ROOM, [(ALICE, "Alice")])
    await rooms.add(tx, ROOM, ALICE, NOW)
    await rooms.waiting(tx, ROOM)
    await rooms.becoming_direct(tx)
    await directs.put(tx, Direct(ROOM, ALICE, NOW))
    await directs.every(tx)
    await directs.end(tx, ROOM, NOW)
    await timers.set_where_none(tx, "quiet:@alice:x", NOW)
    for language in ("fr", ""):
        await directs.put_own(tx, OwnSetting(ALICE, Own.LANGUAGE, language, NOW, EventId(""), ""))
    await directs.every_own(tx)
    await directs.hold_news(tx, ALICE, FIRST, NOW)
    await directs.held_news(tx, ALICE)
    await directs.drop_news(tx, ALICE)
    await rooms.forget(tx, ROOM)
    for change in (
        SetSpace("Asso", ROOM),
        SetSpaceRoom("Asso", ROOM, True),
        AddSpacePerson("Asso", ALICE),
        MarkSpacePerson("Asso", ALICE, True),
    ):
        await spaces.apply(tx, change)
    await spaces.get(tx, "Asso")
    await spaces.every(tx)
    await spaces.organisation_of(tx, ROOM)
    await spaces.rooms_in(tx, "Asso")
    await spaces.people_of(tx, "Asso")
    await spaces.set_predecessor(tx, ROOM, ROOM)
    await spaces.predecessor_of(tx, ROOM)
    await members.known(tx, ROOM)
    await spaces.apply(tx, DropSpacePerson("Asso", ALICE))
    await spaces.apply(tx, SetSpaceRoom("Asso", ROOM, False))
    await believed.add_rooms(tx, [ROOM])
    await believed.rooms(tx)
    await believed.pin(tx, {ALICE: "key"})
    await believed.pins(tx)
    await media.put(tx, BlobId("ab" * 32), False, "mxc://")
    await media.get(tx, BlobId("ab" * 32), False)

    effect = await outbox.add(tx, planned(posted(slot="card:1"), lane="c:1"), NOW)
    await outbox.add(tx, planned(posted(slot="card:1"), lane="c:1"), NOW)
    await outbox.add(tx, planned(submission(), key="submit:1", channel="smtp:m"), NOW)
    await outbox.next_due(tx, ["chat"], after=NOW)
    await outbox.oldest_due(tx, NOW)
    await outbox.mails_leaving(tx, 10)
    await outbox.replace(tx, "submit:1", submission())
    await outbox.claim(tx, channels=["chat", "smtp:m"], now=NOW, limit=5, owner="me")
    await outbox.set_phase(tx, effect, 1, "data")
    await outbox.interrupted(tx, ["chat"])
    await outbox.reopen(tx, ["chat"])
    await outbox.retry(tx, effect, NOW, True, "x")
    await outbox.get(tx, effect)
    await outbox.get_by_key(tx, "card:1")
    await outbox.cancel(tx, "card:1", NOW)
    await outbox.depth(tx)
    await outbox.listing(tx)
    await outbox.close(tx, EffectId(effect), End.DONE, "", NOW)
    await outbox.forget_done_before(tx, later(1))

    await upgrades.put(tx, RoomUpgrade(ROOM, RoomId("!new:example.org"), ALICE, UpgradeState.ASKED, NOW))
    await upgrades.get(tx, ROOM)
    await upgrades.towards(tx, RoomId("!new:example.org"))
    await upgrades.followed(tx, RoomId("!new:example.org"))
    await upgrades.waiting(tx)
    await settings.change_alone(tx)
    await settings.every(tx)
    await settings.keep_file(tx, (ASSO,), NOW)
    await settings.removed_before(tx, NOW)
    await settings.put(tx, "mailbox:a@x", "standing", "paused", ALICE, NOW)
    await settings.put(tx, "mailbox:a@x", "standing", None, ALICE, NOW)
    await settings.continue_as(tx, ROOM, RoomId("!n:x"), NOW)
    await moving.threads_waiting(tx, ROOM)
    await moving.move(tx, ROOM, RoomId("!new:example.org"), (MAILBOX,), NOW)

    await timers.set(tx, "a", NOW, keep_earlier=True)
    await timers.set(tx, "a", NOW)
    await timers.due(tx, NOW)
    await timers.next_due(tx)
    await timers.take(tx, "a", NOW)
    await timers.of_kind_ending(tx, "notice", ":@a:x", 10)
    await timers.hurry_put_off(tx, ":@a:x", NOW)
    await timers.hurry_put_off(tx, "", NOW, FIRST)
    await member_mails.under_way(tx, ALICE)
    await cursors.set_folder(tx, MAILBOX, "INBOX", FolderCursor(1, 1, NOW))
    await cursors.folder(tx, MAILBOX, "INBOX")
    await cursors.raise_floors(tx, MAILBOX, NOW)
    await cursors.forget(tx, MAILBOX)
    await cursors.set_token(tx, "D", "s")
    await cursors.token(tx)
    await leases.acquire(tx, "chat", "me", 10)
    await leases.renew(tx, "chat", "me", 10)
    await runs.forget_posts(tx, NOW, 5)
    await leases.release(tx, "me")
    await seen.mark_seen(tx, "event:$a", NOW)
    await seen.was_seen(tx, "event:$a")
    await seen.forget(tx, "event:$a")
    await seen.forget_before(tx, NOW)
    number = await shunted.add(tx, "event:$a", "x", "{}", "x", NOW)
    await shunted.get(tx, number)
    await shunted.listing(tx)
    await shunted.drop(tx, number)
