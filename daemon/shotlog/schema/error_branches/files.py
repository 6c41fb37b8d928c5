"""Errors of media and other files that are read, and of outputs."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class MediaError(ShotlogError):
    """A media file cannot be used."""


class MediaMissing(MediaError):
    """Offline: the file is not where the timeline says."""

    message = "the media is offline: there is no file at this place"
    hint = "Put it back or relink the clip, then run again; everything else is kept."


class MediaUnreadable(MediaError):
    """Damaged, truncated, empty, not a media file, or not a file."""

    message = "the file cannot be read as media"
    hint = "Check that it plays; copy or export it again."


class MediaUnsupported(MediaError):
    """Readable, but of a kind that is refused."""

    message = "this kind of media is not supported"
    hint = "Transcode it to an ordinary codec (H.264, ProRes, DNxHR) and relink."


class MediaChanging(MediaError):
    """Written to while it was looked at, again and again."""

    message = "the file was written to while it was looked at"
    hint = "Wait until it is written, then run again; everything else is kept."


class NoPicture(MediaError):
    """No video stream."""

    message = "there is no picture in this file"
    hint = "Give a file with a video stream."


class SubtitlesUnreadable(MediaError):
    """No subtitles, in another encoding than was told, or no file at all."""

    message = "no subtitles can be read from this file"
    hint = "Give a file in SubRip (.srt), WebVTT (.vtt) or SubStation (.ass) form."


class OutputError(ShotlogError):
    """The result cannot be written; what was there before is untouched."""


class OutputNotWritable(OutputError):
    """No permission, no such folder, or a folder in its place."""

    message = "the result cannot be written here"
    hint = "Choose another place with -o, or change the permissions."


class DiskFull(OutputError):
    """No room on the disk."""

    message = "the disk is full"
    hint = "Free some room and run again; what was computed is in the cache."
