"""What is wrong with what DNS says of a domain's mail, and the record to publish instead."""

import re

from bot.domain.dns_records import DomainRecords, Kind
from bot.domain.presets import by_mx
from bot.domain.sentences import Sentence, sentence

_MOST_LOOKUPS = 10
"""Terms of SPF that ask DNS again; with more, the whole record counts as broken (RFC 7208 4.6.4)."""
_LOOKS_UP = re.compile(r"[+~?-]?(?:include:|exists:|a$|a[:/]|mx$|mx[:/]|ptr$|ptr:)|redirect=")
_ALL = re.compile(r"([+~?-]?)all")
_SEVERAL = 2
"""Records where there may be one: then none counts."""
_POLICIES = ("none", "quarantine", "reject")


def dns_said(found: DomainRecords) -> tuple[Sentence, ...]:
    """A line for each kind of record, the domain's name first."""
    looks = ((Kind.MX, _mx), (Kind.SPF, _spf), (Kind.DKIM, _dkim), (Kind.DMARC, _dmarc))
    return (
        sentence("dns.title", domain=found.domain),
        *(
            sentence("dns.unknown", kind=kind.value.upper()) if kind in found.unknown else look(found)
            for kind, look in looks
        ),
    )


def _mx(found: DomainRecords) -> Sentence:
    if found.mx:
        return sentence("dns.mx", hosts=", ".join(found.mx))
    return sentence("dns.mx_takes_none" if found.takes_no_mail else "dns.mx_none", domain=found.domain)


def _spf(found: DomainRecords) -> Sentence:
    preset = by_mx(found.mx)
    wanted = "" if preset is None else preset.spf
    if not found.spf:
        return sentence("dns.spf_none", record=f'{found.domain}. TXT "v=spf1 {wanted or "mx"} ~all"')
    if len(found.spf) >= _SEVERAL:
        return sentence("dns.spf_several", count=len(found.spf))
    terms = found.spf[0].lower().split()[1:]
    is_elsewhere = any(term.startswith("redirect=") for term in terms)
    everybody = next((match[1] for term in terms if (match := _ALL.fullmatch(term))), None)
    if everybody in ("", "+"):
        return sentence("dns.spf_everybody")
    if sum(1 for term in terms if _LOOKS_UP.match(term)) > _MOST_LOOKUPS:
        return sentence("dns.spf_too_long")
    if preset is not None and wanted and not is_elsewhere and wanted not in terms:
        return sentence("dns.spf_without_provider", provider=preset.provider, term=wanted)
    if (everybody is None and not is_elsewhere) or everybody == "?":
        return sentence("dns.spf_open")
    return sentence("dns.spf")


def _dkim(found: DomainRecords) -> Sentence:
    names = [key.selector for key in found.keys if _tags(key.record).get("p")]
    if names:
        return sentence("dns.dkim", names=", ".join(names))
    if found.keys:
        return sentence("dns.dkim_taken_back", names=", ".join(key.selector for key in found.keys))
    return sentence("dns.dkim_none", domain=found.domain)


def _dmarc(found: DomainRecords) -> Sentence:
    if not found.dmarc:
        return sentence("dns.dmarc_none", record=_policy(found.domain, "none"))
    if len(found.dmarc) >= _SEVERAL:
        return sentence("dns.dmarc_several", count=len(found.dmarc), domain=found.dmarc_of)
    tags = _tags(found.dmarc[0])
    policy = tags.get("p", "").lower()
    if found.dmarc_of != found.domain:
        # A policy for what lies below stands above that for the domain itself.
        policy = tags.get("sp", policy).lower()
    if policy not in _POLICIES:
        return sentence("dns.dmarc_broken", record=_policy(found.dmarc_of, "none"))
    if policy == "none":
        return sentence("dns.dmarc_watches", record=_policy(found.dmarc_of, "quarantine"))
    return sentence("dns.dmarc", policy=policy, domain=found.dmarc_of)


def _policy(domain: str, policy: str) -> str:
    return f'_dmarc.{domain}. TXT "v=DMARC1; p={policy}; rua=mailto:postmaster@{domain}"'


def _tags(record: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record (RFC 6376 3.2); of a tag that stands twice, the first."""
    pairs = [part.partition("=") for part in record.split(";")]
    return {name.strip().lower(): value.strip() for name, _, value in reversed(pairs)}
