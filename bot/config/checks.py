"""The findings of `postroom check` in a configuration that loads: folders, file modes, probable slips."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.config import open_files
from bot.config.mailbox import MailboxSection
from bot.config.problem import Finding, Level
from bot.config.referred import listed, read_referred, referred_file
from bot.config.secret import Origin, Secret
from bot.config.to_domain import applications, to_instance
from bot.config.types import Config
from bot.domain.credentials import Lack
from bot.domain.sentences import Sentence, sentence
from bot.domain.sign_in import Provider

_SHORTEST_KEY: Final = 32
_STARTTLS_PORTS: Final = frozenset({143, 587, 25})
_TLS_PORTS: Final = frozenset({993, 465})
READ_ONLY: Final = "check.folder_read_only"


def check(config: Config, file: Path) -> tuple[Finding, ...]:
    """Look at the machine; nothing is changed and nobody is called."""
    return (
        Finding(Level.OK, "", sentence("check.read", count=len(config.mailboxes))),
        *_file_modes(config, file),
        *_references(config),
        *_folders(config),
        *_doubts(config),
        *_open_files(config),
    )


def _warning(path: str, problem: Sentence) -> Finding:
    return Finding(Level.WARNING, path, problem)


# --- who may read the secrets -----------------------------------------------------------------------------------------


def _file_modes(config: Config, file: Path) -> Iterator[Finding]:
    secrets = tuple(_secrets(config))
    if any(secret.origin is Origin.TEXT for _, secret in secrets) and _is_world_readable(file):
        yield _warning("", sentence("check.world_readable", file=str(file)))
    for path, secret in secrets:
        if secret.file is not None and _is_world_readable(secret.file):
            yield _warning(path, sentence("check.world_readable", file=str(secret.file)))


def _references(config: Config) -> Iterator[Finding]:
    """A mailbox that misses its password keeps no other from being served, so that nothing here is a mistake."""
    for one in listed(config):
        word = read_referred(config, one.mailbox, one.reference)
        if isinstance(word, Lack):
            lack = sentence("check.reference", reference=one.reference.written, reason=word.value)
            yield _warning("secrets.names", lack)
        held = referred_file(config.secrets, one.reference)
        if held is not None and _is_world_readable(held):
            yield _warning("secrets.names", sentence("check.world_readable", file=str(held)))


def _secrets(config: Config) -> Iterator[tuple[str, Secret]]:
    yield f"matrix.{config.matrix.login}", config.matrix.login_secret
    yield "secret_key", config.secret_key
    for index, former in enumerate(config.former_secret_keys):
        yield f"former_secret_keys[{index}]", former
    if config.database is not None and "@" in config.database.reveal():
        yield "database", config.database
    for provider, section in applications(config):
        if section.client_secret is not None:
            yield f"oauth.{provider}.client_secret", section.client_secret
    for index, mailbox in enumerate(config.mailboxes):
        yield f"mailboxes[{index}].imap.password", mailbox.imap.password
        if mailbox.smtp.password is not None:
            yield f"mailboxes[{index}].smtp.password", mailbox.smtp.password


def _is_world_readable(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


# --- folders ----------------------------------------------------------------------------------------------------------


def _folders(config: Config) -> Iterator[Finding]:
    yield from _folder("data_dir", config.data_dir)
    kept = [config.data_dir / name for name in ("blobs", "matrix", "postroom.lock", "import.lock")]
    if config.database_url.startswith("sqlite:///"):
        file = Path(config.database_url.removeprefix("sqlite:///").partition("?")[0])
        if file.parent != config.data_dir:
            yield from _folder("database", file.parent)
        kept += [Path(f"{file}{tail}") for tail in ("", "-wal", "-shm")]
    for one in kept:
        yield from _kept(one, config.data_dir)


def _kept(one: Path, folder: Path) -> Iterator[Finding]:
    """What root put there (a restore by hand) locks the bot out, and looks like a disk that takes nothing."""
    try:
        is_ours = one.stat().st_uid == folder.stat().st_uid
    except OSError:
        return
    words = {"file": str(one), "folder": str(folder)}
    if not os.access(one, os.W_OK) and not _is_read_only(one):
        yield Finding(Level.MISTAKE, "data_dir", sentence("check.not_writable_by_us", **words))
    elif not is_ours and os.geteuid() == 0:
        yield _warning("data_dir", sentence("check.of_another_user", **words))


def _folder(path: str, folder: Path) -> Iterator[Finding]:
    name = str(folder)
    if folder.exists():
        if not folder.is_dir():
            yield Finding(Level.MISTAKE, path, sentence("check.folder_is_file", folder=name))
        elif _is_read_only(folder):
            yield Finding(Level.MISTAKE, path, sentence(READ_ONLY, folder=name))
        elif not os.access(folder, os.W_OK | os.X_OK):
            yield Finding(Level.MISTAKE, path, sentence("check.folder_not_writable", folder=name))
        else:
            yield Finding(Level.OK, path, sentence("check.folder_ready", folder=name))
            if path == "data_dir" and folder.stat().st_mode & stat.S_IRWXO:
                yield _warning(path, sentence("check.folder_open_to_all", folder=name))
        return
    above = next((one for one in folder.parents if one.exists()), Path("/"))
    if _is_read_only(above):
        yield Finding(Level.MISTAKE, path, sentence(READ_ONLY, folder=str(above)))
    elif above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        yield Finding(Level.OK, path, sentence("check.folder_will_be_made", folder=name))
    else:
        yield Finding(Level.MISTAKE, path, sentence("check.folder_not_writable", folder=name))


def _is_read_only(folder: Path) -> bool:
    """Whether the disk is read-only, as the system makes a disk with errors: no mistake of the configuration."""
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


# --- how many connections ---------------------------------------------------------------------------------------------


def _open_files(config: Config) -> Iterator[Finding]:
    needed, allowed = open_files.needed(config), open_files.allowed()
    if needed > allowed:
        yield _warning("mailboxes", sentence("check.open_files", needed=needed, allowed=allowed))


# --- what is allowed, but probably not meant --------------------------------------------------------------------------


def _doubts(config: Config) -> Iterator[Finding]:
    if len(config.secret_key.reveal()) < _SHORTEST_KEY:
        yield _warning("secret_key", sentence("check.short_key"))
    if config.secret_key.reveal() in [one.reveal() for one in config.former_secret_keys]:
        yield _warning("former_secret_keys", sentence("check.former_is_current"))
    allowed = to_instance(config).allowed_servers
    for index, admin in enumerate(config.admins):
        if admin.partition(":")[2] not in allowed:
            yield _warning(f"admins[{index}]", sentence("check.admin_of_other_server", user=admin))
    for provider, section in applications(config):
        # Microsoft lets no secret live longer than two years.
        is_unknown = section.client_secret is not None and section.client_secret_expires is None
        if is_unknown and provider is Provider.MICROSOFT:
            yield _warning(f"oauth.{provider}.client_secret_expires", sentence("check.secret_end_unknown"))
    if not config.mailboxes:
        yield _warning("mailboxes", sentence("check.no_mailboxes"))
    for index, mailbox in enumerate(config.mailboxes):
        yield from _mailbox_doubts(f"mailboxes[{index}]", mailbox)


def _mailbox_doubts(path: str, mailbox: MailboxSection) -> Iterator[Finding]:
    for name, security, port in (
        ("imap", mailbox.imap.security, mailbox.imap.real_port),
        ("smtp", mailbox.smtp.security, mailbox.smtp.real_port),
    ):
        if security == "tls" and port in _STARTTLS_PORTS:
            yield _warning(f"{path}.{name}.security", sentence("check.port_wants_starttls", port=port))
        if security == "starttls" and port in _TLS_PORTS:
            yield _warning(f"{path}.{name}.security", sentence("check.port_wants_tls", port=port))
    if mailbox.smtp.host.lower() == "smtp.gmail.com" and not mailbox.provider_saves_sent:
        yield _warning(f"{path}.provider_saves_sent", sentence("check.sent_kept_by_provider"))
