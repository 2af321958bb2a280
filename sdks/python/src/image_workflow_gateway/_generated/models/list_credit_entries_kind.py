from enum import StrEnum


class ListCreditEntriesKind(StrEnum):
    ADJUSTMENT = "ADJUSTMENT"
    CHARGE = "CHARGE"
    GRANT = "GRANT"
    REFUND = "REFUND"

    def __str__(self) -> str:
        return str(self.value)
