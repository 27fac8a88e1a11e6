"""Reads the variables of `variables.py` from an environment and says in one sentence what is wrong with them.

Standard library only, so that `contract` and `--help` run with a bare Python.
"""

import dataclasses
import difflib
import math
import os
import re
import time
import types
import typing
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from .errors import ConfigError
from .variables import Variables

PREFIX = "ML_"
KINDS = {bool: "flag", int: "integer", float: "number", str: "string"}
WORDS = {"flag": "0 or 1", "integer": "a whole number", "number": "a number", "string": "text"}
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")

# What Kubernetes injects for a service that happens to be called `ml-…`; not ours and not a typing mistake.
INJECTED = re.compile(
    r"ML_.*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\d+_(TCP|UDP|SCTP)(_.*)?)?)|ML_SERVICE_.*|ML_PORT(_.*)?"
)


class Settings(Variables):
    """The variables of one process, each checked against its row."""

    @classmethod
    def read(cls, environ: Mapping[str, str], command: str = "") -> "Settings":
        """All of them, or ConfigError for the first that is unknown, wrong, or needed by `command` and absent."""
        rows = {variable_name(row): row for row in dataclasses.fields(Variables)}
        for name in environ:
            if name.startswith(PREFIX) and name not in rows and not INJECTED.fullmatch(name):
                close = difflib.get_close_matches(name, rows, 1)
                fix = f"did you mean {close[0]}?" if close else "`python -m image_classifier --help` lists them"
                raise ConfigError(f"{name} is not a variable of this container; {fix}")
        values = {row.name: parse(name, row, environ.get(name)) for name, row in rows.items()}
        for name, row in rows.items():
            if values[row.name] is None and command in row.metadata.get("needed_by", ()):
                raise ConfigError(f"{name} is not set; `{command}` needs it: {row.metadata['about']}")
        return cls(**values)


def variable_name(row: dataclasses.Field) -> str:
    return row.metadata.get("name") or PREFIX + row.name.upper()


def kind(row: dataclasses.Field) -> str:
    """The type as the contract spells it: flag, integer, number or string."""
    declared = row.type
    if isinstance(declared, types.UnionType):
        declared = next(part for part in typing.get_args(declared) if part is not type(None))
    return KINDS[typing.cast(type, declared)]


def parse(name: str, row: dataclasses.Field, text: str | None) -> Any:
    """One value; empty means unset."""
    if text is None or text == "":
        return row.default
    kind_ = kind(row)
    try:
        value = READERS[kind_](text)
    except ValueError:
        raise ConfigError(f"{name} must be {WORDS[kind_]}{_unit(row)}, got {text!r}") from None
    rule = row.metadata
    if "allowed" in rule and value not in rule["allowed"]:
        raise ConfigError(f"{name} must be one of {', '.join(rule['allowed'])}, got {text!r}")
    low, above, high = rule.get("at_least"), rule.get("more_than"), rule.get("at_most")
    if (
        (low is not None and value < low)
        or (above is not None and value <= above)
        or (high is not None and value > high)
    ):
        raise ConfigError(f"{name} must be {WORDS[kind_]}{_unit(row)} {allowed_range(row)}, got {text!r}")
    return value


def allowed_range(row: dataclasses.Field) -> str:
    rule = row.metadata
    parts = [f"more than {rule['more_than']}"] if "more_than" in rule else []
    parts += [f"at least {rule['at_least']}"] if "at_least" in rule else []
    parts += [f"at most {rule['at_most']}"] if "at_most" in rule else []
    return " and ".join(parts)


def settle_run_id(environ: MutableMapping[str, str]) -> None:
    """Fix ML_RUN_ID for this process and its children: a run may last past midnight, and a retry keeps its id."""
    run_id = environ.get("ML_RUN_ID") or environ.get("AWS_BATCH_JOB_ID", "").partition("#")[0] or "local"
    run_id = run_id.replace("{date}", time.strftime("%Y%m%d", time.gmtime()))
    environ["ML_RUN_ID"] = checked_run_id("ML_RUN_ID", run_id)


def checked_run_id(source: str, run_id: str) -> str:
    """It names a folder beside `current.json`, so it must be neither that file nor a way out of the prefix."""
    if not RUN_ID.fullmatch(run_id) or run_id == "current.json":
        raise ConfigError(
            f"{source} must be 1 to 128 letters, digits, '.', '_' or '-' that begin with a letter or digit, "
            f"got {run_id!r}"
        )
    return run_id


def load(command: str) -> Settings:
    """The settings of this process. Fixes the run id and the role in its environment for child processes."""
    settle_run_id(os.environ)
    # EMF drops a metric whose dimension is empty.
    if not os.environ.get("ML_ROLE"):
        os.environ["ML_ROLE"] = "train" if command == "worker" else command or "none"
    if "ML_API_KEY" in os.environ and not [key for key in os.environ["ML_API_KEY"].split(",") if key.strip()]:
        # A secret reference that resolved to nothing must not open the endpoint.
        raise ConfigError("ML_API_KEY is set but blank; unset it to serve without a key, or give it a key")
    return Settings.read(os.environ, "train" if command == "worker" else command)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


READERS: dict[str, Callable[[str], Any]] = {"flag": _flag, "integer": int, "number": _finite, "string": str}


def _unit(row: dataclasses.Field) -> str:
    return f" of {row.metadata['unit']}" if "unit" in row.metadata else ""
