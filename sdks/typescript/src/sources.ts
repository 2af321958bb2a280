/** What a workflow works on: however the caller has it. */

import type { UploadAnswer } from './generated/index.js';
import { createUpload } from './generated/index.js';
import { Job } from './jobs.js';
import type { Wire } from './wire.js';

/** A picture as a file's path (in Node) or as it is. */
export type Picture = string | Blob | Uint8Array;
/** A picture, an upload (or its key), a job, or the id of a render. */
export type Source = Picture | UploadAnswer | Job;

interface Fields {
  source_image_s3_key?: string;
  source_render_public_id?: string;
}

const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const RENDER = new RegExp(`^${ULID}$`);
const KEY = new RegExp(`^uploads/${ULID}/.+$`);

/** Uploads what is not there yet, each picture once: a repeat of an order then has the same body. */
export class Sources {
  private readonly keys = new Map<string, Promise<string>>();

  constructor(private readonly wire: Wire) {}

  async upload(picture: Picture): Promise<UploadAnswer> {
    const { data } = await createUpload({
      client: this.wire.client,
      body: { file: await asBlob(picture) },
      throwOnError: true,
    });
    return data;
  }

  async asFields(source: Source): Promise<Fields> {
    if (source instanceof Job) return { source_render_public_id: source.id };
    if (typeof source === 'string' && RENDER.test(source)) return { source_render_public_id: source };
    if (typeof source === 'string' && KEY.test(source)) return { source_image_s3_key: source };
    if (typeof source === 'object' && 'upload_key' in source) return { source_image_s3_key: source.upload_key };
    return { source_image_s3_key: await this.uploaded(await asBlob(source)) };
  }

  private async uploaded(picture: Blob): Promise<string> {
    const digest = String(new Uint8Array(await crypto.subtle.digest('SHA-256', await picture.arrayBuffer())));
    let key = this.keys.get(digest);
    if (!key) {
      key = this.upload(picture).then((answer) => answer.upload_key);
      this.keys.set(digest, key);
      // A failure is for whoever waits for it now, and not for the next.
      key.catch(() => this.keys.delete(digest));
    }
    return key;
  }
}

async function asBlob(picture: Picture): Promise<Blob> {
  if (picture instanceof Blob) return picture;
  if (typeof picture !== 'string') return new Blob([new Uint8Array(picture)]);
  const { readFile } = await import('node:fs/promises');
  return new Blob([new Uint8Array(await readFile(picture))]);
}
