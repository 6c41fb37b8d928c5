"""Pictures of HEIF and AVIF files: which streams are their tiles, and what of them is shown."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.filter import Graph
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media.container.container import is_item, make_ready, only, picture_stream
from shotlog.media.images import UPRIGHT, Orientation, read_primary, samples
from shotlog.schema import Aperture, MediaUnreadable, MediaUnsupported, TileGrid


class Layout(NamedTuple):
    """How the picture of a HEIF or AVIF file is made of what is coded in it.

    Attributes:
        tiles: Its tiles, where it is a grid of some.
        orientation: How a whole of tiles is turned for display; FFmpeg says it of other pictures.
        aperture: The part of the picture that is shown, where that is not all.
        warnings: What is said of it that makes no sense, in words.
    """

    tiles: TileGrid | None = None
    orientation: Orientation = UPRIGHT
    aperture: Aperture | None = None
    warnings: tuple[str, ...] = ()


def layout_of(container: InputContainer, stream: VideoStream, path: str) -> Layout:
    """Return how the shown picture is made, by the boxes that FFmpeg keeps to itself.

    Args:
        container: The file.
        stream: Its best picture stream. Where that is not the default, the file shows none that
            FFmpeg has a stream for.
        path: The file.

    Raises:
        MediaUnreadable: it is not said how the tiles lie.
        MediaUnsupported: the picture is made of others in another way.
    """
    coded = bool(stream.disposition & Disposition.default)
    if "mp4" not in container.format.name or (coded and not is_item(container, stream)):
        return Layout()
    try:
        primary = read_primary(path)
        grid = primary.grid
        if coded or grid is None:
            return Layout(aperture=primary.aperture, warnings=primary.warnings)
        dependent = [s for s in container.streams.video if s.disposition & Disposition.dependent]
        tiles = {tile.id: tile.index for tile in dependent}
        streams = tuple(tiles[item] for item in grid.items)
    except (ValueError, LookupError) as error:
        if coded:
            return Layout(warnings=("it is not said how the picture is cropped: all is shown",))
        raise MediaUnreadable(path, "it is not said how the tiles of the picture lie") from error
    whole = TileGrid(streams=streams, columns=grid.columns, width=grid.width, height=grid.height)
    return Layout(whole, grid.orientation, primary.aperture, primary.warnings)


def cropped(picture: VideoFrame, aperture: Aperture) -> VideoFrame:
    """Return the part of a picture that is shown; chroma is cut at the nearest sample it has."""
    graph = Graph()
    source = graph.add_buffer(
        width=picture.width,
        height=picture.height,
        format=picture.format,
        time_base=picture.time_base or Fraction(1, 1000),
    )
    place = f"{aperture.width}:{aperture.height}:{aperture.left}:{aperture.top}:exact=1"
    graph.link_nodes(source, graph.add("crop", place), graph.add("buffersink")).configure()
    graph.vpush(picture)
    return graph.vpull()


def whole_picture(container: InputContainer, grid: TileGrid, path: str) -> VideoFrame:
    """The one picture of a grid, cropped to its size; its colours are tagged as the tiles' are.

    Args:
        container: The file, freshly opened.
        grid: Its tiles.
        path: The file, named in errors.

    Raises:
        MediaUnreadable: a tile cannot be decoded, or they do not fit together.
        MediaUnsupported: no decoder for them, or they interleave the components of a pixel.
    """
    tiles = _decoded_tiles(container, grid, path)
    first = tiles[grid.streams[0]]
    alike = {(tile.width, tile.height, tile.format.name) for tile in tiles.values()}
    width, height = grid.columns * first.width, len(grid.streams) // grid.columns * first.height
    if len(alike) > 1 or not (0 < grid.width <= width and 0 < grid.height <= height):
        raise MediaUnreadable(path, "the tiles of the picture do not fit together")
    if len(first.planes) != len(first.format.components):
        raise MediaUnsupported(path)
    whole = VideoFrame(grid.width, grid.height, first.format.name)
    for number, index in enumerate(grid.streams):
        row, column = divmod(number, grid.columns)
        _put(tiles[index], whole, row, column)
    whole.pts, whole.time_base = first.pts, first.time_base
    whole.colorspace, whole.color_range = first.colorspace, first.color_range
    whole.color_trc, whole.color_primaries = first.color_trc, first.color_primaries
    return whole


def _decoded_tiles(container: InputContainer, grid: TileGrid, path: str) -> dict[int, VideoFrame]:
    """The frame of every stream."""
    streams = [picture_stream(container, index, path) for index in dict.fromkeys(grid.streams)]
    only(container, *streams)
    for stream in streams:
        make_ready(stream, threads=1)
    tiles: dict[int, VideoFrame] = {}
    for packet in container.demux(*streams):
        with suppress(FFmpegError):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    tiles.setdefault(packet.stream.index, frame)
    if len(tiles) < len(streams):
        lost = len(streams) - len(tiles)
        raise MediaUnreadable(path, f"{lost} of {len(streams)} tiles cannot be decoded")
    return tiles


def _put(tile: VideoFrame, whole: VideoFrame, row: int, column: int) -> None:
    """Copies a tile to its place; what reaches beyond the whole is left out."""
    kind = np.uint8 if max(c.bits for c in tile.format.components) <= 8 else np.uint16
    for source, target in zip(tile.planes, whole.planes, strict=True):
        part = samples(source, kind)
        height, width = part.shape
        place = samples(target, kind)[row * height :, column * width :][:height, :width]
        place[:] = part[: place.shape[0], : place.shape[1]]
