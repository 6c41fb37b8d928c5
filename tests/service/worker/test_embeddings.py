"""The worker measures embeddings where a job asks for them, with the memory of its models."""

from __future__ import annotations

from pathlib import Path

from shotlog.engine import Cache, make_vector_reader
from shotlog.models.runtime import DeviceChoice
from shotlog.models.words import EmbeddingMeasure
from shotlog.paths import cache_file
from shotlog.schema import Log
from shotlog.service.ipc import Event, ModelsChanged, ResultChunk
from shotlog.service.protocol import AnalysisOptions
from shotlog.service.worker import JobRunner
from tests.models.image_text import SHARED, make_clip
from tests.service.workers import JOB, OTHER, job_of
from tests.support import write_film


def test_a_job_that_asks_for_embeddings_leaves_them_in_the_cache(tmp_path: Path) -> None:
    model = make_clip(tmp_path / "clip").install()
    film, told = write_film(tmp_path / "film.mp4"), list[Event]()
    runner = JobRunner(told.append, lambda: False)
    plain = AnalysisOptions(models="builtin")
    asking = AnalysisOptions(device="cpu", precision="fp32", embeddings=True)
    measure = EmbeddingMeasure(model, DeviceChoice("cpu", "fp32"))
    found = []
    for job, asks in ((OTHER, plain), (JOB, asking)):
        runner.run({job: job_of(film, job, asks).model_dump_json()})
        text = "".join(e.text for e in told if isinstance(e, ResultChunk) and e.job == job)
        log = Log.model_validate_json(text)
        with Cache(cache_file()) as cache:
            found.append((log.shots, make_vector_reader(cache, measure)(log.shots[0])))
    (before, nothing), (after, vector) = found
    assert nothing is None
    assert vector is not None
    assert vector.shape == (SHARED,)
    for without, shot in zip(before, after, strict=True):
        guesses = [finding for finding in shot.findings if finding.provenance.zero_shot]
        assert [finding.provenance.analyzer for finding in guesses] == ["tiny-clip.size"]
        assert [f for f in shot.findings if f not in guesses] == list(without.findings)
    assert [e.models for e in told if isinstance(e, ModelsChanged)] == [
        ("tiny-clip on cpu in fp32",)
    ]


def test_only_daemons_of_protocol_1_4_are_asked_for_embeddings() -> None:
    assert AnalysisOptions(embeddings=True).minimum_protocol == (1, 4)
    assert AnalysisOptions().minimum_protocol == (1, 0)
    assert "embeddings" not in AnalysisOptions().model_dump_json()
