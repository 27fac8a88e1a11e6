"""The Dockerfile cannot be built without an engine: lint it, and see that what it copies, installs and runs exists."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

WORKLOAD = Path(__file__).resolve().parents[2]
TEXT = (WORKLOAD / "Dockerfile").read_text()
EXTERNAL = ("python", "public.ecr.aws")


def instructions() -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) with continued lines joined and comments left out."""
    lines = "\n".join(line for line in TEXT.splitlines() if not line.lstrip().startswith("#"))
    joined = lines.replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def stages() -> dict[str, list[tuple[str, str]]]:
    """Each stage with what it inherits."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, rest in instructions():
        if name == "FROM":
            image, _, stage = rest.partition(" AS ")
            found[stage] = list(found.get(image, []))
            current = found[stage]
        current.append((name, rest))
    return found


def values(stage: str, name: str) -> list[str]:
    return [rest for given, rest in stages()[stage] if given == name]


def test_hadolint_finds_nothing():
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        pytest.fail("hadolint is part of requirements-test.lock")
    done = subprocess.run(
        [hadolint, "--config", WORKLOAD / ".hadolint.yaml", WORKLOAD / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_two_images_of_one_base():
    assert list(stages()) == ["base", "cuda", "cpu"]


def test_every_image_from_elsewhere_is_pinned_by_digest():
    images = re.findall(r"(?:^FROM|--from=)\s*(\S+)", TEXT, re.MULTILINE)
    foreign = [image for image in images if image not in stages()]
    assert len(foreign) == 2
    assert all(re.search(r":[\w.-]+@sha256:[0-9a-f]{64}$", image) for image in foreign), foreign


@pytest.mark.parametrize("stage", ["cuda", "cpu"])
def test_python_is_the_first_process_and_no_shell_stands_before_it(stage):
    entry, command = json.loads(values(stage, "ENTRYPOINT")[-1]), json.loads(values(stage, "CMD")[-1])
    assert entry == ["python", "-m", "image_classifier"]
    done = subprocess.run(
        [sys.executable, *entry[1:], *command, "--help"], cwd=WORKLOAD, capture_output=True, check=False
    )
    assert done.returncode == 0, "what the image runs exists"


@pytest.mark.parametrize("stage", ["cuda", "cpu"])
def test_the_user_is_not_root_and_has_a_number(stage):
    assert values(stage, "USER")[-1] == "10001"
    names = [name for name, _ in stages()[stage]]
    assert "USER" not in names[: names.index("RUN")], "packages are installed by root, for everybody to read"
    assert not [rest for rest in values(stage, "COPY") if "/root" in rest]


@pytest.mark.parametrize("stage", ["cuda", "cpu"])
def test_what_is_copied_exists_and_is_not_ignored(stage):
    default = dict(rest.split("=", 1) for rest in values(stage, "ARG"))
    ignored = (WORKLOAD / ".dockerignore").read_text().splitlines()
    sources = [rest.split() for rest in values(stage, "COPY") if not rest.startswith("--from")]
    assert len(sources) == 2
    for source, _ in sources:
        name = re.sub(r"\$\{(\w+)\}", lambda match: default[match[1]], source)
        assert (WORKLOAD / name).exists(), name
        assert any(line.startswith("!") and Path(name).match(line[1:]) for line in ignored), f"{name} is not sent"


@pytest.mark.parametrize(("stage", "lock"), [("cuda", "requirements-cuda.lock"), ("cpu", "requirements-cpu.lock")])
def test_packages_come_from_the_lock_with_hashes(stage, lock):
    install = values(stage, "RUN")[-1]
    assert install == "python -m pip install --require-hashes --no-deps -r /opt/requirements.lock"
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[\w+\])?==(\S+)", (WORKLOAD / lock).read_text(), re.MULTILINE)
    text = (WORKLOAD / lock).read_text()
    assert len(pins) > 15
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_locks_hold_what_pyproject_names():
    project = tomllib.loads((WORKLOAD / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for lock, names in {
        "cpu": ["gs", "azure"],
        "cuda": ["gs", "azure", "train", "cuda12"],
        "cuda13": ["gs", "azure", "train", "cuda13"],
    }.items():
        text = (WORKLOAD / f"requirements-{lock}.lock").read_text()
        for wanted in [*project["dependencies"], *(w for name in names for w in extras[name])]:
            pin = re.sub(r"\[[^]]*\]", "", wanted.split(";")[0])
            assert re.search(rf"^{re.escape(pin)}\b", text, re.MULTILINE), f"{pin} is not in {lock}; run tools/lock.py"


def test_what_is_tested_is_what_the_default_image_gets():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[^\s#].*==.*(?= \\$)", (WORKLOAD / lock).read_text(), re.MULTILINE))

    assert len(pins("requirements-cuda.lock")) > 40
    assert pins("requirements-cuda.lock") <= pins("requirements-test.lock")


def test_the_cpu_image_has_no_torch_and_the_default_gpu_image_runs_on_old_drivers():
    assert "torch==" not in (WORKLOAD / "requirements-cpu.lock").read_text()
    cuda = (WORKLOAD / "requirements-cuda.lock").read_text()
    assert "nvidia-cuda-runtime-cu12==12.8" in cuda, "CUDA 13 wheels need a driver that managed platforms lack"


def test_the_version_is_the_packages():
    import image_classifier

    project = tomllib.loads((WORKLOAD / "pyproject.toml").read_text())["project"]
    assert project["version"] == image_classifier.__version__
    assert set(re.findall(r'ARG VERSION="([^"]+)"', TEXT)) == {image_classifier.__version__}


def test_the_health_check_is_for_endpoints_only():
    from image_classifier.healthcheck import serves

    assert serves(b"python\0-m\0image_classifier\0serve\0")
    assert not serves(b"python\0-m\0image_classifier\0train\0")
    for stage in ("cuda", "cpu"):
        assert values(stage, "HEALTHCHECK")[-1].endswith('["python", "-m", "image_classifier.healthcheck"]')


def test_tmp_is_a_volume_and_the_port_is_the_contracts():
    for stage in ("cuda", "cpu"):
        assert json.loads(values(stage, "VOLUME")[-1]) == ["/tmp"]
        assert values(stage, "EXPOSE")[-1] == "8080"


def test_lambda_finds_its_adapter_in_the_cpu_image_alone():
    adapter = [rest for rest in values("cpu", "COPY") if "aws-lambda-adapter" in rest]
    assert adapter[0].endswith("/lambda-adapter /opt/extensions/lambda-adapter")
    assert not [rest for rest in values("cuda", "COPY") if "aws-lambda-adapter" in rest]


def test_no_file_names_a_package_registry():
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    for path in [*WORKLOAD.glob("*.lock"), *WORKLOAD.glob("*.toml"), *WORKLOAD.rglob("*.py"), WORKLOAD / "Dockerfile"]:
        assert not [host for host in hosts if host in path.read_text()], path
