"""Scores of sentences by a language model behind an OpenAI-compatible endpoint.

The form of requests and answers is that of "Create chat completion",
https://platform.openai.com/docs/api-reference/chat/create, which llama.cpp, Ollama, vLLM and LM
Studio serve as well. An answer is kept beside the result cache under a digest of the question, so
that the same text gives the same scores, and nothing is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from shotlog.files import replace_file
from shotlog.paths import answers_folder
from shotlog.schema import HighlighterError, Model

_Score = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]

_TOGETHER: Final = 40
"""Sentences in one question: some 1,500 tokens, which the smallest models hold."""
_ATTEMPTS: Final = 2
"""Questions until an answer must have the right form."""
_LARGEST: Final = 1_000_000
"""Bytes of the largest answer that is read."""


class SentenceScore(Model):
    """The scores of one sentence, 0 to 100, and why."""

    number: int
    viral: _Score
    compelling: _Score
    reason: str = ""


class _Answer(Model):
    scores: tuple[SentenceScore, ...]


class Endpoint:
    """A language model that scores sentences.

    Args:
        url: Address of the service: ``http://localhost:11434/v1``.
        model: Name of the model there.
        prompt: The instructions.
        seconds: Longest time for an answer.
    """

    def __init__(self, url: str, model: str, prompt: str, seconds: float) -> None:
        self._url, self._model = url.rstrip("/"), model
        self._prompt, self._seconds = prompt, seconds

    def score(self, sentences: Sequence[str]) -> list[SentenceScore]:
        """Return the scores of sentences, in their order.

        Raises:
            HighlighterError: The service does not answer, or not in the form that is asked for.
        """
        found: list[SentenceScore] = []
        for start in range(0, len(sentences), _TOGETHER):
            found += self._score_together(sentences[start : start + _TOGETHER])
        return found

    def _score_together(self, sentences: Sequence[str]) -> tuple[SentenceScore, ...]:
        asked = "\n".join(f"{number}. {text}" for number, text in enumerate(sentences, start=1))
        file = answers_folder() / f"{self._digest(asked)}.json"
        with suppress(OSError, ValidationError):  # not asked before, or damaged
            return _Answer.model_validate_json(file.read_bytes()).scores
        fault = ""
        for _ in range(_ATTEMPTS):
            text = self._ask(asked)
            answer, fault = _read(text, len(sentences))
            if answer is not None:
                with suppress(OSError):  # a full disk costs a second question, no result
                    file.parent.mkdir(parents=True, exist_ok=True)
                    replace_file(file, answer.model_dump_json().encode())
                return answer.scores
        raise HighlighterError(
            self._url,
            f"the model '{self._model}' did not answer in the form that it was asked for: {fault}",
            "Try a larger model, or change the instructions (the parameter prompt).",
        )

    def _digest(self, asked: str) -> str:
        parts = (self._url, self._model, self._prompt, asked)
        digest = blake2b(digest_size=16)
        for part in parts:
            raw = part.encode("utf-8", "replace")
            digest.update(b"%d " % len(raw) + raw)
        return digest.hexdigest()

    def _ask(self, asked: str) -> str:
        import httpx2  # few runs ask a language model

        question = {
            "model": self._model,
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": self._prompt},
                {"role": "user", "content": asked},
            ],
        }
        try:
            reply = httpx2.post(
                f"{self._url}/chat/completions", json=question, timeout=self._seconds
            )
            reply.raise_for_status()
        except httpx2.TimeoutException as error:
            message = f"the language model gave no answer within {self._seconds:g} s"
            hint = "Give it more time with the parameter seconds, or try a smaller model."
            raise HighlighterError(self._url, message, hint) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            message = f"the language model cannot be asked ({str(error) or type(error).__name__})"
            hint = "Check that the service runs, and the address: http://localhost:11434/v1."
            raise HighlighterError(self._url, message, hint) from error
        return _content(reply.content[:_LARGEST], self._url)


def _content(body: bytes, url: str) -> str:
    try:
        content: Any = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        message = "what answers there is no OpenAI-compatible language model"
        hint = "Check the address; it often ends with /v1."
        raise HighlighterError(url, message, hint) from error
    return content if isinstance(content, str) else ""


def _read(text: str, count: int) -> tuple[_Answer | None, str]:
    """Return an answer with the scores of the sentences in order, or None and what is wrong."""
    # Models like to put a fence round JSON, or a sentence before it.
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None, "it holds no JSON"
    try:
        answer = _Answer.model_validate_json(text[start : end + 1])
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        return None, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    scores = sorted(answer.scores, key=lambda score: score.number)
    if [score.number for score in scores] != list(range(1, count + 1)):
        return None, f"it does not score the sentences 1 to {count}, each once"
    return _Answer(scores=tuple(scores)), ""
