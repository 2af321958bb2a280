from enum import StrEnum


class ListRequestLogsWorkflow(StrEnum):
    BACKGROUND_SWAP_WITH_IMAGE = "background-swap-with-image"

    def __str__(self) -> str:
        return str(self.value)
