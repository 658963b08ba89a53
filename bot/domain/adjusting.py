"""What of a mailbox can be set in the house, above config.yaml: each key with what it takes, and how it is shown."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from bot.domain.addresses import can_be_written_to, normal
from bot.domain.conversation import Status
from bot.domain.grants import Right
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings, QuoteMode, ReplyAssignee
from bot.domain.variables import braced, known_names, unknown
from bot.domain.words import Word, bare, meant

Adjusted = MailboxSettings | Sentence
"""The mailbox with the value, or why the value cannot be used."""


@dataclass(frozen=True, slots=True)
class Range:
    """The whole numbers that a key takes."""

    least: int
    most: int


ALIASES: Final = "aliases"
PLUS_ADDRESS: Final = "plus-address"
"""The key of whether answers are asked to go to a sub-address."""
TRUSTED_SERVER: Final = "trusted-server"
"""The key of the servers whose proofs count."""
UNDO_SECONDS: Final = Range(0, 3600)
RECIPIENTS: Final = Range(1, 100)
"""The house rule against bulk mail cannot be set higher."""
FILES_MB: Final = Range(1, 500)
NEW_AFTER_DAYS: Final = Range(0, 3650)
MONTHS: Final = Range(0, 600)
SPAM_DAYS: Final = Range(0, 3650)
MAILS: Final = Range(1, 1_000_000)
FOLD_AFTER: Final = Range(0, 1_000_000)
MOST_SIGNATURE: Final = 10_000
MOST_NAME: Final = 200
MOST_ADDRESSES: Final = 50
_MOST_SERVERS: Final = 5
_SERVER: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?")
"""An authserv-id (RFC 8601 2.5), which is mostly a host's name."""
_NONE: Final = Word("none", ("aucun", "aucune", "rien"))
_YES, _NO = Word("yes", ("oui", "true", "on")), Word("no", ("non", "false", "off"))
_LANGUAGES: Final = (Word("en", ("english", "anglais")), Word("fr", ("french", "français")))
_QUOTES: Final = (Word("none", ("aucune", "rien")), Word("last", ("dernière",)), Word("full", ("toutes", "complète")))
_ASSIGNEES: Final = (
    Word("free", ("libre",)),
    Word("replier", ("auteur",)),
    Word("nobody", ("personne",)),
    Word("same", ("inchangé",)),
)
_REPLY_STATUSES: Final = (
    Word("active", ("ouverte",)),
    Word("pending", ("attente",)),
    Word("closed", ("fermée",)),
)


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be set."""

    word: Word
    put: Callable[[MailboxSettings, str], Adjusted]
    """The mailbox with what was written; a pure function."""
    shown: Callable[[MailboxSettings], str | Sentence]
    takes_lines: bool = False
    right: Right = Right.EDIT
    """The right to set it."""


def adjusted(mailbox: MailboxSettings, values: Iterable[tuple[str, str]]) -> MailboxSettings:
    """The mailbox with the values that were set in the house; one that cannot be used any more is passed over."""
    for name, text in values:
        key = BY_NAME.get(name)
        changed = key.put(mailbox, text) if key is not None else mailbox
        if key is not None and isinstance(changed, MailboxSettings):
            mailbox = replace(changed, set_here=(*changed.set_here, name))
    return mailbox


def key_named(word: str) -> Key | None:
    """The key that a person's word means."""
    return BY_NAME.get(meant((key.word for key in KEYS), word))


def _whole(
    range: Range, put: Callable[[MailboxSettings, int], MailboxSettings]
) -> Callable[[MailboxSettings, str], Adjusted]:
    def read(mailbox: MailboxSettings, text: str) -> Adjusted:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and range.least <= int(text) <= range.most):
            return sentence("error.set_number", least=range.least, most=range.most)
        return put(mailbox, int(text))

    return read


def _one_of(
    words: tuple[Word, ...], put: Callable[[MailboxSettings, str], MailboxSettings]
) -> Callable[[MailboxSettings, str], Adjusted]:
    def read(mailbox: MailboxSettings, text: str) -> Adjusted:
        own = meant(words, text)
        return put(mailbox, own) if own else sentence("error.set_one_of", choices=", ".join(one.own for one in words))

    return read


def _for_ever(months: int) -> Sentence:
    return sentence("mailbox.months", count=months) if months else sentence("mailbox.for_ever")


