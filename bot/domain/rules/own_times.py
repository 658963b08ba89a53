"""The times of a person's own: quiet hours, digest, and the time zone by which both count."""

from dataclasses import replace
from datetime import datetime

from bot.domain.command import Asked
from bot.domain.decision import Change, Decision, SetTimer
from bot.domain.direct import Own, OwnSetting, SaveOwn, digest_timer, quiet_timer
from bot.domain.ids import EventId
from bot.domain.notices import AskAgain
from bot.domain.quiet import next_digest, read_digest, read_span
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, Value, sentence
from bot.domain.settings import Instance
from bot.domain.times import WEEKDAYS, is_zone, zone


def own_time(asked: Asked, what: str, words: list[str], *, is_off: bool) -> Decision | Sentence:
    """Set, or put back. `what` is `quiet`, `digest` or `timezone`."""
    said = " ".join(words)
    match Own(what):
        case Own.QUIET:
            span = read_span(said)
            value = span.written if span is not None else ""
        case Own.DIGEST:
            digest = read_digest(said)
            value = digest.written if digest is not None else ""
        case _:
            value = said if is_zone(said) else ""
    if not value and not is_off:
        return sentence(f"error.own_time.{what}", words=said[:60])
    value = "" if is_off else value
    changes = own_set(asked, Own(what), value)
    key = f"own_time.{what}" if value else f"own_time.no_{what}"
    told = [sentence(key, value=_said(Own(what), value or asked.instance.timezone))]
    if value and what != Own.TIMEZONE and asked.instance.direct_with(asked.person) is None:
        told.append(sentence("notify.needs_chat", bot=asked.instance.bot))
    return Decision(changes) + tell(asked, *told)


def own_set(asked: Asked, what: Own, value: str) -> tuple[Change, ...]:
    """Set so by a command, which can be taken back; what stands so already is not written again."""
    before = asked.instance.own_of(asked.person, what)
    if before == value:
        return ()
    one = OwnSetting(asked.person, what, value, asked.now, asked.event, before)
    return (SaveOwn(one), *timers_of(asked.instance, one, asked.now))


def own_taken_back(instance: Instance, one: OwnSetting, now: datetime) -> Decision:
    """As it was before its command; without it: deleted again it changes nothing more."""
    back = replace(one, value=one.before, before=one.value, at=now, source=EventId(""))
    return Decision((SaveOwn(back), *timers_of(instance, back, now)))


def timers_of(instance: Instance, one: OwnSetting, now: datetime) -> tuple[Change, ...]:
    """The next digest by what is set now; and what waits for the end of quiet hours is told where they are over."""
    person, what = one.person, one.what
    if what in (Own.LANGUAGE, Own.MAIL_TO):
        return ()
    timezone = (one.value or instance.timezone) if what is Own.TIMEZONE else instance.timezone_of(person)
    digest = one.value if what is Own.DIGEST else instance.own_of(person, Own.DIGEST)
    due = next_digest(digest, now, zone(timezone))
    timers: tuple[Change, ...] = () if due is None else (SetTimer(digest_timer(person), due),)
    return timers if what is Own.DIGEST else (*timers, SetTimer(quiet_timer(person), now), AskAgain(person))


def _said(what: Own, value: str) -> Value:
    """The times of a digest in words; anything else as it is kept."""
    digest = read_digest(value) if what is Own.DIGEST else None
    if digest is None:
        return value
    day = "daily" if digest.weekday is None else WEEKDAYS[digest.weekday][0]
    return sentence(f"own_time.at_{day}", at=f"{digest.at:%H:%M}")


def own_times_said(asked: Asked) -> tuple[Sentence, ...]:
    """What somebody set of these, in a sentence each."""
    found = {what: asked.instance.own_of(asked.person, what) for what in (Own.QUIET, Own.DIGEST, Own.TIMEZONE)}
    return tuple(
        sentence(f"own_time.is_{what.value}", value=_said(what, value)) for what, value in found.items() if value
    )
