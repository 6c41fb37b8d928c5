"""The sound of an edit's audio tracks is heard: files without picture, mixes, faults."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import numpy as np
import numpy.typing as npt
import pytest

from shotlog.demo import make_babble, make_room_tone
from shotlog.engine import Cache, ProbeCache, analyze, analyze_together
from shotlog.highlights import HighlightAnalyzer
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.schema import ClipRange, Edit, Log, MediaReference, TimeMap, TimeRange
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.engine.test_analyze import Watch

RATE = Fraction(12)
SECONDS = 30
LISTENER = HighlightAnalyzer(HeuristicHighlighter())
Sound = npt.NDArray[np.float32]


def span(start: int, end: int) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def clip(path: Path, track: str, shown: TimeRange, source: int = 0, **more: object) -> ClipRange:
    used = TimeRange(start=Fraction(source), duration=shown.duration)
    return ClipRange(
        id=f"{track}/{shown.start}", name=path.stem,
        media=MediaReference(path=str(path), start=Fraction(0)), source=used, timeline=shown,
        time_map=TimeMap(timeline_start=shown.start, source_start=used.start), **more,
    )  # fmt: skip


def pictures() -> Iterator[npt.NDArray[np.uint8]]:
    rough = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    noise = np.random.default_rng(1).integers(0, 3, (SECONDS * int(RATE), 90, 160, 3), np.uint8)
    return (np.asarray(rough // 2 + grain, np.uint8) for grain in noise)


def interview() -> Sound:
    """Half a minute of a quiet room, in which somebody speaks from 14 s to 20 s."""
    rng = np.random.default_rng(0)
    track = make_room_tone(rng, SECONDS * AUDIO_RATE)
    track[14 * AUDIO_RATE : 20 * AUDIO_RATE] += 2 * make_babble(rng, 6 * AUDIO_RATE)
    return np.asarray(np.clip(track, -1, 1), np.float32)


def write_wav(path: Path, sound: Sound) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(AUDIO_RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def write_mp3(path: Path, sound: Sound) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=AUDIO_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = AUDIO_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def broll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a calm picture without any sound."""
    path = tmp_path_factory.mktemp("sound") / "broll.mp4"
    write_video(path, pictures(), RATE)
    return path


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("sound") / "talk.wav", interview())


def edit_of(picture: Path, *sound: ClipRange) -> Edit:
    whole = span(0, SECONDS)
    clips = (clip(picture, "V1", whole),)
    return Edit(name="e", rate=RATE, duration=whole.duration, clips=clips, sound=sound)


