"""Whether the sender of a mail is who From says, by the word of the mailbox's own server (RFC 8601, RFC 7489 3.1)."""

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


def is_worse(verdict: Verdict, first: Verdict) -> bool:
    """Whether less is known of this sender than of the conversation's first one."""
    return _RANK[verdict] < _RANK[first]


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
