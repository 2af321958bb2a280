"""Who is calling: Bearer key, rate limit, suspension, body size, signature, capability; in that order."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from clients import keys, signatures
from clients.api import bodies, errors, requests
from clients.callers import Caller
from clients.limits import door
from clients.models import ApiKey


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Caller, ApiKey]:
        caller = identify(request)
        # Before the caller is known to the request log, which keeps no row of what the limit refuses.
        door.admit(request, caller)
        requests.known(request).caller = caller
        if caller.client.suspended_at is not None:
            raise errors.ClientSuspended()
        bodies.check_size(request._request)
        signatures.check(caller.client, request._request)
        return caller, caller.api_key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="v1"'


class HasCapability(BasePermission):
    """A view names what it needs in `capability`; None asks only for a valid key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = view.capability
        if needed is not None and needed not in requests.caller(request).api_key.capabilities:
            raise errors.CapabilityMissing(f"This API key lacks the capability {needed}.")
        return True


# By the database's clock, which is one for all processes.
_KNOWN = ApiKey.objects.select_related("client").annotate(has_expired=Q(expires_at__lte=Now()))


def identify(request: HttpRequest) -> Caller:
    """The caller of a request. Raises Unauthenticated."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise errors.Unauthenticated()
    if not keys.is_well_formed(secret):
        raise errors.Unauthenticated("This is not a complete API key: check that it was copied whole.")
    api_key = _KNOWN.filter(digest=keys.digest(secret)).first()
    if api_key is None:
        raise errors.Unauthenticated("This API key is not known.")
    if api_key.revoked_at is not None:
        raise errors.Unauthenticated("This API key has been revoked.")
    if api_key.has_expired:
        raise errors.Unauthenticated("This API key has expired.")
    return Caller(client=api_key.client, api_key=api_key)
