"""Runs that are killed end with the same bytes as runs that are not."""

import json
import signal
import time

import pytest
from processes import Endpoint, free_port, last_metric, lines, run
from trainer import Trainer, children, kill_process

from image_classifier.toy_dataset import toy_images


@pytest.fixture(scope="module")
def whole(files, folder) -> Trainer:
    """The run that nobody disturbed."""
    trainer = Trainer(files, folder, "whole", ML_SEED_DATASET=1)
    assert trainer.finish() == 0, trainer.output
    return trainer


def test_a_run_publishes_everything_that_the_layout_promises(whole, files):
    manifest = json.loads((whole.model / "manifest.json").read_text())
    assert {path.name for path in whole.model.iterdir()} == {*manifest["files"], "manifest.json"}
    assert manifest["files"].keys() == {
        "model.safetensors",
        "model.onnx",
        "labels.json",
        "probe.json",
        "evaluation.json",
    }
    for key in (
        "version",
        "run_id",
        "arch",
        "image_size",
        "classes",
        "config",
        "val_accuracy",
        "steps",
        "world_size",
        "dataset_sha256",
        "git_sha",
        "image",
        "torch",
        "created",
    ):
        assert key in manifest
    assert (manifest["steps"], manifest["world_size"], manifest["arch"]) == (24, 1, "squeezenet1_1")
    assert json.loads((files.at("models", "toy", "current.json")).read_text()) == {"run_id": "whole"}
    config = json.loads(files.at("runs", "whole", "config.json").read_text())
    assert config["dataset_sha256"] == manifest["dataset_sha256"]
    evaluation = json.loads((whole.model / "evaluation.json").read_text())
    confusion = evaluation["confusion"]
    assert sum(map(sum, confusion)) == evaluation["images"] == 300
    assert sum(confusion[i][i] for i in range(5)) / 300 == evaluation["top1"] == manifest["val_accuracy"]
    assert evaluation["top5"] == 1.0, "there are five classes"


def test_progress_is_json_lines_with_rate_loss_and_time_left(whole):
    progress = [line for line in lines(whole.output) if "train_loss" in line.get("metrics", {})]
    assert [line["step"] for line in progress] == [10, 20, 24]
    assert all(line["total"] == 24 and line["eta_seconds"] >= 0 for line in progress)
    assert all(line["metrics"]["train_images_per_second"] > 0 for line in progress)
    # Nothing but JSON on the output: log routers parse every line.
    stray = [line for line in whole.output.splitlines() if not line.startswith("{")]
    assert not stray, stray


def test_sigkill_twice_changes_no_bit(whole, files, folder):
    trainer = Trainer(files, folder, "killed", ML_CHECKPOINT_SECONDS=0.001)
    for step in (4, 12):
        process = trainer.start()
        trainer.until_step(process, step)
        trainer.kill(process)
    assert trainer.finish() == 0, trainer.output
    assert last_metric(trainer.output, "resumed") == 1
    assert trainer.weights() == whole.weights()
    assert len(list(trainer.checkpoints.glob("step-*"))) == 2


