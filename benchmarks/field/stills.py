"""Still pictures, and image sequences with gaps or named by a pattern."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import opentimelineio as otio
from PIL import Image

from benchmarks.field.case import Case
from benchmarks.field.heif import Grid, grid_picture
from benchmarks.field.make import ffmpeg, film, scene
from benchmarks.field.product import analyzed, cuts, faults, shotlog
from shotlog.media import FrameReader, probe
from shotlog.schema import FrameNeed, Log, MediaReference, TimeRange

_SIZE = (160, 90)
_NUMBERED = (64, 36)
"""Width and height of numbered pictures, of which a case has a hundred."""
_RATE = 24


def _span(start: float, length: float, rate: float = _RATE) -> Any:
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate)
    )


def _clip(
    media: Path | str | Any,
    source: tuple[float, float] | None,
    available: tuple[float, float] | None = None,
    *effects: Any,
) -> Any:
    """Return a clip; ranges are in frames at 24 fps."""
    if isinstance(media, Path):
        media = media.as_uri()
    reference = otio.schema.ExternalReference(media) if isinstance(media, str) else media
    reference.available_range = available and _span(*available)
    clip = otio.schema.Clip("clip", reference, source and _span(*source))
    clip.effects.extend(effects)
    return clip


def _saved(folder: Path, *items: Any) -> Path:
    """Write a timeline of one track."""
    track = otio.schema.Track("V1", kind="Video")
    track.extend(items)
    timeline = otio.schema.Timeline("cut", global_start_time=otio.opentime.RationalTime(0, _RATE))
    timeline.tracks.append(track)
    path = folder / "cut.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def _said(log: Log, folder: Path) -> str:
    """Return cuts and problems, without the paths of this machine."""
    words = f"{cuts(log)}; {faults(log)}"
    for place in (folder.as_uri() + "/", f"{folder}/"):
        words = words.replace(place, "")
    return words


def _told(folder: Path, *items: Any) -> str:
    return _said(analyzed(folder, _saved(folder, *items)), folder)


# Stills. At 24 frames per second a clip of 120 frames is 5 s, and all of it is one shot.


def _photo(folder: Path, name: str, encoded: str = "") -> Path:
    """Write a picture in the format of its suffix, or in another under that suffix."""
    path, picture = folder / name, folder / "picture.bmp"
    cv2.imwrite(str(picture), next(scene(0, 1, _SIZE)))
    ffmpeg("-i", picture, "-frames:v", "1", folder / (encoded or name))
    return (folder / encoded).rename(path) if encoded else path


def _still(
    name: str,
    source: tuple[float, float] | None,
    available: tuple[float, float] | None,
    *effects: Any,
    encoded: str = "",
) -> Callable[[Path], str]:
    return lambda folder: _told(
        folder, _clip(_photo(folder, name, encoded), source, available, *effects)
    )


def _still_in_a_nest(folder: Path) -> str:
    """Analyse 48 frames of a reversed nest at half speed, from its frame 24 on."""
    inner = otio.schema.Track("V1", kind="Video")
    inner.append(_clip(_photo(folder, "a.png"), (86312, 120), (0, 1)))
    nest = otio.schema.Stack("nest")
    nest.append(inner)
    nest.source_range = _span(24, 48)
    nest.effects.append(otio.schema.LinearTimeWarp(time_scalar=-0.5))
    return _told(folder, nest)


def _stills_and_a_film(folder: Path) -> str:
    moving = film(folder / "b.mp4", scenes=1, length=48, rate=_RATE, size=_SIZE)
    photo = _photo(folder, "a.png")
    return _told(
        folder,
        _clip(photo, (0, 48), (0, 1)),
        _clip(moving, (0, 24), (0, 48)),
        _clip(photo, (500, 24), (0, 1)),
    )


def _film_in_disguise(name: str, encoded: str) -> Callable[[Path], str]:
    """Analyse a film of 2 scenes of 12 frames at 24 fps, in a format of still pictures."""

    def tell(folder: Path) -> str:
        made = film(folder / "film.mkv", scenes=2, length=12, rate=_RATE, size=_SIZE)
        ffmpeg("-i", made, *encoded.split(), folder / name)
        return _told(folder, _clip(folder / name, (0, 24), (0, 24)))

    return tell


def _film_of_one_frame(folder: Path) -> str:
    path = film(folder / "a.mp4", scenes=1, length=1, rate=_RATE, size=_SIZE)
    return _told(folder, _clip(path, (0, 120), (0, 120)))


def _photo_alone(name: str) -> Callable[[Path], str]:
    return lambda folder: _said(analyzed(folder, _photo(folder, name)), folder)


def _icon(folder: Path) -> str:
    """Write an icon with four sizes of one picture."""
    path = folder / "a.ico"
    Image.fromarray(next(scene(0, 1, _SIZE))).save(path, sizes=[(n, n) for n in (16, 24, 32, 48)])
    return _told(folder, _clip(path, (86312, 120), (0, 1)))


def _sequence_of_one(folder: Path) -> str:
    _pictures(folder, scenes=1, length=1)
    return _told(folder, _clip(_sequence(folder), (0, 120), (0, 1)))


def _ramp() -> Any:
    """Return a speed effect of three keyframes in DaVinci Resolve's form."""
    made = otio.schema.TimeEffect(effect_name="Retime")
    made.metadata["Resolve_OTIO"] = {"Key Frames": [[0.0, 0.0], [1.0, 3.0], [2.0, 4.0]]}
    return made


