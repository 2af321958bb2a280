from enum import StrEnum


class MethodEnum(StrEnum):
    PUT = "PUT"

    def __str__(self) -> str:
        return str(self.value)
