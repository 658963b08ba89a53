"""The offer under the answer of a trial: ✅, or `!yes`, by the person who gave the command switches the rule on."""

from dataclasses import replace
from typing import assert_never

from bot.domain.command import Asked
from bot.domain.decision import NOTHING
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.needs import Needs, RulesIn
from bot.domain.question import Stage
from bot.domain.rights import Denied, may_give
from bot.domain.rule_offer import RuleOffer
from bot.domain.rules.opening import cannot_switch_on, rooms_of
from bot.domain.rules.ruling import switched
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence

_COMMAND = "rule"


def needs(offer: RuleOffer, said: Said) -> Needs:
    """The rules as they are now, and the rooms that the person is in by now."""
    return [RulesIn(offer.mailboxes), rooms_of(said.asked)] if said.is_yes and offer.is_open else ()


def turn(offer: RuleOffer, heard: Heard) -> Turn | None:
    """The next turn; None where the person said nothing to it."""
    match heard:
        case Expired():
            return Turn(replace(offer, stage=Stage.LATE) if offer.is_open else None)
        case Said(is_yes=True, asked=asked):
            return _taken(offer, asked)
        case Said() | Wrote() | Told() | Ended():
            return None
        case _ as unreachable:
            assert_never(unreachable)


def status(offer: RuleOffer, *, room_encrypted: bool) -> tuple[Sentence, ...]:
    """Sentences that say what the offer waits for."""
    return (sentence("rule.waits", number=offer.number, said=offer.said), how(room_encrypted=room_encrypted))


def how(*, room_encrypted: bool) -> Sentence:
    """The sentence that says how the offer is taken: reactions are never encrypted."""
    return sentence("rule.confirm_in_words" if room_encrypted else "rule.confirm")


def _taken(offer: RuleOffer, asked: Asked) -> Turn:
    if not offer.is_open:
        # Twice ✅ is once; after its time the rule has its command.
        late = tell(asked, sentence("rule.switch", number=offer.number))
        return Turn(offer, NOTHING if offer.stage is Stage.ANSWERED else late)
    judged = may_give(asked, _COMMAND)
    if isinstance(judged, Denied):
        return Turn(offer, NOTHING if judged.why is None else tell(asked, judged.why))
    every, told = asked.facts[RulesIn(offer.mailboxes)], (offer.number, offer.said)
    there = [one for one in every if (one.number, one.said) == told]
    if not there:
        return Turn(None, tell(asked, sentence("error.no_rule", number=offer.number)))
    why = cannot_switch_on(asked, there)
    if why is not None:
        return Turn(None, tell(asked, why))
    return Turn(replace(offer, stage=Stage.ANSWERED), switched(asked, there, is_on=True))
