"""Copying of a range of a file without encoding it anew, from a keyframe on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av.stream import Stream

from shotlog.media.container import media_errors, open_media, picture_stream, sound_stream
from shotlog.media.encoding.output import open_mp4
from shotlog.schema import Media, MediaUnsupported, NoPicture, TimeRange


def copy_clip(media: Media, wanted: TimeRange, path: Path) -> Fraction:
    """Copy a range of a file into an MP4 file; nothing is encoded, so it begins at a keyframe.

    Returns:
        The media time at which the copy begins: that of the keyframe at or before the range.

    Raises:
        NoPicture: The file has no picture.
        MediaError: It cannot be read.
        MediaUnsupported: MP4 cannot hold its streams, or it is a sequence of pictures.
        OutputNotWritable: The file cannot be written.
        DiskFull: There is no room for it.
    """
    video = media.video
    if video is None:
        raise NoPicture(media.path)
    if media.sequence is not None or video.origin is None or video.breaks:
        message = "it cannot be copied: its pictures have no continuous timestamps"
        raise MediaUnsupported(media.path, message, "Encode it anew, without --copy.")
    with media_errors(media.path), open_media(media.path) as source, open_mp4(path) as target:
        streams: list[Stream] = [picture_stream(source, video.index, media.path)]
        if media.audio is not None:
            streams.append(sound_stream(source, media.audio.index, media.path))
        try:
            copies = {s.index: target.add_stream_from_template(s) for s in streams}
        except ValueError as error:
            message = f"MP4 cannot hold it ({error})"
            raise MediaUnsupported(media.path, message, "Encode it, without --copy.") from error
        base = streams[0].time_base or Fraction(1)
        zero = video.origin * base
        source.seek(
            int((wanted.start + zero) / base), stream=streams[0], backward=True, any_frame=False
        )
        begin: Fraction | None = None
        for packet in source.demux(*streams):
            if packet.pts is None or packet.dts is None:
                continue
            of_picture = packet.stream.index == streams[0].index
            moment = packet.pts * packet.time_base - zero
            if begin is None and of_picture and packet.is_keyframe:
                begin = moment
            # In the order of decoding, so that no picture loses one that it refers to.
            ended = packet.dts * packet.time_base - zero >= wanted.end
            if ended and of_picture:
                break
            if begin is None or ended or moment < begin:
                continue
            offset = round((begin + zero) / packet.time_base)
            packet.pts, packet.dts = packet.pts - offset, packet.dts - offset
            packet.stream = copies[packet.stream.index]
            target.mux(packet)
    return begin if begin is not None else wanted.start
