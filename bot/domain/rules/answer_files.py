"""The files of an answer by mail: which of its parts the person attached."""

import re
from collections.abc import Collection
from typing import Final

from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import BlobId, EventId
from bot.domain.mail import Attachment, Mail
from bot.domain.rules.personal import names_personal

_MOST: Final = 50
"""Shown of one mail, as of any. More than leave in one mail: those are asked about."""
_FOLD: Final = "<details"
_INLINE: Final = "mxc://inline/"
_SEALS: Final = frozenset(
    "application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys".split()
)
"""Parts that only the mail itself means anything to, and keys, which name the writer's own address."""
_CARDS: Final = frozenset("text/vcard text/x-vcard text/directory application/vcard".split())
_CALENDARS: Final = frozenset("text/calendar text/x-vcalendar application/ics".split())
_NAMED_BY_US: Final = re.compile(r"attachment-\d{1,4}\.\w{1,5}")
_FOLDED: Final = re.compile(rb"=?\r?\n[ \t]|=\r?\n")
"""As iCalendar and vCard break their lines (RFC 5545 3.1), and quoted-printable does."""
_KEYS: Final = re.compile(r"(?:.*[_ -])?signature\.asc|smime\.p7[sm]|(?:openpgp|publickey).*\.asc", re.IGNORECASE)
"""Names of such parts, where a program says of them no more than that they are bytes."""
_SPLIT_OFF: Final = re.compile(
    r"(?:att\d{3,8}\.\w{1,5}|(?:untitled attachment|pièce jointe sans titre) \d{1,8}(?:\.\w{1,5})?"
    r"|attachment-\d{1,3}\.txt|winmail\.dat|.*\.(?:eml|msg|mht|mhtml))",
    re.IGNORECASE | re.DOTALL,
)
"""Names that servers, and we, give to a text part that came as a file, and those of mails: they may hold what the mail
quotes."""
_CIPHERS: Final = frozenset(
    ("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")
)


def files_of(mail: Mail, *, with_pictures: bool, own: Collection[str] | None = None) -> tuple[Enclosure, ...]:
    """The files that go along; pictures of the body only `with_pictures`, and where they stand among the new words.

    A client puts a logo under every mail: without words beside it a picture is no answer. A mail in the mail may be the
    notification itself.

    Args:
        own: digests of the cards and calendars that name the writer's own address, and stay. None: they all do.
    """
    return tuple(
        Enclosure(
            EventId(f"mailed:{number}:{one.sha256}"),
            SharedFile("", one.filename, one.content_type, one.size),
            BlobId(one.sha256),
        )
        for number, one in enumerate(_wanted(mail, own, with_pictures=with_pictures)[:_MOST])
    )


def files_beyond(mail: Mail, own: Collection[str] | None) -> int:
    """How many more there are: they are in the mail alone."""
    return max(0, len(_wanted(mail, own, with_pictures=True)) - _MOST)


def _wanted(mail: Mail, own: Collection[str] | None, *, with_pictures: bool) -> list[Attachment]:
    shown = mail.chat_html.partition(_FOLD)[0] if with_pictures else ""
    return [
        one
        for one in mail.attachments
        if _is_meant(one, shown) and not is_mail(one) and not (is_card(one) and (own is None or one.sha256 in own))
    ]


def is_card(one: Attachment) -> bool:
    """Whether it is a contact card or a calendar file, in which the writer's own address may stand."""
    name, kind = one.filename.lower(), one.content_type.lower()
    return is_calendar(one) or kind in _CARDS or name.endswith(".vcf")


def is_calendar(one: Attachment) -> bool:
    return one.content_type.lower() in _CALENDARS or one.filename.lower().endswith((".ics", ".vcs"))


def cards_of(mail: Mail) -> tuple[Attachment, ...]:
    """The cards and calendars that somebody attached. What has no name is a part of the mail for programs."""
    return tuple(
        one
        for one in mail.attachments
        if is_card(one) and one.sha256 and not one.inline and not _NAMED_BY_US.fullmatch(one.filename)
    )


def names_own(data: bytes, personal: Collection[str]) -> bool:
    """Whether the bytes of a card or a calendar name one of these addresses (in `addresses.normal` form)."""
    text = _FOLDED.sub(b"", data).decode("utf-8", "replace")
    return names_personal(text, personal) or names_personal(text.replace("=40", "@"), personal)


def is_sealed(mail: Mail) -> bool:
    """Whether its words are encrypted to somebody: nobody here reads them."""
    is_inline = (mail.visible_text or mail.text).lstrip().startswith("-----BEGIN PGP MESSAGE")
    return is_inline or any(one.content_type.lower() in _CIPHERS for one in mail.attachments)


def is_mail(one: Attachment) -> bool:
    """Whether it is another mail, or a part of this one that a server made a file: it may hold what is quoted."""
    return (
        one.content_type.lower().startswith(("message/", "text/rfc822"))
        or one.content_type.lower() == "text/html"
        or _SPLIT_OFF.fullmatch(one.filename) is not None
    )


def _is_meant(one: Attachment, shown: str) -> bool:
    if not one.sha256 or one.content_type.lower() in _SEALS or _KEYS.fullmatch(one.filename):
        return False
    return not one.inline or _INLINE + one.sha256 in shown
