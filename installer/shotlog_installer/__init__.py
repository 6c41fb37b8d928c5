"""Installation of Shotlog on a machine, and its scripts in DaVinci Resolve's menu.

Standard library only: ``installer/install.py`` runs it before anything is installed. ``shotlog
resolve`` and ``shotlog doctor`` use the same code from the installed package.
"""

from shotlog_installer.command_line import main
from shotlog_installer.environment import Environment
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.machine import Machine, System
from shotlog_installer.manifest import Manifest, Record
from shotlog_installer.pip_errors import explain_pip
from shotlog_installer.placed import PlacedScripts, inspect_placed
from shotlog_installer.processes import progress_text
from shotlog_installer.removal import Removal, remove
from shotlog_installer.resolve_app import PYTHON_IN_STUDIO_ONLY, ResolveApp, find_resolve
from shotlog_installer.resolve_folders import (
    ScriptFolder,
    named_folders,
    script_folders,
    shared_script_folders,
)
from shotlog_installer.resolve_python import PythonFound, python_for
from shotlog_installer.scripts import CONSOLE, PART, Placement, Scripts, choose_folders, place
from shotlog_installer.service import off_commands, on_commands, service_file
from shotlog_installer.source import Source, find_source
from shotlog_installer.torch_build import Card, TorchBuild, ask_driver, choose_torch
from shotlog_installer.user_folders import (
    cache_folder,
    config_folder,
    data_folder,
    installer_folder,
    log_folder,
    manifest_file,
    shared_data_folder,
    state_folder,
)

__all__ = [
    "CONSOLE",
    "PART",
    "PYTHON_IN_STUDIO_ONLY",
    "Card",
    "Environment",
    "InstallError",
    "Machine",
    "Manifest",
    "PlacedScripts",
    "Placement",
    "PythonFound",
    "Record",
    "Removal",
    "ResolveApp",
    "ScriptFolder",
    "Scripts",
    "Source",
    "System",
    "TorchBuild",
    "ask_driver",
    "cache_folder",
    "choose_folders",
    "choose_torch",
    "config_folder",
    "data_folder",
    "explain",
    "explain_pip",
    "find_resolve",
    "find_source",
    "inspect_placed",
    "installer_folder",
    "log_folder",
    "main",
    "manifest_file",
    "named_folders",
    "off_commands",
    "on_commands",
    "place",
    "progress_text",
    "python_for",
    "remove",
    "script_folders",
    "service_file",
    "shared_data_folder",
    "shared_script_folders",
    "state_folder",
]
