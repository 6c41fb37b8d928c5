"""JSON lines: clips with exact ranges and their labels, and corrections of editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from shotlog.learning.clips.labelled import DataSet, DataSetReader, Part
from shotlog.learning.clips.readers.collecting import ClipCollector
from shotlog.learning.clips.readers.texts import parse_json, read_text
from shotlog.schema import (
    Correction,
    DataSetUnreadable,
    Family,
    Model,
    PathText,
    Seconds,
    TimeRange,
    describe_faults,
)

M = TypeVar("M", bound=Model)
_SYNONYMS = {"scale": Family.SIZE, "motions": Family.MOVE, "moves": Family.MOVE}


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _families(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {_SYNONYMS.get(key, key): label for key, label in value.items()}


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a time is a number")
    return value


_Labels = Annotated[tuple[str, ...], BeforeValidator(_several)]
_Time = Annotated[Seconds, BeforeValidator(_no_truth)]


class _Line(Model):
    """A clip, as a line tells it."""

    media: PathText
    start: _Time | None = None
    end: _Time | None = None
    labels: Annotated[dict[Family, _Labels], BeforeValidator(_families)] = Field(
        default_factory=dict
    )
    label: _Labels = ()
    film: str | None = None
    part: Part | None = None

    @model_validator(mode="after")
    def _is_a_clip(self) -> _Line:
        if self.start is not None and self.end is None:
            raise ValueError("a clip with a start has an end")
        if self.end is not None and not 0 <= (self.start or 0) < self.end:
            raise ValueError("a clip starts at 0 or later, and ends after its start")
        if bool(self.label) == bool(self.labels):
            raise ValueError("a clip has 'label', or 'labels' by family")
        return self

    @property
    def span(self) -> TimeRange | None:
        """Its range; None for the whole file."""
        if self.end is None:
            return None
        return TimeRange.between(self.start or Fraction(0), self.end)


class JsonLinesReader(DataSetReader):
    """Reader of JSON lines, and of the corrections that ``shotlog corrections collect`` writes.

    ``{"media": "a.mov", "start": "1001/24", "end": "52.5", "labels": {"move": ["pan_left"]}}``.
    Times are exact: numbers are taken as they are written. The media path is relative to the
    folder of the file. A clip without ``film`` belongs to the film of its media file; that of a
    correction is its project.
    """

    name = "jsonl"
    title = "JSON lines of media, start, end and labels, or of corrections of editors"

    def read(self, path: Path, families: Sequence[Family]) -> DataSet:
        """Read all lines; both kinds may be in one file."""
        clips = ClipCollector(families)
        for number, text in enumerate(read_text(path).split("\n"), start=1):
            if text.strip():
                _add(text, f"{path}, line {number}", path.parent, clips, families)
        return clips.finish(f"JSON lines, {path.resolve().name}", str(path))


def _add(
    text: str, subject: str, folder: Path, clips: ClipCollector, families: Sequence[Family]
) -> None:
    value = parse_json(text, subject)
    if isinstance(value, dict) and "kind" in value:
        _add_correction(_validated(Correction, value, subject), clips, families)
        return
    line = _validated(_Line, value, subject)
    texts = dict(line.labels) or dict.fromkeys(families, line.label)
    name = line.media if line.span is None else f"{line.media}@{line.span.start}"
    film = line.film or f"{folder.resolve().name}/{line.media}"
    clips.add(name, folder / line.media, texts, film=film, span=line.span, part=line.part)


def _add_correction(
    correction: Correction, clips: ClipCollector, families: Sequence[Family]
) -> None:
    """Add what an editor says of a shot; a deleted marker tells what it is not, but no label."""
    if correction.family not in families:
        clips.skip(f"a correction of {correction.family}")
    elif not correction.labels:
        clips.skip("a correction without a label")
    else:
        clips.add(
            f"{correction.path}@{correction.source.start}",
            Path(correction.path),
            {correction.family: correction.labels},
            film=correction.project,
            span=correction.source,
        )


def _validated(kind: type[M], value: Any, subject: str) -> M:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise DataSetUnreadable(subject, describe_faults(error, "line")) from error
