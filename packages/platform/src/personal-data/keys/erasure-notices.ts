import type { Client } from 'pg';
import type { Database } from '../../postgres/database.ts';

/** Heard by every process with a vault. The payload is a `subjectId`: a tenant and a random id. */
export const erasureChannel = 'tact_vault_erasures';

const RECONNECT_MS = 1_000;

type Options = {
  readonly database: Pick<Database, 'connect'>;
  readonly evict: (id: string) => void;
  readonly evictAll: () => void;
};

/**
 * Hears of erasures by other processes. A lost connection is opened again, and what was missed meanwhile is
 * made up by forgetting everything; until then the 60 s of the cache are the bound.
 */
export class ErasureNotices {
  readonly #options: Options;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const client = await this.#options.database.connect('erasure notices');
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) this.#options.evict(payload);
    });
    client.on('end', () => this.#lost(client));
    try {
      await client.query(`LISTEN ${erasureChannel}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    if (this.#closed) return client.end();
    this.#client = client;
    this.#options.evictAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end();
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#retry();
  }

  #retry(): void {
    if (this.#closed) return;
    const again = () => void this.open().catch(() => this.#retry());
    this.#timer = setTimeout(again, RECONNECT_MS).unref();
  }
}
