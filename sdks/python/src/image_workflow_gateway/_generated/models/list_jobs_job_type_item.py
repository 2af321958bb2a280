from enum import StrEnum


class ListJobsJobTypeItem(StrEnum):
    BACKGROUND_SWAP_WITH_IMAGE = "BACKGROUND_SWAP_WITH_IMAGE"

    def __str__(self) -> str:
        return str(self.value)
