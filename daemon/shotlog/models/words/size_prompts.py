"""Sentences about shot sizes, with which image-text models answer sizes zero-shot.

Each size has several, since the mean of several sentences tells more than any one of them (Radford
et al., Learning Transferable Visual Models From Natural Language Supervision, section 3.1.4). They
say what stands in the picture, after the definitions of MovieShots (Rao et al., ECCV 2020): LS from
a long distance, FS the body in full, MS from the knees or the waist up, CS a face or a hand, ECS an
eye or a mouth. They are captions as people write them, as that is what these models have read.

A change here needs a new version of :class:`~shotlog.models.analysis.ZeroShotSizeAnalyzer`;
calibrations of other sentences do not count any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType

SIZE_PROMPTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ECS": (
            "an extreme close-up of an eye",
            "an extreme close-up of a mouth",
            "a macro shot of a small detail",
            "part of a face, from very near",
        ),
        "CS": (
            "a close-up of a person's face",
            "a close-up of a head and shoulders",
            "a close-up of a hand holding something",
            "a face that fills most of the picture",
        ),
        "MS": (
            "a medium shot of a person, from the waist up",
            "a medium shot of people at a table",
            "a cowboy shot of a person, from the knees up",
            "a person from the chest up, talking to somebody",
        ),
        "FS": (
            "a full shot of a person, from head to toe",
            "a person standing, the whole body in the picture",
            "a full-length picture of people, feet included",
            "a person walking, seen from head to foot",
        ),
        "LS": (
            "a long shot of a person far away",
            "a wide shot of a landscape with tiny figures",
            "an establishing shot of a city",
            "an extreme wide shot of a place, from a distance",
        ),
    }
)
"""Sentences by size, the nearest size first."""


def digest_prompts() -> str:
    """Return a digest of all sentences in hex, by which a calibration knows its own."""
    text = json.dumps([[size, *sentences] for size, sentences in SIZE_PROMPTS.items()])
    return blake2b(text.encode(), digest_size=8).hexdigest()
