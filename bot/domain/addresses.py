"""Mail addresses: when two are one, and which can be written to."""

import re
import unicodedata
from collections.abc import Collection

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""Separators of labels (UTS 46, 4.1): the full stop, and those of other scripts."""
_LOCAL = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f-\x9f]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
_WITHIN = re.compile(r"[^\s<>()\[\],;:\"]{1,320}@[^\s<>()\[\],;:\"]{1,255}")
_AROUND = ".'’`*_!?"
"""What people and programs put around an address."""
_MOST_LOCAL, _MOST_LABEL, _MOST_DOMAIN = 64, 63, 253
"""Octets (RFC 5321 4.5.3.1, RFC 1035 2.3.4)."""


def normal(address: str) -> str:
    """The address in its compared form: lower case, domain in Unicode (IDNA), without a dot at the end.

    A text that is no address is given back in lower case.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return address.strip().lower()
    labels = [_unicode(label) for label in _DOTS.split(domain.rstrip("."))]
    return f"{local.lower()}@{'.'.join(labels)}"


def addresses_in(text: str) -> frozenset[str]:
    """All that looks like an address in a text, in `normal` form."""
    return frozenset(normal(one.strip(_AROUND)) for one in _WITHIN.findall(text))


def is_one_of(own: Collection[str], address: str) -> bool:
    """Whether an address is one of ours (given in `normal` form), or a sub-address of one (RFC 5233)."""
    compared = normal(address)
    if compared in own:
        return True
    local, _, domain = compared.rpartition("@")
    return "+" in local and f"{local.partition('+')[0]}@{domain}" in own


def tag_in(address: str) -> str:
    """What stands behind the plus sign of a sub-address (RFC 5233), in lower case; empty where there is none."""
    return address.rpartition("@")[0].partition("+")[2].lower()


def with_tag(address: str, tag: str) -> str:
    """A sub-address of an address."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def can_be_tagged(address: str, tag: str) -> bool:
    """Whether its sub-address can be written: one plus sign, and 64 octets before the @ (RFC 5321 4.5.3.1.1)."""
    local = address.rpartition("@")[0]
    return "+" not in local and len(f"{local}+{tag}".encode()) <= _MOST_LOCAL


def is_address(text: str) -> bool:
    """Whether a text has the form of a bare address; its domain is not looked at."""
    return _ADDRESS.fullmatch(text) is not None


def can_be_written_to(address: str) -> bool:
    """Whether a mail can carry the address without SMTPUTF8 (RFC 6531): local part in ASCII, domain in IDNA."""
    local, _, domain = address.strip().rpartition("@")
    if not local.isascii() or len(local) > _MOST_LOCAL or not _LOCAL.fullmatch(local):
        return False
    labels = _DOTS.split(domain.removesuffix("."))
    return len(domain) <= _MOST_DOMAIN and all(_is_label(label) for label in labels)


def plain_labels(domain: str) -> str:
    """The domain in ASCII, label by label (RFC 3492), also where no registry would take it.

    Every address that `can_be_written_to` lets through can be written so; the server judges it.
    """
    return ".".join(_ascii(unicodedata.normalize("NFKC", label).lower()) for label in _DOTS.split(domain))


def _ascii(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _unicode(label: str) -> str:
    label = unicodedata.normalize("NFKC", label).lower()
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFKC", label[4:].encode("ascii").decode("punycode")).lower()
    except (UnicodeError, ValueError):
        return label


def _is_label(label: str) -> bool:
    """Letters, digits, their marks and hyphens (RFC 5891 4.2.3); underscores, which some hosts have."""
    label = unicodedata.normalize("NFKC", label)
    if not label or label.startswith("-") or label.endswith("-"):
        return False
    if not all(char in "-_" or char.isalnum() or unicodedata.category(char).startswith("M") for char in label):
        return False
    if not label.isascii() and unicodedata.category(label[0]).startswith("M"):
        return False
    return len(_ascii(label.lower())) <= _MOST_LABEL
