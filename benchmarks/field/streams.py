"""Choice of the film among several streams, and its orientation."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from benchmarks.field.case import Case
from benchmarks.field.heif import Grid, grid_picture
from benchmarks.field.make import Pixels, ffmpeg, film
from benchmarks.field.product import analyzed, cuts, faults
from shotlog.media import FrameReader, probe, read_cells
from shotlog.schema import (
    SOUND_RATE,
    Family,
    FrameNeed,
    Log,
    Media,
    MediaReference,
    SoundNeed,
    TimeRange,
)

_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_COLOURS = {
    "red": (200, 30, 30),
    "green": (30, 200, 30),
    "blue": (30, 30, 200),
    "white": (220,) * 3,
}
_UPRIGHT = "red green, blue white"


def _opened(path: Path) -> Media:
    return probe(MediaReference(path=str(path)))


def _corners(path: Path) -> str:
    """Return size and colours of the quarters as measures get them: ``160 x 96: red ...``."""
    media = _opened(path)
    if media.video is None:
        return "no picture"
    width, height = media.video.width, media.video.height
    need = FrameNeed(width=width, height=height, pixels="rgb", fit="stretch")
    everything = [TimeRange(start=Fraction(0), duration=Fraction(100))]
    pixels = next(iter(FrameReader(media, everything))).pixels(need)
    words = [_colour(pixels[y * height // 8, x * width // 8]) for y in (1, 7) for x in (1, 7)]
    return f"{width} x {height}: {words[0]} {words[1]}, {words[2]} {words[3]}"


def _colour(pixel: Pixels) -> str:
    """Return the name of the nearest of the four colours."""
    return min(_COLOURS, key=lambda name: int(abs(pixel.astype(int) - _COLOURS[name]).sum()))


def _quarters(width: int, height: int) -> Pixels:
    """Return a picture of four colours: red and green above, blue and white below."""
    colours = np.array(list(_COLOURS.values()), np.uint8).reshape(2, 2, 3)
    return np.kron(colours, np.ones((height // 2, width // 2, 1), np.uint8))


def _film(folder: Path) -> Path:
    """Make a film of three scenes, larger than others: cuts at 0.8 s and 1.6 s, end at 2.4 s."""
    return film(folder / "film.mp4", length=20, size=(320, 180))


def _preview(folder: Path) -> Path:
    """Make a small film of two other scenes: a cut at 1.2 s, end at 2.4 s."""
    return film(folder / "preview.mp4", scenes=2, length=30, size=(160, 90), first=7)


def _muxed(path: Path, *inputs: Path, options: tuple[str, ...] = ()) -> Path:
    """Mux all streams of the inputs into one file, in order."""
    given = [arg for source in inputs for arg in ("-i", source)]
    maps = [arg for number in range(len(inputs)) for arg in ("-map", str(number))]
    ffmpeg(*given, *maps, "-c", "copy", *options, path)
    return path


def _flags(kind: str, *flags: str) -> tuple[str, ...]:
    """Return FFmpeg options for the dispositions of the streams of a kind, in order."""
    return tuple(a for n, flag in enumerate(flags) for a in (f"-disposition:{kind}:{n}", flag))


def _told(folder: Path, path: Path) -> str:
    """Return cuts, and problems and warnings where there are any."""
    log = analyzed(folder, path)
    complaints = faults(log).replace(f"{folder}/", "")
    return cuts(log) + ("" if complaints == "nothing" else f"; {complaints}")


_FILM = "cuts 0.8 1.6, end 2.4"


def _beside_a_preview(name: str, *flags: str) -> Callable[[Path], str]:
    """Analyse a file with the preview first, then the film."""

    def tell(folder: Path) -> str:
        sources = (_preview(folder), _film(folder))
        return _told(folder, _muxed(folder / name, *sources, options=_flags("v", *flags)))

    return tell


def _beside_nothing(name: str) -> Callable[[Path], str]:
    """Analyse a file with a declared stream without packets, then the film."""

    def tell(folder: Path) -> str:
        options = ("-bsf:v:0", "noise=drop=1", *_flags("v", "default", "0"))
        sources = (_preview(folder), _film(folder))
        return _told(folder, _muxed(folder / name, *sources, options=options))

    return tell


def _after_a_slate(folder: Path) -> str:
    slate = film(folder / "slate.mp4", scenes=1, length=10, size=(640, 360), first=7)
    options = _flags("v", "default", "default")
    return _told(folder, _muxed(folder / "a.mkv", slate, _film(folder), options=options))


def _there_twice(folder: Path) -> str:
    """Analyse a file with a default stream of an unknown codec, and the same film in H.264."""
    unknown = film(
        folder / "unknown.mp4", "-c:v", "libaom-av1", "-cpu-used", "8", "-pix_fmt", "yuv420p",
        length=20, size=(160, 90),
    )  # fmt: skip
    twice = _muxed(folder / "a.mp4", unknown, _film(folder))
    twice.write_bytes(twice.read_bytes().replace(b"av01", b"zz01"))
    return _told(folder, twice)


def _cover(folder: Path) -> str:
    cover = folder / "cover.png"
    Image.fromarray(_quarters(640, 360)).save(cover)
    options = _flags("v", "attached_pic", "0")
    return _told(folder, _muxed(folder / "a.mp4", cover, _film(folder), options=options))


def _animated(folder: Path) -> str:
    """Analyse an AVIF animation, which has a still picture beside the film."""
    path = folder / "a.avif"
    pictures = [Image.fromarray(_quarters(64, 48)) for _ in range(8)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    video = _opened(path).video
    return f"{video.frames} frames, {video.duration} s" if video else "no picture"


def _tone(folder: Path, pitch: int, seconds: int = 2) -> Path:
    path = folder / f"{pitch}.wav"
    ffmpeg("-f", "lavfi", "-i", f"sine=f={pitch}:r=48000:d={seconds}", path)
    return path


def _pitch(path: Path) -> str:
    """Return the pitch of the first second of sound: ``300 Hz``."""
    need = SoundNeed(cell=Fraction(1))
    heard = [cell.samples for cell in read_cells(_opened(path), need, [0])]
    if not heard:
        return "silence"
    return f"{np.abs(np.fft.rfft(heard[0])).argmax() * SOUND_RATE / len(heard[0]):.0f} Hz"


def _of_two_sounds(name: str, *flags: str, codec: str = "aac") -> Callable[[Path], str]:
    """Analyse a picture with a sound of 300 Hz, and one of 900 Hz."""

    def tell(folder: Path) -> str:
        options = (*_flags("a", *flags), "-c:a", codec)
        sources = (_preview(folder), _tone(folder, 300), _tone(folder, 900))
        return _pitch(_muxed(folder / name, *sources, options=options))

    return tell


def _beside_silence(folder: Path) -> str:
    options = ("-c:a", "aac", "-bsf:a:0", "noise=drop=1")
    sources = (_preview(folder), _tone(folder, 300), _tone(folder, 900))
    return _pitch(_muxed(folder / "a.mkv", *sources, options=options))


def _of_two_programmes(folder: Path) -> str:
    """Analyse two programmes: the preview with 300 Hz, and the film with 900 Hz."""
    options = (
        "-c:a", "mp2",
        "-program", "program_num=1:st=0:st=1", "-program", "program_num=2:st=2:st=3",
    )  # fmt: skip
    sources = (_preview(folder), _tone(folder, 300), _film(folder), _tone(folder, 900))
    path = _muxed(folder / "a.ts", *sources, options=options)
    return f"{_told(folder, path)}, {_pitch(path)}"


def _tiles(name: str, grid: Grid, **options: Any) -> Callable[[Path], str]:
    """Analyse a picture of four colours, divided into tiles."""

    def tell(folder: Path) -> str:
        width, height = grid.tile[0] * grid.columns, grid.tile[1] * grid.rows
        return _corners(grid_picture(folder / name, _quarters(width, height), grid, **options))

    return tell


def _photo(name: str, orientation: int) -> Callable[[Path], str]:
    """Analyse a picture that is upright once its EXIF orientation is applied."""

    def tell(folder: Path) -> str:
        stored = _quarters(160, 96)
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        for undo in _UNDO[orientation]:
            stored = undo(stored)
        Image.fromarray(stored).save(folder / name, exif=exif)
        return _corners(folder / name)

    return tell


_UNDO: dict[int, tuple[Callable[[Pixels], Pixels], ...]] = {
    1: (),
    2: (np.fliplr,),
    3: (np.rot90, np.rot90),
    4: (np.flipud,),
    5: (np.rot90, np.flipud),
    6: (np.rot90,),
    7: (np.rot90, np.fliplr),
    8: (np.rot90, np.rot90, np.rot90),
}
"""What makes the stored picture of an upright one. EXIF 2.3, tag 274: the place of the first row
and the first column; 6 is to be turned clockwise by a quarter, so it is stored anticlockwise."""


def _mirrored(name: str, stored: str, *shown: str, tilt: bool = False) -> Callable[[Path], str]:
    """Analyse a pan to the right, or a tilt down, that is stored in another orientation.

    Args:
        name: The file.
        stored: FFmpeg's filters from the shown picture to the stored one.
        shown: FFmpeg's options for the display matrix that reverses them.
        tilt: True to transpose the pan first, which makes it a tilt down.
    """

    def tell(folder: Path) -> str:
        filters = ("transpose=cclock_flip," if tilt else "") + stored
        plain = film(folder / "stored.mp4", *_X264, "-vf", filters, scenes=1)
        ffmpeg(*shown, "-i", plain, "-c", "copy", folder / name)
        return _move(analyzed(folder, folder / name))

    return tell


def _move(log: Log) -> str:
    return log.shots[0].of(Family.MOVE)[0].label


def _still_film(name: str, *options: str, stored: str = "null") -> Callable[[Path], str]:
    """Analyse a film of four colours, with FFmpeg's options for the matrix and filters."""

    def tell(folder: Path) -> str:
        picture, plain = folder / "picture.png", folder / "plain.mp4"
        Image.fromarray(_quarters(160, 96)).save(picture)
        ffmpeg("-loop", "1", "-i", picture, "-frames:v", "5", *_X264, "-vf", stored, plain)
        bitstream = [o for o in options if o.startswith("h264_metadata")]
        matrix = [o for o in options if o not in bitstream and o != "-bsf:v"]
        after = ("-bsf:v", *bitstream) if bitstream else ()
        ffmpeg(*matrix, "-i", plain, "-c", "copy", *after, folder / name)
        return _corners(folder / name)

    return tell


