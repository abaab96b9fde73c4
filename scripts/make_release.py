"""Sign a release index: what `assistant update` believes, and nothing else.

    python scripts/make_release.py new-key release.key
    uv build --wheel
    python scripts/make_release.py export requirements.txt
    python scripts/make_release.py export requirements-models.txt --extra models
    python scripts/make_release.py index --key release.key --folder site --sequence 7 \\
        --wheel dist/hearth_assistant-0.2.0-py3-none-any.whl --requirements requirements.txt \\
        --extra models=requirements-models.txt

The folder then holds index.json and the files it names: put it on any web server, and its address into the
settings of the boxes (update.index). Earlier releases named by an index.json in the folder stay in it. A box
takes a release only if that names a list of packages for each extra it has, so name every extra there is. An
index is believed for 35 days: sign a fresh one (the next --sequence) at least once a month.

The key
  make    new-key writes the private half (readable by you alone) and prints the public one, 64 digits. That
          goes into assistant/upkeep/release.py (KEYS) before the first release that people install or, for
          releases of one's own, into the settings of the boxes (update.key).
  keep    whoever has the private half can put any program on every box that trusts it. Keep it off the web
          server and out of every repository and backup that others read; two copies, one of them on paper or
          a stick in a drawer. `show` prints the public half again.
  lost    no box can be reached through its index any more. Make a new key; each owner puts it into
          update.key, or installs a Hearth that has it in KEYS (scripts/install.sh).
  rotate  make the new key, and sign with both from then on, naming the new one as the one that counts:
              index --key old.key --key new.key --trust-only $(make_release.py show new.key) ...
          A box that reads this index believes only the new key afterwards. Go on so for as long as boxes
          may have been off that did not read it yet, put the new key into KEYS of the next release, then
          leave the old one out. Where the old key was stolen this is a race with the thief: warn the owners.
"""

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.upkeep.release import MEANT, Index

DAYS = 35
"""An index is believed so long: a fresh one a month keeps boxes from being held at an old release."""


def main(words: Sequence[str]) -> int:
    """Do what the words say; 0 when it is done."""
    chosen = _parser().parse_args(words)
    match chosen.verb:
        case "new-key":
            print(new_key(chosen.file))
        case "show":
            print(public_half(read_key(chosen.file)))
        case "export":
            export(chosen.file, chosen.extra)
        case "index":
            files = {"wheel": chosen.wheel, "requirements": chosen.requirements}
            release: dict[str, Any] = {
                "version": _version_of(chosen.wheel),
                "minimum_from": chosen.minimum_from,
            }
            release |= {"notes": chosen.notes} | {
                key: _kept(file, chosen.folder) for key, file in files.items()
            }
            release["extras"] = {name: _kept(Path(file), chosen.folder) for name, file in chosen.extra}
            models = yaml.safe_load(chosen.models.read_text()) if chosen.models else []
            payload = payload_of(
                [*_earlier(chosen.folder, release["version"]), release],
                chosen.sequence,
                models,
                keys=chosen.trust_only,
            )
            (chosen.folder / "index.json").write_bytes(sealed(payload, *map(read_key, chosen.key)))
            print(f"{chosen.folder / 'index.json'}: number {chosen.sequence}, {release['version']}")
    return 0


def new_key(file: Path) -> str:
    """Make a key pair: the private half into the file, the public one told in hexadecimal."""
    private = Ed25519PrivateKey.generate()
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as stream:
        stream.write(
            private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return public_half(private)


def public_half(private: Ed25519PrivateKey) -> str:
    """As KEYS and update.key have it."""
    return private.public_key().public_bytes_raw().hex()


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private half. Raises ValueError for another kind of key."""
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{file}: is no Ed25519 key")  # noqa: TRY004 - a wrong file, not a wrong type
    return key


def payload_of(
    releases: Sequence[dict[str, Any]],
    sequence: int,
    models: Sequence[dict[str, Any]] = (),
    *,
    issued: datetime | None = None,
    days: float = DAYS,
    keys: Sequence[str] = (),
) -> bytes:
    """The index's text, checked. `keys`: who alone may sign afterwards; none: who may now."""
    issued = issued or datetime.now(UTC)
    index = {
        "format": 1,
        "sequence": sequence,
        "issued": issued.isoformat(),
        "expires": (issued + timedelta(days=days)).isoformat(),
        "releases": list(releases),
        "models": list(models),
        "keys": list(keys),
    }
    payload = json.dumps(index, indent=1).encode()
    Index.model_validate_json(payload)
    return payload


def sealed(payload: bytes, private: Ed25519PrivateKey, *others: Ed25519PrivateKey) -> bytes:
    """The index as it is served, signed by each."""
    first, *more = [base64.b64encode(key.sign(MEANT + payload)).decode() for key in (private, *others)]
    envelope = {"payload": base64.b64encode(payload).decode(), "signature": first, "more": more}
    return json.dumps(envelope).encode()


def described(file: Path, name: str | None = None) -> dict[str, Any]:
    """A file as the index names it."""
    content = file.read_bytes()
    return {
        "name": name or file.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def export(file: Path, extra: str | None) -> None:
    """Every package of uv.lock by its digests, but for ours; of the plain package, or with an extra."""
    command = [
        "uv",
        "export",
        "--locked",
        "--no-dev",
        "--no-emit-project",
        "--no-header",
        "-o",
        str(file),
        "-q",
    ]
    subprocess.run([*command, *(["--extra", extra] if extra else [])], check=True)


def _kept(file: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    told = described(file)
    name = file.name if file.suffix == ".whl" else f"{told['sha256'][:12]}-{file.name}"
    shutil.copyfile(file, folder / name)
    return told | {"name": name}


def _earlier(folder: Path, but: str) -> list[dict[str, Any]]:
    file = folder / "index.json"
    if not file.exists():
        return []
    index = json.loads(base64.b64decode(json.loads(file.read_bytes())["payload"]))
    return [release for release in index["releases"] if release["version"] != but]


def _version_of(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def _pair(said: str) -> tuple[str, str]:
    name, sign, file = said.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError("say NAME=FILE, e.g. models=requirements-models.txt")
    return name, file


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = top.add_subparsers(dest="verb", required=True)
    key = verbs.add_parser("new-key", help="make a key pair")
    key.add_argument("file", type=Path)
    shown = verbs.add_parser("show", help="print the public half of a key")
    shown.add_argument("file", type=Path)
    locked = verbs.add_parser("export", help="write the hash-locked requirements of this checkout")
    locked.add_argument("file", type=Path)
    locked.add_argument("--extra", metavar="NAME", help="of boxes with this extra: models, openwakeword")
    index = verbs.add_parser("index", help="sign an index")
    index.add_argument(
        "--key", type=Path, action="append", required=True, help="the private half; twice while keys change"
    )
    index.add_argument(
        "--trust-only",
        action="append",
        default=[],
        metavar="DIGITS",
        help="boxes that read this believe only this public key afterwards (rotate, above)",
    )
    index.add_argument("--folder", type=Path, required=True, help="what a web server then serves")
    index.add_argument("--sequence", type=int, required=True, help="one more than the last index had")
    index.add_argument("--wheel", type=Path, required=True)
    index.add_argument("--requirements", type=Path, required=True)
    index.add_argument(
        "--extra",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="the list of packages of boxes that have this extra",
    )
    index.add_argument(
        "--minimum-from", default="0.0.0", help="the oldest version that can go straight to it"
    )
    index.add_argument("--notes", default="", help="what is new, in a few sentences")
    index.add_argument("--models", type=Path, help="YAML: a list of {replaces: id, model: {…}}")
    return top


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