@pytest.fixture(scope="module")
def seen(broll: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache of what the calm picture shows; to measure that takes 1.6 s."""
    path = tmp_path_factory.mktemp("seen") / "evidence.sqlite"
    with Cache(path) as cache:
        analyze(edit_of(broll), [LISTENER], cache)
    return path


class Run(Protocol):
    def __call__(self, edit: Edit, watch: Watch | None = None) -> Log: ...


@pytest.fixture
def run(seen: Path, tmp_path: Path) -> Run:
    """Return an analysis that has heard nothing before."""

    def analyzed(edit: Edit, watch: Watch | None = None) -> Log:
        with Cache(Path(shutil.copy(seen, tmp_path))) as cache:
            return analyze(edit, [LISTENER], cache, progress=watch)

    return analyzed


def holds(log: Log, start: int, end: int) -> bool:
    """Return True if the only highlight is about a range."""
    (found,) = log.highlights
    common = found.timeline.intersection(span(start, end))
    return common is not None and common.duration >= Fraction(3, 4) * (end - start)


def test_silent_pictures_over_an_interview_no_longer_hide_it(
    run: Run, broll: Path, talk: Path
) -> None:
    alone = run(edit_of(broll))
    assert not any("loud" in reason for h in alone.highlights for reason in h.reasons)
    watch = Watch()
    log = run(edit_of(broll, clip(talk, "A1", span(0, SECONDS))), watch)
    assert log.problems == ()
    assert log.warnings == ()
    assert holds(log, 14, 20)
    assert any("louder at once" in reason for reason in log.highlights[0].reasons)
    assert watch.totals["Sound"] > 0
    assert log.shots == alone.shots


def test_the_sound_lies_where_its_clip_does(run: Run, broll: Path, talk: Path) -> None:
    log = run(edit_of(broll, clip(talk, "A1", span(2, 16), source=12)))
    assert holds(log, 4, 10)


def test_sound_may_be_an_mp3(run: Run, broll: Path, tmp_path: Path) -> None:
    song = write_mp3(tmp_path / "talk.mp3", interview())
    log = run(edit_of(broll, clip(song, "A1", span(0, SECONDS))))
    assert log.warnings == ()
    assert holds(log, 14, 20)


def test_the_sound_of_the_pictures_own_file_is_not_heard_where_there_are_tracks(
    run: Run, tmp_path: Path, talk: Path
) -> None:
    film = tmp_path / "film.mp4"
    own = np.roll(interview(), -8 * AUDIO_RATE)  # speaks from 6 s to 12 s
    write_video(film, pictures(), RATE, sound=own)
    assert holds(run(edit_of(film)), 6, 12)
    assert holds(run(edit_of(film, clip(talk, "A1", span(0, SECONDS)))), 14, 20)


def test_muted_tracks_leave_the_sound_of_the_pictures(run: Run, broll: Path, talk: Path) -> None:
    muted = clip(talk, "A1", span(0, SECONDS), enabled=False)
    log, alone = run(edit_of(broll, muted)), run(edit_of(broll))
    assert (log.highlights, log.excitement) == (alone.highlights, alone.excitement)


@pytest.mark.parametrize("fault", ["missing", "text", "silent", "outside", "offline"])
def test_a_fault_of_a_sound_is_a_warning_and_costs_no_picture(
    run: Run, broll: Path, talk: Path, tmp_path: Path, fault: str
) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    bad, said = {
        "missing": (clip(tmp_path / "gone.wav", "A2", span(0, 5)), "there is no file"),
        "text": (clip(text, "A2", span(0, 5)), ""),
        "silent": (clip(broll, "A2", span(0, 5)), "its media has none"),
        "outside": (clip(talk, "A2", span(0, 5), source=90), "outside of its media"),
        "offline": (
            clip(talk, "A2", span(0, 5)).model_copy(update={"media": None}), "names no media",
        ),
    }[fault]  # fmt: skip
    log = run(edit_of(broll, clip(talk, "A1", span(0, SECONDS)), bad))
    assert log.problems == ()
    assert len(log.shots) == 1
    (warning,) = log.warnings
    assert warning.startswith(f"{bad.name}: its sound on the audio track is left out: ")
    assert said in warning
    assert holds(log, 14, 20)


def test_one_file_may_be_seen_and_heard_and_is_measured_once(run: Run, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    write_video(film, pictures(), RATE, sound=interview())
    alone, watch = Watch(), Watch()
    run(edit_of(film), alone)
    log = run(edit_of(film, clip(film, "A1", span(0, SECONDS))), watch)
    assert watch.totals["Sound"] == alone.totals["Sound"]
    assert holds(log, 14, 20)


def test_edits_that_run_together_have_their_own_sound(run: Run, broll: Path, talk: Path) -> None:
    edits = [
        edit_of(broll, clip(talk, "A1", span(0, SECONDS))),
        edit_of(broll),
        edit_of(broll, clip(talk, "A1", span(2, 16), source=12)),
    ]
    with Cache(None) as cache:
        together = list(analyze_together(edits, [LISTENER], cache))
    assert together == [run(edit) for edit in edits]


def test_a_second_run_hears_from_the_cache(broll: Path, talk: Path, tmp_path: Path) -> None:
    edit = edit_of(broll, clip(talk, "A1", span(0, SECONDS)))
    with Cache(tmp_path / "c.sqlite") as cache:
        first = analyze(edit, [LISTENER], cache)
        watch = Watch()
        again = analyze(edit, [LISTENER], cache, progress=watch, probe_cache=ProbeCache(cache))
    assert again == first
    assert watch.totals["Sound"] == 0
