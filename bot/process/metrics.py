"""The figures that the bot counts, in the text format of Prometheus."""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LATENCIES: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper bounds in seconds."""
Labels = tuple[str, ...]


@dataclass(slots=True)
class Counter:
    """A figure that only goes up. `labels` name the values that `add` takes."""

    name: str
    help: str
    labels: Labels = ()
    _values: dict[Labels, float] = field(default_factory=dict)

    def add(self, *values: str, by: float = 1) -> None:
        key = _checked(self.labels, values)
        self._values[key] = self._values.get(key, 0) + by

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.help, "counter")
        for key, value in sorted(self._values.items()):
            yield f"{self.name}{_labels(self.labels, key)} {_number(value)}"
        if not self.labels and not self._values:
            yield f"{self.name} 0"


@dataclass(slots=True)
class Gauge:
    """A figure that goes up and down; `read` names a source that is asked at each request instead."""

    name: str
    help: str
    labels: Labels = ()
    _values: dict[Labels, float] = field(default_factory=dict)
    _read: Callable[[], float] | None = None

    def set(self, value: float, *values: str) -> None:
        self._values[_checked(self.labels, values)] = value

    def replace(self, values: Mapping[Labels, float]) -> None:
        """Set all values at once, in place of those before."""
        self._values = {_checked(self.labels, key): value for key, value in values.items()}

    def clear(self) -> None:
        """Forget all values: what is not set again is not shown."""
        self._values.clear()

    def read(self, source: Callable[[], float]) -> None:
        """Ask `source` at each request; for a gauge without labels."""
        _checked(self.labels, ())
        self._read = source

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.help, "gauge")
        if self._read is not None:
            yield f"{self.name} {_number(self._read())}"
            return
        for key, value in sorted(self._values.items()):
            yield f"{self.name}{_labels(self.labels, key)} {_number(value)}"


@dataclass(slots=True)
class Histogram:
    """Counts of durations below each bound."""

    name: str
    help: str
    labels: Labels = ()
    bounds: Sequence[float] = LATENCIES
    _counts: dict[Labels, list[int]] = field(default_factory=dict)
    _sums: dict[Labels, float] = field(default_factory=dict)

    def observe(self, seconds: float, *values: str) -> None:
        key = _checked(self.labels, values)
        counts = self._counts.setdefault(key, [0] * (len(self.bounds) + 1))
        counts[bisect.bisect_left(self.bounds, seconds)] += 1
        self._sums[key] = self._sums.get(key, 0.0) + seconds

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.help, "histogram")
        names = (*self.labels, "le")
        for key, counts in sorted(self._counts.items()):
            below = 0
            for bound, count in zip((*map(_number, self.bounds), "+Inf"), counts, strict=True):
                below += count
                yield f"{self.name}_bucket{_labels(names, (*key, bound))} {below}"
            yield f"{self.name}_sum{_labels(self.labels, key)} {_number(self._sums[key])}"
            yield f"{self.name}_count{_labels(self.labels, key)} {below}"


class Metrics:
    """All figures of one process. Mailboxes are named by their place, a number that each was given once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._last_sync: float | None = None
        self.mails_in = Counter("postroom_mails_in_total", "Mails read from the servers.", ("mailbox",))
        self.inputs = Counter("postroom_inputs_total", "Inputs decided, by kind and result.", ("kind", "result"))
        self.effects = Counter("postroom_effects_total", "Calls that ended, by kind and outcome.", ("kind", "outcome"))
        self.effect_seconds = Histogram("postroom_effect_seconds", "How long calls took, by kind.", ("kind",))
        self.bounces = Counter(
            "postroom_bounces_total", "Reports that came in of mails that did not arrive.", ("mailbox",)
        )
        self.rings = Counter(
            "postroom_rings_total", "Messages posted that clients ring by; mailbox is empty for other rooms.",
            ("mailbox",),
        )  # fmt: skip
        self.folder_mails = Gauge(
            "postroom_folder_mails",
            "Mails on the server (on_server) and what became of them, by mailbox and kind of folder, as counted last.",
            ("mailbox", "folder", "state"),
        )
        self.mail_waiting = Gauge(
            "postroom_mail_waiting_seconds",
            "For how long the oldest mail of a mailbox has waited for more than a minute: to_leave, to_be_posted,"
            " for_folder.",
            ("mailbox", "what"),
        )
        self.mailbox_info = Gauge(
            "postroom_mailbox_info", "1 for each mailbox; its address where config.yaml shows addresses.",
            ("mailbox", "address", "state"),
        )  # fmt: skip
        self.build_info = Gauge("postroom_build_info", "1; the version that runs.", ("version",))
        self.queue_depth = Gauge(
            "postroom_queue_depth", "Calls that wait or are being made, by state and kind.", ("state", "kind")
        )
        self.oldest_waiting = Gauge(
            "postroom_oldest_waiting_seconds", "For how long the oldest call has been due and not made; 0: none waits."
        )
        self.stray_calls = Gauge(
            "postroom_stray_calls", "Calls that the database has as being made and that nobody makes."
        )
        self.connected = Gauge(
            "postroom_connected", "1 while the service is reached, else 0; mailbox is empty for matrix and database.",
            ("service", "mailbox"),
        )  # fmt: skip
        self.shunted = Counter("postroom_shunted_total", "Inputs put aside because they could not be decided.")
        self.since_sync = Gauge("postroom_seconds_since_sync", "Seconds since the last answered Matrix sync; -1: none.")
        self.since_sync.read(self._seconds_since_sync)
        self.uptime = Gauge("postroom_uptime_seconds", "Seconds since the start.")
        self.uptime.read(lambda: self._clock() - self._started)

    def synced(self) -> None:
        """A Matrix sync was answered."""
        self._last_sync = self._clock()

    def rendered(self) -> str:
        """The page for Prometheus."""
        families: tuple[Counter | Gauge | Histogram, ...] = (
            self.mails_in,
            self.inputs,
            self.effects,
            self.effect_seconds,
            self.bounces,
            self.rings,
            self.folder_mails,
            self.mail_waiting,
            self.mailbox_info,
            self.build_info,
            self.queue_depth,
            self.oldest_waiting,
            self.stray_calls,
            self.connected,
            self.shunted,
            self.since_sync,
            self.uptime,
        )
        return "".join(f"{line}\n" for family in families for line in family.lines())

    def _seconds_since_sync(self) -> float:
        return -1 if self._last_sync is None else self._clock() - self._last_sync


def _checked(names: Labels, values: Labels) -> Labels:
    if len(names) != len(values):
        raise TypeError(f"wanted values for {names}")
    return values


def _head(name: str, help: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"


def _labels(names: Labels, values: Labels) -> str:
    if not names:
        return ""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True))
    return "{" + ",".join(pairs) + "}"


def _escaped(value: str) -> str:
    # Prometheus text format 0.0.4: backslash, quote and newline are escaped in label values.
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
