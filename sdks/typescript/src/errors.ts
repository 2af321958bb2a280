/** Whatever can go wrong, by name; all of it is a `GatewayError`. */

import type { JobDetail, ValidationError } from './generated/index.js';

export interface Circumstances {
  /** The word for programs, as the API has it. */
  code: string;
  /** The ULID to look up in `/v1/request-logs` and to quote for help; undefined without an answer. */
  requestId?: string | undefined;
  /** Credits that this cost in the end; null where it could not be found out. */
  charged?: number | null;
  /** Whether the same may succeed later with nothing changed. */
  retryable?: boolean;
}

/** Something was not done. `message` is a sentence for a person. */
export class GatewayError extends Error {
  readonly code: string;
  readonly requestId: string | undefined;
  readonly charged: number | null;
  readonly retryable: boolean;

  constructor(message: string, about: Circumstances, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = about.code;
    this.requestId = about.requestId;
    this.charged = about.charged === undefined ? 0 : about.charged;
    this.retryable = about.retryable ?? false;
  }
}

/** A request was refused, or got no answer. */
export class RequestFailed extends GatewayError {
  /** Of HTTP; 0 if there was no answer. */
  status = 0;
  /** How long the gateway asks to wait; undefined if it does not say. */
  retryAfterMs: number | undefined;
  /** With what the same request can be sent again without a second charge; undefined for reads. */
  idempotencyKey: string | undefined;
}

/** No answer came. It may have been done nevertheless: send it again with the same `idempotencyKey`. */
export class ConnectionFailed extends RequestFailed {}
/** The API key or the signature was not taken (401). */
export class Unauthenticated extends RequestFailed {}
/** The price exceeds the balance (402). */
export class InsufficientBalance extends RequestFailed {}
/** The price exceeds `maxCredits` (402). */
export class PriceAboveLimit extends RequestFailed {}
/** The key lacks the capability, or the client is suspended (403). */
export class PermissionDenied extends RequestFailed {}
/** Unknown, or not yours (404). */
export class NotFound extends RequestFailed {}
/** Such as a job that can no longer be cancelled (409). */
export class Conflict extends RequestFailed {}
/** The request is wrong (422). `detail` has every fault. */
export class ValidationFailed extends RequestFailed {
  detail: ValidationError[] = [];
}
/** This idempotency key belongs to a request with another body (422). */
export class IdempotencyKeyReused extends RequestFailed {}
/** Too many requests, or too many unfinished jobs (429); `retryAfterMs` says how long to wait. */
export class RateLimited extends RequestFailed {}
/** The gateway or the workflow is away for the moment (502, 503, 504). */
export class Unavailable extends RequestFailed {}
/** The gateway failed (500). */
export class ServerFault extends RequestFailed {}

/** A job ended as FAILURE. `refunded` credits came back; `job` has the rest. */
export class JobFailed extends GatewayError {
  readonly refunded: number;

  constructor(readonly job: JobDetail) {
    super(job.error?.message ?? 'The job failed.', {
      code: job.error?.code ?? 'ERROR',
      requestId: job.request_id,
      charged: job.credits.net,
      retryable: job.error?.retryable ?? false,
    });
    this.refunded = job.credits.refunded;
  }
}

/** A job has not finished in the time that `wait` was given. It goes on, and so may you: wait again. */
export class WaitTimedOut extends GatewayError {}
/** What was downloaded is not what the job made; download it again. */
export class PictureDamaged extends GatewayError {}
