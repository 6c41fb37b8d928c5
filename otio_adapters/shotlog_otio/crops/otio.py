"""Crops in the text of an OpenTimelineIO file, as DaVinci Resolve imports them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shotlog.schema import ClipRange, Edit, Reframing, TimelineUnreadable
from shotlog_otio.crops.patched import PatchedCrops
from shotlog_otio.crops.transform import (
    effect_of,
    find_transform,
    own_crop,
)
from shotlog_otio.documents import (
    Document,
    JsonText,
    Span,
    Splice,
    apply_splices,
    element_line,
    element_splices,
)

_EFFECTS = "effects"


def patch_crops(
    document: Document,
    edit: Edit,
    reframing: Reframing,
    *,
    size: tuple[int, int],
    name: str,
    edited: Mapping[str, dict[str, Any]],
) -> PatchedCrops:
    """Return the content of a timeline with a Transform on every clip; all else stays as it is.

    Args:
        document: The timeline; ``edit`` was read from it.
        edit: Its clips.
        reframing: Their crops.
        size: Width and height of the new frame in pixels.
        name: The name of the new timeline.
        edited: By clip id, effects that an editor has changed in an earlier result.

    Raises:
        TimelineUnreadable: The document is not the one that ``edit`` was read from.
    """
    text = document.layout
    splices, written, kept, foreign = [_renamed(text, name)], [], [], []
    try:
        for clip in edit.clips:
            path = reframing.path(clip.id)
            if path is None:
                continue
            if clip.id in edited:
                effect = edited[clip.id]
                kept.append(clip.id)
            else:
                effect = effect_of(reframing, path, clip, edit.rate, size)
                written.append(clip.id)
            splice = _with_effect(text, clip.path, effect)
            if splice is None:
                foreign.append(clip.name or clip.id)
                (kept if clip.id in edited else written).pop()
            else:
                splices += splice
    except (LookupError, TypeError, ValueError) as error:
        message = f"crops cannot be put into it: {error}"
        hint = "It may have been changed meanwhile: run again."
        raise TimelineUnreadable(str(document.path), message, hint) from error
    content = document.encode(apply_splices(document.text, splices))
    return PatchedCrops(content, tuple(written), tuple(kept), tuple(foreign))


def read_edited(document: Document, edit: Edit) -> dict[str, dict[str, Any]]:
    """Return the effects of a former result that an editor has changed since, by clip id."""
    found = {}
    for clip in edit.clips:
        for effect in effects_of(document.data, clip):
            own = own_crop(effect)
            if own is not None and own[1]:
                found[clip.id] = effect
    return found


def effects_of(data: Any, clip: ClipRange) -> list[Any]:
    """Return the effects of a clip in the data of a document."""
    value = data
    for step in clip.path:
        value = value[step]
    effects = value.get(_EFFECTS)
    return effects if isinstance(effects, list) else []


def _renamed(text: JsonText, name: str) -> Splice:
    span = text.find(("name",))
    return Splice(span, json.dumps(name, ensure_ascii=False))


def _with_effect(
    text: JsonText, path: tuple[str | int, ...], effect: dict[str, Any]
) -> list[Splice] | None:
    """Return the splices that give a clip an effect; None where it has another Transform."""
    owner = text.find(path)
    style, member = text.style(owner), text.member(owner, _EFFECTS)
    if member is None:
        end = text.members(owner)[-1].value.end
        key = f"{style.comma}{style.line()}{json.dumps(_EFFECTS)}{style.colon}"
        return [Splice(Span(end, end), key + _new_list(text, owner, effect))]
    elements = text.elements(member.value) if text.text[member.value.start] == "[" else []
    if not elements:
        return [Splice(member.value, _new_list(text, owner, effect))]
    values = [json.loads(text.text[start:end]) for start, end in elements]
    there = find_transform(values)
    if there is not None and own_crop(values[there]) is None:
        return None
    line = element_line(text, member.value) or style.line(1)
    encoded = style.encode(effect, line)
    if there is not None:
        return element_splices(text, member.value, {there: encoded}, frozenset(), ())
    return element_splices(text, member.value, {}, frozenset(), (encoded,))


def _new_list(text: JsonText, owner: Span, effect: dict[str, Any]) -> str:
    style = text.style(owner)
    return f"[{style.line(1)}{style.encode(effect, style.line(1))}{style.line()}]"
