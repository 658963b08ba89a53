"""Files that members post in a room, and those of them that go out with a mail."""

from dataclasses import dataclass

from bot.domain.ids import BlobId, EventId
from bot.domain.mail import Attachment

NOT_HERE = BlobId("")
"""Of a file that was not fetched from the room yet."""


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that a member posted."""

    url: str
    """mxc://"""
    filename: str
    content_type: str
    size: int
    """In bytes, as the client says; 0 where it does not."""
    encryption: str = ""
    """JSON of the `EncryptedFile` object where the room is encrypted."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A member's file that goes out with a mail."""

    event: EventId
    """The message that it was posted with."""
    file: SharedFile
    blob: BlobId = NOT_HERE

    @property
    def as_attachment(self) -> Attachment:
        return Attachment(self.file.filename, self.file.content_type, self.file.size, False, "", self.blob)

    @property
    def is_here(self) -> bool:
        return self.blob != NOT_HERE
