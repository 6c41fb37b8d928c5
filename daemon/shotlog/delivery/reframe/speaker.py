"""The reframer that follows who speaks: by lips and voice, or by the microphones of an edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator
from scipy.optimize import linear_sum_assignment

from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.delivery.reframe.backends import (
    STEP,
    SubjectReframer,
    choose_face,
    runs,
    settle,
    targets_of,
)
from shotlog.delivery.reframe.contract import SeenShot, Target
from shotlog.delivery.reframe.evidence import LipMeasure
from shotlog.delivery.reframe.looks import Look, look_at
from shotlog.delivery.reframe.sound import EditSound
from shotlog.delivery.reframe.talknet import (
    CepstrumMeasure,
    MouthMeasure,
    TalkNet,
    load_talknet,
)
from shotlog.delivery.reframe.tracks import FaceTrack
from shotlog.schema import Measure

Numbers = npt.NDArray[np.float64]


class SpeakerReframer(SubjectReframer):
    """The speaker among the faces of a shot; the most prominent face while nobody speaks."""

    name = "speaker"
    summary: ClassVar[str] = "who speaks: by isolated microphones, else by lips and voice"
    version: ClassVar[str] = "1"

    lead: float = Field(0.3, ge=0, le=5)
    """Seconds before the first word at which the crop is with the speaker."""
    model: str = ""
    """A folder with the weights of a TalkNet, which then decides instead of the lips."""

    @field_validator("model")
    @classmethod
    def _absolute(cls, path: str) -> str:
        return str(Path(path).absolute()) if path else path

    @property
    def measures(self) -> Sequence[Measure]:
        """Measures of faces, of what moves, of lips and of sound.

        Raises:
            ReframerError: The folder of the model cannot be used.
        """
        talknet = self._talknet()
        seen = (LipMeasure(),) if talknet is None else (MouthMeasure(talknet), CepstrumMeasure())
        return (*super().measures, *seen, LoudnessMeasure(), SpeechMeasure())

    def _talknet(self) -> TalkNet | None:
        return load_talknet(Path(self.model)) if self.model else None

    def follow(self, shots: Sequence[SeenShot], sound: EditSound) -> Sequence[Sequence[Target]]:
        """Return the subjects of every shot."""
        talknet = self._talknet()
        looks = [look_at(shot, sound, talknet) for shot in shots]
        owners = _owners(shots, looks)
        return [self._targets(shot, look, owners) for shot, look in zip(shots, looks, strict=True)]

    def _targets(
        self, shot: SeenShot, look: Look, owners: dict[tuple[str, int, int], int]
    ) -> Sequence[Target]:
        moments, tracks = look.moments, shot.tracks
        present = choose_face(tracks, moments, [track.weight for track in tracks])
        if len(tracks) < 2:
            return targets_of(shot, moments, settle(present, self.hold), self.margin)
        speaking = _by_microphones(shot, look, owners) if look.microphones else _by_lips(look)
        speaking = _with_lead(speaking, self.lead)
        known = np.array(
            [
                number >= 0 and bool(tracks[number].present(moments[n : n + 1])[0])
                for n, number in enumerate(speaking)
            ]
        )
        chosen = _carried(np.where(known, speaking, -1), present)
        return targets_of(shot, moments, settle(chosen, self.hold), self.margin)


def _owners(shots: Sequence[SeenShot], looks: Sequence[Look]) -> dict[tuple[str, int, int], int]:
    """Return the face that each microphone belongs to, in order from the left, by file.

    Lips decide over all shots of a file that show as many faces: people do not change places while
    a camera runs.

    Returns:
        By content, number of faces and number of the microphone, the place from the left.
    """
    votes: dict[tuple[str, int], Numbers] = defaultdict(lambda: np.zeros((0, 0)))
    for shot, look in zip(shots, looks, strict=True):
        count = len(shot.tracks)
        if count < 2 or not look.microphones:
            continue
        key = (shot.view.media.content_id, count)
        if not votes[key].size:
            votes[key] = np.zeros((len(look.microphones), count))
        order = _from_left(shot.tracks)
        for microphone in range(len(look.microphones)):
            at = look.loud == microphone
            if at.any():
                lead = look.lips[at] - look.lips[at].mean(axis=1, keepdims=True)
                votes[key][microphone] += lead.sum(axis=0)[order]
    owners = {}
    for (content, count), table in votes.items():
        rows, places = linear_sum_assignment(-table)
        for microphone, place in zip(rows.tolist(), places.tolist(), strict=True):
            owners[content, count, microphone] = place
    return owners


def _from_left(tracks: Sequence[FaceTrack]) -> list[int]:
    return sorted(range(len(tracks)), key=lambda n: float(tracks[n].boxes[:, 0].mean()))


def _by_microphones(
    shot: SeenShot, look: Look, owners: dict[tuple[str, int, int], int]
) -> npt.NDArray[np.intp]:
    order, content = _from_left(shot.tracks), shot.view.media.content_id
    faces = [
        owners.get((content, len(shot.tracks), microphone), -1)
        for microphone in range(len(look.microphones))
    ]
    numbers = np.array([order[place] if place >= 0 else -1 for place in faces] + [-1], np.intp)
    return numbers[look.loud]


def _by_lips(look: Look) -> npt.NDArray[np.intp]:
    return np.where(look.spoken & look.clear, look.lips.argmax(axis=1), -1).astype(np.intp)


def _with_lead(speaking: npt.NDArray[np.intp], lead: float) -> npt.NDArray[np.intp]:
    """Return who is to be seen: each speaker a while before the first word too."""
    steps, early = round(lead / STEP), speaking.copy()
    for first, _ in runs(speaking):
        if speaking[first] >= 0:
            early[max(0, first - steps) : first] = speaking[first]
    return early


def _carried(speaking: npt.NDArray[np.intp], present: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the last speaker while nobody speaks; before the first one the most prominent face."""
    carried = speaking.copy()
    last = -1
    for n, number in enumerate(speaking):
        last = int(number) if number >= 0 else last
        carried[n] = last
    first = int(np.argmax(speaking >= 0)) if (speaking >= 0).any() else -1
    carried[carried == -1] = speaking[first] if first >= 0 else present[carried == -1]
    # Where a face has left the shot, the most prominent of those that are there.
    return np.where(present == -1, -1, carried)
