"""A member wrote in a room: a command, a mistake to explain, or plain talk that stays inside the house."""

from dataclasses import replace
from typing import Final, assert_never

from bot.domain import rights
from bot.domain.command import Asked, Called, Command, Talk, Where, Wrong, tells_secret
from bot.domain.conversation import Conversation, EventKind, KnownEvent
from bot.domain.decision import NOTHING, AddDeed, AddEvent, AddMail, Decision, FillSlot, SaveConversation
from bot.domain.deeds import Deed, standing
from bot.domain.dialogues import selecting, table
from bot.domain.dialogues.dialogue import Wrote
from bot.domain.dialogues.steering import steer_in
from bot.domain.effects import Say
from bot.domain.happening import Happening, What, detail_of_note
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.said import VERIFICATION, TeamMessage
from bot.domain.needs import IsHinted, LaterOf, Needs
from bot.domain.rules import direct
from bot.domain.rules.at_rest import closed, kept_from, went
from bot.domain.rules.naming import named, needs_of_names, told_by_name
from bot.domain.rules.pointed import astray
from bot.domain.rules.rings import newest_slot
from bot.domain.rules.telling import tell
from bot.domain.rules.told import needs_of_members
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.settings import Meaning
from bot.domain.stories.reaction import meaning_of
from bot.domain.stories.secrets import decide_secret, decide_secret_file, told_at_once
from bot.domain.stories.talking import decide_called
from bot.domain.stories.unheard import needs_of_unheard, unheard, why_unheard

_BY_PEOPLE: Final = ("m.text", "m.emote", "m.location")


def hint_slot(user: UserId, direct: RoomId | None = None) -> str:
    """The slot that names the message under which a person was told, once, how an answer leaves; with a room, what
    they can ask in that direct chat."""
    return f"hinted:{user}" if direct is None else f"hinted:{direct}:{user}"


def decide_message(asked: Asked, input: TeamMessage) -> Decision:
    """The decision for a member's message."""
    if input.is_secret:
        return decide_secret_file(asked)
    if not asked.is_ours:
        # Where the config room was, somebody may still be asked.
        return NOTHING if input.secret is None else decide_secret(asked, input.secret)
    ended = direct.gate(asked)
    if ended is not None:
        return ended
    decision = _read(asked, input) if input.secret is None else decide_secret(asked, input.secret)
    if input.thread is not None:
        return decision
    return Decision((FillSlot(newest_slot(input.room), input.room, input.event),)) + decision


def needs_of_people(asked: Asked) -> Needs:
    """The first need: the members, if the message names people."""
    match asked.reading:
        case Called() as called if called.names_others and _refused(asked) is None and _misplaced(asked) is None:
            return asked.needs_of_people
        case _:
            return ()


def needs_of(asked: Asked) -> Needs:
    """The needs of deciding on the message, besides its place; none if the person may not ask."""
    if asked.is_secret or not asked.is_ours or direct.gate(asked) is not None:
        return ()
    match asked.reading:
        case Talk(body, people):
            if not asked.is_joined:
                return ()
            led = table.needs(table.in_words(asked), Wrote(asked, body))
            if asked.within is not None:
                return [*led, IsHinted(asked.person, asked.room)]
            if asked.here is None:
                return led
            return [
                IsHinted(asked.person),
                *needs_of_unheard(asked, asked.here),
                *needs_of_names(asked, body, people),
                *needs_of_members(asked),
            ]
        case Called(command=row):
            is_answered = _refused(asked) is not None or _misplaced(asked) is not None
            if is_answered:
                return ()
            if selecting.is_selection(asked.reading):
                return selecting.needs(asked)
            return [*row.needs(asked), *needs_of_members(asked, row)]
        case _:
            return ()


def _read(asked: Asked, input: TeamMessage) -> Decision:
    if input.msgtype == VERIFICATION:
        refusal = _refused(asked)
        return refusal if refusal is not None else tell(asked, sentence("error.verification"))
    match asked.reading:
        case Talk():
            return _talk(asked, input)
        case Wrong() | Called() as reading if tells_secret(reading, asked.instance, asked.person, asked.room):
            return told_at_once(asked)
        case Wrong(why):
            steered = _steered(asked, input)
            if steered is not None:
                return steered + _remembered(asked, input)
            refusal = _refused(asked)
            return refusal if refusal is not None else _remembered(asked, input) + tell(asked, why)
        case Called() as called:
            refusal = _refused(asked)
            if refusal is not None:
                return refusal
            wrong = _misplaced(asked)
            decision = decide_called(asked, called.command) if wrong is None else tell(asked, wrong)
            decision = direct.with_withheld(asked, decision)
            return decision + _remembered(asked, input, decision) + _deeds(asked, decision)
        case _ as unreachable:
            assert_never(unreachable)


