"""Console blocks as somebody types them who reads a page from its top: one shell, one client, one folder.

What a page shows as an answer is what must come: `…` stands for anything, blanks do not count, and an id is
the one that was answered when the page first showed it; in later commands the real one takes its place.
"""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.markdown import Block

ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_OF_CLIENT = re.compile(rf"(?:uploads/|--client )({ULID})")
_HOSTS = re.compile(r"http://127\.0\.0\.1:8000|https://gateway\.example")
STATUS = "status of this answer: "
PATIENCE = 90


@dataclass(frozen=True)
class Typed:
    """A command, with its continued lines, and what the page shows under it."""

    command: str
    shown: list[str]


def typed(block: Block) -> list[Typed]:
    """The commands of a block; one without prompts is one script."""
    if block.language != "console":
        return [Typed(block.text, [])]
    found: list[Typed] = []
    is_open = False
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Typed(line[2:], []))
        elif is_open:
            found[-1] = Typed(f"{found[-1].command}\n{line}", [])
        elif line.strip():
            found[-1].shown.append(line)
        is_open = (line.startswith("$ ") or is_open) and _goes_on(found[-1].command)
    return found


def _goes_on(command: str) -> bool:
    """Whether the shell would ask for another line."""
    done = subprocess.run(["bash", "-nc", command], capture_output=True, text=True, check=False)
    return command.endswith("\\") or "unexpected EOF" in done.stderr


@dataclass
class Shell:
    """`python` and `curl` are this machine's; `python3 manage.py` acts on the running gateway."""

    folder: Path
    url: str
    environment: dict[str, str]
    client_id: str = ""
    # A word that pages use for a key → the key.
    keys: dict[str, str] = field(default_factory=dict)
    # An id on the page → the real one.
    ids: dict[str, str] = field(default_factory=dict)

    def type(self, block: Block) -> None:
        """Run what is to be run. Raises AssertionError where something else comes than the page shows."""
        for one in typed(block):
            if not any(words in one.command for words in block.not_run):
                self._run(block, one)

    def _run(self, block: Block, one: Typed) -> None:
        command = self._real(one.command)
        assert "…" not in command, f"{block}: nobody can type this: {command}"
        kept = self.folder / ".environment"
        script = f"set -a\n{command}\ncode=$?\nenv -0 > {kept}\nexit $code"
        words = ["python", "-c", command] if block.language == "python" else ["bash", "-c", script]
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
        said = f"{block}: {command}\n→ {done.stdout}\n{done.stderr}"
        assert done.returncode == 0, said
        if kept.exists():
            pairs = (entry.partition("=") for entry in kept.read_text().split("\0") if entry)
            self.environment = {name: value for name, _, value in pairs}
        is_refusal = any('"error"' in line or "HTTP/1.1 4" in line for line in one.shown)
        statuses = [int(status) for status in re.findall(rf"{STATUS}(\d+)", done.stderr)]
        assert is_refusal or all(200 <= status < 400 for status in statuses), said
        if "create_client" in command:
            self.become(json.loads(done.stdout))
        for line in one.shown:
            assert self._came(line, done.stdout), f"the page shows: {line}\n{said}"

    def become(self, made: dict[str, str]) -> None:
        """From here on the page speaks of the client that it has just made."""
        self.client_id = made["client_id"]
        self.keys = {"sk_live_…": made["api_key"], "sk_test_…": made["test_api_key"]}

    def _real(self, command: str) -> str:
        for word, key in self.keys.items():
            command = command.replace(word, key)
        for client_id in _OF_CLIENT.findall(command):
            self.ids.setdefault(client_id, self.client_id)
        command = re.sub(ULID, lambda found: self.ids.get(found[0], found[0]), command)
        return _HOSTS.sub(self.url, command)

    def _came(self, line: str, output: str) -> bool:
        """Whether a line of the page is in what came; ids that it shows first are known from then on."""
        shown: list[str] = []

        def an_id(found: re.Match[str]) -> str:
            if found[0] in self.ids:
                return self.ids[found[0]]
            shown.append(found[0])
            return f"({ULID})"

        parts = (re.escape(re.sub(r"\s", "", part)) for part in line.split("…"))
        came = re.search(re.sub(ULID, an_id, ".*?".join(parts)), re.sub(r"\s", "", output))
        if came:
            self.ids.update(zip(shown, came.groups(), strict=True))
        return came is not None
