"""What servers add to a notification keeps no answer to it from leaving, and leaves with none."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from tests.fakes.house import House
from tests.fakes.writing import mail
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import QUESTION, answered, mailbox, told
from tests.flows.test_notices import SOON, notices, wants_mail, words_of

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


def as_servers_do(kind: str, link: str) -> str:
    """The link as each of these servers makes it anew."""
    whole = quote(link, safe="")
    spelt = whole.replace("-", "%2D").replace("_", "%5F").replace("%2F", "_").replace("%", "-")
    return {
        "safelinks": f"https://eur03.safelinks.protection.outlook.com/?url={whole}&data=05%7C02%7C&reserved=0",
        "proofpoint 2": f"https://urldefense.proofpoint.com/v2/url?u={spelt}&d=DwMFaQ&c=xyz&r=xyz",
        "proofpoint 3": f"https://urldefense.com/v3/__{link}__;IyE!!AbC_dE!FgHiJ1k2L3m4N5o6P7q8$",
        "barracuda": f"https://linkprotect.cudasvc.com/url?a={whole}&c=E,1,xyz&typo=1",
        "outlook": f"{link}<{link}>",
    }[kind]


@pytest.mark.parametrize("client", ["outlook", "gmail"])
@pytest.mark.parametrize("kind", ["safelinks", "proofpoint 2", "proofpoint 3", "barracuda", "outlook"])
async def test_so_are_links_in_which_the_old_one_stands(house: House, client: str, kind: str) -> None:
    one = message_from_bytes(answered(await asked(house), client, part="text"), policy=policy.default)
    assert isinstance(one, EmailMessage)
    one.set_content(re.sub(r"https://[^\s<>\"]+", lambda found: as_servers_do(kind, found[0]), words_of(one)))
    await comes(house, one.as_bytes())
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
