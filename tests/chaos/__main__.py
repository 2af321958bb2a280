"""`python -m tests.chaos`, and `manage.py chaos`: a storm over the whole gateway, from a seed."""

import argparse
import signal
import sys
import time

from tests.chaos import layers, matrix, plan, storm, summary
from tests.chaos.rig import RigError


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py chaos",
        description=(
            "Run the gateway in a storm: its processes are killed at named lines and at random, servers "
            "crash, connections are cut, Studio misbehaves. Clients write down every answer, and an auditor "
            "holds what is left against what they and Studio wrote. Ends with 1 if a promise was broken. "
            "Ctrl-C ends the storm early; what was accepted is audited all the same."
        ),
    )
    parser.add_argument("--seed", type=int, default=1, help="draws everything that is chosen (default: 1)")
    parser.add_argument("--jobs", type=int, default=200, help="orders that the clients send (default: 200)")
    parser.add_argument("--rate", type=float, default=9.0, help="orders in a second (default: 9)")
    parser.add_argument("--broker", choices=("valkey", "rabbitmq"), default="valkey")
    parser.add_argument(
        "--calm", action="store_true", help="nobody is killed and nothing fails but Studio: for comparison"
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON on standard output")
    defence = parser.add_mutually_exclusive_group()
    defence.add_argument(
        "--without",
        action="append",
        choices=sorted(layers.BY_NAME),
        default=[],
        metavar="LAYER",
        help=f"take a layer of the defence away: {', '.join(sorted(layers.BY_NAME))}; may be repeated",
    )
    defence.add_argument(
        "--matrix",
        action="store_true",
        help="a storm without each layer, with each alone, and with none: all but the last must hold",
    )
    parser.add_argument("--keep", action="store_true", help="keep logs and journals even if all is well")
    return parser


def main() -> int:
    asked = arguments().parse_args()
    # Set, not assumed: a shell that starts a command in the background has it ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {text}\n")
        sys.stderr.flush()

    chosen = plan.Plan(
        seed=asked.seed, jobs=asked.jobs, rate=asked.rate, broker=asked.broker, stormy=not asked.calm
    )
    chosen = matrix.without(chosen, tuple(layers.BY_NAME[name] for name in asked.without))
    try:
        if asked.matrix:
            return _matrix(matrix.run(chosen, say), as_json=asked.json)
        outcome, rig = storm.run(chosen, say)
    except RigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write((summary.as_json if asked.json else summary.as_text)(outcome) + "\n")
    if outcome.violations or asked.keep:
        sys.stderr.write(f"Logs and journals are in {rig.folder}.\n")
    else:
        rig.remove()
    return 1 if outcome.violations else 0


def _matrix(rows: list[matrix.Row], *, as_json: bool) -> int:
    sys.stdout.write((matrix.as_json if as_json else matrix.as_text)(rows) + "\n")
    return 0 if all(row.is_as_expected for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
