from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.upload_answer import UploadAnswer
from ...models.upload_request import UploadRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: UploadRequest,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_shopify_hmac_sha_256, Unset):
        headers["X-Shopify-Hmac-Sha256"] = x_shopify_hmac_sha_256

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/uploads",
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | HTTPValidationError | UploadAnswer | None:
    if response.status_code == 201:
        response_201 = UploadAnswer.from_dict(response.json())

        return response_201

    if response.status_code == 401:
        response_401 = ErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorEnvelope.from_dict(response.json())

        return response_403

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
) -> Response[ErrorEnvelope | HTTPValidationError | UploadAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: UploadRequest,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | UploadAnswer]:
    """Upload a source image

     The picture is looked into before it is kept. Its `upload_key` works for all keys of this client and
    mode, in any number of jobs.

    Args:
        x_shopify_hmac_sha_256 (str | Unset):
        body (UploadRequest): A form with one file.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | UploadAnswer]
    """

    kwargs = _get_kwargs(
        body=body,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: UploadRequest,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | UploadAnswer | None:
    """Upload a source image

     The picture is looked into before it is kept. Its `upload_key` works for all keys of this client and
    mode, in any number of jobs.

    Args:
        x_shopify_hmac_sha_256 (str | Unset):
        body (UploadRequest): A form with one file.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | UploadAnswer
    """

    return sync_detailed(
        client=client,
        body=body,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: UploadRequest,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | UploadAnswer]:
    """Upload a source image

     The picture is looked into before it is kept. Its `upload_key` works for all keys of this client and
    mode, in any number of jobs.

    Args:
        x_shopify_hmac_sha_256 (str | Unset):
        body (UploadRequest): A form with one file.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | UploadAnswer]
    """

    kwargs = _get_kwargs(
        body=body,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: UploadRequest,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | UploadAnswer | None:
    """Upload a source image

     The picture is looked into before it is kept. Its `upload_key` works for all keys of this client and
    mode, in any number of jobs.

    Args:
        x_shopify_hmac_sha_256 (str | Unset):
        body (UploadRequest): A form with one file.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | UploadAnswer
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
        )
    ).parsed
