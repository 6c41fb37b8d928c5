"""Errors of plugins, a class for each kind."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class PluginError(ShotlogError):
    """A plugin is installed incorrectly."""

    message = "a plugin cannot be used"
    hint = "Reinstall or remove the package that brought it."


class AnalyzerError(PluginError):
    """An analyzer failed on a clip, or is installed incorrectly."""

    message = "an analyzer failed"
    hint = "The other clips are complete; run with --debug to see where it failed."


class CutFinderError(PluginError):
    """A cut finder is unknown, lacks a package, failed, or was chosen with wrong parameters."""

    message = "the cuts cannot be found in this way"
    hint = "See the cut finders and their parameters with: shotlog analyze --cuts list."


class HighlighterError(PluginError):
    """A highlighter is unknown, lacks a model or a file, or was chosen with wrong parameters."""

    message = "highlights cannot be found in this way"
    hint = "See the highlighters and their parameters with: shotlog highlights find --backend list."


class QualityCheckError(PluginError):
    """A check of quality control is installed incorrectly."""

    message = "this check cannot be used"
    hint = "See the checks with: shotlog qc --list."


class SubtitleSourceError(PluginError):
    """A source is unknown, lacks a package, a model or a file, or was chosen wrongly."""

    message = "subtitles cannot be made in this way"
    hint = "See the sources and their parameters with: shotlog subtitles --source list."


class ReframerError(PluginError):
    """A way to reframe is unknown, lacks a package, a model or a file, or was chosen wrongly."""

    message = "a film cannot be reframed in this way"
    hint = "See the ways and their parameters with: shotlog reframe --backend list."


class EncoderError(PluginError):
    """An encoder is unknown, absent on this machine, or was chosen with wrong parameters."""

    message = "a film cannot be encoded in this way"
    hint = "See the encoders and their parameters with: shotlog render --encoder list."


class ExtraError(PluginError):
    """An extra of the render is unknown, lacks a file, or was chosen with wrong parameters."""

    message = "this extra cannot be added"
    hint = "See the extras and their parameters with: shotlog render --extra list."


class UploadTargetError(PluginError):
    """A target of uploads is unknown, lacks a package, or was chosen with wrong parameters."""

    message = "a file cannot be sent in this way"
    hint = "See the targets and their parameters with: shotlog upload --to list."


class DataSetReaderError(PluginError):
    """A reader of data sets is unknown, or is installed incorrectly."""

    message = "this reader of data sets cannot be used"
    hint = "See the readers with: shotlog train size --help."
