"""The container's contract as text for people (`--help`) and as JSON for the constructs' test (`contract`)."""

import dataclasses
import textwrap

from .errors import EXIT_STATUSES
from .names import ERRORS, PATHS, PREDICTION_FIELDS, PROMETHEUS, SERVE_METRICS, TRAIN_METRICS
from .settings import WORDS, allowed_range, kind, variable_name
from .variables import BOTH, SERVE, TRAIN, Variables


def contract() -> dict:
    """What the container reads and emits. `default` is null where the default is a behaviour, see `about`."""
    return {
        "variables": [_variable(row) for row in dataclasses.fields(Variables)],
        "exitStatuses": {str(status): meaning for status, meaning in EXIT_STATUSES.items()},
        "paths": PATHS,
        "errors": ERRORS,
        "metrics": {"train": list(TRAIN_METRICS), "serve": list(SERVE_METRICS)},
        "prometheus": list(PROMETHEUS),
        "predictionFields": list(PREDICTION_FIELDS),
    }


def _variable(row: dataclasses.Field) -> dict:
    default = int(row.default) if isinstance(row.default, bool) else row.default
    return {
        "name": variable_name(row),
        "role": row.metadata["role"],
        "kind": kind(row),
        "default": default,
        "neededBy": list(row.metadata.get("needed_by", ())),
        "unit": row.metadata.get("unit"),
        "allowed": list(row.metadata.get("allowed", ())),
        "about": row.metadata["about"],
    }


def variables_help(role: str = BOTH) -> str:
    """Each variable of a role with its meaning, unit, range and default, for the end of `--help`."""
    shown = {BOTH: (BOTH, TRAIN, SERVE)}.get(role, (BOTH, role))
    lines = ["environment variables (empty = unset; an unknown ML_ name or a wrong value exits 64):"]
    for row in dataclasses.fields(Variables):
        if row.metadata["role"] in shown:
            lines.append(f"  {variable_name(row)}")
            lines += textwrap.wrap(_sentence(row), 100, initial_indent="      ", subsequent_indent="      ")
    return "\n".join([*lines, "", "exit status:", *(f"  {code:3} {about}" for code, about in EXIT_STATUSES.items())])


def _sentence(row: dataclasses.Field) -> str:
    rule = row.metadata
    if rule.get("needed_by"):
        default = f"needed by {', '.join(rule['needed_by'])}"
    elif row.default in (None, ""):
        default = f"default: {rule.get('shown_default', 'unset')}"
    else:
        default = f"default: {int(row.default) if isinstance(row.default, bool) else row.default}"
    details = [", ".join(rule["allowed"]) if "allowed" in rule else WORDS[kind(row)]]
    details += [rule["unit"]] if "unit" in rule else []
    details += [allowed_range(row)] if allowed_range(row) else []
    return f"{rule['about']} ({'; '.join([*details, default])})"
