import { HOUR_MS } from '@tact/contracts';
import { openDatabase } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { WakeUp } from '../../event-store/wake-up.ts';
import type { LogLines } from '../log-lines.ts';
import { MessageLog } from '../port.ts';
import type { BatchHandler, LogRecord, SubscribeOptions, Subscription } from '../port.ts';
import { PostgresLogAdmin } from './admin.ts';
import { LivingMembers } from './living-members.ts';
import { lastWritten } from './membership.ts';
import { logMigrations } from './schema.ts';
import { toStoredRecord } from './stored-record.ts';
import { PostgresSubscription } from './subscription.ts';

const RECORDS_MAX = 1_000;
const MAINTAIN_EVERY_MS = HOUR_MS;

/** What members of one group tell each other of: no topic is called so. */
const groupSubject = (group: string): string => `group ${group}`;

export type PostgresLogOptions = {
  readonly url: string;
  readonly lines: LogLines;
  readonly applicationName?: string;
  readonly poolSize?: number;
};

/** The message log inside PostgreSQL: the embedded default, with Kafka's order and groups. */
export class PostgresLog extends MessageLog {
  readonly admin: PostgresLogAdmin;
  readonly #database: Database;
  readonly #wakeUp: WakeUp;
  readonly #living: LivingMembers;
  readonly #lines: LogLines;
  readonly #subscriptions = new Set<Subscription>();
  readonly #maintenance: NodeJS.Timeout;

  private constructor(database: Database, lines: LogLines) {
    super();
    this.#database = database;
    this.#lines = lines;
    this.#wakeUp = new WakeUp(database, { lastWritten });
    this.#living = new LivingMembers(database);
    this.admin = new PostgresLogAdmin(database);
    this.#maintenance = setInterval(() => void this.#maintain(), MAINTAIN_EVERY_MS).unref();
  }

  /** Opens the log in schema `log` of the database at `url`, and creates it if it is not there. */
  static async open(options: PostgresLogOptions): Promise<PostgresLog> {
    const database = await openDatabase({
      url: options.url,
      schema: 'log',
      poolSize: options.poolSize ?? 6,
      applicationName: options.applicationName ?? 'tact-log',
    });
    try {
      await migrate(database, logMigrations);
      const log = new PostgresLog(database, options.lines);
      await log.#maintain();
      return log;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async publish(records: readonly LogRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += RECORDS_MAX) {
      const some = records.slice(from, from + RECORDS_MAX);
      const topics = some.map(({ topic }) => topic);
      const stored = some.map(toStoredRecord);
      const columns = [
        topics,
        some.map(({ partition }) => partition),
        some.map(({ key }) => key),
        JSON.stringify(stored.map(({ headers }) => headers)),
        stored.map(({ value }) => value),
      ];
      await this.#database.queryable.query(
        'SELECT publish($1, $2, $3, $4, $5)',
        columns,
        'publish',
      );
      this.#wakeUp.signal([...new Set(topics)]);
    }
  }

  async subscribe(options: SubscribeOptions, handle: BatchHandler): Promise<Subscription> {
    const subscription = new PostgresSubscription({
      database: this.#database,
      living: this.#living,
      waiter: this.#wakeUp.waiter(options.topics),
      news: this.#wakeUp.waiter([groupSubject(options.group)]),
      hasNews: () => this.#wakeUp.isListening,
      looked: (last) => this.#wakeUp.looked(last),
      lines: this.#lines,
      group: options.group,
      topics: await this.admin.topicIds(options.topics),
      from: options.from,
      unread: options.unread ?? [],
      ...(options.known === undefined ? {} : { known: options.known }),
      handle,
      signal: () => this.#wakeUp.signal([groupSubject(options.group)]),
    });
    await subscription.start();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async stop(options: { drainMs: number }): Promise<void> {
    clearInterval(this.#maintenance);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop(options)));
    await this.#living.close();
    await this.#wakeUp.close();
    await this.#database.close();
  }

  /** A backup holds the tables for as long as it reads them: no reason for a service not to start. */
  async #maintain(): Promise<void> {
    await this.admin.maintain().catch((error: unknown) => {
      this.#lines.warn(
        { error: (error as Error).name },
        'the log could not be maintained; in an hour again',
      );
    });
  }
}
