"""A member edited a message: its effects follow, while that is possible; that an edit runs no command is told."""

from dataclasses import replace
from datetime import datetime

from bot.domain import rights
from bot.domain.command import Asked, Called, Reading, Talk, Wrong
from bot.domain.commands.note import NOTE, with_files
from bot.domain.commands.who_note import WHO_NOTE
from bot.domain.conversation import COMMANDS, WRITTEN, EventKind, KnownEvent, MailRecord, OutState
from bot.domain.decision import NOTHING, AddEvent, Decision, FillSlot, PutEvent, SetWords, together
from bot.domain.dialogue import Dialogue, question_of
from bot.domain.dialogues import bulk, table
from bot.domain.dialogues.dialogue import Said
from bot.domain.effects import Say
from bot.domain.given import Given
from bot.domain.grants import Right
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.said import MessageEdited
from bot.domain.letter import Letter
from bot.domain.needs import Facts
from bot.domain.question import Question, own_file
from bot.domain.rules.at_rest import went
from bot.domain.rules.person_notes import may_change, reworded
from bot.domain.rules.preparing import dropped, prepared
from bot.domain.rules.reply import reply, work_of
from bot.domain.rules.rewording import given_in, not_the_same, words_now
from bot.domain.rules.scheduling import time_named
from bot.domain.rules.taking_back import WAITING, draft_back, edited_away, read_otherwise, rewrite
from bot.domain.rules.talks import ended
from bot.domain.rules.telling import answered, beside
from bot.domain.rules.unread_edits import left_again, may_leave_again, names_last, was_read
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import Drafted, EditedSnapshot
from bot.domain.stories.named_anew import named_anew
from bot.domain.stories.secrets import decide_edited_secret


def edit_told_slot(room: RoomId, person: UserId) -> str:
    """The slot that names the message of whose edit a person was told last that it runs no command."""
    return f"edit:{room}:{person}"


def decide_edited(snapshot: EditedSnapshot, input: MessageEdited, now: datetime) -> Decision:
    """An edit is read like a message, but never runs a command: it changes a mail that waits, a question, a note."""
    if input.is_secret:
        return decide_edited_secret(snapshot, input)
    asked = snapshot.dialogue.person if snapshot.dialogue is not None else None
    if snapshot.last_edit is None or (_known(snapshot, input) is None and asked != input.sender):
        # What somebody else makes up as an edit of it is none.
        return _decided(snapshot, input, now)
    if snapshot.was_awaited and snapshot.last_edit != input.event:
        # Its key came late: people read a later one.
        return NOTHING
    return names_last(input.room, input.target, input.event, now) + _decided(snapshot, input, now)


def _decided(snapshot: EditedSnapshot, input: MessageEdited, now: datetime) -> Decision:
    known = _known(snapshot, input)
    notes = [one for one in snapshot.person_notes if one.by == input.sender]
    if notes:
        mine = (one for one in notes if may_change(one, input.room, snapshot.instance, now))
        changed = together(reworded(one, snapshot.reading, WHO_NOTE) for one in mine)
        return changed if known is None else _kept(known, input) + changed
    if known is None:
        return _with_word(_decide_edited(snapshot, input, now), snapshot, input)
    edited = _kept(known, input) + _decide_edited(replace(snapshot, target=known), input, now)
    return _with_word(edited, snapshot, input) + _went(snapshot, input) + named_anew(snapshot, input, now)


def _with_word(edited: Decision, snapshot: EditedSnapshot, input: MessageEdited) -> Decision:
    """Where the message reads as a command, and nothing was made of it that follows the edit, its writer is told once
    that nothing runs."""
    made = (snapshot.record, snapshot.dialogue, snapshot.drafted, snapshot.elsewhere)
    if edited.effects or any(one is not None for one in made) or not _reads_as_command(snapshot, input):
        return edited
    known = snapshot.target
    right = rights.may_say(snapshot.instance, input, is_joined=snapshot.is_joined, is_sensitive=True)
    if snapshot.is_told_of_edit or isinstance(right, rights.Denied):
        return edited
    about = known.conversation if known is not None else None
    told, apart = (sentence("error.edit_runs_nothing"),), input.target if about is None else None
    say = Say(input.room, told, conversation=about, reply_to=apart, mention=(input.sender,))
    slot = FillSlot(edit_told_slot(input.room, input.sender), input.room, input.target)
    return edited + Decision((slot,), (say,))


def _reads_as_command(snapshot: EditedSnapshot, input: MessageEdited) -> bool:
    known, reading = snapshot.target, snapshot.reading
    is_own = known is None or (known.sender == input.sender and known.kind in WRITTEN)
    # What is for the team stands in the thread as its writer wants it.
    is_note = isinstance(reading, Called) and reading.command is NOTE and known is not None
    return is_own and snapshot.is_ours and not isinstance(reading, Talk) and not is_note


