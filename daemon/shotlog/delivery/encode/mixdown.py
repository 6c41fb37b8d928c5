"""The sound of a timeline as a file, for what listens to it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from shotlog.delivery.encode.options import AddedSound
from shotlog.delivery.encode.sound import SOUND_RATE, mix_sound
from shotlog.delivery.encode.sound_parts import find_sound
from shotlog.engine import ProbeCache
from shotlog.engine.sources import LocatedClip, MediaUses, locate
from shotlog.schema import Edit, RenderFacts, TimeRange


def write_mixdown(
    edit: Edit,
    span: TimeRange,
    path: Path,
    *,
    facts: RenderFacts | None = None,
    sounds: tuple[AddedSound, ...] = (),
    probe_cache: ProbeCache | None = None,
) -> bool:
    """Write the mix of a range of a timeline as a .wav file: stereo, 16 bits, 48 kHz.

    Returns:
        True; False where nothing is heard in it: no file is written.

    Raises:
        MediaError: A file cannot be read.
        OSError: The file cannot be written.
    """
    probes, uses = probe_cache or ProbeCache(), MediaUses(edit)
    located = (locate(clip, uses, probes) for clip in edit.clips if clip.enabled)
    clips = [each for each in located if isinstance(each, LocatedClip)]
    found = find_sound(edit, clips, uses, probes, facts or RenderFacts(), sounds, span)
    if not found.parts:
        return False
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        for block in mix_sound(found.parts, span):
            file.writeframes((np.clip(block.T, -1, 1) * 32767).astype("<i2").tobytes())
    return True
