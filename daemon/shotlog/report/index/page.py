"""Assembly of the index: one HTML file whose list is made from data within it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import PurePath
from urllib.parse import quote

from markupsafe import Markup

from shotlog.report import _assets
from shotlog.report._tones import make_tone_rules, tone_class
from shotlog.report._words import format_length
from shotlog.report.index.entries import IndexEntry, IndexState, IndexSummary
from shotlog.schema import VOCABULARIES, Family

_SHOWN = 4
"""Number of pictures of a timeline."""

_TOLD = 20
"""Number of problems of a timeline that are listed; all are in its report."""

_STATES = {
    IndexState.FAILED: "Failed",
    IndexState.PARKED: "Given up",
    IndexState.PROBLEMS: "With problems",
    IndexState.WAITING: "Not yet analysed",
    IndexState.DONE: "Done",
    IndexState.DUPLICATE: "Duplicate",
}
_KINDS = {"timeline": "Timelines", "media": "Media"}


def render_index(entries: Sequence[IndexEntry], summary: IndexSummary) -> str:
    """Render all timelines of a batch as one HTML page, those with problems first.

    Style, script and data are in the page; it loads the pictures that come into view, and its
    content security policy forbids every other request and script. The list is made by the script
    from the data, a screenful at a time, so that ten thousand timelines are no burden. The same
    entries give the same text.

    Args:
        entries: The timelines, in the order of the batch.
        summary: Title, files and notes of the batch.

    Returns:
        The page. Characters that UTF-8 cannot encode (in file names that are not UTF-8) are ``?``;
        links lead to such files all the same.
    """
    sizes = _labels((entry.sizes for entry in entries), Family.SIZE)
    moves = _labels((entry.moves for entry in entries), Family.MOVE, Family.MOVEMENT)
    style = "\n".join(
        (_assets.read("report.css"), _assets.read("index/index.css"), make_tone_rules(), "")
    )
    script = _assets.read("index/index.js")
    states = [{"name": s.value, "display": d, "tone": ""} for s, d in _STATES.items()]
    present = {entry.state.value for entry in entries}
    data = {
        "rows": [_row(entry, list(sizes), list(moves)) for entry in entries],
        "states": states,
        "kinds": [{"name": k, "display": d, "tone": ""} for k, d in _kinds(entries).items()],
        "sizes": list(sizes.values()),
        "moves": list(moves.values()),
    }
    page = _assets.environment().get_template("index/index.html.j2").render(
        title=summary.title,
        facts=list(_facts(entries)),
        troubled=sum(_is_troubled(entry) for entry in entries),
        count=len(entries),
        files=[(text, _url(path)) for text, path in summary.files],
        notes=summary.notes,
        states=[state for state in states if state["name"] in present],
        data=data,
        # Marked as safe: both are files of this package, without any text of the batch.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        # Browsers differ on whether 'self' holds for a page that was opened as a file.
        policy=_assets.policy(style, script, pictures="'self' file:"),
    )  # fmt: skip
    return page.encode(errors="replace").decode()


def _labels(found: Iterable[Mapping[str, int]], *families: Family) -> dict[str, dict[str, str]]:
    """Return name, display name and colour of the labels that occur, in the vocabularies' order.

    Names of both families (``undefined``) are those of the first.
    """
    present = {label for counts in found for label, count in counts.items() if count > 0}
    known = {name: family for family in families[::-1] for name in VOCABULARIES[family].names}
    order = [name for family in families for name in VOCABULARIES[family].names]
    listed = [*dict.fromkeys(name for name in order if name in present)]
    listed += sorted(present - set(listed))
    return {
        label: {
            "name": label,
            "display": VOCABULARIES[family].display(label),
            "tone": tone_class(family, label),
        }
        for label in listed
        for family in [known.get(label, families[0])]
    }


def _row(entry: IndexEntry, sizes: Sequence[str], moves: Sequence[str]) -> dict[str, object]:
    """Return an entry for the script, without what is empty: the page holds thousands."""
    row: dict[str, object] = {
        "name": entry.name,
        "source": entry.source,
        "kind": entry.kind,
        "state": entry.state.value,
        "marked": entry.marked and _url(entry.marked),
        "report": entry.report and _url(entry.report),
        "pictures": [_url(picture) for picture in entry.pictures[:_SHOWN]],
        "shots": entry.shots,
        "seconds": round(float(entry.seconds), 3),
        "sizes": _counts(entry.sizes, sizes),
        "moves": _counts(entry.moves, moves),
        "highlights": entry.highlights,
        "problems": [(p.subject, p.message, p.hint) for p in entry.problems[:_TOLD]],
        "more": max(0, len(entry.problems) - _TOLD),
        "warnings": entry.warnings,
        "twin": entry.duplicate_of,
    }
    return {key: value for key, value in row.items() if value}


def _counts(counts: Mapping[str, int], labels: Sequence[str]) -> list[tuple[int, int]]:
    """Return the numbers of labels in a list, and of their shots."""
    return [(n, counts[label]) for n, label in enumerate(labels) if counts.get(label, 0) > 0]


def _kinds(entries: Sequence[IndexEntry]) -> dict[str, str]:
    """Return the kinds to choose from; none where all are of one kind."""
    found = sorted({entry.kind for entry in entries})
    return {kind: _KINDS.get(kind, kind) for kind in found} if len(found) > 1 else {}


def _url(path: str) -> str:
    """Return a relative path as a URL; names that look like a host or a scheme stay names."""
    # os.fsencode: names that are not UTF-8 keep their bytes.
    return "./" + quote(os.fsencode(PurePath(path).as_posix()))


def _is_troubled(entry: IndexEntry) -> bool:
    failed = (IndexState.FAILED, IndexState.PARKED, IndexState.PROBLEMS)
    return bool(entry.problems) or entry.state in failed


def _facts(entries: Sequence[IndexEntry]) -> Iterator[tuple[str, str]]:
    yield "Timelines", f"{len(entries):,}"
    # Duplicates show what another one shows, and are not counted twice.
    own = [entry for entry in entries if entry.state is not IndexState.DUPLICATE]
    yield "Shots", f"{sum(entry.shots for entry in own):,}"
    yield "Length", _format_hours(sum((entry.seconds for entry in own), Fraction(0)))
    yield "Highlights", f"{sum(entry.highlights for entry in own):,}"
    for state, display in _STATES.items():
        if count := sum(entry.state is state for entry in entries):
            yield display, f"{count:,}"


def _format_hours(seconds: Fraction) -> str:
    """Return a length as the report does, or from an hour on as ``2 h 05 min``."""
    minutes = round(seconds / 60)
    if round(seconds) < 3600:
        return format_length(seconds)
    return f"{minutes // 60:,} h {minutes % 60:02d} min"
