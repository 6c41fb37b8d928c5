"""``shotlog render`` as a user types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.schema import CropKey, CropPath, FrameNeed, Marker, MarkerFamily, Reframing, TimeRange
from shotlog_otio import (
    MediaPiece,
    make_timeline_of_pieces,
    read_edit,
    write_markers,
    write_reframing,
)
from tests.delivery.encode.fake_ffmpeg import script
from tests.delivery.encode.films import (
    film,
    numbers,
    opened,
    pictures,
    sound_of,
    stream_facts,
    tone,
)

FAST = ("--encoder", "h264:preset=ultrafast,crf=12")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "film.mp4", sound=tone(72 / 25))


@pytest.fixture
def cut(source: Path, tmp_path: Path) -> Path:
    """A timeline of frames 10 to 29 and 40 to 59 of the film."""
    media = opened(source)
    spans = (TimeRange.between(Fraction(a, 25), Fraction(b, 25)) for a, b in ((10, 30), (40, 60)))
    path = tmp_path / "cut.otio"
    path.write_bytes(make_timeline_of_pieces([MediaPiece(media, span) for span in spans], "cut"))
    return path


def render(*words: object) -> Result:
    return CliRunner().invoke(main, ["render", *map(str, words)])


def test_a_timeline_becomes_a_file(cut: Path, tmp_path: Path) -> None:
    done = render(cut, "-o", tmp_path / "out.mp4", *FAST)
    assert done.exit_code == 0, done.output
    assert numbers(tmp_path / "out.mp4") == [*range(10, 30), *range(40, 60)]
    assert "40 frames, libx264" in done.output


def test_media_are_rendered_at_another_rate_and_size(source: Path, tmp_path: Path) -> None:
    done = render(source, "-o", tmp_path / "out.mp4", "--rate", "12.5", "--size", "128x72", *FAST)
    assert done.exit_code == 0, done.output
    assert numbers(tmp_path / "out.mp4") == list(range(0, 72, 2))
    assert stream_facts(tmp_path / "out.mp4")["size"] == (128, 72)


def test_each_range_becomes_a_file_in_a_folder(cut: Path, tmp_path: Path) -> None:
    ranges = ("--range", "00:00:00:05-00:00:00:10", "--range", "00:00:01:10-")
    done = render(cut, *ranges, "-o", tmp_path / "out", "--jobs", "2", *FAST)
    assert done.exit_code == 0, done.output
    assert numbers(tmp_path / "out" / "cut-01.mp4") == [15, 16, 17, 18, 19]
    assert numbers(tmp_path / "out" / "cut-02.mp4") == [55, 56, 57, 58, 59]
    assert len([*(tmp_path / "out").iterdir()]) == 2


def test_each_highlight_becomes_a_file_that_is_called_after_it(cut: Path, tmp_path: Path) -> None:
    marked = tmp_path / "cut.highlights.otio"
    edit = read_edit(cut)
    markers = [
        Marker(
            id=f"h{n}", family=MarkerFamily.HIGHLIGHT, name=f"HL {n} · 9{n}", note="",
            frame=first, duration=5, rate=edit.rate,
        )
        for n, first in ((1, 3), (2, 22))
    ]  # fmt: skip
    write_markers(cut, marked, markers, edit)
    done = render(marked, "--highlights", "-o", tmp_path / "out", *FAST)
    assert done.exit_code == 0, done.output
    first, second = sorted((tmp_path / "out").iterdir())
    assert first.name == "cut.highlights-01-HL_1_91.mp4"
    assert (numbers(first), numbers(second)) == ([13, 14, 15, 16, 17], [42, 43, 44, 45, 46])


def test_a_timeline_without_highlights_has_none_to_render(cut: Path, tmp_path: Path) -> None:
    done = render(cut, "--highlights", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "no highlight marker" in done.output


def test_crops_of_a_file_are_used(cut: Path, tmp_path: Path) -> None:
    keys = (CropKey(at=Fraction(0), x=1 / 16, y=0.5),)  # the first of the eight bars
    paths = tuple(
        CropPath(clip=each.id, name=each.name, width=64, height=36, keys=keys)
        for each in read_edit(cut).clips
    )
    crops = Reframing(aspect=Fraction(1, 4), backend="pinned", paths=paths)
    (tmp_path / "crops.json").write_text(crops.model_dump_json())
    done = render(
        cut, "--reframing", tmp_path / "crops.json", "--json", "-o", tmp_path / "o.mp4", *FAST
    )
    assert done.exit_code == 0, done.output
    (file,) = json.loads(done.stdout)["files"]
    assert file["size"] == [36, 144]
    assert file["frames"] == 40
    told = render(cut, "--reframing", cut, "-o", tmp_path / "o.mp4")
    assert told.exit_code == 1
    assert "there are no crops in it" in told.output


def test_key_frames_that_an_editor_set_in_a_timeline_are_used(cut: Path, tmp_path: Path) -> None:
    edit, out = read_edit(cut), tmp_path / "vertical.otio"
    keys = (CropKey(at=Fraction(0), x=15 / 16, y=0.5),)  # the last of the eight bars
    paths = tuple(
        CropPath(clip=each.id, name=each.name, width=64, height=36, keys=keys)
        for each in edit.clips
    )
    crops = Reframing(aspect=Fraction(1, 4), backend="center", paths=paths)
    write_reframing(cut, out, crops, edit, size=(36, 144), name="cut 1x4")
    data = json.loads(out.read_text())
    first, second = (
        {each["Parameter ID"]: each for each in clip["effects"][0]["metadata"]["Resolve_OTIO"][
            "Parameters"]}
        for clip in data["tracks"]["children"][0]["children"] if clip.get("effects")
    )  # fmt: skip
    first["transformationPan"]["Parameter Value"] *= -1  # the first bar
    second["transformationZoomX"]["Parameter Value"] *= 2
    out.write_text(json.dumps(data))
    done = render(cut, "--reframing", out, "-o", tmp_path / "o.mp4", *FAST)
    assert done.exit_code == 0, done.output
    shown = pictures(tmp_path / "o.mp4", FrameNeed(width=36, height=144))
    lit = [float(picture[72, 16]) > 128 for picture in shown[:20]]
    assert lit == [bool(number & 1) for number in range(10, 30)]
    assert "zooms width and height apart" in " ".join(done.output.split())


def test_an_aspect_is_filled_by_new_crops_and_lost_subjects_are_told(
    cut: Path, tmp_path: Path
) -> None:
    fixed = ("--aspect", "1:4", "--backend", "center:x=0.0625")
    done = render(cut, *fixed, "-o", tmp_path / "out.mp4", *FAST)
    assert done.exit_code == 0, done.output
    need = FrameNeed(width=36, height=144)
    shown = pictures(tmp_path / "out.mp4", need)
    lit = [float(picture[72, 16]) > 128 for picture in shown]
    assert lit == [bool(number & 1) for number in (*range(10, 30), *range(40, 60))]
    followed = render(cut, "--aspect", "9:16", "-o", tmp_path / "followed.mp4", *FAST)
    assert followed.exit_code == 0, followed.output
    assert "without a subject, first at 00:00:00:" in " ".join(followed.output.split())
    unknown = render(cut, "--aspect", "1:1", "--backend", "cat", "-o", tmp_path / "o.mp4")
    assert unknown.exit_code == 1
    assert "cat" in unknown.output


def test_explain_shows_the_plan_and_writes_nothing(cut: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    told = render(cut, "--explain", "--aspect", "9:16", "--loudness", "-14", "--json")
    assert told.exit_code == 0, told.output
    (plan,) = json.loads(told.stdout)["files"]
    assert (plan["size"], plan["frames"], plan["aspect"]) == ([36, 64], 40, "9/16")
    assert (plan["sounds"], plan["own_sound"], plan["loudness"]) == (2, True, -14)
    table = render(cut, "--explain", "--aspect", "9:16")
    assert "cropped to 9:16" in " ".join(table.output.split())
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_rendered_is_named_and_strict_refuses_it(
    source: Path, tmp_path: Path
) -> None:
    lost = film(tmp_path / "lost.mp4", frames=10)
    cut = tmp_path / "cut.otio"
    pieces = [
        MediaPiece(opened(path), TimeRange(start=Fraction(0), duration=Fraction(10, 25)))
        for path in (source, lost)
    ]
    cut.write_bytes(make_timeline_of_pieces(pieces, "cut"))
    lost.unlink()
    refused = render(cut, "--strict", "-o", tmp_path / "out.mp4", *FAST)
    assert refused.exit_code == 1
    assert "lost.mp4" in refused.output
    assert not (tmp_path / "out.mp4").exists()
    done = render(cut, "-o", tmp_path / "out.mp4", *FAST)
    assert done.exit_code == 0
    assert "left out: lost.mp4" in done.output
    assert numbers(tmp_path / "out.mp4") == [*range(10), *[-1] * 10]


PROJECT = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.10">
<resources><format id="r1" frameDuration="1/25s" width="64" height="36"/>
<asset id="film" name="film" start="0s" duration="72/25s" format="r1" hasVideo="1" hasAudio="1"
 audioSources="1" audioChannels="1" audioRate="48000"><media-rep kind="original-media" src="{}"/>
</asset><effect id="t" name="Title" uid=".../Title.moti"/></resources>
<library><event name="e"><project name="p"><sequence format="r1" duration="70/25s"><spine>
<asset-clip ref="film" name="loud" offset="0s" start="0s" duration="25/25s"/>
<asset-clip ref="film" name="soft" offset="25/25s" start="25/25s" duration="25/25s">
<adjust-volume amount="-20dB"/></asset-clip>
<title ref="t" name="The End" offset="50/25s" duration="20/25s"/>
</spine></sequence></project></event></library></fcpxml>"""


