"""The first day: toy data, a model, an endpoint, an answer."""

import json
from pathlib import Path

import pytest
from processes import Endpoint, lines, run

from image_classifier.toy_dataset import CLASSES, toy_images

# Measured with this seed: 0.983. The gate leaves room for another version of a library, not for a broken loop.
RECIPE = {
    "ML_SEED_DATASET": 1,
    "ML_IMAGE_SIZE": 48,
    "ML_EPOCHS": 6,
    "ML_BATCH_SIZE": 25,
    "ML_SEED": 0,
    "ML_INT8_MAX_DROP": 0.01,
}


@pytest.fixture(scope="module")
def trained(folder):
    variables = {
        "ML_DATASET_URI": folder / "data",
        "ML_OUTPUT_URI": folder / "out",
        "ML_MODEL_URI": folder / "models",
        "ML_RUN_ID": "toy",
        "ML_SCRATCH": folder / "scratch",
    }
    done = run("train", timeout=550, **variables, **RECIPE)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_model_is_accurate_from_a_fixed_seed(trained):
    manifest = json.loads((trained / "models" / "toy" / "manifest.json").read_text())
    assert manifest["val_accuracy"] >= 0.90
    assert "model.int8.onnx" in manifest["files"], "INT8 held its accuracy"


@pytest.mark.parametrize("engine", ["onnx", "int8"])
def test_the_endpoint_answers_new_images_as_evaluated(trained, engine, tmp_path):
    new = toy_images(60, 96, seed=99)
    files = []
    for number, (data, _) in enumerate(new):
        files.append(tmp_path / f"{number}.jpg")
        files[-1].write_bytes(data)
    with Endpoint(tmp_path, ML_MODEL_URI=trained / "models", ML_ENGINE=engine, ML_API_KEY="k1") as endpoint:
        done = run("predict", endpoint.url, *map(str, files), ML_API_KEY="k1", ML_SCRATCH=tmp_path / "client")
        assert done.returncode == 0, done.stderr
        answers = lines(done.stdout)
        assert [answer["file"] for answer in answers] == [str(file) for file in files]
        right = sum(a["predictions"][0]["label"] == CLASSES[label] for a, (_, label) in zip(answers, new, strict=True))
        assert right >= 54
        assert run("predict", endpoint.url, str(files[0]), ML_SCRATCH=tmp_path / "client").returncode == 1, "no key"


def test_serving_imports_no_torch_and_loads_no_pickle(trained, tmp_path):
    with Endpoint(tmp_path, ML_MODEL_URI=trained / "models") as endpoint:
        mapped = Path(f"/proc/{endpoint.process.pid}/maps").read_text()
        assert "onnxruntime" in mapped
        assert "libtorch" not in mapped


def test_a_person_at_a_terminal_sees_a_bar(trained):
    import os
    import pty
    import subprocess

    from processes import command, environment

    main, terminal = pty.openpty()
    variables = {
        "ML_DATASET_URI": trained / "data",
        "ML_OUTPUT_URI": trained / "out",
        "ML_MODEL_URI": trained / "models",
        "ML_RUN_ID": "bar",
        "ML_SCRATCH": trained / "scratch",
        "ML_ARCH": "squeezenet1_1",
        "ML_IMAGE_SIZE": 48,
        "ML_BATCH_SIZE": 8,
        "ML_MAX_STEPS": 10,
        "ML_CPU_THREADS": 1,
    }
    process = subprocess.Popen(command("train"), env=environment(**variables), stdout=terminal, stderr=terminal)
    os.close(terminal)
    seen = b""
    try:
        while chunk := os.read(main, 4096):
            seen += chunk
    except OSError:
        pass  # the terminal closes with the process
    assert process.wait(60) == 0
    text = seen.decode()
    assert "100 %  epoch 1  step 10/10  loss " in text
    assert "images/s" in text
    assert '{"ts"' not in text, "JSON is for machines"
