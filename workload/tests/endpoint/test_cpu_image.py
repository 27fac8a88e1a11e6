"""The CPU image's own packages, installed as the image installs them, run the endpoint."""

import subprocess
import sys

import pytest
import tiny_model
from pictures import jpeg
from processes import WORKLOAD, Endpoint

sys.path.insert(0, str(WORKLOAD / "tools"))
from environment import ensure


@pytest.fixture(scope="module")
def python():
    return ensure("cpu")


def test_the_lock_is_complete_and_consistent(python):
    assert subprocess.run([python, "-m", "pip", "check"], capture_output=True, check=False).returncode == 0
    clients = "import boto3, cloudpathlib, google.cloud.storage, azure.storage.blob, azure.identity, uvloop, httptools"
    subprocess.run([python, "-c", clients], check=True)


def test_the_endpoint_runs_without_torch(python, tmp_path):
    assert subprocess.run([python, "-c", "import torch"], capture_output=True, check=False).returncode == 1
    tiny_model.publish(tmp_path / "models", "v1")
    with Endpoint(tmp_path, python=python, ML_MODEL_URI=tmp_path / "models") as endpoint:
        assert endpoint.post(jpeg())[0] == 200
        assert endpoint.stop() == 0
