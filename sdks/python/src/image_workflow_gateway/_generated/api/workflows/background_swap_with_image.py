from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.background_swap_with_image_request import BackgroundSwapWithImageRequest
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.quote_response import QuoteResponse
from ...models.workflow_accepted_response import WorkflowAcceptedResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: BackgroundSwapWithImageRequest,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    x_max_credits: int | Unset = UNSET,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(x_max_credits, Unset):
        headers["X-Max-Credits"] = str(x_max_credits)

    if not isinstance(x_shopify_hmac_sha_256, Unset):
        headers["X-Shopify-Hmac-Sha256"] = x_shopify_hmac_sha_256

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/background-swap-with-image",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse | None:
    if response.status_code == 200:
        response_200 = QuoteResponse.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = WorkflowAcceptedResponse.from_dict(response.json())

        return response_202

    if response.status_code == 401:
        response_401 = ErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = ErrorEnvelope.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = ErrorEnvelope.from_dict(response.json())

        return response_403

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
) -> Response[ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: BackgroundSwapWithImageRequest,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    x_max_credits: int | Unset = UNSET,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse]:
    """Dispatch a background-swap (with image) workflow

     Cuts the subject out of the source image and places it on a background of the catalogue.

    Args:
        dry_run (bool | Unset):  Default: False.
        idempotency_key (str | Unset):
        x_max_credits (int | Unset):
        x_shopify_hmac_sha_256 (str | Unset):
        body (BackgroundSwapWithImageRequest): POST /v1/background-swap-with-image — swap to a
            catalog background.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        idempotency_key=idempotency_key,
        x_max_credits=x_max_credits,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: BackgroundSwapWithImageRequest,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    x_max_credits: int | Unset = UNSET,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse | None:
    """Dispatch a background-swap (with image) workflow

     Cuts the subject out of the source image and places it on a background of the catalogue.

    Args:
        dry_run (bool | Unset):  Default: False.
        idempotency_key (str | Unset):
        x_max_credits (int | Unset):
        x_shopify_hmac_sha_256 (str | Unset):
        body (BackgroundSwapWithImageRequest): POST /v1/background-swap-with-image — swap to a
            catalog background.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse
    """

    return sync_detailed(
        client=client,
        body=body,
        dry_run=dry_run,
        idempotency_key=idempotency_key,
        x_max_credits=x_max_credits,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: BackgroundSwapWithImageRequest,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    x_max_credits: int | Unset = UNSET,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse]:
    """Dispatch a background-swap (with image) workflow

     Cuts the subject out of the source image and places it on a background of the catalogue.

    Args:
        dry_run (bool | Unset):  Default: False.
        idempotency_key (str | Unset):
        x_max_credits (int | Unset):
        x_shopify_hmac_sha_256 (str | Unset):
        body (BackgroundSwapWithImageRequest): POST /v1/background-swap-with-image — swap to a
            catalog background.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        idempotency_key=idempotency_key,
        x_max_credits=x_max_credits,
        x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: BackgroundSwapWithImageRequest,
    dry_run: bool | Unset = False,
    idempotency_key: str | Unset = UNSET,
    x_max_credits: int | Unset = UNSET,
    x_shopify_hmac_sha_256: str | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse | None:
    """Dispatch a background-swap (with image) workflow

     Cuts the subject out of the source image and places it on a background of the catalogue.

    Args:
        dry_run (bool | Unset):  Default: False.
        idempotency_key (str | Unset):
        x_max_credits (int | Unset):
        x_shopify_hmac_sha_256 (str | Unset):
        body (BackgroundSwapWithImageRequest): POST /v1/background-swap-with-image — swap to a
            catalog background.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | QuoteResponse | WorkflowAcceptedResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            dry_run=dry_run,
            idempotency_key=idempotency_key,
            x_max_credits=x_max_credits,
            x_shopify_hmac_sha_256=x_shopify_hmac_sha_256,
        )
    ).parsed
