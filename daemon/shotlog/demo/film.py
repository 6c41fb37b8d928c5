"""The demo film: renders a declared script to pictures and sound, and gives their truth."""

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
"""Takes little more than half the time of write_video's default; drawn pictures need no better."""

_GRAIN = 1.3
"""Standard deviation of the sensor noise in 8-bit steps. Without noise a static camera would give
identical frames, which are a freeze frame to the analyzers."""


class Film:
    """A film that can be rendered, with its truth.

    The same script gives the same pictures and samples, byte for byte.

    Args:
        script: Scenes, sounds and highlights.
        width: Width of the picture in pixels; even.
        height: Height of the picture in pixels; even.
    """

    def __init__(self, script: Script = DEMO, width: int = 960, height: int = 540) -> None:
        self.script, self.width, self.height = script, width, height
        self._starts = list(accumulate((s.frames for s in script.scenes), initial=0))
        self._grain = _Grain(script.seed, width, height)
        self._performances: dict[int, Performance] = {}

    @property
    def truth(self) -> Truth:
        """Truth of the film: shots, cuts, sounds and highlights."""
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
        """Write the film as H.264 and AAC.

        Args:
            path: The file to write; its suffix decides the container.
            progress: Called after each frame with the number of frames written.

        Returns:
            Truth of the film.
        """
        pictures = _counted(self.frames(), progress)
        write_video(path, pictures, RATE, sound=self.sound(), options=_X264)
        return self.truth

    def frames(self) -> Iterator[Image]:
        """Return an iterator over all pictures in order, each (height, width, 3) uint8 RGB."""
        return (self.picture(frame) for frame in range(self.script.frames))

    def picture(self, frame: int) -> Image:
        """Return one picture, (height, width, 3) uint8 RGB; fastest when called in order."""
        return self._grain.over(self._clean(frame), frame)

    def sound(self) -> Samples:
        """Return the sound of the film, (n,) float32 mono at 48 kHz."""
        rng = np.random.default_rng(self.script.seed)
        out = sound.make_room_tone(rng, self._sample(self.script.frames))
        for heard in self.script.sounds:
            first, end = self._sample(heard.first), self._sample(heard.end)
            out[first:end] += self._play(heard, rng, end - first)
        return np.clip(out, -1, 1)

    def _clean(self, frame: int) -> Image:
        """Return a picture without grain."""
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
        """Return the frames of a gradual entry on each side of its cut; 0 past the last scene."""
        scenes = self.script.scenes
        return scenes[number].blend // 2 if number < len(scenes) else 0

    def _mixed(self, number: int, local: int) -> Image:
        """Return a frame of the gradual entry of a scene, ``local`` frames from its start."""
        scenes, lead = self.script.scenes, self._lead(number)
        # The middle of the frame: the first and the last frame of the change show both scenes, too.
        u = (local + lead + 0.5) / (2 * lead)
        old = self._performance(number - 1).picture(local + scenes[number - 1].frames)
        new = self._performance(number).picture(local)
        if scenes[number].entry is CutKind.DISSOLVE:
            return np.asarray(cv2.addWeighted(old, 1 - u, new, u, 0), np.uint8)
        # A dip: the old scene fades to black in the first half, the new one comes up in the second.
        visible, light = (old, 1 - 2 * u) if u < 0.5 else (new, 2 * u - 1)
        return np.asarray(cv2.convertScaleAbs(visible, alpha=light), np.uint8)

    def _performance(self, number: int) -> Performance:
        """Return the performance of a scene."""
        # Two are kept, for the gradual cut between them; a performance takes much memory.
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
                return sound.make_music(rng, length)
            case SoundKind.SPEECH:
                return sound.make_babble(rng, length)
            case SoundKind.APPLAUSE:
                return sound.make_applause(rng, length)
            case SoundKind.FIREWORKS:
                return sound.make_fireworks(rng, length, self._bangs(heard))
            case SoundKind.SILENCE:
                return np.zeros(length, np.float32)

    def _bangs(self, heard: ScriptedSound) -> tuple[float, ...]:
        """Return the moments of the bursts within a sound, in seconds from its start."""
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
    """Sensor noise: a few fixed sheets, added to the pictures in turn."""

    def __init__(self, seed: int, width: int, height: int) -> None:
        rng = np.random.default_rng(seed)
        sheets = rng.normal(0, _GRAIN, (7, height, width)).round().astype(np.int16)
        self._sheets = [cv2.merge([sheet, sheet, sheet]) for sheet in sheets]

    def over(self, picture: Image, frame: int) -> Image:
        """Return the picture with the noise of a frame number."""
        # Steps of 5 through 7 sheets: each is used, and none for two frames in a row.
        sheet = self._sheets[frame * 5 % len(self._sheets)]
        return np.asarray(cv2.add(picture, sheet, dtype=cv2.CV_8U), np.uint8)


def _seconds(first: int, end: int) -> TimeRange:
    """Return the range of the frames from ``first`` to ``end``, without ``end``."""
    return TimeRange.between(first / RATE, end / RATE)
