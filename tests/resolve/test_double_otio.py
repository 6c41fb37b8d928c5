"""The double's OTIO against section 6 and rules 14 and 15 of the reference, and real exports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import opentimelineio
import pytest

from tests.resolve.double import Double, ProjectSpec

PATH = "E:\\SHOWREEL\\NBC UNIVERSAL\\more 13th st\\1128797.mxf"
AYON = "C:\\Users\\robin\\OneDrive\\Bureau\\dev_ayon\\data\\"


def exported(double: Double, folder: Path) -> dict[str, Any]:
    file = folder / "out.otio"
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert timeline.Export(str(file), double.resolve.EXPORT_OTIO, double.resolve.EXPORT_NONE)
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told


def showreel() -> tuple[ProjectSpec, str]:
    spec = ProjectSpec(rate=50)
    return spec, spec.media(PATH, fps=50, frames=1500, start="10:00:00:00")


def base() -> ProjectSpec:
    spec, media = showreel()
    spec.timeline(rate=50).clip(media, length=1500, audio_track=1)
    return spec


def dissolve() -> ProjectSpec:
    spec, media = showreel()
    cut = spec.timeline(rate=50)
    cut.clip(media, length=596, link=1)
    cut.clip(media, length=904, source=596)
    cut.transition(cut=596, length=100)
    cut.clip(media, length=1500, kind="audio", link=1)
    return spec


def half_speed() -> ProjectSpec:
    spec, media = showreel()
    spec.timeline(rate=50).clip(media, length=1500, speed="1/2", audio_track=1)
    return spec


def ramp() -> ProjectSpec:
    spec, media = showreel()
    cut = spec.timeline(rate=50)
    points = [[0, 0], [516, 516], [2460, 1002], [2957, 1499]]
    cut.clip(media, length=2956, ramp=points, link=1)
    cut.clip(media, length=1500, kind="audio", link=1)
    return spec


def torture() -> ProjectSpec:
    spec, media = showreel()
    cut = spec.timeline(rate=50)
    cut.clip(media, length=250, audio_track=1)
    cut.title(length=250)
    cut.clip(media, length=1250, source=250, audio_track=1)
    cut.clip(media, length=1500, audio_track=1)
    cut.track("video", 2)
    for index in range(2, 9):
        cut.track("audio", index)
    cut.marker(600, "Cyan", "CONFORM-TEST-MARKER", "destruction table probe", duration=25)
    return spec


def sequence(name: str, first: int, frames: int, **clip: Any) -> ProjectSpec:
    spec = ProjectSpec()
    path = f"{AYON}img_sequence\\tif\\{name}.[{first}-{first + frames - 1}].tif"
    media = spec.media(path, type="sequence", frames=frames)
    spec.timeline().clip(media, **clip)
    return spec


def embedded() -> ProjectSpec:
    spec = ProjectSpec(rate=25)
    media = spec.media(AYON + "qt_embedded_tc.mov", fps=24, frames=100, start="01:00:00:00")
    spec.timeline(rate=25).clip(media, source="768/25", length=44)
    return spec


def handles() -> ProjectSpec:
    spec = ProjectSpec(rate=25)
    media = spec.media(AYON + "simple_editorial_setup.mp4", fps=25, frames=16450)
    spec.timeline(rate=25).clip(media, length=171)
    return spec


REAL: dict[str, Callable[[], ProjectSpec]] = {
    "ambiguity_base": base,
    "ambiguity_ref2": dissolve,
    "ambiguity_ref4_retime_50pct": half_speed,
    "ambiguity_ref5_speedramp_stepped": ramp,
    "ambiguity_torture_ref": torture,
    "ayon_clip_img_seq_2x_speed_resolve": lambda: sequence(
        "output", 1001, 99, source=39, length=11, speed=2
    ),
    "ayon_clip_img_seq_reverse_speed_no_tc": lambda: sequence(
        "output", 1000, 100, source=20, length=41, speed=-1
    ),
    "ayon_clip_qt_embedded_tc": embedded,
    "ayon_clip_movie_with_handles": handles,
}


def bare(told: Any) -> Any:
    """Return it without what the double does not claim: looks, sound, groups, floating noise."""
    if isinstance(told, dict):
        if told.get("OTIO_SCHEMA") == "Effect.1":
            return None
        kept = {key: bare(each) for key, each in told.items()}
        for key in ("Link Group ID", "Audio Type", "Channels", "Effects", "Display Type"):
            kept.pop(key, None)
        if isinstance(kept.get("effects"), list):
            kept["effects"] = [each for each in kept["effects"] if each is not None]
        return kept
    if isinstance(told, list):
        return [bare(each) for each in told]
    return round(told, 9) if isinstance(told, float) else told


@pytest.mark.parametrize("name", REAL)
def test_the_export_of_an_edit_is_what_resolve_wrote_of_it(
    name: str, data_dir: Path, tmp_path: Path
) -> None:  # rule 14, 6.2
    file = data_dir / "resolve" / "otio" / f"{name}.otio"
    real = bare(json.loads(file.read_text(encoding="utf-8")))
    ours = bare(exported(Double(REAL[name]()), tmp_path))
    if real["OTIO_SCHEMA"] == "Clip.2":
        ours = ours["tracks"]["children"][0]["children"][0]
        real["markers"] = []  # of another program
    assert ours == real


@pytest.mark.parametrize("name", [name for name in REAL if name.startswith("ambiguity")])
def test_a_real_export_comes_in_and_goes_out_the_same(
    name: str, data_dir: Path, tmp_path: Path
) -> None:  # 6.3
    file = data_dir / "resolve" / "otio" / f"{name}.otio"
    spec, _ = showreel()
    double = Double(spec)
    pool = double.resolve.GetProjectManager().GetCurrentProject().GetMediaPool()
    timeline = pool.ImportTimelineFromFile(str(file), {"timelineName": "in"})

    if name == "ambiguity_torture_ref":  # its title has no media
        assert timeline is None
    else:
        assert timeline.GetName() == "in"
        real = json.loads(file.read_text(encoding="utf-8"))
        assert bare(exported(double, tmp_path)) == bare(real)


@pytest.mark.parametrize("name", [name for name in REAL if "torture" not in name])
def test_what_goes_out_comes_in_the_same(name: str, tmp_path: Path) -> None:  # 6.3
    double = Double(REAL[name]())
    told = exported(double, tmp_path)
    pool = double.resolve.GetProjectManager().GetCurrentProject().GetMediaPool()

    assert pool.ImportTimelineFromFile(str(tmp_path / "out.otio"), {"timelineName": "in"})
    assert bare(exported(double, tmp_path)) == bare(told)


@pytest.mark.parametrize("name", REAL)
def test_opentimelineio_reads_every_export(name: str, tmp_path: Path) -> None:
    double = Double(REAL[name]())
    exported(double, tmp_path)
    timeline = opentimelineio.adapters.read_from_file(str(tmp_path / "out.otio"))

    assert timeline.global_start_time.value == double.timeline().first
    assert timeline.duration().value == double.timeline().length
    assert len(timeline.find_clips()) == len(
        [item for item in double.timeline().items if item.type != "transition"]
    )


KEYS = {
    "Timeline.1": {"metadata", "name", "global_start_time", "tracks"},
    "Gap.1": {"metadata", "name", "source_range", "effects", "markers", "enabled"},
    "Marker.2": {"metadata", "name", "color", "marked_range"},
    "TimeEffect.1": {"metadata", "name", "effect_name"},
    "MissingReference.1": {"metadata", "name", "available_range", "available_image_bounds"},
}


def every(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        yield told
    for each in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from every(each)


def test_objects_have_the_keys_of_resolve(tmp_path: Path) -> None:  # rule 14
    told = [
        *every(exported(Double(torture()), tmp_path)),
        *every(exported(Double(ramp()), tmp_path)),
    ]
    for schema, keys in KEYS.items():
        found = [set(each) - {"OTIO_SCHEMA"} for each in told if each.get("OTIO_SCHEMA") == schema]
        assert found
        assert all(each == keys for each in found)


def test_custom_data_is_not_exported_and_colours_are_lossy(tmp_path: Path) -> None:  # rule 14
    spec, media = showreel()
    cut = spec.timeline(rate=50)
    cut.clip(media, length=100)
    cut.marker(7, "Mint", "n", "note", custom="secret")
    text = json.dumps(exported(Double(spec), tmp_path))

    assert "secret" not in text
    assert '"comment"' not in text
    assert '"GREEN"' in text


def test_an_item_marker_is_exported_in_source_space(tmp_path: Path) -> None:  # rule 5, 6.2
    spec = embedded()
    spec.told["timelines"][0]["items"][0]["markers"] = [[54, "Green", "AyonData", "", 1, ""]]
    for mode, value in (("source", 90054.0), ("clip", 90086.0)):
        double = Double(spec, item_markers=mode)
        if mode == "clip":
            double.timeline().items[0].AddMarker(54, "Green", "AyonData", "", 1, "")
        clip = exported(double, tmp_path)["tracks"]["children"][0]["children"][0]
        values = [each["marked_range"]["start_time"]["value"] for each in clip["markers"]]
        assert values == ([value] if mode == "source" else [])


@pytest.mark.parametrize(("form", "rate"), [("short", 23.976), ("float32", 23.976024627685547)])
def test_the_rate_of_film_is_written_in_two_ways(form: str, rate: float, tmp_path: Path) -> None:
    spec = ProjectSpec(rate="23.976")
    spec.timeline(rate="23.976").clip(spec.media("/a.mov", fps="23.976"))
    start = exported(Double(spec, otio_rate=form), tmp_path)["global_start_time"]

    assert (start["rate"], start["value"]) == (rate, 86400.0)


def test_a_compound_clip_is_a_stack_of_what_is_inside(tmp_path: Path) -> None:
    spec, media = showreel()
    nested, inside = spec.nested("Compound Clip 1", rate=50)
    inside.clip(media, length=100, source=20)
    spec.timeline(rate=50).clip(nested, length=40, source=30)
    stack = exported(Double(spec), tmp_path)["tracks"]["children"][0]["children"][0]

    assert (stack["OTIO_SCHEMA"], stack["name"]) == ("Stack.1", "Compound Clip 1")
    assert stack["source_range"]["start_time"]["value"] == 30
    clip = stack["children"][0]["children"][0]
    assert clip["source_range"]["start_time"]["value"] == 1800020


def test_a_subclip_is_exported_with_the_range_of_its_file(tmp_path: Path) -> None:
    spec = ProjectSpec()
    whole = spec.media("/a.mov", frames=1000, start="10:00:00:00")
    spec.timeline().clip(spec.subclip(whole, first=240, frames=100), source=10, length=24)
    clip = exported(Double(spec), tmp_path)["tracks"]["children"][0]["children"][0]
    available = clip["media_references"]["DEFAULT_MEDIA"]["available_range"]

    assert clip["source_range"]["start_time"]["value"] == 864250
    assert available["start_time"]["value"] == 864000
    assert available["duration"]["value"] == 1000


def test_a_reversed_source_start_has_floating_noise(tmp_path: Path) -> None:  # 6.2
    double = Double(REAL["ayon_clip_img_seq_reverse_speed_no_tc"]())
    clip = exported(double, tmp_path)["tracks"]["children"][0]["children"][0]
    assert clip["source_range"]["start_time"]["value"] == 20.000000000000004


def test_offline_media_is_a_missing_reference_with_its_path(tmp_path: Path) -> None:
    spec = ProjectSpec()
    spec.timeline().clip(spec.media("/gone/a.mov", online=False))
    clip = exported(Double(spec), tmp_path)["tracks"]["children"][0]["children"][0]
    reference = clip["media_references"]["DEFAULT_MEDIA"]

    assert reference["OTIO_SCHEMA"] == "MissingReference.1"
    assert reference["metadata"] == {"Resolve_OTIO": {"Media Url": "/gone/a.mov"}}


@pytest.mark.parametrize("kind", ["EXPORT_OTIO", "otio", None, 14, True])
def test_only_a_live_constant_exports(kind: Any, tmp_path: Path) -> None:  # rule 14
    double = Double(base())
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert timeline.Export(str(tmp_path / "a.otio"), kind, double.resolve.EXPORT_NONE) is False
    assert list(tmp_path.iterdir()) == []


def test_an_export_into_a_missing_folder_is_false(tmp_path: Path) -> None:
    double = Double(base())
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert timeline.Export(str(tmp_path / "no" / "a.otio"), double.resolve.EXPORT_OTIO) is False


def test_fcpxml_1_10_is_a_folder(tmp_path: Path) -> None:  # rule 14
    double = Double(base())
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    place = tmp_path / "a.fcpxmld"
    assert timeline.Export(str(place), double.resolve.EXPORT_FCPXML_1_10) is True
    assert [each.name for each in place.iterdir()] == ["Info.fcpxml"]


def test_marker_constants_are_none() -> None:  # 1.2
    assert Double(base()).resolve.MARKER_BLUE is None


# ---- rule 15 and 6.3: what comes in


def importing(change: Callable[[dict[str, Any]], None], tmp_path: Path, **options: Any) -> Any:
    double = Double(base())
    told = exported(double, tmp_path)
    change(told)
    file = tmp_path / "in.otio"
    file.write_text(json.dumps(told), encoding="utf-8")
    pool = double.resolve.GetProjectManager().GetCurrentProject().GetMediaPool()
    return pool.ImportTimelineFromFile(str(file), {"timelineName": "New", **options})


def clips(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in every(told) if each.get("OTIO_SCHEMA") == "Clip.2"]


def test_an_export_comes_back_as_another_timeline(tmp_path: Path) -> None:
    timeline = importing(lambda _: None, tmp_path)
    assert timeline.GetName() == "New"
    assert timeline.GetItemListInTrack("video", 1)[0].GetMediaPoolItem().GetName() == "1128797.mxf"


def test_a_name_that_is_taken_gives_none(tmp_path: Path) -> None:
    assert importing(lambda _: None, tmp_path, timelineName="Timeline 1") is None


def test_without_source_clips_every_item_is_offline(tmp_path: Path) -> None:
    timeline = importing(lambda _: None, tmp_path, importSourceClips=False)
    assert timeline.GetItemListInTrack("video", 1)[0].GetMediaPoolItem() is None


def _no_media(told: dict[str, Any]) -> None:
    clips(told)[0]["media_references"]["DEFAULT_MEDIA"] = {"OTIO_SCHEMA": "MissingReference.1"}


def _from_zero(told: dict[str, Any]) -> None:
    clips(told)[0]["source_range"]["start_time"]["value"] = 0.0


def _as_url(told: dict[str, Any]) -> None:
    clips(told)[0]["media_references"]["DEFAULT_MEDIA"]["target_url"] = "file:///E:/a.mxf"


def _moved(told: dict[str, Any]) -> None:
    clips(told)[0]["media_references"]["DEFAULT_MEDIA"]["target_url"] = "/nowhere/a.mxf"


@pytest.mark.parametrize("change", [_no_media, _from_zero, _as_url, _moved])
def test_what_resolve_does_not_take_gives_none(
    change: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    assert importing(change, tmp_path) is None


def test_notes_come_in_from_resolves_own_key_and_comments_do_not(tmp_path: Path) -> None:
    def mark(told: dict[str, Any]) -> None:
        span = clips(told)[0]["source_range"]
        rate = span["duration"]["rate"]
        time = {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": 3.0}
        told["tracks"]["markers"] = [
            {
                "OTIO_SCHEMA": "Marker.2",
                "name": "n",
                "color": "RED",
                "comment": "lost",
                "metadata": {"shotlog": {"id": 1}, "Resolve_OTIO": {"Note": "kept"}},
                "marked_range": {
                    "OTIO_SCHEMA": "TimeRange.1",
                    "start_time": time,
                    "duration": time,
                },
            }
        ]

    marker = importing(mark, tmp_path).GetMarkers()[3.0]
    assert (marker["note"], marker["color"], marker["customData"]) == ("kept", "Red", "")
