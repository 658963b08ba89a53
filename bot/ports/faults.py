"""What every door says when the other side is away, or refuses us."""


class Unavailable(Exception):
    """A service is away: wait and try again. `reason` is a short technical name for the log."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


NOT_IN_ROOM = "not in the room"
"""The reason of an `Unavailable` where the homeserver tells only those who are in the room."""
NOT_TOLD = "members_not_told"
"""The reason of an `Unavailable` where the homeserver does not tell who is in a room: that is never nobody."""
NOBODY_READS = "nobody_reads"
"""The reason of a `TryLater`: no device of anybody in the room would get the key of what is to be sent."""


class CredentialsRefused(Exception):
    """The service refused our name or password: trying again at once makes it worse. `text` is the server's words."""

    def __init__(self, service: str, text: str) -> None:
        super().__init__(service)
        self.service = service
        self.text = text


TOO_FAR_BACK = "too far back"
"""The reason of an `Unavailable` where something was looked for in more of a room than can be read."""
