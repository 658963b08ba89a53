"""Names of hosts that strangers wrote: in DNS, in a file on a server, behind the @ of an address."""

import ipaddress
import re

from bot.domain.addresses import can_be_written_to, plain_labels

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MOST = 253
"""Octets (RFC 1035 2.3.4)."""


def hostname(text: str) -> str | None:
    """The host's name in lower case and ASCII, without a dot at the end; None where it is none that the world knows.

    An IP address, `localhost` and other names of one label are none.
    """
    text = text.strip().removesuffix(".")
    if len(text) > _MOST:
        return None
    try:
        # Half a surrogate pair has a form in punycode, and is no letter all the same.
        name = plain_labels(text.encode().decode())
    except UnicodeError:
        return None
    labels = name.split(".")
    if len(name) > _MOST or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    # A last label of digits, or 0x…, is read as a part of an IPv4 address (WHATWG URL 3.5).
    return None if labels[-1][0].isdigit() else name


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its name or number alone (no lookup)."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def domain_of(address: str) -> str | None:
    """The domain of a mail address, as `hostname` writes it; None where there is none."""
    return hostname(address.rpartition("@")[2]) if can_be_written_to(address) else None
