"""The way from a menu entry to its action: log, lock, and one border for every error."""

import os
import sys
import traceback
from typing import Any, Dict, Tuple

from shotlog_resolve.actions import ACTIONS, NEED_LOCK
from shotlog_resolve.context import Context, Log
from shotlog_resolve.dialogs import Dialogs, native_dialogs
from shotlog_resolve.entries import ENTRIES
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.installation import installation_file, read_installation
from shotlog_resolve.locks import Busy, ask_to_stop, only_script
from shotlog_resolve.system import state_folder

_TITLES = {entry.action: entry.title for entry in ENTRIES}

_OWN_FAULT = "Shotlog stopped because of a fault of its own ({})."
_CLOSED = "DaVinci Resolve was closed while Shotlog worked; what was analysed is kept."


def run(action: str, globals_: Dict[str, Any]) -> str:
    """Run the action of a menu entry; tell its outcome to the user, and return what was told.

    No error leaves it: Resolve shows nothing of a script that fails.

    Args:
        action: Name of the action, as in the table of entries.
        globals_: Those of the menu script, among which Resolve puts its objects.
    """
    try:
        installation = read_installation(installation_file())
    except ScriptError as failure:
        log = Log(state_folder(""))
        return _tell(native_dialogs(log), f"{failure}", True, log)
    folder = state_folder(installation.log)
    log = Log(folder)
    log(f"{action}, Shotlog {installation.version}, Python {sys.version.split()[0]}")
    context = Context(globals_, installation, folder, log)
    text, error = _outcome(context, action)
    return _tell(context.dialogs, text, error, log)


def _outcome(context: Context, action: str) -> Tuple[str, bool]:
    """Return what is to be told of an action, and whether it is an error."""
    try:
        return _perform(context, action), False
    except ScriptError as failure:
        return str(failure), True
    except KeyboardInterrupt:
        return "Stopped.", False
    except Exception as failure:
        context.log(traceback.format_exc())
        own_fault = _OWN_FAULT.format(type(failure).__name__)
        return _CLOSED if _is_closed(context) else own_fault, True


def _perform(context: Context, action: str) -> str:
    perform = ACTIONS.get(action)
    if perform is None:
        raise ScriptError(
            f"This version of Shotlog has no action '{action}'.",
            "Install its scripts again: shotlog resolve install",
        )
    if action not in NEED_LOCK:
        return perform(context)
    try:
        with only_script(context.folder, action) as left:
            if left:
                context.log(f"The script before ended without an end: {left}")
            return perform(context)
    except Busy as busy:
        return _offer_to_stop(context, busy)


def _offer_to_stop(context: Context, busy: Busy) -> str:
    title = _TITLES.get(busy.action, "another entry")
    since = f", since {busy.minutes} minutes" if busy.minutes > 1 else ""
    question = f"Shotlog is still at work: {title}{since}. Shall it stop?"
    if context.dialogs.ask(question, "Stop it", "Let it work"):
        ask_to_stop(context.folder)
        return "Shotlog stops; what was analysed is kept."
    stop = os.path.join(context.folder, "stop")
    return f"Shotlog is still at work: {title}{since}. To stop it, make a file of the name {stop}."


def _is_closed(context: Context) -> bool:
    """Return True if Resolve was there and does not answer any more."""
    if context.host is None:
        return False
    try:
        return not context.host.resolve.GetVersion()
    except Exception:  # a connection to a program that has ended fails in many ways
        return True


def _tell(dialogs: Dialogs, text: str, error: bool, log: Log) -> str:
    """Tell the outcome, with the path of the log after an error; return the text."""
    if error:
        text = f"{text}\n\nLog: {log.path}"
    try:
        if text:
            dialogs.tell(text, error)
    except KeyboardInterrupt:
        pass
    except Exception:  # a dialog is no reason for a traceback
        log(traceback.format_exc())
    return text
