"""The voice detector: true to its reference, right on mixes whose truth is known."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import torch

from shotlog.analyzers.sound import CHUNK, SpeechMeasure
from shotlog.schema import SOUND_RATE, Samples, Series
from tests.analyzers.sounds import applause, music, noise, silence, voice

CELL = int(SpeechMeasure.need.cell * SOUND_RATE)
LEAD = int(SpeechMeasure.need.lead * SOUND_RATE)


def heard(samples: Samples, start: int = 0, lead: int = 0) -> Series:
    return Series.of(Fraction(1, SOUND_RATE), SpeechMeasure().listen(samples, start, lead), 1)


def in_cells(sound: Samples) -> Series:
    parts = [
        heard(sound[max(0, at - LEAD) : at + CELL], at, min(at, LEAD))
        for at in range(0, len(sound), CELL)
    ]
    return parts[0].merged(parts[1:])


def mix() -> tuple[Samples, npt.NDArray[np.bool_]]:
    """A minute of voice, noise, music, applause and silence, and where the voice is."""
    parts = [
        (noise(4, 0.05), False),
        (voice(5, 1), True),
        (silence(3), False),
        (music(6), False),
        (music(6, 0.7) + voice(6, 2), True),
        (noise(5, 0.2, 1), False),
        (noise(6, 0.01, 2) + voice(6, 3), True),
        (silence(4), False),
        (voice(4, 4, 0.2), True),
        (applause(5), False),
        (noise(5, 0.02, 3), False),
        (voice(5, 5) + noise(5, 0.03, 4), True),
    ]
    truth = np.concatenate([np.full(len(sound), spoken) for sound, spoken in parts])
    return np.concatenate([sound for sound, _ in parts]), truth


def scores(series: Series, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Precision and recall of chunks at probability 0.5."""
    said, spoken = series.values[:, 0] > 0.5, truth[(series.first + series.last) // 2]
    hits = float((said & spoken).sum())
    return hits / said.sum(), hits / spoken.sum()


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_it_agrees_with_the_reference_implementation() -> None:
    package = find_spec("silero_vad")
    assert package is not None
    assert package.origin is not None
    weights = Path(package.origin).parent / "data" / "silero_vad.jit"
    reference = torch.jit.load(weights)  # type: ignore[no-untyped-call]
    sound = mix()[0][: 10 * SOUND_RATE]
    with torch.no_grad():
        expected = [
            float(reference(torch.from_numpy(sound[at : at + CHUNK].copy()), SOUND_RATE))
            for at in range(0, len(sound) - CHUNK + 1, CHUNK)
        ]
    assert heard(sound).values[:, 0] == pytest.approx(expected, abs=1e-4)


def test_voices_are_found_in_mixes_and_nothing_else_is_taken_for_one() -> None:
    sound, truth = mix()
    precision, recall = scores(in_cells(sound), truth)
    assert precision >= 0.9
    assert recall >= 0.9


def test_a_recorded_lecture_is_found_between_noise_and_music(data_dir: Path) -> None:
    lecture = _sound_of(data_dir / "video" / "speech" / "lecture_audio.webm")[: 60 * SOUND_RATE]
    quiet = noise(60, 0.02) + music(60)
    sound = np.concatenate([quiet, lecture + noise(60, 0.005, 1), quiet])
    truth = np.zeros(len(sound), dtype=bool)
    truth[len(quiet) : len(quiet) + len(lecture)] = True
    precision, recall = scores(in_cells(sound), truth)
    assert precision >= 0.97
    assert recall >= 0.6  # the lecturer pauses at unmarked moments


def test_a_cell_is_judged_by_its_own_sound_alone() -> None:
    sound, _ = mix()
    at = 2 * CELL
    alone = heard(sound[at - LEAD : at + CELL], at, LEAD)
    joined = in_cells(sound)
    inside = (joined.first >= at) & (joined.first < at + CELL)
    assert (alone.values == joined.values[inside]).all()
    assert len(alone) == CELL // CHUNK


@pytest.mark.parametrize("samples", [0, 1, CHUNK - 1])
def test_too_short_a_sound_gives_no_row(samples: int) -> None:
    assert len(heard(silence(1)[:samples])) == 0


def test_the_probability_stays_finite_for_full_scale_noise() -> None:
    loud = np.sign(noise(1, 1.0))
    values = heard(loud).values
    assert ((values >= 0) & (values <= 1)).all()


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    package = tmp_path / "silero_vad"  # without its weights, and found before the real one
    package.mkdir()
    (package / "__init__.py").touch()
    program = (
        "import sys, numpy as np; sys.path.insert(0, sys.argv[1]);"
        "from shotlog.analyzers.sound import SpeechMeasure;"
        "from shotlog.schema import AnalyzerError;"
        "sound = np.zeros(16000, np.float32);\n"
        "try: list(SpeechMeasure().listen(sound, 0, 0))\n"
        "except AnalyzerError as error: print(error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    assert "silero_vad_16k_sequence.onnx" in said
    assert "pip install" in said


def test_torch_is_not_loaded() -> None:
    program = (
        "import sys, numpy as np; from shotlog.analyzers.sound import SpeechMeasure;"
        "list(SpeechMeasure().listen(np.zeros(16000, np.float32), 0, 0));"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _sound_of(path: Path) -> Samples:
    resampler = av.AudioResampler("fltp", "mono", SOUND_RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])
