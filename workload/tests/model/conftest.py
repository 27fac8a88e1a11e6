"""Tests that need torch but no second process: commands run in this one."""

import json

import pytest
from toy import variables_of, write_small_dataset


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Variables of a small, complete configuration."""
    for name, value in variables_of(tmp_path).items():
        monkeypatch.setenv(name, value)
    write_small_dataset(tmp_path / "data", tmp_path)
    return tmp_path


@pytest.fixture
def command(capsys, monkeypatch):
    """Runs a command line in this process: (status, JSON lines)."""
    import signal

    from image_classifier.__main__ import main

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def call(*arguments: str, **variables: object) -> tuple[int, list[dict]]:
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))
        capsys.readouterr()
        status = main(list(arguments))
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)
