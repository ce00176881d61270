import type { Bench, BenchCase, BenchResult } from '../bench.ts';
import { HttpConnection } from '../http-connection.ts';
import { importPeople, inReadModel, signalLines, upload } from '../import-lines.ts';
import { closedLoop, Latencies } from '../load.ts';
import { WholePlatform } from '../whole-platform.ts';

const SHORT = 100;
const LONG = 10_000;
const TENANT_CONTACTS = 50_000;

/** One caller, who asks again when it is answered: the median is what an answer takes. */
const medianMs = async (whole: WholePlatform, path: string, ms: number): Promise<number> => {
  const connection = whole.connection();
  const request = HttpConnection.get(path, whole.authorization);
  const latencies = new Latencies();
  await closedLoop(1, () => whole.ok(connection, request))(ms / 4);
  await closedLoop(1, () => whole.ok(connection, request), { latencies })(ms);
  return latencies.percentileMs(50);
};

/** A person with so many facts, and the path of what is known of that person. */
const personWith = async (whole: WholePlatform, facts: number): Promise<string> => {
  const people = await importPeople(whole.api, 1);
  const before = await whole.number('SELECT coalesce(max(position), 0) AS n FROM scoring.facts');
  await upload(whole.api, 'signals', signalLines({ people, each: facts, order: 'by time' }));
  await inReadModel(whole.sql, before + facts);
  const { rows } = await whole.sql.query<{ id: string }>(
    'SELECT contact_id AS id FROM scoring.facts ORDER BY position DESC LIMIT 1',
  );
  return `/v1/contacts/${rows[0]?.id}`;
};

const reads = async (whole: WholePlatform, seconds: number): Promise<BenchResult[]> => {
  const ms = (seconds * 1_000) / 2;
  const [short, long] = [await personWith(whole, SHORT), await personWith(whole, LONG)];
  const pages = {
    short: await medianMs(whole, `${short}/signals`, ms),
    long: await medianMs(whole, `${long}/signals`, ms),
  };
  const against = 'one caller through the gateway';
  return [
    { name: `signals, a page at ${SHORT} facts`, against, unit: 'ms', ours: pages.short },
    {
      name: `signals, a page at ${LONG} facts against ${SHORT}`,
      against,
      unit: 'times',
      ours: pages.long / pages.short,
      atMost: 1.5,
    },
    {
      name: 'block likelihood of one contact',
      against,
      unit: 'ms',
      ours: await medianMs(whole, `${short}/block-likelihood`, ms),
    },
    {
      name: 'list of block likelihoods, a page',
      against,
      unit: 'ms',
      ours: await medianMs(whole, '/v1/block-likelihoods', ms),
    },
    ...(await aggregates(whole)),
  ];
};

/** Rows like the one there is, until the tenant has as many contacts as a large business. */
const manyRows = `
INSERT INTO scoring.block_likelihoods
SELECT tenant_id, 'ct_' || md5(n::text), probability, band, as_of_day, as_of, facts, ages,
  model_version, assessment, leading_cause
FROM (SELECT * FROM scoring.block_likelihoods LIMIT 1) AS one, generate_series(1, ${TENANT_CONTACTS}) AS n`;
const theirCells = `
INSERT INTO scoring.likelihood_cells
SELECT tenant_id, band, leading_cause, 1 FROM scoring.block_likelihoods WHERE facts > 0`;

/** The first answer of an hour, several times: what was told is forgotten before each. */
const aggregates = async (whole: WholePlatform): Promise<BenchResult[]> => {
  await whole.sql.query(`DELETE FROM scoring.likelihood_cells`);
  await whole.sql.query(manyRows);
  await whole.sql.query(theirCells);
  await whole.sql.query('VACUUM ANALYZE scoring.block_likelihoods, scoring.likelihood_cells');
  const connection = whole.connection();
  const request = HttpConnection.get('/v1/block-likelihoods/aggregates', whole.authorization);
  const latencies = new Latencies();
  for (let nth = 0; nth < 15; nth += 1) {
    await whole.sql.query('DELETE FROM scoring.likelihood_aggregates');
    const began = performance.now();
    await whole.ok(connection, request);
    // The first folds what fifty thousand writers entered, which a running tenant never has at once.
    if (nth > 0) latencies.record(performance.now() - began);
  }
  const against = `${TENANT_CONTACTS} contacts`;
  const name = 'aggregates, the first answer of an hour';
  return [{ name, against, unit: 'ms', ours: latencies.percentileMs(50), atMost: 50 }];
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-reads',
    run: ({ seconds }: Bench) => WholePlatform.with((whole) => reads(whole, seconds)),
  },
];