def _ramped_nest(folder: Path) -> str:
    nest = otio.schema.Stack("nest", children=[_clip(_photo(folder, "a.png"), (0, 120), (0, 1))])
    nest.effects.append(_ramp())
    return _told(folder, nest)


def _animated_webp(folder: Path) -> str:
    first, *others = (Image.fromarray(picture) for picture in scene(0, 5, _SIZE))
    first.save(folder / "a.webp", save_all=True, append_images=others, duration=40)
    return _told(folder, _clip(folder / "a.webp", (0, 120), (0, 1)))


def _jpeg_xl(folder: Path) -> str:
    return _told(folder, _clip(_photo(folder, "a.jxl"), (0, 120), (0, 1)))


def _cropped(name: str, codec: str, alone: bool) -> Callable[[Path], str]:
    """Return the size and content of a HEIF picture that is cropped to its centre."""

    def tell(folder: Path) -> str:
        # White from 40 to 160 across and from 20 to 110 down, or, of one tile, 10-50 and 20-50.
        shown = (10, 20, 40, 30) if alone else (40, 20, 120, 90)
        left, top, width, height = shown
        picture = np.zeros((192, 256, 3), np.uint8)
        picture[top : top + height, left : left + width] = 255
        grid = Grid((64, 64), 4, 3, (240, 180), aperture=shown, alone=alone)
        media = probe(
            MediaReference(path=str(grid_picture(folder / name, picture, grid, codec=codec)))
        )
        every = TimeRange(start=Fraction(0), duration=Fraction(1))
        (frame,) = FrameReader(media, [every])
        pixels = frame.pixels(FrameNeed(width=4096, height=4096))
        return (
            f"{pixels.shape[1]} x {pixels.shape[0]}, {'all' if pixels.min() > 200 else 'not'} white"
        )

    return tell


def _overlay(folder: Path) -> str:
    grid = Grid((64, 64), 4, 3, (240, 180))
    path = grid_picture(folder / "a.heic", np.zeros((192, 256, 3), np.uint8), grid, codec="hevc")
    path.write_bytes(path.read_bytes().replace(b"grid", b"iovl"))
    return _told(folder, _clip(path, (0, 120), (0, 1)))


def _marker_on_clip(folder: Path) -> str:
    path = _saved(folder, _clip(_photo(folder, "a.jpg"), (86312, 120), (0, 1)))
    marked, cache = folder / "marked.otio", folder / "c.sqlite"
    run = shotlog(
        "analyze", path, "-o", marked, "--on", "clips",
        "--in-process", "--models", "builtin", "--cache", cache,
    )  # fmt: skip
    if run.code:
        return run.output
    (clip,) = otio.adapters.read_from_file(str(marked)).find_clips()
    ranges = [marker.marked_range for marker in clip.markers]
    return ", ".join(f"{r.start_time.value:g}+{r.duration.value:g}" for r in ranges)


def _drawing(folder: Path) -> str:
    path = folder / "a.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')
    return _told(folder, _clip(path, (0, 120), (0, 1)))


_ONE_SHOT = "cuts none, end 5; nothing"

