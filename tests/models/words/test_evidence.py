"""Embeddings as evidence: measured where asked for, cached, and read back for each shot."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.engine import (
    Cache,
    CandidateModels,
    analyze,
    find_candidates,
    load_analyzers,
    make_analyzers,
    make_vector_reader,
)
from shotlog.media import FrameReader, probe
from shotlog.models.catalog import ModelHead, Registry, Task, describe_file
from shotlog.models.runtime import DeviceChoice
from shotlog.models.words import EmbeddingMeasure
from shotlog.schema import (
    Analyzer,
    ClipRange,
    Edit,
    HighlightOptions,
    Log,
    MediaReference,
    ModelError,
    ModelMissing,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.models.checkpoints import card, make
from tests.models.image_text import MadeImageText, make_clip, make_siglip

RATE = Fraction(25)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenes of noise that slides, of two seconds each."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    scenes = [
        np.random.default_rng(seed).integers(0, 255, (90, 160, 3)).astype(np.uint8)
        for seed in (1, 2)
    ]
    frames = (np.roll(scene, 4 * n, axis=1) for scene in scenes for n in range(50))
    write_video(path, frames, RATE)
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> MadeImageText:
    return make_clip(tmp_path_factory.mktemp("clip"))


def cut(film: Path, *spans: tuple[int, int]) -> Edit:
    """An edit that shows stretches of a film, from one frame's number to another."""
    clips, at = [], Fraction(0)
    for number, (start, end) in enumerate(spans):
        source = TimeRange.between(start / RATE, end / RATE)
        clips.append(
            ClipRange(
                id=f"V1/{number}", name="clip",
                media=MediaReference(path=str(film), start=Fraction(0)),
                source=source, timeline=source.shifted(at - source.start),
                time_map=TimeMap(timeline_start=at, source_start=source.start),
            )
        )  # fmt: skip
        at += source.duration
    return Edit(name="cut", rate=RATE, duration=at, clips=tuple(clips))


def embedder(made: MadeImageText) -> list[Analyzer]:
    found = CandidateModels((made.installed,))
    none = HighlightOptions(backends=())
    return list(make_analyzers(found, "cpu", "fp32", highlights=none, builtin=list).analyzers)


def logged(film: Path, cache: Cache, analyzers: list[Analyzer], *spans: tuple[int, int]) -> Log:
    log = analyze(cut(film, *(spans or ((0, 50), (50, 100)))), analyzers, cache)
    assert not log.problems
    return log


def test_an_image_text_model_adds_an_opinion_on_sizes_and_changes_no_other(
    film: Path, clip: MadeImageText
) -> None:
    with Cache(None) as cache:
        plain = logged(film, cache, load_analyzers())
    with Cache(None) as cache:
        asked = logged(film, cache, [*embedder(clip), *load_analyzers()])
    assert len(plain.shots) == 2
    for before, after in zip(plain.shots, asked.shots, strict=True):
        assert [f for f in after.findings if not f.provenance.zero_shot] == list(before.findings)
        assert len(after.findings) == len(before.findings) + 1
    assert asked.highlights == plain.highlights


@pytest.mark.parametrize("maker", [make_clip, make_siglip])
def test_the_vector_of_a_shot_is_the_mean_of_its_frames(
    film: Path, tmp_path: Path, maker: Callable[[Path], MadeImageText]
) -> None:
    made = maker(tmp_path)
    (analyzer,) = embedder(made)
    (measure,) = analyzer.measures
    assert isinstance(measure, EmbeddingMeasure)
    with Cache(None) as cache:
        log = logged(film, cache, [analyzer])
        read = make_vector_reader(cache, measure)
        vectors = [read(shot) for shot in log.shots]
    media = probe(MediaReference(path=str(film)))
    for shot, vector, first in zip(log.shots, vectors, (0, 50), strict=True):
        assert shot.shot.core == TimeRange.between(first / RATE, (first + 50) / RATE)
        wanted = [TimeRange(start=(first + at) / RATE, duration=1 / RATE) for at in (8, 25, 41)]
        frames = [frame.pixels(measure.need)[None] for frame in FrameReader(media, wanted)]
        assert vector is not None
        mean = np.mean([row[: len(vector)] for row in measure.look(frames)], axis=0)
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-6)
        assert vector.dtype == np.float32


