import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@tact/infra';
import { RunningPlatform } from '@tact/testing/running-platform';
import { inventedPerson, type Person, registration } from '@tact/testing/webhook-bodies';
import { Client } from 'pg';
import { HttpConnection } from './http-connection.ts';
import { cpuMsOf } from './process-cpu.ts';

/** What every process has used, in milliseconds, by the name of the process. */
export type Cpu = Readonly<Record<string, number>>;

/**
 * What users run: `tact start` in a data folder of its own, all services, the gateway, PostgreSQL with the log in it.
 * Only the limit of calls a minute is lifted, since one caller stands for many.
 */
export class WholePlatform {
  readonly platform: RunningPlatform;
  readonly sql: Client;
  readonly #connections: HttpConnection[] = [];

  /** Of the database. */
  readonly url: string;

  private constructor(platform: RunningPlatform, sql: Client, url: string) {
    this.platform = platform;
    this.sql = sql;
    this.url = url;
  }

  static async with<T>(work: (whole: WholePlatform) => Promise<T>): Promise<T> {
    process.env['TACT_REQUESTS_PER_MINUTE'] = '1000000000';
    const platform = new RunningPlatform();
    try {
      await platform.start();
      // It adopts the server that runs, and is never asked to stop it.
      const { url } = await startEmbeddedPostgres({ dataDir: join(platform.home, 'postgres') });
      const sql = await connectTo(url);
      const whole = new WholePlatform(platform, sql, url);
      try {
        return await work(whole);
      } finally {
        for (const connection of whole.#connections) connection.close();
        await sql.end();
      }
    } finally {
      await platform.stop();
      platform.remove();
    }
  }

  /** Another connection to the database; the caller ends it. */
  openSql(): Promise<Client> {
    return connectTo(this.url);
  }

  /** A connection to the gateway. */
  connection(): HttpConnection {
    const connection = new HttpConnection(Number(new URL(this.platform.credentials.origin).port));
    this.#connections.push(connection);
    return connection;
  }

  /** The gateway, for imports. */
  get api(): { readonly port: number; readonly authorization: string } {
    return { port: Number(new URL(this.platform.credentials.origin).port), ...this.authorization };
  }

  get authorization(): { readonly authorization: string } {
    return { authorization: `Bearer ${this.platform.credentials.apiKey}` };
  }

  get wabaId(): string {
    return this.platform.credentials.whatsapp.wabaIds[0] ?? '';
  }

  signed(body: object): Buffer {
    const text = JSON.stringify(body);
    const { appSecret } = this.platform.credentials.whatsapp;
    const signature = createHmac('sha256', appSecret).update(text).digest('hex');
    return HttpConnection.post(
      '/v1/webhooks/whatsapp',
      { 'x-hub-signature-256': `sha256=${signature}` },
      text,
    );
  }

  cpu(): Cpu {
    // The supervisor last: the services and the gateway are its children, and count for themselves.
    return cpuMsOf(this.platform.processes.toReversed());
  }

  /** Transactions of the database since it began, by its own count. */
  async transactions(): Promise<number> {
    await this.sql.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await this.sql.query<{ n: string }>(
      'SELECT sum(xact_commit + xact_rollback) AS n FROM pg_stat_database',
    );
    return Number(rows[0]?.n ?? 0);
  }

  async number(text: string, values: readonly unknown[] = []): Promise<number> {
    const { rows } = await this.sql.query<{ n: string | null }>(text, [...values]);
    return Number(rows[0]?.n ?? 0);
  }

  /** Resolves once nothing waits to be published, read or assessed. */
  async settled(): Promise<void> {
    await this.until(
      `SELECT -sum(waiting) AS n FROM (
         SELECT count(*) AS waiting FROM scoring.due_assessments
         ${['ingestion', 'scoring', 'outreach', 'compliance'].map(unpublished).join(' ')}
         UNION ALL
         SELECT sum(h.next_offset - c.next_offset) FROM log.claim AS c
         JOIN log.head AS h USING (topic, part)) AS parts`,
      0,
    );
  }

  async until(text: string, least: number): Promise<void> {
    while ((await this.number(text)) < least) await pause(50);
  }

  /** New people who agreed to the analysis, known to the consent gate. */
  async register(count: number, first = 0): Promise<readonly Person[]> {
    const people = Array.from({ length: count }, (_, nth) => inventedPerson(first + nth));
    const connections = Array.from({ length: 8 }, () => this.connection());
    const left = people.values();
    const before = await this.number('SELECT count(*) AS n FROM ingestion.signal_consents');
    await Promise.all(
      connections.map(async (connection) => {
        for (const person of left) {
          const body = JSON.stringify(registration(person));
          await this.ok(connection, HttpConnection.post('/v1/contacts', this.authorization, body));
        }
      }),
    );
    await this.until('SELECT count(*) AS n FROM ingestion.signal_consents', before + count);
    return people;
  }

  async ok(connection: HttpConnection, request: Buffer): Promise<void> {
    const status = await connection.send(request);
    if (status !== 200) throw new Error(`the gateway answered ${status}`);
  }
}

const connectTo = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
};

const unpublished = (service: string): string =>
  `UNION ALL SELECT coalesce((SELECT max(position) FROM ${service}.events), 0) -
     (SELECT position FROM ${service}.relay_checkpoint WHERE name = 'relay')`;

/** What was used between two looks, by process and in all. */
export const usedBetween = (
  before: Cpu,
  after: Cpu,
): { readonly total: number; readonly by: Cpu } => {
  const by = Object.fromEntries(
    Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]),
  );
  return { by, total: Object.values(by).reduce((sum, ms) => sum + ms, 0) };
};
