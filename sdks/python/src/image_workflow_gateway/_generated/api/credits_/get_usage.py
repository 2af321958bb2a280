import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.get_usage_group_by import GetUsageGroupBy
from ...models.http_validation_error import HTTPValidationError
from ...models.usage import Usage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    from_: datetime.datetime | Unset = UNSET,
    group_by: GetUsageGroupBy | Unset = GetUsageGroupBy.DAY,
    to: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_group_by: str | Unset = UNSET
    if not isinstance(group_by, Unset):
        json_group_by = group_by.value

    params["group_by"] = json_group_by

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/usage",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | HTTPValidationError | Usage | None:
    if response.status_code == 200:
        response_200 = Usage.from_dict(response.json())

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
) -> Response[ErrorEnvelope | HTTPValidationError | Usage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    from_: datetime.datetime | Unset = UNSET,
    group_by: GetUsageGroupBy | Unset = GetUsageGroupBy.DAY,
    to: datetime.datetime | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | Usage]:
    """Count jobs and credits in a time

     A job counts where it was accepted, with its charge and, if it failed, its refund: the sum of its
    entries in the ledger. So a figure of the past may still change while its jobs run.

    Args:
        from_ (datetime.datetime | Unset):
        group_by (GetUsageGroupBy | Unset):  Default: GetUsageGroupBy.DAY.
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | Usage]
    """

    kwargs = _get_kwargs(
        from_=from_,
        group_by=group_by,
        to=to,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    from_: datetime.datetime | Unset = UNSET,
    group_by: GetUsageGroupBy | Unset = GetUsageGroupBy.DAY,
    to: datetime.datetime | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | Usage | None:
    """Count jobs and credits in a time

     A job counts where it was accepted, with its charge and, if it failed, its refund: the sum of its
    entries in the ledger. So a figure of the past may still change while its jobs run.

    Args:
        from_ (datetime.datetime | Unset):
        group_by (GetUsageGroupBy | Unset):  Default: GetUsageGroupBy.DAY.
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | Usage
    """

    return sync_detailed(
        client=client,
        from_=from_,
        group_by=group_by,
        to=to,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    from_: datetime.datetime | Unset = UNSET,
    group_by: GetUsageGroupBy | Unset = GetUsageGroupBy.DAY,
    to: datetime.datetime | Unset = UNSET,
) -> Response[ErrorEnvelope | HTTPValidationError | Usage]:
    """Count jobs and credits in a time

     A job counts where it was accepted, with its charge and, if it failed, its refund: the sum of its
    entries in the ledger. So a figure of the past may still change while its jobs run.

    Args:
        from_ (datetime.datetime | Unset):
        group_by (GetUsageGroupBy | Unset):  Default: GetUsageGroupBy.DAY.
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | HTTPValidationError | Usage]
    """

    kwargs = _get_kwargs(
        from_=from_,
        group_by=group_by,
        to=to,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    from_: datetime.datetime | Unset = UNSET,
    group_by: GetUsageGroupBy | Unset = GetUsageGroupBy.DAY,
    to: datetime.datetime | Unset = UNSET,
) -> ErrorEnvelope | HTTPValidationError | Usage | None:
    """Count jobs and credits in a time

     A job counts where it was accepted, with its charge and, if it failed, its refund: the sum of its
    entries in the ledger. So a figure of the past may still change while its jobs run.

    Args:
        from_ (datetime.datetime | Unset):
        group_by (GetUsageGroupBy | Unset):  Default: GetUsageGroupBy.DAY.
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | HTTPValidationError | Usage
    """

    return (
        await asyncio_detailed(
            client=client,
            from_=from_,
            group_by=group_by,
            to=to,
        )
    ).parsed
