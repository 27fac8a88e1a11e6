import json
import os
import stat

import pytest

from image_classifier import storage
from image_classifier.errors import ConfigError
from image_classifier.launch import status_of
from image_classifier.threads import cpus


@pytest.fixture(autouse=True)
def _scratch(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize("text", ["s4://bucket/x", "http://x/y", "s3://", "file://", "S3://bucket"])
def test_a_scheme_that_would_become_a_local_folder_is_refused(text):
    with pytest.raises(
        ConfigError, match=r"ML_MODEL_URI must be a path or begin with s3://, gs://, az://, file://, got"
    ):
        storage.uri(text, "ML_MODEL_URI")


def test_a_trailing_slash_means_nothing(tmp_path):
    assert storage.uri(f"file://{tmp_path}/", "x") == storage.uri(str(tmp_path), "x") == tmp_path


def test_az_without_its_account_says_what_it_needs(monkeypatch):
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_URL", raising=False)
    storage._client.cache_clear()
    with pytest.raises(ConfigError, match="AZURE_STORAGE_ACCOUNT_URL is not set; az:// needs it"):
        storage.uri("az://container/x", "x")


def test_az_uses_azures_default_credential(monkeypatch, capsys):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_URL", "https://account.blob.core.windows.net")
    monkeypatch.setenv("AZURE_CLIENT_ID", "1234")
    storage._client.cache_clear()
    location = storage.uri("az://container/models/flowers/", "x")
    storage._client.cache_clear()
    assert str(location / "current.json") == "az://container/models/flowers/current.json"
    assert type(location.client.service_client.credential).__name__ == "DefaultAzureCredential"
    assert json.loads(capsys.readouterr().out)["found_by"] == "default credential"


def test_gs_without_an_identity_says_so(monkeypatch, capsys, tmp_path):
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    storage._client.cache_clear()
    location = storage.uri("gs://bucket/data", "x")
    storage._client.cache_clear()
    assert str(location) == "gs://bucket/data"
    assert "public buckets only" in json.loads(capsys.readouterr().out)["found_by"]


def test_json_comes_back_and_nothing_is_none(tmp_path):
    storage.put_json({"a": [1]}, tmp_path / "deep" / "x.json")
    assert storage.get_json(tmp_path / "deep" / "x.json") == {"a": [1]}
    assert storage.get_json(tmp_path / "absent.json") is None
    assert [path.name for path in tmp_path.iterdir()] == ["deep"], "temporary files are gone"


def test_what_is_published_can_be_read_by_another_user(tmp_path):
    storage.put_json({}, tmp_path / "x.json")
    assert stat.S_IMODE((tmp_path / "x.json").stat().st_mode) == 0o644


def test_a_failed_copy_leaves_nothing_and_keeps_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")

    def full(src, dst):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        storage.put(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


def test_fetch_verifies_and_skips_what_is_right(tmp_path, monkeypatch):
    (tmp_path / "src").write_bytes(b"data")
    digest = storage.sha256(tmp_path / "src")
    storage.fetch(tmp_path / "src", tmp_path / "local", digest)
    monkeypatch.setattr(storage, "get", lambda *args: pytest.fail("it was there"))
    storage.fetch(tmp_path / "src", tmp_path / "local", digest)


def test_fetch_refuses_wrong_bytes_and_leaves_none(tmp_path):
    (tmp_path / "src").write_bytes(b"data")
    with pytest.raises(storage.ChecksumError, match="its index says 0000"):
        storage.fetch(tmp_path / "src", tmp_path / "local", "0" * 64)
    assert not (tmp_path / "local").exists()


@pytest.mark.skipif(os.cpu_count() == 1, reason="needs two CPUs to tell a limit from the machine")
@pytest.mark.parametrize(
    ("text", "expected"), [("100000 100000", 1), ("50000 100000", 1), ("max 100000", None), ("nonsense", None)]
)
def test_threads_follow_the_containers_limit(tmp_path, text, expected):
    (tmp_path / "cpu.max").write_text(text)
    assert cpus(None, tmp_path / "cpu.max") == (expected or len(os.sched_getaffinity(0)))
    assert cpus(7, tmp_path / "cpu.max") == 7
    assert cpus(None, tmp_path / "absent") == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("children", "status"), [({64, 75}, 64), ({75, -9}, 75), ({-9}, 1), ({1, -15}, 1), ({64, 1}, 64), (set(), 1)]
)
def test_the_status_of_a_node_is_its_processes_strongest_word(children, status):
    assert status_of(children) == status
