"""Uploads of finished files: asked for, private, resumed after a crash, never sent twice."""

from shotlog.delivery.upload.contract import (
    UPLOAD_TARGETS,
    Marks,
    PassingFault,
    Privacy,
    SentFile,
    SessionState,
    TargetConnection,
    UploadDetails,
    UploadTarget,
)
from shotlog.delivery.upload.quality import Verdict, VerdictKind, find_verdict
from shotlog.delivery.upload.sessions import UploadSession, UploadSessions
from shotlog.delivery.upload.targets import FolderTarget, S3Target, YoutubeTarget
from shotlog.delivery.upload.uploading import (
    Uploaded,
    UploadPlan,
    carry_out,
    plan_upload,
    upload,
)

__all__ = [
    "UPLOAD_TARGETS",
    "FolderTarget",
    "Marks",
    "PassingFault",
    "Privacy",
    "S3Target",
    "SentFile",
    "SessionState",
    "TargetConnection",
    "UploadDetails",
    "UploadPlan",
    "UploadSession",
    "UploadSessions",
    "UploadTarget",
    "Uploaded",
    "Verdict",
    "VerdictKind",
    "YoutubeTarget",
    "carry_out",
    "find_verdict",
    "plan_upload",
    "upload",
]
