"""Pictures of HEIF and AVIF files: assembly of their tiles, and crop to the shown part."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media.container.reading import (
    configure_decoder,
    is_heif_item,
    picture_stream,
    select_streams,
)
from shotlog.media.images import (
    UPRIGHT,
    Orientation,
    build_filter_graph,
    plane_samples,
    read_primary,
)
from shotlog.schema import Aperture, MediaUnreadable, MediaUnsupported, TileGrid


class PictureLayout(NamedTuple):
    """Composition of the picture of a HEIF or AVIF file from its coded pictures.

    Attributes:
        tiles: Its tiles, where it is a grid.
        orientation: Turn of a grid for display; for other pictures FFmpeg gives it.
        aperture: The part of the picture that is shown, where that is not all.
        warnings: Descriptions of invalid properties that are ignored.
    """

    tiles: TileGrid | None = None
    orientation: Orientation = UPRIGHT
    aperture: Aperture | None = None
    warnings: tuple[str, ...] = ()


def read_layout(container: InputContainer, stream: VideoStream, path: str) -> PictureLayout:
    """Read the composition of the shown picture, from boxes that FFmpeg does not expose.

    Args:
        container: The open file.
        stream: Its best picture stream.
        path: The file.

    Raises:
        MediaUnreadable: the description of the tiles is missing or contradicts itself.
        MediaUnsupported: the picture is derived from others, but is no grid.
    """
    # FFmpeg marks the primary item as default. Where no stream is, it is a derived item.
    coded = bool(stream.disposition & Disposition.default)
    # FFmpeg reads HEIF and AVIF by its demuxer "mov,mp4,...".
    if "mp4" not in container.format.name or (coded and not is_heif_item(container, stream)):
        return PictureLayout()
    try:
        primary = read_primary(path)
        grid = primary.grid
        if coded or grid is None:
            return PictureLayout(aperture=primary.aperture, warnings=primary.warnings)
        dependent = [s for s in container.streams.video if s.disposition & Disposition.dependent]
        tiles = {tile.id: tile.index for tile in dependent}
        streams = tuple(tiles[item] for item in grid.items)
    except (ValueError, LookupError) as error:
        if coded:
            return PictureLayout(
                warnings=("it is not said how the picture is cropped: all is shown",)
            )
        raise MediaUnreadable(path, "it is not said how the tiles of the picture lie") from error
    whole = TileGrid(streams=streams, columns=grid.columns, width=grid.width, height=grid.height)
    return PictureLayout(whole, grid.orientation, primary.aperture, primary.warnings)


def crop(picture: VideoFrame, aperture: Aperture) -> VideoFrame:
    """Return the shown part of a picture; subsampled chroma is cut at its nearest sample."""
    # Without "exact" FFmpeg rounds the area to whole samples of subsampled chroma.
    area = f"{aperture.width}:{aperture.height}:{aperture.left}:{aperture.top}:exact=1"
    graph = build_filter_graph(picture, ("crop", area))
    graph.vpush(picture)
    return graph.vpull()


def assemble_tiles(container: InputContainer, grid: TileGrid, path: str) -> VideoFrame:
    """Return the whole picture of a grid, with the colour tags of its tiles.

    Args:
        container: The file, just opened.
        grid: Its tiles.
        path: The file, named in errors.

    Raises:
        MediaUnreadable: a tile cannot be decoded, or the tiles differ in size or format.
        MediaUnsupported: there is no decoder for them, or their pixel format is packed.
    """
    tiles = _decode_tiles(container, grid, path)
    first = tiles[grid.streams[0]]
    alike = {(tile.width, tile.height, tile.format.name) for tile in tiles.values()}
    width, height = grid.columns * first.width, len(grid.streams) // grid.columns * first.height
    if len(alike) > 1 or not (0 < grid.width <= width and 0 < grid.height <= height):
        raise MediaUnreadable(path, "the tiles of the picture do not fit together")
    # Packed and semi-planar formats (NV12) hold several components in a plane.
    if len(first.planes) != len(first.format.components):
        raise MediaUnsupported(path)
    whole = VideoFrame(grid.width, grid.height, first.format.name)
    for number, index in enumerate(grid.streams):
        row, column = divmod(number, grid.columns)
        _copy_tile(tiles[index], whole, row, column)
    whole.pts, whole.time_base = first.pts, first.time_base
    whole.colorspace, whole.color_range = first.colorspace, first.color_range
    whole.color_trc, whole.color_primaries = first.color_trc, first.color_primaries
    return whole


def _decode_tiles(container: InputContainer, grid: TileGrid, path: str) -> dict[int, VideoFrame]:
    """Decode one frame of every tile's stream.

    Raises:
        MediaUnreadable: a tile cannot be decoded.
    """
    streams = [picture_stream(container, index, path) for index in dict.fromkeys(grid.streams)]
    select_streams(container, *streams)
    for stream in streams:
        configure_decoder(stream, threads=1)  # each of perhaps a hundred tiles has a decoder
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


def _copy_tile(tile: VideoFrame, whole: VideoFrame, row: int, column: int) -> None:
    """Copy a tile to its place in the whole picture, cut at the picture's edges."""
    # FFmpeg stores samples of more than 8 bits in 16.
    kind = np.uint8 if max(c.bits for c in tile.format.components) <= 8 else np.uint16
    for source, target in zip(tile.planes, whole.planes, strict=True):
        part = plane_samples(source, kind)
        height, width = part.shape
        area = plane_samples(target, kind)[row * height :, column * width :][:height, :width]
        area[:] = part[: area.shape[0], : area.shape[1]]