_STILLS = (
    ("PNG, range of 120 frames", _ONE_SHOT, _still("a.png", (0, 120), (0, 120))),
    ("JPEG, in-point 86312, one frame", _ONE_SHOT, _still("a.jpg", (86312, 120), (0, 1))),
    ("AVIF, a day long", _ONE_SHOT, _still("a.avif", (0, 120), (0, 2073600))),
    ("TIFF without a range of its media", _ONE_SHOT, _still("a.tif", (86312, 120), None)),
    ("WebP under a name that tells nothing", _ONE_SHOT,
     _still("a.dat", (0, 120), (0, 1), encoded="a.webp")),
    ("PNG named .mov", _ONE_SHOT, _still("a.mov", (10, 120), (0, 1), encoded="b.png")),
    ("GIF of one picture", _ONE_SHOT, _still("a.gif", (0, 120), (0, 120))),
    # The clip takes 120 frames of the timeline at any speed.
    ("DPX at 300 %", _ONE_SHOT,
     _still("a.dpx", (86312, 120), (0, 1), otio.schema.LinearTimeWarp(time_scalar=3))),
    ("BMP backwards", _ONE_SHOT,
     _still("a.bmp", (0, 120), (0, 120), otio.schema.LinearTimeWarp(time_scalar=-1))),
    ("PNG under a freeze frame", _ONE_SHOT,
     _still("a.png", (86312, 120), (0, 1), otio.schema.FreezeFrame())),
    ("PNG in a retimed nest", "cuts none, end 2; nothing", _still_in_a_nest),
    # Clips of 48, 24 and 24 frames.
    ("one photo twice, a film between", "cuts 2 3, end 4; nothing", _stills_and_a_film),
    # 12 frames at 24 per second are 0.5 s.
    ("animated GIF", "cuts 0.5, end 1; nothing", _film_in_disguise("a.gif", "-r 24")),
    ("animated PNG", "cuts 0.5, end 1; nothing", _film_in_disguise("a.png", "-f apng")),
    ("animated AVIF", "cuts 0.5, end 1; nothing",
     _film_in_disguise("a.avif", "-c:v libsvtav1 -pix_fmt yuv420p")),
    ("raw Motion JPEG", "cuts 0.48, end 0.96; nothing",
     # Such files have no rate; FFmpeg takes 25: the cut is at 12/25 s, the end at 24/25 s.
     _film_in_disguise("a.mjpeg", "-q:v 2")),
    # 119 of its 120 frames, 119/24 s, are not there; a frame is 0.042 s.
    ("MP4 of one frame",
     "cuts none, end 0.042; clip: 4.96 s of the clip lie outside its media", _film_of_one_frame),
    # 5 s, as DaVinci Resolve and Premiere Pro give to a still.
    ("photo on the command line", _ONE_SHOT, _photo_alone("a.png")),
    # FFmpeg gives such pictures a rate of 1 fps.
    ("AVIF on the command line", _ONE_SHOT, _photo_alone("a.avif")),
    ("icon of several sizes", _ONE_SHOT, _icon),
    ("image sequence of one picture", _ONE_SHOT, _sequence_of_one),
    # The whole clip, in its own frames.
    ("marker on the clip", "86312+120", _marker_on_clip),
    ("PNG under a speed ramp", _ONE_SHOT, _still("a.png", (0, 120), (0, 1), _ramp())),
    # The time map of the nest is unknown, so the start of the still is unknown too.
    ("PNG in a nest under a speed ramp",
     "cuts none, end 0; clip: it has a speed ramp of 3 key frames", _ramped_nest),
    ("animated WebP",
     "cuts none, end 0; clip (a.webp): animated WebP is not supported: FFmpeg has no decoder for it"
     " here", _animated_webp),
    ("JPEG XL",
     "cuts none, end 0; clip (a.jxl): JPEG XL is not supported: FFmpeg has no decoder for it here",
     _jpeg_xl),
    ("HEIC of one picture, cropped", "40 x 30, all white", _cropped("a.heic", "hevc", alone=True)),
    ("HEIC of tiles, cropped", "120 x 90, all white", _cropped("a.heic", "hevc", alone=False)),
    ("AVIF of tiles, cropped", "120 x 90, all white", _cropped("a.avif", "av1", alone=False)),
    ("HEIC of pictures laid over one another",
     "cuts none, end 0; clip (a.heic): the picture is made of several pictures laid over one"
     " another, which is not supported", _overlay),
    ("SVG", "cuts none, end 0; clip (a.svg): this kind of media is not supported", _drawing),
)  # fmt: skip


