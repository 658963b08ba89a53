"""The servers and logins of each mailbox: what config.yaml and the house say of them by now."""

from collections.abc import Callable, Sequence

from bot.accounts import Doors, given_password, login_secret, referred, words_of
from bot.adapters.oauth import Tokens
from bot.config import (
    Config,
    MailboxSection,
    Secret,
    house_section,
    imap_account,
    mailbox_id,
    mark_of,
    smtp_account,
    ways,
    with_password,
)
from bot.domain.calls import LoginCall
from bot.domain.credentials import Credential, PasswordReference
from bot.domain.ids import MailboxId, RoomId
from bot.domain.settings import MailboxSettings
from bot.flows.deliver.mailbox_look import KnownWays
from bot.flows.keep.passwords import Given, given
from bot.flows.step.step import Step
from bot.ports import Folders, Submission


class MailboxWays:
    """The ways to the mailboxes, each time as they are then: `config` gives the file as it was read last."""

    def __init__(self, step: Step, doors: Doors, tokens: Tokens, config: Callable[[], Config]) -> None:
        self.step = step
        self._doors = doors
        self.tokens = tokens
        self._config = config

    def to_serve(self) -> frozenset[MailboxId]:
        """The mailboxes that some process is to serve: neither paused, nor archived, nor without known servers."""
        of_file = ways(self._config()).keys()
        return frozenset(
            one.id
            for one in self.step.settings.known.mailboxes
            if not one.rests and (one.id in of_file or one.ways is not None)
        )

    def way(self, mailbox: MailboxId) -> object | None:
        """The servers and the login of a mailbox; None where it is none of today's."""
        settings = self.step.settings.known.mailbox(mailbox)
        if settings is None:
            return None
        way: object | None = ways(self._config()).get(mailbox) or settings.ways
        if way is None:
            return None
        password = settings.password
        # What was written anew is tried at once, also by a mailbox that waits after a refused login.
        mark = mark_of(self._config(), mailbox, password) if isinstance(password, PasswordReference) else ()
        hosts = () if settings.ways is None else (settings.ways.imap.host, settings.ways.smtp.host)
        trusted = tuple(self._config().authority_of(host) for host in hosts)
        return (way, password, mark, settings.folders, settings.folder_changes, trusted)

    async def folders(self, mailbox: MailboxId) -> Folders | None:
        """The folders of a mailbox by a connection of their own; None where it is none of today's."""
        sections = await self.sections([mailbox])
        return self._doors.folders(sections[0]) if sections else None

    async def sections(self, wanted: Sequence[MailboxId]) -> tuple[MailboxSection, ...]:
        """These mailboxes, with the passwords that hold. No other password is opened.

        Raises:
            StorageAway
        """
        async with self.step.database.read() as tx:
            instance = await self.step.settings.read(tx)
            words = await given(tx, instance, self.step.vault, wanted)
        of_file = {mailbox_id(one): one for one in self._config().mailboxes}
        found: list[MailboxSection | None] = []
        for id in wanted:
            section, settings, word = of_file.get(id), instance.mailbox(id), words.get(id)
            password = self._secret(id, word, settings.password if settings else None)
            if section is not None:
                found.append(section if word is None else with_password(section, password))
            elif settings is not None:
                found.append(house_section(settings, password, self._config()))
        return tuple(one for one in found if one is not None)

    def _secret(self, mailbox: MailboxId, given: Given, credential: Credential | None) -> Secret:
        return login_secret(mailbox, given or "", credential, self.tokens, self.referred)

    async def referred(self, mailbox: MailboxId, reference: PasswordReference) -> str:
        """As `accounts.referred`, by what config.yaml says by now."""
        return await referred(self._config(), mailbox, reference)

    async def known(self, mailbox: MailboxId) -> KnownWays | None:
        """The ways to a mailbox of ours, apart from those that serve it."""
        sections = await self.sections([mailbox])
        if not sections:
            return None
        (section,) = sections
        passwords = [await words_of(one.password) for one in (imap_account(section), smtp_account(section))]
        return KnownWays(*self._doors.trial(section), section.imap.watch_junk, tuple(passwords))

    def to_try(self, call: LoginCall, words: str) -> tuple[Folders, Submission] | None:
        """What a login is tried with; None where the mailbox is none of today's."""
        mailbox, password = call.mailbox, given_password(words, call.secret, self.tokens)
        section = next((one for one in self._config().mailboxes if mailbox_id(one) == mailbox), None)
        if call.ways is None and section is not None:
            return self._doors.trial(with_password(section, password))
        known = self.step.settings.known.mailbox(mailbox)
        if call.ways is not None:
            known = MailboxSettings(mailbox, mailbox, "", RoomId(""), ways=call.ways)
        section = None if known is None else house_section(known, password, self._config())
        return None if section is None else self._doors.trial(section)