def _went(snapshot: EditedSnapshot, input: MessageEdited) -> Decision:
    """Their words changed in a thread whose conversation went to another room: nothing there changed with them."""
    elsewhere = snapshot.elsewhere
    right = rights.may_say(snapshot.instance, input, is_joined=snapshot.is_joined, is_sensitive=False)
    if elsewhere is None or isinstance(right, rights.Denied):
        return NOTHING
    told = (went(elsewhere),)
    return Decision((), (Say(input.room, told, in_thread=False, reply_to=input.target, under=elsewhere.card),))


def _known(snapshot: EditedSnapshot, input: MessageEdited) -> KnownEvent | None:
    """The member's message with this edit, which may be deleted; one of the main timeline is known from now on."""
    known = snapshot.target
    if known is None:
        record = snapshot.record
        if record is None or record.author != input.sender:
            return None
        number = record.conversation
        known = KnownEvent(input.target, input.room, EventKind.ABOVE, number, input.sender, None, record.date, "")
    is_own = known.sender == input.sender and known.kind in WRITTEN
    return replace(known, edit=input.event) if is_own else None


def _kept(known: KnownEvent, input: MessageEdited) -> Decision:
    """The message as it reads now; and the edit, at which receipts may stand."""
    thread = known.conversation if known.kind is not EventKind.ABOVE else None
    edit = KnownEvent(input.event, known.room, EventKind.EDIT, thread, known.sender, known.mail, input.at)
    return Decision((PutEvent(known), AddEvent(edit)))


def _decide_edited(snapshot: EditedSnapshot, input: MessageEdited, now: datetime) -> Decision:
    record, known = snapshot.record, snapshot.target
    counted = bulk.edited(snapshot.dialogue, input) if snapshot.dialogue is not None else None
    if counted is not None:
        return counted
    question = question_of(snapshot.dialogue)
    dialogue = snapshot.dialogue if question is not None and not question.is_used else None
    if not snapshot.work or (record is not None and record.author != input.sender):
        record = None
    if not snapshot.work or (dialogue is not None and dialogue.person != input.sender):
        dialogue = None
    if known is not None and (known.sender != input.sender or known.kind not in WRITTEN):
        known = None
    if record is None and dialogue is None and known is None:
        return NOTHING
    if snapshot.drafted is not None and known is not None and record is None and dialogue is None:
        return _redrafted(snapshot, snapshot.drafted, input, now)
    made = record if dialogue is None else question
    right = _right(snapshot, input, Right.SEND, snapshot.work[0].mailbox.id if snapshot.work else None)
    if isinstance(right, rights.Denied):
        # A mail leaves as it was, while its author sees the new words.
        made = made or snapshot.let_leave
        is_told = dialogue is not None or (isinstance(made, MailRecord) and made.state in WAITING)
        return _not_rewritten(made, input, right) if is_told and made is not None else NOTHING
    given = _given(snapshot, input, made, was_command=known is None or known.kind in COMMANDS)
    # Should the message be sent later, it goes as it reads then.
    kept = NOTHING if known is None else _reads(known, snapshot.reading)
    if dialogue is not None and question is not None:
        return kept + _asked_anew(snapshot, input, dialogue, question, given, now)
    if record is not None:
        return kept + _rewritten(snapshot, input, record, given, now)
    return kept + _overtaken(snapshot, input) + _lets_no_more(snapshot, input, now)


def _rewritten(
    snapshot: EditedSnapshot, input: MessageEdited, record: MailRecord, given: Given, now: datetime
) -> Decision:
    """The mail with the words of the message as it reads now; taken back where that is another letter, or none."""
    (work, *_), reading = snapshot.work, snapshot.reading
    called = reading if isinstance(reading, Called) else None
    text, is_held_for_it = words_now(reading, given), snapshot.awaited is not None
    if isinstance(text, str):
        is_known = record.source == input.target and record.given is not None
        # But for an edit that nobody could read it would wait for its time, or its undo window.
        judged = replace(record, state=OutState.QUEUED) if is_held_for_it else record
        text = not_the_same(reading, given if is_known else None, judged, work) or text
    at = _time_in(snapshot, record, called, now) if called is not None else None
    wrong = at if isinstance(at, Sentence) else None
    if wrong is None and called is not None and isinstance(text, str) and text != record.text:
        # Nobody was asked about what may be an option.
        wrong = called.doubt
    if isinstance(text, str) and wrong is not None:
        # It does not leave in these words, nor at no time.
        text = sentence("reply.taken_back")
    read = was_read(record) if is_held_for_it else NOTHING
    if isinstance(text, Sentence):
        away = edited_away(work, record, text, room=input.room, actor=input.sender, now=now)
        told = () if wrong is None or away == NOTHING else (beside(record, input.room, wrong, mention=input.sender),)
        return read + away + Decision((), told)
    when = at if isinstance(at, datetime) else None
    reads = replace(record, given=given_in(reading, given))
    if record.state is OutState.HELD and given.is_timed and called is not None and called.at is None:
        # It waits for a word alone: at that word it leaves at once.
        reads = replace(reads, leaves_at=None)
    if is_held_for_it and may_leave_again(work, reads, text):
        return read + left_again(work, reads, snapshot.blocked, text=text, leaves_at=when, now=now)
    if text == record.text and when in (None, record.leaves_at):
        return read + read_otherwise(work, record, reads, now)
    return read + rewrite(work, reads, text=text, room=input.room, actor=input.sender, now=now, leaves_at=when)