# Sequences of 100 pictures from 1001 on, scenes of 50: at 24 per second the cut lies at
# 50/24 s = 2.083 s and the end at 100/24 s = 4.167 s, whatever is missing elsewhere.


def _pictures(
    folder: Path,
    name: str = "a.{:04d}.png",
    first: int = 1001,
    step: int = 1,
    without: Sequence[int] = (),
    scenes: int = 2,
    length: int = 50,
) -> list[Path]:
    """Write the pictures of scenes under numbered names, without some of them."""
    paths = []
    for index, picture in enumerate(_coded(Path(name).suffix.lower(), scenes, length)):
        number = first + index * step
        if number not in without:
            paths.append(folder / name.format(number))
            paths[-1].parent.mkdir(exist_ok=True)
            paths[-1].write_bytes(picture)
    return paths


@lru_cache  # most cases show the same hundred pictures
def _coded(suffix: str, scenes: int, length: int) -> list[bytes]:
    """Return the pictures of scenes in the format of a suffix."""
    every = chain.from_iterable(scene(number, length, _NUMBERED) for number in range(scenes))
    return [cv2.imencode(suffix, picture)[1].tobytes() for picture in every]


def _sequence(folder: Path, **changes: Any) -> Any:
    made = {"name_prefix": "a.", "name_suffix": ".png", "start_frame": 1001, "frame_step": 1}
    made |= {"rate": _RATE, "frame_zero_padding": 4, "target_url_base": folder.as_uri() + "/"}
    return otio.schema.ImageSequenceReference(**(made | changes))


def _holed(*without: int, source: tuple[float, float] = (0, 100)) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        _pictures(folder, without=without)
        return _told(folder, _clip(_sequence(folder), source, (0, 100)))

    return tell


def _spoilt(content: Callable[[bytes], bytes], *numbers: int) -> Callable[[Path], str]:
    """Analyse a sequence with some damaged pictures."""

    def tell(folder: Path) -> str:
        _pictures(folder)
        for number in numbers:
            path = folder / f"a.{number}.png"
            path.write_bytes(content(path.read_bytes()))
        return _told(folder, _clip(_sequence(folder), (0, 100), (0, 100)))

    return tell


def _nothing_there(folder: Path) -> str:
    (folder / "a.1030.png").touch()
    return _told(folder, _clip(_sequence(folder), (0, 100), (0, 100)))


def _every_second(folder: Path) -> str:
    """Analyse 50 pictures numbered 1001, 1003 ... 1099; the 26th, 1051, starts a scene."""
    _pictures(folder, step=2, length=25, without=(1021,))
    return _told(folder, _clip(_sequence(folder, frame_step=2), (0, 100), (0, 100)))


def _beyond_the_padding(folder: Path) -> str:
    """Analyse 9951 to 10050 with four digits, in a folder whose name looks like a pattern."""
    place = folder / "100% [v01] %04d"
    _pictures(place, first=9951, without=(9999,))
    return _told(folder, _clip(_sequence(place, start_frame=9951), (0, 100), (0, 100)))


def _no_padding(folder: Path) -> str:
    """Analyse 51 to 150, without leading zeros."""
    _pictures(folder, "a.{:d}.jpg", first=51, without=(99,))
    reference = _sequence(folder, start_frame=51, frame_zero_padding=0, name_suffix=".jpg")
    return _told(folder, _clip(reference, (0, 100), (0, 100)))


def _filled_later(folder: Path) -> str:
    """Analyse with one cache before and after the missing pictures are rendered."""
    late = _pictures(folder)[29:60]
    kept = [path.read_bytes() for path in late]
    for path in late:
        path.unlink()
    clip = _clip(_sequence(folder), (0, 100), (0, 100))
    before = _told(folder, clip)
    for path, content in zip(late, kept, strict=True):
        path.write_bytes(content)
    return f"{before}; then {_told(folder, clip)}"


_WHOLE = "cuts 2.083, end 4.167; "
_HELD = "of the sequence are missing or empty; the one before is held"

