"""What servers add to a notification keeps no answer to it from leaving, and leaves with none."""

import re
from email.message import EmailMessage

import pytest

from tests.fakes.house import House
from tests.fakes.writing import mail
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import QUESTION, answered, mailbox, told
from tests.flows.test_notices import SOON, notices, wants_mail

__all__ = ["mailbox"]


@pytest.mark.parametrize("client", ["outlook", "gmail", "apple mail", "a webmail that marks nothing"])
@pytest.mark.parametrize("part", ["both", "text", "html"])
async def test_a_servers_tag_inside_a_notification_is_nobodys_word(house: House, client: str, part: str) -> None:
    raw = answered(await told(house), client, "[EXTERNAL]", behind=QUESTION, part=part)
    count = len(left(house))
    await comes(house, raw)
    ((_, words),) = left(house)[count:]
    assert words.startswith("Bonjour,\n\nvoici.")


async def test_the_same_word_as_an_answer_to_a_question_is_kept(house: House) -> None:
    raw = answered(await told(house), "outlook", "(externe)", behind=QUESTION)
    count = len(left(house))
    await comes(house, raw)
    assert left(house)[count:] == [] and "(externe)" in shown(house)[-1]


ASKED = """Bonjour,

Le formulaire est-il celui-ci ?

https://asso.example/inscription/saison.pdf

Merci
Léa
"""


def rewritten(words: str) -> str:
    """As Mimecast makes links: nothing of the old one is in the new one but its host."""

    def made(found: re.Match[str]) -> str:
        host = found[0].split("/")[2]
        return f"https://protect-eu.mimecast.com/s/AbC{len(host)}dEfGh1jK?domain={host}"

    return re.sub(r"https://[^\s<>\"]+", made, words)


async def asked(house: House) -> EmailMessage:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    return notices(house)[-1]


@pytest.mark.parametrize("client", ["outlook", "gmail", "a webmail that marks nothing", "apple mail"])
async def test_links_of_which_a_server_leaves_the_host_alone_are_known(house: House, client: str) -> None:
    raw = answered(await asked(house), client, part="text").decode()
    await comes(house, rewritten(raw).encode())
    ((_, words),) = left(house)
    assert words.startswith("Bonjour,\n\nvoici.")


@pytest.mark.parametrize(
    "inside",
    [
        "https://protect-eu.mimecast.com/s/AbCdEfGh1jK?domain=autre.example",
        "https://autre.example/s/AbCdEfGh1jK?domain=asso.example",
        "Oui, https://protect-eu.mimecast.com/s/AbCdEfGh1jK?domain=asso.example",
    ],
)
async def test_any_other_link_is_its_readers(house: House, inside: str) -> None:
    raw = answered(await asked(house), "outlook", inside, behind="Le formulaire est-il celui-ci ?", part="text")
    await comes(house, raw)
    assert left(house) == [] and "domain=" in shown(house)[-1]
