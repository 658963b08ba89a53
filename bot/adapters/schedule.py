"""Hourly jobs, by APScheduler."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_FIRST = timedelta(minutes=2)
"""The pause after the start, which has better things to do; a bot that is restarted each hour works as well."""


@asynccontextmanager
async def hourly(job: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run the job soon after the start and then each hour, while the block lasts; never twice at a time."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        job, "interval", hours=1, next_run_time=datetime.now(UTC) + _FIRST, coalesce=True, max_instances=1
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
