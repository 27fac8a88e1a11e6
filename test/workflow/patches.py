"""What workflows-emulator 1.10.0 does otherwise than the service, set right.

Each function says what differs. What the service does is read in
https://cloud.google.com/workflows/docs/reference/syntax and https://cloud.google.com/workflows/docs/reference/stdlib/overview;
nobody compared it with the service itself.
"""

import os
import re
from datetime import UTC, datetime
from functools import cache

import requests
from google.auth.credentials import AnonymousCredentials
from workflows_emulator import main, render
from workflows_emulator.lib import http_utils, map_utils, sys_utils, text_utils, time_utils

TOKEN = "of-the-service-account"

# https://cloud.google.com/workflows/quotas
LONGEST_EXPRESSION = 400
MOST_STEPS = 100_000

PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|[=!<>]=|[-+*/%<>()\[\].,]|\s+')
OPERATORS = {"and", "or", "not", "in"}
# The service's word for what Python calls otherwise, or cannot call at all
WORDS = {"null": "None", "true": "True", "false": "False", "if": "if_"}


@cache
def in_python(code):
    """The emulator evaluates an expression as Python, where null and if() are errors and more is allowed than the service
    takes. Braces are refused too: not every parser of workflows finds the end of an expression that has one."""
    if len(code) > LONGEST_EXPRESSION:
        raise SyntaxError(f"an expression of {len(code)} characters: {code}")
    pieces, names, at = [], set(), 0
    while at < len(code):
        piece = PIECES.match(code, at)
        if piece is None or "}" in piece.group():
            raise SyntaxError(f"not an expression at {at}: {code}")
        text, before = piece.group(), code[:at].rstrip()[-1:]
        if re.match(r"[A-Za-z_]", text) and before != ".":
            if text not in WORDS and text not in OPERATORS:
                names.add(text)
            text = WORDS.get(text, text)
        pieces.append(text)
        at = piece.end()
    return "".join(pieces), frozenset(names)


def expressions():
    evaluate, assign = render.run_code, render.assign_var

    def run_code(code, context):
        code, names = in_python(code)
        # Python's own functions are in reach of the emulator's expressions, they are not in the service's
        unknown = [name for name in names if name not in context and name not in render.STANDARD_LIBRARY]
        if unknown:
            raise SyntaxError(f"no variable or function {unknown}: {code}")
        # The emulator copies what it hands in, at every expression: only what that needs
        return evaluate(code, {name: context[name] for name in names if name in context})

    def assign_var(key, value, context):
        root = re.match(r"\w+", key).group()
        return assign(key, value, {root: context[root]} if root in context else {})

    def render_str(value, context):
        # The emulator puts a value into text and reads that as YAML: null becomes "None", a text that looks like a number
        # one. A whole expression is its value, and half an expression is in no workflow here.
        if not isinstance(value, str) or "${" not in value:
            return value
        if not (value.startswith("${") and value.endswith("}")):
            raise SyntaxError(f"text around an expression: {value}")
        return run_code(value[2:-1], context)

    render.run_code = run_code
    render.render_str = render_str
    main.assign_var = assign_var
    # Of calls: `sys.log(**_args)`, made by the emulator itself
    main.run_code = lambda code, context: evaluate(code, {"_args": context["_args"]})


def string(value):
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)):
        raise TypeError(f"string() of {type(value).__name__}")
    return str(value)


