from enum import StrEnum


class Capability(StrEnum):
    BILLINGREAD = "billing:read"
    JOBSCREATE = "jobs:create"
    JOBSREAD = "jobs:read"

    def __str__(self) -> str:
        return str(self.value)
