from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.http_validation_error import HTTPValidationError
from ...models.job_events import JobEvents
from ...types import UNSET, Response, Unset


def _get_kwargs(
    public_id: str,
    *,
    since: int | Unset = 0,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["since"] = since

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/jobs/{public_id}/events".format(
            public_id=quote(str(public_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ErrorEnvelope | HTTPValidationError | JobEvents | None:
    if response.status_code == 200:
        response_200 = JobEvents.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 401:
        response_401 = ErrorEnvelope.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorEnvelope.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorEnvelope.from_dict(response.json())

        return response_404

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
) -> Response[Any | ErrorEnvelope | HTTPValidationError | JobEvents]:
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
    since: int | Unset = 0,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | ErrorEnvelope | HTTPValidationError | JobEvents]:
    """List a job's events, oldest first

     With `wait` the answer comes when there is an event after `since`, or the job has finished.

    Args:
        public_id (str):
        since (int | Unset):  Default: 0.
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorEnvelope | HTTPValidationError | JobEvents]
    """

    kwargs = _get_kwargs(
        public_id=public_id,
        since=since,
        wait=wait,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    public_id: str,
    *,
    client: AuthenticatedClient,
    since: int | Unset = 0,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> Any | ErrorEnvelope | HTTPValidationError | JobEvents | None:
    """List a job's events, oldest first

     With `wait` the answer comes when there is an event after `since`, or the job has finished.

    Args:
        public_id (str):
        since (int | Unset):  Default: 0.
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorEnvelope | HTTPValidationError | JobEvents
    """

    return sync_detailed(
        public_id=public_id,
        client=client,
        since=since,
        wait=wait,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    public_id: str,
    *,
    client: AuthenticatedClient,
    since: int | Unset = 0,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | ErrorEnvelope | HTTPValidationError | JobEvents]:
    """List a job's events, oldest first

     With `wait` the answer comes when there is an event after `since`, or the job has finished.

    Args:
        public_id (str):
        since (int | Unset):  Default: 0.
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorEnvelope | HTTPValidationError | JobEvents]
    """

    kwargs = _get_kwargs(
        public_id=public_id,
        since=since,
        wait=wait,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    public_id: str,
    *,
    client: AuthenticatedClient,
    since: int | Unset = 0,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> Any | ErrorEnvelope | HTTPValidationError | JobEvents | None:
    """List a job's events, oldest first

     With `wait` the answer comes when there is an event after `since`, or the job has finished.

    Args:
        public_id (str):
        since (int | Unset):  Default: 0.
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorEnvelope | HTTPValidationError | JobEvents
    """

    return (
        await asyncio_detailed(
            public_id=public_id,
            client=client,
            since=since,
            wait=wait,
            if_none_match=if_none_match,
        )
    ).parsed
