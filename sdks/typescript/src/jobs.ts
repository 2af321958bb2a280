/** A job in the hands of whoever ordered it. */

import { GatewayError, JobFailed, NotFound, PictureDamaged, RequestFailed, WaitTimedOut } from './errors.js';
import type { Artifact, JobDetail, WorkflowAcceptedResponse } from './generated/index.js';
import { cancelJob, getJob } from './generated/index.js';
import { pause } from './patient.js';
import { milliseconds } from './refusals.js';
import type { Wire } from './wire.js';

/** For how long one request is held by the gateway. */
const LONGEST_WAIT_SECONDS = 25;

export interface Waiting {
  /** Default: 15 minutes. */
  timeoutMs?: number;
  /** Told of every change, the last one included. */
  onProgress?: (job: JobDetail) => void;
}

interface News {
  /** Undefined where nothing has changed. */
  job: JobDetail | undefined;
  tag: string;
  retryAfterMs: number;
}

/** A job of this client, by its id. Nothing is asked until a method is called. */
export class Job {
  constructor(
    protected readonly wire: Wire,
    readonly id: string,
  ) {}

  /** The job as it is now. Throws RequestFailed. */
  async look(): Promise<JobDetail> {
    const { data } = await getJob({ client: this.wire.client, path: { public_id: this.id }, throwOnError: true });
    return data;
  }

  /**
   * Wait until the job has succeeded. Throws JobFailed if it ends as FAILURE (its credits are back then),
   * WaitTimedOut after `timeoutMs`, RequestFailed if the gateway can't be asked.
   */
  async wait({ timeoutMs = 900_000, onProgress }: Waiting = {}): Promise<JobDetail> {
    const end = performance.now() + timeoutMs;
    let known = '';
    for (;;) {
      const asked = performance.now();
      const seconds = Math.max(0, Math.min(LONGEST_WAIT_SECONDS, Math.floor((end - asked) / 1000)));
      const { job, tag, retryAfterMs } = await this.news(known, seconds);
      if (job) onProgress?.(job);
      if (job && hasEnded(job)) return succeeded(job);
      await this.rest(tag !== '' && tag !== known ? 0 : retryAfterMs, asked, end);
      known = tag;
    }
  }

  /** End the job as FAILURE with `CANCELLED`, refunded. Throws Conflict if it has finished otherwise. */
  async cancel(): Promise<JobDetail> {
    const { data } = await cancelJob({
      client: this.wire.client,
      path: { public_id: this.id },
      throwOnError: true,
    });
    return data;
  }

  /**
   * Fetch the finished picture into the file `to`, which then is whole or not there.
   * Throws JobFailed, PictureDamaged, RequestFailed; NotFound for a job that has not finished.
   */
  async download(to: string): Promise<string> {
    const content = await this.bytes();
    const { rename, writeFile } = await import('node:fs/promises');
    const part = `${to}.part`;
    await writeFile(part, content);
    await rename(part, to);
    return to;
  }

  /** The finished picture; throws as `download` does. */
  async bytes(): Promise<Uint8Array> {
    const picture = await this.picture();
    const content = await this.wire.fetch(picture.image_url);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
    if (hex(digest) !== picture.meta.sha256) {
      throw new PictureDamaged(`The picture of job ${this.id} arrived damaged.`, {
        code: 'PICTURE_DAMAGED',
        retryable: true,
      });
    }
    return new Uint8Array(content);
  }

  private async picture(): Promise<Artifact> {
    const job = await this.look();
    if (hasEnded(job)) succeeded(job);
    const found = job.result?.artifacts.find((artifact) => artifact.role === 'final');
    if (found) return found;
    throw new NotFound(`Job ${this.id} has no picture yet: wait for it.`, {
      code: 'RESULT_NOT_READY',
      retryable: true,
    });
  }

  /** The job once it is another than the one known by its tag, or after so many seconds. */
  private async news(known: string, seconds: number): Promise<News> {
    const { data, error, response } = await getJob({
      client: this.wire.client,
      path: { public_id: this.id },
      query: { wait: known ? seconds : 0 },
      headers: known ? { 'If-None-Match': known } : {},
    });
    // A 304 is no failure, though the generated client takes it for one.
    if (data === undefined && response?.status !== 304) {
      throw error instanceof GatewayError ? error : new RequestFailed(String(error), { code: 'UNEXPECTED_ANSWER' });
    }
    const retryAfterMs = milliseconds(response.headers.get('Retry-After')) ?? 1000;
    return { job: data, tag: response.headers.get('ETag') ?? '', retryAfterMs };
  }

  /** Wait here where the gateway would not hold the request: too many wait there already. */
  private async rest(ms: number, asked: number, end: number): Promise<void> {
    const now = performance.now();
    if (now >= end) {
      throw new WaitTimedOut(`Job ${this.id} has not finished in time; it goes on.`, {
        code: 'WAIT_TIMED_OUT',
        retryable: true,
      });
    }
    const left = Math.min(ms - (now - asked), end - now);
    if (left > 0) await pause(left);
  }
}

/** A job that was just ordered. */
export class AcceptedJob extends Job {
  /** The ULID of the request. */
  readonly requestId: string;
  /** What was deducted for it; refunded if it fails. */
  readonly creditsCost: number;

  constructor(
    wire: Wire,
    accepted: WorkflowAcceptedResponse,
    /** What it was sent with. */
    readonly idempotencyKey: string,
    /** Whether it had been accepted before, by the same key. */
    readonly replayed: boolean,
  ) {
    super(wire, accepted.job_id);
    this.requestId = accepted.request_id;
    this.creditsCost = accepted.credits_cost;
  }
}

function hasEnded(job: JobDetail): boolean {
  return job.status === 'SUCCESS' || job.status === 'FAILURE';
}

function succeeded(job: JobDetail): JobDetail {
  if (job.status === 'FAILURE') throw new JobFailed(job);
  return job;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
