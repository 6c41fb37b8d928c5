"""Labels that bins and timelines filter by: clip colours by shot size, and keywords.

Both are off unless the user wants them. Nothing of the editor's is overwritten: a clip with a
colour of its own keeps it, and of keywords only those that begin with ``shotlog:`` are ours. The
journal remembers what was set, so that *Remove* takes back exactly that.
"""

from typing import Any, Dict, Iterable, List, Set, Tuple

from shotlog_resolve.edit import Edit
from shotlog_resolve.host import Identity
from shotlog_resolve.journal import COLOURS, KEYWORDS, Journal

SIZE_COLOURS = {"ECS": "Orange", "CS": "Yellow", "MS": "Green", "FS": "Teal", "LS": "Navy"}
"""Clip colours by shot size, from near to far; this palette is not that of markers."""

PREFIX = "shotlog:"
"""The start of our keywords."""

FIELD = "Keywords"
"""The field of the media pool's metadata that holds keywords, with commas between them."""

_UNDEFINED = "undefined"


def colour_clips(
    edit: Edit, found: Dict[str, Any], identity: Identity, journal: Journal
) -> Tuple[int, int]:
    """Colour each clip by the size of its first shot.

    Args:
        edit: The timeline with its items.
        found: The findings, as the bridge gives them.
        identity: Ids of the project and the timeline.
        journal: What was set before; is told what is set now.

    Returns:
        The numbers of clips that have our colour now, and of those that keep another.
    """
    known: Dict[str, str] = dict(journal.get(identity, COLOURS) or {})
    done = left = 0
    for clip in found["clips"]:
        item, colour = edit.items.get(clip["id"]), SIZE_COLOURS.get(_first_size(clip))
        if item is None or colour is None:
            continue
        present, item_id = str(item.GetClipColor() or ""), str(item.GetUniqueId())
        if present not in ("", known.get(item_id)):
            left += 1
            continue
        if present != colour:
            item.SetClipColor(colour)
            if item.GetClipColor() != colour:  # titles and generators answer True, and keep none
                left += 1
                continue
        known[item_id] = colour
        done += 1
    journal.record(identity, COLOURS, known)
    return done, left


def clear_colours(items: Iterable[Any], identity: Identity, journal: Journal) -> int:
    """Take our colours from clips, where they are still ours; return the number of clips.

    Args:
        items: All items of the timeline.
        identity: Ids of the project and the timeline.
        journal: What was set before.
    """
    known: Dict[str, str] = journal.get(identity, COLOURS) or {}
    cleared = 0
    for item in items if known else ():
        ours = known.get(str(item.GetUniqueId()))
        if ours and item.GetClipColor() == ours:
            item.ClearClipColor()
            cleared += 1
    if known:
        journal.record(identity, COLOURS, {})
    return cleared


def add_keywords(
    edit: Edit, found: Dict[str, Any], identity: Identity, journal: Journal
) -> Tuple[int, int]:
    """Add sizes, moves and kinds to the keywords of the clips' media: ``shotlog:MS``.

    Keywords are those of a media file in every timeline, so those of earlier runs remain.

    Args:
        edit: The timeline with its items.
        found: The findings, as the bridge gives them.
        identity: Ids of the project and the timeline.
        journal: Is told which media have keywords of ours.

    Returns:
        The numbers of media that have our keywords now, and of those that took none.
    """
    known: Set[str] = set(journal.get(identity, KEYWORDS) or ())
    media: Dict[str, Tuple[Any, Set[str]]] = {}
    for clip in found["clips"]:
        item, words = edit.items.get(clip["id"]), _words(clip)
        pool_item = item.GetMediaPoolItem() if item is not None and words else None
        if pool_item is not None:
            media_id = str(pool_item.GetUniqueId())
            media.setdefault(media_id, (pool_item, set()))[1].update(words)
    done = left = 0
    for media_id, (pool_item, words) in media.items():
        present = _keywords(pool_item)
        new = present + sorted(words - set(present))
        if new == present or _set_keywords(pool_item, new):
            known.add(media_id)
            done += 1
        else:
            left += 1
    journal.record(identity, KEYWORDS, sorted(known))
    return done, left


def clear_keywords(items: Iterable[Any], identity: Identity, journal: Journal) -> int:
    """Take our keywords from the media of clips; return the number of media.

    Args:
        items: All items of the timeline.
        identity: Ids of the project and the timeline.
        journal: What was set before.
    """
    known: Set[str] = set(journal.get(identity, KEYWORDS) or ())
    cleared: Set[str] = set()
    for item in items if known else ():
        pool_item = item.GetMediaPoolItem()
        media_id = str(pool_item.GetUniqueId()) if pool_item is not None else ""
        if media_id not in known - cleared:
            continue
        present = _keywords(pool_item)
        if _set_keywords(pool_item, [word for word in present if not word.startswith(PREFIX)]):
            cleared.add(media_id)
    if known:
        journal.record(identity, KEYWORDS, sorted(known - cleared))
    return len(cleared)


def _first_size(clip: Dict[str, Any]) -> str:
    shots = clip.get("shots") or []
    return str(shots[0]["size"]) if shots else _UNDEFINED


def _words(clip: Dict[str, Any]) -> Set[str]:
    words: Set[str] = set()
    for shot in clip.get("shots") or []:
        moves = [shot["move"], *(span["move"] for span in shot.get("moves") or [])]
        kind, size = str(shot.get("kind") or ""), shot["size"]
        parts = [kind, size, *(part for move in moves for part in str(move).split("+"))]
        words.update(PREFIX + part for part in parts if part and part != _UNDEFINED)
    return words


def _keywords(pool_item: Any) -> List[str]:
    told = str(pool_item.GetMetadata(FIELD) or "")
    return [word.strip() for word in told.split(",") if word.strip()]


def _set_keywords(pool_item: Any, words: List[str]) -> bool:
    pool_item.SetMetadata(FIELD, ", ".join(words))
    return _keywords(pool_item) == words
