import json

import pytest

from image_classifier import logs
from image_classifier.names import SERVE_METRICS, TRAIN_METRICS
from image_classifier.progress import Progress, duration
from image_classifier.serve_metrics import Window


@pytest.fixture
def configured():
    def configure(cloud: str, role: str | None = "train") -> None:
        logs.configure(cloud, "run-1", role, "pytorch-vision/flowers")

    yield configure
    logs.configure("local", "local", None, "ImageClassifier")


def printed(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def test_a_line_says_when_how_bad_and_from_where(configured, capsys):
    configured("gcp")
    logs.log("hello", "WARNING", number=1)
    line = printed(capsys)
    assert line.pop("ts") > 0
    assert line == {
        "severity": "WARNING",
        "message": "hello",
        "cloud": "gcp",
        "run_id": "run-1",
        "role": "train",
        "number": 1,
    }


def test_metrics_are_one_member_everywhere_and_emf_on_aws(configured, capsys):
    configured("azure")
    logs.emit({"train_loss": 0.5}, step=3)
    line = printed(capsys)
    assert line["metrics"] == {"train_loss": 0.5}
    assert "_aws" not in line
    assert "train_loss" not in line
    configured("aws")
    logs.emit({"train_loss": 0.5}, step=3)
    line = printed(capsys)
    # CloudWatch extracts top-level members only.
    assert line["train_loss"] == 0.5
    definition = line["_aws"]["CloudWatchMetrics"][0]
    assert definition["Namespace"] == "pytorch-vision/flowers"
    assert definition["Metrics"] == [{"Name": "train_loss"}]
    assert definition["Dimensions"] == [["role"]]


def test_the_dimension_of_emf_is_never_empty(configured, capsys):
    configured("aws", None)
    logs.emit({"train_loss": 0.5})
    assert printed(capsys)["role"]


def test_a_person_at_a_terminal_reads_plain_lines(configured, capsys, monkeypatch):
    configured("local")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    logs.emit({"val_accuracy": 0.98}, step=3)
    text = capsys.readouterr().out
    assert not text.startswith("{")
    assert "val_accuracy=0.98  step=3" in text


def test_the_metrics_of_a_window_have_the_names_of_the_contract():
    window = Window()
    window.statuses, window.latencies, window.images, window.calls = [200] * 97 + [422, 503, 504], [0.01] * 100, 97, 10
    summary = window.summary(True)
    assert tuple(summary) == SERVE_METRICS
    assert (summary["requests"], summary["errors_4xx"], summary["errors_5xx"], summary["rejected_503"]) == (
        100,
        1,
        2,
        1,
    )
    assert (summary["error_rate_percent"], summary["batch_size_avg"], summary["latency_p99_ms"]) == (2.0, 9.7, 10.0)
    assert tuple(Window().summary(False)) == SERVE_METRICS, "an empty window has no gap"


def test_progress_reports_rate_and_time_left(capsys):
    progress = Progress(first=10, total=110, steps_per_epoch=50)
    progress.images, progress.started = 640, progress.started - 20
    progress.line(60, 0.51234)
    line = printed(capsys)
    assert set(line["metrics"]) <= set(TRAIN_METRICS)
    assert line["metrics"]["train_loss"] == 0.5123
    assert 31 < line["metrics"]["train_images_per_second"] <= 32
    # 50 steps took 20 s, 50 are left.
    assert (line["step"], line["total"], line["epoch"], line["eta_seconds"]) == (60, 110, 2, 20)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.6, "1 min 00 s"), (3599, "59 min 59 s"), (7325, "2 h 02 min")]
)
def test_a_duration_reads_well(seconds, text):
    assert duration(seconds) == text
