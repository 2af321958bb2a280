/** What a gateway and its jobs speak through: the generated client, patient, and a bare fetch for pictures. */

import type { Client } from './generated/client/index.js';
import { createClient, createConfig } from './generated/client/index.js';
import { type Patience, patient } from './patient.js';

export class Wire {
  readonly client: Client;
  private readonly bare: typeof fetch;

  constructor(apiKey: string, baseUrl: string, patience: Patience) {
    const config = { baseUrl: baseUrl.replace(/\/+$/, ''), auth: () => apiKey, fetch: patient(patience) };
    this.client = createClient(createConfig(config));
    this.bare = patient({ retryForMs: patience.retryForMs });
  }

  /** What lies at a signed link. The API key is not shown to whoever serves it. Throws RequestFailed. */
  async fetch(url: string): Promise<ArrayBuffer> {
    return (await this.bare(url)).arrayBuffer();
  }
}
