"""Projects of OpenShot."""

from shotlog_otio.openshot.openshot_format import OpenShotFormat

__all__ = ["OpenShotFormat"]
