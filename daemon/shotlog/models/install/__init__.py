"""Download, addition and verification of models."""

from shotlog.models.install.add import add_folder, add_repository
from shotlog.models.install.download import find_intact, pull
from shotlog.models.install.transfer import Advance, FileProgress
from shotlog.models.install.user_cards import SAMPLINGS, USER_RANK, make_heads
from shotlog.models.install.verification import verify

__all__ = [
    "SAMPLINGS",
    "USER_RANK",
    "Advance",
    "FileProgress",
    "add_folder",
    "add_repository",
    "find_intact",
    "make_heads",
    "pull",
    "verify",
]
