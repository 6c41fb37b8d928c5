"""Conversion of requests from and to the forms of older minor versions of the protocol."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Discriminator, Field, Tag

from shotlog.schema import Edit, Model
from shotlog.service.protocol.common import JobId, KeepAlive, Priority
from shotlog.service.protocol.replies import Reply
from shotlog.service.protocol.requests import Request, Submit
from shotlog.service.tasks import AnalysisOptions, Analyze

_FIRST_WITH_TASK = (1, 2)
"""The first protocol version whose ``submit`` has a task."""


class SubmitEdit(Model):
    """``submit`` of protocols 1.0 and 1.1, in which every job analyses an edit."""

    type: Literal["submit"] = "submit"
    job: JobId
    name: str
    edit: Edit
    asks: AnalysisOptions = AnalysisOptions()
    priority: Priority = Priority.NORMAL
    durable: bool = True
    keep_alive: KeepAlive | None = None


def _upgrade(old: SubmitEdit) -> Submit:
    given = _given_fields(old)
    task = Analyze(**{name: given.pop(name) for name in ("edit", "asks") if name in given})
    return Submit(task=task, **given)


def _form_of(body: Any) -> str:
    """Return the first protocol version with the form of a ``submit``, parsed JSON or a model."""
    return "1.0" if isinstance(body, dict) and "task" not in body else "1.2"


ANY_SUBMIT: Any = Annotated[
    Annotated[Submit, Tag("1.2")] | Annotated[SubmitEdit, AfterValidator(_upgrade), Tag("1.0")],
    Discriminator(_form_of),
]
"""A ``submit`` of any protocol version, validated to a :class:`Submit`."""

# typing.get_args twice: of Annotated[union, discriminator], then of the union.
_FORMS = [ANY_SUBMIT if kind is Submit else kind for kind in get_args(get_args(Request)[0])]

ANY_REQUEST: Any = Annotated[reduce(or_, _FORMS), Field(discriminator="type")]
"""A request of any protocol version, validated to a ``Request`` of the newest."""


def downgrade(body: Request | Reply, protocol: tuple[int, int]) -> Model:
    """Return a message in the form that it has in an older protocol version.

    Args:
        body: The message; ``minimum_protocol`` tells the oldest version that can express it.
        protocol: Protocol version of the receiver.
    """
    if isinstance(body, Submit) and protocol < _FIRST_WITH_TASK:
        given = _given_fields(body)
        del given["task"]
        task = {name: value for name, value in _given_fields(body.task).items() if name != "kind"}
        return SubmitEdit(**given, **task)
    return body


def _given_fields(model: Model) -> dict[str, Any]:
    """Return the fields that were set; the others keep their defaults in the new form."""
    return {name: getattr(model, name) for name in model.model_fields_set}
