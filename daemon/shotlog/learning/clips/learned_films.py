"""The films of a training, kept beside the model, so that none it has learned from is judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from shotlog.learning.clips.labelled import DataSet, LabelledClip, Part
from shotlog.learning.clips.tied_films import tie_films
from shotlog.schema import Model, ModelUnreadable

FILMS_FILE: Final = "films.json"
"""Name of the file in the folder of a model."""


class LearnedFilms(Model):
    """The parts of the films of a training; names of films are kept as digests alone."""

    version: int = 1
    """Version of this format."""
    parts: dict[str, Part]
    """Part by digest of the film's name."""

    @classmethod
    def of(cls, clips: Iterable[LabelledClip]) -> LearnedFilms:
        """Return the films of clips that have their parts."""
        parts = {_digest(clip.film): clip.part for clip in clips if clip.part is not None}
        return cls(parts=dict(sorted(parts.items())))

    @classmethod
    def together(cls, several: Iterable[LearnedFilms]) -> LearnedFilms:
        """Return the films of several trainings, each in the part that judges least."""
        parts: dict[str, Part] = {}
        for one in several:
            for film, part in one.parts.items():
                parts[film] = min(part, parts.get(film, part), key=tuple(Part).index)
        return cls(parts=dict(sorted(parts.items())))

    def divide(self, data: DataSet, copies: Sequence[tuple[str, str]] = ()) -> DataSet:
        """Return clips with their parts in the training; films that it did not have are to judge.

        Films that share a file or a copy of a clip with one of the training are in its part; with
        several, in the one that judges least.

        Args:
            data: The clips.
            copies: Pairs of films that share clips, by :func:`find_copies`.
        """
        parts: dict[str, Part] = {}
        for group in tie_films(data.clips, copies):
            known = {self.parts.get(_digest(film), Part.TEST) for film in group}
            parts |= dict.fromkeys(group, next(part for part in Part if part in known))
        clips = tuple(replace(clip, part=parts[clip.film]) for clip in data.clips)
        return replace(data, clips=clips)


def read_learned_films(folder: Path) -> LearnedFilms | None:
    """Return the films of the training of a model; None where its folder tells none.

    Raises:
        ModelUnreadable: The file is damaged.
    """
    path = folder / FILMS_FILE
    try:
        return LearnedFilms.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        hint = "Copy it again from the folder of the training, or remove it."
        raise ModelUnreadable(
            str(path), "it does not tell the films of a training", hint
        ) from error


def _digest(film: str) -> str:
    return blake2b(film.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
