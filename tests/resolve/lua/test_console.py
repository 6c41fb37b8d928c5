"""``shotlog.lua`` in the Console of a free Resolve 21.1, which takes io, os and more away."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.resolve.double import Double, ProjectSpec
from tests.resolve.lua.console import Console, edit, marker, tag
from tests.resolve.lua_host import INTERPRETERS, run_line

FRAMES = 96


@pytest.fixture(params=INTERPRETERS)
def console(request: pytest.FixtureRequest, tmp_path: Path) -> Console:
    return Console(tmp_path / "it's a [folder] é", str(request.param))


def film(name: str = "Cut 1") -> ProjectSpec:
    spec = ProjectSpec("Film")
    media = spec.media("/films/beach.mov", frames=500)
    cut = spec.timeline(name)
    cut.clip(media, length=48)
    cut.clip(media, length=48, source=200)
    cut.marker(30, "Cyan", "the editor's own", "")
    return spec


def opened(spec: ProjectSpec | None = None, **how: Any) -> Double:
    return Double(spec or film(), **{"version": "21.1", "edition": "free", **how})


def ours(double: Double) -> dict[int, str]:
    """Names of our markers by frame."""
    markers = double.timeline().markers
    return {at: m.name for at, m in markers.items() if m.custom.startswith("shotlog1;")}


def test_the_first_line_exports_the_timeline_and_the_second_adds_the_markers(
    console: Console,
) -> None:
    double = opened()
    said = console.paste(double)
    assert f"was exported to {console.exported}" in said
    assert console.exported.name.startswith("Cut 1 ")
    assert double.timeline().markers[30].name == "the editor's own"
    assert len(double.timeline().markers) == 1

    console.prepare([marker(0, 0, 48), marker(1, 48, 48)], edit(FRAMES))
    assert "2 added, 0 replaced, 0 as before, 0 kept" in console.paste(double)
    added = double.timeline().markers[48]
    assert (added.color, added.name, added.note, added.duration) == (
        "Cyan", "MS · pan 1", "é\n2", 48,
    )  # fmt: skip
    assert double.timeline().markers[30].custom == ""


def test_custom_data_are_those_of_the_python_scripts(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(7, 48, 12)], edit(FRAMES))
    console.paste(double)

    told = tag(double.timeline().markers[48].custom)
    content = "Cyan\n12\nMS · pan 7\né\n2"
    assert told == {
        "id": f"{7:016x}",
        "family": "shot",
        "at": 48,
        "hash": hashlib.sha256(content.encode()).hexdigest()[:16],
        "project": double.project.uid,
        "timeline": double.timeline().uid,
        "frame": 48,
        "clip": "",
    }
    assert list(told) == ["id", "family", "at", "hash", "project", "timeline", "frame", "clip"]


def test_a_second_run_changes_nothing(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 0), marker(1, 48)], edit(FRAMES))
    console.paste(double)
    before = double.snapshot()

    assert "0 added, 0 replaced, 2 as before" in console.paste(double)
    assert double.snapshot() == before


def test_other_findings_replace_what_nobody_changed(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 0), marker(1, 48), marker(2, 60)], edit(FRAMES))
    console.paste(double)
    console.prepare([marker(0, 0), marker(1, 50, name="CS")], edit(FRAMES))

    assert "0 added, 1 replaced, 1 as before" in console.paste(double)
    assert ours(double) == {0: "MS · pan 0", 50: "CS"}


@pytest.mark.parametrize("change", ["name", "note", "color", "duration", "frame"])
def test_a_marker_that_the_editor_changed_is_theirs(console: Console, change: str) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 0), marker(1, 48)], edit(FRAMES))
    console.paste(double)
    markers = double.timeline().markers
    if change == "frame":
        markers[53] = markers.pop(48)
    else:
        values = {"name": "mine", "note": "mine", "color": "Rose", "duration": 9}
        setattr(markers[48], change, values[change])
    console.prepare([marker(0, 0, name="CS"), marker(1, 48, name="CS")], edit(FRAMES))
    theirs = {at: m.told() for at, m in markers.items() if at not in (0, 30)}

    assert "0 added, 1 replaced, 0 as before, 1 kept" in console.paste(double)
    assert {at: m.told() for at, m in markers.items() if at not in (0, 30)} == theirs
    assert "1 removed, 1 kept" in console.paste(double, "SHOTLOG = {remove = true}")
    assert {at: m.told() for at, m in markers.items() if at != 30} == theirs


def test_an_occupied_frame_moves_the_marker_within_its_shot(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 30, 10), marker(1, 31, 5)], edit(FRAMES))

    # 31 is wanted by the other marker, and 29 is before the shot.
    assert "1 stand beside their frame" in console.paste(double)
    assert ours(double) == {31: "MS · pan 1", 32: "MS · pan 0"}
    moved = double.timeline().markers[32]
    assert moved.duration == 8
    assert "0 added, 0 replaced, 2 as before" in console.paste(double)


def test_an_occupied_frame_is_left_out_where_the_user_wants_that(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 30, 10)], edit(FRAMES))

    said = console.paste(double, 'SHOTLOG = {occupied = "skip"}')
    assert "left out: MS · pan 0 (another marker is there)" in said
    assert ours(double) == {}
    console.paste(double)
    assert list(ours(double)) == [31]


def test_a_shot_without_a_free_frame_is_left_out(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 30, 1)], edit(FRAMES))

    assert "(another marker is there)" in console.paste(double)
    assert ours(double) == {}


def test_markers_stay_on_the_timeline(console: Console) -> None:
    double = opened()
    console.paste(double)
    markers = [marker(0, 90, 50), marker(1, FRAMES, 1), marker(2, FRAMES + 1, 1)]
    console.prepare(markers, edit(FRAMES + 50))

    assert "left out: MS · pan 2 (it lies after the end" in console.paste(double)
    assert ours(double) == {90: "MS · pan 0", FRAMES - 1: "MS · pan 1"}
    assert double.timeline().markers[90].duration == FRAMES - 90


def test_markers_of_a_copied_timeline_are_left_until_they_are_taken_over(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 0)], edit(FRAMES))
    console.paste(double)
    original = console.exported
    line = (
        "local project = resolve:GetProjectManager():GetCurrentProject() "
        'project:SetCurrentTimeline(project:GetCurrentTimeline():DuplicateTimeline("Cut 2"))'
    )
    assert run_line(double, line, console.lua).error is None

    console.paste(double)
    copy = next(path for path in console.folder.glob("*.otio") if path != original)
    assert copy.name.startswith("Cut 2 ")
    console.prepare([marker(0, 0, name="CS")], edit(FRAMES), copy.stem)
    assert "1 markers came with the copy" in console.paste(double)
    assert ours(double) == {0: "MS · pan 0"}
    assert "0 added, 1 replaced" in console.paste(double, "SHOTLOG = {adopt = true}")
    assert ours(double) == {0: "CS"}
    assert double.timeline("Cut 1").markers[0].name == "MS · pan 0"


def test_markers_of_an_older_state_of_the_edit_are_not_added(console: Console) -> None:
    double = opened()
    console.paste(double)
    old = console.exported
    console.prepare([marker(0, 0)], edit(FRAMES))
    double.timeline().items[1].source += 1  # the editor slips a clip

    assert "was exported to" in console.paste(double)
    assert ours(double) == {}
    assert len({path.name for path in console.folder.glob("*.otio")} | {old.name}) == 2


def test_only_our_markers_are_removed(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(n, 2 * n, 1) for n in range(9)], edit(FRAMES))
    console.paste(double)

    assert "9 removed, 0 kept" in console.paste(double, "SHOTLOG = {remove = true}")
    assert list(double.timeline().markers) == [30]


def test_a_resolve_that_exports_nothing_is_led_through_the_export_by_hand(
    console: Console,
) -> None:
    console.folder.joinpath("shotlog.lua").read_text(encoding="utf-8")
    double = opened()
    locked = console.script.read_text(encoding="utf-8").replace(
        '"EXPORT_OTIO"', '"EXPORT_OTIO_OF_NO_VERSION"'
    )
    console.script.write_text(locked, encoding="utf-8")
    said = console.paste(double)
    assert "File > Export > Timeline, as OpenTimelineIO" in said
    assert "under the name Cut 1.otio" in said

    console.prepare([marker(0, 0)], edit(FRAMES), "Cut 1")
    said = console.paste(double)
    assert "Export it again if the edit has changed" in said
    assert ours(double) == {0: "MS · pan 0"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("return {", "are damaged"),
        ("return 7", "of another version"),
        ("return {layout = 99, markers = {}}", "of another version"),
        (
            "return {layout = 1, markers = {}, rate = {25, 1}, start = 86400}",
            "of another rate or start",
        ),
        ("return {layout = 1, markers = {}, rate = {24, 1}, start = 0}", "another rate or start"),
    ],
)
def test_data_that_do_not_fit_change_nothing(console: Console, data: str, told: str) -> None:
    double = opened()
    console.paste(double)
    console.exported.with_name(f"{console.exported.stem}.markers.lua").write_text(data)

    assert told in console.paste(double)
    assert list(double.timeline().markers) == [30]


def test_what_is_missing_is_told(console: Console) -> None:
    empty = ProjectSpec("Film")
    assert "no timeline is open" in console.paste(opened(empty))
    double = opened()
    double.switch_project(None)
    assert "no project is open" in console.paste(double)
    nobody = run_line(
        opened(), f"resolve, fusion, fu, app = nil dofile([[{console.script}]])", console.lua
    )
    assert "there is no `resolve` here" in "\n".join(nobody.printed)
    poor = run_line(opened(), f"table = nil dofile([[{console.script}]])", console.lua)
    assert "this Lua lacks table" in (poor.error or "")


def test_a_file_that_was_not_installed_says_so(console: Console) -> None:
    console.script.write_text(
        console.script.read_text(encoding="utf-8").replace(str(console.folder), "@HANDOVER@"),
        encoding="utf-8",
    )
    assert "shotlog resolve install" in console.paste(opened())


def test_a_folder_that_is_gone_is_told(console: Console, tmp_path: Path) -> None:
    script = tmp_path / "elsewhere.lua"
    console.script.rename(script)
    console.folder.rmdir()
    run = run_line(opened(), f"dofile([[{script}]])", console.lua)
    assert "does not let a script export" in "\n".join(run.printed)


@pytest.mark.parametrize("version", ["18.5", "19.1", "20.3", "21.0.4", "21.1"])
def test_it_works_in_every_version_and_edition(console: Console, version: str) -> None:
    for edition in ("free", "studio"):
        double = opened(film(f"Cut {edition}"), version=version, edition=edition)
        console.paste(double)
        path = next(console.folder.glob(f"Cut {edition}*.otio"))
        console.prepare([marker(0, 48)], edit(FRAMES), path.stem)
        assert "1 added" in console.paste(double)


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
def test_hashes_are_those_of_sha_256_with_and_without_the_library_of_bits(
    console: Console, size: int
) -> None:
    source = console.script.read_text(encoding="utf-8")
    head = source[: source.index("local function content_hash")]
    console.script.write_text(f"{head}\nprint(sha256(TEXT))", encoding="utf-8")
    text = "".join(chr(32 + n % 60) for n in range(size)).replace("]", "x")
    for sandbox in ("open", "closed"):
        line = f"TEXT = [==[{text}]==] dofile([[{console.script}]])"
        run = run_line(opened(), line, console.lua, sandbox)
        assert run.printed == [hashlib.sha256(text.encode()).hexdigest()]


def test_playhead_page_and_marks_are_as_before(console: Console) -> None:
    double = opened()
    console.paste(double)
    console.prepare([marker(0, 48)], edit(FRAMES))
    before = double.snapshot()
    console.paste(double)
    double.timeline().markers.pop(48)

    assert double.snapshot() == before
    assert double.session.edits == []
    assert double.session.saves == 0
