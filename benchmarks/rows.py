"""The measurements by name: what each does, what its goal is, and the lines that it gives for the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.backlog import Backlog, backlog, backlog_on
from benchmarks.large import REFERENCES, large
from benchmarks.latency import waits
from benchmarks.letters import letters, shuffled
from benchmarks.many import many
from benchmarks.old_conversations import fill
from benchmarks.parsing import parsing
from benchmarks.table import Row, megabytes, middle, percentile
from bot.demo.stage import staged

_ROUND_TRIP = 0.040


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each is done."""

    backlogs: tuple[int, ...]
    rounds: int
    """How often the first backlog is measured; the median counts."""
    waits: int
    far: int
    encrypted: int
    many_big: int
    mailboxes: int
    idle_seconds: float
    old: int
    beside_old: int
    parsed: int
    corpus: Path | None = None


FULL = Sizes(
    backlogs=(1000, 5000),
    rounds=3,
    waits=40,
    far=500,
    encrypted=500,
    many_big=30,
    mailboxes=330,
    idle_seconds=60,
    old=100_000,
    beside_old=300,
    parsed=2000,
)
QUICK = Sizes(
    backlogs=(300,),
    rounds=1,
    waits=10,
    far=200,
    encrypted=200,
    many_big=5,
    mailboxes=60,
    idle_seconds=20,
    old=20_000,
    beside_old=200,
    parsed=500,
)


async def backlogs(sizes: Sizes) -> list[Row]:
    """Backlogs in order, and once more in an order in which answers come before what they answer."""
    rows: list[Row] = []
    for count in sizes.backlogs:
        rounds = sizes.rounds if count == sizes.backlogs[0] else 1
        mails = letters(count)
        rows += _backlog_rows(f"backlog of {count:,}", [await backlog(mails) for _ in range(rounds)])
        mixed = await backlog(shuffled(mails))
        rows.append(_torn_off(f"backlog of {count:,}, shuffled: answers torn off", mixed))
    return rows


def _backlog_rows(name: str, found: list[Backlog]) -> list[Row]:
    speed, ratio = middle([one.per_second for one in found]), middle([one.ratio for one in found])
    least = middle([one.floor_per_second for one in found])
    cpu, peak = middle([one.cpu_ms for one in found]), max(one.peak_memory for one in found)
    events = found[0].events / found[0].mails
    return [
        Row(f"{name}: mails a second", f"{speed:.0f} /s", freescout="43 /s (1,000), 38 /s (5,000)"),
        Row(
            f"{name}: ratio to bare PUTs",
            f"{ratio:.2f} (floor: {least:.0f} events a second; {events:.1f} events a mail)",
            "≥ 0.8",
            ratio >= 0.8,
        ),
        Row(f"{name}: CPU a mail", f"{cpu:.1f} ms", "< 15 ms", cpu < 15, "12 ms + 8.5 ms database"),
        Row(f"{name}: peak memory", megabytes(peak), "< 150 MB", peak < 150e6),
        _torn_off(f"{name}: answers torn off", found[-1]),
    ]


def _torn_off(name: str, found: Backlog) -> Row:
    share = found.torn_off / found.answers
    return Row(name, f"{share:.1%} of {found.answers}", "0 %", found.torn_off == 0, "12 % (1,000), 17 % (5,000)")


async def encrypted(sizes: Sizes) -> list[Row]:
    """The same in an encrypted room; the floor are the plain events."""
    mails = letters(sizes.encrypted)
    plain = await backlog(mails)
    found = await backlog(mails, is_encrypted=True)
    return [
        Row(
            f"backlog of {sizes.encrypted} into an encrypted room: mails a second",
            f"{found.per_second:.0f} /s ({found.ratio:.2f} of bare PUTs; plain: {plain.ratio:.2f})",
        ),
        Row(
            f"backlog of {sizes.encrypted} into an encrypted room: CPU a mail",
            f"{found.cpu_ms:.1f} ms (plain: {plain.cpu_ms:.1f} ms)",
            "< 15 ms",
            found.cpu_ms < 15,
        ),
    ]


async def latencies(sizes: Sizes) -> list[Row]:
    """One after another, on idle servers."""
    found = await waits(sizes.waits)

    def row(name: str, seconds: list[float], most: float, freescout: str) -> Row:
        p50, p95 = percentile(seconds, 50), percentile(seconds, 95)
        text = f"p50 {p50:.2f} s, p95 {p95:.2f} s (of {len(seconds)})"
        return Row(name, text, f"p95 < {most:g} s", p95 < most, freescout)

    return [
        row("mail on the IMAP server → card in the room", found.cards, 2.0, "p50 28.7 s, p95 56.7 s"),
        row("reaction → edited card", found.edits, 1.0, ""),
        row("`!reply` → SMTP server, without undo window", found.replies, 2.7, "2.7 s"),
    ]


