import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exampleProof, type ContactDecision } from '@tact/contracts';
import { type Constellation, startConstellation, wabaIds } from '../constellation.ts';
import { refusalCases } from './cases-of-reports.ts';
import type { RefusalCase, Step } from './refusal-cases.ts';

const now = '2026-11-20T10:00:00.000Z';
let tact: Constellation;
beforeAll(async () => {
  tact = await startConstellation({ TACT_CLOCK: now });
}, 60_000);
afterAll(async () => tact?.stop());

const marketing = { purpose: 'marketing', channel: 'whatsapp' } as const;
const proof = { ...exampleProof, source: 'CRM nightly export' };
const witness = { name: 'Inès Martin', method: 'telephone', evidence: 'call 4711' } as const;

const registration = (identities: object, at: string) => ({
  identities,
  timeZone: 'Europe/Paris',
  consents: [{ ...marketing, state: 'given', at, proof }],
});

const idOf = async (person: object): Promise<string | undefined> => {
  const [[type, value] = []] = Object.entries(person);
  const identity = type === undefined ? {} : { [type]: value as string };
  const { body } = await tact.call<{ contactId?: string }>('POST', '/v1/contacts/search', {
    identity,
  });
  return body.contactId;
};

const post = async (path: string, body: object): Promise<void> => {
  const { status, body: answer } = await tact.call('POST', path, body);
  if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(answer)}`);
};

const take = async (step: Step, person: object): Promise<void> => {
  if ('webhook' in step) {
    const { webhook: value, field = 'messages' } = step;
    const changes = [{ field, value }];
    const entry = [{ id: wabaIds[0], changes }];
    expect(await tact.webhook({ object: 'whatsapp_business_account', entry })).toBe(200);
    return;
  }
  if ('register' in step) {
    return post('/v1/contacts', registration(step.register, step.consentAt));
  }
  const consent = { contactId: await idOf(person), ...marketing, at: step.consentAt, proof };
  if (step.witnessed) return post('/v1/consents/reopenings', { ...consent, witness });
  return post('/v1/consents', consent);
};

const decisionOf = async ({ person }: RefusalCase): Promise<string> => {
  const contactId = await idOf(person);
  const asked = { contactId, ...marketing };
  const { body } = await tact.call<ContactDecision>('POST', '/v1/contact-decisions', asked);
  const reasons = body.reasons?.map(({ reason }) => reason) ?? [];
  return reasons.every((reason) => ['allowed', 'suppressed'].includes(reason))
    ? body.decision
    : reasons.join(' ');
};

test('each refusal of the field reports, and of their neighbours, decides what is allowed afterwards', async () => {
  const cases = refusalCases(Date.parse(now));
  for (const { steps, person } of cases) {
    for (const step of steps) await take(step, person);
  }
  await tact.settled();
  const table: { fixture: string; name: string; decision: string }[] = [];
  for (const one of cases) {
    table.push({ fixture: one.fixture, name: one.name, decision: await decisionOf(one) });
  }
  process.stdout.write(
    `${table.map((row) => `| ${row.fixture} | ${row.name} | ${row.decision} |`).join('\n')}\n`,
  );
  expect(table).toEqual(cases.map(({ fixture, name, decision }) => ({ fixture, name, decision })));
}, 120_000);
