"""The command line as a user meets it: each refusal is one line, status 64, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WORKLOAD = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ML_")}
    return subprocess.run(
        [sys.executable, "-m", "image_classifier", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**clean, "PYTHONPATH": str(WORKLOAD), **environ},
    )


@pytest.fixture
def base(tmp_path):
    return {
        "ML_SCRATCH": str(tmp_path / "scratch"),
        "ML_MODEL_URI": str(tmp_path / "models"),
        "ML_DATASET_URI": str(tmp_path / "data"),
        "ML_OUTPUT_URI": str(tmp_path / "out"),
    }


@pytest.mark.parametrize(
    ("arguments", "environ", "sentence"),
    [
        (["serve"], {"ML_MODEL_URI": ""}, "ML_MODEL_URI is not set; `serve` needs it"),
        (["serve"], {"ML_API_KEY": " , "}, "ML_API_KEY is set but blank; unset it to serve without a key"),
        (["serve"], {"ML_API_KEY": ""}, "ML_API_KEY is set but blank"),
        (
            ["serve"],
            {"ML_MODEL_URI": "s4://bucket/x"},
            "ML_MODEL_URI must be a path or begin with s3://, gs://, az://, file://",
        ),
        (["serve"], {"ML_TOP_K": "x"}, "ML_TOP_K must be a whole number of labels, got 'x'"),
        (["serve"], {"ML_SCRATCH": "/proc/nowhere"}, "ML_SCRATCH must be a folder that this user can write"),
        (["serve"], {"ML_RUN_ID": "../x"}, "ML_RUN_ID must be 1 to 128 letters"),
        (["seed"], {"ML_DATASET_URI": "https://example.com/x"}, "ML_DATASET_URI must be a path or begin with"),
        (["import-folder", "/nowhere"], {}, "import-folder needs a folder of images, got '/nowhere'"),
        (["predict", "localhost:8080", "x.jpg"], {}, "URL must begin with http:// or https://, got 'localhost:8080'"),
        (["export", "w.safetensors", "--labels", "/nowhere.json"], {}, "--labels must be a JSON file"),
    ],
)
def test_a_mistake_is_one_line_and_exit_64(base, arguments, environ, sentence):
    done = run(*arguments, **{**base, **environ})
    assert done.returncode == 64
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stdout + done.stderr
    assert sentence in json.loads(lines[0])["error"]
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [[], ["fly"], ["export", "x"], ["import-folder", "x", "--val-fraction", "y"]])
def test_a_wrong_command_line_is_exit_64(arguments):
    done = run(*arguments)
    assert done.returncode == 64
    assert "--help` explains" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_explains_each_variable_with_default_and_unit():
    text = run("--help").stdout
    for row in json.loads(run("contract").stdout)["variables"]:
        entry = " ".join(text.split(f"  {row['name']}\n")[1].split("\n  ML_")[0].split())
        assert " ".join(row["about"].split()[:4]) in entry
        assert "default: " in entry or "needed by " in entry
        assert row["unit"] is None or row["unit"] in entry


def test_each_command_has_help_of_its_own():
    for command in ("train", "serve", "seed", "import-folder", "export", "fetch-weights", "predict"):
        done = run(command, "--help")
        assert done.returncode == 0
        assert "ML_MODEL_URI" in done.stdout


def test_help_of_serve_leaves_out_what_only_training_reads():
    assert "ML_EPOCHS" not in run("serve", "--help").stdout


def test_the_contract_runs_with_a_bare_python():
    # -S -I: no site packages, no environment.
    code = (
        f"import sys; sys.path.insert(0, {str(WORKLOAD)!r}); sys.argv = ['x', 'contract']; "
        "import runpy; runpy.run_module('image_classifier', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)["variables"]}
    assert rows["ML_BATCH_SIZE"]["default"] == 64
    assert rows["ML_BATCH_SIZE"]["kind"] == "integer"
    assert rows["ML_SEED_DATASET"]["default"] == 0
    assert rows["ML_MODEL_URI"]["role"] == "both"
    assert {row["kind"] for row in rows.values()} == {"flag", "integer", "number", "string"}


def test_seed_writes_the_same_bytes_each_time_and_only_once(base, tmp_path):
    first = run("seed", **base)
    assert first.returncode == 0, first.stdout
    index = (tmp_path / "data" / "dataset.json").read_text()
    assert json.loads(first.stdout)["train"] == 1200
    again = run("seed", **base)
    assert json.loads(again.stdout)["message"] == "data set was there already"
    run("seed", **{**base, "ML_DATASET_URI": f"file://{tmp_path}/other"})
    assert (tmp_path / "other" / "dataset.json").read_text() == index
