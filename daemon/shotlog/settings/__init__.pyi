from .defaults import DEFAULT_CACHE_SIZE, DEFAULT_KEEP_ALIVE, IDLE_TIMEOUT, MAX_KEEP_ALIVE
from .editing import check_file, set_value, unset_value
from .files import (
    PROJECT_FILE,
    SettingsFile,
    project_file,
    project_folder,
    read_file,
    settings_file_for,
    user_file,
)
from .keys import known_keys
from .lengths import format_seconds, parse_seconds
from .loading import LoadedSettings, Origin, load_settings
from .model import (
    AnalysisSection,
    DaemonSection,
    MarkerSection,
    MediaSection,
    RemoteSection,
    ResolveSection,
    Settings,
    StorageSection,
    check_cuts,
    check_device,
)
from .profile_choices import PROFILE_SETTING, ProfileChoice, ProfileChoices, UndoneChoice
from .template import new_file
from .validation import parse_key, parse_value, spell_value

__all__ = [
    "DEFAULT_CACHE_SIZE",
    "DEFAULT_KEEP_ALIVE",
    "IDLE_TIMEOUT",
    "MAX_KEEP_ALIVE",
    "PROFILE_SETTING",
    "PROJECT_FILE",
    "AnalysisSection",
    "DaemonSection",
    "LoadedSettings",
    "MarkerSection",
    "MediaSection",
    "Origin",
    "ProfileChoice",
    "ProfileChoices",
    "RemoteSection",
    "ResolveSection",
    "Settings",
    "SettingsFile",
    "StorageSection",
    "UndoneChoice",
    "check_cuts",
    "check_device",
    "check_file",
    "format_seconds",
    "known_keys",
    "load_settings",
    "new_file",
    "parse_key",
    "parse_seconds",
    "parse_value",
    "project_file",
    "project_folder",
    "read_file",
    "set_value",
    "settings_file_for",
    "spell_value",
    "unset_value",
    "user_file",
]
