"""`/health` and `/metrics` over real HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace

import aiohttp
import pytest

from bot.process.health import HealthServer, HealthStatus, Names, Problem
from bot.process.metrics import Metrics


@dataclass
class Served:
    url: str
    metrics: Metrics
    problems: list[Problem] = field(default_factory=list)
    clock: list[float] = field(default_factory=lambda: [100.0])
    waiting: list[float] = field(default_factory=lambda: [0.0])

    async def get(self, path: str) -> tuple[int, str, str]:
        async with aiohttp.ClientSession() as client, client.get(self.url + path) as answer:
            return answer.status, answer.content_type, await answer.text()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    clock = [100.0]
    metrics = Metrics(clock=lambda: clock[0])
    problems: list[Problem] = []
    waiting = [0.0]

    async def status() -> HealthStatus:
        return HealthStatus(tuple(problems), 3, waiting[0])

    async with HealthServer("127.0.0.1", 0, status, metrics) as server:
        yield Served(f"http://127.0.0.1:{server.port}", metrics, problems, clock, waiting)


async def nothing() -> HealthStatus:
    return HealthStatus()


async def test_health_is_200_and_ok_without_problems(served: Served) -> None:
    assert await served.get("/health") == (200, "application/json", '{"status": "ok"}')


async def test_health_is_503_with_the_reasons_where_the_process_cannot_work(served: Served) -> None:
    served.problems += [Problem("matrix", "timeout"), Problem("imap", "credentials", mailbox=1)]

    status, _, text = await served.get("/health")

    assert status == 503
    assert '"status": "unavailable"' in text
    assert '{"service": "matrix", "reason": "timeout"}' in text
    assert '{"service": "imap", "reason": "credentials", "mailbox": 1}' in text


def each(service: str, reason: str, *places: int) -> tuple[Problem, ...]:
    return tuple(Problem(service, reason, place) for place in places)


@pytest.mark.parametrize(
    ("problems", "can_work"),
    [
        ((), True),
        (each("imap", "credentials", 1), True),
        (each("imap", "credentials", 0, 1), True),
        (each("imap", "timeout", 0, 1, 2), False),
        (each("smtp", "timeout", 0, 1, 2), False),
        ((*each("imap", "timeout", 0), *each("smtp", "timeout", 1, 2)), True),
        ((*each("imap", "timeout", 0, 0, 0), *each("imap", "timeout", 1)), True),
        (each("imap", "starting", 2), False),
        (each("room", "starting", 0), False),
        (each("room", "M_FORBIDDEN", 0, 1, 2), True),
        ((Problem("room", "M_FORBIDDEN"),), True),
        ((Problem("matrix", "timeout"),), False),
        ((Problem("database", "away"),), False),
    ],
)
def test_one_mailbox_that_is_away_is_not_the_end_of_all(problems: tuple[Problem, ...], can_work: bool) -> None:
    assert HealthStatus(problems, 3).can_work is can_work


async def test_one_mailbox_away_is_degraded_and_only_its_own_page_says_503(served: Served) -> None:
    # Each folder of it was refused.
    served.problems += [Problem("imap", "credentials", mailbox=1)] * 3

    status, _, text = await served.get("/health")

    assert (status, json.loads(text)) == (
        200,
        {"status": "degraded", "reasons": [{"service": "imap", "reason": "credentials", "mailbox": 1}]},
    )
    assert [(await served.get(f"/health/mailbox/{place}"))[0] for place in range(4)] == [200, 503, 200, 404]
    served.problems[:] = [Problem("matrix", "timeout")]
    assert (await served.get("/health/mailbox/0"))[0] == 503


async def test_the_age_of_the_oldest_call_that_waits_is_told_and_a_long_one_is_a_reason(served: Served) -> None:
    served.waiting[0] = 42.4
    assert await served.get("/health") == (200, "application/json", '{"status": "ok", "oldest_waiting_seconds": 42}')
    served.waiting[0] = 420.0
    status, _, text = await served.get("/health")
    assert (status, json.loads(text)["status"], json.loads(text)["reasons"]) == (
        200,
        "degraded",
        [{"service": "matrix", "reason": "calls_wait"}],
    )


async def test_health_follows_what_happens(served: Served) -> None:
    served.problems.append(Problem("matrix", "connecting"))
    first, _, _ = await served.get("/health")
    served.problems.clear()
    second, _, _ = await served.get("/health")

    assert (first, second) == (503, 200)


async def test_metrics_are_in_the_text_format_of_prometheus(served: Served) -> None:
    served.metrics.mails_in.add("0", by=3)
    served.metrics.effects.add("send_event", "accepted")
    served.metrics.connected.set(1, "imap", "0")
    served.metrics.effect_seconds.observe(0.3, "send_event")
    served.metrics.effect_seconds.observe(400, "send_event")

    status, kind, text = await served.get("/metrics")

    assert (status, kind) == (200, "text/plain")
    lines = text.splitlines()
    assert 'postroom_mails_in_total{mailbox="0"} 3' in lines
    assert 'postroom_effects_total{kind="send_event",outcome="accepted"} 1' in lines
    assert 'postroom_connected{service="imap",mailbox="0"} 1' in lines
    assert 'postroom_effect_seconds_bucket{kind="send_event",le="0.25"} 0' in lines
    assert 'postroom_effect_seconds_bucket{kind="send_event",le="0.5"} 1' in lines
    assert 'postroom_effect_seconds_bucket{kind="send_event",le="+Inf"} 2' in lines
    assert 'postroom_effect_seconds_count{kind="send_event"} 2' in lines
    assert text.endswith("\n")
    sample = re.compile(r'[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? -?[0-9.e+]+')
    assert all(line.startswith("#") or sample.fullmatch(line) for line in lines)


async def test_seconds_since_the_last_sync_are_counted(served: Served) -> None:
    _, _, before = await served.get("/metrics")
    served.metrics.synced()
    served.clock[0] = 112.5
    _, _, after = await served.get("/metrics")

    assert "postroom_seconds_since_sync -1" in before
    assert "postroom_seconds_since_sync 12.5" in after
    assert "postroom_uptime_seconds 12.5" in after


def test_label_values_are_escaped() -> None:
    metrics = Metrics()
    metrics.queue_depth.set(1, "open", 'a"b\\c\nd')

    assert r'{state="open",kind="a\"b\\c\nd"} 1' in metrics.rendered()


async def test_figures_that_are_looked_up_are_fresh_at_each_request() -> None:
    metrics = Metrics()
    depths: Iterator[Mapping[tuple[str, ...], float]] = iter([{("open", "submit"): 2.0}, {("sending", "submit"): 1.0}])

    async def look() -> None:
        metrics.queue_depth.replace(next(depths))

    async with HealthServer("127.0.0.1", 0, nothing, metrics, look) as server:
        served = Served(f"http://127.0.0.1:{server.port}", metrics)
        _, _, first = await served.get("/metrics")
        _, _, second = await served.get("/metrics")

    assert 'postroom_queue_depth{state="open",kind="submit"} 2' in first
    assert 'postroom_queue_depth{state="sending",kind="submit"} 1' in second
    assert 'state="open"' not in second


def test_a_figure_without_its_labels_is_a_fault() -> None:
    with pytest.raises(TypeError):
        Metrics().mails_in.add()


async def test_nothing_else_is_served(served: Served) -> None:
    status, _, _ = await served.get("/")

    assert status == 404


async def test_a_taken_port_is_an_os_error(served: Served) -> None:
    port = int(served.url.rpartition(":")[2])

    with pytest.raises(OSError, match="address already in use"):
        await HealthServer("127.0.0.1", port, nothing, Metrics()).start()


async def test_the_port_is_free_again_after_the_end() -> None:
    first = HealthServer("127.0.0.1", 0, nothing, Metrics())
    await first.start()
    await first.close()

    async with HealthServer("127.0.0.1", first.port, nothing, Metrics()):
        pass


def test_calls_that_nobody_makes_are_a_reason_once_they_should_have_been_taken_up() -> None:
    assert HealthStatus(strayed=12.0).reasons == ()
    assert HealthStatus(strayed=25.0).reasons == (Problem("database", "stray_calls"),)
    assert HealthStatus(strayed=25.0).can_work


async def test_a_mailbox_is_asked_for_by_its_number_whatever_others_there_are() -> None:
    names = (Names("z@x.example", "", 3), Names("a@x.example", "paused", 7))
    status = HealthStatus((Problem("imap", "timeout", 3),), 2, names=names)
    assert status.places == (3, 7) and status.can_work
    assert status.name_of(7) == names[1] and status.name_of(0) is None
    assert status.of_mailbox(3) and not status.of_mailbox(7)


NAMES = (Names("contact@asso.example"), Names("info@asso.example", "paused", 1))


async def asked(path: str, *problems: Problem, shows_addresses: bool = False) -> tuple[int, dict[str, object]]:
    async def status() -> HealthStatus:
        return HealthStatus(problems, 2, names=NAMES, database="sqlite", database_ms=1.26)

    async with HealthServer("127.0.0.1", 0, status, Metrics(), shows_addresses=shows_addresses) as server:
        code, _, text = await Served(f"http://127.0.0.1:{server.port}", Metrics()).get(path)
    found = json.loads(text)
    assert isinstance(found, dict)
    return code, found


async def test_a_mailbox_is_named_by_its_place_and_by_its_address_where_the_configuration_says_so() -> None:
    away = Problem("imap", "timeout", 0)
    for path in ("/health", "/health/all", "/health/mailbox/0"):
        assert "asso.example" not in json.dumps(await asked(path, away))
        assert "contact@asso.example" in json.dumps(await asked(path, away, shows_addresses=True))
    _, found = await asked("/health", away, Problem("room", "not_joined", room="config"), shows_addresses=True)
    assert found["reasons"] == [
        {"service": "imap", "reason": "timeout", "mailbox": 0, "address": "contact@asso.example"},
        {"service": "room", "reason": "not_joined", "room": "config"},
    ]


async def test_each_part_has_a_row_and_the_database_its_own() -> None:
    code, found = await asked("/health/all", Problem("smtp", "timeout", 0), Problem("room", "away", room="config"))

    assert (code, found["status"]) == (200, "degraded")
    rows = found["rows"]
    assert isinstance(rows, list)
    assert rows[:2] == [
        {"service": "database", "status": "ok", "kind": "sqlite", "milliseconds": 1.3},
        {"service": "matrix", "status": "ok"},
    ]
    assert {"service": "smtp", "mailbox": 0, "status": "timeout"} in rows
    assert {"service": "imap", "mailbox": 0, "status": "ok"} in rows
    assert {"service": "imap", "mailbox": 1, "status": "paused"} in rows
    assert rows[-1] == {"service": "room", "room": "config", "status": "away"}
    code, found = await asked("/health/all", Problem("database", "away"))
    assert code == 503 and found["rows"][0]["status"] == "away"  # type: ignore[index]


async def test_a_mailbox_whose_mail_waits_is_not_ok_though_its_servers_are_there() -> None:
    waits = Problem("mail", "waits_to_leave", 0)
    assert (await asked("/health/mailbox/0", waits))[0] == 503
    assert await asked("/health/mailbox/1", waits) == (200, {"status": "paused"})
    code, found = await asked("/health", waits, replace(waits, mailbox=1))
    assert (code, found["status"]) == (200, "degraded")
