import { setTimeout as pause } from 'node:timers/promises';
import { RegisterContactResponse, ContactDecision } from '@tact/contracts';
import {
  inventedPerson,
  type Person,
  registration,
  stopWebhook,
} from '@tact/testing/webhook-bodies';
import type { BenchCase, BenchResult } from '../bench.ts';
import { importPeople, judged, signalLines, upload } from '../import-lines.ts';
import { Latencies } from '../load.ts';
import { WholePlatform } from '../whole-platform.ts';

const LINES = 100_000;
const PEOPLE = 500;
/** People who ask to be left alone while the import runs, one after the other. */
const REFUSALS = 200;
const EVERY_MS = 250;
const LOOK_MS = 20;
const OUTLAST_MS = 60_000;

const post = async (whole: WholePlatform, path: string, body: object): Promise<unknown> => {
  const answer = await fetch(`http://127.0.0.1:${whole.api.port}${path}`, {
    method: 'POST',
    headers: { ...whole.authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return await answer.json();
};

const isDenied = async (whole: WholePlatform, contactId: string): Promise<boolean> => {
  const ask = { contactId, channel: 'whatsapp', purpose: 'marketing' };
  const { reasons } = ContactDecision.parse(await post(whole, '/v1/contact-decisions', ask));
  return reasons.some(({ reason }) => reason === 'suppressed');
};

/** From the webhook's first byte to the first decision that is denied for it. */
const refuse = async (
  whole: WholePlatform,
  person: Person,
  { contactId, latencies }: { contactId: string; latencies: Latencies },
): Promise<void> => {
  const began = performance.now();
  await whole.ok(whole.connection(), whole.signed(stopWebhook(whole.wabaId, person)));
  while (!(await isDenied(whole, contactId))) {
    if (performance.now() - began > OUTLAST_MS) throw new Error('a refusal did not arrive');
    await pause(LOOK_MS);
  }
  latencies.record(performance.now() - began);
};

const refusals = async (whole: WholePlatform): Promise<BenchResult[]> => {
  const people = Array.from({ length: REFUSALS }, (_, nth) => inventedPerson(nth));
  const known: { readonly person: Person; readonly contactId: string }[] = [];
  for (const person of people) {
    const answer = await post(whole, '/v1/contacts', registration(person));
    known.push({ person, ...RegisterContactResponse.parse(answer) });
  }
  await whole.settled();
  const imported = await importPeople(whole.api, PEOPLE);
  const lines = signalLines({ people: imported, each: LINES / PEOPLE, order: 'by time' });
  const importing = upload(whole.api, 'signals', lines).then((id) => judged(whole.api, id));
  let isImporting = true;
  void importing.finally(() => {
    isImporting = false;
  });
  const latencies = new Latencies();
  const running: Promise<void>[] = [];
  let duringImport = 0;
  for (const { person, contactId } of known) {
    running.push(refuse(whole, person, { contactId, latencies }));
    if (isImporting) duringImport += 1;
    await pause(EVERY_MS);
  }
  await Promise.all(running);
  await importing;
  console.log(`  ${duringImport} of ${REFUSALS} refusals came while the import ran`);
  return [
    {
      name: 'refusal: from the webhook to the denied decision',
      against: `an import of ${LINES} lines`,
      unit: 'refusals',
      ours: REFUSALS,
      p50Ms: latencies.percentileMs(50),
      p99Ms: latencies.percentileMs(99),
      p99FloorMs: 5_000,
    },
  ];
};

export const cases: readonly BenchCase[] = [
  { name: 'platform-refusal', run: () => WholePlatform.with(refusals) },
];
