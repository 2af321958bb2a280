/** What pytest says about the running gateway. */

import { randomUUID } from 'node:crypto';
import { errors, Gateway } from 'image-workflow-gateway';

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export const BASE_URL = given('GATEWAY_URL');
export const API_KEY = given('GATEWAY_API_KEY');
export const POOR_API_KEY = given('POOR_API_KEY');
export const SIGNING_SECRET = given('SIGNING_SECRET');
export const SUBJECT = given('SUBJECT');
export const NO_SUBJECT = given('NO_SUBJECT');
export const FOLDER = given('FOLDER');
const ROAD_URL = given('ROAD_URL');

export const gateway = new Gateway({ apiKey: API_KEY, baseUrl: BASE_URL });
const upload = await gateway.upload(SUBJECT);
const [background] = await gateway.backgrounds();
if (background === undefined) throw new Error('the catalogue is empty');
/** What every order of these tests has. */
export const ORDER = {
  source: upload.upload_key,
  background: background.public_id,
  outputPreset: 'thumbnail',
};

interface Seen {
  method: string;
  path: string;
  idempotency_key: string | null;
  at: number;
}

/** A way along the bad road of `tests/sdk/road.py`. */
export class Trip {
  private readonly name = randomUUID();

  past(trouble: string): Gateway {
    return new Gateway({ apiKey: API_KEY, baseUrl: `${ROAD_URL}/${trouble}/${this.name}` });
  }

  async seen(): Promise<Seen[]> {
    return (await (await fetch(`${ROAD_URL}/seen/${this.name}`)).json()) as Seen[];
  }
}

/** The error of this kind that the promise is rejected with. */
export async function refusal<E extends Error>(
  kind: new (...args: never[]) => E,
  promise: Promise<unknown>,
): Promise<E> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`${kind.name} did not come`);
}

export { errors };
