"""One target under Atheris, in its own environment: `atheris_run.py TARGET CORPUS SECONDS`."""

import sys

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

with atheris.instrument_imports(include=["assistant", "json", "wave"]):
    from tests.fuzz.targets import TARGETS

name, corpus, seconds = sys.argv[1:]
options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=4096"]
atheris.Setup([sys.argv[0], corpus, *options, "-print_final_stats=1"], TARGETS[name])
atheris.Fuzz()
