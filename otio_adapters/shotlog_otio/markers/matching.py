"""Which of the markers that stand in a file speak of the same as those that are to be written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from shotlog_otio.markers.locations import Standing, Wanted


def pairs_of(wanted: Sequence[Wanted], standing: Sequence[Standing]) -> dict[int, Standing]:
    """By number of the wanted marker, the standing one that speaks of the same.

    First the one that is it in every way; then one of the same thing at the same place, because
    the count in an id shifts when a shot that is shown twice is moved or copied with its clip;
    then one of the same id anywhere. Last, an edited one that we wrote in the very same words at
    the very same place, wherever the editor has put it since: a film that was touched or copied may
    have another identity, hence other shots; and an edited one of the same kind at the same place:
    a clip that was trimmed shows other frames, hence another shot. The editor's word on it holds.
    """
    keys: list[tuple[Callable[[Wanted], Hashable], Callable[[Standing], Hashable]]] = [
        (
            lambda w: (w.owner, w.start, w.marker.id),
            lambda s: (s.owner, s.start, s.id),
        ),
        (
            lambda w: (w.owner, w.start, _thing(w.marker.id)),
            lambda s: (s.owner, s.start, _thing(s.id)),
        ),
        (lambda w: w.marker.id, lambda s: s.id),
        (lambda w: (w.owner, w.hash), lambda s: (s.owner, s.hash) if s.edited else s),
        (
            lambda w: (w.owner, w.start, w.marker.family.value),
            lambda s: (s.owner, s.start, s.family) if s.edited else s,
        ),
    ]
    pairs: dict[int, Standing] = {}
    for key_of_wanted, key_of_standing in keys:
        taken = {id(found) for found in pairs.values()}
        free = {key_of_standing(s): s for s in reversed(standing) if id(s) not in taken}
        for n, item in enumerate(wanted):
            if n not in pairs and (found := free.pop(key_of_wanted(item), None)):
                pairs[n] = found
    return pairs


def free_ids(
    wanted: Sequence[Wanted], standing: Sequence[Standing], pairs: Mapping[int, Standing]
) -> list[str]:
    """The id of each wanted marker: that of its standing one, else its own; none is given twice.

    Those of edited markers are theirs. A clip that was copied with its marker has brought in a
    second marker of one id: the copy's is counted up.
    """
    used = {found.id for found in standing if found.edited}
    ids = {n: pairs[n].id if n in pairs else w.marker.id for n, w in enumerate(wanted)}
    for n in sorted(ids, key=lambda n: n not in pairs):
        if n in pairs and pairs[n].edited:
            continue
        count = 1
        while ids[n] in used:
            count += 1
            ids[n] = f"{_thing(ids[n])}-{count}"
        used.add(ids[n])
    return [ids[n] for n in range(len(wanted))]


def _thing(marker_id: str) -> str:
    """An id without the count of the times that its shot is shown."""
    return marker_id.partition("-")[0]
