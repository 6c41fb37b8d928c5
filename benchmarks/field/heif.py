"""HEIF and AVIF pictures written box by box (ISO/IEC 23008-12, 14496-12), like those of phones."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import av

from benchmarks.field.make import Pixels, ffmpeg

_CODECS = {
    "av1": (
        "av01", "av1C", b"avif",
        ("-c:v", "libaom-av1", "-cpu-used", "8", "-lag-in-frames", "0", "-crf", "5"),
    ),
    "hevc": (
        "hvc1", "hvcC", b"heic",
        ("-c:v", "libx265", "-x265-params", "keyint=1:log-level=none", "-crf", "3"),
    ),
}  # fmt: skip
"""Item type, box of the decoder's configuration, brand, and FFmpeg's options."""

_IN_IDAT = 1


class Grid(NamedTuple):
    """Division of a picture into tiles, and its display.

    Attributes:
        tile: Width and height of a tile.
        columns: Number of tiles in a row.
        rows: Number of rows.
        size: Width and height of the whole picture, at most those of all tiles.
        turns: Quarter turns anticlockwise (``irot``).
        mirror: Axis of ``imir``: 0 exchanges top and bottom, 1 left and right; None for neither.
        aperture: Left, top, width and height of the shown part (``clap``); None for all.
        alone: True where the primary item is the first tile, not the grid.
    """

    tile: tuple[int, int]
    columns: int
    rows: int
    size: tuple[int, int]
    turns: int = 0
    mirror: int | None = None
    aperture: tuple[int, int, int, int] | None = None
    alone: bool = False


def grid_picture(
    path: Path,
    picture: Pixels,
    grid: Grid,
    *,
    codec: str = "av1",
    pix_fmt: str = "yuv420p",
    beside: Pixels | None = None,
    in_idat: bool = True,
) -> Path:
    """Write a picture as a grid of tiles.

    Args:
        path: The file to write.
        picture: The picture, (h, w, 3), at least of ``grid.size``.
        grid: Its division and display.
        codec: ``av1`` or ``hevc``.
        pix_fmt: Pixel format of the coded tiles.
        beside: Another picture of a tile's size whose item comes first, such as a thumbnail.
        in_idat: True to put the description of the grid into ``idat``, not ``mdat``.
    """
    width, height = grid.tile
    tiles = [
        picture[y : y + height, x : x + width]
        for y in range(0, grid.rows * height, height)
        for x in range(0, grid.columns * width, width)
    ]
    others = [] if beside is None else [beside]
    coded, configuration = _coded(path, [*others, *tiles], codec, pix_fmt)
    layout = struct.pack(">4B2H", 0, 0, grid.rows - 1, grid.columns - 1, *grid.size)
    brand = _CODECS[codec][2]
    head = _box("ftyp", brand, bytes(4), b"mif1", brand)
    lengths = [*map(len, coded), len(layout)]

    def meta(start: int) -> bytes:
        offsets = [start + sum(lengths[:n]) for n in range(len(lengths))]
        places = [
            struct.pack(">3H2I", 0, 0, 1, *place) for place in zip(offsets, lengths, strict=True)
        ]
        if in_idat:
            places[-1] = struct.pack(">3H2I", _IN_IDAT, 0, 1, 0, len(layout))
        boxes = _meta(grid, codec, configuration, places, len(others))
        return _full("meta", 0, *boxes, _box("idat", layout))

    start = len(head) + len(meta(0)) + 8
    path.write_bytes(head + meta(start) + _box("mdat", *coded, layout))
    return path


def _coded(
    path: Path, pictures: Sequence[Pixels], codec: str, pix_fmt: str
) -> tuple[list[bytes], bytes]:
    """Return the coded pictures, and the configuration of their decoder."""
    height, width = pictures[0].shape[:2]
    film = path.with_suffix(".tiles.mp4")
    options = (*_CODECS[codec][3], "-g", "1", "-pix_fmt", pix_fmt)
    given = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-")
    ffmpeg(*given, *options, film, given=b"".join(p.tobytes() for p in pictures))
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        configuration = bytes(stream.codec_context.extradata or b"")
        coded = [bytes(packet) for packet in container.demux(stream) if packet.size]
    film.unlink()
    return coded, configuration


def _meta(
    grid: Grid, codec: str, configuration: bytes, places: Sequence[bytes], others: int
) -> list[bytes]:
    """Return the boxes about the items: coded pictures, numbered from 1, then the grid."""
    kind, box, _, _ = _CODECS[codec]
    items, whole = range(1, len(places)), len(places)
    tiles = items[others:]
    derived = (whole, len(tiles), *tiles)
    properties, shown = _properties(grid, box, configuration)
    used = {whole: shown} | {item: [1, 2] for item in items}
    if grid.alone:
        used[tiles[0]] = [1, 2, *shown[1:]]
    located = [struct.pack(">H", item) + place for item, place in enumerate(places, 1)]
    entries = [_entry(item, kind) for item in items] + [_entry(whole, "grid")]
    return [
        _full("hdlr", 0, bytes(4), b"pict", bytes(13)),
        _full("pitm", 0, struct.pack(">H", tiles[0] if grid.alone else whole)),
        _full("iloc", 1 << 24, struct.pack(">2BH", 0x44, 0, len(located)), *located),
        _full("iinf", 0, struct.pack(">H", len(entries)), *entries),
        _full("iref", 0, _box("dimg", struct.pack(f">{len(derived)}H", *derived))),
        _box("iprp", _box("ipco", *properties), _full("ipma", 0, _associations(used))),
    ]


def _properties(grid: Grid, box: str, configuration: bytes) -> tuple[list[bytes], list[int]]:
    """Return all properties, first the two of a tile, and the numbers of those of the grid."""
    properties = [
        _box(box, configuration),
        _full("ispe", 0, struct.pack(">2I", *grid.tile)),
        _full("ispe", 0, struct.pack(">2I", *grid.size)),
    ]
    if grid.aperture is not None:
        size = grid.tile if grid.alone else grid.size
        properties.append(_box("clap", _clean_aperture(grid.aperture, size)))
    if grid.turns:
        properties.append(_box("irot", bytes([grid.turns])))
    if grid.mirror is not None:
        properties.append(_box("imir", bytes([grid.mirror])))
    return properties, list(range(3, len(properties) + 1))


def _clean_aperture(shown: tuple[int, int, int, int], size: tuple[int, int]) -> bytes:
    """Return a ``clap`` box: size, and offset of the centre, as fractions (ISO/IEC 14496-12)."""
    left, top, width, height = shown
    offsets = (2 * left + width - size[0], 2, 2 * top + height - size[1], 2)
    return struct.pack(">4I2i", width, 1, height, 1, *offsets[:2]) + struct.pack(
        ">2i", *offsets[2:]
    )


def _associations(used: dict[int, list[int]]) -> bytes:
    parts = [struct.pack(">HB", item, len(n)) + bytes(n) for item, n in used.items()]
    return struct.pack(">I", len(used)) + b"".join(parts)


def _entry(item: int, kind: str) -> bytes:
    return _full("infe", 2 << 24, struct.pack(">2H", item, 0), kind.encode(), b"\0")


def _full(kind: str, version_and_flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version_and_flags), *parts)


def _box(kind: str, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind.encode()) + content
