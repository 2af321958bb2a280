from enum import StrEnum


class EventType(StrEnum):
    FAILED = "failed"
    QUEUED = "queued"
    STAGE = "stage"
    SUCCEEDED = "succeeded"

    def __str__(self) -> str:
        return str(self.value)
