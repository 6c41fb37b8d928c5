"""Who leads where several analyzers speak of one shot."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import (
    UNDEFINED,
    Family,
    Finding,
    LoggedShot,
    Provenance,
    Shot,
    Tier,
    TimeRange,
    abstains,
    find_neighbours,
    group_by_range,
)

WHOLE = TimeRange.model_validate({"start": 0, "duration": 4})


def says(
    who: str,
    label: str,
    family: Family = Family.MOVE,
    at: tuple[int, int] = (0, 4),
    *,
    zero_shot: bool = False,
) -> Finding:
    place = TimeRange.model_validate({"start": at[0], "duration": at[1] - at[0]})
    return Finding(
        family=family,
        label=label,
        scores={},
        confidence=0.5,
        source=place,
        timeline=place,
        provenance=Provenance(
            analyzer=who, version="1", tier=Tier(who.partition(".")[0]), zero_shot=zero_shot
        ),
    )


def shot(*findings: Finding) -> LoggedShot:
    return LoggedShot(
        shot=Shot(id="s", clip="V1/0", source=WHOLE, core=WHOLE, timeline=WHOLE),
        clip_name="clip",
        content_id="film",
        findings=findings,
    )


def order(logged: LoggedShot, family: Family = Family.MOVE) -> list[str]:
    return [opinion[0].provenance.analyzer for opinion in logged.opinions(family)]


def test_models_precede_the_built_in_tier_in_their_own_order() -> None:
    heard = [says("builtin.a", "static"), says("local.z", "pov"), says("remote.b", "pov")]
    assert order(shot(*heard)) == ["local.z", "remote.b", "builtin.a"]


def test_a_zero_shot_answer_comes_after_all_others_and_before_an_abstention() -> None:
    guess = says("local.a", "pov", zero_shot=True)
    heard = [guess, says("local.b", UNDEFINED), says("builtin.c", "static"), says("local.d", "pov")]
    assert order(shot(*heard)) == ["local.d", "builtin.c", "local.a", "local.b"]
    unsure = says("local.a", UNDEFINED, zero_shot=True)
    assert order(shot(unsure, says("builtin.c", UNDEFINED))) == ["builtin.c", "local.a"]


def test_provenance_is_written_as_before_unless_it_is_zero_shot() -> None:
    plain, guess = says("local.a", "pov"), says("local.a", "pov", zero_shot=True)
    assert "zero_shot" not in plain.model_dump_json()
    assert [Finding.model_validate_json(f.model_dump_json()) for f in (plain, guess)] == [
        plain,
        guess,
    ]


def test_an_abstention_comes_last_in_any_tier() -> None:
    heard = [says("local.a", UNDEFINED), says("builtin.b", "static"), says("local.c", UNDEFINED)]
    assert order(shot(*heard)) == ["builtin.b", "local.a", "local.c"]


def test_an_answer_for_part_of_a_shot_is_no_abstention() -> None:
    partly = [says("local.a", UNDEFINED, at=(0, 2)), says("local.a", "pov", at=(2, 4))]
    logged = shot(says("builtin.b", "static"), *partly)
    assert logged.leading(Family.MOVE) == tuple(partly)


def test_an_opinion_is_in_time_order_and_divides_into_spans() -> None:
    late, early, both = (
        says("local.a", "pov", at=(2, 4)),
        says("local.a", "shake", at=(0, 2)),
        says("local.a", "track", at=(2, 4)),
    )
    (opinion,) = shot(late, early, both).opinions(Family.MOVE)
    assert group_by_range(opinion) == [(early,), (late, both)]


def test_the_next_family_answers_where_the_first_abstains() -> None:
    push = says("local.m", "Push", Family.MOVEMENT)
    asked = (Family.MOVE, Family.MOVEMENT)
    assert shot(says("builtin.a", UNDEFINED), push).leading(*asked) == (push,)
    assert shot(says("builtin.a", "static"), push).leading(*asked)[0].label == "static"
    assert shot(push).leading(*asked) == (push,)


def test_if_all_families_abstain_the_first_one_asked_leads() -> None:
    move, movement = says("builtin.a", UNDEFINED), says("local.m", UNDEFINED, Family.MOVEMENT)
    assert shot(movement, move).leading(Family.MOVE, Family.MOVEMENT) == (move,)
    assert shot().leading(Family.MOVE, Family.MOVEMENT) == ()


@given(
    st.lists(
        st.builds(
            says,
            st.sampled_from(["builtin.a", "local.b", "local.c", "remote.d"]),
            st.sampled_from(["static", "pov", UNDEFINED]),
            st.sampled_from([Family.MOVE, Family.SIZE]),
            st.sampled_from([(0, 2), (2, 4), (0, 4)]),
        ),
        max_size=8,
    )
)
def test_no_finding_is_lost_and_no_abstention_leads_an_answer(
    findings: list[Finding],
) -> None:
    logged = shot(*findings)
    opinions = logged.opinions(Family.MOVE)
    said = [f for opinion in opinions for f in opinion]
    assert sorted(map(repr, said)) == sorted(map(repr, logged.of(Family.MOVE)))
    assert [abstains(each) for each in opinions] == sorted(map(abstains, opinions))
    assert all(len({f.provenance.analyzer for f in opinion}) == 1 for opinion in opinions)


def place(clip: str, start: int, end: int) -> LoggedShot:
    """Return a shot of a clip from one second of the timeline to another."""
    at = TimeRange.between(Fraction(start), Fraction(end))
    there = Shot(id=f"{clip} {start}", clip=clip, source=at, core=at, timeline=at)
    return LoggedShot(shot=there, clip_name=clip, content_id="film", findings=())


def test_neighbours_touch_on_one_track_also_in_a_nest() -> None:
    shots = [
        place("V1/0", 0, 2), place("V2/0", 1, 3), place("V1/1/0", 2, 4), place("V2/1", 3, 5),
        place("V1/2", 5, 6),
    ]  # fmt: skip
    assert list(find_neighbours(shots)) == [(0, 2), (1, 3)]
    assert list(find_neighbours([])) == []
