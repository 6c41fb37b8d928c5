"""Downloading, adding and verifying models."""

from shotlog.models.install.add import add_folder, add_repository
from shotlog.models.install.download import Advance, Progress, pull, whole
from shotlog.models.install.user_cards import OWN_RANK
from shotlog.models.install.verification import verify

__all__ = [
    "OWN_RANK",
    "Advance",
    "Progress",
    "add_folder",
    "add_repository",
    "pull",
    "verify",
    "whole",
]
