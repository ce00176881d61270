import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IncidentPage, exampleProof } from '@tact/contracts';
import { type Constellation, startConstellation } from '../constellation.ts';

type Story = { readonly steps: readonly { readonly webhook: object }[] };
const path = '../../fixtures/whatsapp/sequences/07-outage-cohort.json';
const { steps } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Story;

let tact: Constellation;
beforeAll(async () => {
  tact = await startConstellation({
    TACT_CLOCK: '2026-11-02T14:30:00.000Z',
    COHORT_LOOK_SECONDS: '0.5',
  });
}, 60_000);
afterAll(() => tact?.stop());

/** The incidents scoring lists, once the watch has looked often enough for the last of them to be as wanted. */
const incidentsOnce = async (state: 'open' | 'closed') => {
  for (;;) {
    await tact.settled();
    const { items } = IncidentPage.parse((await tact.call('GET', '/v1/incidents')).body);
    if (items.at(0)?.state === state) return items;
    // The watch looks twice a second: asking without a pause would take the processor from it.
    await pause(100);
  }
};

test('an outage that ingestion sees is listed by scoring, open and then closed', async () => {
  const consent = { purpose: 'signal-analysis', channel: 'whatsapp', state: 'given' };
  for (let nth = 0; nth < 20; nth++) {
    const { status } = await tact.call('POST', '/v1/contacts', {
      identities: { phone: `+336399810${String(nth).padStart(2, '0')}` },
      consents: [{ ...consent, at: '2026-01-05T09:00:00Z', proof: exampleProof }],
    });
    expect(status).toBe(200);
  }
  const [catchUp, ...outage] = steps.toReversed();
  for (const { webhook } of outage.toReversed()) expect(await tact.webhook(webhook)).toBe(200);
  const begun = {
    cause: 'delivery-stall',
    from: '2026-11-02T08:00:00.000Z',
    messages: 20,
    stuck: 20,
  };
  expect(await incidentsOnce('open')).toEqual([expect.objectContaining(begun)]);
  expect(await tact.webhook(catchUp?.webhook ?? {})).toBe(200);
  expect(await incidentsOnce('closed')).toEqual([expect.objectContaining(begun)]);
}, 60_000);
