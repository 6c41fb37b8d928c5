"""Methods that Resolve has and the double only lists, so that ``dir`` does not lie."""

from typing import Dict, List

from .session import Session

# Kind of object: the first version and a name, one a line.
_NAMES = {
    "Resolve": "18.5 GetMediaStorage LoadLayoutPreset SaveLayoutPreset ImportRenderPreset",
    "ProjectManager": """
        18.5 CreateProject LoadProject CloseProject DeleteProject ExportProject ImportProject
        18.5 ArchiveProject GetDatabaseList SetCurrentDatabase GetProjectListInCurrentFolder
        18.5 GetCurrentFolder OpenFolder
        """,
    "Project": """
        18.5 SetName GetGallery AddRenderJob DeleteRenderJob SetRenderSettings GetRenderJobList
        18.5 GetRenderJobStatus StartRendering StopRendering LoadRenderPreset GetRenderFormats
        18.5 GetRenderCodecs RefreshLUTList ExportCurrentFrameAsStill LoadBurnInPreset
        21.1 SetSettings
        """,
    "MediaPool": """
        18.5 ImportMedia RelinkClips UnlinkClips MoveClips MoveFolders DeleteFolders
        18.5 ImportFolderFromFile ExportMetadata RefreshFolders
        19.1 SetSelectedClip AutoSyncAudio
        21.1 CreateMulticamClip
        """,
    "Folder": "18.5 Export GetIsFolderStale",
    "MediaPoolItem": """
        18.5 LinkProxyMedia UnlinkProxyMedia ReplaceClip TranscribeAudio ClearTranscription
        19.1 GetAudioMapping
        21.1 GetTranscription SetAudioMapping
        """,
    "Timeline": """
        18.5 AddTrack DeleteTrack SetTrackEnable SetTrackLock SetTrackName SetClipsLinked GrabStill
        18.5 CreateCompoundClip CreateFusionClip ImportIntoTimeline InsertTitleIntoTimeline
        18.5 InsertGeneratorIntoTimeline GrabAllStills
        19.1 GetTrackSubType
        21.1 SetSettings AutoAlignClips NormalizeAudioLevel
        """,
    "TimelineItem": """
        18.5 AddTake GetTakesCount GetTakeByIndex GetSelectedTakeIndex SelectTakeByIndex
        18.5 FinalizeTake DeleteTakeByIndex UpdateSidecar CopyGrades GetFusionCompByIndex
        18.5 GetFusionCompNameList AddFusionComp SetCDL ImportFusionComp ExportFusionComp
        18.5 AddVersion GetCurrentVersion CreateMagicMask RegenerateMagicMask LoadBurnInPreset
        19.1 GetNodeGraph GetColorGroup GetSourceAudioChannelMapping
        20.3 GetVoiceIsolationState SetVoiceIsolationState
        21.1 SetSpeed SetProperties GetFades SetFades AddTransition
        """,
}


def unmodelled(kind: str, session: Session) -> List[str]:
    """Return the names of further methods of a kind of object in the session's version."""
    found: Dict[str, None] = {}
    for line in _NAMES.get(kind, "").strip().splitlines():
        since, *names = line.split()
        if session.at_least(since):
            found.update(dict.fromkeys(names))
    return list(found)
