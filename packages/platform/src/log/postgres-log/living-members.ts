import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { ADVISORY_CLASS } from '../../postgres/advisory.ts';
import type { Database } from '../../postgres/database.ts';
import { InTurn } from '../../postgres/in-turn.ts';

const AGAIN_MS = 250;

/** The version digit of the ids of members that hold a lock for as long as they live; others have a lease alone. */
const lockVersion = '8';
const VERSION_AT = 14;

const keyOf = (id: string): string => `hashtext('log member ' || ${id}::text)`;

/**
 * SQL: true of a member whose process is known to be gone, before its lease is over. A lease says that a process was
 * there some seconds ago; the lock of a connection says whether it is there now. `member` names a row of that table.
 */
export const isGone = (member: string): string => `(${member}.lease_until < clock_timestamp()
  OR (substr(${member}.id::text, ${VERSION_AT + 1}, 1) = '${lockVersion}' AND NOT EXISTS (
    SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${ADVISORY_CLASS}
      AND l.objid = ${keyOf(`${member}.id`)}::bigint & 4294967295
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))))`;

const drawn = (): string => {
  const id = randomUUID();
  return id.slice(0, VERSION_AT) + lockVersion + id.slice(VERSION_AT + 1);
};

/**
 * The members of this process, each with a lock that the server lets go of the moment the process dies: who comes next
 * takes over at once. A process that is only silent, or cut off, still has its lease to lose.
 */
export class LivingMembers {
  readonly #ids = new Set<string>();
  readonly #turns = new InTurn();
  #client: Promise<Client> | undefined;
  #closed = false;

  constructor(private readonly database: Pick<Database, 'connect'>) {}

  /** The id of a member that lives from now on. */
  async draw(): Promise<string> {
    const id = drawn();
    const client = await this.#connected();
    const { rows } = await this.#turns.run(() => client.query<{ taken: boolean }>(lockText, [id]));
    // Two names may have one key: another member holds it, and would be taken for this one.
    if (rows[0]?.taken !== true) return await this.draw();
    this.#ids.add(id);
    return id;
  }

  /** That member is no more. */
  async leave(id: string): Promise<void> {
    if (!this.#ids.delete(id)) return;
    const client = await this.#client;
    const text = `SELECT pg_advisory_unlock(${ADVISORY_CLASS}, ${keyOf('$1')})`;
    await this.#turns.run(async () => client?.query(text, [id]));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const opening = this.#open();
    this.#client = opening;
    opening.then(
      (client) => client.once('end', () => this.#lost(opening)),
      () => this.#lost(opening),
    );
    return opening;
  }

  async #open(): Promise<Client> {
    const client = await this.database.connect('members');
    try {
      for (const id of this.#ids) await client.query(lockText, [id]);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  /** Members live on without their connection: whoever is taken for dead meanwhile joins again. */
  #lost(connection: Promise<Client>): void {
    if (this.#client !== connection) return;
    this.#client = undefined;
    if (this.#closed || this.#ids.size === 0) return;
    setTimeout(() => {
      if (!this.#closed) this.#connected().catch(() => undefined);
    }, AGAIN_MS).unref();
  }
}

const lockText = `SELECT pg_try_advisory_lock(${ADVISORY_CLASS}, ${keyOf('$1')}) AS taken`;
