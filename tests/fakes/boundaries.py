"""Where a process can die: before and after each call to the outside, and around each commit."""

from dataclasses import dataclass, field


class Killed(BaseException):
    """The process is gone: nothing in it runs any more."""


@dataclass(slots=True)
class Boundaries:
    """Counts the boundaries that are passed, and kills at one of them."""

    kill_at: int | None = None
    passed: list[str] = field(default_factory=list)

    def cross(self, name: str) -> None:
        """Raises Killed at the chosen boundary."""
        self.passed.append(name)
        if self.kill_at is not None and len(self.passed) == self.kill_at:
            self.kill_at = None
            raise Killed(name)
