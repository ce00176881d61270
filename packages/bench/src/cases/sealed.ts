import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Clock,
  EventStore,
  LocalRootKey,
  Vault,
  migrate,
  openDatabase,
  vaultMigrations,
  type StreamAppend,
} from '@tact/platform';
import {
  type Bench,
  type BenchCase,
  type BenchResult,
  interleave,
  type Scratch,
} from '../bench.ts';
import { closedLoop, repeated } from '../load.ts';
import { withBench } from '../server.ts';

const tenantId = 'tenant';
const CALLERS = 16;
const floors = { floor: 0.6, stretch: 0.75 };
/** Their keys are cached, as those of the people a business writes to in one minute are. */
const people = Array.from({ length: 1_000 }, () => `ct_${randomBytes(16).toString('hex')}`);
let turn = 0;

/** About 230 bytes of data, of which two fields are personal. */
const appendOf = (count = 1): StreamAppend => {
  turn += 1;
  const subject = people[turn % people.length] ?? '';
  const data = {
    contactId: subject,
    kind: 'photo-missing',
    origin: 'agent',
    observer: 'agent-17',
    baseline: { at: '2026-11-20T10:00:00.000Z', saw: 'a photo of a garden, taken in the spring' },
    messageRef: `mr_${'0'.repeat(40)}`,
  };
  return {
    stream: randomUUID(),
    expected: 'any',
    events: Array.from({ length: count }, () => ({ type: 'SignalRecorded', data })),
    context: { tenantId, subject, correlationId: subject },
  };
};

type Stores = {
  readonly clear: EventStore;
  readonly sealed: EventStore;
  /** Reads what `sealed` wrote, and cannot open it. */
  readonly keyless: EventStore;
};

/** Two schemas of one database, alike but for the sealer; the vault is a schema of its own, hence the database too. */
const withStores = async (
  bench: Bench,
  options: { readonly poolSize?: number },
  work: (stores: Stores, seconds: number) => Promise<BenchResult[]>,
): Promise<readonly BenchResult[]> => {
  const name = `bench_sealed_${randomBytes(4).toString('hex')}`;
  const { raw } = await bench.scratch();
  await raw.query(`CREATE DATABASE ${name}`);
  const url = new URL(bench.url);
  url.pathname = name;
  const folder = await mkdtemp(join(tmpdir(), 'tact-bench-'));
  const vaultSchema = await openDatabase({ url: url.href, schema: 'vault', poolSize: 2 });
  try {
    await migrate(vaultSchema, vaultMigrations);
    const rootKey = await LocalRootKey.open(folder);
    const vault = new Vault({
      queryable: vaultSchema.queryable,
      rootKey,
      clock: new Clock(),
    });
    return await withBench({ url: url.href, seconds: bench.seconds }, async (inner) => {
      const [one, other] = [await inner.scratch(options), await inner.scratch(options)];
      const sealed = sealedStore(other, vault);
      await sealed.appendMany(people.map(() => appendOf()));
      try {
        return await work({ clear: one.store, sealed, keyless: other.store }, bench.seconds);
      } finally {
        await sealed.close();
      }
    });
  } finally {
    await vaultSchema.close();
    await rm(folder, { recursive: true, force: true });
    await raw.query(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};

const sealedStore = ({ database }: Scratch, { sealer }: Vault): EventStore =>
  new EventStore({ database, commitQueues: 1, sealer });

const line = (name: string, measured: { raw: number; ours: number; ratio: number }) => ({
  name,
  against: 'unsealed',
  unit: 'events/s',
  ...measured,
});

const oneCaller = (bench: Bench) =>
  withStores(bench, {}, async ({ clear, sealed }, seconds) => {
    const measured = await interleave(seconds, {
      raw: closedLoop(1, () => clear.append(appendOf())),
      ours: closedLoop(1, () => sealed.append(appendOf())),
    });
    return [{ ...line('append 1 sealed event, 1 caller', measured), ...floors }];
  });

const sixteenCallers = (bench: Bench) =>
  withStores(bench, { poolSize: CALLERS }, async ({ clear, sealed }, seconds) => {
    const measured = await interleave(seconds, {
      raw: closedLoop(CALLERS, () => clear.appendMany([appendOf()])),
      ours: closedLoop(CALLERS, () => sealed.appendMany([appendOf()])),
    });
    return [{ ...line(`append 1 sealed event, ${CALLERS} callers`, measured), ...floors }];
  });

const batch = (bench: Bench) =>
  withStores(bench, {}, async ({ clear, sealed }, seconds) => {
    const units = 100;
    const measured = await interleave(seconds, {
      raw: closedLoop(1, () => clear.append(appendOf(units)), { units }),
      ours: closedLoop(1, () => sealed.append(appendOf(units)), { units }),
    });
    return [{ ...line(`append a batch of ${units} sealed events`, measured), ...floors }];
  });

/** The same rows, with and without their boxes opened. */
const opening = (bench: Bench) =>
  withStores(bench, {}, async ({ sealed, keyless }, seconds) => {
    for (let nth = 0; nth < 10; nth += 1) await sealed.appendMany(people.map(() => appendOf()));
    const read = async (store: EventStore): Promise<number> => {
      const { events } = await store.readAll({ after: 0, limit: 2_000 });
      return events.length;
    };
    const measured = await interleave(seconds, {
      raw: repeated(() => read(keyless)),
      ours: repeated(() => read(sealed)),
    });
    return [{ ...line('read and open sealed events', measured), against: 'left sealed' }];
  });

export const cases: readonly BenchCase[] = [
  { name: 'sealed-append-1', run: oneCaller },
  { name: 'sealed-append-16', run: sixteenCallers },
  { name: 'sealed-append-batch-100', run: batch },
  { name: 'sealed-open', run: opening },
];
