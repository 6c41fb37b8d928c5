"""The contract of an extra; it runs over every extra that is installed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from shotlog.delivery.extras import EXTRAS, ExtendedFilm, Extra, add_extras
from shotlog.delivery.subtitles import Cue
from shotlog.schema import ExtraError, ShotlogError
from tests.delivery.extras.music import clicks, film, span, write_wave

each = pytest.mark.parametrize("name", [extra.name for extra in EXTRAS.installed])


@pytest.fixture
def ready(tmp_path: Path) -> Callable[[str], Extra]:
    """Make an extra that has what it needs."""
    write_wave(tmp_path / "bed.wav", clicks(100, 8))
    needs: dict[str, dict[str, object]] = {
        "music": {"folder": str(tmp_path)},
        "speaker_names": {"names": "A1:Anna"},
        "title": {"words": "My film", "seconds": Fraction(2)},
    }
    return lambda name: EXTRAS.make(name, **needs.get(name, {}))


def talk() -> ExtendedFilm:
    cues = (Cue(Fraction(1), Fraction(3), "Hello"), Cue(Fraction(3), Fraction(5), "World"))
    return film(voices={"A1": (span(1, 3),), "A2": (span(3, 5),)}, cues=cues, speech=(span(1, 5),))


def test_the_extras_that_shotlog_brings_are_installed_and_described() -> None:
    assert {"music", "speaker_names", "title"} <= EXTRAS.by_name.keys()
    assert all(line.count("\n") == 1 for line in EXTRAS.describe("\n    "))


@each
def test_it_is_chosen_by_the_text_that_it_gives(name: str, ready: Callable[[str], Extra]) -> None:
    extra = ready(name)

    assert EXTRAS.choose(extra.text) == extra
    assert type(extra).model_validate_json(extra.model_dump_json()) == extra


@each
def test_without_what_it_needs_it_is_refused_before_the_film_is_opened(name: str) -> None:
    with pytest.raises(ExtraError):
        EXTRAS.choose(name).require()


@each
def test_it_adds_the_same_twice_tells_so_and_leaves_the_film_alone(
    name: str, ready: Callable[[str], Extra]
) -> None:
    before, given = talk(), talk()
    done = ready(name).add(given)

    assert ready(name).add(talk()) == done != before == given
    assert len(done.notes) > len(before.notes)


@each
def test_a_film_without_speech_cues_or_sound_is_no_fault(
    name: str, ready: Callable[[str], Extra]
) -> None:
    done = ready(name).add(film())

    assert done.notes
    assert done.cues == ()


@each
def test_an_unknown_parameter_is_refused_in_words(name: str) -> None:
    with pytest.raises(ExtraError, match="has no parameter 'colour'"):
        EXTRAS.choose(f"{name}:colour=red")


def test_extras_follow_each_other_in_the_order_given(ready: Callable[[str], Extra]) -> None:
    names = ("title", "music", "speaker_names")
    done = add_extras(talk(), [ready(name) for name in names])

    # The music begins with the black that the title lies on.
    assert done.sounds[0].range.start == 0
    assert done.sounds[-1].range.end == 32
    assert [cue.text for cue in done.cues] == ["Anna: Hello", "World"]
    later = add_extras(talk(), [ready(name) for name in reversed(names)])
    assert later.sounds[0].range.start == 2


def test_an_unknown_extra_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ExtraError, match="did you mean 'music'"):
        EXTRAS.choose("musik")


def test_a_plugin_that_is_no_extra_is_refused() -> None:
    point = EntryPoint("odd", "builtins:dict", EXTRAS.group)
    with pytest.raises(ShotlogError, match="no extra"):
        EXTRAS.load([point])
