import { setTimeout as pause } from 'node:timers/promises';
import { ConsumerRunner, MessageLog } from '@tact/platform';
import type { BatchHandler, LogRecord, SubscribeOptions, Subscription } from '@tact/platform';
import { lines, openLog } from './fixture.ts';
import { acceptAll, effectsOf, numbered, openService, relayOf } from './service.ts';
import type { NumberedData, Service } from './service.ts';
import type { CrashPoint, WorkerTask } from './workers.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as WorkerTask;

const crash = (point: CrashPoint): void => {
  if (task.crashAt === point) process.kill(process.pid, 'SIGKILL');
};

/** The log with a place to die before and after what matters. */
class CrashingLog extends MessageLog {
  readonly admin;
  readonly #log: MessageLog;

  constructor(log: MessageLog) {
    super();
    this.#log = log;
    this.admin = log.admin;
  }

  async publish(records: readonly LogRecord[]): Promise<void> {
    await this.#log.publish(records);
    if (records.some(({ value }) => middle(value))) crash('after-publish');
  }

  subscribe(options: SubscribeOptions, handle: BatchHandler): Promise<Subscription> {
    return this.#log.subscribe(options, async (records, context) => {
      await handle(records, context);
      if (!records.some(({ value }) => middle(value))) return;
      crash('after-effect-commit');
      if (task.crashAt === 'after-offset-commit')
        setTimeout(() => crash('after-offset-commit'), 2_500);
    });
  }

  stop(options: { drainMs: number }): Promise<void> {
    return this.#log.stop(options);
  }
}

/** True for the event a crash is tied to. */
const middle = (value: Buffer): boolean =>
  (JSON.parse(value.toString()) as NumberedData).n === Math.ceil((task.appends ?? 0) / 2);

const appendAll = async ({ store }: Service): Promise<void> => {
  const appends = task.appends ?? 0;
  for (let n = 1; n <= appends; n += 1) {
    const append = numbered({ key: task.name, n });
    if (n === Math.ceil(appends / 2)) {
      await store.transaction(async (tx) => {
        await store.appendIn(tx, [append]);
        crash('before-append-commit');
      });
      crash('after-append-commit');
    } else {
      await store.append(append);
    }
  }
};

const consume = async (service: Service, log: MessageLog): Promise<ConsumerRunner> => {
  const effects = effectsOf(task.group, task.name);
  const consumer = new ConsumerRunner({
    database: service.database,
    log,
    lines,
    validate: acceptAll,
    consumer: {
      group: task.group,
      topics: [task.topic],
      types: ['ThingDone'],
      async handle(tx, events, signal) {
        await pause(task.handlerMs ?? 0, undefined, { signal });
        await effects(tx, events, signal);
        const halfway = Math.ceil((task.appends ?? 0) / 2);
        if (events.some(({ data }) => (data as NumberedData).n === halfway)) {
          crash('before-effect-commit');
        }
      },
    },
  });
  await consumer.start();
  return consumer;
};

/** Writes what it sees at once and outside any checkpoint: order and completeness as the log alone gives them. */
const watch = async ({ database }: Service, log: MessageLog): Promise<Subscription> => {
  const options = { group: task.group, topics: [task.topic], from: 'earliest' } as const;
  return log.subscribe(options, async (records, context) => {
    for (let from = 0; from < records.length; from += 100) {
      if (context.isStale()) return;
      await context.heartbeat();
      const some = records.slice(from, from + 100);
      await database.queryable.query(
        'INSERT INTO seen (key, n) SELECT * FROM unnest($1::text[], $2::integer[])',
        [some.map(({ key }) => key), some.map(({ headers }) => Number(headers['n']))],
      );
    }
  });
};

const service = await openService({ url: task.databaseUrl, schema: task.schema, name: task.name });
const log = new CrashingLog(await openLog(task.log, task.name));
const relay = relayOf(service, log, task.topic, { leaseMs: 3_000 });
const works = task.role === 'consumer' || task.role === 'service';
const part = works ? await consume(service, log) : undefined;
const seen = task.role === 'seen' ? await watch(service, log) : undefined;
if (task.role === 'relay' || task.role === 'service') relay.start();

process.stdin.resume().once('end', () => process.exit(1));
process.once('SIGTERM', () => {
  void (async () => {
    await seen?.stop({ drainMs: 8_000 });
    await part?.stop({ drainMs: 8_000 });
    await relay.stop();
    await log.stop({ drainMs: 1_000 });
    await service.close();
    process.exit(0);
  })();
});
process.stdout.write('ready\n');
if (task.role === 'service') await appendAll(service);
