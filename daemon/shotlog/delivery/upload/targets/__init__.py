"""Targets of uploads: YouTube, folders, buckets of S3."""

from shotlog.delivery.upload.targets.folder import FolderTarget
from shotlog.delivery.upload.targets.s3 import S3Target
from shotlog.delivery.upload.targets.youtube import YoutubeTarget

__all__ = ["FolderTarget", "S3Target", "YoutubeTarget"]
