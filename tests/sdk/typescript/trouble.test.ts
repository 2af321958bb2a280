/** What the TypeScript SDK makes of refusals, and of a bad road to the gateway. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Gateway } from 'image-workflow-gateway';
import { backgroundSwapWithImage, getRequestLog } from 'image-workflow-gateway/generated';
import { BASE_URL, errors, gateway, ORDER, POOR_API_KEY, refusal, SUBJECT, Trip } from './world.js';

for (const trouble of ['cut', 'away', 'crowded', 'broken']) {
  test(`an order gets through once past: ${trouble}`, async () => {
    const trip = new Trip();
    const job = await trip.past(trouble).backgroundSwapWithImage(ORDER);
    const [first, second, ...more] = await trip.seen();
    assert.ok(first && second);
    assert.deepEqual(more, []);
    assert.deepEqual([first.idempotency_key, second.idempotency_key], [job.idempotencyKey, job.idempotencyKey]);
    assert.ok(second.at - first.at >= (['away', 'crowded'].includes(trouble) ? 1 : 0.25));
    assert.equal(job.replayed, trouble === 'cut');
    await job.cancel();
  });
}

for (const trouble of ['cut', 'broken-off', 'away']) {
  test(`a read is repeated past: ${trouble}`, async () => {
    const trip = new Trip();
    assert.equal((await trip.past(trouble).credits()).currency, 'credits');
    assert.deepEqual((await trip.seen()).map(({ method }) => method), ['GET', 'GET']);
  });
}

test('an upload is repeated whole', async () => {
  const trip = new Trip();
  assert.ok((await trip.past('cut').upload(SUBJECT)).width > 100);
  assert.equal((await trip.seen()).length, 2);
});

test('an order without a key is not repeated', async () => {
  const trip = new Trip();
  const body = {
    source_image_s3_key: ORDER.source,
    background_image_public_id: ORDER.background,
    output_preset: ORDER.outputPreset,
  };
  const sent = backgroundSwapWithImage({ client: trip.past('away').client, body, throwOnError: true });
  assert.equal((await refusal(errors.Unavailable, sent)).retryAfterMs, 1000);
  assert.equal((await trip.seen()).length, 1);
});

test('who is away too long is not waited for', async () => {
  const trip = new Trip();
  const sent = trip.past('closed').backgroundSwapWithImage({ ...ORDER, idempotencyKey: 'order 7' });
  const error = await refusal(errors.Unavailable, sent);
  assert.deepEqual([error.code, error.status, error.retryAfterMs], ['OPERATION_DISABLED', 503, 3_600_000]);
  assert.deepEqual([error.idempotencyKey, error.retryable], ['order 7', true]);
  assert.equal((await trip.seen()).length, 1);
});

test('nobody there', async () => {
  const nobody = new Gateway({ apiKey: 'sk_live_none', baseUrl: 'http://127.0.0.1:9', retryForMs: 1000 });
  const error = await refusal(errors.ConnectionFailed, nobody.credits());
  assert.deepEqual([error.charged, error.retryable, error.requestId], [null, true, undefined]);
});

test('refusals have names', async () => {
  await refusal(errors.PriceAboveLimit, gateway.backgroundSwapWithImage({ ...ORDER, maxCredits: 4 }));
  const wrong = { source: ORDER.source, background: 'none', outputPreset: 'none' };
  const invalid = await refusal(errors.ValidationFailed, gateway.backgroundSwapWithImage(wrong));
  const places = invalid.detail.map(({ loc }) => loc.at(-1));
  assert.deepEqual(places.sort(), ['background_image_public_id', 'output_preset']);
  const unknown = await refusal(errors.NotFound, gateway.job('0'.repeat(26)).look());
  assert.equal(unknown.code, 'JOB_NOT_FOUND');
  const stranger = new Gateway({ apiKey: 'sk_live_wrong', baseUrl: BASE_URL });
  await refusal(errors.Unauthenticated, stranger.credits());
});

test('a refusal is found by its request id', async () => {
  const poor = new Gateway({ apiKey: POOR_API_KEY, baseUrl: BASE_URL });
  const refused = await refusal(
    errors.InsufficientBalance,
    poor.backgroundSwapWithImage({ ...ORDER, source: SUBJECT }),
  );
  assert.ok(refused.requestId);
  const { data } = await getRequestLog({
    client: poor.client,
    path: { request_id: refused.requestId },
    throwOnError: true,
  });
  assert.deepEqual([data.status, data.error_code, data.credits], [402, 'INSUFFICIENT_BALANCE', 0]);
});
