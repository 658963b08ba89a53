"""The steps from one question to the next while a mailbox is added, and what each leaves behind."""

from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.calls import InvitePerson, LookAtMailbox, TryImap, TrySmtp
from bot.domain.command import Right
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.dialogue import Turn
from bot.domain.effects import Do
from bot.domain.folder_list import UNCHANGED
from bot.domain.grants import RUNNING, Grant, SaveGrant
from bot.domain.house_changes import KeepMailbox, SetPassword
from bot.domain.ids import EventId, MailboxId, RoomId
from bot.domain.mailbox_look import Look
from bot.domain.new_mailbox import NewMailbox, Step
from bot.domain.rules import config_room, signing_in
from bot.domain.rules.talks import forgotten, said
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.sign_in import Provider, provider_at

RIGHT = Right.ADMIN
"""The right to begin the dialogue, and to answer in it."""


def at(state: NewMailbox, step: Step, now: datetime) -> NewMailbox:
    """At another step, from now on."""
    going = replace(state, step=step, at=now)
    is_asked_no_more = state.waits_for_password and not going.waits_for_password
    return replace(going, asked_until=now) if is_asked_no_more else going


def asking(state: NewMailbox, now: datetime) -> NewMailbox:
    """The password is asked for."""
    return replace(at(without_secret(state), Step.PASSWORD, now), asked_at=now, asked_until=None)


def asked_for(dialogue: Dialogue, state: NewMailbox, instance: Instance, now: datetime) -> tuple[NewMailbox, Decision]:
    """The password is asked for; where the provider has a page of its own, a sign-in begins in its place. What was
    there before is let go."""
    going, gone = asking(state, now), let_go(state)
    provider = instance.signs_in_at(state.imap.host) if state.imap is not None else None
    if provider is None:
        return going, gone
    sign_in, calls = signing_in.begins(dialogue, provider, state.address)
    return replace(going, sign_in=sign_in), gone + calls


def let_go(state: NewMailbox) -> Decision:
    """The password and the sign-in are dropped, if there are any."""
    return forgotten(state.secret) + signing_in.let_go(state.sign_in)


def trying(state: NewMailbox, now: datetime) -> NewMailbox:
    """Both servers are tried."""
    return replace(at(state, Step.TRYING, now), imap_tried=None, smtp_tried=None, box=None)


def goes_on(
    dialogue: Dialogue, state: NewMailbox, instance: Instance, now: datetime, *, has_names: bool
) -> tuple[NewMailbox, Decision, tuple[Sentence, ...]]:
    """The step after the servers are known: what is asked for or tried next, and what has to be known of them."""
    imap = state.imap
    provider = provider_at(imap.host) if imap is not None else None
    # Where no password opens a mailbox, one that somebody wrote already is not tried.
    wants_page = provider is Provider.MICROSOFT and imap is not None and instance.signs_in_at(imap.host) is not None
    calls = NOTHING
    if state.ways is None or not has_names:
        going = at(state, Step.SERVERS, now)
    elif state.secret is not None and not wants_page:
        going = trying(state, now)
        calls = tries(dialogue, going)
    else:
        going, calls = asked_for(dialogue, state, instance, now)
    # A provider may have names of its own, which only the mailbox's owner knows.
    named = () if has_names else (sentence("adding.own_name"),)
    if provider is Provider.MICROSOFT and not wants_page:
        named = (*named, sentence("sign_in.not_here", provider=provider.label))
    return going, calls, named


def without_secret(state: NewMailbox) -> NewMailbox:
    """Without the password or the sign-in, and without what was learned by it."""
    return replace(state, secret=None, sign_in=None, imap_tried=None, smtp_tried=None, box=None)


def over(state: NewMailbox, now: datetime) -> NewMailbox:
    """At the end: only when a password was waited for is still of use."""
    ended = at(state, Step.OVER, now)
    return NewMailbox(
        state.address, now, Step.OVER, asked_at=ended.asked_at, asked_until=ended.asked_until, goes_on=state.goes_on
    )


def questioned(state: NewMailbox, now: datetime) -> NewMailbox:
    """At the first question that is open, once both servers took the password."""
    if not state.start and state.box is not None and not state.box.mails:
        # An empty inbox leaves nothing to ask: all that comes from now on is to be shown.
        state = replace(state, start="all")
    if state.room is None and not state.makes_room:
        return at(state, Step.ROOM, now)
    return at(state, Step.READY if state.start else Step.EARLIER, now)


def tries(dialogue: Dialogue, state: NewMailbox) -> Decision:
    """The logins to both servers."""
    if state.secret is None:
        return NOTHING
    calls = (TryImap(state.id, state.secret, state.ways), TrySmtp(state.id, state.secret, state.ways))
    return Decision((), tuple(Do(call, dialogue=dialogue.id) for call in calls))


