"""A real S3 server for tests: rclone, which verifies signatures and their expiry."""

import contextlib
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded import leash

ACCESS_KEY, SECRET_KEY = "AKIATESTSTESTSTESTS", "secret-of-the-bucket-in-tests"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    name: str

    @property
    def storage(self) -> dict[str, Any]:
        """The entry of STORAGES, as settings have it for S3."""
        options = {
            "bucket_name": self.name,
            "endpoint_url": self.endpoint,
            "region_name": "us-east-1",
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": True,
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
        }
        return {"BACKEND": "assets.storage.BucketStorage", "OPTIONS": options}


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Bucket]:
    """An S3 server whose only bucket is `pictures`, in a folder."""
    (folder / "pictures").mkdir(parents=True)
    rclone = str(Path(sysconfig.get_path("scripts"), "rclone"))
    arguments = [
        rclone,
        "serve",
        "s3",
        "--addr=127.0.0.1:0",
        f"--auth-key={ACCESS_KEY},{SECRET_KEY}",
        str(folder),
    ]
    environment = {
        "RCLONE_CONFIG": "/dev/null",
        "HOME": str(folder),
        "RCLONE_CACHE_DIR": str(folder / ".cache"),
    }
    with subprocess.Popen(
        leash.command(arguments), stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Bucket(_address(process), "pictures")
        finally:
            process.kill()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := _ADDRESS.search(line):
            return found.group()
    raise RuntimeError(f"rclone did not start: {said}")
