import {
  startEmbeddedPostgres,
  startKafkaBroker,
  type EmbeddedPostgres,
  type KafkaBroker,
} from '@tact/infra';
import { requireBrokers } from './brokers.ts';
import type { Home } from '../home/home.ts';
import type { RunFile } from '../home/run-file.ts';
import { storePatience } from './store-silence.ts';
import { SupervisedStore } from './supervised-store.ts';
import type { Terminal } from '../terminal/terminal.ts';

export type StoresOptions = {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  /** Kafka was asked for; without it PostgreSQL carries the messages too. */
  readonly kafka: boolean;
  readonly terminal: Terminal;
  readonly changed: () => void;
};

type Launch = { dataDir: string; onProgress: (text: string) => void };

/** A crashed server comes back on the port it had; progress is shown the first time only. */
const launcher =
  <Server>(
    start: (options: Launch & { port?: number }) => Promise<Server>,
    { dataDir, onProgress }: Launch,
  ) =>
  (port?: number): Promise<Server> =>
    start(port === undefined ? { dataDir, onProgress } : { dataDir, port, onProgress: () => {} });

/** PostgreSQL and Kafka: ours, unless the environment points at servers of the caller's own. */
export class Stores {
  readonly #options: StoresOptions;
  #postgres: SupervisedStore<EmbeddedPostgres> | undefined;
  #kafka: SupervisedStore<KafkaBroker> | undefined;

  constructor(options: StoresOptions) {
    this.#options = options;
  }

  /** What tells the services where their data and their messages go. */
  get env(): NodeJS.ProcessEnv {
    const { env } = this.#options;
    return {
      DATABASE_URL: env['DATABASE_URL'] || this.#postgres?.server.url,
      KAFKA_BROKERS: env['KAFKA_BROKERS'] || this.#kafka?.server.brokers.join(','),
    };
  }

  get run(): Pick<RunFile, 'database' | 'messageLog' | 'stores'> {
    return {
      database: this.#options.env['DATABASE_URL'] ? 'external' : 'embedded',
      messageLog: this.env['KAFKA_BROKERS'] ? 'kafka' : 'postgres',
      stores: [...(this.#postgres?.run ?? []), ...(this.#kafka?.run ?? [])],
    };
  }

  /** Throws `ServerRefused`; what started before the failure is still stopped by `stop`. */
  async start(): Promise<void> {
    const { env, kafka } = this.#options;
    const starts = await Promise.allSettled([
      env['DATABASE_URL'] ? undefined : this.#startPostgres(),
      env['KAFKA_BROKERS'] ? requireBrokers(env['KAFKA_BROKERS']) : undefined,
      env['KAFKA_BROKERS'] || !kafka ? undefined : this.#startKafka(),
    ]);
    const failed = starts.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    this.#options.changed();
  }

  /** PostgreSQL last: everything else writes to it while it stops. */
  async stop(): Promise<void> {
    const { step } = this.#options.terminal;
    const [kafka, postgres] = [this.#kafka, this.#postgres];
    if (kafka) await step('Kafka stopped', () => kafka.stop());
    if (postgres) await step('PostgreSQL stopped', () => postgres.stop());
  }

  killNow(): void {
    this.#kafka?.killNow();
    this.#postgres?.killNow();
  }

  async #startPostgres(): Promise<void> {
    const { home, terminal, changed } = this.#options;
    await terminal.step('PostgreSQL answers', async (onProgress) => {
      this.#postgres = await SupervisedStore.start({
        name: 'PostgreSQL',
        // Ends at once; the next start recovers from the write-ahead log.
        killSignal: 'SIGQUIT',
        launch: launcher(startEmbeddedPostgres, { dataDir: home.postgres, onProgress }),
        warn: terminal.warn,
        changed,
        patience: storePatience,
      });
    });
  }

  async #startKafka(): Promise<void> {
    const { home, terminal, changed } = this.#options;
    await terminal.step('Kafka answers', async (onProgress) => {
      this.#kafka = await SupervisedStore.start({
        name: 'Kafka',
        killSignal: 'SIGKILL',
        launch: launcher(startKafkaBroker, { dataDir: home.kafka, onProgress }),
        warn: terminal.warn,
        changed,
        patience: storePatience,
      });
    });
  }
}