def _steered(asked: Asked, input: TeamMessage) -> Decision | None:
    """`!cancel` and the like are no commands: they mean a dialogue, where one is open."""
    steer = steer_in(input.body) if input.file is None and not input.command_json else None
    return table.steered(asked, steer) if steer is not None and _is_theirs(asked) else None


def _misplaced(asked: Asked) -> Sentence | None:
    """The reason why a command cannot be about what it names, or cannot be given here; None without one."""
    called, row = asked.called, asked.called.command
    if asked.within is not None:
        kept = direct.refused(asked, asked.within, row)
        return kept if kept is not None or not row.is_about_conversations else _about_none(asked)
    if row.where & Where.ROOM and not row.where & rights.places(asked.instance, asked.room):
        return sentence("error.no_mailbox_here")
    shut = _shut(asked, row)
    if shut is not None:
        return shut
    if selecting.is_selection(called):
        return None if asked.mailboxes else sentence("error.no_mailbox_here")
    return _about_none(asked) if row.is_about_conversations else None


def _about_none(asked: Asked) -> Sentence | None:
    """The reason why a command cannot be about what it names; None without one."""
    called, row = asked.called, asked.called.command
    if asked.missing:
        return sentence("error.no_such_conversation", numbers=numbered(asked.missing))
    if not asked.about and asked.elsewhere is not None:
        return went(asked.elsewhere)
    if not asked.about:
        return sentence("error.which_conversation", name=row.name)
    if len(asked.about) > 1 and not row.takes_several:
        return sentence("error.only_one", name=row.name)
    has_words = row.is_sensitive or row.text is not None
    if has_words and asked.here is not None and any(n != asked.here.id for n in called.numbers):
        return sentence("error.other_thread", name=row.name, number=asked.here.id)
    return astray(asked) or kept_from(row, asked.about, asked.instance)


def _shut(asked: Asked, row: Command) -> Sentence | None:
    """Why a command about a mailbox does nothing: that of the thread, or each of the room, is only read any more."""
    if row.only_reads or not (row.where & Where.ROOM or selecting.is_selection(asked.called)):
        return None
    whys = [closed(asked.instance, one.id) for one in asked.mailboxes_meant]
    return whys[0] if whys and all(whys) else None


def _talk(asked: Asked, input: TeamMessage) -> Decision:
    """Keep talk as a note of its thread; it never goes anywhere by itself."""
    conversation = asked.here
    if asked.elsewhere is not None:
        refusal = _refused(asked)
        return refusal if refusal is not None else tell(asked, went(asked.elsewhere))
    if conversation is None and asked.is_joined and input.file is None:
        heard = table.heard(table.in_words(asked), Wrote(asked, input.body))
        return heard if heard is not None else _talk_alone(asked, input)
    if conversation is None or not _is_theirs(asked):
        return NOTHING
    kept = Decision((AddEvent(_known(asked, input, EventKind.NOTE)),))
    why = why_unheard(asked, conversation)
    if why is not None:
        is_certain = bool(named(asked, input.body, input.mentions))
        return kept + unheard(asked, conversation, why, is_certain=is_certain) if _is_told(input) else kept
    kept += _told(asked, input, conversation)
    # Clients without threads write theirs as a reply to a message of the thread, or to its card.
    if asked.facts[IsHinted(asked.person)] or input.file is not None:
        return kept
    mailbox = asked.instance.mailbox(conversation.mailbox)
    by_reaction = mailbox is not None and meaning_of(mailbox, "📤") is Meaning.SEND
    how = sentence("hint.talk" if by_reaction and not input.room_encrypted else "hint.talk_in_words")
    say = Say(input.room, (how,), EventKind.NOTICE, conversation.id, reply_to=input.event)
    return kept + Decision((FillSlot(hint_slot(input.sender), input.room, input.event),), (say,))


def _is_told(input: TeamMessage) -> bool:
    """What other bots write is not."""
    return input.msgtype in _BY_PEOPLE or input.file is not None


def _told(asked: Asked, input: TeamMessage, one: Conversation) -> Decision:
    """Talk is told as a note is."""
    if not _is_told(input):
        return NOTHING
    people = named(asked, input.body, input.mentions)
    happened = Happening(What.TALKED, one, asked.person, asked.now, detail_of_note(asked.event, people))
    told = told_by_name(
        asked.instance, one, people, input.mentions, by=asked.person, now=asked.now, said="note.named_in_talk"
    )
    return told + Decision(happened=(happened,))