def gone(dialogue: Dialogue, state: NewMailbox, instance: Instance, now: datetime) -> Turn | None:
    """The end where the address is ours by now, or the person is no admin any more."""
    if is_taken(instance, state.address, state.goes_on):
        why = sentence("adding.is_ours", address=state.address)
    elif (why_not := cannot_go_on(instance, state.goes_on, state.address)) is not None:
        why = why_not
    elif dialogue.person not in instance.admins:
        why = sentence("error.admins_only")
    else:
        return None
    return Turn(over(state, now), let_go(state) + said(dialogue, why))


def _with_people(dialogue: Dialogue, state: NewMailbox, room: RoomId, instance: Instance, now: datetime) -> Decision:
    """Those who were named are invited; who is to run the mailbox does so from the moment they come."""
    named = dict.fromkeys((*state.delegates, *state.people))
    calls = tuple(Do(InvitePerson(room, one, dialogue.room)) for one in named if one != dialogue.person)
    run = [one for one in state.delegates if one not in instance.admins]
    grants = tuple(
        SaveGrant(Grant(state.id, one, what, True, dialogue.person, now, EventId(""), False))
        for one in run
        for what in RUNNING
    )
    return Decision(grants, calls)


def cannot_go_on(instance: Instance, id: MailboxId | None, address: str) -> Sentence | None:
    """Why a mailbox cannot go on under a new address: its mail may still leave, or config.yaml says what it is."""
    found = instance.mailbox(id) if id is not None else None
    if found is None or (found.is_archived and found.ways is not None):
        return None
    key = "adding.go_on_file" if found.ways is None else "adding.go_on_served"
    return sentence(key, before=found.address, address=address)


def is_taken(instance: Instance, address: str, id: MailboxId | None) -> bool:
    """Whether the address is a mailbox here already. One that goes on may have an address of before, or an alias."""
    others = tuple(one for one in instance.mailboxes if one.id != id or normal(one.address) == normal(address))
    return replace(instance, mailboxes=others).is_ours(address)


def _settings(state: NewMailbox, room: RoomId, instance: Instance) -> MailboxSettings:
    before = instance.also_removed(state.goes_on) if state.goes_on is not None else None
    if before is None:
        return MailboxSettings(
            state.id,
            state.address,
            state.name or state.address,
            room,
            language=instance.language_in(room),
            organisation=instance.organisation_of(room),
            provider_saves_sent=state.saves_sent,
            ways=state.ways,
            start=state.start,
        )
    # The new servers may refuse to send under the aliases of before.
    known = dict.fromkeys((*before.former, before.address, *before.aliases))
    return replace(
        before,
        address=state.address,
        aliases=(),
        former=tuple(one for one in known if normal(one) != normal(state.address)),
        name=state.name or state.address,
        room=room,
        # What another server has is found anew, and another server's proofs are nobody's here.
        folders=("INBOX",),
        folder_changes=UNCHANGED,
        sent="",
        junk="",
        trusted_authserv=(),
        plus_address=False,
        plus_arrives=False,
        provider_saves_sent=state.saves_sent,
        password=None,
        is_paused=False,
        is_archived=False,
        ways=state.ways,
        start=state.start,
    )


def added(dialogue: Dialogue, state: NewMailbox, room: RoomId, instance: Instance, now: datetime) -> Turn:
    """The mailbox is ours from this commit on, with its password; a mail to itself is the last thing that is shown."""
    settings = _settings(state, room, instance)
    kept = Decision(
        (
            KeepMailbox(settings, dialogue.person, goes_on=state.goes_on is not None),
            SetPassword(state.id, state.secret, dialogue.person),
        )
    )
    kept += _with_people(dialogue, state, room, instance, now)
    if state.goes_on is not None:
        kept += config_room.back(instance.mailbox(state.goes_on), now)
    told = (
        sentence("adding.done", address=state.address),
        *_without_aliases(state, instance),
        sentence("trip.begun", address=state.address),
    )
    look = LookAtMailbox(state.id, Look.ROUND_TRIP, dialogue.room, under=dialogue.thread)
    return Turn(over(state, now), kept + said(dialogue, *told) + Decision((), (Do(look),)))


def _without_aliases(state: NewMailbox, instance: Instance) -> tuple[Sentence, ...]:
    before = instance.also_removed(state.goes_on) if state.goes_on is not None else None
    gone = [one for one in before.aliases if normal(one) != normal(state.address)] if before is not None else []
    return (sentence("adding.aliases", aliases=", ".join(gone), address=state.address),) if gone else ()
