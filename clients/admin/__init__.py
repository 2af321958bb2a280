from clients.admin.api_keys import ApiKeyAdmin
from clients.admin.clients import ClientAdmin

__all__ = ["ApiKeyAdmin", "ClientAdmin"]