def _line(
    put: Callable[[MailboxSettings, str], MailboxSettings], *, may_be_empty: bool, has_variables: bool = False
) -> Callable[[MailboxSettings, str], Adjusted]:
    def read(mailbox: MailboxSettings, text: str) -> Adjusted:
        if may_be_empty and _is_none(text):
            return put(mailbox, "")
        if not text or not text.isprintable() or len(text) > MOST_NAME:
            return sentence("error.set_line", most=MOST_NAME)
        return (_strange(text) if has_variables else None) or put(mailbox, text)

    return read


def _signature(mailbox: MailboxSettings, text: str) -> Adjusted:
    if _is_none(text):
        return replace(mailbox, signature="")
    if not text or len(text) > MOST_SIGNATURE:
        return sentence("error.set_text", most=MOST_SIGNATURE)
    return _strange(text) or replace(mailbox, signature=text)


def _addresses(
    put: Callable[[MailboxSettings, tuple[str, ...]], MailboxSettings],
) -> Callable[[MailboxSettings, str], Adjusted]:
    def read(mailbox: MailboxSettings, text: str) -> Adjusted:
        if _is_none(text):
            return put(mailbox, ())
        found = dict.fromkeys(text.replace(",", " ").replace(";", " ").split())
        wrong = next((one for one in found if not can_be_written_to(one)), None)
        if wrong is not None or not found:
            return sentence("error.set_address", word=(wrong or text)[:60])
        if len(found) > MOST_ADDRESSES:
            return sentence("error.set_addresses", most=MOST_ADDRESSES)
        return put(mailbox, tuple({normal(one): one for one in found}.values()))

    return read


def _servers(mailbox: MailboxSettings, text: str) -> Adjusted:
    """The names that servers of ours put before what they say of senders."""
    if _is_none(text):
        return replace(mailbox, trusted_authserv=())
    found = tuple(dict.fromkeys(text.replace(",", " ").lower().split()))
    if len(found) > _MOST_SERVERS or not all(_SERVER.fullmatch(one) for one in found):
        return sentence("error.set_server", word=text[:60])
    return replace(mailbox, trusted_authserv=found)


def _bcc(mailbox: MailboxSettings, text: str) -> Adjusted:
    if _is_none(text):
        return replace(mailbox, auto_bcc="")
    if not can_be_written_to(text):
        return sentence("error.set_address", word=text[:60])
    return replace(mailbox, auto_bcc=text)


def _plus(mailbox: MailboxSettings, text: str) -> Adjusted:
    wanted = meant((_YES, _NO), text)
    if wanted == _YES.own and not mailbox.plus_arrives:
        return sentence("error.set_plus", address=mailbox.address)
    return _one_of((_YES, _NO), lambda m, v: replace(m, plus_address=v == _YES.own))(mailbox, text)


def _strange(text: str) -> Sentence | None:
    names = unknown(text)
    return sentence("error.set_variable", names=braced(names[:5]), known=known_names("en")) if names else None


def _is_none(text: str) -> bool:
    return bare(text) in _NONE.said


def _or_none(text: str) -> str | Sentence:
    return text or sentence("mailbox.none")


def _yes(is_so: bool) -> Sentence:
    return sentence("mailbox.yes") if is_so else sentence("mailbox.no")


