"""The error classes of Shotlog, with messages for editors.

Each names what happened, the clip or file, and what to do::

    ShotlogError
      x TimelineError
        + TimelineMissing          no such file
        + TimelineUnreadable       no timeline, damaged, or not a file
        + TimelineTooNew           written by a newer OpenTimelineIO
        + TimelineAmbiguous        several sequences in one file, and none chosen
        + TimelineEmpty            no video clip in it
        + TimelineTooShort         shorter than what is to be found in it
        + TimecodeUnusable         no timecode, or none of the timeline
      x MediaError
        + MediaMissing             offline: the file is not where the timeline says
        + MediaUnreadable          damaged, truncated, not a media file, not a file
        + MediaUnsupported         readable, but of a kind that is refused
        + MediaChanging            it was written to while it was looked at
        + NoPicture                nothing to look at: no video stream
        + SubtitlesUnreadable      no subtitles, or in another encoding
      x ClipError
        + ClipEmpty                a clip without length
        + ClipOutsideMedia         it uses frames that its media does not have
        + RetimeUnsupported        a time effect whose curve is unknown
        |   + NestRetimeUnsupported    the same, of a nest around the clip
      x OutputError
        + OutputNotWritable        no permission, no such folder, a folder in its place
        + DiskFull                 no room
      x KeyringUnusable            the system has no keyring that keeps secrets
      x HomeMissing                this user has no home folder to keep things in
      x SettingsError
        + SettingsUnreadable       a settings file cannot be read, or is no TOML
        + SettingUnknown           there is no setting of this name
        + SettingInvalid           a setting has a value that it cannot have
      x CacheError                 the result cache cannot be used
      x ModelError
        + ModelMissing             its weights are not on this machine
        + ModelUnknown             no card bears this name
        + ModelUnreadable          damaged, of another layout, or unsafe to load
        + ModelNotPulled           the hub cannot be reached, or the licence was not accepted
        + DeviceUnusable           no such device, or it has not enough memory
            + DeviceFull           too little free memory for a model
        + DeviceLost               it broke down while it computed
        + ProviderError            a remote provider cannot be used at all
            + ProviderUnknown          no provider bears this name
            + ProviderForbidden        this machine is to send nothing, or nobody has agreed
            + ProviderRefused          the token, the credit or the model: it answers no request
            + ProviderUnreachable      nobody answers at its address
            + ProviderFailing          its server failed on every clip that it was sent
            + RecordsUnusable          what is sent to it cannot be noted
      x RemoteError
        + ClipUnanswered           a provider could not answer for a clip
            + ServerFailed             by a fault of its server, whatever the clip is
        + ClipNotSent              a clip was held back: its cost, a server that fails, a trial
      x DaemonError
        + DaemonAbsent             no daemon is running, and none could be started
        + DaemonFileUnusable       one of its files cannot be read, written or locked
        + DaemonIncompatible       it speaks another protocol
        + DaemonRefused            it refused a request
        + DaemonLost               it ended during a request and did not restart
        + NotAllowed               it does not accept this client's key, or has another key itself
        + JournalUnusable          the journal of jobs cannot be read or written
      x BatchError
        + BatchEmpty               there is nothing to log
        + OutputBusy               another batch is at work on this output
        + ManifestUnreadable       a manifest or a shard is damaged, or was changed by hand
        |   + ManifestTooNew           written by a newer Shotlog
        + ResultUnreadable         a result in the output folder is damaged
        + ItemParked               an item ended its worker twice and is not tried again
        + ExecutorUnusable         an engine is not installed, not reachable, or of another version
      x LibraryError
        + LibraryMissing           there is no library at this place
        + LibraryUnreadable        damaged, no library, or of another version
        + QueryInvalid             a query cannot be understood
      x PluginError                a plugin is installed incorrectly
        + AnalyzerError            an analyzer failed on a clip, or is installed incorrectly
        + CutFinderError           a cut finder is unknown, lacks a package, or was chosen wrongly
        + HighlighterError         a highlighter is unknown, lacks a model, or was chosen wrongly
        + QualityCheckError        a check of quality control is installed incorrectly
        + SubtitleSourceError      a source is unknown, lacks a model, or was chosen wrongly
        + ReframerError            a way to reframe is unknown, lacks a model, or was chosen wrongly
        + EncoderError             an encoder is unknown, absent, or was chosen wrongly
        + ExtraError               an extra of the render is unknown, or was chosen wrongly
        + UploadTargetError        a target of uploads is unknown, or was chosen wrongly
        + DataSetReaderError       a reader of data sets is unknown, or is installed incorrectly
      x WeightsUnusable            ensemble_weights.json is damaged, or has a wrong key or value
      x TrainingError
        + LabelsMissing            nothing was kept or left, or there is one film alone
        + TableUnreadable          a table of a data set is damaged, or lacks columns
        + ModelWorse               the model ranks held-out films worse than the heuristic
        + CalibrationWorse         probabilities are worse than plain confidences on held-out films
        + DataSetUnreadable        of another format, damaged, or without a clip that can be used
        + SplitUnusable            a film is in two parts, or there are too few films for three
        + CorrectionsUnreadable    a file of corrections is damaged, or of a newer version
        + ProfileUnusable          not on this machine, damaged, or not the one that was asked for
        + ProfileWorse             it is no better than none on projects that it has not seen
        + ScoresUnusable           no clip is scored, or a score is no number
        + TrainingInterrupted      its checkpoint is damaged, or of another command
        + TrainingMemoryFull       a step does not fit into the memory of the device
        + TrainingDiverged         the loss is no number any more
      x DeliveryError              in delivery/stage_errors.py
        + QualityProfileUnusable   a profile is unknown, or has a wrong check or limit
        + SubtitleProfileUnusable  the rules of subtitles cannot be read, or one has a wrong value
        + SubtitleStyleUnusable    no style of subtitles can be read from a file
        + ReframingUnusable        an aspect, a pin or a file of crops cannot be used
        + ReframingUnsupported     a kind of timeline holds no key frames that we can write
        + FfmpegUnusable           there is no FFmpeg, an old one, or one that lacks a part
        + EncodingFailed           FFmpeg could not make the file
        + RenderRefused            the film cannot be made as was asked
        + RecipeUnusable           a recipe is unknown, or has a wrong stage or key
        + UploadRefused            a target takes no file: its token, its quota, its rules
        |   + UploadNotAgreed          nobody has agreed, or the file has not passed
        + UploadInterrupted        a target cannot be reached; the session is kept
      x Stopped                    the user pressed Ctrl-C
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from shotlog.schema.base import Model
from shotlog.schema.commands import Hint
from shotlog.schema.paths import Words


class Problem(Model):
    """An error as data: what happened, to what, and what to do."""

    code: str
    """Class of the error in kebab-case: ``media-missing``."""
    message: Words
    """The fault."""
    subject: Words
    """Clip or file with the fault."""
    hint: Hint
    """Advice to the user."""
    clip: str | None = None
    """Id of the clip range, if the fault is of one."""

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}. {self.hint}"


class ShotlogError(Exception):
    """Base of the tree.

    Args:
        subject: Clip or file with the fault, for people.
        message: The fault, without a full stop; None takes the message of the class.
        hint: Advice to the user; None takes the hint of the class.
    """

    # Defaults of a class; an instance may give its own.
    message: ClassVar[str] = "something went wrong"
    hint: ClassVar[str] = "Run the command again with --debug and report what it prints."

    def __init__(self, subject: str, message: str | None = None, hint: str | None = None) -> None:
        self.problem = Problem(
            code=self.code(),
            message=message or self.message,
            subject=subject,
            hint=hint or self.hint,
        )
        super().__init__(str(self.problem))

    @classmethod
    def code(cls) -> str:
        """Return the class's name in kebab-case, for machines."""
        name = cls.__name__
        return "".join(
            f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name)
        )


