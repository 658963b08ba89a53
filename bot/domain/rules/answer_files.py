"""The files of an answer by mail: which of its parts the person attached."""

import re
from typing import Final

from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import BlobId, EventId
from bot.domain.mail import Attachment, Mail
from bot.domain.rules.enclosing import MOST_FILES

_FOLD: Final = "<details"
_INLINE: Final = "mxc://inline/"
_SEALS: Final = frozenset(
    """application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature text/calendar
    application/pgp-keys text/vcard text/x-vcard text/directory""".split()
)
"""Parts that only the mail itself means anything to, and those that name the writer's own address."""
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


def files_of(mail: Mail, *, with_pictures: bool) -> tuple[Enclosure, ...]:
    """The files that go along; pictures of the body only `with_pictures`, and where they stand among the new words.

    A client puts a logo under every mail: without words beside it a picture is no answer. A mail in the mail may be the
    notification itself.
    """
    shown = mail.chat_html.partition(_FOLD)[0] if with_pictures else ""
    wanted = [one for one in mail.attachments if _is_meant(one, shown) and not is_mail(one)]
    return tuple(
        Enclosure(
            EventId(f"mailed:{number}:{one.sha256}"),
            SharedFile("", one.filename, one.content_type, one.size),
            BlobId(one.sha256),
        )
        for number, one in enumerate(wanted[: MOST_FILES + 1])
    )


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
