"""`snooze`: a conversation waits until a time, or until the next mail."""

from typing import Final

from bot.domain.command import Answer, Asked, Command, Numbers, Text
from bot.domain.conversation import Status
from bot.domain.decision import together
from bot.domain.rules import moves
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.times import NoTime, read_time, zone
from bot.domain.words import Word, bare

OFF: Final = (Word("off", ("fin",)), Word("cancel", ("annuler",)), Word("stop"))
_WHY: Final = {
    NoTime.UNREADABLE: "error.snooze_when",
    NoTime.PAST: "error.snooze_past",
    NoTime.TOO_FAR: "error.snooze_too_far",
    NoTime.HOURS_OR_CLOCK: "error.snooze_hours",
    NoTime.OTHER_DAY: "error.snooze_other_day",
}


def _snooze(asked: Asked) -> Answer:
    words = " ".join(asked.called.text.split())
    if bare(words) in {bare(name) for word in OFF for name in (word.own, *word.french)}:
        return _woken(asked)
    if not words:
        snoozed = next((one.snoozed_until for one in asked.about if one.is_snoozed), None)
        return sentence("error.snooze_which") if snoozed is None else sentence("snooze.is", when=snoozed)
    spam = next((one for one in asked.about if one.status is Status.SPAM), None)
    if spam is not None:
        return sentence("error.snooze_spam", number=spam.id)
    until = read_time(words, asked.now, zone(asked.instance.timezone))
    if isinstance(until, NoTime):
        return sentence(_WHY[until], words=words[:60])
    done = together(moves.snooze(one, until, by=asked.person, now=asked.now) for one in asked.about)
    # Named back, so that what was misread is seen.
    return done + tell(asked, sentence("snooze.done", when=until, count=len(asked.about)))


def _woken(asked: Asked) -> Answer:
    snoozed = [one for one in asked.about if one.is_snoozed]
    if not snoozed:
        return sentence("error.not_snoozed")
    return together(moves.set_status(one, Status.ACTIVE, actor=asked.person, now=asked.now) for one in snoozed)


SNOOZE = Command(
    "snooze",
    "work",
    _snooze,
    takes=(Numbers(), Text(numbers_last=True)),
    takes_several=True,
    leaves_deed=True,
    french=("reporter",),
    tried=("later", "plus-tard", "dormir", "remind", "rappel", "sleep"),
    has_more=True,
)
