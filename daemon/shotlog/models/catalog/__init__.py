"""Model cards, the registry of models on this machine, and the manifests of their files."""

from shotlog.models.catalog.card import (
    Activation,
    Card,
    Licence,
    ModelHead,
    ReportedFigure,
    Resize,
    Sampling,
    SizeCalibration,
    Task,
    TextInput,
)
from shotlog.models.catalog.card_files import (
    CARD_FILE,
    TRAINED_CARD,
    check_name,
    is_shipped,
    read_trained_card,
    shipped_cards,
)
from shotlog.models.catalog.manifest import (
    MANIFEST_FILE,
    FileRecord,
    describe_file,
    sha256_of,
    write_error,
)
from shotlog.models.catalog.registry import InstalledModel, Registry

__all__ = [
    "CARD_FILE",
    "MANIFEST_FILE",
    "TRAINED_CARD",
    "Activation",
    "Card",
    "FileRecord",
    "InstalledModel",
    "Licence",
    "ModelHead",
    "Registry",
    "ReportedFigure",
    "Resize",
    "Sampling",
    "SizeCalibration",
    "Task",
    "TextInput",
    "check_name",
    "describe_file",
    "is_shipped",
    "read_trained_card",
    "sha256_of",
    "shipped_cards",
    "write_error",
]
