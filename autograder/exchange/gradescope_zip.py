"""The zip that Gradescope makes a grader of: `setup.sh`, `run_autograder`, this program as a wheel, and what it is to grade.

Gradescope unpacks it to /autograder/source, runs `setup.sh` once, and `run_autograder` for each submission, which lies in
/autograder/submission; results go to /autograder/results. Nothing of it is in a language of a platform's own.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

import blueprint

DISTRIBUTION = "course-blueprint"
SETTINGS, SEED, STARTER = "settings.json", "seed", "starter"
_PACKAGES = ("blueprint", "generator", "autograder")
_FIXED = (1980, 1, 1, 0, 0, 0)  # so that the same course makes the same bytes

SETUP = """\
#!/bin/sh
# Gradescope runs this once, when it makes the image: bubblewrap for the sandbox, and an environment for the grader.
set -eu
cd "$(dirname "$0")"
apt-get update
apt-get install --yes --no-install-recommends bubblewrap python3 python3-venv
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed: choose an image of Ubuntu 24.04 in the autograder's settings" >&2
  exit 1
}
python3 -m venv /autograder/blueprint
/autograder/blueprint/bin/python -m pip install --quiet --requirement requirements.lock
/autograder/blueprint/bin/python -m pip install --quiet --no-deps ./*.whl
chmod 600 seed
"""
RUN = """\
#!/bin/sh
# Gradescope runs this for each submission. The two variables are for trying it elsewhere.
set -eu
exec "${BLUEPRINT_PROGRAM:-/autograder/blueprint/bin/blueprint}" gradescope run --root "${AUTOGRADER_ROOT:-/autograder}"
"""


def autograder_zip(settings: Mapping[str, object], seed: bytes, starter: Path | None) -> bytes:
    """The bytes of the zip. `settings` say what is graded, `seed` is what inputs are drawn from, `starter` a folder."""
    version = metadata.version(DISTRIBUTION)
    files = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.encode(),
        "requirements.lock": requirements().encode(),
        f"{DISTRIBUTION.replace('-', '_')}-{version}-py3-none-any.whl": wheel(),
        SETTINGS: json.dumps(settings, indent=1, sort_keys=True).encode(),
        SEED: seed,
    }
    if starter is not None:
        below = (path for path in starter.rglob("*") if path.is_file())
        files |= {f"{STARTER}/{path.relative_to(starter).as_posix()}": path.read_bytes() for path in below}
    return _packed(files, run=("setup.sh", "run_autograder"))


def requirements() -> str:
    """The versions of the libraries: those of the checkout's lock, or those of this environment where there is none."""
    lock = Path(blueprint.__file__).resolve().parent.parent / "requirements.lock"
    if lock.is_file():
        return lock.read_text("utf-8")
    wanted, found = [DISTRIBUTION], dict[str, str]()
    while wanted:
        name = wanted.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed on another system alone
        needed = [text for text in distribution.requires or () if "extra ==" not in text]
        names = (re.match(r"[\w.-]+", text) for text in needed)
        found[distribution.name] = distribution.version
        wanted += [match[0] for match in names if match and match[0] not in found]
    del found[DISTRIBUTION]
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def wheel() -> bytes:
    """This program as a wheel, from where it is imported from; without the content of courses, which no grading needs."""
    distribution = metadata.distribution(DISTRIBUTION)
    about = f"{DISTRIBUTION.replace('-', '_')}-{distribution.version}.dist-info"
    files = {name: data for package in _PACKAGES for name, data in _files_of(package)}
    for name in ("METADATA", "entry_points.txt"):
        files[f"{about}/{name}"] = (distribution.read_text(name) or "").encode()
    files[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: blueprint\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in sorted(files.items()))
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    return _packed(files)


def _files_of(package: str) -> Iterable[tuple[str, bytes]]:
    folder = Path(blueprint.__file__).resolve().parent.parent / package
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder.parent).as_posix()
        if path.is_file() and "__pycache__" not in name and not name.startswith("blueprint/content/"):
            yield name, path.read_bytes()


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _packed(files: Mapping[str, bytes], run: Iterable[str] = ()) -> bytes:
    """A zip of these files; those that are to be run may be."""
    programs = set(run)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in programs else 0o100600 if name == SEED else 0o100644) << 16
            archive.writestr(info, data)
    return buffer.getvalue()
