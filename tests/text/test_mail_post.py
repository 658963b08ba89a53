"""A mail as one message: its first line, its notes, its size."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Direction
from bot.domain.effects import PostMail
from bot.domain.ids import ConversationId
from bot.domain.mail import Address, Attachment, Bounce, BounceReason, Mail
from bot.domain.sentences import Sentence, sentence
from bot.text.chat_html import json_size
from bot.text.mail_post import Body, bounce_line, cut_text, mail_post
from bot.text.reader import Reader
from bot.text.shown import Shown
from bot.text.wording import size_words
from tests.domain.deciding import START, conversation, mail_in
from tests.text.matrix_html import links_of, words_of

ENGLISH = Reader("en", START)


class Values(TypedDict, total=False):
    direction: Direction
    from_name: str
    from_address: str
    to: Sequence[Address]
    subject_changed: str
    chat_html: str
    plain: str
    is_automatic: bool
    bounce: Bounce
    files: Sequence[Attachment]
    newcomers: tuple[Address, ...]
    budget: int
    language: str
    same_id: bool
    note: Sentence
    is_complaint: bool


def post(values: Values) -> tuple[Shown, bool]:
    mail = Mail(
        from_=(
            Address(values.get("from_name", "Marie Tartempion"), values.get("from_address", "marie@tartempion.fr")),
        ),
        subject=values.get("subject_changed", ""),
        is_auto_reply=values.get("is_automatic", False),
        is_bounce="bounce" in values,
        bounce=values.get("bounce"),
        is_feedback_report=values.get("is_complaint", False),
    )
    effect = PostMail(
        conversation(id=ConversationId(142)),
        replace(mail_in(1, START), direction=values.get("direction", Direction.IN)),
        mail,
        newcomers=values.get("newcomers", ()),
        changed_subject="subject_changed" in values,
        same_id=values.get("same_id", False),
        note=values.get("note"),
    )
    body = Body(
        values.get("to", ()),
        values.get("chat_html", "<p>Bonjour</p>"),
        values.get("plain", "Bonjour"),
        values.get("files", ()),
    )
    return mail_post(effect, body, Reader(values.get("language", "fr"), START), budget=values.get("budget", 40_000))


def bounced(reason: BounceReason, *, permanent: bool = True, recipient: str = "x@y.example") -> Bounce:
    return Bounce(recipient, "5.1.1", "5" if permanent else "4", permanent, reason, "550 <no> such user", "")


def test_a_mail_starts_with_the_handle_and_the_name() -> None:
    shown, was_cut = post({})
    assert shown.body == "#142 · ✉️ Marie Tartempion\u00a0:\nBonjour"
    assert shown.html == "✉️ #142 · <b>Marie Tartempion</b>\u00a0: <p>Bonjour</p>"
    assert not was_cut


def test_an_outgoing_mail_names_its_recipients() -> None:
    shown, _ = post(
        {"direction": Direction.OUT, "from_name": "Mon Asso", "to": (Address("Marie", "marie@tartempion.fr"),)}
    )
    assert shown.body.split("\n")[0] == "#142 · 📤 Mon Asso → marie@tartempion.fr\u00a0:"


def test_a_sender_without_a_name_is_called_by_the_address() -> None:
    assert post({"from_name": ""})[0].body.startswith("#142 · ✉️ marie@tartempion.fr\u00a0:")


def test_what_is_unusual_is_said_before_the_words() -> None:
    shown, _ = post(
        {
            "newcomers": (Address("Paul", "paul@example.net"),),
            "subject_changed": "Autre",
            "is_automatic": True,
            "same_id": True,
            "note": sentence("mail.unreadable", cause="too_big", bytes=84_000, uid=7, folder="INBOX"),
        }
    )
    lines = shown.body.split("\n")
    assert "Paul <paul@example.net>" in lines[1]
    assert lines[2] == "Nouvel objet\u00a0: Autre"
    assert lines[3].startswith("🤖")
    assert lines[4].startswith("⚠")
    assert all(said in lines[5] for said in ("trop gros", "84 ko", "7", "INBOX"))
    assert lines[6] == "Bonjour"


def test_files_are_listed_but_inline_images_are_not() -> None:
    files = (
        Attachment("inscription.pdf", "application/pdf", 84_000, False, "", ""),
        Attachment("logo.png", "image/png", 3_000, True, "logo", ""),
    )
    shown, _ = post({"files": files})
    assert shown.body.endswith("📎 inscription.pdf (84 ko)")
    assert "logo.png" not in shown.html


def test_a_hundred_files_are_not_all_listed() -> None:
    files = tuple(Attachment(f"{n}.txt", "text/plain", 1, False, "", "") for n in range(100))
    shown, _ = post({"files": files})
    assert shown.body.endswith("📎 80 autres, qui sont dans le fichier .eml ci-dessous")


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (1, "1 byte", "1 octet"),
        (999, "999 bytes", "999 octets"),
        (84_000, "84 kB", "84 ko"),
        (1_500_000, "1.5 MB", "1,5 Mo"),
        (25_000_000, "25 MB", "25 Mo"),
        (3_000_000_000, "3.0 GB", "3,0 Go"),
    ],
)
def test_sizes_are_read_easily(size: int, english: str, french: str) -> None:
    assert size_words("en", size) == english
    assert size_words("fr", size) == french


@pytest.mark.parametrize("reason", BounceReason)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_bounce_is_one_human_line_and_the_servers_words(reason: BounceReason, language: str) -> None:
    shown = bounce_line(bounced(reason), Reader(language, START))
    human, server = shown.body.split("\n")
    assert "x@y.example" in human and "…" not in human
    assert "550 <no> such user" in server
    assert "550" not in shown.html and "x@y.example" in shown.html


def test_a_bounce_without_a_recipient_still_makes_a_sentence() -> None:
    assert bounce_line(bounced(BounceReason.OTHER, recipient=""), ENGLISH).body.startswith(
        "❌ A mail of yours did not arrive"
    )


def test_a_delay_is_no_failure() -> None:
    shown = bounce_line(bounced(BounceReason.DELAYED, permanent=False), ENGLISH)
    assert shown.body.startswith("⏳") and "late" in shown.body


def test_a_complaint_says_what_it_means_and_is_no_automatic_answer() -> None:
    shown, _ = post({"is_complaint": True, "is_automatic": True, "language": "en"})
    assert "unwanted mail" in shown.body
    assert "🤖" not in shown.body


def test_the_text_of_a_bounce_is_folded_away() -> None:
    shown, _ = post({"bounce": bounced(BounceReason.USER_UNKNOWN), "chat_html": "<p>This is the mail system</p>"})
    before, after = shown.html.split("<details>")
    assert "x@y.example" in before
    assert "550 &lt;no&gt; such user" in after
    assert "This is the mail system" in after


def test_the_fold_of_quoted_words_is_named_in_the_language_of_the_reader() -> None:
    html = "<p>a</p><details><summary>…</summary><p>b<br>c</p></details>"
    assert "<summary>Texte cité (2 lignes)</summary>" in post({"chat_html": html})[0].html
    assert "<summary>Quoted text (2 lines)</summary>" in post({"chat_html": html, "language": "en"})[0].html


def test_a_mail_without_words_says_so() -> None:
    shown, _ = post({"chat_html": "", "plain": " ", "language": "en"})
    assert shown.body == "#142 · ✉️ Marie Tartempion:\n(no text)"


def test_words_without_a_block_start_on_a_line_of_their_own() -> None:
    assert "</b>\u00a0: <br>Bonjour" in post({"chat_html": "Bonjour"})[0].html


@pytest.mark.parametrize("unit", ["word ", '"', "\\", "é", "日本", "\n", "a" * 500 + "\n"])
def test_a_huge_mail_is_cut_within_the_budget_and_says_so(unit: str) -> None:
    words = unit * (300_000 // len(unit))
    html = "".join(f"<p>{words[start : start + 3_000]}</p>" for start in range(0, len(words), 3_000))
    shown, was_cut = post({"chat_html": html, "plain": words})
    assert was_cut
    assert json_size(shown.body) + json_size(shown.html) <= 40_000
    assert ".eml" in shown.body and ".eml" in shown.html
    assert len(shown.html) > 3_000 or unit == "\n"


def test_a_mail_within_the_budget_is_whole() -> None:
    words = "word " * 2_000
    shown, was_cut = post({"chat_html": f"<p>{words}</p>", "plain": words})
    assert not was_cut
    assert words.strip() in shown.body
    assert words in shown.html


@given(st.text(max_size=3_000), st.integers(50, 2_000))
def test_text_is_cut_to_any_budget(text: str, budget: int) -> None:
    kept, was_cut = cut_text(text, budget)
    assert json_size(kept) <= budget
    assert was_cut == (json_size(text) > budget)
    assert was_cut or kept == text


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_nothing_that_a_mail_says_leaves_its_place(name: str, address: str, subject: str, file: str, said: str) -> None:
    shown, _ = post(
        {
            "from_name": name,
            "from_address": address,
            "to": (Address(name, address),),
            "subject_changed": subject,
            "plain": said,
            "files": (Attachment(file, "text/plain", 1, False, "", ""),),
            "newcomers": (Address("Paul", "paul@example.net"),),
            "bounce": Bounce(address, said, "5", True, BounceReason.OTHER, said, ""),
        }
    )
    assert links_of(shown.html) == []
    assert shown.body.startswith("#142 · ✉️")


def test_a_mail_cannot_ping() -> None:
    words = "@room @bob:localhost https://matrix.to/#/@bob:localhost"
    html = f'<p>{words} <a href="https://matrix.to/#/@bob:localhost">x</a></p>'
    shown, _ = post({"from_name": words, "subject_changed": words, "plain": words, "chat_html": html})
    for form in (shown.body, words_of(shown.html)):
        assert "@room" not in form and " @bob:localhost" not in form and "matrix.to" not in form
    assert links_of(shown.html) == []


def test_the_recipient_of_a_bounce_may_be_of_any_length() -> None:
    shown = bounce_line(bounced(BounceReason.OTHER, recipient="q" * 70_000 + "@x"), ENGLISH)
    assert json_size(shown.body) < 4_000
