"""The spec of a job: the JSON text of its ``submit``, as journal and worker receive it."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from shotlog.service.protocol.errors import CorruptJob
from shotlog.service.protocol.legacy import ANY_SUBMIT
from shotlog.service.protocol.requests import Submit

_SUBMIT: TypeAdapter[Submit] = TypeAdapter(ANY_SUBMIT)


def read_spec(job: str, text: str) -> Submit:
    """Read the spec of a job.

    Args:
        job: Id of the job, for the error.
        text: JSON of a ``submit`` of any protocol version: the journal may have been written by
            an older Shotlog.

    Raises:
        CorruptJob: the text is not valid.
    """
    try:
        return _SUBMIT.validate_json(text)
    except ValidationError as error:
        raise CorruptJob(job) from error