_TURNED = ("-display_rotation", "90")
_HFLIP, _VFLIP = (
    ("-display_rotation", "0", "-display_hflip"),
    ("-display_rotation", "0", "-display_vflip"),
)
_SEI = "h264_metadata=display_orientation=insert:"

CASES: tuple[Case, ...] = (
    Case("stream", "MKV, a preview that is no default, then the film", _FILM,
         _beside_a_preview("a.mkv", "0", "default")),
    Case("stream", "MKV, a preview and the film, both default", _FILM,
         _beside_a_preview("a.mkv", "default", "default")),
    Case("stream", "MKV, neither default", _FILM, _beside_a_preview("a.mkv", "0", "0")),
    Case("stream", "MKV, a large slate of 0.4 s, then the film", _FILM, _after_a_slate),
    Case("stream", "MOV, a disabled track, then the film", _FILM,
         _beside_a_preview("a.mov", "0", "default")),
    Case("stream", "MP4, a cover, then the film", _FILM, _cover),
    Case("stream", "TS, a PID that is announced and empty, then the film", _FILM,
         _beside_nothing("a.ts")),
    Case("stream", "TS, a preview, then the film", _FILM, _beside_a_preview("a.ts", "0", "0")),
    Case("stream", "MKV, an empty default track, then the film", _FILM, _beside_nothing("a.mkv")),
    # The same film has the same cuts; the fallback is a warning.
    Case("stream", "MP4, the film in a codec that nobody knows, and in H.264",
         f"{_FILM}; a.mp4: stream 0 (unknown codec) cannot be decoded;"
         " stream 1 (h264, 320 x 180) was looked at instead", _there_twice),
    Case("stream", "AVIF, an animation", "8 frames, 4/5 s", _animated),  # 8 frames of 0.1 s
    Case("stream", "MKV, the second sound is the default", "900 Hz",
         _of_two_sounds("a.mkv", "0", "default")),
    Case("stream", "MP4, the second sound is the default", "900 Hz",
         _of_two_sounds("a.mp4", "0", "default")),
    Case("stream", "MKV, a commentary that is default, then the sound", "900 Hz",
         _of_two_sounds("a.mkv", "default+comment", "default")),
    Case("stream", "MKV, a description for the blind, then the sound", "900 Hz",
         _of_two_sounds("a.mkv", "default+visual_impaired", "0")),
    Case("stream", "MKV, two sounds alike", "300 Hz", _of_two_sounds("a.mkv", "0", "0")),
    Case("stream", "MKV, an empty sound, then the sound", "900 Hz", _beside_silence),
    Case("stream", "TS, two programmes", f"{_FILM}, 900 Hz", _of_two_programmes),
    # 4 x 2 tiles of 64 x 64 are 256 x 128, of which the whole takes 240 x 120.
    Case("tile grid", "AVIF, 8 tiles, cropped", f"240 x 120: {_UPRIGHT}",
         _tiles("a.avif", Grid((64, 64), 4, 2, (240, 120)))),
    Case("tile grid", "AVIF, 10 bits", f"256 x 128: {_UPRIGHT}",
         _tiles("a.avif", Grid((64, 64), 4, 2, (256, 128)), pix_fmt="yuv420p10le")),
    Case("tile grid", "AVIF, 4:4:4, of odd size", f"243 x 121: {_UPRIGHT}",
         _tiles("a.avif", Grid((64, 64), 4, 2, (243, 121)), pix_fmt="yuv444p")),
    Case("tile grid", "HEIC, 8 tiles, cropped", f"240 x 120: {_UPRIGHT}",
         _tiles("a.heic", Grid((64, 64), 4, 2, (240, 120)), codec="hevc")),
    Case("tile grid", "HEIC, a thumbnail first", f"240 x 120: {_UPRIGHT}",
         _tiles("a.heic", Grid((64, 64), 4, 2, (240, 120)), codec="hevc",
                beside=np.full((64, 64, 3), 90, np.uint8))),
    # Anticlockwise the right side comes up: green and white above, red and blue below.
    Case("tile grid", "HEIC, turned", "120 x 240: green white, red blue",
         _tiles("a.heic", Grid((64, 64), 4, 2, (240, 120), turns=1), codec="hevc")),
    # Then left and right are exchanged.
    Case("tile grid", "AVIF, turned and mirrored", "120 x 240: white green, blue red",
         _tiles("a.avif", Grid((64, 64), 4, 2, (240, 120), turns=1, mirror=1))),
    Case("tile grid", "AVIF, mirrored top to bottom", "240 x 120: blue white, red green",
         _tiles("a.avif", Grid((64, 64), 4, 2, (240, 120), mirror=0))),
    # The texture moves to the left, so the camera pans to the right; exchanged, it moves up.
    Case("mirrored", "MP4, a pan, stored left to right", "pan_right",
         _mirrored("a.mp4", "hflip", *_HFLIP)),
    Case("mirrored", "MOV, a pan, stored top to bottom", "pan_right",
         _mirrored("a.mov", "vflip", *_VFLIP)),
    Case("mirrored", "MKV, a tilt, stored top to bottom", "tilt_down",
         _mirrored("a.mkv", "vflip", *_VFLIP, tilt=True)),
    Case("mirrored", "MP4, a pan, rows and columns exchanged", "pan_right",
         _mirrored("a.mp4", "transpose=cclock_flip", "-display_rotation", "270", "-display_hflip")),
    Case("mirrored", "MP4, turned and not mirrored", f"160 x 96: {_UPRIGHT}",
         _still_film("a.mp4", *_TURNED, stored="transpose=clock")),
    Case("mirrored", "MKV, turned by 10 degrees and mirrored", f"160 x 96: {_UPRIGHT}",
         _still_film("a.mkv", "-display_rotation", "10", "-display_hflip", stored="hflip")),
    Case("mirrored", "TS, H.264 that says so itself", f"160 x 96: {_UPRIGHT}",
         _still_film("a.ts", "-bsf:v", f"{_SEI}flip=vertical", stored="vflip")),
    *(Case("mirrored", f"JPEG, EXIF orientation {n}", f"160 x 96: {_UPRIGHT}",
           _photo("a.jpg", n)) for n in range(1, 9)),
    *(Case("mirrored", f"{name}, orientation {n}", f"160 x 96: {_UPRIGHT}",
           _photo(f"a.{name.lower()}", n))
      for name, n in (("PNG", 4), ("TIFF", 5), ("WebP", 7), ("AVIF", 2), ("AVIF", 7))),
)  # fmt: skip
