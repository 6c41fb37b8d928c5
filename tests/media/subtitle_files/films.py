"""Films with subtitle tracks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

import av
import numpy as np

RATE = 25
TICK = Fraction(1, 1000)
STYLED = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,12,&H00FFFFFF,&H00FFFFFF,&H00101010,&H80000000,\
0,0,0,0,100,100,0,0,1,3,1,2,16,16,9,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""The start of a SubStation script whose style keeps to the safe area."""

Codec = Literal["ass", "dvd_subtitle", "mov_text", "subrip", "webvtt"]


class Track(NamedTuple):
    """A track that is written.

    Attributes:
        codec: FFmpeg's name of its codec.
        cues: Start and end of each in milliseconds, with its text, or its packet as it is.
        language: Its language; empty to write none.
    """

    codec: Codec
    cues: Sequence[tuple[int, int, str | bytes]]
    language: str = ""


def write_subtitled(
    path: Path, *tracks: Track, first: int = 0, frames: int = 125, size: tuple[int, int] = (64, 36)
) -> Path:
    """Write a film of a grey picture with subtitle tracks.

    Args:
        path: The film.
        tracks: Its subtitles, on the clock of the file.
        first: Timestamp of the first frame, in frames.
        frames: Number of frames.
        size: Of the picture, in pixels.
    """
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=RATE)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        streams = []
        for track in tracks:
            stream = container.add_stream(track.codec)
            stream.time_base = TICK
            stream.codec_context.subtitle_header = STYLED.encode()
            if track.language:
                stream.metadata["language"] = track.language
            streams.append(stream)
        grey = np.full((size[1], size[0], 3), 128, np.uint8)
        for n in range(frames):
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = first + n, Fraction(1, RATE)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for stream, track in zip(streams, tracks, strict=True):
            for number, (start, end, text) in enumerate(track.cues):
                packet = av.Packet(_packet(track.codec, number, text))
                packet.pts = packet.dts = start
                packet.duration, packet.time_base, packet.stream = end - start, TICK, stream
                container.mux(packet)
    return path


def write_heard(path: Path, cue: tuple[int, int, str], first: int) -> Path:
    """Write a film of sound alone with a SubRip track.

    Args:
        path: The film; a .mkv.
        cue: Start and end in milliseconds on the clock of the file, and text.
        first: Timestamp of the first sample, in milliseconds.
    """
    start, end, text = cue
    with av.open(str(path), "w") as container:
        sound = container.add_stream("pcm_s16le", rate=1000, layout="mono")
        stream = container.add_stream("subrip")
        stream.time_base = TICK
        stream.codec_context.subtitle_header = STYLED.encode()
        silence = np.zeros((1, end - first), np.int16)
        block = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
        block.sample_rate, block.pts, block.time_base = 1000, first, TICK
        container.mux(sound.encode(block))
        container.mux(sound.encode(None))
        packet = av.Packet(text.encode())
        packet.pts = packet.dts = start
        packet.duration, packet.time_base, packet.stream = end - start, TICK, stream
        container.mux(packet)
    return path


def _packet(codec: Codec, number: int, text: str | bytes) -> bytes:
    """Return a subtitle as the packets of a codec hold it."""
    if isinstance(text, bytes):
        return text
    if codec == "mov_text":  # its length in two bytes: 3GPP TS 26.245, 5.17
        return len(text.encode()).to_bytes(2, "big") + text.encode()
    if codec == "ass":
        return f"{number},0,Default,,0,0,0,,{text}".encode()
    return text.encode()
