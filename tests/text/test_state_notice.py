"""The notice of an outgoing mail, in each of its states."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import OutState, Status
from bot.domain.effects import ShowState
from bot.domain.mail import Address
from bot.domain.outcomes import RecipientAnswer
from bot.text.reader import Reader
from bot.text.shown import Shown
from bot.text.state_notice import STATE_MARK, state_notice
from bot.text.wording import typed
from tests.storage.made import conversation, mail
from tests.text.matrix_html import links_of

AT = datetime(2025, 3, 3, 10, 4, tzinfo=UTC)


def notice(
    state: OutState,
    *,
    language: str = "fr",
    seconds: int = 20,
    to: tuple[str, ...] = ("marie@tartempion.fr",),
    words: str = "550 5.1.1 No such user",
    refused: tuple[RecipientAnswer, ...] = (),
    failed: tuple[str, ...] = (),
    later: tuple[str, ...] = (),
    next_try: datetime | None = AT + timedelta(minutes=2),
) -> Shown:
    record = replace(
        mail(1),
        state=state,
        to=tuple(Address("", one) for one in to),
        cc=(),
        from_=(Address("Mon Asso", "contact@monasso.org"),),
        detail=words,
        failed=failed,
        recipients=later,
    )
    minutes = 0 if next_try is None else int((next_try - AT).total_seconds() // 60)
    here = conversation(142, status=Status.PENDING)
    effect = ShowState(here, record, seconds, minutes, refused)
    return state_notice(effect, Reader(language, AT, "Europe/Paris"))


def test_a_mail_in_its_undo_window_says_to_whom_from_whom_and_how_to_cancel() -> None:
    shown = notice(OutState.QUEUED, words="")
    assert shown.body == (
        "#142 · ⏳ À marie@tartempion.fr de la part de Mon Asso, départ à 11:04:20. "
        "!annuler ou effacez votre message pour annuler."
    )
    assert "<code>!annuler</code>" in shown.html
    assert "<b>Mon Asso</b>" in shown.html


def test_after_the_window_nothing_is_said_of_undoing() -> None:
    assert "!undo" not in notice(OutState.QUEUED, seconds=0).body


def test_a_sent_mail_says_when_and_how_the_conversation_stands_now() -> None:
    assert notice(OutState.SENT).body == "#142 · ✅ Envoyé à marie@tartempion.fr, 11:04 · en attente"


def test_a_mail_that_is_tried_again_says_when() -> None:
    assert "11:06" in notice(OutState.RETRYING).body
    assert "550 5.1.1 No such user" in notice(OutState.RETRYING).body
    assert "…" not in notice(OutState.RETRYING, next_try=None).body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_uncertain_mail_names_resend_and_its_reaction(language: str) -> None:
    shown = notice(OutState.UNKNOWN, language=language)
    for form in (shown.body, shown.html):
        assert typed(language, "!resend") in form
        assert "🔁" in form


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_refused_mail_has_the_servers_words_once(language: str) -> None:
    shown = notice(OutState.REFUSED, language=language)
    assert shown.body.count("550 5.1.1 No such user") == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_mail_that_came_back_says_what_to_do_and_leaves_the_reason_to_the_bounce(language: str) -> None:
    shown = notice(OutState.BOUNCED, language=language)
    assert "550" not in shown.body
    assert typed(language, "!reply") in shown.body and typed(language, "!resend") in shown.body


def test_a_mail_that_came_back_names_whom_it_did_not_reach() -> None:
    two = ("marie@tartempion.fr", "paul@petit.fr")
    of_one = notice(OutState.BOUNCED, to=two, failed=("paul@petit.fr",)).body
    assert "paul@petit.fr" in of_one and "marie@" not in of_one
    assert "marie@" in notice(OutState.BOUNCED, to=two).body


def test_a_mail_refused_for_some_names_each_and_who_got_it() -> None:
    shown = notice(
        OutState.PARTLY,
        to=("marie@tartempion.fr", "paul@petit.fr"),
        refused=(RecipientAnswer("paul@petit.fr", 550, "5.1.1 unknown"),),
    )
    first, second, *_ = shown.body.split("\n")
    assert "marie@tartempion.fr" in first and "paul@petit.fr" not in first
    assert second == "paul@petit.fr\u00a0: 5.1.1 unknown (550)"


def test_a_mail_that_reached_some_says_who_has_it_whenever_the_others_were_refused() -> None:
    three = ("marie@tartempion.fr", "Paul@petit.fr", "lea@x.example")
    shown = notice(OutState.PARTLY, language="en", to=three, failed=("paul@petit.fr",), later=("lea@x.example",))
    first, *_, last = shown.body.split("\n")
    assert first == "#142 · ⚠️ Sent at 11:04, but not to everybody. To marie@tartempion.fr · pending"
    assert last == "Not taken yet for lea@x.example: Postroom goes on trying"


@pytest.mark.parametrize("state", OutState)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_starts_with_the_handle_and_leaves_no_gap(state: OutState, language: str) -> None:
    shown = notice(state, language=language)
    assert shown.body.startswith(f"#142 · {STATE_MARK[state]} ")
    assert "…" not in shown.body
    assert "{" not in shown.body
    links_of(shown.html)


def test_many_recipients_are_counted() -> None:
    assert "+5" in notice(OutState.SENT, to=tuple(f"{n}@x.example" for n in range(15))).body


@given(st.sampled_from(OutState), st.text(), st.text())
def test_what_a_server_says_leaves_its_place_in_no_state(state: OutState, words: str, address: str) -> None:
    shown = notice(state, words=words, to=(address,), refused=(RecipientAnswer(address, 550, words),))
    assert set(links_of(shown.html)) <= set()
    assert len(shown.body.split("\n")) <= 4
