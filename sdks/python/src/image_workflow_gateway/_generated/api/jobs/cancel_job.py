from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.job_detail import JobDetail
from ...types import UNSET, Response, Unset


def _get_kwargs(
    public_id: str,
    *,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_shopify_hmac_sha_256, Unset):
        headers["X-Shopify-Hmac-Sha256"] = x_shopify_hmac_sha_256

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/jobs/{public_id}/cancel".format(
            public_id=quote(str(public_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | HTTPValidationError | JobDetail | None:
    if response.status_code == 200:
        response_200 = JobDetail.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = ErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorEnvelope.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorEnvelope.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorEnvelope.from_dict(response.json())

        return response_409

    if response.status_code == 411:
        response_411 = ErrorEnvelope.from_dict(response.json())

        return response_411

    if response.status_code == 413:
        response_413 = ErrorEnvelope.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorEnvelope.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ErrorEnvelope.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorEnvelope.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = ErrorEnvelope.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorEnvelope | HTTPValidationError | JobDetail]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    public_id: str,
    *,
    client: AuthenticatedClient,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | JobDetail]:
    """Cancel a job

     A job that has not finished ends as FAILURE with `CANCELLED` and is refunded at once. A job that is
    cancelled already answers the same. No body is needed.

    Args:
        public_id (str):
        x_shopify_hmac_sha_256 (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | JobDetail]
    """

    kwargs = _get_kwargs(
        public_id=public_id,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    public_id: str,
    *,
    client: AuthenticatedClient,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | JobDetail | None:
    """Cancel a job

     A job that has not finished ends as FAILURE with `CANCELLED` and is refunded at once. A job that is
    cancelled already answers the same. No body is needed.

    Args:
        public_id (str):
        x_shopify_hmac_sha_256 (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | JobDetail
    """

    return sync_detailed(
        public_id=public_id,
        client=client,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    ).parsed


async def asyncio_detailed(
    public_id: str,
    *,
    client: AuthenticatedClient,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | JobDetail]:
    """Cancel a job

     A job that has not finished ends as FAILURE with `CANCELLED` and is refunded at once. A job that is
    cancelled already answers the same. No body is needed.

    Args:
        public_id (str):
        x_shopify_hmac_sha_256 (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | JobDetail]
    """

    kwargs = _get_kwargs(
        public_id=public_id,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    public_id: str,
    *,
    client: AuthenticatedClient,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | JobDetail | None:
    """Cancel a job

     A job that has not finished ends as FAILURE with `CANCELLED` and is refunded at once. A job that is
    cancelled already answers the same. No body is needed.

    Args:
        public_id (str):
        x_shopify_hmac_sha_256 (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | JobDetail
    """

    return (
        await asyncio_detailed(
            public_id=public_id,
            client=client,
            x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
        )
    ).parsed
