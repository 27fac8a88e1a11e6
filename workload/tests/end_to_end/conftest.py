"""Buckets to run against: a folder, and an S3 that moto serves on a free port."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from processes import free_port

BUCKET = "image-classifier-test"


class Store:
    """Prefixes for one test module, and the variables that reach them."""

    def __init__(self, prefix: str, variables: dict[str, str]):
        self.prefix, self.variables = prefix, variables

    def at(self, *parts: str):
        """The location as the package itself sees it."""
        from image_classifier import storage

        return storage.uri("/".join((self.prefix, *parts)), "test")


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
    }
    os.environ.update(variables)
    import boto3

    boto3.client("s3").create_bucket(Bucket=BUCKET)
    yield variables
    for name in variables:
        del os.environ[name]
    server.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def files(folder) -> Store:
    return Store(f"file://{folder}/bucket", {})


@pytest.fixture(scope="module")
def bucket(s3) -> Store:
    return Store(f"s3://{BUCKET}", s3)