class TimelineError(ShotlogError):
    """The timeline cannot be used."""


class TimelineMissing(TimelineError):
    """No such file."""

    message = "there is no such file"
    hint = "Check the path."


class TimelineUnreadable(TimelineError):
    """Not a timeline of a known format, or a damaged one."""

    message = "this is not a timeline that can be read"
    hint = "Export it again from your editor."


class TimelineTooNew(TimelineError):
    """A schema that this OpenTimelineIO does not know yet."""

    message = "this timeline was written by a newer OpenTimelineIO than Shotlog knows"
    hint = "Export it for an older version, or update Shotlog."


class TimelineAmbiguous(TimelineError):
    """The file holds several sequences, and it is not known which is meant.

    Args:
        subject: See :class:`ShotlogError`, as are ``message`` and ``hint``.
        sequences: Name, rate and length in frames of each sequence of the file.
    """

    message = "it holds several sequences, and it is not known which is meant"
    hint = "Give the name of one with --sequence."

    def __init__(
        self,
        subject: str,
        message: str | None = None,
        hint: str | None = None,
        *,
        sequences: tuple[tuple[str, Fraction, int], ...] = (),
    ) -> None:
        super().__init__(subject, message, hint)
        self.sequences = sequences


class TimelineEmpty(TimelineError):
    """No video clip in it."""

    message = "there is no video clip in this timeline"
    hint = "Export a timeline that holds picture."