def _right(snapshot: EditedSnapshot, input: MessageEdited, right: Right, mailbox: MailboxId | None) -> rights.Judgement:
    """Whether the edit of words that may leave counts: what was taken from the person since they wrote them is theirs
    no more."""
    judged = rights.may_say(snapshot.instance, input, is_joined=snapshot.is_joined, is_sensitive=True)
    has_it = mailbox is None or rights.has(snapshot.instance, right, input.sender, mailbox)
    return judged if has_it or isinstance(judged, rights.Denied) else rights.Denied(rights.lacking(right))


def _lets_no_more(snapshot: EditedSnapshot, input: MessageEdited, now: datetime) -> Decision:
    """A command that let other words leave (`!send`) and reads as something else now takes them back, as deleting it
    does."""
    record, reading = snapshot.let_leave, snapshot.reading
    if record is None:
        return NOTHING
    called = reading if isinstance(reading, Called) else None
    if called is not None and (called.command.confirms or called.text == record.text):
        return NOTHING
    why = sentence("edited.other")
    return edited_away(snapshot.work[0], record, why, room=input.room, actor=input.sender, now=now)


def _overtaken(snapshot: EditedSnapshot, input: MessageEdited) -> Decision:
    """Words for a draft that a colleague took up since change nothing in it, and their author hears so."""
    one, called = snapshot.overtaken, snapshot.reading
    if one is None or one.draft is None or not isinstance(called, Called):
        return NOTHING
    if called.command.text is None or not called.command.text.is_draft or called.text == one.draft.text:
        return NOTHING
    told = sentence("draft.overtaken", who=one.draft.by)
    return Decision((), (Say(input.room, (told,), conversation=one.id, mention=(input.sender,)),))


def _redrafted(snapshot: EditedSnapshot, drafted: Drafted, input: MessageEdited, now: datetime) -> Decision:
    """The draft reads as its message does now; where that is no draft any more, there is none.

    Its mail of a moment ago stays here: who sent it did not see these words.
    """
    one = drafted.conversation
    right = _right(snapshot, input, Right.MEMBER, one.mailbox)
    if isinstance(right, rights.Denied):
        return _draft_as_it_was(drafted, input, right)
    reading = snapshot.reading
    called = reading if isinstance(reading, Called) else None
    is_draft = called is not None and called.command.text is not None and called.command.text.is_draft
    text = called.text if called is not None and is_draft and all(n == one.id for n in called.numbers) else ""
    if one.draft is not None and text == one.draft.text:
        return NOTHING
    back, one = draft_back(drafted, actor=input.sender, room=input.room, now=now)
    if not text.strip():
        why = reading.why if isinstance(reading, Wrong) else None
        told = () if why is None else (Say(input.room, (why,), conversation=one.id, mention=(input.sender,)),)
        return back + dropped(one, by=input.sender, now=now) + Decision((), told)
    doubt = called.doubt if called is not None else None
    said = () if doubt is None else (Say(input.room, (doubt,), conversation=one.id, mention=(input.sender,)),)
    return back + prepared(one, one.draft, text, by=input.sender, source=input.target, now=now) + Decision((), said)


def _draft_as_it_was(drafted: Drafted, input: MessageEdited, right: rights.Denied) -> Decision:
    """Its author sees new words, and whoever sends it sends those of before."""
    if right.why is None:
        return NOTHING
    if drafted.mail is not None:
        return _not_rewritten(drafted.mail, input, right)
    told, number = (sentence("draft.not_rewritten"), right.why), drafted.conversation.id
    say = Say(input.room, told, conversation=number, mention=(input.sender,), in_clear=right.is_shut_out)
    return Decision((), (say,))


