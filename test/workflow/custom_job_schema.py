"""Writes custom-job.json: what a custom job of Vertex AI v1 may say, from the types of google-cloud-aiplatform.

    pip install google-cloud-aiplatform==2.7.0 && python custom_job_schema.py && npx prettier --write custom-job.json

That package and what it needs are 300 MB, so its types are kept here and not installed by the tests. A message is a map of
field to type: a scalar, `enum X`, `message X`, `map`, with `[]` behind it where it repeats; `!` before it marks what is
required, `-` what only Vertex AI sets. Both marks are read from the package's own descriptions.
"""

import json
import re
from pathlib import Path

from google.cloud import aiplatform_v1
from google.cloud.aiplatform_v1 import types
from google.protobuf.descriptor import FieldDescriptor as Field

SCALARS = {
    Field.TYPE_BOOL: "bool",
    Field.TYPE_DOUBLE: "double",
    Field.TYPE_INT32: "int32",
    Field.TYPE_INT64: "int64",
    Field.TYPE_STRING: "string",
}
WELL_KNOWN = {
    "google.protobuf.Duration": "duration",
    "google.protobuf.Timestamp": "timestamp",
    "google.rpc.Status": "status",
}

messages, enums = {}, {}


def name_of(descriptor):
    return descriptor.full_name.removeprefix("google.cloud.aiplatform.v1.")


def mark(message, field):
    python = types
    for part in name_of(message).split("."):
        python = getattr(python, part)
    found = re.search(rf"^ +{field.name} \(.*\):\n +(Required|Output only)\.", python.__doc__, re.MULTILINE)
    return {"Required": "!", "Output only": "-"}[found.group(1)] if found else ""


def type_of(field):
    if field.enum_type:
        enums[name_of(field.enum_type)] = [value.name for value in field.enum_type.values]
        return f"enum {name_of(field.enum_type)}"
    if not field.message_type:
        return SCALARS[field.type]
    if field.message_type.GetOptions().map_entry:
        return "map"
    if field.message_type.full_name in WELL_KNOWN:
        return WELL_KNOWN[field.message_type.full_name]
    add(field.message_type)
    return f"message {name_of(field.message_type)}"


def add(message):
    if name_of(message) in messages:
        return
    fields = messages[name_of(message)] = {}
    for field in message.fields:
        kind = type_of(field)
        repeats = field.is_repeated and kind != "map"
        fields[field.json_name] = mark(message, field) + kind + ("[]" if repeats else "")


add(types.CustomJob.pb(types.CustomJob()).DESCRIPTOR)
source = f"google-cloud-aiplatform {aiplatform_v1.__version__}"
text = json.dumps({"source": source, "messages": messages, "enums": enums}, indent=2)
(Path(__file__).parent / "custom-job.json").write_text(text + "\n")
