"""Small projects of MLT for tests, counted in frames."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from shotlog_otio import DEFAULT_READING, Inspection, ReadOptions, inspection_of
from shotlog_otio.mlt import KdenliveFormat, MltFormat

UUID = "{00000000-0000-4000-8000-000000000001}"


def prop(name: str, value: object) -> str:
    return f'<property name="{name}">{value}</property>'


def producer(
    number: int | str,
    *facts: str,
    path: str = "a.mov",
    service: str = "avformat",
    length: int = 100,
    tag: str = "producer",
) -> str:
    """A service that shows media; its further facts are written properties."""
    inner = "".join(
        [prop("length", length), prop("resource", path), prop("mlt_service", service), *facts]
    )
    return f'<{tag} id="{number}" in="0" out="{length - 1}">{inner}</{tag}>'


def entry(service: object, first: object, last: object) -> str:
    return f'<entry producer="{service}" in="{first}" out="{last}"/>'


def playlist(name: str, *items: str) -> str:
    return f'<playlist id="{name}">{"".join(items)}</playlist>'


def tractor(name: str, *items: str) -> str:
    return f'<tractor id="{name}">{"".join(items)}</tractor>'


def track(service: str, hide: str | None = None) -> str:
    return f'<track producer="{service}"' + (f' hide="{hide}"/>' if hide else "/>")


def mlt(*items: str, rate: tuple[int, int] = (25, 1), root: str | None = None) -> str:
    profile = f'<profile frame_rate_num="{rate[0]}" frame_rate_den="{rate[1]}"/>'
    folder = f' root="{root}"' if root is not None else ""
    body = "\n  ".join([profile, *items])
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}\n<mlt LC_NUMERIC="C"{folder}>\n  {body}\n</mlt>\n'


def shotcut(
    services: Sequence[str], items: Sequence[str], *facts: str, rate: tuple[int, int] = (25, 1)
) -> str:
    """A project of one track, as Shotcut lays one out; ``facts`` are those of its timeline."""
    lines = "\n    ".join([prop("shotcut", 1), *facts, track("playlist0")])
    return mlt(
        *services,
        playlist("playlist0", prop("shotcut:video", 1), prop("shotcut:name", "V1"), *items),
        f'<tractor id="tractor0" in="0" out="99">\n    {lines}\n  </tractor>',
        rate=rate,
    )


def kdenlive(
    services: Sequence[str],
    items: Sequence[str],
    *facts: str,
    settings: Sequence[str] = (),
    rate: tuple[int, int] = (25, 1),
) -> str:
    """A project of one track and one sequence, as Kdenlive 24 lays one out.

    Args:
        services: The clips of its bin, numbered from 0 in their ids.
        items: The items of the track.
        facts: Properties of the sequence.
        settings: Properties of the bin.
        rate: Of the project.
    """
    inner = [prop("kdenlive:uuid", UUID), prop("kdenlive:clipname", "Sequence 1"), *facts]
    listed = [f'<entry producer="{n}" in="0" out="0"/>' for n in range(len(services))]
    own = [prop("kdenlive:docproperties.activetimeline", UUID), *settings, prop("xml_retain", 1)]
    return mlt(
        *services,
        producer("black", prop("kdenlive:playlistid", "black_track"), service="color"),
        playlist("playlist0", *items),
        playlist("playlist1"),
        tractor(
            "tractor0",
            prop("kdenlive:track_name", "V1"),
            track("playlist0", "audio"),
            track("playlist1", "audio"),
        ),
        f'<tractor id="{UUID}" in="0" out="30000">\n    '
        + "\n    ".join([*inner, track("black"), track("tractor0")])
        + "\n  </tractor>",
        '<playlist id="main_bin">\n    '
        + "\n    ".join([*own, *listed, f'<entry producer="{UUID}" in="0" out="0"/>'])
        + "\n  </playlist>",
        tractor("wrapper", prop("kdenlive:projectTractor", 1), track(UUID)),
        rate=rate,
    )


def saved(folder: Path, text: str, suffix: str = ".mlt") -> Path:
    path = folder / f"cut{suffix}"
    path.write_text(text, encoding="utf-8")
    return path


def inspected(
    folder: Path, text: str, suffix: str = ".mlt", options: ReadOptions = DEFAULT_READING
) -> Inspection:
    format_ = KdenliveFormat() if suffix == ".kdenlive" else MltFormat()
    return inspection_of(format_.open(saved(folder, text, suffix), options))


def ranges(inspection: Inspection, rate: Fraction | int = 25) -> list[tuple[object, ...]]:
    """Name, record range, and source range in frames of the project, of every picture clip."""
    return [
        (c.name, c.record_in, c.record_out, c.source_in * rate, c.source_out * rate)
        for c in inspection.clips
    ]


def write_shotcut(path: Path, names: Sequence[str]) -> None:
    """A project of clips of frames 3 to 9 of their media, at 24 frames per second."""
    services = [producer(n, prop("shotcut:caption", name)) for n, name in enumerate(names)]
    items = [entry(n, 3, 9) for n in range(len(names))]
    path.write_text(shotcut(services, items, rate=(24, 1)), encoding="utf-8")


def write_kdenlive(path: Path, names: Sequence[str]) -> None:
    """The same in a project of Kdenlive."""
    services = [
        producer(n, prop("kdenlive:clipname", name), prop("kdenlive:id", n + 2))
        for n, name in enumerate(names)
    ]
    items = [entry(n, 3, 9) for n in range(len(names))]
    path.write_text(kdenlive(services, items, rate=(24, 1)), encoding="utf-8")
