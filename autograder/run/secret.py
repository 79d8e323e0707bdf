"""The secret that inputs are drawn from: kept for the person who grades, outside of every course repository."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from blueprint.problems import UsageError

_BYTES = 32
_VARIABLE = "BLUEPRINT_SECRET"


def seed(offering: str, suite: str) -> bytes:
    """The seed that the inputs of one suite are drawn from in one offering, the same for the whole class; 32 bytes.

    It comes from the file that `$BLUEPRINT_SECRET` names, else from `blueprint/secret` in the user's configuration
    folder, which is made when it is missing. Raises UsageError if it cannot be trusted.
    """
    import hmac

    return hmac.digest(_secret(), f"{offering}\0{suite}".encode(), "sha256")


def place() -> Path:
    """The path of the file that holds the secret."""
    if path := os.environ.get(_VARIABLE):
        return Path(path)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "blueprint" / "secret"


def _secret() -> bytes:
    """The bytes of the secret, made first where there is none."""
    path = place()
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)
    except OSError as error:
        raise UsageError(
            f"{path}: {(error.strerror or 'cannot be read').lower()}; it holds what inputs are drawn from"
        ) from error


def _read(path: Path) -> bytes:
    """The bytes of the file; raises UsageError if others may read it, or if they are too few."""
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        data = file.read(1 << 16)
    if state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path} can be read by others; `chmod 600` it, or delete it for a new one")
    if len(data) < _BYTES:
        raise UsageError(f"{path} holds {len(data)} bytes, at least {_BYTES} are needed; delete it for a new one")
    return data


def _make(path: Path) -> None:
    import secrets

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written whole before it has its name: two runs at once must not end with two secrets.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
