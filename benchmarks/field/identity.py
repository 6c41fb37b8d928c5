"""Films that are equal in every sampled block, and films that replace others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import opentimelineio as otio

from benchmarks.field.case import Case
from benchmarks.field.make import Pixels, ffmpeg, scene
from benchmarks.field.product import analyzed, cuts
from shotlog.engine import Cache, analyze, load_analyzers
from shotlog_otio import read_edit, read_markers

_RATE, _FRAMES = 25, 310
_BLOCK, _BLOCKS = 1 << 16, 32
_SIZE = (192, 120)
_UYVY = ("-c:v", "rawvideo", "-pix_fmt", "uyvy422")
_I420 = ("-c:v", "rawvideo", "-pix_fmt", "yuv420p")
_DNXHR = ("-c:v", "dnxhd", "-profile:v", "dnxhr_444", "-pix_fmt", "yuv444p10le")
_DPX = ("-c:v", "dpx", "-pix_fmt", "gbrp10le")

# 32 blocks of a file are 1/31 of its length apart: 10 of 310 frames. Another scene between two of
# them, frames 151 to 158, is in no block: it begins at 6.04 s and ends at 6.36 s.
_INSERT = (151, 159)
_PLAIN = "cuts none, end 12.4"
_CUT = "cuts 6.04 6.36, end 12.4"


def _film(path: Path, *codec: str, inserted: bool, size: tuple[int, int] = _SIZE) -> Path:
    """Make a film of one scene, optionally with another scene from one frame up to another."""
    path.write_bytes(_content(path.suffix, codec, inserted, size))
    return path


@lru_cache(maxsize=2)  # neighbouring cases use the same two films, 142 MB at most
def _content(suffix: str, codec: tuple[str, ...], inserted: bool, size: tuple[int, int]) -> bytes:
    pictures = list(scene(0, _FRAMES, size))
    if inserted:
        pictures[slice(*_INSERT)] = scene(5, _INSERT[1] - _INSERT[0], size)
    with TemporaryDirectory() as folder:
        return _encoded(Path(folder) / f"film{suffix}", pictures, *codec).read_bytes()


def _encoded(path: Path, pictures: list[Pixels], *codec: str) -> Path:
    height, width, _ = pictures[0].shape
    given = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(_RATE))
    raw = b"".join(picture.tobytes() for picture in pictures)
    ffmpeg(*given, "-i", "-", *codec, "-fflags", "+bitexact", path, given=raw)
    return path


def _sampled(path: Path) -> list[bytes]:
    """Return the 32 blocks that a sampling hash reads of a file."""
    content = path.read_bytes()
    last = len(content) - _BLOCK
    places = (last * n // (_BLOCKS - 1) for n in range(_BLOCKS))
    return [content[place : place + _BLOCK] for place in places]


def _must_look_alike(one: Path, other: Path) -> None:
    """Check the case itself: files of equal size and equal blocks, but different content."""
    if _sampled(one) != _sampled(other) or one.stat().st_size != other.stat().st_size:
        raise RuntimeError("a sample tells these two films apart")
    if one.read_bytes() == other.read_bytes():
        raise RuntimeError("these two films are the same")


def _two_films(suffix: str, *codec: str, size: tuple[int, int] = _SIZE) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        one = _film(folder / f"one.{suffix}", *codec, inserted=False, size=size)
        two = _film(folder / f"two.{suffix}", *codec, inserted=True, size=size)
        _must_look_alike(one, two)
        return " | ".join(cuts(analyzed(folder, film)) for film in (one, two))

    return tell


def _small(path: Path, inserted: bool) -> Path:
    return _film(path, *_UYVY, inserted=inserted)


def _large(path: Path, inserted: bool) -> Path:
    """Make a film of 71 MB: above the limit for a full read."""
    return _film(path, *_UYVY, inserted=inserted, size=(400, 288))


def _written_over(make: Callable[[Path, bool], Path]) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        film, other = make(folder / "render.mov", False), make(folder / "other.mov", True)
        _must_look_alike(film, other)
        before, dates = cuts(analyzed(folder, film)), film.stat()
        shutil.copyfile(other, film)
        os.utime(film, ns=(dates.st_atime_ns, dates.st_mtime_ns))
        return f"{before} | {cuts(analyzed(folder, film))}"

    return tell


def _large_of_one_date(folder: Path) -> str:
    films = [_large(folder / f"{n}.mov", n == 1) for n in range(2)]
    _must_look_alike(*films)
    for film in films:
        os.utime(film, (10**9, 10**9))
    return " | ".join(cuts(analyzed(folder, film)) for film in films)


def _timeline(path: Path, clips: list[tuple[object, int, int]]) -> Path:
    """Return a timeline of one track; each clip is a reference, its frames and its rate."""
    made = otio.schema.Timeline("edit")
    track = otio.schema.Track("V1", kind="Video")
    for number, (reference, frames, rate) in enumerate(clips):
        span = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(frames, rate)
        )
        reference.available_range = span  # type: ignore[attr-defined]
        track.append(otio.schema.Clip(f"clip {number}", reference, span))
    made.tracks.append(track)
    otio.adapters.write_to_file(made, str(path))
    return path


def _in_one_timeline(folder: Path) -> str:
    films = [_film(folder / f"{n}.avi", *_I420, inserted=n == 1) for n in range(2)]
    _must_look_alike(*films)
    clips = [(otio.schema.ExternalReference(f.as_uri()), _FRAMES, _RATE) for f in films]
    return cuts(analyzed(folder, _timeline(folder / "edit.otio", list(clips))))


# DPX of 384 x 216 and 4 bytes a pixel; a head and a tail of 64 KiB are 42.6 lines each: black bars.
def _letterboxed(folder: Path, *numbers: int) -> Path:
    folder.mkdir()
    pictures = list(chain(*(scene(number, 15, (384, 216)) for number in numbers)))
    for picture in pictures:
        picture[:44] = picture[-44:] = 0
    _encoded(folder / "film.%04d.dpx", pictures, *_DPX)
    return folder


def _sequence(folder: Path, rate: int = 24, first: int = 1) -> object:
    return otio.schema.ImageSequenceReference(
        folder.as_uri() + "/", "film.", ".dpx", start_frame=first, frame_step=1, rate=rate,
        frame_zero_padding=4,
    )  # fmt: skip


def _two_sequences(folder: Path) -> str:
    told = []
    for name, numbers in (("one", (0, 0)), ("two", (1, 2))):
        pictures = _letterboxed(folder / name, *numbers)
        edit = _timeline(folder / f"{name}.otio", [(_sequence(pictures), 30, 24)])
        told.append(cuts(analyzed(folder, edit)))
    return " | ".join(told)


def _one_sequence_at_two_rates(folder: Path) -> str:
    pictures = _letterboxed(folder / "film", 1, 2)
    clips = [(_sequence(pictures, rate), 30, rate) for rate in (25, 10)]
    return cuts(analyzed(folder, _timeline(folder / "edit.otio", clips)))


def _places(film: Path) -> Iterator[Path]:
    """Analyse a film that is copied, renamed and touched, one after the other."""
    yield film
    yield Path(shutil.copyfile(film, film.with_name("copy.avi")))
    yield film.rename(film.with_name("renamed.avi"))
    os.utime(film.with_name("renamed.avi"), (10**9, 10**9))
    yield film.with_name("renamed.avi")


def _wherever_it_lies(folder: Path) -> str:
    film = _film(folder / "film.avi", *_I420, inserted=True)
    told = []
    for place in _places(film):
        reference = otio.schema.ExternalReference(place.as_uri())
        edit = _timeline(folder / "edit.otio", [(reference, _FRAMES, _RATE)])
        with Cache(folder / "cache.sqlite") as cache:
            log = analyze(read_edit(edit), load_analyzers(), cache)
            told.append(f"{cache.decoded_seconds:.1f} s read, {cuts(log)}")
    return "; ".join(told)


def _marker_of_a_touched_film(on: str) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        film, marked = _small(folder / "film.mov", False), folder / "marked.otio"
        reference = otio.schema.ExternalReference(film.as_uri())
        edit = _timeline(folder / "edit.otio", [(reference, _FRAMES, _RATE)])
        with patch(
            "shotlog.media.container.identity.MAX_FULL_READ", 1 << 20
        ):  # as if the film were large
            before = analyzed(folder, edit, "-o", marked, "--on", on)
            _edit_marker(marked, on)
            film.touch()
            after = analyzed(folder, marked, "-o", marked, "--on", on)
        if before.shots[0].content_id == after.shots[0].content_id:
            raise RuntimeError("the film is still the same")
        return ", ".join(marker.name for marker in read_markers(marked))

    return tell


def _edit_marker(marked: Path, on: str) -> None:
    """Rename the only marker, and move it by one second."""
    edit = otio.adapters.read_from_file(str(marked))
    (marker,) = (edit.tracks if on == "timeline" else edit.tracks[0][0]).markers
    marker.name = "the editor's"
    start, later = marker.marked_range.start_time, otio.opentime.RationalTime(_RATE, _RATE)
    marker.marked_range = otio.opentime.TimeRange(start + later, marker.marked_range.duration)
    otio.adapters.write_to_file(edit, str(marked))


_READ, _HELD = f"12.4 s read, {_CUT}", f"0.0 s read, {_CUT}"

CASES: tuple[Case, ...] = (
    Case(
        "identity", "two uncompressed AVIs, one with another scene between the samples",
        f"{_PLAIN} | {_CUT}", _two_films("avi", *_I420),
    ),
    Case(
        "identity", "two uncompressed MOVs (UYVY), likewise",
        f"{_PLAIN} | {_CUT}", _two_films("mov", *_UYVY),
    ),
    Case(
        "identity", "two MXFs of DNxHR, likewise",
        f"{_PLAIN} | {_CUT}", _two_films("mxf", *_DNXHR, size=(320, 180)),
    ),
    # 30 pictures at 24 per second; the second film has its cut after 15 of them.
    Case(
        "identity", "two letterboxed DPX sequences, heads and tails of all pictures black",
        "cuts none, end 1.25 | cuts 0.625, end 1.25", _two_sequences,
    ),
    # At 25 per second 15 pictures take 0.6 s and all 1.2 s; at 10 per second 1.5 s and 3 s.
    Case(
        "identity", "one DPX sequence in one timeline, at 25 and at 10 pictures per second",
        "cuts 0.6 1.2 2.7, end 4.2", _one_sequence_at_two_rates,
    ),
    Case(
        "identity", "a render over the same name, its dates set back",
        f"{_PLAIN} | {_CUT}", _written_over(_small),
    ),
    Case(
        "identity", "a render of 71 MB over the same name, its dates set back",
        f"{_PLAIN} | {_CUT}", _written_over(_large),
    ),
    Case(
        "identity", "two renders of 71 MB, dated alike at one moment",
        f"{_PLAIN} | {_CUT}", _large_of_one_date,
    ),
    # The second clip begins at 12.4 s.
    Case(
        "identity", "two films alike in every sample, in one timeline",
        "cuts 12.4 18.44 18.76, end 24.8", _in_one_timeline,
    ),
    Case(
        "identity", "a film that is copied, renamed and touched is decoded once",
        "; ".join([_READ, _HELD, _HELD, _HELD]), _wherever_it_lies,
    ),
    Case(
        "identity", "a large film that is touched, its marker renamed and moved by an editor",
        "the editor's", _marker_of_a_touched_film("timeline"),
    ),
    Case(
        "identity", "the same, its marker on the clip",
        "the editor's", _marker_of_a_touched_film("clips"),
    ),
)  # fmt: skip
