"""A double of Replicate's platform API, as strict as its published schema.

Sources: https://replicate.com/docs/reference/http (requests, statuses, errors), and the models and
fixtures of the platform's own client, github.com/replicate/replicate-python: ``replicate/file.py``,
``prediction.py``, ``exceptions.py`` (errors are RFC 7807), ``client.py`` (``Prefer: wait``). It
computes what its models say, counts every prediction as paid, and never bends to our client.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from tests.providers.servers import Answer, answer_of_film, digest_of

VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"
TOKEN = "r8_test"  # noqa: S105 - the double takes no other
NAME = "owner/shot-size"


def problem(status: int, title: str, detail: str, **more: Any) -> Answer:
    """Return an error in the platform's form."""
    headers = {name: str(value) for name, value in more.items()}
    return Answer(status, {"title": title, "detail": detail, "status": status}, headers)


@dataclass
class Platform:
    """The platform with one model.

    Attributes:
        url: Its address, set once it is served.
        seconds: Seconds of computation of a prediction, as it charges them.
        takes: Seconds that a prediction really takes.
        faults: Answers to the next requests that create a prediction, before anything is made.
        lose_replies: Number of created predictions whose reply is lost.
        credit: Predictions that the account can still pay.
        output: Makes the output from the scores.
    """

    url: str = ""
    seconds: float = 0.5
    takes: float = 0.0
    faults: list[Answer | None] = field(default_factory=list)
    lose_replies: int = 0
    credit: int = 10**6
    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    _ready: dict[str, float] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def paid(self) -> list[str]:
        """Digest of the film of each prediction that was made, in order."""
        with self._lock:
            return [
                digest_of(self._film(made["input"]["video"])) for made in self.predictions.values()
            ]

    def finish(self) -> None:
        """Let every prediction end now."""
        with self._lock:
            self._ready = dict.fromkeys(self._ready, 0.0)
            for name in self.predictions:
                self._state(name)

    def expire(self) -> None:
        """Let an hour pass: files are gone, input and output of predictions removed."""
        for made in self.predictions.values():
            made.update(input={}, output=None, data_removed=True)

    def __call__(
        self, method: str, path: str, headers: dict[str, str], content: bytes
    ) -> Answer | None:
        with self._lock:
            self.log.append((method, path))
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return problem(401, "Unauthenticated", "You did not pass a valid authentication token")
        match (method, *path.strip("/").split("/")):
            case ("POST", "v1", "files"):
                return self._upload(headers, content)
            case ("GET", "v1", "models", owner, name) if f"{owner}/{name}" == NAME:
                return Answer(200, {"owner": owner, "name": name, "latest_version": _version()})
            case ("GET", "v1", "models", owner, name, "versions", version) if (
                f"{owner}/{name}:{version}" == f"{NAME}:{VERSION}"
            ):
                return Answer(200, _version())
            case ("POST", "v1", "predictions"):
                return self._create(headers, content)
            case ("GET", "v1", "predictions"):
                return self._list(None)
            case ("GET", "v1", "predictions", asked) if asked.startswith("?"):
                return self._list(asked)
            case ("GET", "v1", "predictions", made) if made in self.predictions:
                return Answer(200, self._state(made))
            case ("POST", "v1", "predictions", made, "cancel") if made in self.predictions:
                return self.cancel(made)
        return problem(404, "Not found", "The requested resource could not be found.")

    def _upload(self, headers: dict[str, str], content: bytes) -> Answer:
        kind = headers.get("content-type", "")
        message = BytesParser(EmailMessage, policy=policy.HTTP).parsebytes(
            f"Content-Type: {kind}\r\n\r\n".encode() + content
        )
        parts = {
            part.get_param("name", header="content-disposition"): part
            for part in message.iter_parts()
        }
        if not kind.startswith("multipart/form-data") or "content" not in parts:
            return problem(400, "Bad request", "Missing content")
        film = parts["content"].get_content()
        name, url = secrets.token_hex(8), ""
        url = f"{self.url}/v1/files/{name}"
        with self._lock:
            self.files[url] = film
        return Answer(201, {
            "id": name, "name": parts["content"].get_filename(),
            "content_type": "video/mp4", "size": len(film), "etag": name,
            "checksums": {}, "metadata": {}, "created_at": _now(), "expires_at": _now(3600),
            "urls": {"get": url},
        })  # fmt: skip

    def _create(self, headers: dict[str, str], content: bytes) -> Answer | None:
        with self._lock:
            if self.faults:
                return self.faults.pop(0)
        asked = json.loads(content)
        if set(asked) - {"version", "input", "webhook", "webhook_events_filter", "stream"}:
            return problem(422, "Invalid request", "- unknown field")
        if asked.get("version") != VERSION:
            return problem(
                422, "Invalid version or not permitted",
                "The specified version does not exist (or perhaps you don't have permission to use"
                " it?)",
            )  # fmt: skip
        if not isinstance(asked.get("input"), dict) or "video" not in asked["input"]:
            return problem(422, "Input validation failed", "- input: video is required\n")
        wait = _seconds_to_wait(headers.get("prefer"))
        if wait is None:
            return problem(422, "Invalid request", "Prefer must be wait or wait=1 to 60")
        with self._lock:
            if len(self.predictions) >= self.credit:
                return problem(
                    402, "Insufficient credit",
                    "You have insufficient credit to run this model. Go to"
                    " https://replicate.com/account/billing to purchase credit.",
                )  # fmt: skip
            made = secrets.token_hex(13)
            self.predictions[made] = {
                "id": made, "model": NAME, "version": VERSION, "input": asked["input"],
                "logs": "", "error": None, "output": None, "data_removed": False,
                "status": "starting", "created_at": _now(),
                "urls": {"get": f"{self.url}/v1/predictions/{made}",
                         "cancel": f"{self.url}/v1/predictions/{made}/cancel"},
            }  # fmt: skip
            self._ready[made] = time.monotonic() + self.takes
            lost = self.lose_replies > 0
            self.lose_replies -= lost
        if lost:
            return None
        ends = time.monotonic() + wait
        while self._state(made)["status"] == "starting" and time.monotonic() < ends:
            time.sleep(0.01)
        return Answer(201, self._state(made))

    def _state(self, name: str) -> dict[str, Any]:
        with self._lock:
            made = self.predictions[name]
            if made["status"] == "starting" and time.monotonic() >= self._ready[name]:
                made.update(self._run(**made["input"]), completed_at=_now())
            return dict(made)

    def _run(
        self, video: str, return_all_scores: bool = False, task: str = "size"
    ) -> dict[str, Any]:
        metrics = {"predict_time": self.seconds, "total_time": self.seconds}
        try:
            output = answer_of_film(self._film(video), task)
        except ValueError as error:
            return {"status": "failed", "error": str(error), "metrics": metrics}
        if task == "size":
            scores = output.pop("scores")
            leading = max(scores, key=scores.__getitem__)
            output |= {"shot_type": leading, "confidence": scores[leading]}
            output |= {"all_scores": scores} if return_all_scores else {}
        return {"status": "succeeded", "output": output, "metrics": metrics}

    def _film(self, url: str) -> bytes:
        return self.files[url]

    def cancel(self, name: str) -> Answer:
        """Stop a prediction, as the platform does on request; one that ended stays as it is."""
        with self._lock:
            made = self.predictions[name]
            if made["status"] == "starting":
                self.cancelled.append(name)
                made.update(status="canceled", metrics={"predict_time": 0.1})
            return Answer(200, dict(made))

    def _list(self, _: str | None) -> Answer:
        with self._lock:
            newest = [self._state(name) for name in reversed(self.predictions)]
        return Answer(200, {"previous": None, "next": None, "results": newest[:100]})


def _version() -> dict[str, Any]:
    return {"id": VERSION, "created_at": _now(), "cog_version": "0.23.1", "openapi_schema": {}}


def _now(later: float = 0.0) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + later))


def _seconds_to_wait(prefer: str | None) -> float | None:
    if prefer is None:
        return 0.0
    name, _, seconds = prefer.partition("=")
    if name != "wait" or (seconds and not (seconds.isdigit() and 1 <= int(seconds) <= 60)):
        return None
    return float(seconds or 60)
