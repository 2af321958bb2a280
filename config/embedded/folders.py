"""Where one copy of the gateway keeps its things: everything under one data folder, sockets beside it."""

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "GATEWAY_DATA"
DEFAULT = Path(__file__).resolve().parent.parent.parent / "var" / "data"


class FolderError(RuntimeError):
    """A folder is not ours to use; the text says what to do."""


@dataclass(frozen=True)
class Folders:
    """The places of one data folder. Two data folders share nothing."""

    data: Path

    @classmethod
    def chosen(cls) -> "Folders":
        """The folder that `--data` named, else the default."""
        return cls(Path(os.environ.get(VARIABLE) or DEFAULT).expanduser().resolve())

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def studio(self) -> Path:
        return self.data / "studio"

    @property
    def storage(self) -> Path:
        return self.data / "storage"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def identity(self) -> str:
        """A short name for this folder and user, for what must be told apart on one machine."""
        return hashlib.sha256(f"{os.geteuid()} {self.data}".encode()).hexdigest()[:16]

    @property
    def sockets(self) -> Path:
        """Where the unix sockets lie: their paths may have some 100 bytes, and the data folder's more.

        Always /tmp, not what TMPDIR or XDG_RUNTIME_DIR say: two logins of one user must find the same socket.
        """
        return Path("/", "tmp", f"gateway-{self.identity}")

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey"

    def remove_sockets(self) -> None:
        """Leave nothing in /tmp. For the owner alone, before it gives up its lock."""
        with contextlib.suppress(OSError):
            self.sockets.rmdir()

    def make(self) -> None:
        """Make what is missing; for the owner alone. Raises FolderError if our place in /tmp is taken."""
        for folder in (self.valkey, self.studio, self.storage, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        ours = found.st_uid == os.geteuid() or os.geteuid() == 0
        if not stat.S_ISDIR(found.st_mode) or not ours or found.st_mode & 0o077:
            raise FolderError(
                f"{self.sockets} belongs to somebody else: remove it, or use another --data folder."
            )
