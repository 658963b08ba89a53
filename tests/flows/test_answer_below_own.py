"""A second answer by mail, below the first one: its writer opened that in their Sent folder, and answered it there."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.clients import clients
from tests.fakes.house import MAILBOX, House
from tests.flows.test_answer_by_mail import PROOF, comes, left, shown
from tests.flows.test_answer_inside import NAMES, answered, forgotten, told
from tests.flows.test_own_addresses import HERS

SECOND = "Encore ceci :\n\nprenez vos raquettes."


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


def below(first: bytes, client: str, words: str = SECOND, part: str = "both") -> bytes:
    """An answer to that answer, as the same program makes it."""
    old = message_from_bytes(first, policy=policy.default)
    bodies = [old.get_body((kind,)) for kind in ("plain", "html")]
    plain, rich = (str(body.get_content()).strip() if body is not None else "" for body in bodies)
    text, html = clients(words, words.replace("\n", "<br>"), plain, rich, ("Alice", HERS))[client]
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Alice <{HERS}>", "contact@asso.example", str(old["Subject"])
    made["Message-ID"], made["In-Reply-To"] = "<a2@home.example>", "<a1@home.example>"
    made["References"] = f"{old['In-Reply-To']} <a1@home.example>"
    made["Authentication-Results"] = PROOF[0][1]
    made.set_content(html if part == "html" else text, subtype="html" if part == "html" else "plain")
    if part == "both":
        made.add_alternative(html, subtype="html")
    return made.as_bytes()


@pytest.mark.parametrize(
    ("client", "part"),
    [
        *((client, "both") for client in NAMES),
        *((client, "html") for client in ("outlook", "gmail", "la poste, orange")),
        *((client, "text") for client in ("thunderbird", "roundcube")),
    ],
)
async def test_it_leaves_with_its_new_words_alone(house: House, client: str, part: str) -> None:
    first = answered(await told(house), client)
    await comes(house, first)
    count = len(left(house))
    await comes(house, below(first, client, part=part))
    if "marks nothing" in client:
        # Its head is in a language that is not known.
        assert left(house)[count:] == [] and "raquettes" in shown(house)[-1]
        return
    ((to, words),) = left(house)[count:]
    assert to == ("marie@example.org",)
    assert words.startswith(f"{SECOND}\n\nOn ") and "30 €" not in words and HERS not in words


@pytest.mark.parametrize("client", ["outlook", "thunderbird", "yahoo"])
async def test_it_does_also_where_what_was_mailed_is_not_kept_any_more(house: House, client: str) -> None:
    first = answered(await told(house), client)
    await comes(house, first)
    await forgotten(house)
    count = len(left(house))
    await comes(house, below(first, client))
    ((_, words),) = left(house)[count:]
    assert words.startswith(f"{SECOND}\n\nOn ")


@pytest.mark.parametrize("client", ["outlook", "gmail", "yahoo", "outlook on the web"])
async def test_words_among_those_of_the_first_one_are_asked_about(house: House, client: str) -> None:
    first = answered(await told(house), client, words="Bonjour,\n\nlundi ou mardi ?\n\nDites-le-moi.")
    await comes(house, first)
    count = len(left(house))
    raw = below(first, client).decode().replace("lundi ou mardi ?", "lundi ou mardi ?\n\nMardi.")
    await comes(house, raw.encode())
    assert "Mardi." in raw
    assert left(house)[count:] == [] and "raquettes" in shown(house)[-1]


@pytest.mark.parametrize("client", ["outlook", "yahoo"])
async def test_what_nobody_has_answered_before_is_asked_about(house: House, client: str) -> None:
    """As the words of a note that they wrote first."""
    first = answered(await told(house), client, words="note: elle a payé\n\nen espèces")
    await comes(house, first)
    count = len(left(house))
    await comes(house, below(first, client))
    assert left(house)[count:] == [] and "raquettes" in shown(house)[-1]
