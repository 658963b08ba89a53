"""What goes by itself, when, and what keeps it: pure rules, as tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversation import Conversation, Direction, MailRecord, OutState, Status
from bot.domain.decision import Decision, NeverTake, SetTimer
from bot.domain.due_snapshots import RetentionSnapshot
from bot.domain.effects import Say
from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId
from bot.domain.mail import Attachment
from bot.domain.prepared import Prepared
from bot.domain.retention import (
    BETWEEN,
    PAUSE,
    Drop,
    Fade,
    Limits,
    Old,
    Place,
    Step,
    forgets,
    limits,
    may_go,
    past_key_of,
    past_keys,
    place_in,
    step_of,
    told_key,
    without,
)
from bot.domain.settings import MailboxSettings
from bot.domain.stories.retention import decide_retention
from tests.domain.deciding import MAILBOX, World, conversation, mail_in
from tests.fakes.chat import ALICE, CONFIG

AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
KEEPS = replace(MAILBOX, keep_originals_months=6, keep_words_months=12, keep_closed_months=24, keep_spam_days=30)
ENDS = limits(KEEPS, AT)


def closed(months: float, status: Status = Status.CLOSED, **more: object) -> Conversation:
    return conversation(status=status, changed_at=AT - timedelta(days=months * 30.5), **more)


@pytest.mark.parametrize(
    ("one", "step"),
    [
        (closed(5), None),
        (closed(7), Step.ORIGINALS),
        (closed(13), Step.WORDS),
        (closed(25), Step.ROW),
        (closed(7, Status.DELETED), Step.ORIGINALS),
        (closed(25, Status.DELETED), Step.ROW),
        (closed(0.5, Status.SPAM), None),
        (closed(1.5, Status.SPAM), Step.ROW),
        (closed(99, Status.ACTIVE), None),
        (closed(99, Status.PENDING), None),
        (closed(99, Status.PENDING, snoozed_until=AT), None),
    ],
)
def test_what_is_over_goes_in_three_steps_and_nothing_else_does(one: Conversation, step: Step | None) -> None:
    assert step_of(one, ENDS) is step


@pytest.mark.parametrize(
    ("mailbox", "step"),
    [
        (MAILBOX, None),
        (replace(MAILBOX, keep_closed_months=3), Step.ROW),
        (replace(MAILBOX, keep_words_months=3), Step.WORDS),
        (replace(MAILBOX, keep_originals_months=12, keep_words_months=3), Step.WORDS),
        (replace(MAILBOX, keep_originals_months=12, keep_closed_months=3), Step.ROW),
        (replace(MAILBOX, keep_spam_days=1), None),
    ],
)
def test_what_takes_more_takes_what_takes_less_as_well(mailbox: MailboxSettings, step: Step | None) -> None:
    assert step_of(closed(4), limits(mailbox, AT)) is step
    assert forgets(mailbox) is (mailbox is not MAILBOX)


def test_a_month_is_one_of_the_calendar() -> None:
    ends = limits(replace(MAILBOX, keep_closed_months=1), datetime(2027, 3, 31, 8, 0, tzinfo=UTC))
    assert ends.row == datetime(2027, 2, 28, 8, 0, tzinfo=UTC)


def out(state: OutState) -> MailRecord:
    return replace(mail_in(2, AT), direction=Direction.OUT, state=state)


DRAFT = Prepared("Bonjour", ALICE, ALICE, EventId("$draft"), AT)


@pytest.mark.parametrize(
    ("old", "step"),
    [
        (Old(closed(25)), Step.ROW),
        (Old(closed(25, starred=(ALICE,))), None),
        (Old(closed(25, draft=DRAFT)), None),
        (Old(closed(25), has_calls=True), None),
        *((Old(closed(25), (out(state),)), None) for state in (OutState.QUEUED, OutState.HELD, OutState.RETRYING)),
        *((Old(closed(25), (out(state),)), Step.ROW) for state in (OutState.SENT, OutState.UNKNOWN, OutState.REFUSED)),
        (Old(closed(25), is_merged_into=True), None),
        (Old(closed(13), is_merged_into=True), Step.WORDS),
        (Old(closed(25), goes_on=closed(99, Status.ACTIVE)), None),
        (Old(closed(25), goes_on=closed(1)), None),
        (Old(closed(25), goes_on=closed(7)), Step.ROW),
        (Old(closed(25), goes_on=closed(25, starred=(ALICE,))), None),
    ],
)
def test_what_somebody_needs_is_never_touched(old: Old, step: Step | None) -> None:
    assert may_go(old, ENDS) is step


def test_a_mail_loses_its_bytes_then_its_words_and_keeps_who_wrote_when_to_whom() -> None:
    enclosed = Enclosure(EventId("$f"), SharedFile("mxc://a/b", "b.pdf", "application/pdf", 3), BlobId("b" * 64))
    attachment = Attachment("a.pdf", "application/pdf", 3, False, "", "a" * 64)
    named = replace(mail_in(2, AT), attachments=(attachment,), files=(enclosed,))
    record = replace(named, raw=BlobId("c" * 64), folded="PS: one more word", linked="x (https://a.example)")
    bare = without(record, Step.ORIGINALS)
    assert (bare.raw, bare.attachments[0].sha256, bare.files[0].blob) == ("", "", "")
    assert (bare.text, bare.attachments[0].filename) == (record.text, "a.pdf")
    wordless = without(bare, Step.WORDS)
    assert wordless.text == wordless.folded == wordless.linked == ""
    for kept in ("row", "message_id", "from_", "to", "date", "references", "subject", "sameness"):
        assert getattr(wordless, kept) == getattr(record, kept)


@pytest.mark.parametrize("mailbox", ["contact@asso.example", "a:b:c@asso.example"])
def test_a_timer_says_where_the_pass_stands(mailbox: str) -> None:
    place = Place(MailboxId(mailbox), Status.SPAM, AT + timedelta(microseconds=7), ConversationId(142))
    assert place_in(place.timer.partition(":")[2]) == place
    assert place_in(Place(MailboxId(mailbox)).timer.partition(":")[2]) == Place(MailboxId(mailbox))


def test_a_pass_goes_through_what_is_closed_deleted_and_spam() -> None:
    place: Place | None = Place(MAILBOX.id)
    seen = []
    while place is not None:
        seen.append(place.status)
        place = place.next_status
    assert seen == [Status.CLOSED, Status.DELETED, Status.SPAM]


IN = ("INBOX",)


def test_what_lay_in_junk_is_known_there_alone() -> None:
    record = replace(mail_in(2, AT), sameness="s", folder="Junk")
    there, elsewhere = (past_keys(record.mailbox, record.message_id, ("s", ""), is_junk=one) for one in (True, False))
    assert past_key_of(record, IN) in there and past_key_of(record, IN) not in elsewhere
    assert past_key_of(replace(record, folder="INBOX"), IN) in elsewhere
    assert past_key_of(replace(record, folder=""), IN) in elsewhere, "of an archive"


def test_a_mail_that_was_here_is_known_by_its_id_and_its_words_and_ours_by_its_id() -> None:
    record = replace(mail_in(2, AT), sameness="s")
    here = past_keys(record.mailbox, record.message_id, ("s", ""), is_junk=False)
    assert past_key_of(record, IN) in here
    assert past_key_of(replace(record, sameness="other"), IN) not in here
    assert past_key_of(replace(record, direction=Direction.OUT, sameness="other"), IN) in here
    assert past_key_of(replace(record, mailbox=MailboxId("other@asso.example")), IN) not in here
    assert past_key_of(replace(record, message_id="odd\udcff\0"), IN).startswith("past:")


# --- the story ------------------------------------------------------------------------------------------------------

INSTANCE = replace(World().instance, mailboxes=(KEEPS,))


def decided(**more: object) -> Decision:
    return decide_retention(RetentionSnapshot(INSTANCE, KEEPS, **more), AT)  # type: ignore[arg-type]


def test_the_config_room_is_told_a_day_before_anything_goes() -> None:
    decision = decided(waiting=7)
    assert decision.changes == (NeverTake(told_key(KEEPS)), SetTimer(Place(KEEPS.id).timer, AT + BETWEEN))
    (say,) = decision.effects
    assert isinstance(say, Say)
    assert (say.room, dict(say.sentences[0].values)["count"]) == (CONFIG, 7)


def test_where_nothing_waits_nobody_is_told_and_it_looks_again_tomorrow() -> None:
    assert decided() == Decision((SetTimer(Place(KEEPS.id).timer, AT + BETWEEN),))


def test_other_times_are_told_anew() -> None:
    assert told_key(KEEPS) != told_key(replace(KEEPS, keep_spam_days=31))


def test_a_step_takes_what_may_go_and_sets_the_next() -> None:
    following = Place(KEEPS.id, Status.SPAM)
    row, words = Old(closed(25)), Old(closed(13), (mail_in(2, AT),))
    decision = decided(was_told=True, found=(row, words, Old(closed(25), has_calls=True)), following=following)
    assert decision.changes == (
        Drop(row.conversation, ("INBOX",)),
        Fade(words.conversation, (without(mail_in(2, AT), Step.WORDS),), words=True),
        SetTimer(following.timer, AT + PAUSE),
    )
    assert decision.effects == ()


def test_the_last_step_sets_the_next_day_s_pass() -> None:
    assert decided(was_told=True).changes == (SetTimer(Place(KEEPS.id).timer, AT + BETWEEN),)


@pytest.mark.parametrize("mailbox", [None, MAILBOX])
def test_where_it_was_switched_off_meanwhile_the_timer_ends(mailbox: MailboxSettings | None) -> None:
    assert decide_retention(RetentionSnapshot(INSTANCE, mailbox, was_told=True), AT) == Decision()


def test_limits_of_spam_are_the_later_ones() -> None:
    assert isinstance(ENDS, Limits)
    assert ENDS.first_of(Status.SPAM) == ENDS.spam
    assert ENDS.first_of(Status.CLOSED) == ENDS.originals
