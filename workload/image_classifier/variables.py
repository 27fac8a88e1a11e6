"""Every variable that configures the container: name, default, type, range and meaning. Data only.

One table drives parsing, `--help` and the `contract` command. The field name in capitals with the prefix ML_ is the
variable, so that Kubernetes' own `<SERVICE>_PORT=tcp://…` cannot collide with it.
"""

from dataclasses import dataclass, field
from typing import Any

BOTH, TRAIN, SERVE = "both", "train", "serve"


def variable(role: str, default: Any, about: str, **rule: Any) -> Any:
    """One row. Rules: `unit`, `at_least`, `at_most`, `more_than`, `allowed`, `needed_by`, `shown_default`, `name`."""
    return field(default=default, metadata={"role": role, "about": about, **rule})


@dataclass(frozen=True)
class Variables:
    """The typed values of one process, defaults filled in."""

    # Where this process runs and what it is part of.
    cloud: str = variable(
        BOTH,
        "local",
        "where the process runs; aws adds EMF to the metric lines, local binds to 127.0.0.1",
        allowed=("local", "aws", "gcp", "azure", "ibm", "kubernetes"),
    )
    run_id: str = variable(
        BOTH,
        "local",
        "idempotency key, folder of the run and version of the model; {date} becomes UTC YYYYMMDD. "
        "Other settings need another id. Unset on AWS Batch: the job's id",
    )
    role: str | None = variable(BOTH, None, "metric dimension", shown_default="the command")

    # Buckets: s3://, gs://, az://, file:// or a path.
    dataset_uri: str | None = variable(
        TRAIN,
        None,
        "prefix that holds dataset.json and its *.tar shards",
        needed_by=("train", "seed", "import-folder"),
    )
    output_uri: str | None = variable(TRAIN, None, "prefix that gets runs/<run id>/", needed_by=("train",))
    model_uri: str | None = variable(
        BOTH,
        None,
        "prefix of <run id>/ and current.json",
        needed_by=("train", "serve", "export"),
    )
    model_version: str | None = variable(SERVE, None, "pins one run id", shown_default="follow current.json")

    # The training run.
    seed_dataset: bool = variable(TRAIN, False, "1 makes the toy data set when dataset.json is absent")
    pretrained: str = variable(
        TRAIN,
        "none",
        "starting weights: none, torchvision (downloads at run time) or the URI of a safetensors file",
    )
    arch: str = variable(TRAIN, "resnet18", "a torchvision classification architecture")
    image_size: int = variable(
        TRAIN, 224, "side of the square that the model sees", unit="pixels", at_least=8, at_most=4096
    )
    epochs: int = variable(TRAIN, 3, "passes over the training images", at_least=1)
    batch_size: int = variable(
        TRAIN,
        64,
        "images per step over all processes, so that the order of the data survives a change of their number",
        unit="images",
        at_least=1,
    )
    lr: float = variable(TRAIN, 0.002, "peak learning rate of AdamW", more_than=0)
    seed: int = variable(TRAIN, 0, "fixes weights, order and augmentation", at_least=0, at_most=2**31 - 1)
    max_steps: int = variable(
        TRAIN, 0, "stops the schedule after so many steps; 0 = all epochs", unit="steps", at_least=0
    )
    amp: str = variable(
        BOTH,
        "auto",
        "mixed precision; auto = bf16 where the GPU has it natively",
        allowed=("auto", "bf16", "off"),
    )
    device: str = variable(
        BOTH,
        "auto",
        "where the model runs; cuda exits 64 when torch sees no GPU instead of training on the CPU",
        allowed=("auto", "cuda", "cpu"),
    )
    workers: int = variable(TRAIN, 0, "processes that decode images, per training process", at_least=0)
    checkpoint_seconds: float = variable(
        TRAIN, 300.0, "most training time that a kill can cost", unit="seconds", more_than=0
    )
    int8_max_drop: float | None = variable(
        TRAIN,
        None,
        "also publish an INT8 model if its accuracy drops by no more than this, for example 0.005",
        unit="fraction",
        at_least=0,
        at_most=1,
        shown_default="no INT8 model",
    )
    promote_min_accuracy: float = variable(
        TRAIN,
        0.0,
        "below it the model is published but current.json stays where it is",
        unit="fraction",
        at_least=0,
        at_most=1,
    )

    # More than one process.
    nproc: int | None = variable(TRAIN, None, "processes on this node", at_least=1, shown_default="its GPUs, or 1")
    nnodes: int | None = variable(TRAIN, None, "nodes of this run", at_least=1, shown_default="the platform's own word")
    node_rank: int | None = variable(
        TRAIN, None, "which node this is, from 0", at_least=0, shown_default="the platform's own word"
    )
    master_addr: str | None = variable(TRAIN, None, "host of node 0", shown_default="the platform's own word")
    master_port: int = variable(TRAIN, 29500, "port on which node 0 listens", at_least=1, at_most=65535)

    # The endpoint.
    engine: str = variable(
        SERVE,
        "auto",
        "what runs the model; auto = eager on a GPU, else int8 if it was published, else onnx",
        allowed=("auto", "onnx", "int8", "eager"),
    )
    cpu_threads: int | None = variable(
        BOTH, None, "threads of the model", at_least=1, shown_default="the container's CPU limit"
    )
    api_key: str | None = variable(
        SERVE,
        None,
        "accepted bearer keys, comma separated while one is rotated; set but blank exits 64",
        shown_default="no key is asked for",
    )
    log_predictions: float = variable(
        SERVE, 1.0, "share of the answered images that get a log line", unit="fraction", at_least=0, at_most=1
    )
    max_batch: int = variable(
        SERVE,
        16,
        "most images per call of the model; on a CPU fewer if they are large",
        unit="images",
        at_least=1,
        at_most=1024,
    )
    batch_wait_ms: float = variable(
        SERVE, 0.0, "how long a batch waits to fill; 0 takes what is there", unit="milliseconds", at_least=0
    )
    max_queue: int = variable(
        SERVE,
        256,
        "images admitted at once; times ML_MAX_IMAGE_BYTES it bounds the memory, so lower it on small containers",
        unit="images",
        at_least=1,
    )
    request_timeout_seconds: float = variable(
        SERVE, 10.0, "body, decoding, queue and model together", unit="seconds", more_than=0
    )
    top_k: int = variable(SERVE, 5, "labels in an answer", unit="labels", at_least=1)
    max_image_bytes: int = variable(SERVE, 10 << 20, "largest request body", unit="bytes", at_least=1)
    max_image_pixels: int = variable(SERVE, 50_000_000, "largest image", unit="pixels", at_least=1)
    model_poll_seconds: float = variable(
        SERVE,
        60.0,
        "how often current.json is read; every 5 seconds at least until a model is there",
        unit="seconds",
        more_than=0,
    )
    drain_seconds: float = variable(
        SERVE, 3.0, "how long SIGTERM keeps answering while load balancers notice", unit="seconds", at_least=0
    )
    grace_seconds: int = variable(
        SERVE, 6, "how long requests in flight may take after that", unit="seconds", at_least=1
    )
    metrics_port: int = variable(SERVE, 9090, "Prometheus text, never public; 0 = off", at_least=0, at_most=65535)
    metrics_seconds: float = variable(SERVE, 60.0, "time between metric lines", unit="seconds", more_than=0)
    metrics_namespace: str = variable(BOTH, "ImageClassifier", "EMF namespace on aws")
    scratch: str = variable(
        BOTH,
        "/tmp/image-classifier",  # noqa: S108 - the container's own disk; files get unique names
        "local disk for the data set, two checkpoints and the model",
    )

    # Three names that others chose.
    port: int = variable(
        SERVE,
        8080,
        "port of the endpoint; platforms reserve it, so leave it unset",
        name="PORT",
        at_least=1,
        at_most=65535,
    )
    git_sha: str = variable(TRAIN, "", "source revision, kept in the manifest", name="GIT_SHA")
    image_digest: str = variable(TRAIN, "", "digest of the image, kept in the manifest", name="IMAGE_DIGEST")
