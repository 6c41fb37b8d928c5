"""Requests as older minor versions of the protocol spell them, read and written."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Discriminator, Field, Tag

from shotlog.schema import Edit, Model
from shotlog.service.protocol.messages import JobId, KeepAlive, Priority, Reply, Request, Submit
from shotlog.service.tasks import AnalysisOptions, Analyze

_WITH_TASK = (1, 2)
"""The first protocol whose ``submit`` holds a task."""


class SubmitEdit(Model):
    """``submit`` of protocols 1.0 and 1.1, in which every job is an edit to analyse."""

    type: Literal["submit"] = "submit"
    job: JobId
    name: str
    edit: Edit
    asks: AnalysisOptions = AnalysisOptions()
    priority: Priority = Priority.NORMAL
    durable: bool = True
    keep_alive: KeepAlive | None = None


def _with_task(old: SubmitEdit) -> Submit:
    said = _said(old)
    task = Analyze(**{name: said.pop(name) for name in ("edit", "asks") if name in said})
    return Submit(task=task, **said)


def _form(body: Any) -> str:
    """Return the protocol in whose form a ``submit`` is: parsed JSON, or a model."""
    return "1.0" if isinstance(body, dict) and "task" not in body else "1.2"


ANY_SUBMIT: Any = Annotated[
    Annotated[Submit, Tag("1.2")] | Annotated[SubmitEdit, AfterValidator(_with_task), Tag("1.0")],
    Discriminator(_form),
]
"""A ``submit`` of any protocol; read, it is always a :class:`Submit`."""

_FORMS = [ANY_SUBMIT if one is Submit else one for one in get_args(get_args(Request)[0])]

ANY_REQUEST: Any = Annotated[reduce(or_, _FORMS), Field(discriminator="type")]
"""A request of any protocol; read, it is always a ``Request`` of this one."""


def downgrade(body: Request | Reply, protocol: tuple[int, int]) -> Model:
    """Return a message in the form that a protocol has for it.

    Args:
        body: The message; see ``messages.needs`` for the oldest protocol that has a form for it.
        protocol: Of the receiver.
    """
    if isinstance(body, Submit) and protocol < _WITH_TASK:
        said = _said(body)
        del said["task"]
        return SubmitEdit(**said, **{k: v for k, v in _said(body.task).items() if k != "kind"})
    return body


def _said(model: Model) -> dict[str, Any]:
    """Return the fields that were given, so that a default stays one."""
    return {name: getattr(model, name) for name in model.model_fields_set}
