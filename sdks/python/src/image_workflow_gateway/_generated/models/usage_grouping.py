from enum import StrEnum


class UsageGrouping(StrEnum):
    API_KEY = "api_key"
    DAY = "day"
    PILOT_BRAND = "pilot_brand"
    WORKFLOW = "workflow"

    def __str__(self) -> str:
        return str(self.value)