def _talk_alone(asked: Asked, input: TeamMessage) -> Decision:
    """Talk to the bot in a direct chat is answered once, with what it understands; anywhere else it is none of ours."""
    if asked.within is None or asked.facts[IsHinted(asked.person, asked.room)]:
        return NOTHING
    slot = FillSlot(hint_slot(asked.person, asked.room), input.room, input.event)
    return Decision((slot,)) + tell(asked, sentence("direct.how"))


def _remembered(asked: Asked, input: TeamMessage, decision: Decision = NOTHING) -> Decision:
    """A command is a message of its thread as well: reactions on it count, and 📤 on an answer that did not leave.

    What the command itself keeps of its message (a note, the files that it attaches) counts instead. A file with a
    command as its caption is a file of the thread all the same; an answer takes its file along. With it stands the mail
    of other words that it lets leave (`!send`): deleting it takes that back.
    """
    others = [c.record for c in decision.changes if isinstance(c, AddMail) and c.record.source != input.event]
    if asked.here is None and not others:
        return _in_timeline(asked, input, decision)
    called = asked.reading if isinstance(asked.reading, Called) else None
    is_answer = called is not None and called.command.is_answer
    if any(isinstance(one, AddEvent) and one.event.event == input.event for one in decision.changes):
        return NOTHING
    if input.file is not None and not is_answer and _is_theirs(asked):
        # The caption was for the bot: 📤 sends the file alone.
        return Decision((AddEvent(replace(_known(asked, input, EventKind.NOTE), body="")),))
    known = _known(asked, input, EventKind.COMMAND if asked.here is not None else EventKind.ABOVE)
    if others:
        known = replace(known, conversation=others[0].conversation, mail=others[0].row)
    if called is not None and is_answer and _is_theirs(asked):
        return Decision((AddEvent(replace(known, body=called.text)),))
    return Decision((AddEvent(replace(known, body="", file=None)),))


def _in_timeline(asked: Asked, input: TeamMessage, decision: Decision) -> Decision:
    """A command of the main timeline shows what it did, to whoever reads it there. What an answer does is shown by its
    mail."""
    called = asked.reading.command if isinstance(asked.reading, Called) else None
    is_shown = any(one.conversation.room == input.room for one in decision.happened)
    keeps_own = any(isinstance(one, AddEvent) and one.event.event == input.event for one in decision.changes)
    if called is None or called.is_answer or keeps_own or not is_shown:
        return NOTHING
    return Decision((AddEvent(replace(_known(asked, input, EventKind.SHOWN), body="", file=None)),))


def _deeds(asked: Asked, decision: Decision) -> Decision:
    """The command's changes, kept so that deleting it soon takes them back; an answer goes back with its mail."""
    if not asked.called.command.leaves_deed or selecting.is_selection(asked.called):
        return NOTHING
    here = () if asked.here is None else (asked.here,)
    on = [one for of in asked.about if asked.facts.answers([LaterOf(of)]) for one in asked.facts[LaterOf(of)]]
    before = {one.id: standing(one) for one in (*asked.about, *here, *on)}
    deeds = []
    saved = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    if any(one.id not in before and one.goes_on_as is None for one in saved):
        # What began another conversation is not undone by half; what was merged goes along both ways.
        return NOTHING
    for change in decision.changes:
        was = before.get(change.conversation.id) if isinstance(change, SaveConversation) else None
        if isinstance(change, SaveConversation) and was is not None and was != standing(change.conversation):
            one = change.conversation
            deeds.append(AddDeed(Deed(asked.event, one.id, asked.person, asked.now, was, standing(one))))
    return Decision(tuple(deeds))


def _is_theirs(asked: Asked) -> bool:
    """Whether a message may be sent later as the person's own: a homeserver could have put it into that room."""
    return isinstance(_right(asked, is_sensitive=True), rights.Allowed)


def _known(asked: Asked, input: TeamMessage, kind: EventKind) -> KnownEvent:
    conversation = asked.here.id if asked.here is not None else None
    return KnownEvent(input.event, input.room, kind, conversation, input.sender, None, input.at, input.body, input.file)


def _right(asked: Asked, *, is_sensitive: bool) -> rights.Judgement:
    return rights.may_command(asked.instance, rights.voice_of(asked), is_sensitive=is_sensitive)


def _refused(asked: Asked) -> Decision | None:
    """The refusal for the person (nothing if they are ignored), or None if they may."""
    row: Command | None = asked.reading.command if isinstance(asked.reading, Called) else None
    right = (
        _right(asked, is_sensitive=False)
        if row is None
        else rights.may_call(asked, row, is_of_list=selecting.is_selection(asked.reading))
    )
    match right:
        case rights.Allowed():
            return None
        case rights.Denied(why, is_shut_out):
            return NOTHING if why is None else tell(asked, why, in_clear=is_shut_out)
        case _ as unreachable:
            assert_never(unreachable)
