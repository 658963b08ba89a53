"""`folder add` and `folder remove`: the folders of a mailbox that are read, changed without a restart."""

from dataclasses import dataclass, replace

from bot.domain.calls import AddFolder
from bot.domain.command import Answer, Asked, Command, Right, Sealed, Text, Where
from bot.domain.decision import Decision
from bot.domain.dialogues.folders import changed
from bot.domain.effects import Do
from bot.domain.folder_list import meant_folder
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings

_MOST = 1_000
"""Letters of a folder's name, which servers limit to fewer."""


@dataclass(frozen=True, slots=True)
class _Wish:
    mailbox: MailboxSettings
    written: str
    """The folder's name, perhaps with which of its mails are wanted."""


def _wish(asked: Asked) -> _Wish | Sentence:
    """The mailbox need not be named where there is one alone."""
    text = asked.called.text.strip()
    first, _, rest = text.partition(" ")
    found, only = asked.instance.named(first) if first else None, asked.instance.the_only_one
    if found is not None and rest.strip():
        return _Wish(found, rest.strip())
    if only is None or "@" in first:
        return which_mailbox(asked)
    if not text or found is not None or "\n" in text or len(text) > _MOST:
        return sentence("error.which_folder", name=asked.called.command.name, folders=_listed(only))
    return _Wish(only, text)


def _listed(mailbox: MailboxSettings) -> str:
    return ", ".join(f"“{one}”" for one in mailbox.folders)


def _add(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    if wish.mailbox.is_archived:
        return sentence("error.archived", address=wish.mailbox.address)
    call = AddFolder(wish.mailbox.id, wish.written, asked.person, asked.room, asked.event, asked.thread)
    # A server that is away is waited for.
    return Decision((), (Do(call),)) + tell(asked, sentence("trying.begun", address=wish.mailbox.address))


def _remove(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    mailbox = wish.mailbox
    meant = meant_folder(wish.written, mailbox.folders, asked.now.date())
    if len(meant.names) != 1 or meant.start:
        return sentence("error.which_folder", name=asked.called.command.name, folders=_listed(mailbox))
    if len(mailbox.folders) == 1:
        return sentence("error.last_folder", folder=meant.names[0], address=mailbox.address)
    (name,) = meant.names
    told = sentence("folder.removed", folder=name, address=mailbox.address)
    return changed(mailbox, mailbox.folder_changes.without_folder(name), asked.person) + tell(asked, told)


FOLDER_ADD = Command(
    "folder add",
    "admin",
    _add,
    where=Where.CONFIG,
    takes=(Text(),),
    right=Right.ADMIN,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("dossier ajouter",),
    has_more=True,
)
FOLDER_REMOVE = replace(FOLDER_ADD, name="folder remove", rule=_remove, french=("dossier retirer",), has_more=False)