_OFFLINE = "the media is offline: there is no file at this place"

_HOLES = (
    ("none", f"{_WHOLE}nothing", _holed()),
    ("1030 missing",
     f"{_WHOLE}a.1001.png: picture 1030 {_HELD.replace('are', 'is')}", _holed(1030)),
    ("1030 empty", f"{_WHOLE}a.1001.png: picture 1030 {_HELD.replace('are', 'is')}",
     _spoilt(lambda _: b"", 1030)),
    ("1030 and four in a row", f"{_WHOLE}a.1001.png: pictures 1030, 1042-1045 {_HELD}",
     _holed(1030, *range(1042, 1046))),
    ("the first missing",
     f"{_WHOLE}a.1001.png: picture 1001 of the sequence is missing or empty", _holed(1001)),
    ("the first three empty",
     f"{_WHOLE}a.1001.png: pictures 1001-1003 of the sequence are missing or empty",
     _spoilt(lambda _: b"", 1001, 1002, 1003)),
    # 20 frames; there is nothing to be held.
    ("nothing there of what the clip shows",
     "cuts none, end 0.833; a.1001.png: pictures 1001-1030 of the sequence are missing or empty",
     _holed(*range(1001, 1031), source=(0, 20))),
    ("the last two missing", f"{_WHOLE}a.1001.png: pictures 1099-1100 {_HELD}",
     _holed(1099, 1100)),
    # The new scene begins with its first existing picture: 1053, at 52/24 s.
    ("hole at the cut", f"cuts 2.167, end 4.167; a.1001.png: pictures 1051-1052 {_HELD}",
     _holed(1051, 1052)),
    # Frames 20 to 80: the cut lies 30/24 s after the first, the end 60/24 s.
    ("trimmed, the hole before it",
     f"cuts 1.25, end 2.5; a.1001.png: picture 1010 {_HELD.replace('are', 'is')}",
     _holed(1010, source=(20, 60))),
    ("every other one of twenty",
     f"{_WHOLE}a.1001.png: pictures 1011, 1013, 1015, 1017, 1019, 1021, 1023, 1025 and 2 more"
     f" {_HELD}", _holed(*range(1011, 1031, 2))),
    ("1031 and 1099 damaged",
     f"{_WHOLE}a.1001.png: pictures 1031, 1099 of the sequence could not be decoded",
     _spoilt(lambda content: content[:20], 1031, 1099)),
    ("the first is no picture",
     f"{_WHOLE}a.1001.png: picture 1001 of the sequence could not be decoded",
     _spoilt(lambda _: b"rendering failed", 1001)),
    ("none there", f"cuts none, end 0; clip (a.1001.png): {_OFFLINE}", _nothing_there),
    # 25 pictures of 2/24 s are 50/24 s.
    ("every second number", f"{_WHOLE}a.1001.png: picture 1021 {_HELD.replace('are', 'is')}",
     _every_second),
    ("numbers beyond the padding",
     f"{_WHOLE}100% [v01] %04d/a.9951.png: picture 9999 {_HELD.replace('are', 'is')}",
     _beyond_the_padding),
    ("numbers without padding",
     f"{_WHOLE}a.51.jpg: picture 99 {_HELD.replace('are', 'is')}", _no_padding),
    # Of 1030 to 1060 the cut, 1051, was among what is missing: it lay at 1061, at 60/24 s.
    ("filled between two runs",
     f"cuts 2.5, end 4.167; a.1001.png: pictures 1030-1060 {_HELD}; then {_WHOLE}nothing",
     _filled_later),
)  # fmt: skip


# The same 100 pictures, named by one path. The range of the media starts at the number of the
# first picture, or at 0; either way the first picture is shown first.


def _patterned(
    pattern: str,
    source: tuple[float, float],
    available: tuple[float, float] | None,
    **changes: Any,
) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        _pictures(folder, **changes)
        return _told(folder, _clip(f"{folder.as_uri()}/{pattern}", source, available))

    return tell


def _real_name(folder: Path) -> str:
    """Analyse a film whose name looks like a pattern, beside pictures that match it."""
    _pictures(folder, "a.{:04d}.mp4.png", without=())
    made = film(folder / "film.mp4", scenes=2, length=24, rate=_RATE, size=_SIZE)
    made.rename(folder / "a.####.mp4.png")
    return _told(folder, _clip(str(folder / "a.####.mp4.png"), (0, 48), (0, 48)))


