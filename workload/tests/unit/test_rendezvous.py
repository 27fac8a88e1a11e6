import json
import socket

import pytest

from image_classifier.errors import ConfigError
from image_classifier.rendezvous import Rendezvous, rendezvous


def vertex(task: str, index: int = 0, extra: dict | None = None, pools: dict | None = None) -> dict[str, str]:
    pools = pools or {"workerpool0": ["chief:2222"], "workerpool1": ["one:2222", "two:2222"]}
    spec = {
        "cluster": pools,
        "environment": "cloud",
        "task": {"type": task, "index": index, "trial": ""},
        "job": "{}",
        **(extra or {}),
    }
    return {"CLUSTER_SPEC": json.dumps(spec)}


BATCH = {
    "AWS_BATCH_JOB_NUM_NODES": "3",
    "AWS_BATCH_JOB_NODE_INDEX": "2",
    "AWS_BATCH_JOB_MAIN_NODE_INDEX": "0",
    "AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS": "10.0.0.7",
}
AZURE = {
    "MASTER_ADDR": "10.0.0.4",
    "MASTER_PORT": "6105",
    "NODE_RANK": "1",
    "WORLD_SIZE": "8",
    "AZUREML_NODE_COUNT": "2",
}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, (1, 0, "127.0.0.1", 29500)),
        # Per node on some platforms: not to be read.
        ({"RANK": "3", "WORLD_SIZE": "4"}, (1, 0, "127.0.0.1", 29500)),
        ({"ML_NNODES": "1"}, (1, 0, "127.0.0.1", 29500)),
        ({"ML_NNODES": "2", "ML_NODE_RANK": "1", "ML_MASTER_ADDR": "a"}, (2, 1, "a", 29500)),
        ({"ML_NNODES": "2", "JOB_COMPLETION_INDEX": "1", "ML_MASTER_ADDR": "a", "ML_MASTER_PORT": "5"}, (2, 1, "a", 5)),
        # Explicit wins over the platform.
        ({**BATCH, "ML_NNODES": "1"}, (1, 0, "127.0.0.1", 29500)),
        (BATCH, (3, 2, "10.0.0.7", 29500)),
        ({"AWS_BATCH_JOB_ATTEMPT": "2"}, (1, 0, "127.0.0.1", 29500)),
        (vertex("workerpool0"), (3, 0, "chief", 2222)),
        (vertex("workerpool1", 1), (3, 2, "chief", 2222)),
        (vertex("workerpool1", 0, {"open_ports": [3333]}), (3, 1, "chief", 3333)),
        ({**vertex("workerpool1", 0, {"open_ports": [3333]}), "ML_MASTER_PORT": "4444"}, (3, 1, "chief", 4444)),
        (vertex("workerpool0", pools={"workerpool0": ["chief:2222"]}), (1, 0, "127.0.0.1", 29500)),
        (AZURE, (2, 1, "10.0.0.4", 6105)),
        ({**AZURE, "AZUREML_NODE_COUNT": ""}, (8, 1, "10.0.0.4", 6105)),
    ],
)
def test_each_platform_of_the_table(environ, expected):
    assert rendezvous(environ) == Rendezvous(*expected)


def test_the_main_node_of_aws_batch_uses_its_own_address(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "me")
    monkeypatch.setattr(socket, "gethostbyname", {"me": "10.9.9.9"}.__getitem__)
    main = {**BATCH, "AWS_BATCH_JOB_NODE_INDEX": "0"}
    del main["AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS"]
    assert rendezvous(main) == Rendezvous(3, 0, "10.9.9.9", 29500)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"ML_NNODES": "2", "ML_NODE_RANK": "1"}, "ML_MASTER_ADDR is not set; ML_NNODES=2 needs the host of node 0"),
        ({"ML_NNODES": "2", "ML_MASTER_ADDR": "a"}, "JOB_COMPLETION_INDEX is not set, but the run has several nodes"),
        (
            {"ML_NNODES": "2", "ML_NODE_RANK": "2", "ML_MASTER_ADDR": "a"},
            "ML_NNODES says 2 nodes, but this one is node 2",
        ),
        (
            {"ML_NNODES": "2", "ML_NODE_RANK": "x", "ML_MASTER_ADDR": "a"},
            "ML_NODE_RANK must be a whole number, got 'x'",
        ),
        ({**BATCH, "AWS_BATCH_JOB_MAIN_NODE_INDEX": "1"}, "AWS_BATCH_JOB_MAIN_NODE_INDEX must be 0, got 1"),
        (vertex("workerpool2"), "CLUSTER_SPEC task workerpool2[0] trains nothing; use worker pools 0 and 1 only"),
        ({"CLUSTER_SPEC": "not json"}, "CLUSTER_SPEC is not the JSON that Vertex AI documents"),
        ({"CLUSTER_SPEC": "[]"}, "CLUSTER_SPEC is not the JSON that Vertex AI documents"),
        ({"NODE_RANK": "0"}, "NODE_RANK is set but MASTER_ADDR is not"),
    ],
)
def test_a_contradiction_is_refused(environ, sentence):
    with pytest.raises(ConfigError) as caught:
        rendezvous(environ)
    assert sentence in str(caught.value)
