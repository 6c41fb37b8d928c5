"""The names of all methods that scripts may call, and a search of their source for others."""

import ast
from typing import Dict, List, Set, Type

from . import ui
from .application import Bmd, Fusion, Resolve
from .folders import Folder
from .handle import Api
from .items import Item
from .media import Media
from .pool import MediaPool
from .projects import Project, ProjectManager
from .session import ORDER, Session
from .timelines import Timeline
from .unmodelled import unmodelled

KINDS: List[Type[Api]] = [
    Resolve,
    ProjectManager,
    Project,
    MediaPool,
    Folder,
    Media,
    Timeline,
    Item,
    Fusion,
]


def every_method(version: str = ORDER[-1]) -> Dict[str, Set[str]]:
    """Return the names of the methods of each kind of object in a version."""
    session = Session(version, "studio", 0)
    return {
        kind.kind: {
            name
            for name in dir(kind)
            if session.at_least(getattr(getattr(kind, name), "since", "99"))
        }
        | set(unmodelled(kind.kind, session))
        for kind in KINDS
    }


def _others() -> Set[str]:
    """Return the names that windows and ``bmd`` have."""
    holders = (ui.Element, ui.Window, ui.Dispatcher, ui.UIManager, Bmd)
    named = {name for holder in holders for name in dir(holder)}
    return named | set(ui.ELEMENTS)


def unknown_calls(source: str) -> Set[str]:
    """Return what a script calls by a name as Resolve writes them and no version has.

    Calls of imported modules are their own affair.
    """
    tree = ast.parse(source)
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    known = _others().union(*every_method().values())
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, holder = node.func.attr, node.func.value
        theirs = isinstance(holder, ast.Name) and holder.id in imported
        if name[0].isupper() and not name.isupper() and name not in known and not theirs:
            found.add(name)
    return found
