"""A small double of a service with the API of S3: uploads in parts, with faults on demand.

Requests and answers are those of https://docs.aws.amazon.com/AmazonS3/latest/API; signatures are
checked for their form alone, digests of parts for their value.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.delivery.upload.serving import serving

KEY_ID = "AKIAOFTHETEST"
SECRET_KEY = "secret-key-of-the-test"  # noqa: S105
BUCKET = "clips"
LEAST_PART = 5 << 20


@dataclass
class _Upload:
    key: str
    metadata: dict[str, str]
    parts: dict[int, bytes] = field(default_factory=dict)


@dataclass
class S3Service:
    """The service.

    Attributes:
        faults: By the name of a request, what happens to the next ones: a code of an error, or
            "lost" where it is done and the answer is not sent, or "cut" where it is not done.
        files: Content and metadata of the files, by key.
        uploads: Uploads by id.
        completed: Number of files that were made of parts.
        sent: Numbers of the parts that came.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    uploads: dict[str, _Upload] = field(default_factory=dict)
    completed: int = 0
    sent: list[int] = field(default_factory=list)


@contextmanager
def serving_s3(service: S3Service) -> Iterator[str]:
    """A service that runs until the block ends; yields its address."""
    handler: type[_Handler] = type("Handler", (_Handler,), {"service": service, "connections": []})
    with serving(handler, handler.connections) as address:
        yield address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    service: ClassVar[S3Service]
    connections: ClassVar[list[socket.socket]]

    def _handle(self) -> None:
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = urlsplit(self.path)
        bucket, _, key = unquote(asked.path).lstrip("/").partition("/")
        query = {k: v[0] for k, v in parse_qs(asked.query, keep_blank_values=True).items()}
        name = self._name(query)
        waiting = self.service.faults.get(name, [])
        fault = waiting.pop(0) if waiting else ""
        if not re.search(f"AWS4-HMAC-SHA256 Credential={KEY_ID}/", self.headers["Authorization"]):
            self._refuse(403, "InvalidAccessKeyId")
        elif bucket != BUCKET:
            self._refuse(404, "NoSuchBucket")
        elif fault == "cut":
            self.close_connection = True
        elif fault and fault != "lost":
            self._refuse(503 if fault == "SlowDown" else 403, fault)
        else:
            self._lost = fault == "lost"
            getattr(self, f"_{name}")(key, query, content)

    def _name(self, query: dict[str, str]) -> str:
        match self.command:
            case "HEAD":
                return "head"
            case "PUT":
                return "part"
            case "GET":
                return "list"
        return "begin" if "uploads" in query else "complete"

    def _begin(self, key: str, query: dict[str, str], content: bytes) -> None:
        metadata = {
            name.lower(): value
            for name, value in self.headers.items()
            if name.lower().startswith("x-amz-meta-")
        }
        number = f"upload{len(self.service.uploads) + 1}"
        self.service.uploads[number] = _Upload(key, metadata)
        told = f"<UploadId>{number}</UploadId>"
        self._answer(200, f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>")

    def _part(self, key: str, query: dict[str, str], content: bytes) -> None:
        upload = self.service.uploads.get(query["uploadId"])
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        if upload is None or upload.key != key:
            self._refuse(404, "NoSuchUpload")
        elif self.headers["Content-MD5"] != digest:
            self._refuse(400, "BadDigest")
        else:
            number = int(query["partNumber"])
            self.service.sent.append(number)
            upload.parts[number] = content
            self._answer(200, "", {"ETag": _tag(content)})

    def _list(self, key: str, query: dict[str, str], content: bytes) -> None:
        upload = self.service.uploads.get(query["uploadId"])
        if upload is None:
            self._refuse(404, "NoSuchUpload")
            return
        after = int(query.get("part-number-marker", 0))
        numbers = sorted(number for number in upload.parts if number > after)
        parts = "".join(
            f"<Part><PartNumber>{n}</PartNumber><ETag>{_tag(upload.parts[n])}</ETag>"
            f"<Size>{len(upload.parts[n])}</Size></Part>"
            for n in numbers[:1]  # one a page, so that pages are turned
        )
        more = f"<IsTruncated>{str(len(numbers) > 1).lower()}</IsTruncated>"
        more += f"<NextPartNumberMarker>{numbers[0] if numbers else 0}</NextPartNumberMarker>"
        self._answer(200, f"<ListPartsResult>{more}{parts}</ListPartsResult>")

    def _complete(self, key: str, query: dict[str, str], content: bytes) -> None:
        upload = self.service.uploads.get(query["uploadId"])
        if upload is None:
            self._refuse(404, "NoSuchUpload")
            return
        numbers = [int(each) for each in re.findall(rb"<PartNumber>(\d+)<", content)]
        small = any(len(upload.parts[n]) < LEAST_PART for n in numbers[:-1])
        if numbers != list(range(1, len(upload.parts) + 1)) or small:
            self._refuse(400, "InvalidPart")
            return
        whole = b"".join(upload.parts[n] for n in numbers)
        self.service.files[key] = (whole, upload.metadata)
        self.service.completed += 1
        del self.service.uploads[query["uploadId"]]
        self._answer(200, f"<CompleteMultipartUploadResult><Key>{key}</Key>"
                          "</CompleteMultipartUploadResult>")  # fmt: skip

    def _head(self, key: str, query: dict[str, str], content: bytes) -> None:
        if key not in self.service.files:
            self._answer(404, "")
            return
        whole, metadata = self.service.files[key]
        self._answer(200, "", {"ETag": _tag(whole), **metadata})

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>")

    def _answer(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        if getattr(self, "_lost", False):
            self._lost = False
            self.close_connection = True
            return
        content = body.encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(content)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = _handle  # noqa: N815

    def handle(self) -> None:
        self.connections.append(self.connection)
        with suppress(ConnectionResetError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