def _time_in(snapshot: EditedSnapshot, record: MailRecord, called: Called, now: datetime) -> datetime | Sentence | None:
    """The time that the edited message names, as it was meant when it was first said: unchanged words name the same."""
    said_at = snapshot.target.at if snapshot.target is not None else record.date
    at = time_named(called, snapshot.instance, said_at=said_at, now=now)
    return record.leaves_at if isinstance(at, Sentence) and record.state is OutState.HELD else at


def _given(
    snapshot: EditedSnapshot, input: MessageEdited, made: MailRecord | Question | None, *, was_command: bool
) -> Given:
    """What the message was, as it is kept with what was made of it."""
    source = made.source if isinstance(made, MailRecord) else made.event if made is not None else None
    if made is not None and made.given is not None and source == input.target:
        return made.given
    # The same command again was the answer, or it is of before that was kept: its name is not known.
    called = snapshot.reading if isinstance(snapshot.reading, Called) else None
    name = (called.command.name if called is not None else "?") if was_command else ""
    about = made.conversation if made is not None else None
    if called is not None and called.numbers and isinstance(made, MailRecord) and made.is_apart:
        # One that begins its own conversation names the one that it is from.
        about = called.numbers[0]
    return Given(name, about)


def _reads(known: KnownEvent, reading: Reading) -> Decision:
    text = reading.command.text if isinstance(reading, Called) else None
    # What is for the team by its writer's word is sent by nothing.
    is_note = text is not None and not text.is_mailed
    for_team = reading.text if isinstance(reading, Called) and is_note else ""
    if is_note and known.file is not None:
        for_team = with_files(for_team, [known.file])
    # What was a note is found by its new words; one that was deleted, or was none, by nothing.
    found_by = Decision((SetWords(known, for_team, only_known=True),)) if is_note or known.kind in COMMANDS else NOTHING
    if not (known.body or known.file):
        # The message was deleted, or held no words to send: an edit brings nothing back.
        return found_by
    kind = EventKind.COMMAND if is_note and known.kind not in COMMANDS else known.kind
    body = reading.body if isinstance(reading, Talk) else ""
    if isinstance(reading, Called) and reading.command.is_answer:
        body = reading.text
    return Decision((PutEvent(replace(known, kind=kind, body=body)),)) + found_by


def _asked_anew(
    snapshot: EditedSnapshot,
    input: MessageEdited,
    dialogue: Dialogue,
    question: Question,
    given: Given,
    now: datetime,
) -> Decision:
    """Ask anew about a message that reads differently now: the old words never leave."""
    (work,) = snapshot.work
    text, at = words_now(snapshot.reading, given), question.leaves_at
    called = snapshot.reading if isinstance(snapshot.reading, Called) else None
    if called is not None and isinstance(text, str):
        said_at = snapshot.target.at if snapshot.target is not None else question.at
        named = time_named(called, snapshot.instance, said_at=said_at, now=now)
        text = named if isinstance(named, Sentence) else text
        at = at if isinstance(named, Sentence) or (named is None and not given.is_timed) else named
    if isinstance(text, Sentence):
        return ended(dialogue) + Decision((), (beside(question, input.room, text, mention=input.sender),))
    choice = called.choice if called is not None else None
    if (text, at, choice) == (question.text, question.leaves_at, given.choice):
        return NOTHING
    asked = Asked(
        instance=snapshot.instance,
        signer=snapshot.signer,
        person=input.sender,
        room=input.room,
        key=input.key,
        event=question.event,
        said_at=input.at,
        now=now,
        reading=snapshot.reading,
        here=None if question.is_apart else work.conversation,
        about=(work.conversation,),
        thread=question.under,
        room_encrypted=input.room_encrypted,
    )
    asked = replace(asked, facts=Facts({work_of(asked): work}))
    why, file, under = sentence("question.changed"), own_file(question), question.under
    doubt, reads = called.doubt if called is not None else None, given_in(snapshot.reading, given)
    letter = Letter(question.event, text, file, choice, question.is_apart, under, why, doubt, leaves_at=at, given=reads)
    others = [one for one in snapshot.others if one.id != dialogue.id]
    heard = table.heard(others, Said(asked, letter))
    return ended(dialogue) + (answered(asked, reply(asked, work, letter)) if heard is None else heard)


def _not_rewritten(made: MailRecord | Question, input: MessageEdited, right: rights.Denied) -> Decision:
    if right.why is None:
        return NOTHING
    what = sentence("error.not_rewritten" if isinstance(made, MailRecord) else "dialogue.not_asked_anew")
    told = (what, right.why)
    say = beside(made, input.room, *told, mention=input.sender)
    return Decision((), (replace(say, in_clear=right.is_shut_out),))
