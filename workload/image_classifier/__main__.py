"""python -m image_classifier train|serve|seed|import-folder|export|fetch-weights|predict|contract"""

import argparse
import json
import os
import sys
import traceback
from typing import NoReturn

from . import __version__, commands, logs
from .contract import contract, variables_help
from .errors import DONE, FAILED, MISCONFIGURED, ConfigError
from .settings import load
from .storage import use_scratch
from .variables import BOTH, SERVE, TRAIN


class Parser(argparse.ArgumentParser):
    """A wrong command line is a wrong configuration: exit 64, which no platform retries."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISCONFIGURED, f"{self.prog}: {message}; `{self.prog} --help` explains\n")


def parser() -> Parser:
    top = Parser(
        prog="image_classifier",
        description="Train and serve an image classifier.",
        epilog=variables_help(BOTH),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=__version__)
    subparsers = top.add_subparsers(dest="command", required=True, metavar="command")

    def command(name: str, role: str = TRAIN) -> argparse.ArgumentParser:
        function = getattr(commands, name.replace("-", "_"))
        sub = subparsers.add_parser(
            name,
            help=function.__doc__,
            description=function.__doc__,
            epilog=variables_help(role),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=function)
        return sub

    command("train")
    command("worker")
    command("serve", SERVE)
    command("seed")
    folder = command("import-folder")
    folder.add_argument("dir", metavar="DIR")
    folder.add_argument("--val-fraction", type=float, default=0.1, help="share that validates (default: 0.1)")
    export = command("export")
    export.add_argument("weights_uri", metavar="WEIGHTS_URI", help="a safetensors file, torchvision's names or ours")
    export.add_argument("--labels", required=True, metavar="FILE", help="JSON list of the class names, in order")
    fetch = command("fetch-weights")
    fetch.add_argument("arch", metavar="ARCH")
    fetch.add_argument("to_uri", metavar="TO_URI", help="the folder that gets ARCH.safetensors")
    predict = command("predict", SERVE)
    predict.add_argument("url", metavar="URL", help="of the endpoint, without /predict")
    predict.add_argument("files", metavar="FILE", nargs="+")
    subparsers.add_parser("contract", help="print the variables, names and statuses as JSON")
    return top


# Read when torch loads its OpenMP. Threads that spin while they wait starve their neighbours, and themselves as soon as
# the container has fewer CPUs than the machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main(argv: list[str] | None = None) -> int:
    args = parser().parse_args(argv)
    if args.command == "contract":
        print(json.dumps(contract(), indent=1))
        return DONE
    try:
        settings = load(args.command)
        logs.configure(settings.cloud, settings.run_id, settings.role, settings.metrics_namespace)
        use_scratch(settings.scratch)
        return args.run(settings, args)
    except ConfigError as error:
        logs.log("configuration error", "ERROR", error=str(error))
        return MISCONFIGURED
    except Exception as error:
        # One line, so that a log search finds the crash and its place together.
        logs.log("crashed", "CRITICAL", error=f"{type(error).__name__}: {error}", stack=traceback.format_exc())
        return FAILED


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Daemon threads and torch's pools may be in the middle of something that nobody waits for.
    sys.stderr.flush()
    os._exit(status) if status else sys.exit(status)
