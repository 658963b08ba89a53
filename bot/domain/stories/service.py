"""A server went away or came back: told once each way, in the config room."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.condition import BeginOutage, EndOutage, Outage
from bot.domain.conversation import EventKind
from bot.domain.credentials import PasswordReference, is_lack, needs_somebody
from bot.domain.decision import NOTHING, Decision, ShiftDue
from bot.domain.effects import Say
from bot.domain.ids import RoomId
from bot.domain.inputs.inside import ClientSecretEnds, ClockJumped, ServiceChanged
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance
from bot.domain.sign_in import Application
from bot.domain.snapshots import ServiceSnapshot


def decide_service(snapshot: ServiceSnapshot, input: ServiceChanged, now: datetime) -> Decision:
    """Tell the config room that a server went away, or came back: each once, also where Postroom was started anew
    meanwhile, or another process serves the mailbox since.
    """
    known = snapshot.outage
    if input.is_up:
        if known is None:
            return NOTHING
        over = Decision((EndOutage(known),))
        return over if _is_told_by_imap(known.service, known.reason) else _told(snapshot, input) + over
    outage = Outage(input.service, input.of, input.reason, input.since or input.at)
    if known is None:
        return _told(snapshot, input) + Decision((BeginOutage(outage),))
    if known.reason == input.reason:
        return NOTHING
    kept = Decision((BeginOutage(replace(outage, since=known.since)),))
    # A refused password needs somebody, whatever was the matter before.
    return _told(snapshot, input) + kept if needs_somebody(input.reason) else kept


def _is_told_by_imap(service: str, reason: str) -> bool:
    """Whether the outage is one of a password that both servers miss, which reading mail tells already."""
    return service == "smtp" and is_lack(reason)


def _is_told_at_its_end(input: ServiceChanged) -> bool:
    """While the homeserver is away nobody reads: one line says it all once it is back."""
    return input.service == "matrix" and not needs_somebody(input.reason)


def _told(snapshot: ServiceSnapshot, input: ServiceChanged) -> Decision:
    if not input.is_up and (_is_told_by_imap(input.service, input.reason) or _is_told_at_its_end(input)):
        return NOTHING
    instance = snapshot.instance
    if input.room:
        # Those who run one mailbox of a room learn nothing of the others.
        apart = instance.told_apart(instance.in_room(input.room)) or {instance.config_room: ()}
        says = tuple(
            _say(instance, room, _line(snapshot, input, ", ".join(m.address for m in those) or input.room), input)
            for room, those in apart.items()
        )
        return Decision((), says)
    if input.service == "matrix" and input.is_up and (known := snapshot.outage) is not None:
        told = sentence("service.matrix_was_away", since=known.since, until=input.at, reason=known.reason)
        return Decision((), (_say(instance, instance.config_room, told, input),))
    name = snapshot.mailbox.address if snapshot.mailbox else ""
    room = instance.told_in(snapshot.mailbox)
    return Decision((), (_say(instance, room, _line(snapshot, input, name), input),))


def _say(instance: Instance, room: RoomId, told: Sentence, input: ServiceChanged) -> Say:
    mention = () if input.is_up else instance.those_who_run(instance.run_in(room))
    return Say(room, (told,), kind=EventKind.NOTICE, mention=mention, in_thread=False)


def _line(snapshot: ServiceSnapshot, input: ServiceChanged, name: str) -> Sentence:
    way = "back" if input.is_up else "credentials" if input.reason == "credentials" else "away"
    provider = snapshot.instance.provider_of(snapshot.mailbox) if snapshot.mailbox else None
    if is_lack(input.reason):
        password = snapshot.mailbox.password if snapshot.mailbox is not None else None
        reference = password.written if isinstance(password, PasswordReference) else ""
        return sentence("service.no_password", mailbox=name, reference=reference, reason=input.reason)
    if way == "credentials" and provider is not None:
        # Its people never gave a password, or one for this bot alone.
        return sentence(f"service.{input.service}_sign_in", mailbox=name, provider=provider.label)
    return sentence(f"service.{input.service}_{way}", mailbox=name, reason=input.reason)


def decide_jump(snapshot: ServiceSnapshot, input: ClockJumped, now: datetime) -> Decision:
    """The decision for a set clock: waiting calls keep their pauses, and admins hear of it, for mails bear times."""
    if not input.is_adopted:
        # What this same commit planned would be due by the clock before.
        return Decision((ShiftDue(input.by),))
    minutes = max(round(abs(input.by.total_seconds()) / 60), 1)
    told = sentence("service.clock_ahead" if input.by > timedelta() else "service.clock_back", count=minutes)
    say = Say(
        snapshot.instance.config_room,
        (told,),
        kind=EventKind.NOTICE,
        mention=snapshot.instance.admins,
        in_thread=False,
    )
    return Decision((), (say,))


def decide_ending(snapshot: ServiceSnapshot, input: ClientSecretEnds) -> Decision:
    """The decision for a client secret that ends soon: admins are told, where it is still the one of config.yaml."""
    instance = snapshot.instance
    if Application(input.provider, input.ends) not in instance.applications:
        return NOTHING
    told = sentence("sign_in.ends", provider=input.provider.label, day=input.ends.isoformat())
    say = Say(instance.config_room, (told,), kind=EventKind.NOTICE, mention=instance.admins, in_thread=False)
    return Decision((), (say,))