def test_sigterm_saves_then_a_truncated_checkpoint_falls_back_and_changes_no_bit(whole, files, folder):
    trainer = Trainer(files, folder, "stopped", ML_CHECKPOINT_SECONDS=0.001)
    process = trainer.start()
    trainer.until_step(process, 3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 75
    assert "interrupted, progress saved" in trainer.messages()
    newest = sorted(trainer.checkpoints.glob("step-*"))[-1]
    newest.write_bytes(newest.read_bytes()[:1000])
    # Other workers and another checkpoint rhythm are no other run.
    assert trainer.finish(ML_WORKERS=2, ML_CHECKPOINT_SECONDS=3600) == 0, trainer.output
    assert "checkpoint unusable, trying the previous one" in trainer.messages()
    assert last_metric(trainer.output, "resumed") == 1
    assert trainer.weights() == whole.weights()


def test_a_complete_run_is_left_alone(whole, files):
    switch = files.at("models", "toy", "current.json")
    before = whole.weights(), (whole.model / "manifest.json").read_text()
    switch.write_text('{"run_id": "newer"}')
    assert whole.finish() == 0
    assert whole.messages() == ["run is already complete"]
    assert (whole.weights(), (whole.model / "manifest.json").read_text()) == before
    assert json.loads(switch.read_text()) == {"run_id": "newer"}, "an old run must not take the switch back"


def test_a_kill_between_manifest_and_switch_is_finished_by_the_retry(whole, files):
    files.at("runs", "whole", "published.json").unlink()
    assert whole.finish() == 0
    assert json.loads(files.at("models", "toy", "current.json").read_text()) == {"run_id": "whole"}


def test_a_kill_after_the_last_step_costs_no_training(files, folder):
    trainer = Trainer(files, folder, "late")
    process = trainer.start()
    trainer.until_step(process, 24)
    trainer.kill(process)
    if (trainer.model / "manifest.json").exists():
        pytest.skip("it published before the kill")
    assert trainer.finish() == 0, trainer.output
    assert last_metric(trainer.output, "train_loss") is None, "no step was repeated"
    assert (trainer.model / "manifest.json").exists()


def test_other_settings_under_the_same_id_are_refused_by_name(files, folder):
    trainer = Trainer(files, folder, "changed", ML_CHECKPOINT_SECONDS=0.001)
    process = trainer.start()
    trainer.until_step(process, 1)
    trainer.kill(process)
    assert trainer.finish(ML_LR=0.01, ML_SEED=7) == 64
    assert "lr was 0.002 and is 0.01; seed was 0 and is 7" in trainer.output
    assert "Traceback" not in trainer.output


def test_s3_killed_without_its_disk_ends_with_the_weights_of_the_file_run(whole, bucket, folder):
    assert run("seed", **Trainer(bucket, folder, "s3").variables).returncode == 0
    trainer = Trainer(bucket, folder, "s3", ML_CHECKPOINT_SECONDS=0.001)
    process = trainer.start()
    trainer.until_step(process, 6)
    trainer.kill(process)
    assert trainer.finish() == 0, trainer.output
    assert last_metric(trainer.output, "resumed") == 1
    assert trainer.weights() == whole.weights()
    assert len(list(trainer.checkpoints.glob("step-*"))) == 2
    # The endpoint follows the same bucket.
    (folder / "new.jpg").write_bytes(toy_images(1, 96, seed=4)[0][0])
    models = f"{bucket.prefix}/models/toy"
    with Endpoint(folder / "endpoint", ML_MODEL_URI=models, ML_CPU_THREADS=1, **bucket.variables) as endpoint:
        done = run("predict", endpoint.url, str(folder / "new.jpg"), ML_SCRATCH=folder / "client")
        assert done.returncode == 0, done.stdout
        assert lines(done.stdout)[0]["model"] == {"run_id": "s3", "arch": "squeezenet1_1"}
        identity = next(line for line in endpoint.log() if line["message"] == "storage identity")
        assert (identity["scheme"], identity["found_by"]) == ("s3", "env")
        assert bucket.variables["AWS_ENDPOINT_URL"] == identity["endpoint"]


def test_two_processes_stop_at_the_same_step_and_continue(files, folder):
    trainer = Trainer(files, folder, "two", ML_NPROC=2, ML_CHECKPOINT_SECONDS=0.001)
    process = trainer.start()
    trainer.until_step(process, 3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 75, trainer.output
    assert trainer.finish(ML_CHECKPOINT_SECONDS=3600) == 0, trainer.output
    manifest = json.loads((trainer.model / "manifest.json").read_text())
    assert (manifest["world_size"], manifest["steps"]) == (2, 24)
    assert json.loads((trainer.model / "evaluation.json").read_text())["images"] == 300, "each image evaluated once"


def test_a_killed_process_makes_its_peer_give_up_with_a_status_that_is_retried(files, folder):
    trainer = Trainer(files, folder, "peer", ML_NPROC=2, ML_CHECKPOINT_SECONDS=0.001)
    process = trainer.start()
    trainer.until_step(process, 2)
    workers = children(process.pid)
    assert len(workers) == 2
    kill_process(workers[1])
    started = time.monotonic()
    assert process.wait(60) == 1, trainer.output
    assert time.monotonic() - started < 45


def test_two_nodes_meet_by_what_vertex_ai_tells_them(files, folder):
    """One process a node, each with a disk of its own; the pools are the JSON that the platform sets."""
    pools = {"workerpool0": [f"127.0.0.1:{free_port()}"], "workerpool1": ["127.0.0.1:1"]}
    nodes = []
    for number, pool in enumerate(pools):
        spec = {"cluster": pools, "environment": "cloud", "task": {"type": pool, "index": 0, "trial": ""}, "job": "{}"}
        node = Trainer(files, folder / f"node-{number}", "nodes", ML_MAX_STEPS=4)
        # What some platforms set per node beside it is not to be believed.
        nodes.append((node, node.start(CLUSTER_SPEC=json.dumps(spec), RANK="0", WORLD_SIZE="1")))
    for node, process in nodes:
        assert process.wait(120) == 0, node.output
    manifest = json.loads((nodes[0][0].model / "manifest.json").read_text())
    assert (manifest["world_size"], manifest["steps"]) == (2, 4)
