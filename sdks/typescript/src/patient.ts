/** Below the generated operations: signature, repeats, and an exception for every refusal. */

import { ConnectionFailed, RateLimited, RequestFailed, Unavailable } from './errors.js';
import { fromAnswer } from './refusals.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
// Of one attempt; longer than the gateway holds a request that waits for news.
const ATTEMPT_MS = 60_000;
// POSTs that need no key to be sent again: a second cancel answers as the first, an upload costs nothing.
const HARMLESS = /\/(cancel|uploads)$/;

export interface Patience {
  /** How long one call may go on trying, in all. */
  retryForMs: number;
  signingSecret?: string | undefined;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A `fetch` that sends a request again while that is safe and may help.
 * Whatever is neither 2xx nor 304 in the end is thrown as an error of this package.
 */
export function patient({ retryForMs, signingSecret }: Patience): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // Whole, so that it can be sent more than once, with its length.
    const body = request.body ? await request.arrayBuffer() : undefined;
    const headers = new Headers(request.headers);
    if (signingSecret !== undefined) {
      headers.set('X-Shopify-Hmac-Sha256', await signature(signingSecret, body ?? new ArrayBuffer(0)));
    }
    const end = performance.now() + retryForMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await answer(request, headers, body);
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error;
        error.idempotencyKey = headers.get('Idempotency-Key') ?? undefined;
        const ms = pauseAfter(error, attempt);
        if (!mayRepeat(request, headers, error) || performance.now() + ms > end) throw error;
        await pause(ms);
      }
    }
  };
}

async function answer(request: Request, headers: Headers, body: ArrayBuffer | undefined): Promise<Response> {
  let response: Response;
  let content: ArrayBuffer;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers,
      body: body ?? null,
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(ATTEMPT_MS)]),
    });
    // Here, and not later: a body that breaks off is worth another attempt too.
    content = await response.arrayBuffer();
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ConnectionFailed(
      `No answer from ${new URL(request.url).host}: ${reason(error)}`,
      { code: 'CONNECTION_FAILED', charged: null, retryable: true },
      { cause: error },
    );
  }
  if (response.status === 204 || response.status === 304) return new Response(null, response);
  if (response.ok) return new Response(content, response);
  throw fromAnswer(response.status, response.headers, new TextDecoder().decode(content));
}

function reason(error: unknown): string {
  const found = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return found instanceof Error ? found.message : String(found);
}

function mayRepeat(request: Request, headers: Headers, failed: RequestFailed): boolean {
  const passing = [ConnectionFailed, RateLimited, Unavailable].some((kind) => failed instanceof kind);
  // Our own first attempt, cut off, is still being answered.
  if (!passing && failed.code !== 'IDEMPOTENCY_IN_PROGRESS') return false;
  const url = new URL(request.url);
  return (
    request.method === 'GET' ||
    headers.has('Idempotency-Key') ||
    url.searchParams.get('dry_run') === 'true' ||
    HARMLESS.test(url.pathname)
  );
}

/** What the gateway asked for, else twice as long each time; a little different for everybody. */
function pauseAfter(failed: RequestFailed, attempt: number): number {
  if (failed.retryAfterMs !== undefined) return failed.retryAfterMs + Math.random() * 250;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** base64 of the HMAC-SHA256 of the raw body, by the whole signing secret. */
async function signature(secret: string, body: ArrayBuffer): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const raw = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['sign']);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, body));
  return btoa(String.fromCharCode(...digest));
}