def functions():
    library = render.STANDARD_LIBRARY
    library["if_"] = library["if"]
    # False, 0 and empty values are values: only null has a default
    library["default"] = lambda value, other: other if value is None else value
    # "True" in Python, "true" in the service; and no text is made of maps and lists
    library["string"] = string
    # The emulator's maps list the program's context variables too
    library["keys"] = lambda value: list(dict.keys(value))

    def get(value, keys):
        # The emulator fails where the map itself, or one on the way, is null
        for key in [keys] if isinstance(keys, str) else keys:
            value = None if value is None else dict.get(value, key)
        return value

    def substring(source, start, end):
        # Python cuts what is too long
        if not 0 <= start <= end <= len(source):
            raise IndexError(f"substring({start}, {end}) of {len(source)} characters")
        return source[start:end]

    def get_env(name, *default):
        # null in the emulator, where the service fails
        if name not in os.environ and not default:
            raise KeyError(name)
        return os.environ.get(name, *default)

    def parse(value):
        # The emulator wants microseconds, the APIs print fractions of a second only where there are any
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", value):
            raise ValueError(f"time.parse of {value}")
        whole, _, fraction = value[:-1].partition(".")
        return datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp() + float(f"0.{fraction or 0}")

    map_utils.get = get
    text_utils.substring = substring
    sys_utils.get_env = get_env
    time_utils.parse = parse


def clock(sleep, now):
    """Hours do not pass."""
    sys_utils.sleep = sleep
    sys_utils.now = now


def first_match(self):
    """The emulator goes on to the next condition where the steps of the first that holds do not jump."""
    for choice in self.config["switch"]:
        holds = render.render_config(choice["condition"], self.context)
        if not isinstance(holds, bool):
            raise TypeError(f"a condition must be a boolean, got {holds}: {choice['condition']}")
        if holds:
            config = {key: value for key, value in choice.items() if key != "condition"}
            context, step, value = main.execute_step(self.step_id, config, self.context)
            return context, step or self.config.get("next"), value
    return self.context, self.config.get("next"), None


def http(sleep):
    """The emulator asks for the credentials of the machine, fails at connections that break, reads `delay` where the
    service reads `initial_delay`, and gives up where that delay reaches `max_delay`."""
    session = requests.Session()
    session.trust_env = False

    def request(method, url, body=None, query=None, auth=None, headers=None, timeout=300):
        authorization = {"Authorization": f"Bearer {TOKEN}"} if (auth or {}).get("type") == "OAuth2" else {}
        headers = {**(headers or {}), **authorization}
        try:
            answer = session.request(method, url, params=query, json=body, headers=headers, timeout=timeout)
        except requests.exceptions.ConnectionError as error:
            raise main.WorkflowError(message=str(error), tags=["ConnectionError"]) from error
        is_json = "application/json" in answer.headers.get("Content-Type", "")
        result = {"code": answer.status_code, "body": answer.json() if is_json else answer.text}
        if not answer.ok:
            message = f"HTTP server responded with error code {answer.status_code}"
            raise main.WorkflowError(message=message, tags=["HttpError"], **result)
        return {**result, "headers": dict(answer.headers)}

    def predicate(codes, tags):
        return lambda error: error.get("code") in codes or bool(set(tags) & set(error.get("tags") or []))

    def retry(self):
        settings = render.render_config(self.config["retry"], self.context)
        backoff = settings["backoff"]
        delay = backoff["initial_delay"]
        for left in reversed(range(settings["max_retries"] + 1)):
            try:
                return main.execute_step(self.step_id, self.config["try"], self.context)
            except main.WorkflowError as error:
                if left == 0 or not settings["predicate"](error.payload):
                    raise
            sleep(delay)
            delay = min(delay * backoff["multiplier"], backoff["max_delay"])

    backoff = {"initial_delay": 1, "max_delay": 60, "multiplier": 1.25}
    idempotent = predicate([429, 502, 503, 504], ["ConnectionError", "ConnectionFailedError", "TimeoutError"])
    other = predicate([429, 503], ["ConnectionFailedError"])
    http_utils.request = request
    http_utils.default_retry_predicate = idempotent
    http_utils.default_retry_predicate_non_idempotent = other
    http_utils.default_retry = {"predicate": idempotent, "max_retries": 5, "backoff": backoff}
    http_utils.default_retry_non_idempotent = {"predicate": other, "max_retries": 5, "backoff": backoff}
    # No way left to the credentials of whoever runs the tests
    http_utils.default = lambda scopes: (AnonymousCredentials(), None)
    main.StepRetry.execute = retry


def apply(sleep, now):
    expressions()
    functions()
    clock(sleep, now)
    http(sleep)
    main.StepSwitch.execute = first_match
