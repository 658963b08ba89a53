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

    def places(self) -> list[int]:
        """The boundaries at which a death leaves something else behind than at the one before, counted from 1.

        Between a claim and its call, and between the call and its receipt, nothing is written and nothing is said. Of
        the looks at a server, which mostly change nothing, it is one in five.
        """
        found: list[int] = []
        for number, name in enumerate(self.passed, 1):
            before = self.passed[number - 2] if number > 1 else ""
            after = self.passed[number] if number < len(self.passed) else ""
            if name == "sync" and number % 5:
                continue
            if (name == "claimed" and after.endswith(" before")) or (name == "made" and before.endswith(" after")):
                continue
            found.append(number)
        return found
