"""What a workflow declares: its request, price, class, and what it asks of Studio."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Literal

from django.conf import settings

from clients.api.errors import Fault
from clients.api.serializers import StrictSerializer
from clients.callers import Caller
from studio_client import Options, Picture, Spec
from workflows.definitions import rehearsals

OpClass = Literal["generator", "compose", "edit"]
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What Studio is to make: from which picture, on which background.

    No source: the workflow takes none, or the job is a rehearsal, for which Studio has its own.
    """

    source: Picture | None
    background: Picture | Spec
    # Names of the pictures that stay the same when their signed URLs change.
    source_ref: str = ""
    background_ref: str = ""
    options: Options = field(default_factory=Options)


class Workflow(ABC):
    """A peer of all others: accepted, charged, dispatched, followed and settled by the same code."""

    name: ClassVar[str]
    op_class: ClassVar[OpClass]
    default_cost: ClassVar[int]
    summary: ClassVar[str]
    description: ClassVar[str]
    request: ClassVar[type[StrictSerializer]]

    @property
    def job_type(self) -> str:
        return self.name.replace("-", "_").upper()

    def deadline(self, frozen: dict[str, Any]) -> timedelta:
        """From accept to the latest end of a job with these frozen inputs."""
        return min(settings.JOB_DEADLINE, rehearsals.deadline(frozen) or settings.JOB_DEADLINE)

    @abstractmethod
    def freeze(self, caller: Caller, asked: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        """What the ids in a request stand for now, as JSON, and what of it can't be found.

        `asked` holds the fields that are valid by themselves; fields with a fault of their own are absent.
        """

    @abstractmethod
    def ask(self, frozen: dict[str, Any], link: Link) -> Asked:
        """What to ask of Studio for frozen inputs; `link` turns a storage key into a signed GET URL."""
