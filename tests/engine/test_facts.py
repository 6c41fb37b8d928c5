"""Facts are told where they are asked for; without them a log is as it was."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.analyzers.size import SizeAnalyzer
from shotlog.demo import make_babble, make_room_tone
from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.highlights import HighlightAnalyzer
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.media.cuts import NoCuts
from shotlog.schema import ClipRange, Edit, Log, MediaReference, TimeMap, TimeRange
from shotlog.synthetic import AUDIO_RATE, write_video

RATE = Fraction(24000, 1001)
SECONDS = 8
ALL = (SizeAnalyzer(), HighlightAnalyzer(HeuristicHighlighter()))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write grey pictures; somebody speaks from 4 s on."""
    path = tmp_path_factory.mktemp("facts") / "film.mp4"
    rng = np.random.default_rng(0)
    sound = make_room_tone(rng, SECONDS * AUDIO_RATE)
    sound[4 * AUDIO_RATE :] += 2 * make_babble(rng, 4 * AUDIO_RATE)
    grey = np.full((90, 160, 3), 90, np.uint8)
    write_video(path, (grey for _ in range(round(SECONDS * RATE))), RATE,
                sound=np.asarray(np.clip(sound, -1, 1), np.float32))  # fmt: skip
    return path


def edit_of(film: Path, *starts: int) -> Edit:
    """Return an edit of clips of 3 s of the film, from these seconds on."""
    length = Fraction(3)
    clips = tuple(
        ClipRange(
            id=f"V1/{number}", name=f"clip {number}", media=MediaReference(path=str(film)),
            source=TimeRange(start=Fraction(start), duration=length),
            timeline=TimeRange(start=number * length, duration=length),
            time_map=TimeMap(timeline_start=number * length, source_start=Fraction(start)),
        )
        for number, start in enumerate(starts)
    )  # fmt: skip
    return Edit(name="e", rate=RATE, duration=len(clips) * length, clips=clips)


def run(edit: Edit, cache: Cache, *, facts: bool) -> Log:
    return analyze(edit, ALL, cache, options=EngineOptions(facts=facts, cuts=NoCuts()))


def test_every_shot_has_its_own_facts_and_all_else_is_as_without_them(film: Path) -> None:
    edit = edit_of(film, 4, 0, 5)
    with Cache(None) as cache:
        plain, told = run(edit, cache, facts=False), run(edit, cache, facts=True)

    assert '"facts"' not in plain.model_dump_json()
    bare = tuple(logged.model_copy(update={"facts": None}) for logged in told.shots)
    assert told.model_copy(update={"shots": bare}) == plain
    assert Log.model_validate_json(told.model_dump_json()) == told

    facts = [logged.facts for logged in told.shots]
    assert all(
        fact and (fact.width, fact.height, fact.rate, fact.faces) == (160, 90, RATE, 0)
        for fact in facts
    )
    spoken = [fact.speech for fact in facts if fact and fact.speech is not None]
    assert spoken[1] < 0.2 < 0.5 < min(spoken[0], spoken[2])
    loud = [fact.loudness for fact in facts if fact and fact.loudness is not None]
    assert loud[1] + 6 < min(loud[0], loud[2])
