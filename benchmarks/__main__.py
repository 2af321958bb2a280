"""`python -m benchmarks`, and `manage.py bench`: the gateway beside a baseline of the same minute."""

import argparse
import signal
import sys
import textwrap
import time

from benchmarks import registry, shown
from benchmarks.frame import Benchmark, Failed, Order, Result
from config.embedded import postgres, stack, valkey

FAILURES = (Failed, stack.StackError, postgres.PostgresError, valkey.ValkeyError)


def arguments(known: dict[str, Benchmark]) -> argparse.ArgumentParser:
    listed = "\n\n".join(_described(one) for one in known.values())
    parser = argparse.ArgumentParser(
        prog="manage.py bench",
        description=(
            "Measure the gateway on servers of its own, in a temporary folder that is gone afterwards.\n"
            "Each pass measures everything once, in turn; shown are the median and the spread over the\n"
            f"passes. Ratios come first; they are taken within a pass.\n\n{listed}"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all of them)")
    parser.add_argument("--size", type=_positive, metavar="N", help="how large; see above")
    parser.add_argument("--passes", type=_positive, metavar="N", help="how often everything is measured")
    parser.add_argument("--json", action="store_true", help="one JSON object with `ratios` instead of tables")
    return parser


def _described(benchmark: Benchmark) -> str:
    usual = f"By default --size {benchmark.size} ({benchmark.counts}) and --passes {benchmark.passes}."
    told = [
        textwrap.fill(text, 96, initial_indent="  ", subsequent_indent="  ")
        for text in (benchmark.about, usual)
    ]
    return "\n".join([benchmark.name, *told])


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def main() -> int:
    known = registry.benchmarks()
    parser = arguments(known)
    asked = parser.parse_args()
    for name in asked.names:
        if name not in known:
            parser.error(f"there is no {name!r}; there are: {', '.join(known)}")
    # So that what was begun is ended and removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    results: dict[str, Result] = {}
    try:
        for name in dict.fromkeys(asked.names or known):
            results[name] = _run(known[name], asked.size, asked.passes)
            if not asked.json:
                sys.stdout.write(shown.as_text(name, results[name]) + "\n\n")
                sys.stdout.flush()
    except FAILURES as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; nothing is left running.\n")
        return 130
    if asked.json:
        sys.stdout.write(shown.as_json(results) + "\n")
    return 0


def _run(benchmark: Benchmark, size: int | None, passes: int | None) -> Result:
    began = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {benchmark.name}: {text}\n")
        sys.stderr.flush()

    return benchmark.run(Order(size or benchmark.size, passes or benchmark.passes, say))


if __name__ == "__main__":
    sys.exit(main())
