"""What each platform sets -> how many nodes there are, which one this is, and where node 0 listens."""

import json
import socket
from collections.abc import Mapping
from typing import NamedTuple

from .errors import ConfigError

DEFAULT_PORT = 29500


class Rendezvous(NamedTuple):
    nnodes: int
    node_rank: int
    master_addr: str
    master_port: int


ALONE = Rendezvous(1, 0, "127.0.0.1", DEFAULT_PORT)


def rendezvous(environ: Mapping[str, str]) -> Rendezvous:
    """The first platform that fits. RANK and WORLD_SIZE are not read: some platforms count nodes with them."""
    for fits, read in (
        ("ML_NNODES", _explicit),
        ("AWS_BATCH_JOB_NUM_NODES", _aws_batch),
        ("CLUSTER_SPEC", _vertex),
        ("NODE_RANK", _azure_ml),
    ):
        if environ.get(fits):
            found = read(environ)
            if not 0 <= found.node_rank < found.nnodes:
                raise ConfigError(
                    f"{fits} says {found.nnodes} nodes, but this one is node {found.node_rank}; ranks "
                    f"run from 0 to {found.nnodes - 1}"
                )
            return found
    return ALONE._replace(master_port=_port(environ))


def _explicit(e: Mapping[str, str]) -> Rendezvous:
    nodes = _number(e, "ML_NNODES")
    rank = _number(e, "ML_NODE_RANK" if e.get("ML_NODE_RANK") else "JOB_COMPLETION_INDEX", 0 if nodes == 1 else None)
    address = e.get("ML_MASTER_ADDR") or ("127.0.0.1" if nodes == 1 else "")
    if not address:
        raise ConfigError(f"ML_MASTER_ADDR is not set; ML_NNODES={nodes} needs the host of node 0")
    return Rendezvous(nodes, rank, address, _port(e))


def _aws_batch(e: Mapping[str, str]) -> Rendezvous:
    if _number(e, "AWS_BATCH_JOB_MAIN_NODE_INDEX", 0) != 0:
        raise ConfigError(
            f"AWS_BATCH_JOB_MAIN_NODE_INDEX must be 0, got {e['AWS_BATCH_JOB_MAIN_NODE_INDEX']}; set "
            "mainNode to 0 in the job definition"
        )
    # The main node alone is not told its own address.
    address = e.get("AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS") or socket.gethostbyname(socket.gethostname())
    nodes, rank = _number(e, "AWS_BATCH_JOB_NUM_NODES"), _number(e, "AWS_BATCH_JOB_NODE_INDEX")
    return Rendezvous(nodes, rank, address, _port(e))


def _vertex(e: Mapping[str, str]) -> Rendezvous:
    try:
        spec = json.loads(e["CLUSTER_SPEC"])
        pools = spec.get("cluster") or {}
        # Pools 2 and 3 mean reduction servers and evaluators: they hold no ranks.
        ranks = [(pool, i) for pool in ("workerpool0", "workerpool1") for i in range(len(pools.get(pool) or []))]
        me = (spec["task"]["type"], int(spec["task"]["index"])) if spec.get("task") else ("workerpool0", 0)
        port = _number(e, "ML_MASTER_PORT", 0)
        if me in ranks and len(ranks) > 1:
            host, _, listed = pools["workerpool0"][0].rpartition(":")
            port = port or int((spec.get("open_ports") or [listed])[0])
            return Rendezvous(len(ranks), ranks.index(me), host, port)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise ConfigError(
            "CLUSTER_SPEC is not the JSON that Vertex AI documents; unset it, or set ML_NNODES, "
            "ML_NODE_RANK and ML_MASTER_ADDR"
        ) from None
    if ranks and me not in ranks:
        raise ConfigError(f"CLUSTER_SPEC task {me[0]}[{me[1]}] trains nothing; use worker pools 0 and 1 only")
    return ALONE._replace(master_port=port or DEFAULT_PORT)


def _azure_ml(e: Mapping[str, str]) -> Rendezvous:
    if not e.get("MASTER_ADDR"):
        raise ConfigError("NODE_RANK is set but MASTER_ADDR is not; the job's distribution type must be PyTorch")
    nodes = _number(e, "AZUREML_NODE_COUNT" if e.get("AZUREML_NODE_COUNT") else "WORLD_SIZE")
    return Rendezvous(nodes, _number(e, "NODE_RANK"), e["MASTER_ADDR"], _port(e))


def _port(e: Mapping[str, str]) -> int:
    return _number(e, "ML_MASTER_PORT" if e.get("ML_MASTER_PORT") else "MASTER_PORT", DEFAULT_PORT)


def _number(e: Mapping[str, str], name: str, default: int | None = None) -> int:
    text = e.get(name) or ("" if default is None else str(default))
    if not text.isdigit():
        raise ConfigError(
            f"{name} must be a whole number, got {text!r}"
            if text
            else f"{name} is not set, but the run has several nodes; set it on each of them"
        )
    return int(text)
