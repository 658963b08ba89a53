"""The operator's settings, as decisions read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.addresses import can_be_tagged, is_one_of, normal, with_tag
from bot.domain.autoreply import NO_AUTOREPLY, AutoReply
from bot.domain.choices import Choice, Medium, as_they_hold
from bot.domain.conversation import Status
from bot.domain.credentials import Credential, Listed, PasswordReference, reference_in
from bot.domain.direct import Direct, Own, OwnSetting
from bot.domain.folder_list import UNCHANGED, FolderChanges
from bot.domain.grants import RUNNING, Grant
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.mail_ways import MailWays
from bot.domain.own_addresses import OwnAddress, of_person
from bot.domain.quiet import quiet_until
from bot.domain.sign_in import Application, Provider, provider_at
from bot.domain.times import zone


class QuoteMode(StrEnum):
    """Which earlier mails an answer quotes."""

    NONE = "none"
    LAST = "last"
    FULL = "full"


class ReplyAssignee(StrEnum):
    """Whose a conversation is after an answer of a member."""

    FREE = "free"
    """Its writer's, where it was nobody's."""
    REPLIER = "replier"
    NOBODY = "nobody"
    SAME = "same"
    """Whose it was, or nobody's."""


class Meaning(StrEnum):
    """The meaning of a reaction."""

    MINE = "mine"
    CLOSE = "close"
    PENDING = "pending"
    SPAM = "spam"
    FOLLOW = "follow"
    SEND = "send"
    RETRY = "retry"
    SPLIT = "split"
    APPROVE = "approve"
    DISCARD = "discard"


DEFAULT_REACTIONS: tuple[tuple[str, Meaning], ...] = (
    ("✋", Meaning.MINE),
    ("✅", Meaning.CLOSE),
    ("⏳", Meaning.PENDING),
    ("🚫", Meaning.SPAM),
    ("👀", Meaning.FOLLOW),
    ("📤", Meaning.SEND),
    ("🔁", Meaning.RETRY),
    ("✂", Meaning.SPLIT),
    ("👍", Meaning.APPROVE),
    ("❌", Meaning.DISCARD),
)


