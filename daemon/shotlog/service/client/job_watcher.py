"""Delivery of the events of watched jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from shotlog.schema import use_context
from shotlog.service.client.session import Session
from shotlog.service.client.subscription import JobSubscription
from shotlog.service.protocol import JobInfo, ProgressEvent, Reply


class JobWatcher:
    """Watches jobs by events, and requests their states now and then.

    Args:
        attach: Requests the state of a job by its id.
        context: Context of the daemon, for the commands in the hints of errors.
    """

    def __init__(self, attach: Callable[[str], JobInfo], context: str) -> None:
        self._attach, self._context = attach, context
        self._subscriptions: list[JobSubscription] = []

    def deliver(self, event: Reply) -> None:
        """Add an event to the subscriptions of its job."""
        if isinstance(event, JobInfo | ProgressEvent):
            for subscription in self._subscriptions:
                if subscription.job == event.job:
                    subscription.add(event)

    def poll_events(
        self, session: Session, job: str, interval: float
    ) -> Generator[JobInfo | ProgressEvent | None]:
        """Yield the events of a job until it has ended; None after ``interval`` seconds without."""
        subscription = JobSubscription(job)
        self._subscriptions.append(subscription)
        session.watching = True
        try:
            while True:
                # Around each step: a generator would leave the context set in its caller.
                with use_context(self._context):
                    event = self._next_event(session, subscription, interval)
                yield event
                if isinstance(event, JobInfo) and event.state.over:
                    return
        finally:
            self._subscriptions.remove(subscription)
            session.watching = bool(self._subscriptions)

    def _next_event(
        self, session: Session, subscription: JobSubscription, timeout: float
    ) -> JobInfo | ProgressEvent | None:
        now = time.monotonic()
        # Also while events flow: events are hints that may be lost, and a client that sends
        # nothing loses the lease of its jobs.
        if subscription.generation != session.generation or now >= subscription.refresh_at:
            subscription.add(self._attach(subscription.job))
            subscription.generation = session.generation
            subscription.refresh_at = time.monotonic() + session.ping_interval
        if not subscription.pending:
            until_refresh = subscription.refresh_at - time.monotonic()
            session.receive_events(max(0.0, min(timeout, until_refresh)))
        return subscription.pending.popleft() if subscription.pending else None
