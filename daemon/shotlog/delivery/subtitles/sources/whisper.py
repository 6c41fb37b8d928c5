"""The source of speech recognition: Whisper models, run by faster-whisper.

A model is a folder in the layout of CTranslate2, as https://huggingface.co/Systran publishes them.
Nothing is downloaded. The package is the extra ``shotlog[speech]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, Field, field_validator

from shotlog.delivery.subtitles.cues import Cue
from shotlog.delivery.subtitles.film import SpokenFilm
from shotlog.delivery.subtitles.sources.contract import SourceCues, SubtitleSource
from shotlog.schema import SubtitleSourceError, TimeRange, readable

_FILES: Final = ("config.json", "model.bin", "tokenizer.json")
"""Files of a model. Without the tokenizer the package would download one."""
_STRETCH: Final = Fraction(600)
"""Seconds of film that are recognised in one call: 40 MB of sound, however long the film is."""
_MARGIN: Final = Fraction(1, 5)
"""Seconds of sound around a stretch."""
_MILLISECONDS: Final = 1000


def _check_device(name: str) -> str:
    if name not in ("auto", "cpu", "cuda"):
        raise ValueError(f"'{name}' is not one of auto, cpu, cuda")
    return name


class WhisperSource(SubtitleSource):
    """Recognises speech with a Whisper model of the user, with the moments of all words."""

    name: ClassVar[str] = "whisper"
    summary: ClassVar[str] = "speech recognised by a Whisper model of yours"
    version: ClassVar[str] = "1"

    model: str = ""
    """The folder of the model: config.json, model.bin, tokenizer.json, vocabulary."""
    device: Annotated[str, AfterValidator(_check_device)] = "auto"
    """auto, cpu or cuda."""
    beam: Annotated[int, Field(ge=1, le=20)] = 5
    """Alternatives that are pursued at once; more are slower."""

    @field_validator("model")
    @classmethod
    def _absolute(cls, path: str) -> str:
        return str(Path(path).absolute()) if path else path

    def require(self) -> None:
        """Check that the package is installed, and that the folder holds a model.

        Raises:
            SubtitleSourceError: One is missing.
        """
        if not self.model:
            message = "it needs a model for speech recognition, and downloads none"
            hint = "Name the folder of a Whisper model in the layout of CTranslate2 with --model."
            raise SubtitleSourceError(self.name, message, hint)
        folder = Path(self.model)
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if not folder.is_dir() or missing:
            message = (
                f"there is no {' and no '.join(missing)} in this folder"
                if folder.is_dir()
                else "there is no such folder"
            )
            hint = "Give the folder of a Whisper model in the layout of CTranslate2."
            raise SubtitleSourceError(readable(self.model), message, hint)
        if find_spec("faster_whisper") is None:
            message = "the package faster-whisper is not installed"
            raise SubtitleSourceError(
                self.name, message, "Install it: pip install 'shotlog[speech]'."
            )

    def read(self, film: SpokenFilm, language: str) -> SourceCues:
        """Return what is recognised, as one cue for each stretch of the film.

        Raises:
            SubtitleSourceError: The package or the model is missing, or cannot be used.
            MediaError: The sound cannot be read.
        """
        self.require()
        model = self._load()
        cues: list[Cue] = []
        spoken = language
        for span in _stretches(film.speech):
            sound = film.samples(span)
            try:
                segments, told = model.transcribe(
                    sound,
                    # Once for the film: a stretch alone may be taken for another language.
                    language=spoken or None,
                    beam_size=self.beam,
                    temperature=0.0,  # a higher one draws at random
                    condition_on_previous_text=False,  # or a loop of words would go on for ever
                    word_timestamps=True,
                )
                cues += _cues(segments, span)
            except (RuntimeError, ValueError) as error:  # what the package and CTranslate2 raise
                raise self._failed(error) from error
            spoken = told.language
        notes = () if spoken == (language or spoken) else (_other_language(language, spoken),)
        return SourceCues(tuple(cues), spoken, notes)

    def _load(self) -> Any:
        from faster_whisper import WhisperModel  # an extra

        try:
            return WhisperModel(self.model, device=self.device, local_files_only=True)
        # CTranslate2 raises RuntimeError or ValueError, tokenizers a bare Exception.
        except Exception as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> SubtitleSourceError:
        message = f"the model cannot be used ({' '.join(str(error).split())})"
        hint = "Check that the folder holds a whole Whisper model in the layout of CTranslate2."
        return SubtitleSourceError(readable(self.model), message, hint)


def _other_language(asked: str, spoken: str) -> str:
    return f"the model knows no language '{asked}'; it recognised '{spoken}'"


def _stretches(speech: Sequence[TimeRange]) -> Iterator[TimeRange]:
    """Yield ranges of limited length that hold all speech, divided where nobody speaks."""
    first = 0
    for index, item in enumerate(speech):
        last = index + 1 == len(speech)
        if last or speech[index + 1].end - speech[first].start > _STRETCH:
            start = max(Fraction(0), speech[first].start - _MARGIN)
            yield TimeRange.between(start, item.end + _MARGIN)
            first = index + 1


def _cues(segments: Iterable[Any], span: TimeRange) -> Iterator[Cue]:
    """Yield the words of one stretch as a cue, if there are any."""
    text, marks = "", {}
    for word in (word for segment in segments for word in segment.words or ()):
        start, end = (span.start + _exact(moment) for moment in (word.start, word.end))
        lead = len(word.word) - len(word.word.lstrip())
        marks[len(text) + lead] = start
        text += word.word
        marks[len(text.rstrip())] = end
    if text.strip():
        lead = len(text) - len(text.lstrip())
        rising = _rising([(at - lead, moment) for at, moment in sorted(marks.items())])
        yield Cue(rising[0][1], rising[-1][1], text.strip(), tuple(rising))


def _rising(marks: Sequence[tuple[int, Fraction]]) -> list[tuple[int, Fraction]]:
    """Return marks whose moments never fall: the words of a model may overlap."""
    latest = accumulate((moment for _, moment in marks), max)
    return [(at, moment) for (at, _), moment in zip(marks, latest, strict=True)]


def _exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * _MILLISECONDS), _MILLISECONDS)