def _first_shown(folder: Path, start: float) -> str:
    """Return the first picture of a sequence's clip whose media has no range in the timeline."""
    _pictures(folder, scenes=1, length=60)
    log = analyzed(folder, _saved(folder, _clip(f"{folder}/a.####.png", (start, 10))))
    return f"{1001 + log.shots[0].shot.source.start * _RATE}; {faults(log)}"


def _how(folder: Path) -> str:
    """Return the hint about a pattern of an unsupported form."""
    _pictures(folder, "a.{:04d}.png", length=4, without=())
    log = analyzed(folder, _saved(folder, _clip(f"{folder}/a.`padzero(4,$T)`.png", (0, 4), (0, 4))))
    return f"{log.problems[0].message}; told how: {'%04d, ####' in log.problems[0].hint}"


def _of_folder(name: str, **changes: Any) -> Callable[[Path], str]:
    """Return the messages about numbered pictures in a folder, for two runs."""

    def tell(folder: Path) -> str:
        place = folder / "rushes"
        place.mkdir()
        _pictures(place, name, length=25, **changes)
        if not name.startswith("a."):
            film(place / "z.mp4", scenes=1, length=12, rate=_RATE, size=_SIZE)
        made = folder / "made.otio"
        log = analyzed(folder, place, "-o", made)
        again = analyzed(folder, made)
        same = [s.shot for s in log.shots] == [s.shot for s in again.shots]
        told = faults(log).replace(f"{place}/", "")
        return f"{cuts(log)}; {told}; again: {same}"

    return tell


_TAKEN = "were taken for a film of 25 frames per second, which they do not tell"
_FOLDERS = (
    # Two scenes of 25 pictures at 25 a second.
    (
        "numbered frames",
        f"cuts 1, end 2; a.1001-1050.png: these 50 numbered pictures {_TAKEN}; again: True",
        _of_folder("a.{:04d}.png"),
    ),
    # Of 1001 to 1050 without 1030 there are 49; the one before it is held.
    (
        "numbered frames with a hole",
        f"cuts 1, end 2; a.1001-1050.png: these 49 numbered pictures {_TAKEN};"
        f" a.1001.png: picture 1030 {_HELD.replace('are', 'is')}; again: True",
        _of_folder("a.{:04d}.png", without=(1030,)),
    ),
    # The film beside them has 12 frames at 24.
    (
        "photographs beside a film",
        "cuts none, end 0.5; passed over: 50 numbered pictures (IMG_1001-1050.JPG); again: True",
        _of_folder("IMG_{:04d}.JPG"),
    ),
)

_ALL = f"{_WHOLE}nothing"
_SHAPES = (
    ("DaVinci Resolve's [1001-1100]", "a.[1001-1100].png", (1001, 100), (1001, 100)),
    ("[1001-1100], range from 0", "a.[1001-1100].png", (0, 100), (0, 100)),
    ("[1001-1100], range from one hour", "a.[1001-1100].png", (86400, 100), (86400, 100)),
    ("####", "a.####.png", (1001, 100), (1001, 100)),
    ("#### in a URL", "a.%23%23%23%23.png", (0, 100), (0, 100)),
    ("one #", "a.#.png", (1001, 100), (1001, 100)),
    ("%04d", "a.%04d.png", (1001, 100), (1001, 100)),
    ("%04d in a URL", "a.%2504d.png", (86312, 100), (86312, 100)),
    ("{:04d}", "a.{:04d}.png", (0, 100), (0, 100)),
    ("{frame:04d} in a URL", "a.%7Bframe%3A04d%7D.png", (1001, 100), (1001, 100)),
    ("<frame>", "a.<frame>.png", (1001, 100), (1001, 100)),
    ("$F4", "a.$F4.png", (1001, 100), (1001, 100)),
    ("@@@@", "a.@@@@.png", (1001, 100), (1001, 100)),
    ("????", "a.????.png", (1001, 100), (1001, 100)),
    ("%04i", "a.%04i.png", (1001, 100), (1001, 100)),
    ("Houdini's $FF", "a.$FF.png", (1001, 100), (1001, 100)),
    ("Houdini's ${F4} in a URL", "a.%24%7BF4%7D.png", (0, 100), (0, 100)),
    ("{frame:>04}", "a.{frame:>04}.png", (1001, 100), (1001, 100)),
    ("{:04}", "a.{:04}.png", (1001, 100), (1001, 100)),
    ("{:0>4d}", "a.{:0>4d}.png", (0, 100), (0, 100)),
    ("%(frame)04d", "a.%(frame)04d.png", (1001, 100), (1001, 100)),
    ("%(frame)04d in a URL", "a.%25%28frame%2904d.png", (0, 100), (0, 100)),
    ("<frame:04>", "a.<frame:04>.png", (1001, 100), (1001, 100)),
    ("@@@@ in a URL", "a.%40%40%40%40.png", (0, 100), (0, 100)),
    ("[1001-1100] in a URL", "a.%5B1001-1100%5D.png", (0, 100), (0, 100)),
    ("[1001..1100]", "a.[1001..1100].png", (0, 100), (0, 100)),
    ("Nuke's a.%04d.png 1001-1100", "a.%04d.png 1001-1100", (0, 100), (0, 100)),
    ("clique's a.%04d.png [1001-1100]", "a.%04d.png [1001-1100]", (1001, 100), (1001, 100)),
    ("After Effects' [####]", "a.[####].png", (1001, 100), (1001, 100)),
    ("RV's 1001-1100@@@@", "a.1001-1100@@@@.png", (0, 100), (0, 100)),
    ("fileseq's 1001-1100#", "a.1001-1100#.png", (1001, 100), (1001, 100)),
)

