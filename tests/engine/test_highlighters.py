"""Several highlighters: one leads, with its curve; labels of the others carry their names."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.engine import Cache, Conclusions, SilentProgress, conclude
from shotlog.engine.passes import WindowResults
from shotlog.markers import markers_of
from shotlog.schema import (
    Claim,
    Curve,
    Edit,
    EditAnalyzer,
    EditView,
    Family,
    Log,
    Tier,
    TimelineTooShort,
    TimeRange,
)

EDIT = Edit(name="cut", rate=Fraction(25), duration=Fraction(60), clips=())


class Highlighter(EditAnalyzer):
    """Finds a given number of highlights, with a flat curve."""

    family = Family.HIGHLIGHT
    version = "1"
    measures = ()

    def __init__(
        self, name: str, count: int, height: float | None = None, tier: Tier = Tier.BUILTIN
    ) -> None:
        self.name, self.tier, self._count, self._height = name, tier, count, height

    def conclude(self, view: EditView) -> Sequence[Claim]:
        return [
            Claim(
                label=f"HL {rank}",
                scores={"score": 90.0},
                confidence=0.5,
                range=TimeRange(start=Fraction(5 * rank), duration=Fraction(4)),
            )
            for rank in range(1, self._count + 1)
        ]

    def curve(self, view: EditView) -> Curve | None:
        if self._height is None:
            return None
        return Curve(step=Fraction(1), values=(self._height,))


class Failing(Highlighter):
    def conclude(self, view: EditView) -> Sequence[Claim]:
        raise ArithmeticError("no highlights today")


class Refusing(Highlighter):
    def conclude(self, view: EditView) -> Sequence[Claim]:
        raise TimelineTooShort("cut")


def said(*analyzers: EditAnalyzer) -> Conclusions:
    with Cache(None) as cache:
        return conclude(EDIT, [], analyzers, cache, {}, WindowResults(), SilentProgress())


def labels(found: Conclusions) -> list[str]:
    return [finding.label for finding in found.highlights]


def log_of(found: Conclusions) -> Log:
    return Log(edit=EDIT, shots=(), highlights=tuple(found.highlights))


def heights(found: Conclusions) -> tuple[float | None, ...]:
    return found.excitement.values if found.excitement else ()


def test_one_highlighter_keeps_its_labels_and_its_curve() -> None:
    found = said(Highlighter("builtin.a", 2, 1.0))
    assert labels(found) == ["HL 1", "HL 2"]
    assert heights(found) == (1.0,)


def test_no_two_highlights_share_a_label() -> None:
    found = said(Highlighter("builtin.a", 2, 1.0), Highlighter("builtin.b", 1, 2.0))
    assert labels(found) == ["HL 1", "HL 2", "HL 1 (builtin.b)"]
    assert heights(found) == (1.0,)


def test_a_highlighter_that_was_chosen_leads_the_built_in_one() -> None:
    found = said(Highlighter("builtin.a", 1, 1.0), Highlighter("local.z", 1, 2.0, tier=Tier.LOCAL))
    assert labels(found) == ["HL 1", "HL 1 (builtin.a)"]
    assert heights(found) == (2.0,)


def test_the_curve_is_never_that_of_another_than_the_leader() -> None:
    found = said(Highlighter("builtin.a", 1), Highlighter("builtin.b", 1, 2.0))
    assert labels(found) == ["HL 1", "HL 1 (builtin.b)"]
    assert found.excitement is None


def test_the_curves_of_all_are_kept_where_there_are_several() -> None:
    assert said(Highlighter("builtin.a", 1, 1.0)).curves == {}
    found = said(Highlighter("builtin.a", 1, 1.0), Highlighter("builtin.b", 1, 2.0))
    heights = {name: curve.values for name, curve in found.curves.items()}
    assert heights == {"builtin.a": (1.0,), "builtin.b": (2.0,)}


def test_markers_of_highlights_over_the_same_shots_have_ids_of_their_own() -> None:
    alone = said(Highlighter("builtin.a", 1))
    both = said(Highlighter("builtin.a", 1), Highlighter("builtin.b", 1))
    ids = [marker.id for marker in markers_of(log_of(both))]
    assert len(set(ids)) == 2
    assert not any("-" in each for each in ids)
    # The marker of the leader is the one that stood there before there was another.
    assert markers_of(log_of(alone))[0].id == ids[0]


def test_an_analyzer_without_a_result_does_not_lead() -> None:
    found = said(
        Failing("builtin.a", 1, 1.0), Highlighter("builtin.b", 0), Highlighter("builtin.c", 1, 3.0)
    )
    assert labels(found) == ["HL 1"]
    assert heights(found) == (3.0,)
    assert [problem.code for problem in found.problems] == ["analyzer-error"]


def test_an_error_for_editors_is_told_as_it_is() -> None:
    (problem,) = said(Refusing("builtin.a", 1)).problems
    assert (problem.code, problem.hint) == ("timeline-too-short", TimelineTooShort.hint)


class SceneFinder(Highlighter):
    """Finds scenes instead."""

    family = Family.SCENE


def test_the_scenes_are_those_of_one_analyzer_and_no_highlights() -> None:
    found = said(
        SceneFinder("builtin.a", 3), SceneFinder("local.z", 2, tier=Tier.LOCAL),
        Highlighter("builtin.b", 1, 1.0),
    )  # fmt: skip
    assert [scene.provenance.analyzer for scene in found.scenes] == ["local.z", "local.z"]
    assert [scene.family for scene in found.scenes] == [Family.SCENE] * 2
    assert labels(found) == ["HL 1"]
    assert heights(found) == (1.0,)
