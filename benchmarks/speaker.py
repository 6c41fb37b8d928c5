"""Reframing by who speaks: the right person, second by second, of two beside each other.

    python -m benchmarks.speaker --data DIR [--json]

The film is made of footage of single persons, side by side: each moves in his turn, and is a still
picture in the other's. Speech is that of ``video/speech``, cut into turns of four seconds; the
other microphone hears it 20 dB lower. ``speaker_right`` is the share of seconds, by their middle,
at which the crop is on the side of who speaks, with a microphone each; ``speaker_right_mixed`` with
one sound for both, where lips decide. Their movements belong to other words than those heard, and
a still picture has no movement of mouth or face to compare, so the second one tells little of real
talks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from scipy.signal import resample_poly

from shotlog.delivery.reframe import ReframeOptions, SpeakerReframer, reframe
from shotlog.engine import Cache
from shotlog.media import FrameReader, probe, read_track, sound_tracks
from shotlog.schema import SOUND_RATE, Edit, FrameNeed, MediaReference, Pixels, Samples, TimeRange
from shotlog.synthetic import write_video
from tests.delivery.extras.music import write_wave
from tests.delivery.reframe.scenes import clip_of

_RATE = Fraction(25)
_TURN, _SECONDS = 4, 24
_QUIETER = 0.1
_SIDE = (640, 720)
_PERSONS = (("camera/c_foreman_a.mp4", 0.0), ("camera/c_conf4.mp4", 0.55))
"""Footage of each person, and where his part of its picture begins."""


def persons(data: Path) -> list[list[Pixels]]:
    """Return the pictures of each person, of one size."""
    found = []
    for file, left in _PERSONS:
        media = probe(MediaReference(path=str(data / "video" / file)))
        whole = TimeRange(start=Fraction(0), duration=Fraction(_TURN))
        parts = []
        for frame in FrameReader(media, [whole]):
            picture = frame.pixels(FrameNeed(width=1280, height=720, pixels="rgb"))
            part = picture[:, round(left * picture.shape[1]) :]
            parts.append(np.asarray(cv2.resize(part, _SIDE), np.uint8))
        found.append(parts)
    return found


def speaker(second: float) -> int:
    """Return who speaks: 0 on the left, 1 on the right."""
    return int(second // _TURN) % 2


def beside(people: Sequence[Sequence[Pixels]]) -> Iterator[Pixels]:
    """Yield the pictures of the film."""
    for number in range(round(_SECONDS * _RATE)):
        second, frame = float(number / _RATE), number % round(_TURN * _RATE)
        who = speaker(second)
        yield np.hstack(
            [
                pictures[min(frame, len(pictures) - 1) if person == who else 0]
                for person, pictures in enumerate(people)
            ]
        )


def microphones(data: Path) -> list[Samples]:
    """Return the sound of both microphones."""
    (path,) = (data / "video" / "speech").iterdir()
    media = probe(MediaReference(path=str(path)))
    track = sound_tracks(media)[0]
    heard: list[Samples] = []
    for _, samples in read_track(media, track):
        heard.append(samples.mean(axis=0))
        if sum(map(len, heard)) > _SECONDS * track.rate:
            break
    speech = resample_poly(np.concatenate(heard), SOUND_RATE, track.rate)
    speech = np.asarray(speech[: _SECONDS * SOUND_RATE], np.float32)
    turns = (np.arange(len(speech)) // (_TURN * SOUND_RATE)) % 2
    return [speech * np.where(turns == who, 1, _QUIETER).astype(np.float32) for who in range(2)]


def right(film: Path, sounds: Sequence[Path]) -> float:
    """Return the share of seconds at which the crop is on the side of who speaks."""
    length = Fraction(_SECONDS)
    picture = clip_of(film, length)
    tracks = tuple(
        clip_of(path, length).model_copy(update={"id": f"A{number}/0"})
        for number, path in enumerate(sounds, 1)
    )
    edit = Edit(name="two", rate=_RATE, duration=length, clips=(picture,), sound=tracks)
    options = ReframeOptions(aspect=Fraction(9, 16), backend=SpeakerReframer())
    with Cache(None) as cache:
        (path_,) = reframe(edit, cache, options).paths
    seconds = [n + 0.5 for n in range(_SECONDS)]
    return float(np.mean([(path_.at(Fraction(at)).x > 0.5) == speaker(at) for at in seconds]))


def measure(data: Path) -> dict[str, float]:
    """Return all figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = folder / "two.mp4"
        write_video(film, beside(persons(data)), _RATE)
        sounds = microphones(data)
        each = [write_wave(folder / f"{n}.wav", sound) for n, sound in enumerate(sounds)]
        mixed = write_wave(folder / "mixed.wav", np.asarray(sum(sounds) / 2, np.float32))
        return {"speaker_right": right(film, each), "speaker_right_mixed": right(film, [mixed])}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled footage")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    figures = measure(asked.data)
    if asked.json:
        json.dump(figures, sys.stdout, indent=2)
        print()
        return
    for key, value in figures.items():
        print(f"{key}: {value:.2f}")


if __name__ == "__main__":
    main()
