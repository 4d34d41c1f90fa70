"""Fuzz targets, guided by coverage: fuzz.py TARGET[,TARGET...] [options of libFuzzer].

Without options the first one runs until something is found; `-max_total_time=600` ends each.
"""

import multiprocessing
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gingerdj"]):
    from targets import SEEDS, TARGETS

    from gingerdj.conf import settings


def fuzz(name: str, options: list[str]) -> None:
    settings.configure(SECRET_KEY="fuzzing", ALLOWED_HOSTS=["*"])
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[name]):
            Path(corpus, str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], corpus, "-max_len=512", *options], TARGETS[name])
        atheris.Fuzz()


def main(names: list[str], options: list[str]) -> int:
    # A process each, for libFuzzer ends its own; forked, for instrumenting takes a while.
    context = multiprocessing.get_context("fork")
    failed = 0
    for name in names:
        process = context.Process(target=fuzz, args=(name, options))
        process.start()
        process.join()
        failed += process.exitcode != 0
        print(f"{name}: {'failed' if process.exitcode else 'passed'}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].split(","), sys.argv[2:]))
