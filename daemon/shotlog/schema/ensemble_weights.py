"""``ensemble_weights.json``: the weights and lengths of passages as a file, and presets of them.

The eight keys, their types and their defaults are those of the published system "CondensedMovies
compelling-scene finder"; what Shotlog adds begins with ``x_``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from shotlog.schema.base import Model
from shotlog.schema.error_branches import WeightsUnusable
from shotlog.schema.highlighting import PassageOptions, ScoreCalibration
from shotlog.schema.invalid import describe_faults

Format = Literal["reels", "square", "wide"]

ASPECTS: Mapping[Format, str] = MappingProxyType({
    "reels": "9:16", "square": "1:1", "wide": "16:9",
})  # fmt: skip
"""The aspect ratio of each format, width to height."""

PRESETS: Mapping[str, Mapping[str, float]] = MappingProxyType({
    "social": {"viral_weight": 0.7, "compelling_weight": 0.3},
    "marketing": {"viral_weight": 0.5, "compelling_weight": 0.5},
    "story": {"viral_weight": 0.3, "compelling_weight": 0.7},
    "movieclips": {"min_duration": 90, "max_duration": 180},
})  # fmt: skip
"""The keys that a preset sets. The first three are those of the published system. Of the clips of
its own data set, Condensed Movies, half last from 115 to 158 s, and a quarter from 60 to 120 s;
``movieclips`` has the lengths of most."""

FEWEST_CLIPS: Final = 50
"""Least number of clips of a genre for a calibration of its own, as in the published system."""

_Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Length = Annotated[float, Field(ge=1, allow_inf_nan=False)]


class FittedGenre(Model):
    """The calibration of a genre; see :class:`ScoreCalibration`."""

    bias: Annotated[float, Field(allow_inf_nan=False)]
    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    clips: Annotated[int, Field(ge=0)]


class EnsembleWeights(Model):
    """The content of the file. Keys that begin with ``x_`` and are not known here are kept."""

    # strict: a number in quotes is a mistake, and so is true for 1.
    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    viral_weight: _Weight = 0.5
    """Weight of what grips at once."""
    compelling_weight: _Weight = 0.5
    """Weight of what holds."""
    min_duration: _Length = 60
    """Seconds of the shortest passage."""
    max_duration: _Length = 120
    """Seconds of the longest passage."""
    top_n_clips: Annotated[int, Field(ge=1)] = 5
    """Largest number of passages."""
    instagram_format: Format = "reels"
    """The format that they are meant for."""
    enable_face_detection: bool = True
    """False leaves faces out of the judgement."""
    genre_specific: bool = True
    """True takes the calibration of a film's own genre, where it rests on enough clips."""
    x_genres: dict[str, FittedGenre] = Field(default_factory=dict)
    """Calibrations by genre."""
    x_all_genres: FittedGenre | None = None
    """The calibration on the clips of all genres."""
    x_calibrated_for: str | None = None
    """The highlighter whose scores these calibrations are of; None where it is not told."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if unknown := [key for key in self.model_extra or {} if not key.startswith("x_")]:
            known = ", ".join(key for key in type(self).model_fields if not key.startswith("x_"))
            raise ValueError(f"there is no key '{unknown[0]}'; the keys are {known}")
        if self.viral_weight + self.compelling_weight <= 0:
            raise ValueError("viral_weight and compelling_weight are both 0; one must be above it")
        if self.min_duration > self.max_duration:
            raise ValueError(
                f"min_duration ({self.min_duration:g}) is above max_duration"
                f" ({self.max_duration:g})"
            )
        return self

    @classmethod
    def parse(cls, content: bytes, subject: str) -> EnsembleWeights:
        """Return the weights in the content of a file.

        Args:
            content: The content.
            subject: Name of the file, for errors.

        Raises:
            WeightsUnusable: It is no JSON, or a key or value in it is wrong.
        """
        try:
            values = json.loads(content, object_pairs_hook=_once)
        except ValueError as error:  # of JSON, of its encoding, or of a key that is there twice
            raise WeightsUnusable(subject, f"this is no JSON that can be used ({error})") from error
        if not isinstance(values, dict):
            raise WeightsUnusable(subject, "its JSON is not an object with keys")
        return _validated(values, subject)

    def changed(self, given: Mapping[str, Any], subject: str) -> EnsembleWeights:
        """Return the weights with other values for some keys; None is no value.

        Raises:
            WeightsUnusable: They cannot be used.
        """
        values = self.model_dump() | {k: v for k, v in given.items() if v is not None}
        return _validated(values, subject)

    def passages(self, calibration: ScoreCalibration | None = None) -> PassageOptions:
        """Return the options of passages that they are."""
        return PassageOptions(
            viral_weight=self.viral_weight,
            compelling_weight=self.compelling_weight,
            # The decimals that were written, not the binary fraction beside them.
            min_duration=Fraction(str(self.min_duration)),
            max_duration=Fraction(str(self.max_duration)),
            top=self.top_n_clips,
            calibration=calibration,
        )

    def calibration(
        self, genre: str | None, backends: Sequence[str]
    ) -> tuple[ScoreCalibration | None, str | None]:
        """Return the calibration for a genre, and a note where it is not the genre's own.

        A genre with fewer than 50 clips gets that of all genres. Scores of another highlighter than
        those that it was fitted on get none.

        Args:
            genre: The genre of the film; None where it is not told.
            backends: The highlighters that judge it, with their parameters.
        """
        for backend in backends:
            if self.x_calibrated_for not in (None, backend):
                fitted = f"the calibration is of scores by {self.x_calibrated_for}"
                return None, f"{fitted}, not by {backend}; confidences are not calibrated"
        own = {name.casefold(): (name, fit) for name, fit in self.x_genres.items()}
        found = own.get(genre.casefold()) if genre and self.genre_specific else None
        if found is not None and found[1].clips >= FEWEST_CLIPS:
            return _calibration(*found), None
        everything = self.x_all_genres
        used = None if everything is None else _calibration("all genres", everything)
        if not genre:
            return used, None
        if not self.genre_specific:
            why = "genre_specific is false"
        elif found is None:
            why = f"the weights have no calibration of the genre '{genre}'"
        else:
            few = f"{found[1].clips} clips, fewer than {FEWEST_CLIPS}"
            why = f"the calibration of '{genre}' rests on {few}"
        so = "confidences are not calibrated" if used is None else "that of all genres is used"
        return used, f"{why}; {so}"

    def encode(self) -> bytes:
        """Return the content of a file: the eight keys, and those with ``x_`` that are set."""
        values = self.model_dump(exclude_defaults=True) | self.model_dump(
            include={key for key in type(self).model_fields if not key.startswith("x_")}
        )
        ordered = sorted(values, key=lambda key: (key.startswith("x_"), _place(key)))
        text = json.dumps({key: _plain(values[key]) for key in ordered}, indent=2)
        return text.encode() + b"\n"


def _validated(values: Mapping[str, Any], subject: str) -> EnsembleWeights:
    try:
        return EnsembleWeights.model_validate(values)
    except ValidationError as error:
        told = describe_faults(error, "the weights").replace("Value error, ", "")
        raise WeightsUnusable(subject, told) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key '{next(k for k in keys if keys.count(k) > 1)}' is there twice")
    return values


def _calibration(source: str, fit: FittedGenre) -> ScoreCalibration:
    return ScoreCalibration(
        source=source, clips=fit.clips, bias=fit.bias, temperature=fit.temperature
    )


def _place(key: str) -> int:
    keys = list(EnsembleWeights.model_fields)
    return keys.index(key) if key in keys else len(keys)


def _plain(value: Any) -> Any:
    """Return a number as it is typed: 60 for 60.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
