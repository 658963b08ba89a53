"""A line of a notification is known for one when it comes back without its mark."""

from datetime import UTC, datetime

import pytest

from bot.domain.rules.notice_lines import is_heading_of_note, is_of_notice
from bot.domain.sentences import Sentence, sentence
from bot.text.wording import say

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAID = (
    sentence("email.above"),
    sentence("notice.about", number=12, subject="Une question", who="Marie <marie@example.org>"),
    sentence("notice.wrote", who="Marie Durand", at=AT),
    sentence("notice.we_wrote", who="Bob", at=AT),
    sentence("notice.noted", who="Bob", at=AT),
    sentence("notice.assigned", status="active", who="Bob"),
    sentence("notice.nobodys", status="active"),
    sentence("notice.before"),
    sentence("notice.how"),
    sentence("notice.of_team"),
    sentence("notice.reply_goes_to", to="marie@example.org, lea@example.org"),
    sentence("notice.how_of_team"),
    sentence("notice.not_by_mail"),
    sentence("notice.stop", mailbox="contact@asso.example"),
    sentence("notice.link", url="https://matrix.to/#/!room:example.org/$x"),
    sentence("notice.subject", number=12, subject="Une question"),
)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("one", SAID, ids=lambda one: str(one.key))
@pytest.mark.parametrize("quoted", ["", "  ", "* "])
def test_what_a_notification_says_is_known(one: Sentence, language: str, quoted: str) -> None:
    assert is_of_notice(quoted + say(language, one))


@pytest.mark.parametrize(
    "words",
    ["Bonjour Marie,", "C’est #1 pour nous", "#1 est fait", "Le fil est coupé : venez", "Paul a écrit une lettre :",
     "Assigned to you", "Avant cela, appelez", "Écrivez-nous le lundi", "https://matrix.org/", "Il a noté l’heure : 9 h"],
)  # fmt: skip
def test_what_people_write_is_not(words: str) -> None:
    assert not is_of_notice(words)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("one", SAID, ids=lambda one: str(one.key))
def test_the_heading_of_a_note_is_known_from_all_others(one: Sentence, language: str) -> None:
    assert is_heading_of_note(say(language, one)) == (one.key == "notice.noted")
