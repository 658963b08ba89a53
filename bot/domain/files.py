"""Files that members post in a room, and files that go out with a mail."""

from dataclasses import dataclass, replace

from bot.domain.ids import BlobId, EventId
from bot.domain.mail import Attachment

_PROGRAMS = frozenset(
    """
    exe com scr pif bat cmd msi msp msix msixbundle appx appxbundle cpl dll sys msc gadget application
    js jse mjs vbs vbe ws wsf wsh wsc ps1 ps1xml psm1 psd1 hta sct jar jnlp reg inf
    lnk url scf desktop webloc settingcontent-ms library-ms search-ms searchconnector-ms theme themepack diagcab
    iso img vhd vhdx dmg pkg app apk deb rpm run sh bash zsh csh command workflow py pyw pyz pl rb php
    chm hlp xll xla xlam docm dotm xlsm xltm xlsb pptm potm ppsm ppam sldm one onepkg accde accdb mde ade
    """.split()
)
"""Extensions that a double click runs, or that bring programs along: scripts, links, disk images, macros."""
_NOT_STARTED = ".unsafe"
_FOR_MACHINES = frozenset(
    """
    application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature
    message/delivery-status message/global-delivery-status message/disposition-notification
    message/global-disposition-notification message/feedback-report text/rfc822-headers message/global-headers
    """.split()
)
"""Parts without words for a person: signatures, reports. They are in the original."""


def is_for_machines(file: Attachment) -> bool:
    return file.content_type.lower() in _FOR_MACHINES


def starts_program(filename: str) -> bool:
    """Whether opening a file of that name runs what somebody else wrote."""
    # What follows a colon names a stream of the file on Windows; trailing dots and blanks are dropped there.
    name = filename.lower().partition(":")[0].rstrip(" .")
    return name.rpartition(".")[2] in _PROGRAMS and "." in name


def harmless_name(filename: str) -> str:
    """The name that a file is posted under: one that no double click starts."""
    return filename[:240].replace(":", "_") + _NOT_STARTED if starts_program(filename) else filename


NOT_HERE = BlobId("")
"""The blob of a file that was not fetched from the room yet."""


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that a member posted."""

    url: str
    """mxc://"""
    filename: str
    content_type: str
    size: int
    """Size in bytes, by the client's word; 0 if it says none."""
    encryption: str = ""
    """JSON of the `EncryptedFile` object where the room is encrypted."""

    @property
    def as_attachment(self) -> Attachment:
        return Attachment(self.filename, self.content_type, self.size, False, "", NOT_HERE)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A member's file that goes out with a mail."""

    event: EventId
    """The message that the file was posted with."""
    file: SharedFile
    blob: BlobId = NOT_HERE

    @property
    def as_attachment(self) -> Attachment:
        return replace(self.file.as_attachment, sha256=self.blob)

    @property
    def is_here(self) -> bool:
        return self.blob != NOT_HERE
