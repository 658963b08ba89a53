"""Limits of reading a mail: far above honest mail, far below what hurts."""

from typing import Final

HEADER_BLOCK: Final = 2 << 20
"""Bytes of one header block that are scanned; what comes after is taken for the body."""
HEADER_LINES: Final = 30_000
"""Lines of one header block, folded ones counted, that are looked at."""
HEADER_FIELD: Final = 512 << 10
"""Bytes of one field's value that are kept."""
HEADER_FIELDS: Final = 1000
"""Fields kept of one block; after that only those with a meaning for us."""
DEPTH: Final = 30
"""Multiparts within multiparts, and messages within messages."""
PARTS: Final = 500
"""Parts of one mail; the last one holds whatever follows."""
TEXT: Final = 1 << 20
"""Characters of the text and of the HTML body that are kept in the mail's value; a longer body is also a file."""
ADDRESSES: Final = 500
"""Mailboxes of one header."""
IDENTIFIERS: Final = 1000
"""Ids of one References header: its first ones and its last ones."""
RECOGNISED: Final = 300
"""Ids noted in a bounce."""
SCANNED: Final = 2 << 20
"""Bytes of a bounce that are searched for ids and for its recipient."""
PARAMETERS: Final = 200
"""Parameters of one Content-Type or Content-Disposition field."""
EMBEDDED: Final = 200
"""Files cut out of one text (uuencode, yEnc) or out of one winmail.dat."""
SIGNATURES: Final = 4
"""Opaque signatures of one mail that are opened; each holds its content once more."""
