"""Speech detection by Silero VAD, whose weights are in its own wheel.

The wheel's Python package imports torch; only its ONNX file is used here, located without importing
the package.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from shotlog.analyzers.sound.loudness import SOUND_NEED
from shotlog.schema import AnalyzerError, Row, Samples, SoundMeasure

CHUNK: Final = 512
"""Samples per inference: 32 ms at 16 kHz."""
_CONTEXT: Final = 64
"""Samples before a chunk that the model also receives."""
_STATE: Final = 128
"""Width of the model's recurrent state."""
_WEIGHTS: Final = "silero_vad_16k_sequence.onnx"
"""Network unrolled over any number of chunks in one call. It agrees with the wheel's own torch
model to 2e-6 (``tests/analyzers/sound/test_speech.py``) and is three times as fast."""


class SpeechMeasure(SoundMeasure):
    """Probability of speech, per chunk of 32 ms.

    Columns:
        speech: 0 to 1.

    The network is recurrent. Each cell starts it with an empty state, 4 s early: against an
    unbroken run over 203 s of a lecture, one row in seventy differs by more than 0.05, none by more
    than 0.19.
    """

    name = "sound.speech"
    epoch = 1
    columns = ("speech",)
    need = SOUND_NEED

    def listen(self, samples: Samples, start: int, lead: int) -> Iterable[Row]:
        """Yield one row for every whole chunk of the cell.

        Raises:
            AnalyzerError: The installation of silero-vad is incomplete.
        """
        origin = start - lead
        first = -(-origin // CHUNK)
        count = (origin + len(samples)) // CHUNK - first
        if count <= 0:
            return
        sound = samples[first * CHUNK - origin :][: count * CHUNK]
        # The first chunk has no sound before it: silence, as in the wheel's own code.
        padded = np.concatenate([np.zeros(_CONTEXT, np.float32), sound])
        chunks = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + CHUNK)[::CHUNK]
        state = np.zeros((1, 1, _STATE), np.float32)
        (speech,) = _session().run(
            ["speech_probs"], {"input": np.ascontiguousarray(chunks), "h": state, "c": state}
        )
        # The lead only lets the state settle.
        for number, value in enumerate(speech, start=first):
            if number * CHUNK >= start:
                yield Row(number * CHUNK, (number + 1) * CHUNK - 1, (float(value),))


@cache
def _session() -> Any:
    package = find_spec("silero_vad")
    places = package.submodule_search_locations if package else None
    weights = next(
        (file for place in places or () if (file := Path(place, "data", _WEIGHTS)).is_file()), None
    )
    if weights is None:
        raise AnalyzerError(
            SpeechMeasure.name,
            f"the voice detector's weights ({_WEIGHTS}) are not installed",
            "Install them again: pip install --force-reinstall 'silero-vad>=6.2.2,<7'.",
        )
    import onnxruntime  # imported late: a run whose evidence is cached needs none

    options = onnxruntime.SessionOptions()
    # One thread: the same sound gives the same bits anywhere.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Errors only.
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
