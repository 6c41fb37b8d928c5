"""The target of S3: buckets at Amazon, and at any service with the same API, in several parts.

Signatures, the search for credentials and the forms of requests are boto3's: see
https://docs.aws.amazon.com/boto3/latest/guide/credentials.html for where it looks. Nothing is kept
by Shotlog.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from shotlog.delivery.upload.contract import (
    Marks,
    PassingFault,
    SentFile,
    SessionState,
    UploadDetails,
    UploadTarget,
)
from shotlog.delivery.upload.targets.unlogged import unlogged
from shotlog.schema import UploadRefused, UploadTargetError

_MIB: Final = 1 << 20
_MOST_PARTS: Final = 10_000
"""Parts of a file; each but the last has 5 MiB at least, and none more than 5 GiB:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html."""
_CONTENT: Final = "shotlog-content"
"""Key of the metadata that holds the identity of the content."""
_ABSENT: Final = ("404", "NoSuchKey", "NotFound")
_GONE: Final = ("404", "NoSuchUpload")
_PASSING: Final = ("InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable",
                   "SlowDown", "BadDigest")  # fmt: skip
_WORDS: Final = {
    "AccessDenied": "these credentials may not write there",
    "403": "these credentials may not look there",
    "ExpiredToken": "the credentials have ended",
    "InvalidAccessKeyId": "these credentials are not known there",
    "NoSuchBucket": "there is no such bucket",
    "SignatureDoesNotMatch": "the secret key is wrong",
    "QuotaExceeded": "the quota there is used up",
}
_HINT: Final = "Check the bucket, the endpoint and the credentials: see docs/upload.md."


class S3Target(UploadTarget):
    """Uploads to a bucket: at Amazon, MinIO, Cloudflare R2 or any other service with the API."""

    name: ClassVar[str] = "s3"
    summary: ClassVar[str] = "a bucket with the API of Amazon S3"
    looks: ClassVar[bool] = True

    bucket: str = ""
    """The bucket, which must exist."""
    prefix: str = ""
    """Folder in the bucket: ``clips/2026``."""
    endpoint: str = ""
    """Address of the service; empty for Amazon."""
    region: str = ""
    """Region; empty for that of your settings."""
    profile: str = ""
    """Profile of the credentials; empty for that of your settings."""
    part: Annotated[int, Field(ge=5, le=5120)] = 8
    """Size of a part in MiB; larger ones are taken for files that have too many of them."""
    replace: bool = False
    """Replace another file of the same name."""

    def require(self) -> None:
        """Check that a bucket is named, and that boto3 is installed.

        Raises:
            UploadTargetError: One is missing.
        """
        if not self.bucket:
            hint = "Name it: --to s3:bucket=NAME; elsewhere than at Amazon add endpoint=URL."
            raise UploadTargetError(self.name, "it needs a bucket", hint)
        self._session()

    def place(self, file: SentFile) -> str:
        """Return the address of the file."""
        where = self.endpoint or "Amazon S3"
        return f"s3://{self.bucket}/{self._key(file)} at {where}"

    def account(self) -> str:
        """Return the id of the key that signs requests.

        Raises:
            UploadRefused: There are no credentials.
        """
        from botocore.exceptions import BotoCoreError

        try:
            credentials = self._session().get_credentials()
        except BotoCoreError as error:
            raise self._unusable(error) from None
        if credentials is None:
            message = "there are no credentials"
            hint = "Give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: see docs/upload.md."
            raise UploadRefused(self.name, message, hint)
        return f"access key {credentials.access_key}"

    def part_size(self, file: SentFile) -> int:
        """Return the bytes of a part, so many that the parts are not too many."""
        return max(self.part * _MIB, -(-file.size // _MOST_PARTS))

    @contextmanager
    def open(self) -> Iterator[S3Connection]:
        """Connect with the credentials that boto3 finds."""
        self.require()
        self.account()
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        # Repeated attempts are ours; services other than Amazon's refuse the newer checksums.
        config = Config(
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        try:
            client = self._session().client("s3", endpoint_url=self.endpoint or None, config=config)
        except (BotoCoreError, ValueError) as error:
            raise self._unusable(error) from None
        try:
            with unlogged():
                yield S3Connection(client, self)
        finally:
            client.close()

    def _key(self, file: SentFile) -> str:
        name = file.path.name.encode("utf-8", "replace").decode()
        return "/".join(part for part in (self.prefix.strip("/"), name) if part)

    def _session(self) -> Any:
        try:
            import boto3
            from botocore.exceptions import BotoCoreError
        except ImportError as error:
            hint = "Install it: pip install 'shotlog[upload]'."
            raise UploadTargetError(self.name, "boto3 is not installed", hint) from error
        try:
            return boto3.Session(profile_name=self.profile or None, region_name=self.region or None)
        except BotoCoreError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> UploadTargetError:
        return UploadTargetError(self.name, f"it cannot be used ({error})", _HINT)


class S3Connection:
    """A connection to a bucket.

    Args:
        client: Client of boto3.
        target: The target.
    """

    def __init__(self, client: Any, target: S3Target) -> None:
        self._client, self._target = client, target

    def begin(self, file: SentFile, details: UploadDetails) -> Marks:
        """Begin an upload in parts, unless another file is there.

        Raises:
            UploadRefused: There is.
        """
        there = self._find(file)
        if there is not None and there != file.identity and not self._target.replace:
            message = "another file of this name is there"
            raise UploadRefused(
                self._target.place(file), message, "Rename the file, or add replace=true."
            )
        metadata = {_CONTENT: file.identity}
        with self._errors():
            told = self._client.create_multipart_upload(**self._named(file), Metadata=metadata)
        return {"upload": str(told["UploadId"]), "part": str(self._target.part_size(file))}

    def state(self, marks: Marks, file: SentFile) -> SessionState:
        """Return the bytes of the parts that are there without a gap."""
        parts = self._parts(marks, file)
        if parts is None:
            if self._find(file) == file.identity:
                return SessionState(file.size, place=self._target.place(file))
            return SessionState(gone=True, absent=True)
        return SessionState(sum(size for _, size in parts.values()))

    def send(self, marks: Marks, at: int, part: bytes, file: SentFile) -> SessionState:
        """Send a part, with the digest by which the service checks it."""
        digest = hashlib.md5(part, usedforsecurity=False).digest()
        with self._errors():
            self._client.upload_part(
                **self._named(file), UploadId=marks["upload"], Body=part,
                PartNumber=at // int(marks["part"]) + 1,
                ContentMD5=base64.b64encode(digest).decode(),
            )  # fmt: skip
        return SessionState(at + len(part))

    def finish(self, marks: Marks, file: SentFile) -> str:
        """Make the file of its parts."""
        parts = self._parts(marks, file)
        if parts is None:
            raise PassingFault("it has forgotten the parts")
        listed = [{"PartNumber": number, "ETag": tag} for number, (tag, _) in parts.items()]
        with self._errors():
            self._client.complete_multipart_upload(
                **self._named(file), UploadId=marks["upload"], MultipartUpload={"Parts": listed}
            )
        if self._find(file) != file.identity:
            raise PassingFault("all parts are there, but not the file")
        return self._target.place(file)

    def _named(self, file: SentFile) -> dict[str, str]:
        return {"Bucket": self._target.bucket, "Key": self._target._key(file)}

    def _parts(self, marks: Marks, file: SentFile) -> dict[int, tuple[str, int]] | None:
        """Return tag and size of the parts from the first on, by number; None without a session."""
        found: dict[int, tuple[str, int]] = {}
        with self._errors() as known:
            pages = self._client.get_paginator("list_parts").paginate(
                **self._named(file), UploadId=marks["upload"]
            )
            for page in pages:
                for part in page.get("Parts", ()):
                    found[part["PartNumber"]] = (part["ETag"], part["Size"])
        if known.code in _GONE:
            return None
        whole = int(marks["part"])
        kept: dict[int, tuple[str, int]] = {}
        for number in range(1, len(found) + 1):
            if number not in found:
                break
            size = found[number][1]
            if size != min(whole, file.size - whole * (number - 1)):
                break  # it is sent again, and replaced
            kept[number] = found[number]
        return kept

    def _find(self, file: SentFile) -> str | None:
        """Return the identity that a file of this name has there; None without such a file."""
        with self._errors() as known:
            told = self._client.head_object(**self._named(file))
        return None if known.code else str(told.get("Metadata", {}).get(_CONTENT, ""))

    @contextmanager
    def _errors(self) -> Iterator[_Known]:
        """Tell errors of boto3 in words; those of a thing that is not there are only noted."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        known = _Known()
        try:
            yield known
        except ClientError as error:
            told = error.response.get("Error", {})
            code = str(told.get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if code in _GONE or code in _ABSENT:
                known.code = code
            elif status >= 500 or status == 429 or code in _PASSING:
                raise PassingFault(f"it failed with {status} {code}") from None
            else:
                message = _WORDS.get(code, f"it refused the upload: {told.get('Message', code)}")
                raise UploadRefused(self._target.name, f"{message} ({code})", _HINT) from None
        except HTTPClientError as error:
            raise PassingFault(f"the connection broke ({type(error).__name__})") from None
        except BotoCoreError as error:
            raise UploadRefused(self._target.name, f"it cannot be used ({error})", _HINT) from None


class _Known:
    """The code of an error that tells only that a thing is not there; empty without one."""

    code = ""
