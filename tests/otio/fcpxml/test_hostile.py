"""FCPXML that is damaged, odd or an attack: refused in a sentence, or read but for its faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import ShotlogError, TimelineError, TimelineUnreadable
from shotlog_otio import inspection_of
from tests.otio.fcpxml.marking import CLIP, FULL
from tests.otio.fcpxml.projects import FORMAT, inspected, project, written
from tests.otio.fcpxml.test_nests import COMPOUND, multicam

RICH = project(
    f'<transition offset="0s" duration="1s"><marker start="3600s" value="m"/></transition>{FULL}'
    '<ref-clip ref="m" offset="4s" start="3601s" duration="3s"><timeMap>'
    '<timept time="3600s" value="3600s"/><timept time="3602s" value="3605s" inTime="1s"'
    ' outTime="1s"/><timept time="3609s" value="3608s"/></timeMap></ref-clip>'
    '<mc-clip ref="mc" offset="7s" start="10s" duration="2s"><mc-source angleID="a"/></mc-clip>'
    '<audition offset="9s"><clip start="1s" duration="2s"><conform-rate srcFrameRate="25"/>'
    '<video ref="pal" offset="0s" duration="90s"/></clip></audition>'
    '<gap offset="11s" start="3600s" duration="2s"><spine lane="1" offset="3600s">'
    '<video ref="still" duration="1s"/></spine></gap>',
    media=COMPOUND.format(start="3600s") + multicam("0s"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the clips of the rich file without a fault."""
    return {clip.name for clip in inspected(tmp_path_factory.mktemp("whole"), RICH).clips}


def refused(folder: Path, content: str | bytes) -> str:
    path = folder / "cut.fcpxml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TimelineError) as caught:
        FORMAT.read(path)
    assert "\n" not in str(caught.value)
    return caught.value.problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is no XML"),
        (b"\0" * 100, "it is no XML"),
        (RICH[: len(RICH) // 2], "it is no XML"),
        ("<xmeml version='5'/>", "it is no FCPXML, but XML of the kind <xmeml>"),
        ("<fcpxml version='1.11'/>", "it holds no project"),
        (
            '<!DOCTYPE fcpxml [<!ENTITY a "b">]><fcpxml version="1.11">&a;</fcpxml>',
            "it declares the entity",
        ),
        (
            '<!DOCTYPE fcpxml [<!ENTITY a SYSTEM "file:///etc/passwd">]><fcpxml>&a;</fcpxml>',
            "it declares the entity",
        ),
        ("<clip>" * 3000 + "</clip>" * 3000, "it is nested too deeply"),
    ],
)
def test_what_is_no_timeline_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    assert message in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('frameDuration="100/2400s"', 'frameDuration="0s"'),
        ('frameDuration="100/2400s"', 'frameDuration="1/0s"'),
        ('frameDuration="100/2400s"', 'frameDuration="NaN"'),
        ('frameDuration="100/2400s"', 'frameDuration="9223372036854775808/1s"'),
        ('tcStart="0s"', 'tcStart="x"'),
        ('tcStart="0s"', 'tcStart="99999999999999999999999s"'),
        ('format="r24" tc', 'format="none" tc'),
        ('start="0s" duration="100s" hasVideo="1"', 'start="0s" duration="-1s" hasVideo="1"'),
        ('lane="1"', 'lane="1000000000"'),
        ('lane="1"', 'lane="-999999999999999999999"'),
        ('srcFrameRate="25"', 'srcFrameRate="0"'),
        ('time="3602s"', 'time="nan"'),
        ('time="3602s"', 'time="3600s"'),
        ('inTime="1s"', 'inTime="-5s"'),
        ('version="1.11"', 'version="one"'),
    ],
)
def test_one_bad_value_costs_no_other_clip(
    tmp_path: Path, whole: set[str], before: str, after: str
) -> None:
    assert before in RICH
    found = inspected(tmp_path, RICH.replace(before, after))

    assert "a" in {clip.name for clip in found.clips}
    assert len(whole - {clip.name for clip in found.clips}) <= 3


def test_what_lies_before_the_start_is_not_shown(tmp_path: Path) -> None:
    early = (
        '<asset-clip ref="song" lane="-1" offset="0s" duration="1s"><marker start="0s" value="m"/>'
    )
    found = inspected(
        tmp_path,
        project(
            f'<asset-clip ref="film" offset="0s" start="3600s" duration="1s">{early}</asset-clip>'
            '<title ref="clouds" lane="1" offset="0s" name="early" duration="1s"/></asset-clip>',
            sequence='format="r24" duration="-1s"',
        ),
    )

    assert [clip.name for clip in found.clips] == ["film"]
    assert (found.duration_frames, found.markers) == (24, ())


def test_a_format_without_a_rate_is_told(tmp_path: Path) -> None:
    found = inspected(tmp_path, project(CLIP, sequence='format="none"'))

    assert found.rate == 24
    assert found.warnings == ("its format tells no frame rate; 24 was taken",)


@pytest.mark.parametrize("tag", ["clip", "sync-clip", "title", "gap", "audition", "spine"])
@pytest.mark.parametrize("lane", ["", ' lane="1"'])
def test_items_in_items_without_end_are_a_fault_of_one_clip(
    tmp_path: Path, tag: str, lane: str
) -> None:
    # As deep as XML may be, less the levels around.
    deep = f'<{tag} ref="clouds" duration="1s"{lane}>' * 390 + f"</{tag}>" * 390
    found = inspected(tmp_path, project(f"{CLIP}{deep}"))

    assert found.clips[0].name == "a"


def test_compound_clips_in_compound_clips_without_end_are_refused_soon(tmp_path: Path) -> None:
    level = (
        '<media id="m{}"><sequence format="r24" duration="9s"><spine>{}</spine></sequence></media>'
    )
    uses = [
        "<gap duration='9s'>"
        + "".join(f'<ref-clip ref="m{n}" lane="{lane}" duration="9s"/>' for lane in range(1, 11))
        + "</gap>"
        for n in range(1, 9)
    ]
    media = "".join(level.format(n, use) for n, use in enumerate(uses)) + level.format(8, CLIP)

    message = refused(tmp_path, project('<ref-clip ref="m0" duration="9s"/>', media=media))
    assert "shows more than" in message


@given(
    at=st.integers(0, len(RICH.encode()) - 1),
    length=st.integers(0, 40),
    put=st.one_of(
        st.binary(max_size=8),
        st.sampled_from([b"", b"0s", b"-1s", b"1/0s", b"1e99s", b"lane=", b"/>", b"&", b"<gap/>"]),
    ),
)
def test_mutated_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, length: int, put: bytes
) -> None:
    content = RICH.encode()
    path = tmp_path_factory.getbasetemp() / "mutated.fcpxml"
    path.write_bytes(content[:at] + put + content[at + length :])
    try:
        reading = FORMAT.open(path)
    except ShotlogError as error:
        assert error.problem.hint  # noqa: PT017 (both ways are right)
        return
    inspection_of(reading)


def test_the_rich_file_is_whole(tmp_path: Path) -> None:
    found = inspection_of(FORMAT.open(written(tmp_path, RICH)))

    assert len(found.clips) > 6
    assert not [p for p in found.problems if "generated" not in p.message]


def test_another_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(project(CLIP))

    assert FORMAT.sniff(path, path.read_bytes()[:500])
    assert len(FORMAT.read(path).clips) == 1
    with pytest.raises(TimelineUnreadable):
        FORMAT.read(written(tmp_path, "<fcpxml>"))
