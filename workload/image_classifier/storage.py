"""Object storage behind pathlib: s3:// (AWS, IBM, any S3), gs://, az://, file:// and plain paths."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from .errors import ConfigError
from .logs import log

SCHEMES = ("s3", "gs", "az", "file")

# A pathlib.Path or a cloudpathlib.CloudPath: both have /, name, exists, glob and unlink.
Location = Any


def uri(text: str | None, source: str) -> Location:
    """The place that the variable or argument `source` names."""
    text = text or ""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Path(text)
    if scheme not in SCHEMES or not rest:
        # pathlib would take it for a local directory, and the run would write its results into the container.
        raise ConfigError(f"{source} must be a path or begin with {'://, '.join(SCHEMES)}://, got {text!r}")
    if scheme == "file":
        return Path(rest)
    return _client(scheme).CloudPath(text.rstrip("/"))


@cache
def _client(scheme: str) -> Any:
    # Imported here: an endpoint on local files starts without the three clouds' packages.
    return {"s3": _s3, "gs": _gs, "az": _az}[scheme]()


def _s3() -> Any:
    import boto3
    from cloudpathlib import S3Client

    credentials = boto3.Session().get_credentials()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    log(
        "storage identity",
        scheme="s3",
        found_by=credentials.method if credentials else "none",
        endpoint=endpoint,
    )
    return S3Client(endpoint_url=endpoint)


def _gs() -> Any:
    import google.auth
    from cloudpathlib import GSClient
    from google.auth.exceptions import DefaultCredentialsError

    try:
        credentials, _ = google.auth.default()
    except DefaultCredentialsError:
        # cloudpathlib would go on without an identity and say nothing until the first write fails.
        log("storage identity", "WARNING", scheme="gs", found_by="none: public buckets only")
        return GSClient()
    log(
        "storage identity",
        scheme="gs",
        found_by=type(credentials).__name__,
        account=getattr(credentials, "service_account_email", None),
    )
    return GSClient(credentials=credentials)


def _az() -> Any:
    from azure.identity import DefaultAzureCredential
    from cloudpathlib import AzureBlobClient

    if "AZURE_STORAGE_CONNECTION_STRING" in os.environ:
        log("storage identity", scheme="az", found_by="connection string")
        return AzureBlobClient()
    account = os.environ.get("AZURE_STORAGE_ACCOUNT_URL")
    if not account:
        raise ConfigError(
            "AZURE_STORAGE_ACCOUNT_URL is not set; az:// needs it: https://<account>.blob.core.windows.net"
        )
    log(
        "storage identity",
        scheme="az",
        found_by="default credential",
        account=account,
        client_id=os.environ.get("AZURE_CLIENT_ID"),
    )
    # cloudpathlib does not take Azure's default credential by itself.
    return AzureBlobClient(account_url=account, credential=DefaultAzureCredential())


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary(directory: Path, suffix: str = "") -> Path:
    """A new empty file. Two processes may share one disk, so nothing has a fixed name."""
    directory.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=suffix, dir=directory)
    os.close(handle)
    return Path(name)


def put(local: Path, dest: Location) -> None:
    """Upload atomically: an object PUT is, a local copy needs the rename."""
    if not isinstance(dest, Path):
        dest.upload_from(local, force_overwrite_to_cloud=True)
        return
    part = temporary(dest.parent, ".part")
    try:
        shutil.copyfile(local, part)
        part.chmod(0o644)  # mkstemp's 0600 would hide a published model from the user that serves it
        part.replace(dest)
    finally:
        part.unlink(missing_ok=True)


def get(src: Location, local: Path) -> None:
    """Download; `local` is complete or absent."""
    part = temporary(local.parent, ".part")
    try:
        if isinstance(src, Path):
            shutil.copyfile(src, part)
        else:
            src.download_to(part)
        part.replace(local)
    finally:
        part.unlink(missing_ok=True)


def put_json(value: Any, dest: Location) -> None:
    local = temporary(Path(tempfile.gettempdir()), ".json")
    try:
        local.write_text(json.dumps(value, indent=1, sort_keys=True))
        put(local, dest)
    finally:
        local.unlink()


def get_json(src: Location) -> Any:
    """The parsed object, or None when it does not exist."""
    if not src.exists():
        return None
    local = temporary(Path(tempfile.gettempdir()), ".json")
    try:
        get(src, local)
        return json.loads(local.read_text())
    finally:
        local.unlink()


class ChecksumError(Exception):
    """An object whose bytes are not those that its index recorded."""


def fetch(src: Location, local: Path, digest: str) -> None:
    """Download one object unless the right bytes are there already."""
    if local.exists() and sha256(local) == digest:
        return
    get(src, local)
    if (got := sha256(local)) != digest:
        local.unlink()
        raise ChecksumError(f"{src} has sha256 {got}, its index says {digest}")


def fetch_all(wanted: Iterable[tuple[Location, Path, str]]) -> None:
    """Download (source, local path, sha256) in parallel."""
    with ThreadPoolExecutor(16) as pool:
        for _ in pool.map(lambda item: fetch(*item), wanted):
            pass


def use_scratch(directory: str) -> Path:
    """Make ML_SCRATCH the place of every temporary file, cloudpathlib's included."""
    path = Path(directory)
    try:
        path.mkdir(parents=True, exist_ok=True)
        temporary(path).unlink()
    except OSError as error:
        raise ConfigError(
            f"ML_SCRATCH must be a folder that this user can write, got {directory!r}: {error.strerror}"
        ) from None
    tempfile.tempdir = str(path)
    return path
