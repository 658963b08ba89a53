"""What servers add to a notification keeps no answer to it from leaving, and leaves with none."""

import pytest

from tests.fakes.house import House
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import QUESTION, answered, mailbox, told

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
