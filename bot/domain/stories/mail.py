"""A mail arrived: it joins a conversation, may change it, and is shown in the room."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.authenticity import is_proven, is_worse, only_author, verdict_of
from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    MailRecord,
    OutState,
    Status,
)
from bot.domain.decision import NOTHING, AddMail, CancelCall, Change, Decision, PlaceMail, SaveConversation, UpdateMail
from bot.domain.effects import Effect, PostMail, Ring, Say, ShowState
from bot.domain.first_words import first_words
from bot.domain.happening import Happening, Heard, What
from bot.domain.house_changes import ForgetFolder
from bot.domain.house_rules import NOT_RULED
from bot.domain.inputs.mail import FolderReset, FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Bounce, Mail
from bot.domain.participants import correspondent_of, is_in_our_name, newcomers, with_incoming
from bot.domain.rules.absent import freed
from bot.domain.rules.answering import Ordinary, judged
from bot.domain.rules.autoreply import answered_by_itself
from bot.domain.rules.bad_addresses import after_bounce, after_words
from bot.domain.rules.codes import ended, given_away, without_codes
from bot.domain.rules.continuing import as_continuation, continued
from bot.domain.rules.deletion import as_before_mail
from bot.domain.rules.draft import submit_key
from bot.domain.rules.flood import folded, joins_flood
from bot.domain.rules.forwarding import passed_on
from bot.domain.rules.learning_server import learnt
from bot.domain.rules.missing import unread_note
from bot.domain.rules.moves import set_status, with_answer, with_status
from bot.domain.rules.not_given import is_not_given, told_of
from bot.domain.rules.notified import (
    is_echo,
    is_from_own_address,
    looks_notified,
    notification_back,
    says_nothing_new,
)
from bot.domain.rules.opening import told_of_opening
from bot.domain.rules.passing_on import as_written, passed_note
from bot.domain.rules.quiet_hours import mentioned_for
from bot.domain.rules.recording import added, opened_by, record_of, with_name
from bot.domain.rules.rings import of_answer, of_opening
from bot.domain.rules.round_trip import trip_left_at, trip_seen
from bot.domain.rules.ruling import told, with_rules
from bot.domain.rules.scheduling import held_by_mail
from bot.domain.rules.twins import twins
from bot.domain.rules.weight import is_marked_spam, is_ours, is_rescued, needs_nobody, weigh
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import MailSnapshot, ServiceSnapshot
from bot.domain.stories.answered import decide_answered
from bot.domain.stories.hearers import of_answer_by
from bot.domain.subjects import is_other


def decide_mail(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """The whole story of one mail that was seen in a folder."""
    codes = given_away(snapshot, input.mail, now)
    decision = _story(snapshot, input, codes.keys(), now)
    return decision + ended(decision, snapshot.instance, codes.values(), now) if codes else decision


def _story(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, codes: Collection[str], now: datetime
) -> Decision:
    """`codes`: those that it gives away."""
    left_at = trip_left_at(input, snapshot.instance, snapshot.signer)
    if left_at is not None:
        return trip_seen(snapshot, input, left_at, now)
    back = notification_back(snapshot, input, now)
    if back is not None:
        return back
    if snapshot.was_here:
        return NOTHING
    note = None
    if snapshot.claim is not None:
        judgement = judged(input, snapshot.claim, snapshot.mailbox, now)
        if not isinstance(judgement, Ordinary):
            return decide_answered(snapshot, input, snapshot.claim, judgement, now)
        note = judgement.note
    if snapshot.is_blocked:
        # From here on it is what the server's own mark makes of a mail.
        input = replace(input, mail=replace(input.mail, is_marked_spam=True))
    is_by_member = snapshot.passer is not None
    note = passed_note(input, snapshot.mailbox, is_by_member=is_by_member) or note
    known, written = without_codes(snapshot, as_written(input, snapshot.mailbox, is_by_member=is_by_member), codes)
    decision = _noted(_decided(known, written, now), note)
    decision += learnt(snapshot.instance, snapshot.mailbox, snapshot.vouching, input)
    return decision + told_of(snapshot, input) if is_not_given(input) else decision


def _noted(decision: Decision, note: Sentence | None) -> Decision:
    if note is None:
        return decision
    effects = tuple(
        replace(one, note=note) if isinstance(one, PostMail) and one.note is None else one for one in decision.effects
    )
    return replace(decision, effects=effects)


def _decided(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    if snapshot.announced is not None and snapshot.conversation is not None:
        return _given_late(snapshot, input, snapshot.announced, snapshot.conversation, now)
    if snapshot.copy_of is not None:
        return _copy_seen(snapshot, input, snapshot.copy_of, now)
    if input.place.role is FolderRole.SENT:
        return _written_elsewhere(snapshot, input, now)
    flood = joins_flood(snapshot, input)
    if flood is not None:
        return folded(_joins(snapshot, input, flood, now), flood, snapshot.mailbox.fold_after)
    if snapshot.conversation is not None:
        if _is_our_answer(snapshot, input):
            return _written_elsewhere(snapshot, input, now)
        return _joins(snapshot, input, snapshot.conversation, now)
    return _opens(snapshot, input, now)


def _given_late(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    announced: MailRecord,
    before: Conversation,
    now: datetime,
) -> Decision:
    """A mail that stood announced is posted under its announcement, and counts as if it came now: nobody read it."""
    if announced.direction is Direction.OUT:
        record = replace(record_of(snapshot, input, before, now, is_out=True), row=announced.row, heard=announced.heard)
        after = replace(before, changed_at=now)
        post = replace(_post(snapshot, input, after, record, ring=Ring.GREY), same_id=False)
        happened = Happening(What.GIVEN_LATE, after, None, now)
        return Decision((SaveConversation(after), UpdateMail(record)), (post,), (happened,))
    return _joins(snapshot, input, replace(before, subject=before.subject or input.mail.subject), now, announced)


def decide_reset(snapshot: ServiceSnapshot, input: FolderReset) -> Decision:
    """Forget the UIDs of a folder that was numbered anew, and tell the config room."""
    name = snapshot.mailbox.address if snapshot.mailbox else ""
    told = sentence("service.folder_reset", mailbox=name, folder=input.folder)
    say = Say(snapshot.instance.told_in(snapshot.mailbox), (told,), kind=EventKind.NOTICE, in_thread=False)
    return Decision((ForgetFolder(input.mailbox, input.folder),), (say,))


def _is_our_answer(snapshot: MailSnapshot, input: MailArrived | MailUnreadable) -> bool:
    """An answer from webmail that came by Bcc or Cc to ourselves, before its copy in Sent was seen.

    Anybody can write our address into From: nothing is believed of it (no participant, no status) before Sent shows it.
    """
    return input.place.role is FolderRole.INBOX and is_ours(input.mail, snapshot.mailbox.own_addresses)


def _copy_seen(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, known: MailRecord, now: datetime
) -> Decision:
    place, before = input.place, snapshot.conversation
    is_ours = known.direction is Direction.OUT
    decision = Decision()
    if not known.uid or (is_ours == (place.role is FolderRole.SENT) and not _is_beside(known, place)):
        decision = Decision((PlaceMail(known.row, place.folder, place.uidvalidity, place.uid),))
    if before is None:
        return decision
    if not is_ours:
        if not is_rescued(before, known, place, snapshot.mailbox):
            return decision
        back = Status.ACTIVE if before.status_before is Status.SPAM else before.status_before
        return decision + set_status(before, back, actor=None, now=now)
    if OutState.UNKNOWN in (known.state, known.state_before):
        # It has been seen on the server, so it did leave; a second sending that still waits is not needed any more.
        sent = replace(known, state=OutState.SENT, state_before=None, recipients=())
        if known.state is not OutState.UNKNOWN:
            again = CancelCall(submit_key(known), was_tried=True, may_be_made=True)
            decision += Decision((again,))
        return decision + Decision((UpdateMail(sent),), (ShowState(before, sent),)) + _answered(snapshot, sent, now)
    if known.author is None and place.role is FolderRole.SENT and known.folder != place.folder:
        return decision + _answered(snapshot, known, now)
    return decision


def _is_beside(known: MailRecord, place: MailPlace) -> bool:
    """Both copies lie in one folder: by our address and by an alias. The first one stays the one that is acted on."""
    return (known.folder, known.uidvalidity) == (place.folder, place.uidvalidity) and known.uid != place.uid


def _answered(snapshot: MailSnapshot, record: MailRecord, now: datetime) -> Decision:
    """Note that our answer has left: the people it names take part, and the conversation waits for them."""
    before = snapshot.conversation
    assert before is not None
    after = before if record.is_auto_answer else with_answer(before, record, snapshot.mailbox)
    if after == before:
        return NOTHING
    after = replace(after, changed_at=now)
    happened = Happening(What.ANSWERED, after, None, now)
    return Decision((SaveConversation(after),), happened=(happened,))


def _post(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    record: MailRecord,
    *,
    ring: Ring,
    joins: Conversation | None = None,
    is_quiet: bool = False,
) -> PostMail:
    own = snapshot.mailbox.own_addresses
    is_in = record.direction is Direction.IN
    announced = joins is not None and is_in and not record.is_automatic
    return PostMail(
        conversation,
        record,
        input.mail,
        is_backlog=isinstance(input, MailArrived) and input.is_backlog,
        newcomers=newcomers(input.mail, joins.participants, own) if joins is not None and announced else (),
        in_our_name=announced and is_in_our_name(input.mail, own),
        changed_subject=bool(joins and is_in and is_other(record.subject, joins)),
        same_id=bool(input.mail.message_id and snapshot.same_id),
        unreadable=input.reason if isinstance(input, MailUnreadable) else "",
        note=unread_note(input),
        bounced=snapshot.bounced,
        ring=ring,
        is_quiet=is_quiet,
        is_spam=is_marked_spam(input),
        is_blocked=snapshot.is_blocked,
    )


def _opens(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """A new conversation, numbered; quietly where the server marked it as spam, or where it needs nobody."""
    by = NOT_RULED if is_marked_spam(input) else snapshot.ruled
    if by.is_spam:
        input = replace(input, mail=replace(input.mail, is_marked_spam=True))
    is_spam = is_marked_spam(input)
    is_for_nobody = not is_spam and (needs_nobody(input.mail) or says_nothing_new(input.mail, snapshot.instance))
    is_quiet = is_spam or is_for_nobody or by.is_closed
    before = snapshot.continues
    conversation = replace(opened_by(snapshot, input, now), needs_nobody=is_for_nobody, heard=1)
    if is_spam:
        conversation = replace(conversation, status=Status.SPAM, is_untold=True)
    if before is not None:
        conversation = as_continuation(conversation, before, input, snapshot.mailbox, snapshot.members)
    conversation, turns = with_rules(conversation, by, snapshot)
    record = record_of(snapshot, input, conversation, now)
    heard = _heard(snapshot, input, conversation, wakes=not is_quiet)
    ring = of_opening(conversation, is_backlog=heard.is_backlog, is_quiet=is_quiet)
    opened = Decision(
        (
            SaveConversation(conversation),
            added(record, conversation),
        ),
        (_post(snapshot, input, conversation, record, ring=ring, is_quiet=is_quiet),),
        (Happening(What.OPENED, conversation, None, now, mail=heard), *told(conversation, by, now)),
    )
    opened += turns + told_of_opening(snapshot, conversation, by)
    if not (is_spam or is_for_nobody):
        opened += Decision(after_words(snapshot.mailbox.id, input.mail.from_, now))
    if snapshot.ruled is by:
        opened += passed_on(snapshot, input, conversation, record, now)
        opened += answered_by_itself(snapshot, input, conversation, record, now)
    if snapshot.twin is not None and not is_quiet:
        opened += twins(conversation, snapshot.mailbox, snapshot.twin, snapshot.instance)
    return opened if before is None else opened + continued(before, conversation, now)


def _heard(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, conversation: Conversation, *, wakes: bool
) -> Heard:
    mail = input.mail
    writer = mail.from_[0] if mail.from_ else conversation.correspondent
    is_backlog = isinstance(input, MailArrived) and input.is_backlog
    member = snapshot.instance.owner_of(only_author(mail)) if is_proven(mail, snapshot.mailbox) else None
    is_never_mailed = _is_never_mailed(snapshot, mail)
    if mail.passed_on is None:
        # It was taken as passed on (`as_written`): that is an act of theirs.
        member = member or snapshot.passer
    came_back = snapshot.bounced.author if snapshot.bounced is not None and wakes else None
    return Heard(mail.message_id, writer, first_words(mail), wakes, is_backlog, member, came_back, is_never_mailed)


def _is_never_mailed(snapshot: MailSnapshot, mail: Mail) -> bool:
    if looks_notified(mail) or is_from_own_address(mail.from_, snapshot.instance):
        return True
    named = snapshot.match.record if snapshot.match is not None else None
    if named is not None and named.direction is Direction.OUT and not named.is_auto_answer:
        # It answers what somebody here wrote, whatever else stands in it.
        return False
    return is_echo(mail, snapshot.instance, snapshot.in_subject)


def _joins(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    before: Conversation,
    now: datetime,
    announced: MailRecord | None = None,
) -> Decision:
    """A mail in a conversation that we know; `announced` stands there in its place already."""
    before = as_before_mail(before)
    mail, own = input.mail, snapshot.mailbox.own_addresses
    after = before if announced is not None else replace(before, mails=before.mails + 1)
    changes: list[Change] = []
    effects: list[Effect] = []
    weight = weigh(input, bounced=snapshot.bounced, signer=snapshot.signer, blind=snapshot.mailbox.auto_bcc)
    wakes = weight.wakes
    if weight.is_message or weight.is_failure:
        after = replace(after, words=first_words(mail))
    is_reopened = wakes and before.status in (Status.PENDING, Status.CLOSED, Status.DELETED)
    if is_reopened or (wakes and before.status is Status.ACTIVE and before.needs_nobody):
        after = replace(with_status(after, Status.ACTIVE), waiting_since=min(input.received_at, now))
    if wakes:
        after = replace(after, heard=before.heard + 1)
    if weight.is_message:
        if not is_worse(verdict_of(mail, snapshot.mailbox), before.verdict):
            # Whoever writes in a participant's name brings nobody in.
            after = replace(
                after, participants=with_incoming(before.participants, mail, own | _own_of(snapshot, before))
            )
        if not after.correspondent.address:
            asks = correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk)
            after = replace(after, correspondent=asks)
        after = replace(after, correspondent=with_name(after.correspondent, mail.from_))
    after = replace(after, changed_at=now)
    record = record_of(snapshot, input, after, now)
    kept: Change = added(record, before)
    if announced is not None:
        record = replace(record, row=announced.row)
        kept = UpdateMail(record)
    changes += [SaveConversation(after), kept]
    if wakes:
        for one in dict.fromkeys((snapshot.mailbox.id, after.mailbox)):
            changes += after_words(one, mail.from_, now)
    if snapshot.bounced is not None and weight.is_failure:
        bounced = came_back(snapshot.bounced, mail.bounce)
        changes.append(UpdateMail(bounced))
        changes += after_bounce(snapshot.returned, snapshot.bounced, bounced, now)
        effects.append(ShowState(after, bounced))
    heard = _heard(snapshot, input, after, wakes=wakes)
    told_by = of_answer_by(snapshot, freed(after, snapshot.members), heard)
    mentioned, _ = mentioned_for(snapshot.instance, told_by, after.id, now, is_mailed=not heard.is_never_mailed)
    ring = of_answer(after, mentioned, wakes=wakes, is_backlog=heard.is_backlog)
    post = _post(snapshot, input, after, record, ring=ring, joins=before, is_quiet=not wakes)
    effects.append(post if announced is None else replace(post, same_id=False))
    came = Happening(What.CAME, after, None, now, mail=heard)
    happened = (Happening(What.REOPENED, after, None, now), came) if is_reopened else (came,)
    held = held_by_mail(after, snapshot.waiting) if wakes else NOTHING
    return Decision(tuple(changes), tuple(effects), happened) + held


def _own_of(snapshot: MailSnapshot, conversation: Conversation) -> frozenset[str]:
    """The addresses of the mailbox in which a conversation is by now, whichever its mail came to."""
    mailbox = snapshot.instance.mailbox(conversation.mailbox)
    return mailbox.own_addresses if mailbox is not None else frozenset()


def came_back(record: MailRecord, bounce: Bounce | None) -> MailRecord:
    """Our mail, of which a bounce says who did not get it; where it names nobody whom we wrote to, it is everybody.

    What came back before stays so: each recipient's server may send a bounce of its own.
    """
    written_to = tuple(dict.fromkeys(a.address for a in (*record.to, *record.cc, *record.bcc)))
    named = {normal(one) for one in bounce.named} if bounce is not None else set()
    lost = tuple(a for a in written_to if normal(a) in named) or written_to
    failed = tuple(dict.fromkeys((*record.failed, *lost)))
    words = bounce.diagnostic if bounce is not None else ""
    if record.state in (OutState.QUEUED, OutState.RETRYING):
        # It is on its way again already: this is about the time before.
        return replace(record, state_before=OutState.BOUNCED, failed=failed, has_left=True)
    return replace(record, state=OutState.BOUNCED, detail=words, failed=failed, has_left=True)


def _written_elsewhere(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """A reply from webmail or a phone joins its conversation, whichever folder shows it first; other sent mail is none
    of ours.
    """
    before = snapshot.conversation
    if before is None:
        return _begun_and_forgotten(snapshot, input, now) if _is_begun_here(snapshot, input) else NOTHING
    named = snapshot.match.record if snapshot.match is not None else None
    # What it answers tells what its writer knew; the clocks of servers and of their clients do not.
    heard = before.heard if named is None else named.heard
    if snapshot.match is not None and snapshot.match.is_answered:
        # Its writer knew none of the answers to it.
        heard = 0
    if named is not None and named.conversation != before.id:
        # It answers a mail of one that goes on as this: whether its writer knew of what came here, no count tells.
        heard = 0
    after = replace(before, mails=before.mails + 1, changed_at=now)
    record = replace(record_of(snapshot, input, after, now, is_out=True), heard=heard)
    if record.is_auto_answer:
        # A program's own: nobody was answered by it, whatever stands in Sent.
        shown = _post(snapshot, input, before, record, ring=Ring.GREY)
        return Decision((SaveConversation(replace(before, changed_at=now)), added(record, before)), (shown,))
    if input.place.role is FolderRole.SENT:
        after = with_answer(after, record, snapshot.mailbox)
    return Decision(
        (SaveConversation(after), added(record, before)),
        (_post(snapshot, input, after, record, ring=Ring.GREY),),
        (Happening(What.REPLIED_ELSEWHERE, after, None, now),),
    )


def _is_begun_here(snapshot: MailSnapshot, input: MailArrived | MailUnreadable) -> bool:
    """A mail under an id of ours that answers nothing: a member began a conversation with it (`!new`)."""
    mail = input.mail
    is_ours = snapshot.signer.conversation_of(mail.message_id) is not None
    return is_ours and input.place.role is FolderRole.SENT and not (mail.in_reply_to or mail.references)


def _begun_and_forgotten(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """The conversation that a member began, and of which a database that was put back knows nothing."""
    opened = opened_by(snapshot, input, now)
    record = record_of(snapshot, input, opened, now, is_out=True)
    conversation = with_answer(opened, record, snapshot.mailbox)
    heard = _heard(snapshot, input, conversation, wakes=False)
    return Decision(
        (SaveConversation(conversation), AddMail(record)),
        (_post(snapshot, input, conversation, record, ring=Ring.GREY),),
        (Happening(What.OPENED, conversation, None, now, mail=heard),),
    )
