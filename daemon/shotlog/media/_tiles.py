"""Pictures that are made of tiles: which streams are the tiles, and the one picture of them."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.frame import VideoFrame

from shotlog.media._container import make_ready, only, picture_stream
from shotlog.media._heif import read_grid
from shotlog.media._orientation import UPRIGHT, Orientation
from shotlog.media._planes import samples
from shotlog.schema.errors import MediaUnreadable, MediaUnsupported
from shotlog.schema.media import TileGrid


def tiles_of(container: InputContainer, path: str) -> tuple[TileGrid | None, Orientation]:
    """The tiles of the picture that a HEIF or AVIF file shows, and how the whole is shown.

    None where it shows no grid of tiles.

    Args:
        container: The file; none of its streams is the default, which the shown picture would be.
        path: The file, to read the boxes that FFmpeg keeps to itself.

    Raises:
        MediaUnreadable: it is not said how the tiles lie.
        MediaUnsupported: the picture is made of others in another way.
    """
    dependent = [s for s in container.streams.video if s.disposition & Disposition.dependent]
    tiles = {stream.id: stream.index for stream in dependent}
    if "mp4" not in container.format.name:
        return None, UPRIGHT
    try:
        grid = read_grid(path)
        if grid is None:
            return None, UPRIGHT
        streams = tuple(tiles[item] for item in grid.items)
    except (ValueError, LookupError) as error:
        raise MediaUnreadable(path, "it is not said how the tiles of the picture lie") from error
    whole = TileGrid(streams=streams, columns=grid.columns, width=grid.width, height=grid.height)
    return whole, grid.orientation


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