_PATTERNS = (
    *((name, _ALL, _patterned(*shape)) for name, *shape in _SHAPES),
    ("#### with a hole",
     f"{_WHOLE}a.1001.png: picture 1030 {_HELD.replace('are', 'is')}",
     _patterned("a.####.png", (1001, 100), (1001, 100), without=(1030,))),
    ("[1001-1100] without its first",
     f"{_WHOLE}a.1001.png: picture 1001 of the sequence is missing or empty",
     _patterned("a.[1001-1100].png", (0, 100), (0, 100), without=(1001,))),
    ("one # for six digits", _ALL,
     _patterned("a.#.png", (1001, 100), (1001, 100), name="a.{:06d}.png")),
    ("a number in the name before it", _ALL,
     _patterned("v#2.%04d.png", (1001, 100), (1001, 100), name="v#2.{:04d}.png")),
    ("a number that reads like a range before it", _ALL,
     _patterned("1-2%04d.png", (1001, 100), (1001, 100), name="1-2{:04d}.png")),
    ("decomposed on disk",
     f"{_WHOLE}clip: its media was found as e\u0301t/e\u0301t.#.png, which differs in Unicode form"
     " alone",
     _patterned(
         "\u00e9t/\u00e9t.%04d.png", (0, 100), (0, 100), name="e\u0301t/e\u0301t.{:04d}.png"
     )),
    ("other letter case",
     f"{_WHOLE}clip: its media was found as A.#.PNG, which differs in letter case alone",
     _patterned("a.[1001-1100].png", (0, 100), (0, 100), name="A.{:04d}.PNG")),
    # The film has 2 scenes of 24 frames.
    ("a film that is named so", "cuts 1, end 2; nothing", _real_name),
    # Counted by the numbers of the pictures, or from the first of them.
    ("no range of the media, source 1020",
     "1020; clip: the timeline does not tell where its media starts; the number of its first"
     " picture, 41.708 s, was taken", partial(_first_shown, start=1020)),
    ("no range of the media, source 20",
     "1021; clip: the timeline does not tell where its media starts; the start of the file,"
     " 0.000 s, was taken", partial(_first_shown, start=20)),
    ("none there", f"cuts none, end 0; clip (b.####.png): {_OFFLINE}",
     _patterned("b.####.png", (0, 100), (0, 100))),
    ("a pattern that is not read", f"{_OFFLINE}; told how: True", _how),
)  # fmt: skip

CASES: tuple[Case, ...] = (
    *(Case("still", *still) for still in _STILLS),
    *(Case("folder of pictures", *pictures) for pictures in _FOLDERS),
    *(Case("sequence holes", *hole) for hole in _HOLES),
    *(Case("sequence pattern", *pattern) for pattern in _PATTERNS),
)
