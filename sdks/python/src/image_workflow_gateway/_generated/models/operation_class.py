from enum import StrEnum


class OperationClass(StrEnum):
    COMPOSE = "compose"
    EDIT = "edit"
    GENERATOR = "generator"

    def __str__(self) -> str:
        return str(self.value)
