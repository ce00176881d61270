import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { corpusNeedles, sharesOf, sweepPages, sweepServices } from '@tact/cli';
import { TactClient } from '@tact/client';
import { TraceSearch } from '@tact/traces';
import { apiKey, appSecret, wabaIds } from '../constellation.ts';
import { folder, inAnyOrder, seed } from './given-corpus.ts';

test(`the whole corpus leaves no trace of a person in any table, topic, page or log line (TACT_TEST_SEED=${seed})`, async () => {
  await inAnyOrder(2, async (tact) => {
    const needles = corpusNeedles(folder);
    expect(needles.length).toBeGreaterThan(1000);
    const search = new TraceSearch(needles, (algorithm, bytes) =>
      createHash(algorithm).update(bytes).digest(),
    );
    const whatsapp = { appSecret, verifyToken: '', wabaIds: [...wabaIds] };
    const services = tact.services.map(({ service, origin }) => ({
      service,
      api: new TactClient({ origin, tenant: 'demo', apiKey, whatsapp }),
    }));
    const swept = [
      ...(await sweepServices(await sharesOf(services), needles)),
      ...(await sweepPages(services, search)),
    ];
    const groups = new Set(swept.map(({ group }) => group));
    expect([...groups]).toEqual(
      expect.arrayContaining(['tables of ingestion', 'tables of log', 'topics', 'pages']),
    );
    expect(swept.filter(({ hits, unreadable }) => hits.length > 0 || unreadable)).toEqual([]);
    const lines = search.hits();
    search.whole(Buffer.from(tact.logLines.join('\n')), lines);
    expect(lines.list).toEqual([]);
  });
}, 300_000);
