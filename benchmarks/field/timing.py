"""Clocks of files: origin, timestamps that start again, timecode, variable rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import opentimelineio as otio

from benchmarks.field.case import Case
from benchmarks.field.edits import Edit, set_edits
from benchmarks.field.make import ffmpeg, film
from benchmarks.field.product import analyzed, cuts, faults, seconds
from shotlog.media import FrameReader, probe
from shotlog.schema import MediaReference, TimeRange

_X264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
_X265 = ("-c:v", "libx265", "-pix_fmt", "yuv420p")
_MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-g", "12")
_MPEG2_SOUND = (*_MPEG2, "-c:a", "mp2")
_NTSC = Fraction(1000, 1001)
_PADDING = 65 << 20
_LARGE = (320, 180)


def _told(path: Path) -> str:
    """Return cuts, end, problems and warnings of a file that is analysed as it is."""
    log = analyzed(path.parent, path)
    complaints = faults(log).replace(str(path), path.name)
    return cuts(log) + ("" if complaints == "nothing" else f"; {complaints}")


def _told_of_clip(path: Path, start: Fraction, duration: Fraction) -> str:
    """Return the same for a timeline with one clip of the file, from a media time on."""
    length = otio.opentime.RationalTime(10_000, 25)
    times = [otio.opentime.RationalTime(float(t * 25), 25) for t in (start, duration)]
    reference = otio.schema.ExternalReference(
        target_url=str(path),
        available_range=otio.opentime.TimeRange(otio.opentime.RationalTime(0, 25), length),
    )
    clip = otio.schema.Clip("clip", reference, otio.opentime.TimeRange(*times))
    timeline = otio.schema.Timeline("edit", tracks=[otio.schema.Track("V1", [clip], kind="Video")])
    edit = path.with_suffix(".otio")
    otio.adapters.write_to_file(timeline, str(edit))
    return cuts(analyzed(path.parent, edit))


# -- origin ---------------------------------------------------------------------------------------

# Films of three scenes of 50 frames at 25 fps: cuts at 2 and 4 s, the end at 6 s. Trimmed in MOV or
# MP4 by an edit list to begin at 1.08 s (frame 27), cuts lie at 0.92 and 2.92 s, the end at 4.92 s.
_AT_27 = "cuts 0.92 2.92, end 4.92"


def _trimmed(
    name: str, *options: str, start: str = "1.08", source: str = "in.mp4"
) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        film(folder / source, *options)
        ffmpeg("-ss", start, "-i", folder / source, "-c", "copy", folder / name)
        return _told(folder / name)

    return tell


def _scene_on_a_timeline(folder: Path) -> str:
    film(folder / "in.mp4", *_PYRAMID)
    ffmpeg("-ss", "1.08", "-i", folder / "in.mp4", "-c", "copy", folder / "t.mp4")
    return _told_of_clip(folder / "t.mp4", Fraction(73, 25), Fraction(2))


def _edited(edits: Sequence[Edit]) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        film(folder / "a.mp4", *_X264, "-bf", "3", size=_LARGE)
        set_edits(folder / "a.mp4", edits)
        return _told(folder / "a.mp4")

    return tell


def _damaged(name: str, *options: str, pictures: int = 12) -> Callable[[Path], str]:
    """Return the case of a film whose first pictures, in file order, are overwritten."""

    def tell(folder: Path) -> str:
        path = film(folder / name, *options)
        overwrite(path, pictures)
        return _told(path)

    return tell


def overwrite(path: Path, pictures: int, first: int = 0) -> None:
    """Overwrite coded pictures of a film, in file order; its container stays undamaged."""
    with av.open(str(path)) as container:
        coded = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    data, at = path.read_bytes(), 0
    for number, packet in enumerate(coded[: first + pictures]):
        at = data.index(packet, at)
        if number >= first:
            data = data[:at] + b"\x55" * len(packet) + data[at + len(packet) :]
        at += len(packet)
    path.write_bytes(data)


_WHOLE = "cuts 2 4, end 6"
_LOST = "; {}: 1 packet could not be decoded, first at 0.00 s"


def _late_start(name: str, missing: str) -> str:
    return (
        f"{_WHOLE}; {name}: its first {missing} s cannot be decoded; times count from where the"
        " file begins"
    )


def _cut_anywhere(name: str, *options: str, share: float) -> Callable[[Path], str]:
    """Return the case of a stream whose recording began in the middle of a GOP."""

    def tell(folder: Path) -> str:
        data = film(folder / f"whole-{name}", *options).read_bytes()
        (folder / name).write_bytes(data[int(len(data) * share) // _PACK * _PACK :])
        return _told(folder / name)

    return tell


_PACK = 2048
"""Bytes of a pack of the program streams that FFmpeg writes."""

_PYRAMID = (*_X264, "-bf", "16", "-b_strategy", "0", "-x264-params", "b-pyramid=normal")
_OPEN = (*_X264, "-bf", "3", "-g", "25", "-x264-params", "open-gop=1:scenecut=0")
_GROUPS = (*_X264, "-bf", "3", "-g", "25")
_CLOSED_HEVC = (*_X265, "-x265-params", "log-level=none:bframes=4:keyint=25:open-gop=0:scenecut=0")
_HEVC = (*_X265, "-x265-params", "log-level=none:bframes=4:b-adapt=0")
# x264 with B-frames begins at 0.08 s on the track's own clock, two frames late.
_LEAD = Fraction(2, 25)

_ORIGIN = (
    Case("origin", "x264, 3 B-frames, trimmed at 1.08 s", _AT_27,
         _trimmed("t.mp4", *_X264, "-bf", "3")),
    # The first reference frame is now up to 7 frames after the first that is shown.
    Case("origin", "x264, 8 B-frames, trimmed, MOV", _AT_27,
         _trimmed("t.mov", *_X264, "-bf", "8", "-b_strategy", "0")),
    Case("origin", "x264, 16 B-frames that others refer to, trimmed", _AT_27,
         _trimmed("t.m4v", *_PYRAMID)),
    # 2.5 s is rounded to frame 63: 137 - 100 = 37 frames to the cut at frame 100, 87 to the end.
    Case("origin", "x264, open GOP, trimmed at 2.5 s", "cuts 1.48, end 3.48",
         _trimmed("t.mp4", *_OPEN, start="2.5")),
    Case("origin", "HEVC, 4 B-frames, trimmed", _AT_27, _trimmed("t.mp4", *_HEVC)),
    Case("origin", "MPEG-2, trimmed, MOV", _AT_27,
         _trimmed("t.mov", *_MPEG2, source="in.mkv")),
    # No edit list: the copy begins with the keyframe of frame 12, and two B-frames that want the
    # picture before it are left out. 50 - 12 = 38 frames to the first cut.
    Case("origin", "MPEG-2, cut in the middle of an open GOP, program stream",
         "cuts 1.52 3.52, end 5.52", _trimmed("t.mpg", *_MPEG2, source="in.mkv")),
    # Media time 2.92 to 4.92 s of the trimmed file is the third scene, all of it.
    Case("origin", "a clip of the last scene of a trimmed file", "cuts none, end 2",
         _scene_on_a_timeline),
    # An empty edit only says when the picture begins; 4 s from frame 27 on.
    Case("origin", "an empty edit, then a trim", "cuts 0.92 2.92, end 4",
         _edited([Edit(Fraction(1, 2), None), Edit(Fraction(4), _LEAD + Fraction(27, 25))])),
    # Frames 37-61 (cut after 13), 5-29 (no cut inside), 87-136 (cut after 13).
    Case("origin", "three edits, not in the order of the film", "cuts 0.52 1 2 2.52, end 4",
         _edited([Edit(Fraction(1), _LEAD + Fraction(37, 25)),
                  Edit(Fraction(1), _LEAD + Fraction(5, 25)),
                  Edit(Fraction(2), _LEAD + Fraction(87, 25))])),
    # Pictures are overwritten up to a keyframe, which comes every 25 frames, or every 12 (of
    # twelve overwritten here the last two in the file are shown after the next keyframe's leading
    # ones): the film begins and ends where it did, and so do its scenes.
    Case("origin", "MP4, damaged at the start",
         _late_start("d.mp4", "1.00") + _LOST.format("d.mp4"),
         _damaged("d.mp4", *_GROUPS, pictures=25)),
    Case("origin", "Matroska, damaged at the start",
         _late_start("d.mkv", "1.00") + _LOST.format("d.mkv"),
         _damaged("d.mkv", *_GROUPS, pictures=25)),
    Case("origin", "FLV, damaged at the start",
         _late_start("d.flv", "1.00") + _LOST.format("d.flv"),
         _damaged("d.flv", *_GROUPS, pictures=25)),
    Case("origin", "MPEG-2 in MOV, damaged at the start",
         _late_start("d.mov", "0.96"), _damaged("d.mov", *_MPEG2)),
    Case("origin", "MPEG-2 in AVI, damaged at the start",
         _late_start("d.avi", "0.96"), _damaged("d.avi", *_MPEG2)),
    Case("origin", "HEVC in MP4, damaged at the start",
         _late_start("d.mp4", "1.00") + _LOST.format("d.mp4"),
         _damaged("d.mp4", *_CLOSED_HEVC, pictures=25)),
    Case("origin", "VP9, damaged at the start",
         _late_start("d.webm", "1.00") + _LOST.format("d.webm"),
         _damaged("d.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-g", "25")),
    Case("origin", "ProRes, damaged at the start",
         _late_start("d.mov", "0.48") + _LOST.format("d.mov"),
         _damaged("d.mov", "-c:v", "prores_ks", "-pix_fmt", "yuv422p10le")),
    # The first scene is not shown, so its end is no cut.
    Case("origin", "all of the first scene damaged",
         "cuts 4, end 6" + _late_start("d.mp4", "2.00").removeprefix(_WHOLE)
         + _LOST.format("d.mp4"),
         _damaged("d.mp4", *_GROUPS, "-sc_threshold", "0", pictures=50)),
    # The first existing keyframe is that of frame 24: 26 frames to the first cut.
    Case("origin", "MPEG-2, a program stream from the middle of a group on",
         "cuts 1.04 3.04, end 5.04; c.mpg: it begins 0.56 s before its first keyframe; that cannot"
         " be shown, and times count from the keyframe",
         _cut_anywhere("c.mpg", *_MPEG2, share=0.09)),
)  # fmt: skip


# -- jumps ----------------------------------------------------------------------------------------


def _joined(
    name: str,
    *options: str,
    starts: Sequence[float | None] = (None, None),
    length: int = 25,
    scenes: int = 3,
    sound: bool = False,
    headers: bool = False,
    pids: Sequence[str] = (),
    rates: Sequence[int] = (),
    size: tuple[int, int] = (160, 90),
    tell: Callable[[Path], str] = _told,
) -> Callable[[Path], str]:
    """Return the case of pieces that were joined byte by byte.

    Args:
        name: The joined file.
        options: FFmpeg's options for every piece.
        starts: Start of the timestamps of each piece, in seconds; None for FFmpeg's default.
        length: Frames of a scene.
        scenes: Number of scenes of each piece.
        sound: True for pieces with sound.
        headers: True where every piece of an FLV has its header.
        pids: The first PID of each transport stream.
        rates: Frames per second of each piece; 25.
        size: Width and height.
        tell: Returns the answer about the joined file.
    """

    def run(folder: Path) -> str:
        joined = b""
        for number, start in enumerate(starts):
            piece = folder / f"{number}-{name}"
            offset: tuple[str, ...] = ()
            if start is not None:
                offset = ("-output_ts_offset", str(start))
            tone = ("-f", "lavfi", "-t", str(scenes * length / 25), "-i", "sine") if sound else ()
            silent = folder / f"{number}.mkv"
            rate = rates[number] if rates else 25
            frames = length * rate // 25
            film(
                silent, *_X264, scenes=scenes, length=frames, first=number * scenes, rate=rate,
                size=size,
            )  # fmt: skip
            if pids:
                offset += ("-mpegts_start_pid", pids[number])
            ffmpeg("-i", silent, *tone, *(options or _X264), *offset, piece)
            data = piece.read_bytes()
            # A second header would end an FLV; recorders continue with its tags.
            tags = joined and name.endswith("flv") and not headers
            joined += data[13:] if tags else data
        (folder / name).write_bytes(joined)
        return tell(folder / name)

    return run


def _middle(path: Path) -> str:
    return _told_of_clip(path, Fraction(5, 2), Fraction(2))


def _words(name: str, places: str) -> str:
    return (
        f"; {name}: its timestamps start again or jump at {places};"
        " the pieces were taken one after the other"
    )


def _unread(name: str, place: str) -> str:
    return (
        f"; {name}: more film was joined to it byte by byte, at {place}, and is not read; join the"
        " pieces with a program made for that (FFmpeg's concat, mkvmerge), or use them one by one"
    )


# Pieces of three scenes of a second each, by default.
_SIX = "cuts 1 2 3 4 5, end 6"
_THREE = "cuts 1 2, end 3"

_JUMPS = (
    Case("jumps", "two transport streams of 9 s, joined",
         "cuts 3 6 9 12 15, end 18" + _words("j.ts", "9.00 s"),
         _joined("j.ts", length=75)),
    Case("jumps", "three pieces", "cuts 1 2 3 4 5 6 7 8, end 9" + _words("j.ts", "3.00 s, 6.00 s"),
         _joined("j.ts", starts=(None, None, None))),
    Case("jumps", "an hour ahead", _SIX + _words("j.ts", "3.00 s"),
         _joined("j.ts", starts=(None, 3600))),
    Case("jumps", "program streams without sound, an hour ahead", _SIX + _words("j.mpg", "3.00 s"),
         _joined("j.mpg", *_MPEG2, starts=(0, 3600))),
    Case("jumps", "FLV, an hour ahead and back again",
         "cuts 1 2 3 4 5 6 7 8, end 9" + _words("j.flv", "3.00 s, 6.00 s"),
         _joined("j.flv", *_X264, "-c:a", "aac", starts=(100, 3700, 40), sound=True)),
    Case("jumps", "Matroska, an hour ahead", _SIX + _words("j.mkv", "3.00 s"),
         _joined("j.mkv", *_X264, "-c:a", "aac", starts=(0, 3600), sound=True)),
    Case("jumps", "back by two frames", _SIX + _words("j.ts", "3.00 s"),
         _joined("j.ts", starts=(0, 2.92))),
    # Six pieces of one scene of 8 frames: 0.32 s each.
    Case("jumps", "pieces of a third of a second",
         "cuts 0.32 0.64 0.96 1.28 1.6, end 1.92"
         + _words("j.ts", "0.32 s, 0.64 s, 0.96 s and 2 times more"),
         _joined("j.ts", starts=(None,) * 6, length=8, scenes=1)),
    Case("jumps", "program streams with sound", _SIX + _words("j.mpg", "3.00 s"),
         _joined("j.mpg", *_MPEG2_SOUND, sound=True)),
    Case("jumps", "VOB with AC-3", _SIX + _words("j.vob", "3.00 s"),
         _joined("j.vob", *_MPEG2, "-c:a", "ac3", sound=True)),
    Case("jumps", "M2TS with sound", _SIX + _words("j.m2ts", "3.00 s"),
         _joined("j.m2ts", *_X264, "-c:a", "aac", sound=True)),
    Case("jumps", "Matroska", _SIX + _words("j.mkv", "3.00 s"),
         _joined("j.mkv")),
    Case("jumps", "a stream recording in FLV", _SIX + _words("j.flv", "3.00 s"),
         _joined("j.flv", *_X264, "-c:a", "aac", sound=True)),
    # 2.5 to 4.5 s of the joined film holds the cuts at 3 and 4 s.
    Case("jumps", "a clip from the middle, over the seam", "cuts 0.5 1.5, end 2",
         _joined("j.ts", *_X264, "-c:a", "aac", sound=True, tell=_middle)),
    # FFmpeg reads the first piece, or the first and then every second: a warning names the rest.
    Case("jumps", "Matroska with sound, three pieces",
         _SIX + _unread("j.mkv", "6.00 s") + _words("j.mkv", "3.00 s"),
         _joined("j.mkv", *_X264, "-c:a", "aac", starts=(None,) * 3, sound=True)),
    Case("jumps", "WebM, three pieces",
         _SIX + _unread("j.webm", "6.00 s") + _words("j.webm", "3.00 s"),
         _joined("j.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus",
                 starts=(None,) * 3, sound=True)),
    Case("jumps", "MP4",
         _THREE + _unread("j.mp4", "3.00 s"), _joined("j.mp4", *_X264, "-c:a", "aac", sound=True)),
    Case("jumps", "MP4, its index first",
         _THREE + _unread("j.mp4", "3.00 s"), _joined("j.mp4", *_X264, "-movflags", "faststart")),
    Case("jumps", "FLV with every header", _THREE + _unread("j.flv", "3.00 s"),
         _joined("j.flv", *_X264, "-c:a", "aac", sound=True, headers=True)),
    Case("jumps", "WMV", _THREE + _unread("j.wmv", "3.00 s"), _joined("j.wmv", "-c:v", "wmv2")),
    Case("jumps", "chained Ogg",
         _THREE + _unread("j.ogv", "3.00 s") + "; j.ogv: the file cannot be read to its end",
         _joined("j.ogv", "-c:v", "libtheora", "-c:a", "libvorbis", sound=True)),
    Case("jumps", "transport streams of other PIDs", _THREE + _unread("j.ts", "3.00 s"),
         _joined("j.ts", *_X264, "-c:a", "aac", sound=True, pids=("0x100", "0x200", "0x300"),
                 starts=(None,) * 3)),
    Case("jumps", "a transport stream of other PIDs between two",
         _SIX + _unread("j.ts", "3.00 s") + _words("j.ts", "3.00 s"),
         _joined("j.ts", *_X264, "-c:a", "aac", sound=True, pids=("0x100", "0x200", "0x100"),
                 starts=(None,) * 3, size=_LARGE)),
    Case("jumps", "AVI", _SIX, _joined("j.avi", "-c:v", "mpeg4", "-q:v", "3")),
    # The first piece ends at 3 s, though FFmpeg invents 2.96 s for the time of its last picture.
    # 2.5 to 4.5 s of the whole holds the cuts at 3 and 4 s.
    Case("jumps", "program streams of 25 and 50 fps", "cuts 0.5 1.5, end 2",
         _joined("j.mpg", *_MPEG2_SOUND, sound=True, rates=(25, 50), tell=_middle)),
    # The clock of 33 bits wraps 1.5 s after the start: no break, and no warning.
    Case("jumps", "a clock that wraps round", "cuts 1 2, end 3",
         _joined("j.ts", starts=(2**33 / 90_000 - 1.4 - 1.5,))),
)  # fmt: skip


# -- timecode -------------------------------------------------------------------------------------


def _start(path: Path) -> str:
    start = probe(MediaReference(path=str(path))).start_timecode
    return "none" if start is None else str(start)


def _tagged(name: str, rate: Fraction | int, timecode: str, *options: str) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        chosen = (*_X264, *options, "-metadata", f"timecode={timecode}")
        return _start(film(folder / name, *chosen, rate=rate, scenes=1, length=30))

    return tell


def _tracked(
    rate: Fraction | int, counted: Fraction | int, timecode: str, *options: str
) -> Callable[[Path], str]:
    """Analyse a picture of one rate with a timecode track of another."""

    def tell(folder: Path) -> str:
        tag = ("-timecode", timecode)
        film(folder / "c.mov", *_X264, *tag, rate=counted, scenes=1, length=30)
        film(folder / "p.mkv", *_X264, *options, rate=rate, scenes=1, length=60)
        both = ("-i", folder / "p.mkv", "-i", folder / "c.mov")
        ffmpeg(*both, "-map", "0:v", "-map", "1:d", "-c", "copy", folder / "a.mov")
        return _start(folder / "a.mov")

    return tell


# From a frame on, one is on time, the next a third of a frame late (0.325, 13 ms at 25), the
# one after two thirds: no constant rate fits all of them.
_JITTER = "settb=1/90000,setpts='(N+if(gte(N,{first}),0.325*mod(N,3),0))/({rate})/TB'"


def _late(rate: Fraction | int, first: int = 10) -> tuple[str, ...]:
    chain = _JITTER.format(rate=rate, first=first)
    return "-vf", chain, "-fps_mode", "passthrough", "-enc_time_base", "1:90000"


_TIMECODE = (
    # 36,000 s and 12 frames of 25.
    Case("timecode", "50p with a track of 25: 10:00:00:12", str(36_000 + Fraction(12, 25)),
         _tracked(50, 25, "10:00:00:12")),
    # An hour of drop-frame has 107,892 frames of 1001/30000 s.
    Case("timecode", "59.94p with a track of 29.97 drop-frame: 01:00:00;00",
         str(107_892 / (30 * _NTSC)), _tracked(60 * _NTSC, 30 * _NTSC, "01:00:00;00")),
    Case("timecode", "a variable rate with a track of 30: 00:00:10:15", str(Fraction(21, 2)),
         _tracked(30, 30, "00:00:10:15", *_late(30))),
    # Without a track: at the rate that the footage was meant to have, 50.
    Case("timecode", "Matroska, a variable rate near 50: 01:00:00:25", str(3600 + Fraction(1, 2)),
         _tagged("a.mkv", 50, "01:00:00:25", *_late(50))),
    # 8 of 7200 labels are left out in the first minute: this is frame 7200.
    Case("timecode", "119.88 drop-frame: 00:01:00;08", str(7200 / (120 * _NTSC)),
         _tagged("a.mkv", 120 * _NTSC, "00:01:00;08")),
    # 25 has no frame 30; 50 has.
    Case("timecode", "25p counted at 50: 00:00:01:30", str(Fraction(80, 50)),
         _tagged("a.mkv", 25, "00:00:01:30")),
    # There is no drop-frame at 23.976; the tag is that of the tape, 29.97. Frame 1800.
    Case("timecode", "23.976p marked as drop-frame: 00:01:00;02", str(1800 / (30 * _NTSC)),
         _tagged("a.mkv", 24 * _NTSC, "00:01:00;02")),
    Case("timecode", "MXF at 50: 10:00:00:12", str(36_000 + Fraction(12, 50)),
         _tagged("a.mxf", 50, "10:00:00:12", "-c:v", "mpeg2video")),
)  # fmt: skip


# -- variable rate --------------------------------------------------------------------------------


def _rates(path: Path) -> str:
    video = probe(MediaReference(path=str(path))).video
    if video is None:
        return "no picture"
    return f"{'variable' if video.variable_rate else 'constant'}, meant {video.nominal_rate}"


def _timed(name: str, chain: str, rate: Fraction | int, length: int = 120) -> Callable[[Path], str]:
    """Return the case of frames that a chain of filters drops or moves."""

    def tell(folder: Path) -> str:
        base = ("-fps_mode", "passthrough", "-enc_time_base", "1:90000")
        chosen = (*_X264, "-vf", chain, *base)
        return _rates(film(folder / name, *chosen, rate=rate, scenes=1, length=length))

    return tell


def _long(name: str, first: int) -> Callable[[Path], str]:
    """Return the case of 1800 frames in more than 64 MiB, late from ``first`` on."""

    def tell(folder: Path) -> str:
        path = folder / name
        late = _late(25, first)
        source = ("-f", "lavfi", "-t", "72", "-i", "testsrc2=s=64x36:r=25")
        ffmpeg(*source, *_X264, "-preset", "veryfast", "-g", "100", *late, path)
        _pad(path)
        return f"{_rates(path)}, the last frame at {seconds(_last_frame(path))} s"

    return tell


def _last_frame(path: Path) -> Fraction:
    end = TimeRange(start=Fraction(71), duration=Fraction(10))
    return max(f.start for f in FrameReader(probe(MediaReference(path=str(path))), [end]))


def _pad(path: Path) -> None:
    """Extend a file by an atom, or an element, of free space."""
    atom = _PADDING.to_bytes(4, "big") + b"free"
    element = b"\xec\x01" + (_PADDING - 9).to_bytes(7, "big")
    with path.open("r+b") as file:
        file.seek(0, 2)
        end = file.tell() + _PADDING
        file.write(element if path.suffix == ".mkv" else atom)
        file.truncate(end)


# Of every 16 frames of 1/30 s one is dropped, the others come up to 4 ms late: 28.125 on average.
_PHONE = "select='mod(n,16)-mod(floor(n/16),7)',settb=1/90000,setpts='PTS+0.002*mod(N,3)/TB'"
# A frame of 24 stands for two and three ticks of 60 in turn, or for one, one, one and two of 30.
_CADENCE = "settb=1/90000,setpts='ceil(N*{grid}/({rate}))/({grid})/TB'"

_VARIABLE = (
    # The last of 1800 frames begins at 1799/25 + 0.013 * (1799 mod 3) = 71.986 s.
    Case("variable rate", "MP4 of 65 MiB, from frame 1600 on",
         "variable, meant 25, the last frame at 71.986 s", _long("a.mp4", 1600)),
    Case("variable rate", "Matroska of 65 MiB, from frame 1600 on",
         "variable, meant 25, the last frame at 71.986 s", _long("a.mkv", 1600)),
    Case("variable rate", "MP4 of 65 MiB, constant to its end",
         "constant, meant 25, the last frame at 71.96 s", _long("a.mp4", 1800)),
    Case("variable rate", "a phone that drops one frame in 16", "variable, meant 30",
         _timed("a.mp4", _PHONE, 30, 320)),
    Case("variable rate", "23.976 in ticks of 59.94", "variable, meant 24000/1001",
         _timed("a.mp4", _CADENCE.format(grid="60000/1001", rate="24000/1001"), 24 * _NTSC)),
    Case("variable rate", "23.976 in ticks of 29.97", "variable, meant 24000/1001",
         _timed("a.mkv", _CADENCE.format(grid="30000/1001", rate="24000/1001"), 24 * _NTSC)),
    Case("variable rate", "24 in ticks of 1/60 s", "variable, meant 24",
         _timed("a.mp4", _CADENCE.format(grid="60", rate="24"), 24)),
    Case("variable rate", "24 in ticks of 1/30 s", "variable, meant 24",
         _timed("a.mp4", _CADENCE.format(grid="30", rate="24"), 24)),
)  # fmt: skip

CASES: tuple[Case, ...] = (*_ORIGIN, *_JUMPS, *_TIMECODE, *_VARIABLE)
