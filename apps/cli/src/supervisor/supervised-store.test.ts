import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { SupervisedStore, type StoreServer } from './supervised-store.ts';

/** A store that is told when to fall silent; `kill` ends it. */
class Store implements StoreServer {
  readonly port = 5432;
  readonly pid = process.pid;
  readonly #gone = Promise.withResolvers<void>();
  readonly exited = this.#gone.promise;
  answer = (): Promise<boolean> => Promise.resolve(true);

  speaks(): Promise<boolean> {
    return this.answer();
  }

  kill(): Promise<void> {
    this.#gone.resolve();
    return this.exited;
  }

  stop(): Promise<void> {
    return this.kill();
  }
}

const supervise = async () => {
  const launched: Store[] = [];
  const warnings: string[] = [];
  const store = await SupervisedStore.start({
    name: 'PostgreSQL',
    killSignal: 'SIGQUIT' as const,
    launch: () => {
      launched.push(new Store());
      return Promise.resolve(launched.at(-1) as Store);
    },
    warn: (text) => warnings.push(text),
    changed: () => undefined,
    patience: { everyMs: 20, questionsMax: 5 },
  });
  return { store, launched, warnings };
};

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await sleep(5);
  }
};

test('a store that says nothing for too long is ended, started again and counted', async () => {
  const { store, launched, warnings } = await supervise();
  const [first] = launched;
  if (first) first.answer = () => Promise.resolve(false);
  await until(() => warnings.includes('PostgreSQL is back on port 5432'));
  expect(warnings).toEqual([
    'PostgreSQL is frozen: it has not answered for 0.1 s and is ended',
    'PostgreSQL ended; starting it again in 1 s',
    'PostgreSQL is back on port 5432',
  ]);
  expect(store.run).toMatchObject([{ name: 'PostgreSQL', restarts: 1 }]);
  await store.stop();
});

test('one that answers now and then is slow, and is left alone', async () => {
  const { store, launched, warnings } = await supervise();
  let questions = 0;
  const [first] = launched;
  if (first) first.answer = () => Promise.resolve((questions += 1) % 4 === 0);
  await until(() => questions > 15);
  expect([warnings, store.run[0]?.restarts]).toEqual([[], 0]);
  await store.stop();
});