class TimelineTooShort(TimelineError):
    """It is shorter than the shortest stretch that is to be found in it."""

    message = "it is shorter than the shortest passage"
    hint = "Ask for shorter passages with --min-duration."


class TimecodeUnusable(TimelineError):
    """It is no timecode, or no frame of the timeline bears it."""

    message = "no frame of it bears this timecode"
    hint = "Give a timecode as the editor shows it: 01:02:10:00."


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


class ClipError(ShotlogError):
    """A clip of the timeline cannot be analysed."""


class ClipEmpty(ClipError):
    """A clip without length."""

    message = "the clip has no length"
    hint = "Nothing needs doing unless a picture should be there."


class ClipOutsideMedia(ClipError):
    """It uses frames that its media does not have."""

    message = "the clip uses frames that its media does not have"
    hint = "Check that it is linked to the right file."


class RetimeUnsupported(ClipError):
    """A time effect whose curve the timeline does not tell."""

    message = "the clip has a speed effect whose curve the timeline does not tell"
    hint = "Render the clip in place, or use a constant speed, and export again."


class NestRetimeUnsupported(RetimeUnsupported):
    """The same of a nest around the clip: where in the nest the clip is seen cannot be told."""


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


class KeyringUnusable(ShotlogError):
    """The system has no keyring that keeps secrets, or it is locked."""

    message = "this machine has no keyring that can keep a token"
    hint = "Unlock the keyring of this system, or install one: see the package keyring."


class HomeMissing(ShotlogError):
    """This user has no home folder, and no variable names another place."""

    message = "there is no folder to keep files in"
    hint = "Set HOME to your home folder."


class SettingsError(ShotlogError):
    """The settings cannot be used."""


class SettingsUnreadable(SettingsError):
    """A settings file cannot be read or written, or is no TOML."""

    message = "the settings cannot be read"
    hint = "Correct the file with: shotlog config edit."


class SettingUnknown(SettingsError):
    """There is no setting of this name."""

    message = "there is no such setting"
    hint = "See all settings with: shotlog config show."


class SettingInvalid(SettingsError):
    """A setting has a value that it cannot have."""

    message = "this value is not possible"
    hint = "See all settings with: shotlog config show."


class CacheError(ShotlogError):
    """The result cache cannot be used."""

    message = "the result cache cannot be used"
    hint = "Delete the cache file, or work without one: --in-process --no-cache."


