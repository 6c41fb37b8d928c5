"""A highlighter that asks a language model what of the transcript would hold a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Annotated, ClassVar, Final

import numpy as np
from pydantic import Field, field_validator

from shotlog.analyzers.clock import STEP, EditClock, Numbers, steps_of
from shotlog.highlights.contract import Criterion, Embedder, Highlighter, Judgement, Note
from shotlog.highlights.salience import calm, limited_z_scores
from shotlog.highlights.transcript.endpoint import Endpoint, SentenceScore
from shotlog.highlights.transcript.reading import read_transcript
from shotlog.highlights.transcript.sentences import Sentence, join_sentences
from shotlog.schema import HighlighterError, Measure, Tier, TimeRange, make_visible, readable

_PROMPT: Final = files("shotlog.highlights.transcript") / "prompt.md"

_PAUSE: Final = Fraction(3)
"""Longest pause that belongs to the sentences around it, in seconds."""
_LEAST_SPREAD: Final = 5.0
"""Least spread of scores of 0 to 100: smaller differences are irrelevant."""
_LONGEST_REASON: Final = 120
"""Characters of a reason that are shown."""


class TranscriptHighlighter(Highlighter):
    """Judges by what is said; needs a transcript and a language model on a service of the user.

    The transcript's times count from the start of the timeline. What nobody speaks in is unknown.
    The sentences are sent to the address that the user gives, and to no other place.
    """

    name: ClassVar[str] = "transcript"
    version: ClassVar[str] = "1"
    tier: ClassVar[Tier] = Tier.REMOTE

    file: str = ""
    """The transcript, a subtitle file (.srt, .vtt)."""
    llm_url: str = ""
    """Address of an OpenAI-compatible service: ``http://localhost:11434/v1``."""
    llm_model: str = "default"
    """Name of the language model there."""
    prompt: str = ""
    """A text file with other instructions; empty for the ones that come along."""
    seconds: Annotated[float, Field(gt=0, le=3600)] = 120
    """Longest time for an answer, in seconds."""

    @field_validator("file", "prompt")
    @classmethod
    def _absolute(cls, path: str) -> str:
        # The daemon, which reads it, has another working folder.
        return str(Path(path).absolute()) if path else path

    def measures(self, embedders: Sequence[Embedder]) -> tuple[Measure, ...]:
        """Return nothing: the transcript is the evidence.

        Raises:
            HighlighterError: There is no transcript, or no address.
        """
        if not self.file:
            raise HighlighterError(
                self.name, "it needs a transcript", "Name a subtitle file: --transcript film.srt"
            )
        if not self.llm_url:
            raise HighlighterError(
                self.name,
                "it needs a language model, and asks none unless you name it",
                "Give the address of a service of yours: --llm-url http://localhost:11434/v1",
            )
        return ()

    def weights(self, embedders: Sequence[Embedder]) -> str:
        """Return a digest of the transcript and the instructions."""
        digest = blake2b(digest_size=16)
        for sentence in self._sentences:
            digest.update(repr(sentence).encode("utf-8", "replace"))
        digest.update(self._instructions.encode("utf-8", "replace"))
        return digest.hexdigest()

    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement by the scores of the sentences within the timeline."""
        told = [s for s in self._sentences if s.range.start < clock.duration]
        if not told:
            first = float(self._sentences[0].range.start)
            message = (
                f"its first sentence is at {first:.0f} s, and the timeline has"
                f" {float(clock.duration):.0f} s"
            )
            hint = "Times count from the start of the timeline. Is it the transcript of this film?"
            raise HighlighterError(readable(Path(self.file).name), message, hint)
        endpoint = Endpoint(self.llm_url, self.llm_model, self._instructions, self.seconds)
        scores = endpoint.score([sentence.text for sentence in told])
        series = {
            name: _at_steps(told, [getattr(score, name) for score in scores], clock)
            for name in ("viral", "compelling")
        }
        viral, compelling = (limited_z_scores(values, _LEAST_SPREAD) for values in series.values())
        return Judgement(
            calm(viral),
            calm(compelling),
            (
                Criterion("said", 1.0, "what is said grips ({value:.0f} of 100)",
                          series["viral"], viral),
                Criterion("told", 1.0, "what is told holds ({value:.0f} of 100)",
                          series["compelling"], compelling),
            ),
            notes=tuple(_note(s, score) for s, score in zip(told, scores, strict=True)
                        if score.reason.strip()),
        )  # fmt: skip

    @cached_property
    def _sentences(self) -> list[Sentence]:
        return join_sentences(read_transcript(Path(self.file)))

    @cached_property
    def _instructions(self) -> str:
        if not self.prompt:
            return _PROMPT.read_text(encoding="utf-8")
        try:
            return Path(self.prompt).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"the instructions cannot be read ({error})"
            hint = "Give a text file in UTF-8 with the parameter prompt."
            raise HighlighterError(readable(self.prompt), message, hint) from error


def _at_steps(sentences: Sequence[Sentence], scores: Sequence[float], clock: EditClock) -> Numbers:
    """Return the score of the sentence at every step, also in short pauses; NaN elsewhere."""
    values = np.full(len(clock), np.nan)
    for (sentence, score), after in zip(
        zip(sentences, scores, strict=True), [*sentences[1:], None], strict=True
    ):
        end = sentence.range.end
        if after is not None and 0 < after.range.start - end <= _PAUSE:
            end = after.range.start
        steps = steps_of(TimeRange.between(sentence.range.start, end))
        values[steps[steps < len(values)]] = score
    return np.where(clock.owner >= 0, values, np.nan)


def _note(sentence: Sentence, score: SentenceScore) -> Note:
    reason = make_visible(" ".join(score.reason.split()))[:_LONGEST_REASON]
    first, last = sentence.range.start // STEP, sentence.range.end // STEP
    return Note(first, last + 1, max(score.viral, score.compelling), reason)
