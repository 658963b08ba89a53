"""Whether the sender of a mail is who From says, by the word of the mailbox's own server (RFC 8601, RFC 7489 3.1)."""

from bot.domain.addresses import addresses_in, normal
from bot.domain.conversation import Verdict
from bot.domain.mail import Authentication, Mail
from bot.domain.settings import MailboxSettings

_RANK = {Verdict.FAILED: 0, Verdict.UNKNOWN: 1, Verdict.VERIFIED: 2}


def verdict_of(mail: Mail, mailbox: MailboxSettings) -> Verdict:
    """The verdict of the topmost field of a trusted server: lower fields may have come with the mail."""
    trusted = {name.lower() for name in mailbox.trusted_authserv}
    said = next((one for one in mail.authentication if one.server.lower() in trusted), None)
    author = mail.from_[0].address.rpartition("@")[2].lower() if mail.from_ else ""
    return Verdict.UNKNOWN if said is None else _verdict(said, author)


def only_author(mail: Mail) -> str:
    """The address of the mail's one author; empty where anything in From is open to another reading.

    Servers prove the domain in From, and each reads a From of several addresses, fields or groups in its own way.
    """
    fields = [value for name, value in mail.fields if name == "from"]
    if len(fields) != 1 or len(mail.from_) != 1 or mail.original_from:
        return ""
    author = normal(mail.from_[0].address)
    # `Alice@Asso` in a name is nobody's address: no server takes a sender without a domain of two parts.
    shown = addresses_in(mail.from_[0].name)
    named = {one for one in addresses_in(fields[0]) if one not in shown or "." in one.rpartition("@")[2]}
    return author if author and named == {author} else ""


def likely_author(mail: Mail) -> str:
    """The address of the mail's one author as most read it, where `only_author` knows none: for telling them alone."""
    return normal(mail.from_[0].address) if len(mail.from_) == 1 and not mail.original_from else ""


def is_proven(mail: Mail, mailbox: MailboxSettings) -> bool:
    """Whether the mailbox's own server vouches for the author's domain, read as narrowly as can be.

    The topmost field of all counts alone: whatever stands below it may have come with the mail, also in that server's
    name. DMARC that fails is no proof whatever else passes; without a word of it, the very domain must have signed the
    mail, or sent it, or one above it.
    """
    trusted = {name.lower() for name in mailbox.trusted_authserv}
    said = mail.authentication[0] if mail.authentication else None
    domain = only_author(mail).rpartition("@")[2]
    if said is None or not domain or said.server.lower() not in trusted:
        return False
    if said.dmarc not in ("", "none"):
        return said.dmarc == "pass" and _compared(said.dmarc_domain) == domain
    signed = any(_speaks_for(one, domain) for one in said.dkim_domains)
    return signed or (said.spf == "pass" and _speaks_for(said.spf_domain, domain))


def _compared(domain: str) -> str:
    """A domain in the form of `addresses.normal`."""
    return normal(f"@{domain}").removeprefix("@")


def _speaks_for(said: str, author: str) -> bool:
    """Whether the domain is the author's, or one above it; nobody below speaks for those above."""
    domain = _compared(said)
    return "." in domain and (domain == author or author.endswith("." + domain))


def is_worse(verdict: Verdict, first: Verdict) -> bool:
    """Whether less is known of this sender than of the conversation's first one."""
    return _RANK[verdict] < _RANK[first]


def doubt_of(mail: Mail, mailbox: MailboxSettings, first: Verdict) -> Verdict | None:
    """The verdict on a mail that came to a conversation, if it is worse than that of the first one there."""
    verdict = verdict_of(mail, mailbox)
    return verdict if not mail.is_bounce and is_worse(verdict, first) else None


def _verdict(said: Authentication, author: str) -> Verdict:
    if said.dmarc == "pass":
        # The field says nothing of another From (several in one mail).
        return Verdict.VERIFIED if not said.dmarc_domain or _is_aligned(said.dmarc_domain, author) else Verdict.UNKNOWN
    if said.dmarc == "fail":
        return Verdict.FAILED
    if any(_is_aligned(one, author) for one in said.dkim_domains):
        return Verdict.VERIFIED
    if said.spf == "pass" and _is_aligned(said.spf_domain, author):
        return Verdict.VERIFIED
    return Verdict.FAILED if "fail" in (said.spf, said.dkim) else Verdict.UNKNOWN


def _is_aligned(domain: str, author: str) -> bool:
    """Whether two domains are one, or one lies below the other (RFC 7489 3.1.1, relaxed)."""
    if not domain or "." not in domain or "." not in author:
        return False
    return domain == author or domain.endswith("." + author) or author.endswith("." + domain)
