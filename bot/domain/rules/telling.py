"""Makes the answer of a rule visible to the person who asked. Nothing else does."""

from dataclasses import replace
from typing import assert_never

from bot.domain.beside import Beside
from bot.domain.calls import (
    AddFolder,
    CheckDns,
    DecideAgain,
    FollowUpgrade,
    LookAtMailbox,
    MakeConfigRoom,
    TrustUser,
)
from bot.domain.command import Answer, Asked
from bot.domain.conversation import Conversation, EventKind, MailRecord
from bot.domain.decision import Decision
from bot.domain.effects import Do, Effect, Mark, Say, ShowPage, ShowState
from bot.domain.ids import ConversationId, RoomId, UserId
from bot.domain.page import Page
from bot.domain.question import Question
from bot.domain.sentences import Sentence

DONE = "✅"


def answered(asked: Asked, answer: Answer) -> Decision:
    """The answer made visible: mistakes and pages where the person asked; ✅ for a change that shows nothing itself."""
    match answer:
        case Sentence() as why:
            return tell(asked, why)
        case Page() as page:
            return Decision((), (_shown(asked, page),))
        case Decision() as decision:
            decision = replace(decision, effects=tuple(_placed(asked, effect) for effect in decision.effects))
            if asked.is_by_hand or any(_answers(asked, effect) for effect in decision.effects):
                return decision
            number = asked.about[-1].id if asked.about else None
            return decision + Decision((), (Mark(asked.room, asked.event, DONE, number),))
        case _ as unreachable:
            assert_never(unreachable)


def tell(asked: Asked, *what: Sentence, in_clear: bool = False) -> Decision:
    """Tell a mistake to the person who made it, where they made it; outside of the thread with the number."""
    meant = asked.about[0] if asked.here is None and len(asked.about) == 1 else asked.here
    say = Say(
        asked.room,
        what,
        conversation=meant.id if meant is not None else None,
        in_thread=asked.here is not None,
        reply_to=asked.event,
        mention=(asked.person,),
        in_clear=in_clear,
        under=asked.thread if asked.here is None else None,
    )
    return Decision((), (say,))


def _shown(asked: Asked, page: Page) -> ShowPage:
    """The page shown. A long one gets a thread: the main timeline is for cards, news and talk."""
    thread = asked.here.id if asked.here is not None else None
    under = asked.thread or (None if page.is_short else asked.event)
    under = under if thread is None else None
    is_one_of_some = page.forward or page.back
    beside = Beside(asked.person, page.forward, page.back, thread, under) if is_one_of_some else None
    return ShowPage(asked.room, page, thread, asked.event, under, beside)


def beside(made: MailRecord | Question, room: RoomId, *what: Sentence, mention: UserId) -> Say:
    """Words about a letter for its author, in the place where they gave it."""
    source = made.source if isinstance(made, MailRecord) else made.event
    return Say(
        room,
        what,
        conversation=made.conversation,
        in_thread=not made.is_apart,
        reply_to=source if made.is_apart else None,
        under=made.under,
        mention=(mention,),
    )


def to_author(conversation: Conversation, record: MailRecord, *what: Sentence) -> Say:
    """News of a mail for its author, said beside its event, which pings nobody."""
    mention = (record.author,) if record.author else ()
    return Say(conversation.room, what, EventKind.RECEIPT, conversation.id, mention=mention, mail=record.row)


def _placed(asked: Asked, effect: Effect) -> Effect:
    """The answer to a command that was given outside of the conversation's thread, placed there as well."""
    if not isinstance(effect, Say) or effect.reply_to != asked.event or asked.is_by_hand:
        return effect
    is_there = _is_said_in(asked, effect.conversation)
    return effect if is_there else replace(effect, in_thread=False, under=asked.thread)


def _is_said_in(asked: Asked, number: ConversationId | None) -> bool:
    """Whether the command was given in the thread of that conversation; with None, in any thread."""
    return asked.here is not None and number in (None, asked.here.id)


def _answers(asked: Asked, effect: Effect) -> bool:
    """Whether an effect shows the person what became of the command, now or once a call has ended."""
    match effect:
        case Say(kind=kind, conversation=number, in_thread=in_thread):
            is_here = not in_thread or number is None or _is_said_in(asked, number)
            return is_here and kind in (EventKind.ANSWER, EventKind.QUESTION)
        case ShowState(conversation, record):
            # In its thread, and where the command stands to which it belongs.
            return _is_said_in(asked, conversation.id) or record.source == asked.event
        case ShowPage() | Do(
            TrustUser()
            | FollowUpgrade()
            | CheckDns()
            | LookAtMailbox()
            | AddFolder()
            | MakeConfigRoom()
            | DecideAgain()
        ):
            return True
        case _:
            return False
