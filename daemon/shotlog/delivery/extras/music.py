"""A bed of music from a folder of the user: which piece, and how it lies under the film."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, ClassVar, Final

import numpy as np
from pydantic import Field

from shotlog.analyzers.clock import join_ranges
from shotlog.analyzers.sound import SILENCE, k_weighted
from shotlog.delivery.encode import AddedSound
from shotlog.delivery.extras.beats import Beats, find_beats
from shotlog.delivery.extras.contract import ExtendedFilm, Extra
from shotlog.delivery.extras.levels import Course, cut_course, product
from shotlog.media import probe, read_cells
from shotlog.schema import (
    SOUND_RATE,
    ExtraError,
    LevelKey,
    MediaError,
    MediaReference,
    MediaUnsupported,
    Samples,
    Seconds,
    SoundNeed,
    TimeRange,
    readable,
)

_SUFFIXES: Final = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".wma"}
)
_CELL: Final = SoundNeed(cell=Fraction(16), lead=Fraction(0))
_HEARD: Final = Fraction(600)
"""Seconds of a piece that are listened to; the beat of a longer one is not needed further on."""
_SLOW, _FAST = 12.0, 2.5
"""Mean seconds of a shot in calm and in lively films: those of English films of 1930 and of 2010
(J. Cutting et al., "Quicker, faster, darker", i-Perception 2, 2011)."""
_BAR: Final = 4
"""Beats after which a piece may begin again: nearly all popular music is in four."""
_JOIN: Final = Fraction(1, 50)
"""Seconds of a cross-fade where a piece begins again, so that nothing clicks."""
_BREATH: Final = Fraction(3, 2)
"""Seconds of silence between sentences in which the music stays low; it would pump otherwise."""
_DOWN, _UP = Fraction(3, 10), Fraction(3, 5)
"""Seconds in which the music goes down before speech and comes up after it."""
_OTHER: Final = "Choose another file."
_SHORTEST: Final = Fraction(4)
"""Seconds of a piece that can be repeated."""


@dataclass(frozen=True)
class MusicPiece:
    """A piece of music.

    Attributes:
        path: The file.
        length: Its length in seconds.
        loudness: Its loudness in LUFS, without its silence.
        beats: Its beats; None where none are heard.
    """

    path: Path
    length: Fraction
    loudness: float
    beats: Beats | None

    @property
    def tempo(self) -> float:
        """Beats per minute; 0 without a beat, as it is calmest."""
        return self.beats.tempo if self.beats else 0.0


class MusicExtra(Extra):
    """Lays a piece of music under the film that is as lively as its cutting."""

    name: ClassVar[str] = "music"
    summary: ClassVar[str] = "music from a folder, chosen by tempo and energy, low under speech"
    version: ClassVar[str] = "1"

    folder: str = ""
    """The folder of the music, or one file."""
    loudness: Annotated[float, Field(ge=-60, le=-5)] = -23.0
    """Loudness of the music by itself, in LUFS; -23 is that of whole programmes in EBU R 128."""
    duck: Annotated[float, Field(ge=0, le=60)] = 20.0
    """Decibels by which it is lower while somebody speaks; WCAG 2.1, 1.4.7, asks for 20."""
    fade: Annotated[Seconds, Field(ge=0, le=30)] = Fraction(1)
    """Seconds of the fades at its beginning and end."""

    def require(self) -> None:
        """Check that there is music in the folder."""
        self._files()

    def add(self, film: ExtendedFilm) -> ExtendedFilm:
        """Return the film with the bed of music, and the reason of the choice."""
        pieces, unread = [], []
        for path in self._files():
            try:
                pieces.append(_listen(path))
            except MediaError as error:
                unread.append(f"{readable(path.name)} was passed over: {error.problem.message}")
        if not pieces:
            hint = "Put music into it that plays in other programs."
            raise ExtraError(self.name, f"no file in it can be used; {unread[0]}", hint)
        shot = _mean_shot(film)
        piece = _choose(pieces, shot)
        sounds = tuple(_lay(piece, film.span, self._course(piece, film)))
        tempo = f"{piece.tempo:.0f} beats a minute" if piece.beats else "without a beat"
        note = (
            f"music: {readable(piece.path.name)} ({tempo}, {piece.loudness:.1f} LUFS) of"
            f" {len(pieces)}, as shots are {shot:.1f} s long on average"
        )
        if len(sounds) > 1:
            note += f"; it is shorter than the film and begins again {len(sounds) - 1} time(s)"
        return replace(film, sounds=film.sounds + sounds, notes=(*film.notes, *unread, note))

    def _files(self) -> list[Path]:
        if not self.folder:
            hint = "Name the folder of your music: music:folder=PATH"
            raise ExtraError(self.name, "it has no folder", hint)
        folder = Path(self.folder).expanduser()
        subject = readable(str(folder))
        try:
            found = [folder] if folder.is_file() else sorted(folder.iterdir())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            message = f"the folder {subject} cannot be read ({reason})"
            raise ExtraError(self.name, message, "Check its name and its rights.") from error
        files = [path for path in found if path.suffix.lower() in _SUFFIXES]
        if not files:
            hint = f"Files of music end in: {', '.join(sorted(_SUFFIXES))}."
            raise ExtraError(self.name, f"there is no music in {subject}", hint)
        return files

    def _course(self, piece: MusicPiece, film: ExtendedFilm) -> Course:
        """Return the level of the music over the film: lower under speech, with its fades."""
        base = 10 ** ((self.loudness - piece.loudness) / 20)
        low = base * 10 ** (-self.duck / 20)
        start, end = film.span.start, film.span.end
        course: list[tuple[Fraction, float]] = [(start, base)]
        for spoken in join_ranges(film.speech, _BREATH + _DOWN + _UP):
            course += [
                (spoken.start - _DOWN, base), (spoken.start, low),
                (spoken.end, low), (spoken.end + _UP, base),
            ]  # fmt: skip
        fade = min(self.fade, film.span.duration / 2)
        edges = [(start, 0.0), (start + fade, 1.0), (end - fade, 1.0), (end, 0.0)]
        ducked = cut_course(sorted(course, key=lambda key: key[0]), film.span)
        return product(ducked, edges if fade else [(start, 1.0)])


def _listen(path: Path) -> MusicPiece:
    """Return a piece of music.

    Raises:
        MediaError: It cannot be read, is too short, or nothing is heard in it.
    """
    media = probe(MediaReference(path=str(path.absolute())))
    if media.audio is None:
        raise MediaUnsupported(str(path), "there is no sound in it", _OTHER)
    heard = min(_HEARD, media.audio.start + (media.audio.duration or _HEARD))
    cells = read_cells(media, _CELL, range(math.ceil(heard / _CELL.cell)))
    samples = np.concatenate([np.zeros(0, np.float32), *(cell.samples for cell in cells)])
    loudness = _loudness(samples)
    if loudness is None:
        raise MediaUnsupported(str(path), "nothing is heard in it", _OTHER)
    told = media.audio.duration
    length = told if told else Fraction(len(samples), SOUND_RATE)
    if length < _SHORTEST:
        raise MediaUnsupported(str(path), f"it is shorter than {_SHORTEST} s", _OTHER)
    return MusicPiece(path, length, loudness, find_beats(samples))


def _loudness(samples: Samples) -> float | None:
    """Return the loudness in LUFS, with the gates of ITU-R BS.1770-5; None for silence."""
    step = SOUND_RATE // 10
    if len(samples) < 4 * step:
        return None
    weighted = k_weighted(samples[: len(samples) // step * step].astype(np.float64))
    power = np.mean(weighted.reshape(-1, step) ** 2, axis=1)
    blocks = np.convolve(power, np.full(4, 0.25), "valid")
    blocks = blocks[blocks > 10 ** ((SILENCE + 0.691) / 10)]
    if not len(blocks):
        return None
    blocks = blocks[blocks > blocks.mean() / 10]
    return float(-0.691 + 10 * np.log10(blocks.mean()))


def _mean_shot(film: ExtendedFilm) -> float:
    """Return the mean seconds between two cuts of the picture."""
    cuts = {
        clip.timeline.start
        for clip in film.edit.clips
        if clip.enabled and film.span.start < clip.timeline.start < film.span.end
    }
    return float(film.span.duration) / (len(cuts) + 1)


def _choose(pieces: Sequence[MusicPiece], shot: float) -> MusicPiece:
    """Return the piece that is as lively among all as the cutting is among films.

    A piece is as lively as its mean rank by tempo and by loudness, 0 to 1.
    """
    pace = math.log(_SLOW / min(max(shot, _FAST), _SLOW)) / math.log(_SLOW / _FAST)

    def ranked(values: Sequence[float], own: float) -> float:
        below = sum(value < own for value in values) + sum(value <= own for value in values) - 1
        return below / 2 / max(1, len(values) - 1)

    tempos, levels = [p.tempo for p in pieces], [p.loudness for p in pieces]
    return min(
        pieces,
        key=lambda piece: (
            abs((ranked(tempos, piece.tempo) + ranked(levels, piece.loudness)) / 2 - pace),
            piece.path.name,
        ),
    )


def _lay(piece: MusicPiece, span: TimeRange, course: Course) -> Iterator[AddedSound]:
    """Yield the piece over a stretch, again and again on whole bars where it is too short."""
    first, last = _loop(piece)
    at, source = span.start, Fraction(0)
    while at < span.end:
        left = piece.length - source
        ends = at + left if span.end - at <= left else at + (last - source) + _JOIN
        shown = TimeRange.between(at, min(ends, span.end))
        again = shown.end < span.end
        edges: list[tuple[Fraction, float]] = []
        if at > span.start:
            edges += [(at, 0.0), (at + _JOIN, 1.0)]
        if again:
            edges += [(shown.end - _JOIN, 1.0), (shown.end, 0.0)]
        own = cut_course(course, shown)
        keys = product(own, edges) if edges else own
        levels = tuple(LevelKey(at=moment, gain=gain) for moment, gain in keys)
        yield AddedSound(piece.path, source, shown, levels)
        if not again:
            return
        at, source = shown.end - _JOIN, first


def _loop(piece: MusicPiece) -> tuple[Fraction, Fraction]:
    """Return the part of a piece that can be repeated: whole bars, from a beat to a beat."""
    whole = Fraction(0), piece.length - _JOIN
    if piece.beats is None:
        return whole
    beats = [Fraction(float(at)).limit_denominator(SOUND_RATE) for at in piece.beats.moments]
    beats = [at for at in beats if 0 <= at <= piece.length - _JOIN]
    bars = (len(beats) - 1) // _BAR
    if bars < 1 or beats[bars * _BAR] - beats[0] < _SHORTEST / 2:
        return whole
    return beats[0], beats[bars * _BAR]
