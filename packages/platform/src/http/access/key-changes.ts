import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Database } from '../../postgres/database.ts';

/** Where PostgreSQL tells that an API key was revoked or given another end, or that a tenant was set up otherwise. */
export const keyChangesChannel = 'tact_api_keys';

const RETRY_MS = 1000;

/** Hears of changed keys and passes it on. While nobody can be heard, the short life of the cache is what counts. */
export class KeyChanges {
  readonly #database: Pick<Database, 'connect'>;
  readonly #onChange: () => void;
  readonly #stopping = new AbortController();
  #client: Client | undefined;

  constructor(database: Pick<Database, 'connect'>, onChange: () => void) {
    this.#database = database;
    this.#onChange = onChange;
  }

  /** Resolves once it listens. Afterwards a lost connection is opened again, for as long as it takes. */
  async listen(): Promise<void> {
    const client = await this.#database.connect('keys');
    client.on('notification', () => this.#onChange());
    client.once('end', () => {
      if (this.#client === client) void this.#listenAgain();
    });
    try {
      await client.query(`LISTEN ${keyChangesChannel}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    // Closed meanwhile: nobody would end this connection any more.
    if (this.#stopping.signal.aborted) return client.end();
    this.#client = client;
    // What changed before this moment was told to nobody here.
    this.#onChange();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  async #listenAgain(): Promise<void> {
    const { signal } = this.#stopping;
    this.#client = undefined;
    while (!signal.aborted) {
      await pause(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const isOpen = await this.listen().then(
        () => true,
        () => false,
      );
      if (isOpen) return;
    }
  }
}
