import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Log, ServiceConfig } from '@tact/platform';
import type { ChainNow } from './chain-break.ts';

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;

/**
 * The last signed head of each tenant, in a file of `TACT_HOME/audit-heads`: out of reach of who writes to the database,
 * and so what a chain that was cut off or rewritten there is compared with.
 */
@Injectable()
export class KnownHead {
  readonly #folder: string;

  constructor(
    config: ServiceConfig,
    private readonly log: Log,
  ) {
    this.#folder = join(config.values.TACT_HOME, 'audit-heads');
  }

  async of(tenantId: string): Promise<string | undefined> {
    try {
      return await readFile(this.#pathOf(tenantId), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Where no file can be written, the database's own signatures and the log are what there is. */
  async keep(tenantId: string, jws: string, said: ChainNow): Promise<void> {
    // In the log it is out of reach of who can change the database.
    this.log.info({ tenantId, ...said }, 'the audit was signed');
    const path = this.#pathOf(tenantId);
    const draft = `${path}.${randomUUID()}`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, jws, { mode: 0o600 });
      await rename(draft, path);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      this.log.warn({ tenantId, code }, 'the last signed head of the audit is kept in no file');
    }
  }

  tellBreak(tenantId: string, why: string): void {
    this.log.error({ tenantId, why }, 'the audit does not follow from what was signed');
  }

  #pathOf(tenantId: string): string {
    return join(this.#folder, `${tenantId}.jws`);
  }
}
