"""What training cannot do is said before it begins: one sentence, exit 64."""

import json
import tarfile

import pytest
import torch
from safetensors.torch import save_file

from image_classifier import device, weights
from image_classifier.errors import ConfigError


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ML_ARCH": "resnet19"}, "classification model, got 'resnet19'; did you mean resnet"),
        ({"ML_ARCH": "fasterrcnn_resnet50_fpn"}, "ML_ARCH must be a torchvision classification model"),
        ({"ML_ARCH": "alexnet", "ML_IMAGE_SIZE": "32"}, "ML_ARCH=alexnet cannot train on ML_IMAGE_SIZE=32"),
        ({"ML_ARCH": "vit_b_16", "ML_IMAGE_SIZE": "30"}, "ML_ARCH=vit_b_16 cannot be built for ML_IMAGE_SIZE=30"),
        ({"ML_ARCH": "resnet18", "ML_IMAGE_SIZE": "32", "ML_BATCH_SIZE": "1"}, "raise ML_IMAGE_SIZE or ML_BATCH_SIZE"),
        ({"ML_BATCH_SIZE": "33"}, "ML_BATCH_SIZE must be at most the 32 training images, got 33"),
        ({"ML_PRETRAINED": "/nowhere/w.safetensors"}, "got '/nowhere/w.safetensors', which does not exist"),
        ({"ML_DATASET_URI": "/nowhere/data"}, "must hold a data set, got /nowhere/data without dataset.json"),
        ({"ML_OUTPUT_URI": "http://x/y"}, "ML_OUTPUT_URI must be a path or begin with"),
        ({"CLUSTER_SPEC": "{"}, "CLUSTER_SPEC is not the JSON"),
        ({"ML_LR": "1e20"}, "the loss is no finite number at step 4; lower ML_LR, which is 1e+20"),
    ],
)  # fmt: skip
def test_a_run_that_will_never_work_is_exit_64(workspace, command, variables, sentence):
    status, lines = command("train", **variables)
    assert status == 64
    assert sentence in lines[-1]["error"]
    assert not (workspace / "models").exists(), "nothing is published"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_cuda_without_a_gpu_is_exit_64_instead_of_training_on_the_cpu(workspace, command):
    status, lines = command("train", ML_DEVICE="cuda")
    assert status == 64
    assert "ML_DEVICE=cuda, but torch" in lines[-1]["error"]
    assert "sees no GPU" in lines[-1]["error"]


def test_a_batch_that_the_processes_cannot_share_is_exit_64(workspace, command):
    # As a platform that starts one process per GPU itself.
    status, lines = command("worker", RANK=0, LOCAL_RANK=0, WORLD_SIZE=3, LOCAL_WORLD_SIZE=3)
    assert status == 64
    assert lines[-1]["error"] == "ML_BATCH_SIZE must be divisible by the 3 processes, got 8; try 6"


def test_a_pickle_is_never_loaded_as_weights(workspace, command):
    class Trap:
        def __reduce__(self):
            return (open, (str(workspace / "executed"), "w"))

    torch.save({"x": Trap()}, workspace / "weights.pt")
    status, lines = command("train", ML_PRETRAINED=workspace / "weights.pt")
    assert status == 64
    assert "is a pickle and is not loaded" in lines[-1]["error"]
    assert not (workspace / "executed").exists()


def test_weights_of_another_architecture_are_refused(workspace, command):
    save_file({"conv1.weight": torch.zeros(1)}, workspace / "w.safetensors")
    status, lines = command("train", ML_PRETRAINED=workspace / "w.safetensors")
    assert status == 64
    assert "does not fit ML_ARCH=squeezenet1_1: 52 of 52 tensors are absent or of another shape" in lines[-1]["error"]


def test_torchvision_weights_without_a_way_out_say_what_to_do(workspace, monkeypatch):
    def no_route(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr("torch.hub.load_state_dict_from_url", no_route)
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", no_route)
    with pytest.raises(ConfigError) as caught:
        weights.torchvision_weights("resnet18", workspace)
    assert "no way out to the internet: run `fetch-weights resnet18 <uri>`" in str(caught.value)


def test_a_damaged_image_in_a_shard_is_named(workspace, command):
    shard = next((workspace / "data").glob("train-00000.tar"))
    with tarfile.open(shard) as tar:
        member = tar.getmembers()[3]
    data = bytearray(shard.read_bytes())
    data[member.offset_data : member.offset_data + member.size] = b"\0" * member.size
    shard.write_bytes(data)
    index = json.loads((workspace / "data" / "dataset.json").read_text())
    import hashlib

    index["splits"]["train"][0]["sha256"] = hashlib.sha256(data).hexdigest()
    (workspace / "data" / "dataset.json").write_text(json.dumps(index))
    status, lines = command("train")
    assert status == 64
    assert f"train-00000.tar holds {member.name}, which is no readable image" in lines[-1]["error"]


def test_a_shard_with_wrong_bytes_is_not_trained_on(workspace, command):
    shard = next((workspace / "data").glob("train-00000.tar"))
    shard.write_bytes(shard.read_bytes()[:-512] + b"x" * 512)
    status, lines = command("train")
    assert status == 1, "a transfer may be at fault: worth a retry"
    assert "ChecksumError" in lines[-1]["error"]


def test_a_t4_does_not_emulate_bf16(monkeypatch):
    gpu = torch.device("cuda", 0)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    assert not device.uses_bf16("auto", gpu)
    assert device.uses_bf16("bf16", gpu)
    assert not device.uses_bf16("auto", torch.device("cpu"))
    assert not device.uses_bf16("off", gpu)
