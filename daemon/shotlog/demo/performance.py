"""Rendering of one scene, from its declaration to its pictures."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.demo.backdrop import BACKDROPS, GROUND
from shotlog.demo.figure import BODY_HEADS, HALF_WIDTH, Pose, draw_figure
from shotlog.demo.script import Person, Scene
from shotlog.demo.stage import HEAD, Image, Layer, camera_path, take_picture
from shotlog.synthetic import Camera

_ROOM = 0.2
"""Space over the crown in a painted figure, in heads."""

_CROWN = GROUND - BODY_HEADS * HEAD
"""Position of the top of every head, in metres below the lens."""

_FOCAL = 1.4
"""Focal length before any zoom, in picture heights, as the shot size depends on the height."""

_NEAR = 5.0
"""Height of the picture in heads below which blinking is visible."""

_figure = lru_cache(maxsize=96)(draw_figure)


class Performance:
    """A scene that is ready to be rendered; frame n does not depend on the order of calls.

    Args:
        scene: The scene.
        width: Width of the pictures in pixels.
        height: Height of the pictures in pixels.
        rate: Frames per second.
        seed: Seed of all random numbers.
    """

    def __init__(self, scene: Scene, width: int, height: int, rate: float, seed: int) -> None:
        self.scene, self.width, self.height, self.rate = scene, width, height, rate
        rng = np.random.default_rng(seed)
        self._layers = tuple(BACKDROPS[scene.backdrop](rng))
        self._start = _first_camera(scene, _FOCAL * height / width)
        self._camera = camera_path(scene.move, scene.amount, self._start, seed)
        self._confetti = _Confetti(rng, width, height) if scene.confetti is not None else None
        self._sparks = [_Burst(rng) for _ in scene.bursts]
        self._behind: tuple[Camera, Image] | None = None

    def picture(self, frame: int) -> Image:
        """Render a frame of the scene.

        Args:
            frame: Number of the frame; for gradual cuts also below 0 and past the end.

        Returns:
            (height, width, 3) uint8 RGB.
        """
        camera = self._camera((frame + 0.5) / self.scene.frames)
        picture = self._background(camera).copy()
        for burst, start in zip(self._sparks, self.scene.bursts, strict=True):
            burst.draw(picture, camera, (frame - start) / self.rate)
        people = [self._billboard(person, frame) for person in self.scene.people]
        take_picture(people, camera, self.width, self.height, onto=picture)
        if self._confetti is not None and self.scene.confetti is not None:
            self._confetti.draw(picture, (frame - self.scene.confetti) / self.rate)
        return picture

    def _background(self, camera: Camera) -> Image:
        """Return the picture of the backdrop, rendered again only when the camera has moved."""
        if self._behind is None or self._behind[0] != camera:
            self._behind = (camera, take_picture(self._layers, camera, self.width, self.height))
        return self._behind[1]

    def _billboard(self, person: Person, frame: int) -> Layer:
        """Return a person as a layer that faces the camera."""
        scene, seconds = self.scene, frame / self.rate
        pose = Pose(
            turn=person.turn,
            mouth=_mouth(seconds) if person.talks else 0.0,
            # For 0.15 s, as long as people do.
            blink=not person.talks and scene.heads < _NEAR and seconds % 1.7 > 1.55,
            arms=self._arms(person, seconds),
        )
        heads = min(BODY_HEADS, scene.heads + 0.3)
        # Painted for the longest focal length, so that a zoom in does not enlarge pixels.
        zoom = max(1.0, self._camera(1.0).focal / self._start.focal)
        paint = _figure(
            person.appearance, pose, self.height * zoom / scene.heads, heads=heads, above=_ROOM
        )
        # People sway and breathe, but less in a close-up, where it would look like a shake.
        calm = min(1.0, scene.heads / 4) ** 2
        sway = 0.006 * calm * math.sin(1.9 * seconds + 5 * person.x)
        breath = 0.004 * calm * math.sin(2.6 * seconds + person.x)
        return Layer.facing(
            paint,
            middle=person.x + sway,
            top=_CROWN - _ROOM * HEAD + breath,
            width=2 * HALF_WIDTH * HEAD,
            height=(heads + _ROOM) * HEAD,
            away=_distance(scene),
        )

    def _arms(self, person: Person, seconds: float) -> float:
        if not person.cheers or self.scene.confetti is None:
            return 0.0
        since = seconds - self.scene.confetti / self.rate
        raised = min(max(since / 0.35, 0.0), 1.0)
        wave = 0.75 + 0.25 * math.sin(11 * since + 3 * person.x)
        return (
            round(8 * raised * wave) / 8
        )  # few different poses, so that the cache of figures hits


def _distance(scene: Scene) -> float:
    """Return the distance of the people in metres at which the picture is ``heads`` high."""
    # A pinhole camera shows a height of distance / focal length.
    return scene.heads * HEAD * _FOCAL


def _first_camera(scene: Scene, focal: float) -> Camera:
    """Return the first camera: heads in the upper third, feet in the picture where they fit.

    Args:
        scene: The scene.
        focal: Focal length in picture widths.
    """
    camera = Camera(pitch=scene.tilt, focal=focal)
    if not scene.people:
        return camera
    frame = scene.heads * HEAD
    if scene.heads < 1.6:
        middle = _CROWN + 0.56 * HEAD
    elif scene.heads < BODY_HEADS:
        middle = _CROWN + 0.38 * frame
    else:
        middle = GROUND - BODY_HEADS * HEAD / 2 - 0.06 * (scene.heads - BODY_HEADS) * HEAD
    return replace(camera, y=middle)


def _mouth(seconds: float) -> float:
    """Return the opening of a talking mouth: about four times a second, with pauses."""
    phrase = 0.5 + 0.5 * math.sin(2.3 * seconds)
    beat = max(0.0, math.sin(2 * math.pi * 4.1 * seconds) + 0.4 * math.sin(9.7 * seconds))
    return round(3 * min(1.0, beat * min(1.0, 2.5 * phrase))) / 3  # few poses, as above


class _Confetti:
    """Bright paper that falls through the picture and tumbles."""

    def __init__(self, rng: np.random.Generator, width: int, height: int, count: int = 170) -> None:
        self._size = np.array([width, height], np.float64)
        self._start = rng.uniform([0, -1.3], [1, -0.02], (count, 2))
        self._speed = rng.uniform(0.45, 0.85, count)
        self._swing = rng.uniform([0.01, 2, 0], [0.04, 5, 6.3], (count, 3))
        self._spin = rng.uniform([3, 4, 0], [9, 12, 6.3], (count, 3))
        self._paper = rng.uniform(0.007, 0.014, count) * height
        palette = np.array(
            [
                (250, 204, 60),
                (240, 92, 110),
                (90, 196, 240),
                (130, 220, 120),
                (246, 246, 246),
                (214, 120, 240),
            ]
        )
        self._tint = palette[rng.integers(len(palette), size=count)]

    def draw(self, picture: Image, seconds: float) -> None:
        """Paint the confetti of a moment, in seconds after its start, into a picture."""
        if seconds <= 0:
            return
        position = self._start.copy()
        position[:, 1] += self._speed * seconds * 1.2
        wide, fast, phase = self._swing.T
        position[:, 0] += wide * np.sin(fast * seconds + phase)
        for number in np.flatnonzero((position[:, 1] > -0.03) & (position[:, 1] < 1.03)):
            turn, flip, phase = self._spin[number]
            angle, thin = turn * seconds + phase, abs(math.cos(flip * seconds + phase))
            along = self._paper[number] * np.array([math.cos(angle), math.sin(angle)])
            aside = (0.15 + 0.5 * thin) * np.array([-along[1], along[0]])
            middle = position[number] * self._size
            quad = np.array([along + aside, along - aside, -along - aside, -along + aside]) + middle
            shade = self._tint[number] * (0.6 + 0.4 * thin)
            points = np.round(quad * 16).astype(np.int32)  # 1/16 pixel: shift=4 is 4 fraction bits
            cv2.fillConvexPoly(picture, points, shade.tolist(), cv2.LINE_AA, shift=4)


class _Burst:
    """A firework in the sky: sparks that fly apart, sink and fade."""

    def __init__(self, rng: np.random.Generator, count: int = 90) -> None:
        self._middle = rng.uniform([-0.42, -0.30], [0.42, -0.17])
        angle, reach = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0.15, 1, count))
        self._fly = 0.17 * np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
        tints = np.array([(255, 214, 120), (255, 150, 190), (160, 210, 255), (190, 255, 190)])
        self._tint = tints[rng.integers(len(tints))].astype(np.float64)

    def draw(self, picture: Image, camera: Camera, seconds: float) -> None:
        """Paint the burst of a moment, in seconds after its start, into a picture."""
        life = 1 - seconds / 1.6
        if seconds <= 0 or life <= 0:
            return
        if seconds < 0.09:  # the flash lights the whole picture for two frames
            cv2.add(picture, np.full(4, 26.0 * (1 - seconds / 0.09)), dst=picture)
        ends = [self._project(picture, camera, max(0.0, seconds - lag)) for lag in (0.0, 0.07)]
        glow = np.zeros_like(picture)
        for head, tail in zip(*ends, strict=True):
            cv2.line(
                glow, head.tolist(), tail.tolist(), self._tint.tolist(), 2, cv2.LINE_AA, shift=4
            )
        cv2.scaleAdd(glow, life, picture, dst=picture)

    def _project(self, picture: Image, camera: Camera, seconds: float) -> npt.NDArray[np.int32]:
        """Return the sparks' positions in sixteenths of a pixel, (n, 2)."""
        flown = self._fly * (1 - math.exp(-3.2 * seconds)) + self._middle
        flown[:, 1] += 0.11 * seconds**2
        height, width = picture.shape[:2]
        rays = np.column_stack([flown, np.ones(len(flown))])
        projected = rays @ camera.projection(width, height).T
        points = np.clip(projected[:, :2] / projected[:, 2:], -2000, 4000)
        return np.round(points * 16).astype(np.int32)