def test_a_second_run_measures_nothing_and_frames_of_other_shots_do_not_count(
    film: Path, clip: MadeImageText, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = EmbeddingMeasure(clip.installed, DeviceChoice("cpu", "fp32"))
    with Cache(None) as alone:
        expected = make_vector_reader(alone, measure)(
            logged(film, alone, embedder(clip), (10, 40)).shots[0]
        )
    with Cache(None) as cache:
        whole = logged(film, cache, embedder(clip))
        before = make_vector_reader(cache, measure)(whole.shots[0])
        part = logged(film, cache, embedder(clip), (10, 40))
        read = make_vector_reader(cache, measure)
        found = read(part.shots[0])
        assert expected is not None
        assert found is not None
        assert before is not None
        assert np.array_equal(found, expected)
        assert np.array_equal(before, read(whole.shots[0]))  # type: ignore[arg-type]
        assert not np.array_equal(before, found)
        monkeypatch.setattr(EmbeddingMeasure, "look", lambda *_: pytest.fail("measured again"))
        again = "shotlog.models.words.measure.load_size_vectors"
        monkeypatch.setattr(again, lambda _: pytest.fail("read again"))
        assert logged(film, cache, embedder(clip)) == whole


def test_a_shot_whose_embeddings_are_not_there_has_no_vector(
    film: Path, clip: MadeImageText
) -> None:
    measure = EmbeddingMeasure(clip.installed, DeviceChoice("cpu", "fp32"))
    with Cache(None) as cache:
        log = logged(film, cache, [])
        assert make_vector_reader(cache, measure)(log.shots[0]) is None
        logged(film, cache, embedder(clip), (50, 100))
        read = make_vector_reader(cache, measure)
        assert [read(shot) is None for shot in log.shots] == [True, False]


def names(*asked: str, embeddings: bool = False) -> list[str]:
    found = find_candidates("auto", asked, embeddings=embeddings)
    return [model.card.name for model in found.models]


def test_the_leading_image_text_model_is_used_like_all_others_and_any_that_is_named(
    tmp_path: Path, clip: MadeImageText
) -> None:
    assert find_candidates("auto", (), embeddings=True).warnings[-1].startswith("no image-text")
    with pytest.raises(ModelMissing):
        find_candidates("local", ())
    clip.install()
    assert names() == ["tiny-clip"]
    assert not find_candidates("local", ()).warnings
    size = make(tmp_path / "size", card=card("size", ModelHead(task=Task.SIZE, key="classifier")))
    kept = [describe_file(size.folder / name) for name in size.card.files]
    Registry().install(size.card, kept, source="this test", linked=size.folder)
    assert set(names()) == set(names(embeddings=True)) == {"size", "tiny-clip"}
    assert names("size") == ["size"]
    assert names("size", embeddings=True) == ["size", "tiny-clip"]
    make_siglip(tmp_path / "siglip").install()
    assert set(names()) == set(names(embeddings=True)) == {"size", "tiny-siglip"}
    assert names("tiny-clip") == names("tiny-clip", embeddings=True) == ["tiny-clip"]
    assert names("tiny-clip", "tiny-siglip") == ["tiny-clip", "tiny-siglip"]
    assert not find_candidates("auto", (), embeddings=True).warnings


def test_a_request_that_contradicts_itself_is_refused(clip: MadeImageText) -> None:
    clip.install()
    with pytest.raises(ModelError, match="models are refused"):
        find_candidates("builtin", ("tiny-clip",))
    with pytest.raises(ModelError, match="models are refused"):
        find_candidates("builtin", (), embeddings=True)


def test_other_pixels_have_a_key_of_their_own_and_a_title_has_not(clip: MadeImageText) -> None:
    def key(**change: object) -> str:
        changed = MadeImageText(clip.folder, clip.card.model_copy(update=change))
        return EmbeddingMeasure(changed.installed, DeviceChoice("cpu", "fp32")).key

    assert key() == key(title="another", rank=3)
    assert key() != key(mean=(0.5, 0.5, 0.5))


def test_another_tokenizer_or_sentence_has_a_key_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_clip(tmp_path)

    def key() -> str:
        return EmbeddingMeasure(made.installed, DeviceChoice("cpu", "fp32")).key

    before = key()
    monkeypatch.setattr("shotlog.models.words.measure.digest_prompts", lambda: "of others")
    assert key() != before
    monkeypatch.undo()
    file = made.folder / "tokenizer.json"
    file.write_text(file.read_text() + " ")
    assert key() != before