def test_levels_are_heard_and_titles_are_named(source: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.fcpxml"
    cut.write_text(PROJECT.format(source.as_uri()))
    done = render(cut, "-o", tmp_path / "out.mov", "--encoder", "prores:profile=proxy")
    assert done.exit_code == 0, done.output
    assert "left out: title 'The End' at 2.00 s" in " ".join(done.output.split())
    assert done.output.count("left out:") == 1
    shown = numbers(tmp_path / "out.mov")
    assert shown == [*range(50), *[-1] * 20]
    heard = abs(sound_of(tmp_path / "out.mov")[0])
    loud, soft, silent = (heard[48_000 * a // 10 : 48_000 * b // 10].max() for a, b in
                          ((2, 8), (12, 18), (22, 26)))  # fmt: skip
    assert soft == pytest.approx(loud / 10, rel=0.1)
    assert silent == 0
    refused = render(cut, "--strict", "-o", tmp_path / "strict.mp4")
    assert refused.exit_code == 1
    assert "title 'The End' cannot be rendered" in " ".join(refused.output.split())


def test_subtitles_beside_the_timeline_are_burnt_in(source: Path, tmp_path: Path) -> None:
    wide = film(tmp_path / "wide.mp4", size=(320, 180))
    text = "1\n00:00:00,400 --> 00:00:02,000\nHere it is\n"
    (tmp_path / "wide.srt").write_text(text)
    for words, name in (((), "plain.mp4"), (("--subtitles",), "texts.mp4")):
        done = render(wide, "-o", tmp_path / name, *FAST, *words)
        assert done.exit_code == 0, done.output
    need = FrameNeed(width=320, height=180)
    shown = (pictures(tmp_path / name, need) for name in ("plain.mp4", "texts.mp4"))
    changed = [
        bool((abs(a[140:] - 1.0 * b[140:]) > 120).any()) for a, b in zip(*shown, strict=True)
    ]
    assert changed == [10 <= number < 50 for number in range(72)]
    told = render(source, "--subtitles", "-o", tmp_path / "out.mp4")
    assert told.exit_code == 1
    assert "there are no subtitles of this name" in told.output


def test_a_title_comes_before_the_film_and_its_subtitles_come_later(tmp_path: Path) -> None:
    wide = film(tmp_path / "wide.mp4", size=(320, 180), frames=50)
    (tmp_path / "wide.srt").write_text("1\n00:00:00,400 --> 00:00:01,600\nHere it is\n")
    title = ("--extra", "title:text=Hello,seconds=0.8")
    done = render(wide, *title, "--subtitles", "-o", tmp_path / "out.mp4", *FAST)
    assert done.exit_code == 0, done.output
    assert render(wide, "-o", tmp_path / "plain.mp4", *FAST).exit_code == 0
    need = FrameNeed(width=320, height=180)
    made, plain = (pictures(tmp_path / name, need) for name in ("out.mp4", "plain.mp4"))
    assert len(made) == 70
    assert all(picture[80:100].max() > 150 for picture in made[:20])  # the title on black
    assert all(picture[:40].max() < 30 for picture in made[:20])
    texts = [bool((abs(a[140:] - 1.0 * b[140:]) > 120).any())
             for a, b in zip(made[20:], plain, strict=True)]  # fmt: skip
    assert texts == [10 <= number < 40 for number in range(50)]


def test_music_is_heard_under_the_film(tmp_path: Path) -> None:
    silent = film(tmp_path / "silent.mp4")
    beds = tmp_path / "beds"
    beds.mkdir()
    film(beds / "bed.mov", frames=150, sound=tone(6)).rename(beds / "bed.m4a")
    done = render(silent, "--extra", f"music:folder={beds}", "-o", tmp_path / "out.mp4", *FAST)
    assert done.exit_code == 0, done.output
    heard = abs(sound_of(tmp_path / "out.mp4")[0])
    assert heard[48_000:72_000].max() > 0.01
    assert "music: bed.m4a" in " ".join(done.output.split())


def test_extras_are_listed_and_wrong_ones_are_told(cut: Path, tmp_path: Path) -> None:
    assert "title: words=" in render("--extra", "list").output
    told = render(cut, "--extra", "title:size=3", "-o", tmp_path / "out.mp4")
    assert told.exit_code == 1
    assert "no parameter 'size'" in told.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--range", "00:00:09:00-"), "outside"),
        (("--range", "00:00:01:00-00:00:00:10"), "no range"),
        (("--encoder", "h263"), "no such encoder"),
        (("--size", "big"), "no size like"),
        (("--hdr", "maybe"), "'maybe' is not one of"),
        (("--style", "gold", "--subtitles", "absent.srt"), "no subtitles of this name"),
        (("--ffmpeg", "/absent/ffmpeg"), "cannot be run"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(
    cut: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = render(cut, *words, "-o", tmp_path / "out.mp4")
    assert done.exit_code in (1, 2)
    assert told in " ".join(done.output.split())
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ("1920x1080", "1920x1080: the crops have another aspect, 9:16"),
        ("1081x1920", "1081x1920: width and height must be even"),
    ],
)
def test_a_wrong_size_is_told_before_any_file_is_opened(
    tmp_path: Path, size: str, told: str
) -> None:
    absent, out = tmp_path / "absent.otio", tmp_path / "out.mp4"
    done = render(absent, "--aspect", "9:16", "--size", size, "-o", out)
    assert done.exit_code == 1
    assert told in " ".join(done.output.split())
    assert not out.exists()


def test_media_and_other_kinds_of_files_are_never_replaced(
    cut: Path, source: Path, tmp_path: Path
) -> None:
    before = source.read_bytes()
    assert render(cut, "-o", source).exit_code == 1
    assert source.read_bytes() == before
    told = render(cut, "-o", tmp_path / "out.mov")
    assert "Give a name that ends in .mp4" in told.output
    several = render(cut, *("--range", "00:00:00:00-") * 2, "-o", tmp_path / "out.mp4")
    assert "Give a folder" in several.output


def test_encoders_are_listed() -> None:
    told = render("--encoder", "list")
    assert told.exit_code == 0
    assert "h264: crf=18" in told.output


def test_ctrl_c_ends_all_renders_and_leaves_nothing(cut: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    slow = script(
        tmp_path / "ffmpeg",
        "import os, pathlib, time\n"
        "from shotlog.delivery.encode import find_ffmpeg\n"
        "if 'rawvideo' in sys.argv:\n"
        f"    pathlib.Path({str(begun)!r}).touch()\n"
        "    while sys.stdin.buffer.read(1000): time.sleep(0.1)\n"
        "real = str(find_ffmpeg(environ={**os.environ, 'SHOTLOG_FFMPEG': ''}).path)\n"
        "os.execv(real, [real, *sys.argv[1:]])\n",
    )
    ranges = ("--range", "00:00:00:00-00:00:01:00", "--range", "00:00:01:00-")
    command = [
        sys.executable, "-m", "shotlog", "render", str(cut), *ranges, "-o", str(tmp_path / "out"),
        "--jobs", "2", "--ffmpeg", str(slow),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        while not begun.exists() and process.poll() is None:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        process.communicate()
    assert process.returncode == 130
    assert [*(tmp_path / "out").iterdir()] == []
