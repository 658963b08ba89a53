"""A mail arrived: it joins a conversation, may change it, and is shown in the room."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import is_one_of, normal
from bot.domain.authenticity import is_worse, verdict_of
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
from bot.domain.ids import BlobId
from bot.domain.inputs.mail import FolderReset, FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Address, Bounce
from bot.domain.matching import kept_references
from bot.domain.participants import correspondent_of, is_in_our_name, newcomers, with_first, with_incoming
from bot.domain.rules.absent import freed
from bot.domain.rules.answering import Ordinary, judged
from bot.domain.rules.autoreply import answered_by_itself
from bot.domain.rules.continuing import as_continuation, continued
from bot.domain.rules.deletion import as_before_mail
from bot.domain.rules.draft import submit_key
from bot.domain.rules.flood import folded, joins_flood
from bot.domain.rules.forwarding import passed_on
from bot.domain.rules.missing import unread_note
from bot.domain.rules.moves import set_status, with_answer, with_status
from bot.domain.rules.not_given import is_not_given, told_of
from bot.domain.rules.notified import notification_back
from bot.domain.rules.opening import told_of_opening
from bot.domain.rules.passing_on import as_written, passed_note
from bot.domain.rules.rings import of_answer, of_opening
from bot.domain.rules.round_trip import trip_left_at, trip_seen
from bot.domain.rules.ruling import told, with_rules
from bot.domain.rules.scheduling import held_by_mail
from bot.domain.rules.told import told_of_answer
from bot.domain.rules.twins import twins
from bot.domain.rules.weight import is_marked_spam, is_message, is_rescued, needs_nobody, weigh
from bot.domain.sameness import of_mail
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import has_form_of_notification, row_of
from bot.domain.snapshots import MailSnapshot, ServiceSnapshot
from bot.domain.stories.answered import decide_answered
from bot.domain.stories.known import people_of
from bot.domain.subjects import is_other

_KEPT_TEXT = 100_000


def decide_mail(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """The whole story of one mail that was seen in a folder."""
    left_at = trip_left_at(input, snapshot.instance, snapshot.signer)
    if left_at is not None:
        return trip_seen(snapshot, input, left_at, now)
    back = notification_back(snapshot, input, now)
    if back is not None:
        return back
    note = None
    if snapshot.claim is not None:
        judgement = judged(input, snapshot.claim, snapshot.mailbox, now)
        if not isinstance(judgement, Ordinary):
            return decide_answered(snapshot, input, snapshot.claim, judgement, now)
        note = judgement.note
    if snapshot.is_blocked:
        # From here on it is what the server's own mark makes of a mail.
        input = replace(input, mail=replace(input.mail, is_marked_spam=True))
    note = passed_note(input, snapshot.mailbox) or note
    decision = _noted(_decided(snapshot, as_written(input, snapshot.mailbox), now), note)
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
        record = replace(_record(snapshot, input, before, now, is_out=True), row=announced.row, heard=announced.heard)
        after = replace(before, changed_at=now)
        post = replace(_post(snapshot, input, after, record, ring=Ring.GREY), same_id=False)
        happened = Happening(What.GIVEN_LATE, after, None, now)
        return Decision((SaveConversation(after), UpdateMail(record)), (post,), (happened,))
    return _joins(snapshot, input, replace(before, subject=before.subject or input.mail.subject), now, announced)


def decide_reset(snapshot: ServiceSnapshot, input: FolderReset) -> Decision:
    """Forget the UIDs of a folder that was numbered anew, and tell the config room."""
    name = snapshot.mailbox.address if snapshot.mailbox else ""
    told = sentence("service.folder_reset", mailbox=name, folder=input.folder)
    say = Say(snapshot.instance.config_room, (told,), kind=EventKind.NOTICE, in_thread=False)
    return Decision((ForgetFolder(input.mailbox, input.folder),), (say,))


def _is_our_answer(snapshot: MailSnapshot, input: MailArrived | MailUnreadable) -> bool:
    """An answer from webmail that came by Bcc or Cc to ourselves, before its copy in Sent was seen.

    Anybody can write our address into From: nothing is believed of it (no participant, no status) before Sent shows it.
    """
    mail, own = input.mail, snapshot.mailbox.own_addresses
    if not is_in_our_name(mail, own) or any(not is_one_of(own, one.address) for one in mail.reply_to if one.address):
        return False
    if mail.is_auto_reply or mail.is_marked_spam or not is_message(mail):
        return False
    is_forged = any("fail" in (one.dmarc, one.spf, one.dkim) for one in mail.authentication)
    is_to_somebody = any(one.address and not is_one_of(own, one.address) for one in (*mail.to, *mail.cc))
    return is_to_somebody and not is_forged and input.place.role is FolderRole.INBOX


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


def _record(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    now: datetime,
    *,
    is_out: bool = False,
) -> MailRecord:
    mail, place = input.mail, input.place
    return MailRecord(
        row=row_of(input.key),
        conversation=conversation.id,
        mailbox=snapshot.mailbox.id,
        direction=Direction.OUT if is_out else Direction.IN,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to[:5],
        references=kept_references(mail.references),
        from_=mail.from_,
        reply_to=mail.reply_to,
        to=mail.to,
        cc=mail.cc,
        subject=mail.subject,
        # A server whose clock runs ahead does not make its mail the newest for hours.
        date=min(input.received_at, now),
        text=(mail.visible_text or mail.text)[:_KEPT_TEXT],
        raw=(input.raw or BlobId("")),
        attachments=mail.attachments,
        folder=place.folder,
        uidvalidity=place.uidvalidity,
        uid=place.uid,
        is_automatic=is_marked_spam(input) or not is_message(mail),
        state=OutState.SENT if is_out else None,
        original_from=mail.original_from[:5],
        heard=conversation.heard,
        sameness=of_mail(mail),
    )


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
    mail, verdict = input.mail, verdict_of(input.mail, snapshot.mailbox)
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
        worse=verdict if joins and is_in and not mail.is_bounce and is_worse(verdict, joins.verdict) else None,
    )


def _opens(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision:
    """A new conversation, numbered; quietly where the server marked it as spam, or where it needs nobody."""
    by = NOT_RULED if is_marked_spam(input) else snapshot.ruled
    if by.is_spam:
        input = replace(input, mail=replace(input.mail, is_marked_spam=True))
    is_spam = is_marked_spam(input)
    is_for_nobody = needs_nobody(input.mail) and not is_spam
    is_quiet = is_spam or is_for_nobody or by.is_closed
    before = snapshot.continues
    conversation = replace(_opened(snapshot, input, now), needs_nobody=is_for_nobody, heard=1)
    if is_spam:
        conversation = replace(conversation, status=Status.SPAM)
    if before is not None:
        conversation = as_continuation(conversation, before, input, snapshot.mailbox)
    conversation, turns = with_rules(conversation, by, snapshot)
    record = _record(snapshot, input, conversation, now)
    heard = _heard(input, conversation, wakes=not is_quiet)
    ring = of_opening(conversation, is_backlog=heard.is_backlog, is_quiet=is_quiet)
    opened = Decision(
        (
            SaveConversation(conversation),
            _added(record, conversation),
        ),
        (_post(snapshot, input, conversation, record, ring=ring, is_quiet=is_quiet),),
        (Happening(What.OPENED, conversation, None, now, mail=heard), *told(conversation, by, now)),
    )
    opened += turns + told_of_opening(snapshot, conversation, by)
    if snapshot.ruled is by:
        opened += passed_on(snapshot, input, conversation, record, now)
        opened += answered_by_itself(snapshot, input, conversation, record, now)
    if snapshot.twin is not None and not is_quiet:
        opened += twins(conversation, snapshot.mailbox, snapshot.twin, snapshot.instance)
    return opened if before is None else opened + continued(before, conversation, now)


def _opened(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Conversation:
    """The conversation that a mail begins."""
    mail = input.mail
    own, mailbox = snapshot.mailbox.own_addresses, snapshot.opens_with or snapshot.mailbox
    return Conversation(
        id=snapshot.next_number,
        mailbox=mailbox.id,
        room=mailbox.room,
        subject=mail.subject,
        correspondent=correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk),
        status=Status.ACTIVE,
        status_before=Status.ACTIVE,
        assignee=None,
        followers=(),
        verdict=verdict_of(mail, snapshot.mailbox),
        words=first_words(mail),
        mails=1,
        earlier=snapshot.earlier,
        note=snapshot.note,
        created_at=now,
        waiting_since=min(input.received_at, now),
        changed_at=now,
        participants=with_first(mail, own),
    )


def _heard(input: MailArrived | MailUnreadable, conversation: Conversation, *, wakes: bool) -> Heard:
    mail = input.mail
    writer = mail.from_[0] if mail.from_ else conversation.correspondent
    is_backlog = isinstance(input, MailArrived) and input.is_backlog
    is_notification = has_form_of_notification(mail.message_id)
    return Heard(mail.message_id, writer, first_words(mail), wakes, is_backlog, is_notification)


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
        after = replace(after, correspondent=_with_name(after.correspondent, mail.from_))
    after = replace(after, changed_at=now)
    record = _record(snapshot, input, after, now)
    kept: Change = _added(record, before)
    if announced is not None:
        record = replace(record, row=announced.row)
        kept = UpdateMail(record)
    changes += [SaveConversation(after), kept]
    if snapshot.bounced is not None and weight.is_failure:
        bounced = came_back(snapshot.bounced, mail.bounce)
        changes.append(UpdateMail(bounced))
        effects.append(ShowState(after, bounced))
    heard = _heard(input, after, wakes=wakes)
    mentioned = told_of_answer(freed(after, snapshot.members), snapshot.instance.choices_now, people_of(snapshot))
    ring = of_answer(after, mentioned, wakes=wakes, is_backlog=heard.is_backlog)
    post = _post(snapshot, input, after, record, ring=ring, joins=before, is_quiet=not wakes)
    effects.append(post if announced is None else replace(post, same_id=False))
    came = Happening(What.CAME, after, None, now, mail=heard)
    happened = (Happening(What.REOPENED, after, None, now), came) if is_reopened else (came,)
    held = held_by_mail(after, snapshot.waiting) if wakes else NOTHING
    return Decision(tuple(changes), tuple(effects), happened) + held


def _added(record: MailRecord, conversation: Conversation) -> AddMail:
    """A mail of a conversation, which may be with another mailbox than the mail: it is found there."""
    return AddMail(record, None if record.mailbox == conversation.mailbox else conversation.mailbox)


def _own_of(snapshot: MailSnapshot, conversation: Conversation) -> frozenset[str]:
    """The addresses of the mailbox in which a conversation is by now, whichever its mail came to."""
    mailbox = snapshot.instance.mailbox(conversation.mailbox)
    return mailbox.own_addresses if mailbox is not None else frozenset()


def _with_name(correspondent: Address, writers: Sequence[Address]) -> Address:
    """Somebody to whom we wrote first gives their name with their answer."""
    if correspondent.name or not correspondent.address:
        return correspondent
    wanted = normal(correspondent.address)
    return next((one for one in writers if one.name and normal(one.address) == wanted), correspondent)


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
    if named is not None and named.conversation != before.id:
        # It answers a mail of one that goes on as this: whether its writer knew of what came here, no count tells.
        heard = 0
    after = replace(before, mails=before.mails + 1, changed_at=now)
    record = replace(_record(snapshot, input, after, now, is_out=True), heard=heard)
    if record.is_auto_answer:
        # A program's own: nobody was answered by it, whatever stands in Sent.
        shown = _post(snapshot, input, before, record, ring=Ring.GREY)
        return Decision((SaveConversation(replace(before, changed_at=now)), _added(record, before)), (shown,))
    if input.place.role is FolderRole.SENT:
        after = with_answer(after, record, snapshot.mailbox)
    return Decision(
        (SaveConversation(after), _added(record, before)),
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
    opened = _opened(snapshot, input, now)
    record = _record(snapshot, input, opened, now, is_out=True)
    conversation = with_answer(opened, record, snapshot.mailbox)
    heard = _heard(input, conversation, wakes=False)
    return Decision(
        (SaveConversation(conversation), AddMail(record)),
        (_post(snapshot, input, conversation, record, ring=Ring.GREY),),
        (Happening(What.OPENED, conversation, None, now, mail=heard),),
    )
