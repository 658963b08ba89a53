"""The real clock."""

from datetime import UTC, datetime


class SystemClock:
    """The operating system's time (port `Clock`)."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)
