"""`draft`, `send`, `discard`: an answer that anybody of the team may take up, and that is sent once."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.command import Called
from bot.domain.commands.reading import read_edit
from bot.domain.conversation import EventKind, OutState
from bot.domain.decision import AddMail
from bot.domain.ids import EventId
from bot.domain.inputs.said import MessageEdited, Redacted
from bot.domain.outcomes import MailAccepted
from bot.domain.prepared import difference
from bot.domain.rules.preparing import draft_in
from bot.domain.signing import Signer
from bot.domain.snapshots import DeletedSnapshot, Drafted, EditedSnapshot
from bot.domain.stories.table import decide
from tests.domain.commands.cases import given, told
from tests.domain.deciding import World
from tests.fakes.chat import ALICE, BOB, BOT, ROOM


def world() -> World:
    made = World()
    made.comes()
    return made


def words(made: World) -> str | None:
    draft = draft_in(made.outgoing())
    return draft.text if draft is not None else None


def edits(made: World, target: EventId, body: str, *, sender: str = ALICE) -> None:
    """An edit of the message of a draft, as loading finds it."""
    edit = MessageEdited(ROOM, made.event(), target, sender, body, made.now)  # type: ignore[arg-type]
    draft = draft_in(made.outgoing())
    snapshot = EditedSnapshot(
        instance=made.instance, signer=Signer(b"secret"), reading=read_edit(edit, bot=BOT), is_joined=True, work=(),
        record=None, dialogue=None, others=(), target=made.events.get(target),
        drafted=Drafted(made.conversation) if draft is not None and draft.source == target else None,
    )  # fmt: skip
    made.take(decide(snapshot, edit, made.now))


def deletes(made: World, target: EventId) -> None:
    deleted = Redacted(ROOM, made.event(), target, ALICE, made.now)
    draft = draft_in(made.outgoing())
    snapshot = DeletedSnapshot(
        instance=made.instance, is_ours=True, about=(), outgoing=None, record=None, dialogue=None, deeds=(),
        incoming={}, target=made.events.get(target), card_of=None,
        drafted=Drafted(made.conversation) if draft is not None and draft.source == target else None,
    )  # fmt: skip
    made.take(decide(snapshot, deleted, made.now))


def history(made: World) -> list[tuple[str, str]]:
    return [(one.what.value, one.detail) for one in made.decided.happened]


def test_a_draft_leaves_by_send_alone_once() -> None:
    made = world()
    made.says("!draft Bonjour Marie")
    assert (words(made), made.out(), history(made)) == ("Bonjour Marie", [], [("drafted", "Bonjour Marie")])
    made.says("!send", sender=BOB)
    (record,) = made.out()
    assert (record.text, record.author, record.state) == ("Bonjour Marie", BOB, OutState.QUEUED)
    assert words(made) is None
    made.says("!send", sender=BOB)
    assert (made.said(), len(made.out())) == (["error.send_what"], 1)


def test_anybody_takes_it_up_and_the_history_shows_what_changed() -> None:
    made = world()
    made.says("!draft Bonjour Marie, à samedi")
    made.says("!draft Bonjour Marie, à dimanche", sender=BOB)
    assert history(made) == [("redrafted", "−samedi +dimanche")]
    draft = made.conversation.draft
    assert draft is not None and (draft.author, draft.by) == (ALICE, BOB)
    assert "draft.waits_changed" in made.said()


def test_the_same_words_again_are_no_change_and_their_message_is_the_draft_from_then_on() -> None:
    made = world()
    made.says("!draft Bonjour Marie")
    again = made.says("!draft Bonjour  Marie", sender=BOB).event
    assert history(made) == [] and "draft.waits_changed" not in made.said()
    edits(made, again, "!draft Bonsoir Marie", sender=BOB)
    assert words(made) == "Bonsoir Marie"


def test_editing_its_message_changes_it_and_editing_an_older_one_does_not() -> None:
    made = world()
    first = made.says("!draft Bonjour").event
    edits(made, first, "!draft Bonsoir")
    assert (words(made), history(made)) == ("Bonsoir", [("redrafted", "−Bonjour +Bonsoir")])
    made.says("!draft Salut", sender=BOB)
    edits(made, first, "!draft Bonne nuit")
    assert words(made) == "Salut"


@pytest.mark.parametrize("body", ["not a draft", "!note between us", "!draft", "!reply Bonsoir", "!draft #2 x"])
def test_edited_into_anything_else_it_is_dropped_and_nothing_leaves(body: str) -> None:
    made = world()
    event = made.says("!draft Bonjour").event
    edits(made, event, body)
    assert (words(made), made.out()) == (None, [])


def test_somebody_else_s_edit_of_the_message_is_none() -> None:
    made = world()
    event = made.says("!draft Bonjour").event
    edits(made, event, "!draft Bonsoir", sender=BOB)
    assert words(made) == "Bonjour"


def test_deleting_its_message_or_discard_drops_it() -> None:
    made = world()
    event = made.says("!draft Bonjour").event
    deletes(made, event)
    assert words(made) is None
    made.says("!draft Bonjour")
    made.says("!discard", sender=BOB)
    assert (words(made), history(made)) == (None, [("discarded", "")])
    made.says("!discard")
    assert made.said() == ["error.draft_none"]


def test_taken_back_it_waits_again() -> None:
    made = world()
    made.says("!draft Bonjour")
    sent = made.says("!send")
    made.redacts(sent.event)
    assert ([r.state for r in made.out()], words(made)) == ([OutState.CANCELLED], "Bonjour")
    made.says("!send")
    assert len(made.calls) == 1


def test_where_it_is_asked_first_it_is_sent_by_the_answer() -> None:
    made = world()
    made.says("!reply Déjà répondu", sender=BOB)
    made.says("!draft Bonjour")
    made.says("!send")
    assert made.was_asked and words(made) == "Bonjour"
    made.reacts("✅", made.question())
    assert [r.text for r in made.out()] == ["Déjà répondu", "Bonjour"]
    assert words(made) is None


def test_send_as_a_reply_to_one_s_own_words_sends_those() -> None:
    made = world()
    made.says("!draft Bonjour")
    talk = made.says("Bonsoir")
    made.says("!send", reply_to=talk.event)
    assert [r.text for r in made.out()] == ["Bonsoir"]


def test_send_as_a_reply_to_the_draft_s_message_sends_the_draft() -> None:
    made = world()
    event = made.says("!draft Bonjour").event
    assert made.events[event].kind is EventKind.COMMAND
    made.says("!send", reply_to=event)
    assert [r.text for r in made.out()] == ["Bonjour"]


def test_alone_it_shows_the_draft() -> None:
    made = world()
    made.says("!draft")
    assert made.said() == ["error.draft_none"]


def test_outside_of_the_thread_nothing_is_kept() -> None:
    decision = given("!draft #1 Bonjour", in_thread=False)
    assert told(decision) == ["error.draft_in_thread"]


def test_its_words_are_not_sent_by_a_tray() -> None:
    made = world()
    event = made.says("!draft Bonjour").event
    made.reacts("📤", event)
    assert (made.out(), made.said()) == ([], ["error.send_what"])


@pytest.mark.parametrize("body", ["!draft x", "!discard", "!send"])
def test_from_a_session_that_is_not_trusted_nothing_is_prepared(body: str) -> None:
    decision = given(body, room_encrypted=True, was_encrypted=True, session_trust="unsigned_device")
    assert told(decision) == ["error.trust.unsigned_device"]
    assert not [change for change in decision.changes if isinstance(change, AddMail)]


@given_any(st.text(max_size=80), st.text(max_size=80))
def test_a_difference_is_empty_where_the_words_are_the_same(before: str, after: str) -> None:
    assert (difference(before, after) == "") == (before.split() == after.split())


STEPS = st.lists(st.sampled_from(("draft", "other", "edit", "send", "undo", "discard", "accept")), max_size=14)


@settings(max_examples=150, deadline=None)
@given_any(STEPS)
def test_in_whatever_order_a_draft_is_one_mail_at_most(steps: list[str]) -> None:
    made = world()
    written: list[EventId] = []
    texts: dict[str, int] = {}
    for number, step in enumerate(steps):
        match step:
            case "draft" | "other":
                who = BOB if step == "other" else ALICE
                written.append(made.says(f"!draft Words {number}", sender=who).event)
            case "edit" if written and isinstance(made.events.get(written[-1]), object):
                edits(made, written[-1], f"!draft Edited {number}")
            case "send":
                made.says("!send")
            case "undo" | "discard":
                made.says(f"!{step}")
            case "accept" if made.calls:
                made.made(made.calls[0], MailAccepted("ok", ()))
            case _:
                pass
    for record in made.out():
        if record.state is not OutState.CANCELLED:
            texts[record.text] = texts.get(record.text, 0) + 1
    assert all(count == 1 for count in texts.values())
    assert isinstance(made.asked(replace(made.says("!send"))).reading, Called)


def test_while_its_mail_waits_discard_and_another_draft_take_it_back() -> None:
    made = world()
    made.says("!draft Un")
    made.says("!send")
    made.says("!draft")
    assert made.said() == []
    made.says("!discard", sender=BOB)
    assert ([r.state for r in made.out()], made.calls, made.conversation.draft) == ([OutState.CANCELLED], [], None)
    assert "draft.taken_back" in made.said() and "draft.dropped" in made.said()
    made.says("!draft Deux")
    made.says("!send")
    made.says("!draft Trois", sender=BOB)
    assert [r.state for r in made.out()] == [OutState.CANCELLED, OutState.CANCELLED]
    assert (words(made), "draft.taken_back" in made.said()) == ("Trois", True)
    made.says("!send")
    assert [call.text for call in made.calls] == ["Trois"]


def test_once_its_mail_has_left_discard_finds_none_and_another_draft_is_a_new_one() -> None:
    made = world()
    made.says("!draft Un")
    made.says("!send")
    made.made(made.calls[0], MailAccepted("ok", ()))
    made.says("!discard")
    assert made.said() == ["error.draft_none"]
    made.says("!draft Deux")
    assert (words(made), [r.state for r in made.out()]) == ("Deux", [OutState.SENT])