KEYS: Final = (
    Key(Word("name", ("nom",)), _line(lambda m, v: replace(m, name=v), may_be_empty=False), lambda m: m.name),
    Key(
        Word("from-name", ("nom-expéditeur",)),
        _line(lambda m, v: replace(m, from_name=v), may_be_empty=True, has_variables=True),
        lambda m: _or_none(m.from_name),
    ),
    Key(
        Word("signature"),
        _signature,
        lambda m: _or_none(m.signature),
        takes_lines=True,
        right=Right.SIGNATURE,
    ),
    Key(
        Word(ALIASES, ("alias",)),
        _addresses(lambda m, v: replace(m, aliases=tuple(one for one in v if normal(one) != normal(m.address)))),
        lambda m: _or_none(", ".join(m.aliases)),
    ),
    Key(Word("bcc", ("cci", "copie-cachée")), _bcc, lambda m: _or_none(m.auto_bcc)),
    Key(
        Word("language", ("langue",)),
        _one_of(_LANGUAGES, lambda m, v: replace(m, language=v)),
        lambda m: m.language,
    ),
    Key(
        Word("undo", ("délai",)),
        _whole(UNDO_SECONDS, lambda m, v: replace(m, undo_seconds=v)),
        lambda m: sentence("mailbox.seconds", count=m.undo_seconds),
    ),
    Key(
        Word("reply-status", ("statut-après-réponse",)),
        _one_of(_REPLY_STATUSES, lambda m, v: replace(m, reply_status=Status(v))),
        lambda m: m.reply_status.value,
    ),
    Key(
        Word("reply-assignee", ("responsable-après-réponse",)),
        _one_of(_ASSIGNEES, lambda m, v: replace(m, reply_assignee=ReplyAssignee(v))),
        lambda m: m.reply_assignee.value,
    ),
    Key(
        Word("quote", ("citation",)),
        _one_of(_QUOTES, lambda m, v: replace(m, quote=QuoteMode(v))),
        lambda m: m.quote.value,
    ),
    Key(
        Word("approval", ("approbation", "quatre-yeux")),
        _one_of((_YES, _NO), lambda m, v: replace(m, approval=v == _YES.own)),
        lambda m: _yes(m.approval),
    ),
    Key(
        Word("buttons", ("boutons",)),
        _one_of((_YES, _NO), lambda m, v: replace(m, buttons=v == _YES.own)),
        lambda m: _yes(m.buttons),
    ),
    Key(
        Word("forwarders", ("transmetteurs",)),
        _addresses(lambda m, v: replace(m, forwarders=v)),
        lambda m: _or_none(", ".join(m.forwarders)),
    ),
    Key(
        Word("answer-by-mail", ("réponse-par-courriel",)),
        _one_of((_YES, _NO), lambda m, v: replace(m, answer_by_mail=v == _YES.own)),
        lambda m: _yes(m.answer_by_mail),
    ),
    Key(
        Word("answer-unproven", ("réponse-sans-preuve",)),
        _one_of((_YES, _NO), lambda m, v: replace(m, answer_unproven=v == _YES.own)),
        lambda m: _yes(m.answer_unproven),
        right=Right.ADMIN,
    ),
    Key(
        Word(TRUSTED_SERVER, ("serveur-de-confiance",)),
        _servers,
        lambda m: _or_none(", ".join(m.trusted_authserv)),
        right=Right.ADMIN,
    ),
    Key(
        Word(PLUS_ADDRESS, ("adresse-plus",)),
        _plus,
        lambda m: _yes(m.plus_address),
    ),
    Key(
        Word("new-after-days", ("nouvelle-après-jours",)),
        _whole(NEW_AFTER_DAYS, lambda m, v: replace(m, new_after_days=v)),
        lambda m: str(m.new_after_days),
    ),
    Key(
        Word("keep-originals", ("garder-originaux",)),
        _whole(MONTHS, lambda m, v: replace(m, keep_originals_months=v)),
        lambda m: _for_ever(m.keep_originals_months),
        right=Right.ADMIN,
    ),
    Key(
        Word("keep-words", ("garder-textes",)),
        _whole(MONTHS, lambda m, v: replace(m, keep_words_months=v)),
        lambda m: _for_ever(m.keep_words_months),
        right=Right.ADMIN,
    ),
    Key(
        Word("keep-closed", ("garder-fermées",)),
        _whole(MONTHS, lambda m, v: replace(m, keep_closed_months=v)),
        lambda m: _for_ever(m.keep_closed_months),
        right=Right.ADMIN,
    ),
    Key(
        Word("keep-spam", ("garder-indésirables",)),
        _whole(SPAM_DAYS, lambda m, v: replace(m, keep_spam_days=v)),
        lambda m: (
            sentence("mailbox.days", count=m.keep_spam_days) if m.keep_spam_days else sentence("mailbox.for_ever")
        ),
        right=Right.ADMIN,
    ),
    Key(
        Word("fold-after", ("plier-après",)),
        _whole(FOLD_AFTER, lambda m, v: replace(m, fold_after=v)),
        lambda m: str(m.fold_after),
    ),
    Key(
        Word("max-recipients", ("destinataires-max",)),
        _whole(RECIPIENTS, lambda m, v: replace(m, max_recipients=v)),
        lambda m: str(m.max_recipients),
    ),
    Key(
        Word("max-files-mb", ("fichiers-max-mo",)),
        _whole(FILES_MB, lambda m, v: replace(m, max_files_mb=v)),
        lambda m: str(m.max_files_mb),
    ),
    Key(
        Word("hourly-limit", ("limite-heure",)),
        _whole(MAILS, lambda m, v: replace(m, hourly_limit=v)),
        lambda m: str(m.hourly_limit),
    ),
    Key(
        Word("daily-limit", ("limite-jour",)),
        _whole(MAILS, lambda m, v: replace(m, daily_limit=v)),
        lambda m: str(m.daily_limit),
    ),
)
BY_NAME: Final[Mapping[str, Key]] = MappingProxyType({key.word.own: key for key in KEYS})
