"""The OpenAPI document: what drf-spectacular reads from the views, and all that only we know.

Names here are those that the settings name; `about.md` is the document's own introduction.
"""

from config.openapi.document import finish, only_public_routes
from config.openapi.operations import BearerScheme, GatewaySchema

__all__ = ["BearerScheme", "GatewaySchema", "finish", "only_public_routes"]
