"""Errors of the stages of delivery; the tree is in :mod:`shotlog.schema.errors`."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class DeliveryError(ShotlogError):
    """A stage of the delivery cannot be run as was asked."""


class QualityProfileUnusable(DeliveryError):
    """A profile of quality control is unknown or damaged, or has a check or a limit that is."""

    message = "this profile cannot be used"
    hint = "See the checks and their limits with: shotlog qc --list."


class SubtitleProfileUnusable(DeliveryError):
    """The file of a profile cannot be read, or one of its values is not possible."""

    message = "this is no profile of subtitles"
    hint = "See docs/subtitles.md for its keys, or choose one that comes along: web, broadcast."


class SubtitleStyleUnusable(DeliveryError):
    """No style of subtitles can be read from a file."""

    message = "this is no style of subtitles"
    hint = "Give an .ass file with one style, or choose one that comes along: plain, box, karaoke."


class ReframingUnusable(DeliveryError):
    """An aspect, a pin or a file of crops cannot be used."""

    message = "this crop cannot be used"
    hint = "An aspect is given as 9:16, a pin as TIMECODE=X,Y in shares of the picture."


class ReframingUnsupported(DeliveryError):
    """A kind of timeline holds no key frames that can be written."""

    message = "key frames of a crop cannot be written into this kind of file"
    hint = "Write .otio for DaVinci Resolve, .fcpxml, .mlt, or a .json file."


class FfmpegUnusable(DeliveryError):
    """There is no FFmpeg, or one that is too old or lacks a part."""

    message = "there is no FFmpeg that can be used"
    hint = "Install one with: pip install 'shotlog[render]'; see all with: shotlog doctor."


class EncodingFailed(DeliveryError):
    """FFmpeg could not make the file."""

    message = "the file could not be encoded"
    hint = "Nothing was left behind; run with --debug to see FFmpeg's own words."


class RenderRefused(DeliveryError):
    """A film cannot be made as was asked; nothing was begun."""

    message = "it cannot be rendered as was asked"
    hint = "See what would be done with: shotlog render --explain."


class RecipeUnusable(DeliveryError):
    """A recipe is unknown or damaged, or has a stage or a key that is."""

    message = "this recipe cannot be used"
    hint = "See what a recipe may hold with: shotlog deliver --help."


class UploadRefused(DeliveryError):
    """A target takes no file: its token, its quota or its rules forbid it."""

    message = "the upload was refused"
    hint = "See what is kept of this target with: shotlog upload --to list."


class UploadNotAgreed(UploadRefused):
    """Nobody has agreed to send the file, or it has not passed quality control."""

    message = "nothing was sent: nobody has agreed to it"
    hint = "Answer the question, or give --yes where nobody can be asked."


class UploadInterrupted(DeliveryError):
    """A target cannot be reached, or the connection was lost; the session is kept."""

    message = "the upload was interrupted"
    hint = "Run the same command again: it goes on where it stopped."
