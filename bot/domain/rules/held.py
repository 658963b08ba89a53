"""Acts that would send mail but come too late to be simply done: the author is told, and gives the act again."""

from bot.domain.conversation import EventKind
from bot.domain.decision import Decision, HurryCall, SaveConversation, SaveDialogue
from bot.domain.dialogue import question_of
from bot.domain.effects import Effect, FetchFiles, ResubmitMail, Say, SubmitMail
from bot.domain.ids import ConversationId
from bot.domain.inputs import Input
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance

MemberAct = TeamMessage | MessageEdited | Reaction | Redacted


def leaves(decision: Decision) -> bool:
    """Whether an act sends mail without anybody being asked; what is to leave at a time to come can be taken back."""
    return any(_sends(effect) for effect in decision.effects) or any(
        isinstance(change, HurryCall) for change in decision.changes
    )


def _sends(effect: Effect) -> bool:
    is_later = isinstance(effect, FetchFiles) and (effect.record.is_scheduled or effect.record.waits_for_word)
    return isinstance(effect, SubmitMail | ResubmitMail | FetchFiles) and not is_later


def sends(decision: Decision) -> bool:
    """Whether an act sends mail, now or once a question is answered."""
    put = [change.dialogue for change in decision.changes if isinstance(change, SaveDialogue)]
    return leaves(decision) or any(not one.version and question_of(one) is not None for one in put)


def decided_late(decision: Decision, input: Input, instance: Instance) -> Decision:
    """The part of a decision that may be done for an act which an operator has decided again.

    The undo window is long over, the thread has moved on, and the author may have said it otherwise: the act sends no
    mail. It may put a question, because a person answers that.
    """
    if not isinstance(input, MemberAct) or not leaves(decision):
        return decision
    listed = sentence("admin.held_late", who=input.sender, room=input.room, at=input.at)
    return held(decision, input, instance, told=sentence("error.too_late_to_send"), listed=listed)


def held(decision: Decision, input: MemberAct, instance: Instance, *, told: Sentence, listed: Sentence) -> Decision:
    """Do nothing of an act. `told` is said where the act was given; `listed`, without its words, in the config room."""
    number = _conversation_of(decision)
    # `!reply #18` in the main timeline is answered there.
    is_apart = isinstance(input, TeamMessage) and input.thread is None and input.reply_to is None
    to_author = Say(
        input.room,
        (told,),
        kind=EventKind.RECEIPT,
        conversation=number,
        in_thread=number is not None and not is_apart,
        reply_to=input.target if isinstance(input, Reaction) else input.event,
        mention=(input.sender,),
    )
    to_admins = Say(
        instance.told_in(instance.the_one_in(input.room)),
        (listed,),
        kind=EventKind.NOTICE,
        conversation=number,
        in_thread=False,
    )
    return Decision((), (to_author, to_admins))


def _conversation_of(decision: Decision) -> ConversationId | None:
    """The conversation that it is about; None where it would begin one."""
    saved = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    if any(not one.version for one in saved):
        return None
    for effect in decision.effects:
        match effect:
            case SubmitMail(draft):
                return draft.record.conversation
            case ResubmitMail(record) | FetchFiles(record):
                return record.conversation
            case _:
                continue
    for change in decision.changes:
        if isinstance(change, SaveDialogue) and (question := question_of(change.dialogue)) is not None:
            return question.conversation
        if isinstance(change, SaveConversation) and change.conversation.version > 0:
            return change.conversation.id
    return None
