"""Facts for renders in AAF: 24 frames per second."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from shotlog.schema import RenderFacts
from tests.otio.aaf.making import Film, make
from tests.otio.rendering.facts import fades, left_out, levels, read


def facts(folder: Path, build: Any) -> RenderFacts:
    return read(make(folder / "cut.aaf", build))


def test_a_gain_is_the_factor_of_the_samples_over_the_effect(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob, sound = film.sequence(), film.master("s", kind="sound")
        film.track(mob, film.clip(film.master("a"), 0, 48))
        points = [
            (Fraction(0), Fraction(0)),
            (Fraction(1, 2), Fraction(1)),
            (Fraction(1), Fraction(1, 2)),
        ]
        clip = film.clip(sound, 0, 24, kind="sound")
        graph = {"Amplitude multiplier": points}
        gain = film.effect("Mono Audio Gain", 24, clip, graph=graph, kind="sound")
        film.track(mob, film.filler(24, "sound"), gain, kind="sound")

    assert levels(facts(tmp_path, build)) == {"A1/1": [(24, 0), (36, 1), (48, 0.5)]}


def test_a_gain_on_a_whole_track_is_that_of_its_clips(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob, sound = film.sequence(), film.master("s", kind="sound")
        film.track(mob, film.clip(film.master("a"), 0, 48))
        run = film.run(*(film.clip(sound, 0, 24, kind="sound") for _ in range(2)), kind="sound")
        graph = {"Level": [(Fraction(0), Fraction(1, 2))]}
        slot = film.track(mob, kind="sound")
        slot.segment = film.effect("Audio Gain", 48, run, graph=graph, kind="sound")

    assert levels(facts(tmp_path, build)) == {"A1/0": [(0, 0.5)], "A1/1": [(24, 0.5)]}


def test_a_gain_that_is_none_counts_as_not_set(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob, sound = film.sequence(), film.master("s", kind="sound")
        film.track(mob, film.clip(film.master("a"), 0, 24))
        graph = {"Level": [(Fraction(0), Fraction(-3))]}
        clip = film.clip(sound, 0, 24, kind="sound")
        film.track(
            mob, film.effect("Audio Gain", 24, clip, graph=graph, kind="sound"), kind="sound"
        )

    assert facts(tmp_path, build).levels == ()


def test_effects_and_titles_are_named(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        master = film.master("a")
        blur = film.effect("Blur Effect", 24, film.run(film.clip(master, 0, 24)))
        title = film.effect("Title_2", 24, film.run(film.filler(24)))
        film.track(film.sequence(), film.clip(master, 0, 24), blur, title)

    assert left_out(facts(tmp_path, build)) == [
        ("effect", "Blur Effect", 24, 48),
        ("title", "Title_2", 48, 72),
    ]


def test_a_wipe_is_named_and_a_dissolve_is_not(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        clips = [film.clip(film.master(name), 10, 24) for name in "abc"]
        wipe = film.transition(8)
        wipe["OperationGroup"].value = film.effect("Barn Door", 8)
        film.track(film.sequence(), clips[0], film.transition(8), clips[1], wipe, clips[2])

    # Neighbours overlap under a transition: the third clip begins at frame 32.
    assert left_out(facts(tmp_path, build)) == [("transition", "Barn Door", 32, 40)]


def test_transitions_beside_filler_are_fades_of_their_clip(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        first, second, third = (film.clip(film.master(name), 10, 24) for name in "abc")
        film.track(
            film.sequence(), film.filler(12), film.transition(8), first, film.transition(6),
            film.filler(18), second, film.transition(8), third,
        )  # fmt: skip

    # The first clip overlaps the filler on both sides: it is shown from frame 4 to 28.
    assert fades(facts(tmp_path, build)) == [
        ("V1/2", 4, 12, "in", "transparent"),
        ("V1/2", 22, 28, "out", "transparent"),
    ]
