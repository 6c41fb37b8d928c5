"""The text of a job, as the journal holds it and the pipe to the worker carries it."""

from __future__ import annotations

from pydantic import ValidationError

from shotlog.service.messages import Submit
from shotlog.service.refusals import Rotten


def read_spec(job: str, text: str) -> Submit:
    """Read what was asked for, of its JSON text.

    Args:
        job: Id of the job.
        text: JSON of a :class:`~shotlog.service.messages.Submit`.

    Raises:
        Rotten: it cannot be read.
    """
    try:
        return Submit.model_validate_json(text)
    except ValidationError as error:
        raise Rotten(job) from error
