/** The TypeScript SDK, from an upload to the picture. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';
import { Gateway, JobFailed, type JobDetail } from 'image-workflow-gateway';
import { API_KEY, BASE_URL, errors, FOLDER, gateway, NO_SUBJECT, ORDER, refusal, SIGNING_SECRET, SUBJECT } from './world.js';

test('from a file to the picture', async () => {
  const order = { ...ORDER, source: SUBJECT };
  const before = (await gateway.credits()).balance;
  const quote = await gateway.backgroundSwapWithImage({ ...order, dryRun: true });
  assert.deepEqual([quote.credits_cost, quote.balance_after], [5, before - 5]);
  const job = await gateway.backgroundSwapWithImage({ ...order, pilotBrand: 'alpine', maxCredits: 5 });
  const seen: JobDetail[] = [];
  const done = await job.wait({ timeoutMs: 90_000, onProgress: (one) => seen.push(one) });
  assert.deepEqual([done.public_id, done.pilot_brand, done.request_id], [job.id, 'alpine', job.requestId]);
  assert.ok(seen.length > 1);
  assert.equal(seen.at(-1), done);
  await gateway.download(job, `${FOLDER}/swapped.webp`);
  const picture = await readFile(`${FOLDER}/swapped.webp`);
  assert.equal(picture.length, done.result?.artifacts.find(({ role }) => role === 'final')?.meta.bytes);
  assert.deepEqual(await readdir(FOLDER), ['swapped.webp']);
  assert.equal((await gateway.credits()).balance, before - job.creditsCost);
  const again = await gateway.backgroundSwapWithImage({ ...ORDER, source: job, dryRun: true });
  assert.equal(again.credits_cost, 5);
});

test('the same key twice is one job', async () => {
  const order = { ...ORDER, source: new Blob([await readFile(SUBJECT)]), idempotencyKey: randomUUID() };
  const before = (await gateway.credits()).balance;
  const first = await gateway.backgroundSwapWithImage(order);
  const second = await gateway.backgroundSwapWithImage(order);
  assert.equal(second.id, first.id);
  assert.deepEqual([first.replayed, second.replayed], [false, true]);
  assert.equal((await gateway.credits()).balance, before - 5);
  const other = gateway.backgroundSwapWithImage({ ...order, outputPreset: 'story' });
  await refusal(errors.IdempotencyKeyReused, other);
  await first.wait({ timeoutMs: 90_000 });
  assert.equal((await refusal(errors.Conflict, first.cancel())).code, 'JOB_ALREADY_FINISHED');
});

test('a cancelled job is refunded', async () => {
  const before = (await gateway.credits()).balance;
  const job = await gateway.backgroundSwapWithImage(ORDER);
  assert.equal((await gateway.cancel(job.id)).credits.refunded, 5);
  const failed = await refusal(JobFailed, job.wait());
  assert.deepEqual([failed.code, failed.refunded, failed.charged], ['CANCELLED', 5, 0]);
  assert.equal(failed.requestId, job.requestId);
  assert.equal((await gateway.credits()).balance, before);
});

test('a job that fails says why', async () => {
  const job = await gateway.backgroundSwapWithImage({ ...ORDER, source: await readFile(NO_SUBJECT) });
  await refusal(errors.WaitTimedOut, job.wait({ timeoutMs: 0 }));
  const failed = await refusal(JobFailed, job.wait({ timeoutMs: 90_000 }));
  assert.deepEqual([failed.code, failed.refunded, failed.job.public_id], ['NO_SUBJECT', 5, job.id]);
});

test('jobs come page by page', async () => {
  const pilotBrand = randomUUID();
  const ordered: string[] = [];
  for (let number = 0; number < 3; number++) {
    const job = await gateway.backgroundSwapWithImage({ ...ORDER, pilotBrand });
    ordered.unshift(job.id);
    await job.cancel();
  }
  const found: string[] = [];
  for await (const job of gateway.jobs({ pilotBrand, pageSize: 2 })) found.push(job.public_id);
  assert.deepEqual(found, ordered);
});

test('requests are signed on wish', async () => {
  const signed = new Gateway({ apiKey: API_KEY, baseUrl: BASE_URL, signingSecret: SIGNING_SECRET });
  await signed.upload(SUBJECT);
  assert.equal((await signed.backgroundSwapWithImage({ ...ORDER, dryRun: true })).credits_cost, 5);
  const wrong = new Gateway({ apiKey: API_KEY, baseUrl: BASE_URL, signingSecret: 'whsec_of_another' });
  assert.equal((await refusal(errors.Unauthenticated, wrong.credits())).code, 'SIGNATURE_INVALID');
});
