/** Which error an answer stands for. */

import {
  type Circumstances,
  Conflict,
  IdempotencyKeyReused,
  InsufficientBalance,
  NotFound,
  PermissionDenied,
  PriceAboveLimit,
  RateLimited,
  RequestFailed,
  ServerFault,
  Unauthenticated,
  Unavailable,
  ValidationFailed,
} from './errors.js';
import type { ErrorDetail, HttpValidationError } from './generated/index.js';

type Kind = new (message: string, about: Circumstances) => RequestFailed;

const BY_CODE: Record<string, Kind> = {
  PRICE_ABOVE_LIMIT: PriceAboveLimit,
  IDEMPOTENCY_KEY_REUSED: IdempotencyKeyReused,
};
const BY_STATUS: Record<number, Kind> = {
  401: Unauthenticated,
  402: InsufficientBalance,
  403: PermissionDenied,
  404: NotFound,
  409: Conflict,
  422: ValidationFailed,
  429: RateLimited,
  500: ServerFault,
  502: Unavailable,
  503: Unavailable,
  504: Unavailable,
};

/** The error that an answer which is not 2xx stands for. */
export function fromAnswer(status: number, headers: Headers, text: string): RequestFailed {
  const said = read(text);
  const error: ErrorDetail | undefined = said.error;
  const code = error?.code ?? `HTTP_${status}`;
  const kind = BY_CODE[code] ?? BY_STATUS[status] ?? RequestFailed;
  const failed = new kind(error?.message ?? `HTTP ${status} without the gateway's words`, {
    code,
    requestId: error?.request_id ?? headers.get('X-Request-Id') ?? undefined,
    // An answer of somebody in between does not say what the gateway did.
    charged: error ? error.charged : null,
    retryable: error?.retryable ?? false,
  });
  failed.status = status;
  failed.retryAfterMs = milliseconds(headers.get('Retry-After'));
  if (failed instanceof ValidationFailed) failed.detail = said.detail ?? [];
  return failed;
}

/** A 422's shape holds those of all others. */
function read(text: string): HttpValidationError {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? said : {};
  } catch {
    return {};
  }
}

/** What a Retry-After says, in either of its forms: seconds, or a date. */
export function milliseconds(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const seconds = Number(retryAfter);
  const found = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(found) ? undefined : Math.max(0, found);
}