async def far_server(sizes: Sizes) -> list[Row]:
    """An IMAP server 40 ms away; the homeserver stays near."""
    found = await backlog(letters(sizes.far), imap_latency=_ROUND_TRIP / 2)
    return [
        Row(
            f"IMAP server 40 ms away, backlog of {sizes.far}: mails a second",
            f"{found.per_second:.0f} /s ({found.ratio:.2f} of bare PUTs)",
            "> 5.2 /s",
            found.per_second > 5.2,
            "5.2 /s",
        )
    ]


async def large_mails(sizes: Sizes) -> list[Row]:
    """Big mails, thousands of references, and nothing to do at all."""
    found = await large(many=sizes.many_big, idle_seconds=sizes.idle_seconds)
    return [
        Row(
            "one mail of 25 MB: memory on top",
            f"{megabytes(found.one_on_top)} (in {found.one_seconds:.1f} s)",
            "≤ 100 MB",
            found.one_on_top <= 100e6,
        ),
        Row(
            f"{found.many} mails of 10 MB: peak memory",
            f"{megabytes(found.many_peak)} (in {found.many_seconds:.1f} s)",
            "< 1.5 GB",
            found.many_peak < 1.5e9,
            "1.5 GB",
        ),
        Row(
            f"one mail with {REFERENCES:,} references",
            f"{found.long_thread_seconds:.2f} s",
            "< 9 s",
            found.long_thread_seconds < 9,
            "9 s",
        ),
        Row("idle minute: CPU", f"{found.idle_cpu:.2f} s", "< 0.6 s", found.idle_cpu < 0.6, "0.6 s"),
    ]


async def old_conversations(sizes: Sizes) -> list[Row]:
    """The same backlog in an empty database and in one with years behind it, by turns."""
    mails = letters(sizes.beside_old)
    empty, full = [], []
    for _ in range(3):
        async with staged() as stage:
            empty.append(await backlog_on(stage, mails))
        async with staged() as stage:
            await fill(stage, sizes.old)
            full.append(await backlog_on(stage, mails))
    # The floor of the same minute takes out how busy the machine was.
    growth = fmean(one.ratio for one in empty) / fmean(one.ratio for one in full)
    before, after = min(one.cpu_ms for one in empty), min(one.cpu_ms for one in full)
    return [
        Row(
            f"{sizes.old:,} old conversations: time a mail beside an empty database",
            f"× {growth:.2f}",
            "no growth (≤ 1.1)",
            growth <= 1.1,
        ),
        Row(
            f"{sizes.old:,} old conversations: CPU a mail",
            f"{after:.1f} ms (empty: {before:.1f} ms)",
            "no growth (≤ 1.1)",
            after <= before * 1.1,
            "12 ms + 36 ms database",
        ),
    ]


async def reading(sizes: Sizes) -> list[Row]:
    """`postroom parse`, one process."""
    found = await parsing(sizes.parsed, corpus=sizes.corpus)
    return [
        Row(
            f"`postroom parse` of {found.mails:,} mails: mails a second",
            f"{found.per_second:.0f} /s",
            "≥ 300 /s",
            found.per_second >= 300,
        ),
        Row("`postroom parse`: peak memory", megabytes(found.peak_memory), "< 200 MB", found.peak_memory < 200e6),
    ]


async def many_mailboxes(sizes: Sizes) -> list[Row]:
    """A whole host of associations in one process, started with as few files as a login shell allows."""
    found = await many(sizes.mailboxes, idle_seconds=sizes.idle_seconds)
    name = f"{found.mailboxes} mailboxes on one server"
    return [
        Row(
            f"{name}: start until everything is well",
            f"{found.healthy_after:.0f} s, {found.start_log / 1000:.0f} kB of log",
            "log < 1 MB",
            found.start_log < 1_000_000,
        ),
        Row(f"{name}: open files, memory", f"{found.files} files, {megabytes(found.memory)}", "", None),
        Row(
            f"{name}: a minute without work",
            f"{found.idle_cpu:.1f} s CPU, {found.idle_log / 1000:.0f} kB of log",
            "",
            None,
        ),
        Row(f"{name}: a mail for each, until all are in their rooms", f"{found.all_shown_after:.0f} s", "", None),
    ]


MEASUREMENTS: dict[str, Callable[[Sizes], Awaitable[list[Row]]]] = {
    "backlog": backlogs,
    "encrypted": encrypted,
    "latency": latencies,
    "far": far_server,
    "large": large_mails,
    "many": many_mailboxes,
    "old": old_conversations,
    "parse": reading,
}
