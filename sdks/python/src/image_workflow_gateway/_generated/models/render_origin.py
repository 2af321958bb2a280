from enum import StrEnum


class RenderOrigin(StrEnum):
    COMPOSE = "compose"
    EDIT = "edit"

    def __str__(self) -> str:
        return str(self.value)
