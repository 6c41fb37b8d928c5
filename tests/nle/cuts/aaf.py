"""Cuts as AAF files of Media Composer."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import aaf2

from tests.nle.cuts.cut import Clip, Cut, Item
from tests.nle.cuts.writing import Features, Writer
from tests.otio.aaf.dumping import dump
from tests.otio.aaf.making import Film, make

_GRAPH = "PARAM_SPEED_OFFSET_MAP_U"


def _part(film: Film, item: Item) -> Any:
    if not isinstance(item, Clip):
        return film.filler(item.length)
    media = item.media
    master = film.master(media.name, media.length, tape=media.start)
    if item.ramp:
        inner = film.run(film.clip(master, item.first, item.ramp[-1][1]))
        graph = {_GRAPH: item.ramp}
        return film.effect("Motion Control", item.length, inner, warp=True, graph=graph)
    used = int(item.used) or 1
    inner = film.clip(master, item.first, used)
    if item.speed == 1:
        return inner
    ratio = 1 / item.speed if item.speed else Fraction(item.length)
    return film.effect("Motion Control", item.length, film.run(inner), warp=True, ratio=ratio)


def _write(path: Path, cut: Cut) -> None:
    def build(film: Film) -> None:
        mob = film.sequence("cut", start=cut.start, drop=cut.drop_frame)
        tracks = [
            film.track(mob, *(_part(film, item) for item in items), number=n + 1)
            for n, items in enumerate(cut.tracks)
        ]
        if cut.theirs:
            film.markers(mob, tracks[0], *(film.marker(name, at) for at, name in cut.theirs))

    make(path, build, cut.rate)


def _rename(path: Path, old: str, new: str) -> None:
    """Change the text of a marker in all places where Media Composer keeps it."""
    with aaf2.open(str(path), "rw") as file:
        for mob in file.content.compositionmobs():
            for slot in mob.slots:
                for item in getattr(slot.segment, "components", ()):
                    if "Comment" in item and item["Comment"].value.startswith(old):
                        text = item["Comment"].value.replace(old, new, 1)
                        item["Comment"].value = text
                        for value in item["CommentMarkerAttributeList"].value:
                            if value.name == "_ATN_CRM_COM":
                                value.value = text


FEATURES = Features(nests=False, ramps=True, markers_on_clips=False)
WRITER = Writer(_write, ".aaf", FEATURES, rename=_rename, content=dump, pace=4)
