"""Every kind of provider, against a server that runs: what the rest of Shotlog relies on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import pytest

from shotlog.models.catalog import Task
from shotlog.providers import PROVIDERS, TASKS, AddedProvider, PaidAnswer, small_clip, try_provider
from shotlog.schema import ClipUnanswered, ProviderRefused, ProviderUnreachable
from tests.providers.clips import added, bill, go_on, grey_clip, sender, served
from tests.providers.cog_server import cog_serving
from tests.providers.replicate_platform import NAME, TOKEN, VERSION, Platform
from tests.providers.servers import HttpJsonServer, serving

MODELS = [served(Task.MOVEMENT, Task.SIZE), served(Task.MOVE)]
"""Models of the servers here: the first answers for two tasks at once."""


class Service(NamedTuple):
    """A running server of a kind, as a provider, with its token."""

    provider: AddedProvider
    token: str | None


@pytest.fixture(scope="module")
def cog_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cog_serving(tmp_path_factory.mktemp("cog")) as url:
        yield url


@pytest.fixture(params=sorted(PROVIDERS.by_name))
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    match request.param:
        case "cog":
            url = request.getfixturevalue("cog_url")
            yield Service(added("cog", url, models=MODELS, at_once=2), None)
        case "http-json":
            with serving(HttpJsonServer(token=TOKEN)) as url:
                yield Service(added("http-json", f"{url}/sizes", models=MODELS), TOKEN)
        case "replicate":
            platform = Platform()
            with serving(platform) as url:
                platform.url = url
                models = [
                    each.model_copy(update={"model": NAME, "version": VERSION}) for each in MODELS
                ]
                yield Service(
                    added("replicate", url, models=models, model=f"{NAME}:{VERSION}"), TOKEN
                )
        case other:
            pytest.fail(f"the kind {other} has no server here to be tried on")


def test_a_clip_is_answered_with_the_scores_of_its_pictures(service: Service) -> None:
    clips = [grey_clip(number) for number in (0, 999)]
    dark, bright = sender(service.provider, service.token).answer(clips, go_on)
    assert isinstance(dark, PaidAnswer)
    assert isinstance(bright, PaidAnswer)
    assert dark.provider == bright.provider == "studio"
    # The server says CS by the mean brightness, and the labels in another order than ours.
    for answer, clip in ((dark, clips[0]), (bright, clips[1])):
        expected = clip.pictures.mean() / 255
        assert answer.scores[1] == pytest.approx(expected, abs=0.01)
        assert sum(answer.scores) == pytest.approx(1, abs=1e-3)


def test_an_answered_clip_is_not_sent_again_by_a_later_run(service: Service) -> None:
    clip = grey_clip(1)
    first = sender(service.provider, service.token).answer([clip, clip], go_on)
    gone = service.provider.model_copy(
        update={"parameters": {**service.provider.parameters, "url": "http://127.0.0.1:9"}}
    )
    assert sender(gone, service.token).answer([clip], go_on) == first[:1]
    (line,) = bill()
    assert (line.answered, line.failed) == (1, 0)


def test_a_clip_that_the_model_fails_on_costs_the_others_nothing(service: Service) -> None:
    black = small_clip(grey_clip(0).pictures * 0)
    replies = sender(service.provider, service.token).answer([black, grey_clip(3)], go_on)
    assert isinstance(replies[0], ClipUnanswered)
    assert "too dark" in str(replies[0])
    assert isinstance(replies[1], PaidAnswer)


def test_a_clip_is_answered_and_paid_once_for_each_task(service: Service) -> None:
    pictures = grey_clip(7).pictures
    clips = [small_clip(pictures, (task,)) for task in (Task.SIZE, Task.MOVE)]
    courier = sender(service.provider, service.token)
    size, move = (courier.answer([clip], go_on)[0] for clip in clips)
    assert isinstance(size, PaidAnswer)
    assert isinstance(move, PaidAnswer)
    told = dict(zip(TASKS[Task.MOVE].labels, move.scores, strict=True))
    assert told["pan_left"] == pytest.approx(pictures.mean() / 255, abs=0.01)
    assert (told["shake"], told["zoom_in"]) == (1, 0)
    assert len(size.scores) == 5
    again = sender(service.provider, service.token).answer(clips, go_on)
    assert again == [size, move]
    assert sum(line.answered for line in bill()) == 2


def test_tasks_that_one_answer_tells_are_sent_and_paid_once(service: Service) -> None:
    clip = small_clip(grey_clip(8).pictures, (Task.MOVEMENT, Task.SIZE))
    (answer,) = sender(service.provider, service.token).answer([clip], go_on)
    assert isinstance(answer, PaidAnswer)
    bright = pytest.approx(clip.pictures.mean() / 255, abs=0.01)
    static, close_up = answer.scores[0], answer.scores[4 + 1]
    assert static == bright == close_up
    assert len(answer.scores) == 4 + 5
    (line,) = bill()
    assert line.answered == 1


def test_seconds_are_charged_as_the_service_tells_them(service: Service) -> None:
    priced = service.provider.model_copy(
        update={"parameters": {**service.provider.parameters, "price": "0.001"}}
    )
    (answer,) = sender(priced, service.token).answer([grey_clip(4)], go_on)
    assert isinstance(answer, PaidAnswer)
    assert answer.cost == Decimal(repr(answer.seconds)) * Decimal("0.001")
    (line,) = bill()
    assert line.cost == answer.cost
    if service.provider.kind == "replicate":
        assert answer.seconds == 0.5


def test_nobody_at_the_address_is_told_in_one_sentence(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.providers.http.PAUSE", lambda _: 0.0)
    gone = service.provider.model_copy(
        update={"parameters": {**service.provider.parameters, "url": "http://127.0.0.1:9"}}
    )
    with pytest.raises(ProviderUnreachable, match="studio: nobody answers at its address"):
        sender(gone, service.token).answer([grey_clip(5)], go_on)


def test_a_wrong_token_ends_the_run(service: Service) -> None:
    if service.token is None:
        pytest.skip("a Cog server takes any token")
    with pytest.raises(ProviderRefused, match="does not accept the token"):
        sender(service.provider, "wrong").answer([grey_clip(6)], go_on)


def test_a_trial_tells_which_model_answers_which_tasks(service: Service) -> None:
    known, parameters = service.provider, dict(service.provider.parameters)
    asked = [Task.MOVEMENT, Task.SIZE, Task.MOVE]
    trial = try_provider("studio", known.kind, parameters, service.token, "v1", asked)
    together, moves = trial.added.models
    assert together.tasks == (Task.MOVEMENT, Task.SIZE)
    assert moves.tasks == (Task.MOVE,)
    assert together.version == moves.version == known.models[0].version
    assert trial.added.seconds >= 0
    assert bill() == []


def test_a_kind_without_its_address_or_model_is_refused() -> None:
    for kind in PROVIDERS.installed:
        with pytest.raises(ProviderRefused, match="it needs"):
            kind.check()
