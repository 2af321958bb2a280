from enum import StrEnum


class ArtifactRole(StrEnum):
    FINAL = "final"
    INTERMEDIATE = "intermediate"

    def __str__(self) -> str:
        return str(self.value)
