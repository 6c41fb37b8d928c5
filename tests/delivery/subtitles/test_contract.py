"""Contract of sources of subtitles, checked for every installed one."""

from __future__ import annotations

from fractions import Fraction
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from shotlog.delivery.subtitles import (
    SUBTITLE_SOURCES,
    SpokenFilm,
    SubtitleOptions,
    SubtitleSource,
    load_profile,
    make_subtitles,
)
from shotlog.schema import SubtitleSourceError, SubtitlesUnreadable
from tests.delivery.subtitles.films import film_at, heard, seconds, srt, write_talk

SOURCES = SUBTITLE_SOURCES.installed
each = pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.name))


@pytest.fixture
def ready(source: SubtitleSource, request: pytest.FixtureRequest, tmp_path: Path) -> SubtitleSource:
    """The source with what it needs; skips where a package is missing."""
    if source.name == "whisper":
        whisper = request.getfixturevalue("whisper")
        return SUBTITLE_SOURCES.make("whisper", model=str(whisper), device="cpu", beam=1)
    if source.name == "file":
        talk = tmp_path / "talk.srt"
        talk.write_text(srt((0.9, 2.1, "Hello there."), (3, 5, "Well, goodbye then.")), "utf-8")
        return SUBTITLE_SOURCES.make("file", file=str(talk))
    source.require()
    return source


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> SpokenFilm:
    folder = tmp_path_factory.mktemp("talk")
    return heard(write_talk(folder / "talk.wav", [seconds(1, 2), seconds(3, 5)], 6))


def test_the_built_in_sources_are_installed() -> None:
    assert {"file", "whisper"} <= {source.name for source in SOURCES}


@each
def test_every_parameter_has_a_default_and_the_defaults_are_told(source: SubtitleSource) -> None:
    assert type(source)() == source
    assert any(line.startswith(f"{source.name}: ") for line in SUBTITLE_SOURCES.describe())
    assert source.version


@each
def test_what_is_missing_is_told_before_the_film_is_opened(source: SubtitleSource) -> None:
    with pytest.raises(SubtitleSourceError) as caught:
        source.require()
    assert caught.value.problem.hint.endswith(".")


@each
def test_two_runs_give_the_same_cues_with_possible_times(
    ready: SubtitleSource, talk: SpokenFilm
) -> None:
    ready.require()
    first, second = (ready.read(talk, "en") for _ in range(2))
    assert first == second
    for cue in first.cues:
        assert 0 <= cue.start <= cue.end
        offsets = [at for at, _ in cue.marks]
        assert offsets == sorted(set(offsets))
        assert all(0 <= at <= len(cue.text) for at in offsets)
        moments = [moment for _, moment in cue.marks]
        assert moments == sorted(moments)


@each
def test_a_film_in_which_nobody_speaks_gives_cues_or_a_sentence(
    ready: SubtitleSource,
) -> None:
    options = SubtitleOptions(load_profile("web"))
    try:
        subtitles = make_subtitles(film_at(Fraction(25)), ready, options)
    except (SubtitleSourceError, SubtitlesUnreadable) as error:
        assert error.problem.hint.endswith(".")  # noqa: PT017
    else:
        assert subtitles.cues
        assert not subtitles.aligned


def test_an_unknown_source_and_a_wrong_parameter_are_told() -> None:
    with pytest.raises(
        SubtitleSourceError, match="no such subtitle source; did you mean 'whisper'"
    ):
        SUBTITLE_SOURCES.choose("wisper")
    with pytest.raises(SubtitleSourceError, match="no parameter 'size'"):
        SUBTITLE_SOURCES.choose("whisper:size=large")
    with pytest.raises(SubtitleSourceError, match="'abacus' is not one of"):
        SUBTITLE_SOURCES.choose("whisper:device=abacus")


def test_an_entry_point_that_makes_no_source_is_told() -> None:
    point = EntryPoint("mine", "pathlib:Path", SUBTITLE_SOURCES.group)
    with pytest.raises(SubtitleSourceError, match="makes no"):
        SUBTITLE_SOURCES.load([point])
