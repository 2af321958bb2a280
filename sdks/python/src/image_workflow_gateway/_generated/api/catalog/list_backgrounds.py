from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.background_list import BackgroundList
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.list_backgrounds_status import ListBackgroundsStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    scene_type: str | Unset = UNSET,
    status: ListBackgroundsStatus | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["limit"] = limit

    params["scene_type"] = scene_type

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/catalog/backgrounds",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BackgroundList | ErrorEnvelope | HTTPValidationError | None:
    if response.status_code == 200:
        response_200 = BackgroundList.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = ErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorEnvelope.from_dict(response.json())

        return response_403

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
) -> Response[BackgroundList | ErrorEnvelope | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    scene_type: str | Unset = UNSET,
    status: ListBackgroundsStatus | Unset = UNSET,
) -> Response[BackgroundList | ErrorEnvelope | HTTPValidationError]:
    """List backgrounds, newest first

     The shared backgrounds, and those that this client's own jobs made.

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        scene_type (str | Unset):
        status (ListBackgroundsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackgroundList | ErrorEnvelope | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        scene_type=scene_type,
        status=status,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    scene_type: str | Unset = UNSET,
    status: ListBackgroundsStatus | Unset = UNSET,
) -> BackgroundList | ErrorEnvelope | HTTPValidationError | None:
    """List backgrounds, newest first

     The shared backgrounds, and those that this client's own jobs made.

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        scene_type (str | Unset):
        status (ListBackgroundsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackgroundList | ErrorEnvelope | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
        limit=limit,
        scene_type=scene_type,
        status=status,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    scene_type: str | Unset = UNSET,
    status: ListBackgroundsStatus | Unset = UNSET,
) -> Response[BackgroundList | ErrorEnvelope | HTTPValidationError]:
    """List backgrounds, newest first

     The shared backgrounds, and those that this client's own jobs made.

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        scene_type (str | Unset):
        status (ListBackgroundsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackgroundList | ErrorEnvelope | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        scene_type=scene_type,
        status=status,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    scene_type: str | Unset = UNSET,
    status: ListBackgroundsStatus | Unset = UNSET,
) -> BackgroundList | ErrorEnvelope | HTTPValidationError | None:
    """List backgrounds, newest first

     The shared backgrounds, and those that this client's own jobs made.

    Args:
        cursor (str | Unset):
        limit (int | Unset):  Default: 50.
        scene_type (str | Unset):
        status (ListBackgroundsStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackgroundList | ErrorEnvelope | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            limit=limit,
            scene_type=scene_type,
            status=status,
        )
    ).parsed
