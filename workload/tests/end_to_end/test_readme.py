"""The five commands of the README, run as they are written, on a folder of 200 generated JPEGs."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import WORKLOAD, environment, free_port, lines

from image_classifier.toy_dataset import CLASSES, toy_images

README = (WORKLOAD / "README.md").read_text()


def commands() -> list[str]:
    block = re.search(r"```sh\n(.*?)```", README, re.DOTALL)[1]
    return block.strip().splitlines()


@pytest.fixture
def laptop(tmp_path) -> Path:
    """A checkout with a folder of photos beside it, and the environment that the first command would make."""
    (tmp_path / "workload").symlink_to(WORKLOAD)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for number, (data, label) in enumerate(toy_images(200, 96, seed=5)):
        folder = tmp_path / "photos" / CLASSES[label]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:03}.jpg").write_bytes(data)
    return tmp_path


def test_the_five_commands_train_serve_and_answer(laptop):
    install, *rest = commands()
    assert len(rest) == 4, "five commands are promised"
    lock = re.search(r"-r (\S+)", install)[1]
    assert (laptop / lock).exists()
    port = free_port()
    script = "\n".join(rest).replace(":8080", f":{port}")
    variables = environment(PORT=port, ML_METRICS_PORT=0, ML_SCRATCH=laptop / "scratch", ML_CPU_THREADS=2)
    del variables["PYTHONPATH"]
    with (laptop / "errors.log").open("w") as errors:
        shell = subprocess.Popen(
            ["bash", "-e", "-c", script + "\nkill %1\nwait %1\n"], cwd=laptop, env=variables, stdout=subprocess.PIPE,
            stderr=errors, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = shell.communicate(timeout=500)
        finally:
            if shell.poll() is None:
                os.killpg(shell.pid, signal.SIGKILL)
    assert shell.returncode == 0, output + (laptop / "errors.log").read_text()
    answers = [line for line in lines(output) if "file" in line]
    assert len(answers) == 200
    right = sum(Path(answer["file"]).parent.name == answer["predictions"][0]["label"] for answer in answers)
    assert right >= 120, f"{right} of 200: it has seen most of them"
    assert (laptop / "models" / "current.json").exists()
    assert (laptop / "serve.log").read_text().count('"message": "prediction"') == 200


def test_every_file_of_the_layout_and_every_script_of_the_readme_exists():
    for script in re.findall(r"\b((?:tools|bench)/\w+\.py)", README):
        assert (WORKLOAD / script).exists(), script
    import image_classifier.contract

    known = {row["name"] for row in image_classifier.contract.contract()["variables"]}
    assert set(re.findall(r"\bML_[A-Z0-9_]+\b", README)) <= known
