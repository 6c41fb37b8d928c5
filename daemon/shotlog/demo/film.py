"""The demo film: a declared script becomes pictures and sound, and the truth about them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import cv2
import numpy as np

from shotlog.demo import sound
from shotlog.demo.performance import Performance
from shotlog.demo.script import DEMO, FACE_OF_HEAD, Script, ScriptedSound
from shotlog.demo.sound import Samples
from shotlog.demo.stage import Image
from shotlog.demo.truth import SoundKind, TrueCut, TrueHighlight, TrueShot, TrueSound, Truth
from shotlog.schema import CutKind, TimeRange
from shotlog.synthetic import AUDIO_RATE, write_video

RATE = Fraction(24)

_X264 = {"preset": "superfast", "crf": "22"}
"""Takes little more than half the time of write_video's own setting; the film is drawn anyway."""

_GRAIN = 1.3
"""Standard deviation of the sensor noise, in 8-bit steps: a camera that stands still is not a
freeze frame."""


class Film:
    """A film that can be rendered, and what is true of it.

    The same script gives the same pictures and samples, byte for byte.

    Args:
        script: What to show.
        width: Of the picture; even.
        height: Of the picture; even.
    """

    def __init__(self, script: Script = DEMO, width: int = 960, height: int = 540) -> None:
        self.script, self.width, self.height = script, width, height
        self._starts = list(accumulate((s.frames for s in script.scenes), initial=0))
        self._grain = _Grain(script.seed, width, height)
        self._performances: dict[int, Performance] = {}

    @property
    def truth(self) -> Truth:
        """What is to be found in it."""
        return Truth(
            rate=RATE,
            width=self.width,
            height=self.height,
            frames=self.script.frames,
            shots=tuple(self._true_shot(n) for n in range(len(self.script.scenes))),
            cuts=tuple(self._true_cut(n) for n in range(1, len(self.script.scenes))),
            sounds=tuple(
                TrueSound(kind=heard.kind, range=_seconds(heard.first, heard.end))
                for heard in self.script.sounds
            ),
            highlights=tuple(
                TrueHighlight(range=_seconds(first, end), reason=reason)
                for first, end, reason in self.script.highlights
            ),
        )

    def render(self, path: Path, progress: Callable[[int], None] | None = None) -> Truth:
        """Writes the film as H.264 and AAC.

        Args:
            path: The file to write; its suffix decides the container.
            progress: Called with the number of frames done, after each of them.

        Returns:
            What is true of it.
        """
        pictures = _counted(self.frames(), progress)
        write_video(path, pictures, RATE, sound=self.sound(), options=_X264)
        return self.truth

    def frames(self) -> Iterator[Image]:
        """All pictures, (height, width, 3) uint8 RGB, in order."""
        return (self.picture(frame) for frame in range(self.script.frames))

    def picture(self, frame: int) -> Image:
        """One picture, (height, width, 3) uint8 RGB; quickest in order."""
        return self._grain.over(self._clean(frame), frame)

    def sound(self) -> Samples:
        """The sound of the film, (n,) float32 mono at 48 kHz."""
        rng = np.random.default_rng(self.script.seed)
        out = sound.room_tone(rng, self._sample(self.script.frames))
        for heard in self.script.sounds:
            first, end = self._sample(heard.first), self._sample(heard.end)
            out[first:end] += self._play(heard, rng, end - first)
        return np.clip(out, -1, 1)

    def _clean(self, frame: int) -> Image:
        """A picture without grain."""
        scenes = self.script.scenes
        number = bisect_right(self._starts, frame) - 1
        local = frame - self._starts[number]
        lead = self._lead(number + 1)
        if local >= scenes[number].frames - lead:
            return self._mixed(number + 1, local - scenes[number].frames)
        if local < self._lead(number):
            return self._mixed(number, local)
        return self._performance(number).picture(local)

    def _lead(self, number: int) -> int:
        """Frames that a gradual entry takes on either side of the cut; 0 past the last scene."""
        scenes = self.script.scenes
        return scenes[number].blend // 2 if number < len(scenes) else 0

    def _mixed(self, number: int, local: int) -> Image:
        """A frame of the gradual entry of scene ``number``, ``local`` frames from its start."""
        scenes, lead = self.script.scenes, self._lead(number)
        u = (local + lead + 0.5) / (2 * lead)
        old = self._performance(number - 1).picture(local + scenes[number - 1].frames)
        new = self._performance(number).picture(local)
        if scenes[number].entry is CutKind.DISSOLVE:
            return np.asarray(cv2.addWeighted(old, 1 - u, new, u, 0), np.uint8)
        seen, light = (old, 1 - 2 * u) if u < 0.5 else (new, 2 * u - 1)
        return np.asarray(cv2.convertScaleAbs(seen, alpha=light), np.uint8)

    def _performance(self, number: int) -> Performance:
        """The performance of a scene; two at once are kept, for the gradual cut between them."""
        if number not in self._performances:
            self._performances = {
                n: kept for n, kept in self._performances.items() if n == number - 1
            }
            scene, seed = self.script.scenes[number], self.script.seed * 100 + number
            self._performances[number] = Performance(
                scene, self.width, self.height, float(RATE), seed
            )
        return self._performances[number]

    def _play(self, heard: ScriptedSound, rng: np.random.Generator, length: int) -> Samples:
        match heard.kind:
            case SoundKind.MUSIC:
                return sound.music(rng, length)
            case SoundKind.SPEECH:
                return sound.babble(rng, length)
            case SoundKind.APPLAUSE:
                return sound.applause(rng, length)
            case SoundKind.FIREWORKS:
                return sound.fireworks(rng, length, self._bangs(heard))
            case SoundKind.SILENCE:
                return np.zeros(length, np.float32)

    def _bangs(self, heard: ScriptedSound) -> tuple[float, ...]:
        """When fireworks burst while they are heard, in seconds from the sound's start."""
        frames = [
            start + burst
            for start, scene in zip(self._starts, self.script.scenes, strict=False)
            for burst in scene.bursts
        ]
        return tuple(
            float((f - heard.first) / RATE) for f in frames if heard.first <= f < heard.end
        )

    def _sample(self, frame: int) -> int:
        return math.floor(frame / RATE * AUDIO_RATE)

    def _true_shot(self, number: int) -> TrueShot:
        scene, start = self.script.scenes[number], self._starts[number]
        end = start + scene.frames
        core = _seconds(start + self._lead(number), end - self._lead(number + 1))
        return TrueShot(
            name=scene.name,
            range=_seconds(start, end),
            core=core,
            move=scene.move,
            size=scene.size,
            faces=len(scene.people),
            face_height=FACE_OF_HEAD / scene.heads if scene.people else 0.0,
        )

    def _true_cut(self, number: int) -> TrueCut:
        at, lead = self._starts[number], self._lead(number)
        return TrueCut(
            frame=at, kind=self.script.scenes[number].entry, span=_seconds(at - lead, at + lead)
        )


def _counted(pictures: Iterator[Image], progress: Callable[[int], None] | None) -> Iterator[Image]:
    for number, picture in enumerate(pictures, 1):
        yield picture
        if progress is not None:
            progress(number)


class _Grain:
    """Sensor noise: a few fixed sheets of it, laid over the pictures in turn."""

    def __init__(self, seed: int, width: int, height: int) -> None:
        rng = np.random.default_rng(seed)
        sheets = rng.normal(0, _GRAIN, (7, height, width)).round().astype(np.int16)
        self._sheets = [cv2.merge([sheet, sheet, sheet]) for sheet in sheets]

    def over(self, picture: Image, frame: int) -> Image:
        sheet = self._sheets[frame * 5 % len(self._sheets)]
        return np.asarray(cv2.add(picture, sheet, dtype=cv2.CV_8U), np.uint8)


def _seconds(first: int, end: int) -> TimeRange:
    """The range of the frames from ``first`` until before ``end``."""
    return TimeRange.between(first / RATE, end / RATE)
