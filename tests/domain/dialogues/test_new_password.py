"""`mailbox password`, turn by turn: function calls, without a database, and without a word of the password."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.calls import Call, RedactEvent, TryImap, TrySmtp
from bot.domain.conversation import EventKind
from bot.domain.credentials import Credential, Lack, Listed, PasswordReference, Source
from bot.domain.decision import NOTHING, AddEvent, CloseCall, Decision, DropSecret, EndDialogue, RetryCall, SaveDialogue
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues import table
from bot.domain.dialogues.steering import Steer
from bot.domain.due_snapshots import DialogueSnapshot
from bot.domain.effects import Do, Say
from bot.domain.house_changes import SetPassword
from bot.domain.ids import EffectId, EventId, MailboxId, RoomId, SecretId, UserId
from bot.domain.inputs.inside import Receipt, TimerDue
from bot.domain.inputs.said import MessageEdited, TeamMessage
from bot.domain.new_password import HEEDS, WAITS, NewPassword, Phase
from bot.domain.outcomes import CREDENTIALS, Accepted, AnyOutcome, Refused, TryLater
from bot.domain.planned import PlannedCall, plan
from bot.domain.settings import Instance
from bot.domain.snapshots import EditedSnapshot, ReceiptSnapshot
from bot.domain.stories.table import decide
from tests.domain.deciding import MAILBOX, START, World, asked_by
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM

COMMAND = EventId("$command")
NAMED = PasswordReference(Source.FILE, "asso")
FIRST, SECOND = SecretId("first"), SecretId("second")
SIGNED: dict[str, Any] = {"room_encrypted": True, "was_encrypted": True}
IN, WRONG, AWAY = Accepted(), Refused(CREDENTIALS, "go away"), TryLater("timeout")


@dataclass
class Talk:
    """One admin, one mailbox, and what becomes of their dialogue."""

    now: datetime = START
    instance: Instance = field(default_factory=lambda: World().instance)
    dialogues: dict[int, Dialogue] = field(default_factory=dict)
    calls: list[PlannedCall] = field(default_factory=list)
    decided: Decision = NOTHING
    numbers: int = 0

    def says(
        self,
        body: str,
        *,
        secret: Credential | None = None,
        by: UserId = ALICE,
        thread: EventId | None = COMMAND,
        event: EventId | None = None,
        is_joined: bool = True,
        room: RoomId = CONFIG,
        **more: Any,
    ) -> list[str]:
        self.numbers += 1
        written = TeamMessage(
            room, event or EventId(f"$e{self.numbers}"), by, "m.text", body, "", (), thread, None, self.now,
            secret=secret, **{**SIGNED, **more},
        )  # fmt: skip
        asked = replace(
            asked_by(written, self.instance, self.now),
            is_joined=is_joined,
            is_secret=secret is not None,
            dialogues=tuple(one for one in self.dialogues.values() if secret is not None or one.person == by),
        )
        return self.takes(decide(asked, written, self.now))

    def begins(self) -> list[str]:
        return self.says("!mailbox password contact@asso.example", thread=None, event=COMMAND)

    def ends(self, call: Call, outcome: AnyOutcome, failures: int = 0) -> list[str]:
        (planned,) = [one for one in self.calls if one.call == call]
        dialogue = self.dialogues.get(planned.dialogue or 0)
        snapshot = ReceiptSnapshot(
            self.instance, EffectId(1), planned, True, failures, self.now, None, None, None, None, False, dialogue=dialogue
        )  # fmt: skip
        return self.takes(decide(snapshot, Receipt(EffectId(1), 1, outcome, self.now), self.now))

    def rings(self) -> list[str]:
        (one,) = self.dialogues.values()
        self.now = one.state.expires_at
        return self.takes(decide(DialogueSnapshot(one), TimerDue(one.timer, self.now), self.now))

    def takes(self, decision: Decision) -> list[str]:
        self.decided = decision
        for change in decision.changes:
            match change:
                case SaveDialogue(one):
                    known = self.dialogues.get(one.id)
                    assert one.version == (known.version if known else 0)
                    self.dialogues[one.id] = replace(one, version=one.version + 1)
                case EndDialogue(over, version):
                    assert self.dialogues.pop(over).version == version
                case _:
                    pass
        self.calls += [plan(e.call, dialogue=e.dialogue) for e in decision.effects if isinstance(e, Do)]
        return [one.key for effect in decision.effects if isinstance(effect, Say) for one in effect.sentences]

    @property
    def state(self) -> NewPassword:
        (one,) = self.dialogues.values()
        assert isinstance(one.state, NewPassword)
        return one.state

    def deletes(self) -> list[EventId]:
        made = [e.call.event for e in self.decided.effects if isinstance(e, Do) and isinstance(e.call, RedactEvent)]
        known = [
            c.event.event for c in self.decided.changes if isinstance(c, AddEvent) and c.event.kind is EventKind.SECRET
        ]
        assert made == known, "what is deleted is known as such"
        return made

    def drops(self) -> list[SecretId]:
        return [change.secret for change in self.decided.changes if isinstance(change, DropSecret)]

    def sets(self) -> list[SetPassword]:
        return [change for change in self.decided.changes if isinstance(change, SetPassword)]


@pytest.fixture
def talk() -> Talk:
    made = Talk()
    assert made.begins() == ["password.asked", "dialogue.drop"]
    assert made.state == NewPassword(MAILBOX.id, START, begun=START)
    assert not made.deletes()
    return made


def tried(talk: Talk, secret: Credential, imap: AnyOutcome, smtp: AnyOutcome) -> list[str]:
    talk.says("", secret=secret)
    assert talk.ends(TryImap(MAILBOX.id, secret), imap, failures=2) == []
    return talk.ends(TrySmtp(MAILBOX.id, secret), smtp, failures=2)


def test_what_is_written_is_deleted_and_tried_at_both_servers(talk: Talk) -> None:
    assert talk.says("", secret=FIRST, event=EventId("$secret")) == ["password.trying"]
    assert talk.deletes() == ["$secret"]
    made = [(one.call, one.dialogue, one.channel) for one in talk.calls if not isinstance(one.call, RedactEvent)]
    (id,) = talk.dialogues
    assert made == [(TryImap(MAILBOX.id, FIRST), id, "trial"), (TrySmtp(MAILBOX.id, FIRST), id, "trial")]
    assert not talk.sets()


@pytest.mark.parametrize("order", [(TryImap, TrySmtp), (TrySmtp, TryImap)])
def test_it_counts_once_both_servers_took_it(talk: Talk, order: tuple[type[TryImap], type[TrySmtp]]) -> None:
    talk.says("", secret=FIRST)
    assert talk.ends(order[0](MAILBOX.id, FIRST), IN) == []
    assert talk.ends(order[1](MAILBOX.id, FIRST), IN) == ["password.imap_in", "password.smtp_in", "password.done"]
    assert talk.sets() == [SetPassword(MAILBOX.id, FIRST, ALICE)]
    assert not talk.drops(), "it belongs to the mailbox now"
    assert not talk.state.is_open


@pytest.mark.parametrize(
    ("imap", "smtp", "said"),
    [
        (
            WRONG,
            WRONG,
            ["password.imap_refused", "password.smtp_refused", "password.check", "password.again", "dialogue.drop"],
        ),
        (IN, WRONG, ["password.imap_in", "password.smtp_refused", "password.check", "password.again", "dialogue.drop"]),
        (AWAY, IN, ["password.imap_away", "password.smtp_in", "password.again", "dialogue.drop"]),
        (
            Refused("no_server", ""),
            AWAY,
            ["password.imap_away", "password.smtp_away", "password.again", "dialogue.drop"],
        ),
    ],
)
def test_a_wrong_one_changes_nothing_and_can_be_given_again(
    talk: Talk, imap: AnyOutcome, smtp: AnyOutcome, said: list[str]
) -> None:
    assert tried(talk, FIRST, imap, smtp) == said
    assert (talk.sets(), talk.drops()) == ([], [FIRST])
    assert tried(talk, SECOND, IN, IN)[-1] == "password.done"
    assert talk.sets() == [SetPassword(MAILBOX.id, SECOND, ALICE)]


def test_a_server_that_is_away_is_asked_a_few_times_before_it_is_told(talk: Talk) -> None:
    talk.says("", secret=FIRST)
    for failures in (0, 1):
        assert talk.ends(TryImap(MAILBOX.id, FIRST), AWAY, failures) == []
        assert any(isinstance(change, RetryCall) for change in talk.decided.changes)
    talk.ends(TryImap(MAILBOX.id, FIRST), AWAY, 2)
    assert any(isinstance(change, CloseCall) for change in talk.decided.changes)
    assert talk.state.imap is not None


def test_who_writes_it_twice_means_the_second(talk: Talk) -> None:
    talk.says("", secret=FIRST)
    talk.says("", secret=SECOND)
    assert talk.drops() == [FIRST]
    for call in (TryImap(MAILBOX.id, FIRST), TrySmtp(MAILBOX.id, FIRST)):
        assert talk.ends(call, IN) == []
    assert (talk.sets(), talk.state.secret) == ([], SECOND)
    talk.ends(TryImap(MAILBOX.id, SECOND), IN)
    assert talk.ends(TrySmtp(MAILBOX.id, SECOND), IN)[-1] == "password.done"


@pytest.mark.parametrize("is_being_tried", [False, True])
@pytest.mark.parametrize("thread", [COMMAND, None])
def test_cancel_leaves_all_as_it_was(talk: Talk, is_being_tried: bool, thread: EventId | None) -> None:
    if is_being_tried:
        talk.says("", secret=FIRST)
    assert talk.says("!cancel", thread=thread) == ["dialogue.dropped"]
    assert talk.drops() == ([FIRST] if is_being_tried else [])
    if is_being_tried:
        for call in (TryImap(MAILBOX.id, FIRST), TrySmtp(MAILBOX.id, FIRST)):
            assert talk.ends(call, IN) == []
            assert not talk.sets()
    assert not talk.state.is_open


@pytest.mark.parametrize("over", ["cancelled", "late", "taken"])
def test_what_comes_after_the_end_is_deleted_and_used_for_nothing(talk: Talk, over: str) -> None:
    match over:
        case "cancelled":
            talk.says("!cancel")
        case "late":
            assert talk.rings() == ["password.late"]
        case _:
            tried(talk, FIRST, IN, IN)
    before = len([one for one in talk.calls if isinstance(one.call, TryImap)])
    assert talk.says("", secret=SECOND, event=EventId("$late")) == ["password.not_asked"]
    assert (talk.deletes(), talk.drops(), talk.sets()) == (["$late"], [SECOND], [])
    assert len([one for one in talk.calls if isinstance(one.call, TryImap)]) == before


def test_its_time_is_over_whether_or_not_the_timer_rang(talk: Talk) -> None:
    talk.now += WAITS + timedelta(seconds=1)
    assert talk.says("", secret=FIRST) == ["password.not_asked"]
    assert talk.drops() == [FIRST]


def test_it_is_forgotten_a_week_after_its_end(talk: Talk) -> None:
    talk.rings()
    assert talk.state == NewPassword(MAILBOX.id, START + WAITS, Phase.OVER, begun=START)
    assert talk.rings() == []
    assert not talk.dialogues


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"was_encrypted": False}, ["error.plain_in_encrypted", "secret.not_taken"]),
        ({"was_encrypted": False, "room_encrypted": False}, ["secret.in_clear", "secret.not_taken"]),
        ({"session_trust": "unsigned_device"}, ["error.trust.unsigned_device", "secret.not_taken"]),
        ({"is_joined": False}, []),
    ],
)
def test_what_is_not_taken_is_deleted_all_the_same(talk: Talk, how: dict[str, Any], why: list[str]) -> None:
    assert talk.says("", secret=FIRST, event=EventId("$secret"), **how) == why
    assert (talk.deletes(), talk.drops()) == (["$secret"], [FIRST])
    assert talk.state.phase is Phase.ASKED, "it can be written again"
    assert not [one for one in talk.calls if isinstance(one.call, TryImap)]


def test_who_has_not_the_right_any_more_tells_nothing(talk: Talk) -> None:
    talk.instance = replace(talk.instance, admins=(BOB,))
    assert talk.says("", secret=FIRST) == ["error.no_right", "secret.not_taken"]
    assert talk.drops() == [FIRST]


def test_a_room_in_clear_is_taken_where_the_operator_wants_it() -> None:
    talk = Talk()
    clear: dict[str, Any] = {"room_encrypted": False, "was_encrypted": False}
    asked = talk.says("!mailbox password", thread=None, **clear)
    assert asked == ["secret.in_clear"]
    assert not talk.dialogues
    talk.instance = replace(talk.instance, allow_insecure_secrets=True)
    assert talk.says("!mailbox password", thread=None, **clear)[0] == "password.asked"
    assert talk.says("", secret=FIRST, **clear) == ["password.trying"]


@pytest.mark.parametrize(
    ("body", "deleted"),
    [
        ("!mailbox password contact@asso.example hunter2", True),
        ("!mailbox password contact #2024", True),
        ("!mailbox password contact\nhunter2", True),
        ("!mailbox password hunter2", True),
        ("!mailbox password contact file hunter2", True),
        ("!mailbox password @bob", True),
        ("!mailbox password", False),
        ("!mailbox password CONTACT", False),
        ("!boîte mot-de-passe contact", False),
        ("!mailbox password contact file", False),
    ],
)
@pytest.mark.parametrize("by", [ALICE, BOB])
@pytest.mark.parametrize("room", [CONFIG, ROOM])
def test_a_password_behind_the_command_is_deleted_whoever_wrote_it_and_wherever(
    body: str, deleted: bool, by: UserId, room: RoomId
) -> None:
    talk = Talk()
    said = talk.says(body, thread=None, by=by, room=room, event=EventId("$told"))
    # To whoever is no admin a mailbox elsewhere is nobody's: its name may be a password as any word.
    deleted = deleted or (by == BOB and room == CONFIG and "contact" in body.lower())
    assert talk.deletes() == (["$told"] if deleted else [])
    assert (said == ["secret.at_once"]) == deleted
    told = str(talk.decided.effects)
    assert "hunter2" not in told and "2024" not in told
    assert bool(talk.dialogues) == (not deleted and by == ALICE and room == CONFIG and "file" not in body)


def test_the_password_of_the_file_can_be_taken_again() -> None:
    talk = Talk()
    assert talk.says("!mailbox password contact file", thread=None) == ["password.is_of_file"]
    given = replace(MAILBOX, password=FIRST)
    talk.instance = replace(talk.instance, mailboxes=(given,))
    assert talk.says("!mailbox password contact fichier", thread=None) == []
    assert talk.sets() == [SetPassword(MAILBOX.id, None, ALICE)]


def test_one_of_several_mailboxes_is_to_be_named() -> None:
    talk = Talk()
    other = replace(MAILBOX, id=MailboxId("contact@b.example"), address="contact@b.example")
    talk.instance = replace(talk.instance, mailboxes=(MAILBOX, other))
    assert talk.says("!mailbox password", thread=None) == ["error.which_mailbox"]
    assert talk.says("!mailbox password contact@b.example", thread=None)[0] == "password.asked"
    assert talk.state.mailbox == other.id


def test_beginning_anew_ends_what_was_begun_before(talk: Talk) -> None:
    (before,) = talk.dialogues
    talk.says("!mailbox password contact", thread=None)
    assert before not in talk.dialogues
    assert len(talk.dialogues) == 1


def test_commands_are_commands_while_it_waits(talk: Talk) -> None:
    assert talk.says("!status") == ["password.waits", "dialogue.drop"]
    assert talk.says("!back") == ["dialogue.first_step", "dialogue.drop"]
    (asked,) = talk.dialogues.values()
    assert asked.state == NewPassword(MAILBOX.id, START, begun=START)


def test_a_mailbox_that_went_meanwhile_gets_no_password(talk: Talk) -> None:
    talk.instance = replace(talk.instance, mailboxes=())
    assert talk.says("", secret=FIRST) == ["password.not_asked"]
    assert talk.drops() == [FIRST]


@pytest.mark.parametrize("changed", [{"mailboxes": ()}, {"admins": (BOB,)}])
def test_what_is_gone_while_it_is_tried_gets_no_password(talk: Talk, changed: dict[str, Any]) -> None:
    talk.says("", secret=FIRST)
    assert talk.ends(TryImap(MAILBOX.id, FIRST), IN) == []
    talk.instance = replace(talk.instance, **changed)
    assert talk.ends(TrySmtp(MAILBOX.id, FIRST), IN) == ["password.gone"]
    assert (talk.sets(), talk.drops(), talk.state.phase) == ([], [FIRST], Phase.OVER)


def test_a_name_of_where_it_lies_is_tried_and_set_and_nothing_is_dropped(talk: Talk) -> None:
    assert talk.says("", secret=NAMED) == ["password.trying_reference"]
    assert (talk.deletes(), talk.drops()) == ([], [])
    assert talk.says("!status") == ["password.trying_reference", "dialogue.drop"]
    talk.ends(TryImap(MAILBOX.id, NAMED), IN)
    assert talk.ends(TrySmtp(MAILBOX.id, NAMED), IN)[-1] == "password.done"
    assert talk.sets() == [SetPassword(MAILBOX.id, NAMED, ALICE)]


def test_only_names_of_this_mailbox_are_offered() -> None:
    lists = Listed(MAILBOX.id, NAMED), Listed(MailboxId("other@asso.example"), NAMED)
    for listed, offered in ((lists, ["password.or_reference"]), (lists[1:], [])):
        talk = Talk(instance=replace(World().instance, references=listed))
        assert talk.begins() == ["password.asked", *offered, "dialogue.drop"]


def test_a_name_under_which_nothing_lies_is_told_in_one_sentence(talk: Talk) -> None:
    talk.says("", secret=NAMED)
    lacks = Refused(Lack.MISSING.value, "")
    talk.ends(TryImap(MAILBOX.id, NAMED), lacks)
    told = talk.ends(TrySmtp(MAILBOX.id, NAMED), lacks)
    assert told == ["password.not_read", "password.again", "dialogue.drop"]
    assert (talk.sets(), talk.drops(), talk.state.phase) == ([], [], Phase.ASKED)


def test_who_may_tell_no_password_may_name_none(talk: Talk) -> None:
    told = talk.says("", secret=NAMED, by=BOB)
    assert "secret.not_taken" not in told
    assert (talk.deletes(), talk.calls) == ([], [])


def edited(talk: Talk, *, is_joined: bool = True) -> list[str]:
    edit = MessageEdited(CONFIG, EventId("$edit"), EventId("$secret"), ALICE, "", talk.now, is_secret=True, **SIGNED)
    asked = asked_by(TeamMessage(CONFIG, COMMAND, ALICE, "m.text", "", "", (), None, None, START), talk.instance, START)
    snapshot = EditedSnapshot(
        talk.instance, asked.signer, asked.reading, is_joined, (), None, None, tuple(talk.dialogues.values()), None
    )
    return talk.takes(decide(snapshot, edit, talk.now))


def test_an_edit_is_no_way_to_tell_one_and_is_deleted(talk: Talk) -> None:
    assert edited(talk) == ["secret.edited"]
    assert talk.deletes() == ["$edit"]
    assert edited(talk, is_joined=False) == []
    assert talk.deletes() == ["$edit"]


def test_it_is_told_where_the_homeserver_lets_nobody_delete() -> None:
    talk = Talk()
    talk.calls.append(plan(RedactEvent(CONFIG, EventId("$secret"))))
    (call,) = [one.call for one in talk.calls]
    assert talk.ends(call, TryLater("unreachable", is_outage=True)) == []
    assert any(isinstance(change, RetryCall) for change in talk.decided.changes)
    assert talk.ends(call, Refused("M_FORBIDDEN", "")) == ["secret.not_deleted"]
    assert talk.ends(call, Accepted()) == []


@pytest.mark.parametrize(
    ("thread", "said", "hears"),
    [
        (None, timedelta(seconds=10), True),
        (EventId("$other"), timedelta(seconds=10), True),
        (None, timedelta(seconds=-30), True),
        (None, timedelta(minutes=-5), False),
        (None, WAITS, False),
        (COMMAND, WAITS, True),
        (COMMAND, WAITS + HEEDS, False),
    ],
)
def test_what_was_written_while_it_was_waited_for_is_a_secret_though_its_key_comes_later(
    talk: Talk, thread: EventId | None, said: timedelta, hears: bool
) -> None:
    talk.now += timedelta(minutes=2)
    talk.says("!cancel")
    later = talk.now + timedelta(minutes=5)
    found = table.listening(tuple(talk.dialogues.values()), ALICE, later, START + said, thread)
    assert (found is not None) == hears


@pytest.mark.parametrize(
    ("person", "thread", "after", "hears"),
    [
        (ALICE, COMMAND, timedelta(0), True),
        (ALICE, None, timedelta(0), True),
        (ALICE, EventId("$other"), timedelta(0), True),
        (BOB, COMMAND, timedelta(0), False),
        (ALICE, COMMAND, WAITS + timedelta(seconds=1), True),
        (ALICE, None, WAITS + timedelta(seconds=1), False),
        (ALICE, COMMAND, WAITS + HEEDS + timedelta(seconds=2), False),
    ],
)
def test_whose_words_are_a_secret_and_where(
    talk: Talk, person: UserId, thread: EventId | None, after: timedelta, hears: bool
) -> None:
    found = table.listening(tuple(talk.dialogues.values()), person, START + after, START + after, thread)
    assert (found is not None) == hears


def test_of_two_the_one_that_waits_is_told(talk: Talk) -> None:
    (first,) = talk.dialogues.values()
    talk.now += timedelta(minutes=2)
    talk.says("!cancel")
    talk.says("!mailbox password contact", thread=None, event=EventId("$second"))
    two = sorted(talk.dialogues.values(), key=lambda one: one.state.expires_at)
    assert [one.state.is_open for one in two] == [True, False]
    found = table.listening(two, ALICE, talk.now, START + timedelta(minutes=1), COMMAND)
    assert found is not None and found.id != first.id


def test_it_is_dropped_by_whom_it_was_begun_with_alone(talk: Talk) -> None:
    asked = asked_by(
        TeamMessage(CONFIG, EventId("$x"), BOB, "m.text", "!cancel", "", (), COMMAND, None, START, **SIGNED),
        talk.instance,
        START,
    )
    assert table.steered(asked, Steer.CANCEL) is None
