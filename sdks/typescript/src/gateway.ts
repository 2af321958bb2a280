/** The gateway as a program wants it: order a picture, wait for it, fetch it. */

import type {
  BackgroundSwapWithImageData,
  CatalogBackground,
  Credits,
  JobDetail,
  JobStatus,
  JobSummary,
  OutputPresetEntry,
  QuoteResponse,
  UploadAnswer,
  WorkflowAcceptedResponse,
} from './generated/index.js';
import {
  backgroundSwapWithImage,
  getCredits,
  listBackgrounds,
  listJobs,
  listOutputPresets,
} from './generated/index.js';
import type { Client } from './generated/client/index.js';
import { AcceptedJob, Job } from './jobs.js';
import { type Picture, type Source, Sources } from './sources.js';
import { Wire } from './wire.js';

export interface Options {
  apiKey: string;
  baseUrl: string;
  /** Signs every request. */
  signingSecret?: string;
  /** How long one call may go on trying where the gateway is away or asks to wait. Default: a minute. */
  retryForMs?: number;
}

/** Of every order. */
export interface Terms {
  pilotBrand?: string;
  /** Refuse a dearer one. */
  maxCredits?: number;
  /** Yours; otherwise one is minted. */
  idempotencyKey?: string;
}

export interface SwapWithImage extends Terms {
  source: Source;
  /** Its `public_id`. */
  background: string;
  outputPreset: string;
}

export interface Listing {
  status?: JobStatus;
  pilotBrand?: string;
  pageSize?: number;
}

type Headers = NonNullable<BackgroundSwapWithImageData['headers']>;
interface Dispatched {
  data: WorkflowAcceptedResponse | QuoteResponse;
  response: Response;
}

/** A client of the gateway by one API key. */
export class Gateway {
  private readonly wire: Wire;
  private readonly sources: Sources;

  constructor({ apiKey, baseUrl, signingSecret, retryForMs = 60_000 }: Options) {
    this.wire = new Wire(apiKey, baseUrl, { retryForMs, signingSecret });
    this.sources = new Sources(this.wire);
  }

  /** For the generated operations that have no method here; just as patient, with the same errors. */
  get client(): Client {
    return this.wire.client;
  }

  /**
   * Put the subject of `source` on a background of the catalogue. With `dryRun` all is checked and priced,
   * and nothing is charged. Throws RequestFailed: InsufficientBalance, PriceAboveLimit, ValidationFailed and others.
   */
  async backgroundSwapWithImage(order: SwapWithImage & { dryRun: true }): Promise<QuoteResponse>;
  async backgroundSwapWithImage(order: SwapWithImage & { dryRun?: false }): Promise<AcceptedJob>;
  async backgroundSwapWithImage(
    order: SwapWithImage & { dryRun?: boolean },
  ): Promise<AcceptedJob | QuoteResponse> {
    const body = {
      ...(await this.sources.asFields(order.source)),
      background_image_public_id: order.background,
      output_preset: order.outputPreset,
      pilot_brand: order.pilotBrand ?? null,
    };
    return this.dispatch(order, (headers) =>
      backgroundSwapWithImage({
        client: this.client,
        body,
        query: { dry_run: order.dryRun ?? false },
        headers,
        throwOnError: true,
      }),
    );
  }

  /** Send a picture (JPEG, PNG or WebP). Throws RequestFailed. */
  async upload(picture: Picture): Promise<UploadAnswer> {
    return this.sources.upload(picture);
  }

  /** A job that was ordered before. Nothing is asked yet. */
  job(id: string): Job {
    return new Job(this.wire, id);
  }

  /** All jobs, newest first, page by page as they are needed. Throws RequestFailed. */
  async *jobs({ pageSize = 200, ...only }: Listing = {}): AsyncGenerator<JobSummary> {
    const filters = { status: only.status, pilot_brand: only.pilotBrand, limit: pageSize };
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { ...filters, cursor };
      const { data } = await listJobs({ client: this.client, query, throwOnError: true });
      yield* data.jobs;
      cursor = data.next_cursor;
    }
  }

  /** See `Job.cancel`. */
  async cancel(job: Job | string): Promise<JobDetail> {
    return this.asJob(job).cancel();
  }

  /** See `Job.download`. */
  async download(job: Job | string, to: string): Promise<string> {
    return this.asJob(job).download(to);
  }

  /** The balance, and what is in flight. Throws RequestFailed. */
  async credits(): Promise<Credits> {
    return (await getCredits({ client: this.client, throwOnError: true })).data;
  }

  /** The active backgrounds, newest first. Throws RequestFailed. */
  async backgrounds(only: { sceneType?: string } = {}): Promise<CatalogBackground[]> {
    const found: CatalogBackground[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { status: 'active' as const, scene_type: only.sceneType, limit: 200, cursor };
      const { data } = await listBackgrounds({ client: this.client, query, throwOnError: true });
      found.push(...data.backgrounds);
      cursor = data.next_cursor;
    }
    return found;
  }

  /** The sizes and formats to choose from. Throws RequestFailed. */
  async outputPresets(): Promise<OutputPresetEntry[]> {
    const query = { limit: 200 };
    return (await listOutputPresets({ client: this.client, query, throwOnError: true })).data.output_presets;
  }

  private asJob(job: Job | string): Job {
    return job instanceof Job ? job : this.job(job);
  }

  /** Any workflow: the same terms, and the same two answers. */
  private async dispatch(
    terms: Terms & { dryRun?: boolean },
    send: (headers: Headers) => Promise<Dispatched>,
  ): Promise<AcceptedJob | QuoteResponse> {
    // Minted here, above every repeat.
    const minted = terms.idempotencyKey ?? crypto.randomUUID();
    const limit = terms.maxCredits === undefined ? {} : { 'X-Max-Credits': terms.maxCredits };
    const { data, response } = await send(terms.dryRun ? limit : { ...limit, 'Idempotency-Key': minted });
    if (!('job_id' in data)) return data;
    return new AcceptedJob(this.wire, data, minted, response.headers.get('Idempotent-Replayed') === 'true');
  }
}
