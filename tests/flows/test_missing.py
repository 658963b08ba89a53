"""What the homeserver does not take: the words are shown, and what is missing is named with its size."""

from email.message import EmailMessage

import pytest

from bot.domain.outcomes import Refused
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens, mails_in
from tests.fakes.writing import mail, says

BIG = b"x" * 3_000_000


def _said(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.posted if p.ours.get("kind") in ("notice", "receipt")]


def _with_picture() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann <ann@example.org>", "contact@asso.example", "Look"
    message["Message-ID"] = "<picture@example.org>"
    message.set_content("Look at it.\n")
    message.add_alternative('<p>Look at it:</p><img src="cid:photo"><p>Nice.</p>', subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    html.add_related(BIG, maintype="image", subtype="png", cid="<photo>", filename="photo.png")  # type: ignore[union-attr]
    return message.as_bytes()


@pytest.mark.parametrize("says_bytes", [1_000_000, None, 100_000_000])
async def test_a_file_over_the_limit_is_named_with_its_size_and_place(house: House, says_bytes: int | None) -> None:
    house.homeserver.takes_bytes, house.homeserver.says_bytes = 1_000_000, says_bytes
    house.provider.deliver(mail(id="m2@example.org", subject="Big", text="Here it is", file=BIG))
    await house.settle(NOW)
    assert "Here it is" in str(mails_in(house)[-1].content["body"])
    (told,) = _said(house)
    assert all(words in told for words in ("paper.pdf", "3.0 MB", "INBOX", "Big"))
    assert ("1.0 MB" in told) is (says_bytes == 1_000_000)


async def test_a_picture_over_the_limit_leaves_the_words_and_its_name(house: House) -> None:
    house.homeserver.takes_bytes = 1_000_000
    house.provider.deliver(_with_picture())
    await house.settle(NOW)
    shown = mails_in(house)[-1].content
    for form in (str(shown["body"]), str(shown["formatted_body"])):
        assert "Look at it" in form
        assert "photo.png (3.0 MB)" in form
    assert "mxc://" not in str(shown)


async def test_the_original_is_answered_with_its_place_where_it_is_too_large(house: House) -> None:
    house.homeserver.takes_bytes = 1_000_000
    house.provider.deliver(mail(id="m2@example.org", subject="Big", file=BIG))
    await house.settle(NOW)
    await happens(house, says("!original", thread=card_of(house, 2)))
    told = _said(house)[-1]
    assert ".eml" in told and "4.1 MB" in told and "INBOX" in told


async def test_an_answer_that_is_too_large_is_said_to_be(house: House) -> None:
    house.homeserver.refuse.append(Refused("M_TOO_LARGE", "event too large"))
    await happens(house, says("!history", thread=card_of(house)))
    assert house.homeserver.of_kind("answer") == []
    assert "M_TOO_LARGE" in _said(house)[-1]


async def test_a_file_that_fits_is_posted(house: House) -> None:
    house.homeserver.says_bytes = 3_000_000
    house.provider.deliver(mail(id="m2@example.org", file=BIG))
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("attachment")) == 1
    assert _said(house) == []


async def test_of_a_mail_that_is_too_large_the_words_are_shown_and_the_rest_is_named(house: House) -> None:
    house.provider.largest = 1_000_000
    raw = _with_picture().replace(b"Look at it", b"Read me first")
    house.provider.deliver(raw)
    house.provider.deliver(mail(id="m3@example.org", subject="Video", text="Here is the video", file=BIG))
    await house.settle(NOW)
    for words, name, shown in zip(
        ("Read me first", "Here is the video"), ("photo.png", "paper.pdf"), mails_in(house)[-2:], strict=True
    ):
        for form in (str(shown.content["body"]), str(shown.content["formatted_body"])):
            assert words in form
            assert "4.1 MB" in form
            assert "INBOX" in form
            assert name in form
        assert "mxc://" not in str(shown.content)
    assert house.homeserver.of_kind("attachment") == []
    assert "Here is the video" in str(house.homeserver.current(card_of(house, 3))["body"])


async def test_the_original_of_a_mail_that_was_not_fetched_is_answered_with_its_place(house: House) -> None:
    house.provider.largest = 1_000_000
    house.provider.deliver(mail(id="m3@example.org", subject="Video", text="Here is the video", file=BIG))
    await house.settle(NOW)
    await happens(house, says("!original", thread=card_of(house, 2)))
    (told,) = answers_in(house)
    assert "INBOX" in told and "Video" in told


async def test_a_mail_that_is_too_large_comes_once_though_its_folder_is_numbered_anew(house: House) -> None:
    house.provider.largest = 1_000_000
    house.provider.deliver(mail(id="m3@example.org", subject="Video", text="Here is the video", file=BIG))
    await house.settle(NOW)
    house.provider.reset("INBOX")
    await house.settle(NOW)
    assert len(mails_in(house)) == 2
