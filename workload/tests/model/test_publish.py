"""A model is published completely or not at all, and says what it is."""

import json

import numpy as np
import pytest
import torch
from processes import run
from safetensors.torch import save_file
from toy import variables_of, write_small_dataset

from image_classifier import engine, storage
from image_classifier.engine import probe_images, run_onnx
from image_classifier.model import Classifier, Serving
from image_classifier.quantize import quantize
from image_classifier.settings import Settings


def settings(workspace, **variables: str) -> Settings:
    return Settings.read({"ML_SCRATCH": str(workspace / "scratch"), "ML_CPU_THREADS": "1", **variables})


@pytest.fixture
def no_export(monkeypatch):
    """Exporting takes seconds; what is written when, and where, does not depend on it."""
    monkeypatch.setattr("image_classifier.publish.export_onnx", lambda net, example, path: path.write_bytes(b"onnx"))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """One model with all its files, trained for an epoch."""
    folder = tmp_path_factory.mktemp("published")
    write_small_dataset(folder / "data", folder)
    done = run("train", ML_INT8_MAX_DROP=1, **variables_of(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_onnx_takes_uint8_and_gives_probabilities_for_any_batch(published):
    folder = published / "models" / "run"
    import onnxruntime

    given = onnxruntime.InferenceSession(str(folder / "model.onnx")).get_inputs()
    assert [(i.name, i.type, i.shape[1:]) for i in given] == [("images", "tensor(uint8)", [48, 48, 3])]
    for batch in (1, 2, 5):
        scores = run_onnx(folder / "model.onnx", np.zeros((batch, 48, 48, 3), np.uint8))
        assert scores.shape == (batch, 5)
        assert scores.dtype == np.float32
        assert np.allclose(scores.sum(1), 1, atol=1e-5)
    labels = json.loads((folder / "labels.json").read_text())
    assert labels == json.loads((folder / "manifest.json").read_text())["classes"]


def test_every_engine_serves_the_same_answers(published):
    models, images = published / "models", probe_images(3, 48)
    answers = {}
    for name in ("onnx", "int8", "eager"):
        model = engine.load(models, "run", settings(published, ML_ENGINE=name, ML_MAX_BATCH="2"))
        answers[name] = model.infer(images)
    assert np.abs(answers["onnx"] - answers["eager"]).max() < 1e-4
    assert np.abs(answers["onnx"] - answers["int8"]).max() < 0.2
    assert engine.load(models, "run", settings(published, ML_MAX_BATCH="2", ML_DEVICE="cpu")).engine == "int8"
    left = {path.name for path in (published / "scratch").iterdir() if not path.name.startswith("torchinductor")}
    assert left == {"data"}, "no temporary file is left"


def test_an_engine_that_was_not_published_is_refused_by_name(published):
    manifest = json.loads((published / "models" / "run" / "manifest.json").read_text())
    del manifest["files"]["model.int8.onnx"]
    (published / "models" / "float").mkdir()
    (published / "models" / "float" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(engine.ModelRefused, match=r"does not list 'model\.int8\.onnx'"):
        engine.load(published / "models", "float", settings(published, ML_ENGINE="int8"))


@pytest.mark.parametrize(("after", "kept"), [(0.9, True), (0.895, True), (0.88, False)])
def test_int8_is_kept_only_within_the_allowed_drop(published, tmp_path, monkeypatch, after, kept):
    monkeypatch.setattr("image_classifier.quantize._write", lambda source, dest, images: dest.write_bytes(b"int8"))
    monkeypatch.setattr(
        "image_classifier.quantize._accuracy", lambda path, images: after if "int8" in path.name else 0.9
    )
    assert quantize(tmp_path, [], 0.0051) is kept
    assert (tmp_path / "model.int8.onnx").exists() is kept


def test_a_bad_model_is_published_but_not_promoted(workspace, command, no_export):
    assert command("train", ML_RUN_ID="good")[0] == 0
    status, lines = command("train", ML_RUN_ID="bad", ML_PROMOTE_MIN_ACCURACY=1.0, ML_SEED=1)
    assert status == 0
    assert (lines[-1]["message"], lines[-1]["severity"], lines[-1]["promoted"]) == ("published", "WARNING", False)
    assert (workspace / "models" / "bad" / "manifest.json").exists()
    assert json.loads((workspace / "models" / "current.json").read_text()) == {"run_id": "good"}


def test_files_come_first_the_manifest_next_the_switch_last(workspace, command, no_export, monkeypatch):
    written: list[str] = []
    put = storage.put
    monkeypatch.setattr(storage, "put", lambda local, dest: (written.append(dest.name), put(local, dest))[1])
    assert command("train")[0] == 0
    files = ["evaluation.json", "labels.json", "model.onnx", "model.safetensors", "probe.json"]
    assert written[-8:] == [*files, "manifest.json", "current.json", "published.json"]


@pytest.mark.parametrize("names", ["torchvision", "ours"])
def test_weights_that_were_trained_elsewhere_are_published_and_served(workspace, command, no_export, names):
    net = Classifier("squeezenet1_1", 3, 48).eval()
    state = net.net.state_dict() if names == "torchvision" else net.state_dict()
    save_file(dict(state), workspace / "w.safetensors")
    (workspace / "labels.json").write_text('["a", "b", "c"]')
    labels = str(workspace / "labels.json")
    status, _ = command("export", f"file://{workspace}/w.safetensors", "--labels", labels)
    assert status == 0
    served = engine.load(workspace / "models", "run", settings(workspace, ML_MAX_BATCH="1", ML_ENGINE="eager"))
    with torch.inference_mode():
        expected = Serving(net)(torch.from_numpy(probe_images(5, 48))).numpy()
    assert np.abs(served.infer(probe_images(5, 48)) - expected).max() < 1e-4
    assert served.classes == ["a", "b", "c"]
    status, lines = command("export", str(workspace / "w.safetensors"), "--labels", labels, ML_ARCH="resnet18")
    assert status == 64
    assert "is not a resnet18 with 3 classes" in lines[-1]["error"]


def test_pretrained_weights_of_our_own_publication_are_a_start(published, workspace, command, no_export):
    weights = published / "models" / "run" / "model.safetensors"
    status, lines = command("train", ML_RUN_ID="second", ML_PRETRAINED=weights)
    assert status == 0
    loaded = next(line for line in lines if line["message"] == "pretrained weights loaded")
    assert (loaded["loaded"], loaded["initialised_anew"]) == (52, [])


@pytest.mark.parametrize(
    "arch",
    ["resnet18", "mobilenet_v3_small", "efficientnet_b0", "densenet121", "googlenet", "shufflenet_v2_x0_5",
     "regnet_y_400mf", "convnext_tiny", "swin_t", "vit_b_32"],
)  # fmt: skip
def test_architectures_of_every_family_fit_a_training_step(arch):
    from image_classifier.model import check_fits

    check_fits(Classifier(arch, 5, 64), arch, 64, 4)
