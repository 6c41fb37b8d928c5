"""Crops alone in a .json file, and back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from shotlog.schema import CropPath, Edit, Reframing, ReframingUnusable

_DIGESTS: Final = "digests"
"""Key of the digests of the crops, by clip."""


def read_crops(path: Path) -> Reframing:
    """Return the crops in a .json file of crops.

    Raises:
        ReframingUnusable: It cannot be read, or holds none.
    """
    hint = "Give the .json file that this wrote: shotlog reframe."
    try:
        told = json.loads(path.read_bytes())
        if isinstance(told, dict):
            told.pop(_DIGESTS, None)
        return Reframing.model_validate(told)
    except OSError as error:
        raise ReframingUnusable(str(path), f"it cannot be read ({error.strerror})") from error
    except (ValidationError, ValueError) as error:
        raise ReframingUnusable(str(path), "there are no crops in it", hint) from error


def crops_text(reframing: Reframing) -> str:
    """Return crops as JSON, with a digest for each, so that changes by hand are known."""
    told = reframing.model_dump(mode="json")
    told[_DIGESTS] = {path.clip: _digest(path) for path in reframing.paths if not path.edited}
    return json.dumps(told, indent=1, ensure_ascii=False)


def _digest(path: CropPath) -> str:
    keys = json.dumps([key.model_dump(mode="json") for key in path.keys], sort_keys=True)
    return hashlib.blake2b(keys.encode(), digest_size=8).hexdigest()


def edited_paths(path: Path, edit: Edit, reframing: Reframing) -> list[CropPath]:
    """Return the crops of an earlier file that were changed by hand, of clips still there."""
    try:
        former = read_crops(path)
        digests = json.loads(path.read_bytes()).get(_DIGESTS, {})
    except (ReframingUnusable, OSError, ValueError):  # no result of ours is there
        return []
    if former.aspect != reframing.aspect:
        return []
    ids = {clip.id for clip in edit.clips}
    changed = (each for each in former.paths if _digest(each) != digests.get(each.clip))
    return [each.model_copy(update={"edited": True}) for each in changed if each.clip in ids]
