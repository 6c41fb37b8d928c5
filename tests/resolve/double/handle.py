"""Handles: what scripts hold in place of Resolve's objects."""

import inspect
import sys
from types import FrameType
from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar

from .calls import is_called
from .errors import NotModelled, Violation
from .session import Session
from .unmodelled import unmodelled

Method = TypeVar("Method", bound=Callable[..., Any])


def api(since: str = "18.5", studio: bool = False) -> Callable[[Method], Method]:
    """Mark a method that scripts may call, from a version on; ``studio`` in that edition alone."""

    def mark(method: Method) -> Method:
        method.since = since  # type: ignore[attr-defined]
        method.studio = studio  # type: ignore[attr-defined]
        return method

    return mark


class Api:
    """An object of Resolve: its state, and the methods marked with ``api`` that scripts see."""

    kind = "Object"
    lasting = False  # survives the change of the project

    def __init__(self, session: Session) -> None:
        self.session = session

    def is_gone(self) -> bool:
        """Return whether the object was deleted."""
        return False

    def attribute(self, name: str) -> Tuple[bool, Any]:
        """Return whether there is an attribute that is no method, and its value."""
        return False, None


_COUNTS: Dict[Tuple[type, str], Tuple[int, int]] = {}
_TABLES: Dict[Tuple[type, str], Dict[str, bool]] = {}


def methods_of(target: Api) -> Dict[str, bool]:
    """Return the names of the methods of an object in its version, and which are Studio's."""
    key = (type(target), target.session.version)
    if key not in _TABLES:
        table: Dict[str, bool] = {}
        for name in dir(type(target)):
            method = getattr(type(target), name)
            if hasattr(method, "since") and target.session.at_least(method.since):
                table[name] = method.studio
        for name in unmodelled(target.kind, target.session):
            table.setdefault(name, False)
        _TABLES[key] = table
    return _TABLES[key]


class Handle:
    """A proxy as scripts get it.

    Every attribute exists: an unknown one is None. ``dir`` alone tells the truth.
    """

    __slots__ = ("_behind",)

    def __init__(self, target: Api) -> None:
        object.__setattr__(self, "_behind", (target, target.session.epoch))

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            return object.__getattribute__(self, name)
        return look_up(self, name, sys._getframe(1))

    def __setattr__(self, name: str, value: object) -> None:
        target = target_of(self)
        target.session.violate("%s.%s was assigned" % (target.kind, name))

    def __dir__(self) -> List[str]:
        target = target_of(self)
        target.session.dirs += 1
        return sorted(methods_of(target))

    def __repr__(self) -> str:
        return "<%s of Resolve>" % target_of(self).kind


def target_of(handle: Handle) -> Api:
    """Return the object behind a handle."""
    target: Api = object.__getattribute__(handle, "_behind")[0]
    return target


def is_stale(handle: Handle) -> bool:
    """Return whether a handle answers None to everything."""
    target, epoch = object.__getattribute__(handle, "_behind")
    if target.session.closed or target.is_gone():
        return True
    return not target.lasting and bool(epoch != target.session.epoch)


def look_up(handle: Handle, name: str, frame: Optional[FrameType] = None) -> Any:
    """Return the method of a handle, or None where there is none."""
    target = target_of(handle)
    if target.session.closed and target.session.closed_attributes:
        return None
    methods = methods_of(target)
    if name in methods:
        return _bound(handle, target, name, methods[name])
    found, value = target.attribute(name)
    if found:
        return value
    asked = "%s.%s" % (target.kind, name)
    target.session.unknown.append(asked)
    if frame is not None and is_called(frame):
        target.session.record(
            "%s was called, which %s does not have" % (asked, target.session.version)
        )
    return None


def _bound(handle: Handle, target: Api, name: str, studio: bool) -> Callable[..., Any]:
    session = target.session
    method = getattr(target, name, None)
    asked = "%s.%s" % (target.kind, name)

    def call(*given: Any, **named: Any) -> Any:
        session.enter(asked)
        if named:
            session.violate("%s takes no arguments by name" % asked)
        if is_stale(handle):
            return None
        lies, answer = session.next_lie(asked)
        if lies:
            return answer
        if method is None:
            raise NotModelled("%s exists in Resolve, but not in the double" % asked)
        if studio and not session.is_studio:
            session.modal = "%s needs Studio" % asked
            return False
        fewest, most = _counts(type(target), name)
        if not fewest <= len(given) <= most:
            session.violate("%s was given %d arguments" % (asked, len(given)))
        try:
            return to_script(method(*[from_script(value) for value in given]))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            text = "%s cannot read %r: %s" % (asked, given, error)
            session.record(text)
            raise Violation(text) from error

    call.__name__ = name
    return call


def _counts(kind: type, name: str) -> Tuple[int, int]:
    """Return the fewest and the most arguments of a method."""
    if (kind, name) not in _COUNTS:
        given = list(inspect.signature(getattr(kind, name)).parameters.values())[1:]
        needed = [each for each in given if each.default is each.empty and each.kind < 2]
        endless = any(each.kind == each.VAR_POSITIONAL for each in given)
        _COUNTS[kind, name] = (len(needed), 1000 if endless else len(given))
    return _COUNTS[kind, name]


def to_script(value: Any) -> Any:
    """Return a result as a script gets it: objects as new handles, lists and dicts as copies."""
    if isinstance(value, Api):
        return Handle(value)
    if isinstance(value, (list, tuple)):
        return [to_script(each) for each in value]
    if isinstance(value, dict):
        return {key: to_script(each) for key, each in value.items()}
    return value


def from_script(value: Any) -> Any:
    """Return an argument with objects in place of handles; a stale handle is None."""
    if isinstance(value, Handle):
        return None if is_stale(value) else target_of(value)
    if isinstance(value, (list, tuple)):
        return [from_script(each) for each in value]
    if isinstance(value, dict):
        return {key: from_script(each) for key, each in value.items()}
    return value