BUTTONS = (Meaning.MINE, Meaning.CLOSE, Meaning.PENDING, Meaning.SPAM)
"""The meanings that a card may offer by reactions of the bot's own, in order."""


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """One mailbox. Folder names are as the server shows them, decoded."""

    id: MailboxId
    address: str
    name: str
    room: RoomId
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    """Its addresses of before, the oldest first, under which its `id` is known: they are ours, and no mail leaves from
    them."""
    language: str = "en"
    undo_seconds: int = 20
    """So long an answer waits before it leaves, and deleting a command takes back what it changed."""
    reply_status: Status = Status.PENDING
    reply_assignee: ReplyAssignee = ReplyAssignee.FREE
    quote: QuoteMode = QuoteMode.LAST
    signature: str = ""
    """Markdown; may be empty."""
    from_name: str = ""
    """The name before the address that answers come from, with variables; empty: `name`."""
    auto_bcc: str = ""
    folders: tuple[str, ...] = ("INBOX",)
    sent: str = ""
    """Empty: found by SPECIAL-USE or by name."""
    junk: str = ""
    provider_saves_sent: bool = False
    trusted_authserv: tuple[str, ...] = ()
    """Whose Authentication-Results count."""
    answer_by_mail: bool = True
    """Members may answer notifications by mail."""
    answer_unproven: bool = False
    """They may without the proof of `trusted_authserv`: whoever has a notification can then write as its reader."""
    plus_address: bool = False
    """Who answers is asked to write to a sub-address with a mark, which leads to what is answered."""
    plus_arrives: bool = False
    """A test mail to a sub-address has arrived."""
    max_recipients: int = 10
    max_files_mb: int = 18
    hourly_limit: int = 200
    daily_limit: int = 1000
    fold_after: int = 100
    """Mails of one sender within an hour, after which the next ones are folded; 0: never."""
    new_after_days: int = 0
    """Days for which a conversation has been closed, after which an answer begins another one; 0: never."""
    keep_originals_months: int = 0
    """Months after a conversation was closed, after which its mails' originals and files go; 0: never."""
    keep_words_months: int = 0
    """After which its words go, too."""
    keep_closed_months: int = 0
    """After which nothing of it is kept."""
    keep_spam_days: int = 0
    """Days after which nothing of spam is kept; 0: as of what is closed."""
    reactions: tuple[tuple[str, Meaning], ...] = DEFAULT_REACTIONS
    organisation: str = ""
    """Whose space its room is in; empty: none."""
    forwarders: tuple[str, ...] = ()
    """Addresses of members: what they pass on under `@fwd` begins the conversation of whoever wrote it."""
    approval: bool = False
    """Each mail that a member writes waits for another member's word."""
    buttons: bool = False
    """The bot puts the reactions that do the most on each card."""
    allow_insecure: bool = False
    """The mailbox's mails are shown even if anybody can read the room."""
    is_paused: bool = False
    """The mailbox fetches and sends nothing: mails wait on the server, answers in the outbox."""
    is_archived: bool = False
    """The mailbox fetches and sends nothing any more: its conversations are there to be read."""
    password: Credential | None = None
    """The one that was given in the house, or where it lies, in place of that of config.yaml."""
    set_here: tuple[str, ...] = ()
    """The keys that were set in the house (`adjusting.py`), above config.yaml."""
    ways: MailWays | None = None
    """The servers of a mailbox that was added in the house; those of config.yaml's stand there alone."""
    autoreply: AutoReply = NO_AUTOREPLY
    """What is answered by itself."""
    folder_changes: FolderChanges = UNCHANGED
    """What was added to `folders` in the house, and removed."""
    config_room: RoomId | None = None
    """The room in which this mailbox alone is run, and told of; None: it has none of its own."""
    start: str = "new"
    """Of such a mailbox: which mails already there become threads, as in config.yaml: `new`, `all` or a date."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The emoji that stand on each card for people to tap, one for each meaning that one has here."""
        if not self.buttons:
            return ()
        first = {meaning: emoji for emoji, meaning in reversed(self.reactions)}
        return tuple(first[meaning] for meaning in BUTTONS if meaning in first)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address and its aliases, as they are configured."""
        return (self.address, *self.aliases)

    @property
    def rests(self) -> bool:
        """Paused or archived: nothing is fetched, and nothing sent."""
        return self.is_paused or self.is_archived

    @property
    def own_config_room(self) -> RoomId | None:
        """`config_room`, while the mailbox is served: what was archived is run where all mailboxes are."""
        return None if self.is_archived else self.config_room

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is us, as `addresses.normal` compares them; sub-addresses of them are us as well."""
        return frozenset(normal(one) for one in (*self.addresses, *self.former))

    def takes_back(self, at: datetime, now: datetime) -> bool:
        """Whether deleting its message still takes back what a command changed at that time."""
        return (now - at).total_seconds() <= self.undo_seconds

    def leaves_from(self, address: str) -> bool:
        """Whether mail may leave under that address, or a sub-address of one that it may."""
        return is_one_of(frozenset(normal(one) for one in self.addresses), address)

    def answers_go_to(self, sender: str, tag: str) -> str:
        """The sub-address that answers to a mail from `sender` are asked to go to; empty: to where it came from."""
        # Only of the mailbox's own address it was looked whether they arrive.
        is_tried = self.plus_address and normal(sender) == normal(self.address)
        return with_tag(self.address, tag) if is_tried and tag and can_be_tagged(self.address, tag) else ""

    def own_address(self, written: str) -> str | None:
        """The one of `addresses` that somebody wrote, as it is configured; None where it is none of them."""
        key = normal(written)
        return next((one for one in self.addresses if normal(one) == key), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """The settings of the whole bot."""

    bot: UserId
    admins: tuple[UserId, ...]
    config_room: RoomId
    language: str
    allowed_servers: tuple[str, ...]
    """Whose users may give commands; our own homeserver by default."""
    mailboxes: tuple[MailboxSettings, ...]
    timezone: str = "Europe/Paris"
    removed: tuple[MailboxSettings, ...] = ()
    """Mailboxes of before: their conversations can be read, and what was under way is ended by their settings."""
    places: tuple[tuple[MailboxId, int], ...] = field(default=(), compare=False)
    """The number by which each mailbox is named where no address may stand: of it nobody needs to be told."""
    describes_commands: bool = True
    """Clients are told of the commands in the state of each room (MSC4391)."""
    allow_insecure_secrets: bool = False
    """Passwords are taken where the homeserver can read them."""
    applications: tuple[Application, ...] = ()
    """What people sign in by at providers that give tokens in place of passwords."""
    at_providers: tuple[tuple[MailboxId, Provider], ...] = ()
    """The mailboxes of config.yaml whose servers are such a provider's."""
    references: tuple[Listed, ...] = ()
    """What mailboxes may log in with by reference, as config.yaml lists it."""
    grants: tuple[Grant, ...] = ()
    """What was given to people, or taken from them, in single mailboxes."""
    choices: tuple[Choice, ...] = ()
    """What people chose to be told of."""
    directs: tuple[Direct, ...] = ()
    """The direct chats with people, one each."""
    own: tuple[OwnSetting, ...] = ()
    """What people set for themselves."""
    addresses: tuple[OwnAddress, ...] = ()
    """What people said to be their own mail addresses, confirmed or not."""

    def owner_of(self, address: str) -> UserId | None:
        """The member whose own mail address it is, proved by a code."""
        wanted = normal(address)
        return next((one.person for one in self.addresses if one.is_confirmed and one.address == wanted), None)

    def addresses_of(self, person: UserId) -> tuple[str, ...]:
        """The mail addresses of a member that are used: the one that they chose, and the others, the oldest first."""
        chosen = self.own_of(person, Own.MAIL_TO)
        used = (one.address for one in of_person(self.addresses, person) if self._is_used(one))
        return tuple(sorted(used, key=lambda one: one != chosen))

    @property
    def placed(self) -> tuple[tuple[int, MailboxSettings], ...]:
        """The mailboxes with their places; before any was noted, as they stand in config.yaml."""
        if not self.places:
            return tuple(enumerate(self.mailboxes))
        found = dict(self.places)
        return tuple(
            sorted(((found[one.id], one) for one in self.mailboxes if one.id in found), key=lambda one: one[0])
        )

    def mailbox(self, id: MailboxId) -> MailboxSettings | None:
        return next((m for m in self.mailboxes if m.id == id), None)

    def signs_in_at(self, host: str) -> Provider | None:
        """The provider of an IMAP server, where people can sign in there by its page."""
        return self._known(provider_at(host))

    def provider_of(self, mailbox: MailboxSettings) -> Provider | None:
        """The provider of a mailbox, where people can sign in there by its page."""
        if mailbox.ways is not None:
            return self.signs_in_at(mailbox.ways.imap.host)
        return self._known(next((provider for id, provider in self.at_providers if id == mailbox.id), None))

    def _known(self, provider: Provider | None) -> Provider | None:
        return provider if any(one.provider is provider for one in self.applications) else None

    def told_in(self, mailbox: MailboxSettings | None) -> RoomId:
        """The room for what those who run a mailbox are told; None: what concerns no mailbox alone."""
        return (mailbox.own_config_room if mailbox is not None else None) or self.config_room

    def told_apart(self, mailboxes: Iterable[MailboxSettings]) -> Mapping[RoomId, tuple[MailboxSettings, ...]]:
        """By the room in which each is told of: those of one room learn nothing of the others."""
        found: dict[RoomId, tuple[MailboxSettings, ...]] = {}
        for one in mailboxes:
            found[self.told_in(one)] = (*found.get(self.told_in(one), ()), one)
        return found

    def run_in(self, room: RoomId) -> MailboxSettings | None:
        """The mailbox whose own config room it is. A room in which mail is shown is none, whatever a file says."""
        if any(one.room == room for one in self.mailboxes):
            return None
        return next((one for one in self.mailboxes if room and one.own_config_room == room), None)

    def the_one_in(self, room: RoomId) -> MailboxSettings | None:
        """The mailbox that a room is about, if it is about a single one."""
        found = self.in_room(room)
        return self.run_in(room) or (found[0] if len(found) == 1 else None)

    def is_run_in(self, mailbox: MailboxSettings, room: RoomId) -> bool:
        """Whether commands about a mailbox itself are given in that room."""
        return bool(room) and room in (mailbox.room, mailbox.own_config_room, self.config_room)

    def seen_from(self, room: RoomId) -> "Instance":
        """As it is to those in a room: in the own config room of a mailbox there is no other one."""
        own = self.run_in(room)
        if own is None:
            return self
        return replace(self, config_room=room, mailboxes=(own,), removed=())

    def those_who_run(self, mailbox: MailboxSettings | None) -> tuple[UserId, ...]:
        """Whom to mention where something is wrong with a mailbox: where it is told of on its own, its people."""
        if mailbox is None or not mailbox.own_config_room:
            return self.admins
        given = (one for one in self.grants if one.mailbox == mailbox.id and one.is_on and one.what in RUNNING)
        return tuple(dict.fromkeys(one.person for one in given)) or self.admins

    def takes_back(self, mailbox: MailboxId, room: RoomId, at: datetime, now: datetime) -> bool:
        """Whether what happens in that room to the message of a command, which changed something of the mailbox itself
        at that time, still happens to what it changed."""
        found = self.mailbox(mailbox)
        return found is not None and found.room == room and found.takes_back(at, now)

    @property
    def the_only_one(self) -> MailboxSettings | None:
        """The mailbox that need not be named, because there is no other."""
        return self.mailboxes[0] if len(self.mailboxes) == 1 else None

    def is_ours(self, address: str) -> bool:
        """Whether the address, or one that it is a sub-address of, is one of our mailboxes'."""
        return any(is_one_of(one.own_addresses, address) for one in self.mailboxes)

    def named(self, word: str) -> MailboxSettings | None:
        """By an address, or by what stands before its @ where one mailbox alone has that."""
        wanted = word.lower()
        for one in self.mailboxes:
            if wanted in (address.lower() for address in (*one.addresses, *one.former)):
                return one
        short = [one for one in self.mailboxes if one.address.lower().partition("@")[0] == wanted]
        return short[0] if len(short) == 1 else None

    def references_of(self, mailbox: MailboxId) -> tuple[PasswordReference, ...]:
        """The references by which this mailbox may log in."""
        return tuple(one.reference for one in self.references if one.mailbox == mailbox)

    def reference(self, mailbox: MailboxId, words: str) -> PasswordReference | None:
        """The listed reference that the words are; all other words may be a password."""
        found = reference_in(words)
        return found if found in self.references_of(mailbox) else None

    def also_removed(self, id: MailboxId) -> MailboxSettings | None:
        """The mailbox, also one that was removed: for what was under way by then."""
        return self.mailbox(id) or next((m for m in self.removed if m.id == id), None)

    @property
    def gone_for_good(self) -> tuple[MailboxSettings, ...]:
        """Archived or removed: perhaps nobody ever takes them up again. A pause ends."""
        return (*self.removed, *(one for one in self.mailboxes if one.is_archived))

    def address_of(self, id: MailboxId) -> str:
        """The address of a mailbox as people know it today: of one that nobody remembers it is the id."""
        found = self.also_removed(id)
        return found.address if found is not None else id

    def in_room(self, room: RoomId) -> tuple[MailboxSettings, ...]:
        """The mailboxes whose room this is."""
        return tuple(m for m in self.mailboxes if m.room == room)

    def read_in(self, room: RoomId) -> tuple[MailboxSettings, ...]:
        """The mailboxes whose conversations are read in this room, also those that were removed."""
        return (*self.in_room(room), *(m for m in self.removed if m.room == room))

    @property
    def choices_now(self) -> tuple[Choice, ...]:
        """What people chose, as it holds now (`as_they_hold`)."""
        if all(one.medium not in (Medium.DIRECT, Medium.EMAIL) for one in self.choices):
            return self.choices
        with_address = {one.person for one in self.addresses if self._is_used(one)}
        return as_they_hold(self.choices, {one.person for one in self.directs}, with_address)

    def choices_if_mailed(self, person: UserId) -> tuple[Choice, ...]:
        """The same as if mail reached that person."""
        return as_they_hold(self.choices, {one.person for one in self.directs}, {person})

    def _is_used(self, one: OwnAddress) -> bool:
        # It may have become a mailbox's since: what is mailed there comes back to us.
        return one.is_used and not self.is_ours(one.address)

    def direct_in(self, room: RoomId) -> Direct | None:
        """The direct chat that the room is."""
        return next((one for one in self.directs if one.room == room), None)

    def direct_with(self, person: UserId) -> Direct | None:
        return next((one for one in self.directs if one.person == person), None)

    def own_of(self, person: UserId, what: Own) -> str:
        """What a person set for themselves; empty where they set nothing."""
        return next((one.value for one in self.own if one.person == person and one.what is what), "")

    def language_of(self, person: UserId) -> str:
        """The language in which a person is spoken to where nobody else listens, and no mailbox speaks."""
        return self.own_of(person, Own.LANGUAGE) or self.common_language

    @property
    def common_language(self) -> str:
        """That of the mailboxes, where they have one; of whoever chose none."""
        languages = {one.language for one in self.mailboxes}
        return languages.pop() if len(languages) == 1 else self.language

    def timezone_of(self, person: UserId) -> str:
        """The time zone of a person, by whose clock they are told nothing, and what waits."""
        return self.own_of(person, Own.TIMEZONE) or self.timezone

    def timezone_in(self, room: RoomId) -> str:
        """The time zone of those who read a room."""
        direct = self.direct_in(room)
        return self.timezone if direct is None else self.timezone_of(direct.person)

    def quiet_until(self, person: UserId, now: datetime) -> datetime | None:
        """When the quiet hours end in which a person is now; None outside of them, and without a chat to be told in."""
        written = self.own_of(person, Own.QUIET)
        if not written or self.direct_with(person) is None:
            return None
        return quiet_until(written, now, zone(self.timezone_of(person)))

    def language_in(self, room: RoomId) -> str:
        """The language of a room: that of its first mailbox, or of the person whose direct chat it is."""
        direct = self.direct_in(room)
        if direct is not None:
            return self.language_of(direct.person)
        own = self.run_in(room)
        mailboxes = self.read_in(room) if own is None else (own,)
        return mailboxes[0].language if mailboxes else self.language

    def may_be_open(self, room: RoomId) -> bool:
        """Whether the operator accepts that anybody can read this room."""
        own = self.run_in(room)
        return any(m.allow_insecure for m in (*self.in_room(room), *((own,) if own is not None else ())))

    def shows_mail_in(self, room: RoomId) -> bool:
        """Whether mails stand there, or what was under way may still come: who can read it matters."""
        return bool(self.read_in(room)) or self.direct_in(room) is not None

    @property
    def organisations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.organisation for m in self.mailboxes if m.organisation))

    def organisation_of(self, room: RoomId) -> str:
        """Empty where the room's mailboxes name none; the configuration lets them name one at most."""
        return next((m.organisation for m in self.in_room(room) if m.organisation), "")

    def rooms_of(self, organisation: str) -> tuple[RoomId, ...]:
        return tuple(dict.fromkeys(m.room for m in self.mailboxes if m.organisation == organisation))
