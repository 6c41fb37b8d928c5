"""The text of a job, as the journal holds it and the pipe to the worker carries it."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from shotlog.service.protocol.errors import CorruptJob
from shotlog.service.protocol.messages import Submit
from shotlog.service.protocol.older import ANY_SUBMIT

_SUBMIT: TypeAdapter[Submit] = TypeAdapter(ANY_SUBMIT)


def read_spec(job: str, text: str) -> Submit:
    """Read what was asked for, of its JSON text.

    Args:
        job: Id of the job.
        text: JSON of a :class:`~shotlog.service.protocol.messages.Submit`, in the form of any protocol:
            what an older version has put into the journal has that of its own.

    Raises:
        CorruptJob: it cannot be read.
    """
    try:
        return _SUBMIT.validate_json(text)
    except ValidationError as error:
        raise CorruptJob(job) from error
