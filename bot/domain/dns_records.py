"""What DNS says of a domain's mail: who takes it, who may send in its name, and how that is proved."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of records that are looked at."""

    MX = "mx"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"


USUAL_SELECTORS = tuple(
    "default dkim mail google selector1 selector2 s1 s2 k1 k2 ovhmo gm1 gm2 gm3 protonmail protonmail2 zoho zmail"
    " s1-ionos s2-ionos fm1 fm2 sig1 mxvault x".split()
)
"""Names under which providers keep their keys (DKIM has no list of those of a domain)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A DKIM key as it is published."""

    selector: str
    record: str


@dataclass(frozen=True, slots=True)
class DomainRecords:
    """The answer to `CheckDns`, which always comes."""

    domain: str
    mx: tuple[str, ...] = ()
    """The hosts, the preferred first."""
    takes_no_mail: bool = False
    """The domain says so itself (RFC 7505)."""
    spf: tuple[str, ...] = ()
    """All TXT records that begin as SPF does: there may be one only."""
    dmarc: tuple[str, ...] = ()
    dmarc_of: str = ""
    """The domain whose policy holds: this one, or one above it."""
    keys: tuple[Key, ...] = ()
    selectors: tuple[str, ...] = ()
    """The names under which keys were looked for."""
    unknown: tuple[Kind, ...] = ()
    """Those that DNS could not be asked about."""
