from enum import StrEnum


class OutputFit(StrEnum):
    CONTAIN = "contain"
    COVER = "cover"
    PAD = "pad"

    def __str__(self) -> str:
        return str(self.value)
