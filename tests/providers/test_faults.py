"""Faults of services, connections and of our own process: all answered or named, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from email.utils import formatdate
from typing import Any

import pytest

from shotlog.models.catalog import Task
from shotlog.providers import (
    AddedProviders,
    ClipSender,
    PaidAnswer,
    RemoteMeasure,
    SentRequests,
    make_remote_analyzers,
)
from shotlog.schema import (
    ClipNotSent,
    ClipUnanswered,
    ProviderFailing,
    ProviderRefused,
    RemoteOptions,
    ServerFailed,
)
from tests.providers.clips import added, bill, go_on, grey_clip, sender, served
from tests.providers.replicate_platform import NAME, TOKEN, VERSION, Platform, problem
from tests.providers.servers import Answer, HttpJsonServer, serving

SIX_FAULTS: tuple[tuple[Answer | None, bool], ...] = (
    (Answer(429, {"error": "slow down"}, {"Retry-After": "0"}), True),
    (Answer(503, {"error": "starting"}), True),
    (Answer(409, {"error": "At capacity"}), True),
    (None, True),  # the connection breaks
    (Answer(400, {"error": "this clip is broken"}), False),
    (Answer(200, {"no": "scores"}), False),
)
"""What a server answers instead, and whether the clip is answered after that."""


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shotlog.providers.http.PAUSE", lambda _: 0.01)


@contextmanager
def platform_serving(platform: Platform) -> Iterator[str]:
    with serving(platform) as url:
        platform.url = url
        yield url


def replicate(url: str, **parameters: Any) -> Callable[..., ClipSender]:
    provider = added("replicate", url, model=f"{NAME}:{VERSION}", **parameters)
    return lambda **how: sender(provider, TOKEN, **how)


@pytest.mark.slow
@pytest.mark.usefixtures("_no_pauses")
def test_of_a_thousand_clips_with_six_kinds_of_faults_each_is_answered_or_named() -> None:
    server = HttpJsonServer(side=48)  # small pictures: this is not about them
    clips = [grey_clip(number, side=48) for number in range(1000)]
    server.faults = {n: [SIX_FAULTS[n // 5 % 6][0]] for n in range(0, 1000, 5)}
    with serving(server) as url:
        courier = sender(added("http-json", f"{url}/sizes", at_once=16))
        replies = []
        for start in range(0, 1000, 100):
            replies += courier.answer(clips[start : start + 100], go_on)
    assert Counter(map(type, replies))[PaidAnswer] >= 800
    lost = [reply for reply in replies if not isinstance(reply, PaidAnswer)]
    assert all(str(error).startswith("studio: ") for error in lost)
    assert len(lost) == sum(not SIX_FAULTS[n // 5 % 6][1] for n in range(0, 1000, 5))
    assert len(set(server.paid)) == len(server.paid) == 1000 - len(lost)


@pytest.mark.usefixtures("_no_pauses")
def test_a_failed_clip_is_not_sent_again_in_the_same_run() -> None:
    server = HttpJsonServer(faults={0: [Answer(400, {"error": "broken"})] * 2})
    with serving(server) as url:
        courier = sender(added("http-json", f"{url}/sizes"))
        first, again = (courier.answer([grey_clip(1)], go_on) for _ in range(2))
        assert first == again
        assert isinstance(first[0], ClipUnanswered)
        assert len(server.faults[0]) == 1


BROKEN = Answer(500, {"error": "out of memory"})
ATTEMPTS = 5


@pytest.mark.usefixtures("_no_pauses")
def test_a_server_that_fails_on_every_clip_is_given_up_after_two_rounds() -> None:
    asked: list[str] = []

    def fail(method: str, path: str, *_: object) -> Answer:
        asked.append(path)
        return BROKEN

    with serving(fail) as url:
        courier = sender(added("http-json", f"{url}/sizes", at_once=4))
        clips = [grey_clip(number, side=48) for number in range(40)]
        with pytest.raises(ProviderFailing, match=r"failed on 8 clips .*: out of memory"):
            courier.answer(clips, go_on)
    assert len(asked) <= ATTEMPTS * (8 + 3)


@pytest.mark.usefixtures("_no_pauses")
def test_clips_left_by_a_server_that_breaks_are_named_and_its_answers_kept() -> None:
    broken = HttpJsonServer(side=48, faults={n: [BROKEN] * ATTEMPTS for n in range(3, 20)})
    clips = [grey_clip(number, side=48) for number in range(20)]
    with serving(broken) as url:
        courier = sender(added("http-json", f"{url}/sizes", at_once=1))
        replies = [courier.answer([clip], go_on)[0] for clip in clips]
        assert [type(reply) for reply in replies] == [
            *[PaidAnswer] * 3, *[ServerFailed] * 5, *[ClipNotSent] * 12,
        ]  # fmt: skip
        assert "failed on 5 clips in a row, so this one was not sent" in str(replies[-1])
        broken.faults.clear()
        again = sender(added("http-json", f"{url}/sizes")).answer(clips, go_on)
    assert again[:3] == replies[:3]
    assert len(broken.paid) == len(set(broken.paid)) == 20


@pytest.mark.usefixtures("_no_pauses")
def test_a_server_that_answers_now_and_then_is_asked_for_every_clip() -> None:
    failing = [number for number in range(15) if number % 5]
    server = HttpJsonServer(side=48, faults={n: [BROKEN] * ATTEMPTS for n in failing})
    with serving(server) as url:
        courier = sender(added("http-json", f"{url}/sizes", at_once=1))
        replies = [courier.answer([grey_clip(n, side=48)], go_on)[0] for n in range(15)]
    assert [type(reply) for reply in replies] == [
        ServerFailed if number in failing else PaidAnswer for number in range(15)
    ]


def test_a_place_that_becomes_free_is_taken_before_a_pause_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shotlog.providers.http._PLACE_PAUSE", lambda _: 600.0)
    server = HttpJsonServer(side=48, places=threading.Semaphore(1), hold=threading.Event())
    clips = [grey_clip(number, side=48) for number in range(6)]

    def until_three_wait() -> None:
        if server.turned_away >= 3 and server.hold is not None:
            server.hold.set()

    with serving(server) as url:
        courier = sender(added("http-json", f"{url}/sizes", at_once=4, seconds=600))
        replies = courier.answer(clips, until_three_wait)
    assert all(isinstance(reply, PaidAnswer) for reply in replies)
    assert server.turned_away >= 3


@pytest.mark.parametrize("as_date", [False, True])
@pytest.mark.usefixtures("_no_pauses")
def test_retry_after_is_kept_as_a_number_and_as_a_date(as_date: bool) -> None:
    after = formatdate(time.time() + 3, usegmt=True) if as_date else "1"  # dates have no fractions
    server = HttpJsonServer(faults={0: [Answer(429, {}, {"Retry-After": after})]})
    with serving(server) as url:
        began = time.time()
        sender(added("http-json", f"{url}/sizes")).answer([grey_clip(1)], go_on)
    assert time.time() - began >= 1


def test_what_takes_too_long_is_told_with_the_time() -> None:
    server = HttpJsonServer(hold=threading.Event())
    with serving(server) as url:
        courier = sender(added("http-json", f"{url}/sizes", seconds=0.3))
        (reply,) = courier.answer([grey_clip(1)], go_on)
        assert server.hold is not None
        server.hold.set()
    assert "no answer within 0.3 s" in str(reply)


def test_a_model_that_changed_behind_the_address_ends_the_run() -> None:
    with (
        serving(HttpJsonServer(identity=("sizes", "v2"))) as url,
        pytest.raises(ProviderRefused, match="another model answers there now: sizes v2"),
    ):
        sender(added("http-json", f"{url}/sizes")).answer([grey_clip(1)], go_on)


@pytest.mark.parametrize(
    ("status", "title", "told"),
    [
        (402, "Insufficient credit", "has no credit left"),
        (403, "Forbidden", "has no right to this model"),
    ],
)
def test_a_refusal_ends_the_run_and_what_was_answered_stays(
    status: int, title: str, told: str
) -> None:
    platform = Platform()
    with platform_serving(platform) as url:
        make = replicate(url)
        first = make().answer([grey_clip(1)], go_on)
        platform.faults = [problem(status, title, "no")]
        with pytest.raises(ProviderRefused, match=told):
            make().answer([grey_clip(1), grey_clip(2)], go_on)
        assert make().answer([grey_clip(1)], go_on) == first
    assert len(platform.paid) == 1


@pytest.mark.usefixtures("_no_pauses")
def test_a_prediction_whose_reply_was_lost_is_found_and_not_made_twice() -> None:
    platform = Platform(lose_replies=3)
    with platform_serving(platform) as url:
        replies = replicate(url)().answer([grey_clip(n) for n in range(5)], go_on)
    assert all(isinstance(reply, PaidAnswer) for reply in replies)
    assert len(platform.paid) == len(set(platform.paid)) == 5


@pytest.mark.usefixtures("_no_pauses")
def test_a_rate_limit_of_the_platform_is_waited_out() -> None:
    limit = problem(429, "Throttled", "Request was throttled.", **{"Retry-After": 0})
    platform = Platform(faults=[limit] * 8)
    with platform_serving(platform) as url:
        replies = replicate(url)().answer([grey_clip(n) for n in range(3)], go_on)
    assert all(isinstance(reply, PaidAnswer) for reply in replies)


def test_the_limit_of_cost_is_not_passed_and_the_rest_is_named() -> None:
    platform = Platform(seconds=0.25)
    with platform_serving(platform) as url:
        courier = replicate(url, price="1")(max_cost="1.1")
        replies = courier.answer([grey_clip(n) for n in range(7)], go_on)
        more = replicate(url, price="1")(max_cost="1.1")
        again = more.answer([grey_clip(n) for n in range(7)], go_on)
    sent = [reply for reply in replies if isinstance(reply, PaidAnswer)]
    assert len(sent) == 4
    assert sum(reply.cost for reply in sent) <= 1.1
    assert all(isinstance(reply, ClipNotSent) for reply in replies if reply not in sent)
    assert all(isinstance(reply, PaidAnswer) for reply in again)  # the first four cost nothing
    assert len(platform.paid) == len(set(platform.paid)) == 7


def test_the_end_of_a_run_reaches_the_provider() -> None:
    platform = Platform(takes=30)

    def end_once_they_run() -> None:
        if len(platform.predictions) == 2:
            raise KeyboardInterrupt

    with platform_serving(platform) as url, pytest.raises(KeyboardInterrupt):
        replicate(url, price="1")().answer([grey_clip(1), grey_clip(2)], end_once_they_run)
    assert sorted(platform.cancelled) == sorted(platform.predictions)
    (line,) = bill()
    assert (line.answered, line.failed, line.cancelled) == (0, 0, 2)
    assert line.cost == Decimal("0.2")  # the platform charges 0.1 s of each all the same


def test_an_answer_that_was_faster_than_its_cancellation_is_kept() -> None:
    platform = Platform(takes=30)

    def end_once_it_runs() -> None:
        if platform.predictions:
            platform.finish()
            raise KeyboardInterrupt

    with platform_serving(platform) as url:
        with pytest.raises(KeyboardInterrupt):
            replicate(url)().answer([grey_clip(1)], end_once_it_runs)
        (reply,) = replicate(url)().answer([grey_clip(1)], go_on)
    assert isinstance(reply, PaidAnswer)
    assert len(platform.paid) == 1


def test_a_clip_whose_prediction_was_cancelled_unseen_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform = Platform(takes=30)

    def end_once_it_runs() -> None:
        if platform.predictions:
            raise KeyboardInterrupt

    with platform_serving(platform) as url:
        monkeypatch.setattr("shotlog.providers.sending._CANCEL_SECONDS", 1e-3)
        with pytest.raises(KeyboardInterrupt):
            replicate(url)().answer([grey_clip(1)], end_once_it_runs)
        platform.takes = 0
        for made in list(platform.predictions):
            platform.cancel(made)
        (reply,) = replicate(url)().answer([grey_clip(1)], go_on)
    assert isinstance(reply, PaidAnswer)
    (line,) = bill()
    assert (line.answered, line.failed, line.cancelled) == (1, 0, 1)


CLIENT = """
import sys
from tests.providers.clips import added, bill, go_on, grey_clip, sender, served
from tests.providers.replicate_platform import NAME, TOKEN, VERSION
provider = added("replicate", sys.argv[1], model=f"{NAME}:{VERSION}", at_once=4)
sender(provider, TOKEN).answer([grey_clip(n) for n in range(24)], go_on)
"""


@pytest.mark.slow
def test_a_client_that_is_killed_again_and_again_pays_for_no_clip_twice() -> None:
    platform = Platform(takes=0.1)
    with platform_serving(platform) as url:
        for at_least in (1, 6, 13):
            process = subprocess.Popen([sys.executable, "-c", CLIENT, url])
            while len(platform.predictions) < at_least and process.poll() is None:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        replies = replicate(url, at_once=4)().answer([grey_clip(n) for n in range(24)], go_on)
    assert all(isinstance(reply, PaidAnswer) for reply in replies)
    assert len(platform.paid) == len(set(platform.paid)) == 24
    (line,) = bill()
    assert line.answered == 24


@pytest.mark.slow
def test_two_runs_at_once_pay_for_each_clip_once() -> None:
    platform = Platform(takes=0.1)
    with platform_serving(platform) as url:
        runs = [subprocess.Popen([sys.executable, "-c", CLIENT, url]) for _ in range(2)]
        assert [run.wait() for run in runs] == [0, 0]
    assert len(platform.paid) == len(set(platform.paid)) == 24
    (line,) = bill()
    assert line.answered == 24


def test_records_that_cannot_be_written_stop_everything_before_it_is_sent() -> None:
    from shotlog.paths import providers_folder
    from shotlog.schema import RecordsUnusable

    providers_folder().mkdir(parents=True)
    (providers_folder() / "requests.sqlite").write_bytes(os.urandom(4096))
    with pytest.raises(RecordsUnusable, match="the records cannot be used"), SentRequests():
        pass


def test_what_a_run_has_paid_in_earlier_jobs_counts_against_its_limit() -> None:
    server = HttpJsonServer(seconds=0.5)
    options = RemoteOptions(project="/p", max_cost="0.012", since=time.time())
    with serving(server) as url:
        AddedProviders().put(added("http-json", f"{url}/sizes", price="0.01"))
        with SentRequests() as records:
            records.give_consent("/p", "studio", f"{url}/sizes")

        def ask(number: int) -> None:
            (analyzer,) = make_remote_analyzers(options)
            (measure,) = analyzer.measures
            assert isinstance(measure, RemoteMeasure)
            measure.look([grey_clip(number).pictures])

        ask(1)
        ask(2)
        with pytest.raises(ClipNotSent, match="would pass the limit"):
            ask(3)
    assert len(server.paid) == 2


def test_all_tasks_of_a_run_share_its_limit() -> None:
    server = HttpJsonServer(seconds=0.5)
    models = [served(Task.SIZE), served(Task.MOVE, model="moves")]
    with serving(server) as url:
        AddedProviders().put(added("http-json", f"{url}/sizes", models=models, price="0.01"))
        server.identity = None
        with SentRequests() as records:
            records.give_consent("/p", "studio", f"{url}/sizes")
        analyzers = make_remote_analyzers(RemoteOptions(project="/p", max_cost="0.007"))
        sizes, moves = (measure for each in analyzers for measure in each.measures)
        assert isinstance(sizes, RemoteMeasure)
        assert isinstance(moves, RemoteMeasure)
        sizes.look([grey_clip(1).pictures])
        with pytest.raises(ClipNotSent, match="would pass the limit"):
            moves.look([grey_clip(1).pictures])
    assert len(server.paid) == 1
