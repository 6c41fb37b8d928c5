"""The tree of error classes, with messages for editors, and its base.

Each names what happened, the clip or file, and what to do. Those of delivery and learning are in
``delivery/stage_errors.py`` and ``learning/training_errors.py``, all others in ``error_branches``::

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
      x DeliveryError
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


class Stopped(ShotlogError):
    """The user pressed Ctrl-C."""

    message = "stopped"
    hint = "Run the same command again: what was computed is in the cache."