class ModelError(ShotlogError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """Its weights are not on this machine."""

    message = "the weights of this model are not installed"
    hint = "Install them with: shotlog models pull NAME."


class ModelUnknown(ModelError):
    """No card bears this name."""

    message = "there is no model of this name"
    hint = "See: shotlog models list."


class ModelUnreadable(ModelError):
    """Damaged, of another layout than its card says, or unsafe to load."""

    message = "the weights cannot be used"
    hint = "Fetch them again with: shotlog models pull NAME."


class ModelNotPulled(ModelError):
    """The hub cannot be reached, or the licence was not accepted."""

    message = "the weights could not be fetched"
    hint = "Check the connection and run the command again; it resumes the download."


class DeviceUnusable(ModelError):
    """No such device, or it has not enough memory."""

    message = "this device cannot be used"
    hint = "Choose another with --device; auto takes the best there is."


class DeviceFull(DeviceUnusable):
    """Too little of its memory is free for a model; the model was not loaded."""

    message = "its memory has no room for this model"
    hint = "Close other programs that use it, or choose another with --device."


class DeviceLost(ModelError):
    """It failed during a computation; this process can no longer use it."""

    message = "the device failed during a computation"
    hint = "Run the same command again: what was measured is in the cache."


class ProviderError(ModelError):
    """A remote provider cannot be used at all, so no further clip is sent to it."""


class ProviderUnknown(ProviderError):
    """No provider bears this name."""

    message = "there is no provider of this name"
    hint = "See: shotlog remote list; or add one with: shotlog remote add."


class ProviderForbidden(ProviderError):
    """This machine is to send nothing, or nobody has agreed that pictures are sent."""

    message = "nothing may be sent to it"
    hint = "See docs/remote.md for what leaves the machine."


class ProviderRefused(ProviderError):
    """It answers no request: its token, its credit, its model or its form is not right."""

    message = "it refuses requests"
    hint = "Try it with: shotlog remote test NAME."


class ProviderUnreachable(ProviderError):
    """Nobody answers at its address."""

    message = "nobody answers at its address"
    hint = "Check the connection and the address with: shotlog remote test NAME."


class ProviderFailing(ProviderError):
    """Its server failed on every clip that it was sent."""

    message = "its server fails again and again"
    hint = "Try it later with: shotlog remote test NAME; or use another tier."


class RecordsUnusable(ProviderError):
    """The records of what was sent and paid cannot be read or written."""

    message = "the records of requests cannot be used"
    hint = "Nothing is sent without them. Check the file, or name a folder in SHOTLOG_PROVIDERS."


class RemoteError(ShotlogError):
    """A remote provider was of no use to a clip."""


class ClipUnanswered(RemoteError):
    """A provider could not answer for a clip."""

    message = "the provider gave no answer for this clip"
    hint = "Run the same command again: only what is missing is sent."


class ServerFailed(ClipUnanswered):
    """The same by a fault of the provider's server, whatever the clip is."""


class ClipNotSent(RemoteError):
    """A clip was held back: for its cost, for a server that fails, or as this was a trial."""

    message = "this clip was not sent"
    hint = "Run the same command again with a higher --max-cost: only what is missing is sent."


class DaemonError(ShotlogError):
    """The daemon cannot be used."""


class DaemonAbsent(DaemonError):
    """No daemon is running, and none could be started."""

    message = "no daemon is running, and none could be started"
    hint = "For the reason see: shotlog daemon logs; or work without it: --in-process."


class DaemonFileUnusable(DaemonError):
    """One of its files cannot be read, written or locked; the daemon may be running."""

    message = "a file of the daemon cannot be used"
    hint = "For details run: shotlog doctor."


class DaemonIncompatible(DaemonError):
    """It speaks another protocol."""

    message = "the running daemon is another version"
    hint = "Restart it with: shotlog daemon restart."


class DaemonRefused(DaemonError):
    """It refused a request.

    Args:
        subject: See :class:`ShotlogError`.
        message: See :class:`ShotlogError`.
        hint: See :class:`ShotlogError`.
        reason: The protocol's error code, for machines: ``unknown-job``.
        retryable: True if the same request may succeed later.
    """

    message = "the daemon refused the request"
    hint = "See: shotlog daemon status."

    def __init__(
        self,
        subject: str,
        message: str | None = None,
        hint: str | None = None,
        *,
        reason: str = "internal",
        retryable: bool = False,
    ) -> None:
        super().__init__(subject, message, hint)
        self.reason = reason
        self.retryable = retryable


class DaemonLost(DaemonError):
    """It ended during a request and did not restart."""

    message = "the daemon no longer responds"
    hint = "Your jobs are kept; see: shotlog daemon status, shotlog jobs."


class NotAllowed(DaemonError):
    """It does not accept this client's key, or has another key than its connection file says."""

    message = "the daemon and this client have different keys"
    hint = "Restart it with: shotlog daemon restart."


class JournalUnusable(DaemonError):
    """The journal of jobs cannot be read or written."""

    message = "the job journal cannot be used"
    hint = "Free some room, or see: shotlog doctor."


class BatchError(ShotlogError):
    """A batch cannot be planned or run."""


class BatchEmpty(BatchError):
    """There is nothing to log."""

    message = "there is no timeline and no film here"
    hint = "Give a folder that holds timelines or film, or a list of them."


class OutputBusy(BatchError):
    """Another batch is at work on this output."""

    message = "another batch is at work on this output"
    hint = "Wait until it ends, or give another folder with --out."


class ManifestUnreadable(BatchError):
    """A manifest or a shard is damaged, or was changed by hand."""

    message = "this is not a whole manifest"
    hint = "Run shotlog batch again with the same inputs; it writes the plan anew."


class ManifestTooNew(ManifestUnreadable):
    """Written by a newer Shotlog."""

    message = "this was written by a newer Shotlog"
    hint = "Update Shotlog on this machine, as on the one that planned the batch."


class ResultUnreadable(BatchError):
    """A result in the output folder is damaged."""

    message = "this result is damaged"
    hint = "Run shotlog batch again; a damaged result is made anew."


class ItemParked(BatchError):
    """It ended its worker twice and is not tried again."""

    message = "it ended its worker twice, so it is left out"
    hint = "Look at its media with: shotlog analyze. Try it again with: shotlog batch retry."


class ExecutorUnusable(BatchError):
    """An engine is not installed, not reachable, or of another version."""

    message = "this engine cannot be used"
    hint = "Work on this machine instead: --executor local."


class LibraryError(ShotlogError):
    """A library cannot be used."""


class LibraryMissing(LibraryError):
    """There is no library at this place."""

    message = "there is no library of shots here"
    hint = "Make one with: shotlog batch FOLDER --out LOGGED; then name LOGGED with --in."


class LibraryUnreadable(LibraryError):
    """Damaged, no library, or of another version."""

    message = "the library cannot be read"
    hint = "Make it anew from the results beside it with: shotlog batch merge LOGGED."


class QueryInvalid(LibraryError):
    """A query cannot be understood."""

    message = "this query cannot be understood"
    hint = "See what can be asked with: shotlog find --help."


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


class WeightsUnusable(ShotlogError):
    """The weights of highlights cannot be read, or one of them cannot be used."""

    message = "it holds no weights of highlights"
    hint = "See docs/highlights.md for its keys, or write a new one with --save-weights."


class Stopped(ShotlogError):
    """The user pressed Ctrl-C."""

    message = "stopped"
    hint = "Run the same command again: what was computed is in the cache."


DAEMON_UNUSABLE: tuple[type[ShotlogError], ...] = (
    DaemonAbsent,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
    HomeMissing,
    JournalUnusable,
    NotAllowed,
)
"""Errors of the daemon as a whole; its other refusals are about a request."""
