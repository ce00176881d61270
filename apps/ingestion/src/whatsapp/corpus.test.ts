import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Band } from '@tact/contracts';
import { assessContact, assumedPriors as priors, evidenceOf, type SignalFact } from '@tact/domain';
import fc from 'fast-check';
import { WhatsAppWebhook } from '@tact/contracts';
import { type Reading, readWebhook } from './whatsapp.ts';

const fixtures = new URL('../../../../packages/testing/fixtures/whatsapp/', import.meta.url);
const json = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(path, fixtures), 'utf8')) as unknown;

type Expected = {
  http: number;
  events: number;
  quarantined?: number;
  distinct_events?: number;
  evidence?: string;
};
type Case = { id: string; file: string; expect: Expected };
const manifest = json('manifest.json') as {
  own_wabas: string[];
  received_at_for_tests: string;
  cases: Case[];
};
const cases = manifest.cases.filter(({ expect: { http } }) => http === 200);

const reader = {
  wabaIds: new Set(manifest.own_wabas),
  now: new Date(manifest.received_at_for_tests),
};
const read = (body: unknown, now = reader.now): Reading =>
  readWebhook(WhatsAppWebhook.parse(body), { ...reader, now });
const readCase = ({ file }: Case): Reading => read(json(file));

const factsIn = (reading: Reading) => [
  ...reading.observations,
  ...reading.orphans,
  ...reading.senderObservations,
  ...reading.identityChanges,
];
type Fact = ReturnType<typeof factsIn>[number];
const keysOf = (facts: readonly Fact[]): ReadonlySet<string> =>
  new Set(facts.map(({ about, factKey }) => JSON.stringify([about, ...factKey])));

/** What we add of our own beside the fact it was read in: an objection in words, a word on the sender. */
const isDerived = ({ factKey }: Fact): boolean =>
  factKey.at(-1) === 'stop' || factKey[0] === 'aggregate';

const byKind: Readonly<Record<string, string>> = {
  'message-sent': 'neutral',
  'message-delivered': 'against_block',
  'message-read': 'against_block',
  'message-played': 'against_block',
  'inbound-message': 'against_block',
  'marketing-opt-in': 'against_block',
  'marketing-opt-out': 'opt_out',
  'group-receipt': 'liveness_only',
  'call-rang': 'against_block',
  'call-answered': 'against_block',
  'template-quality-changed': 'sender_aggregate',
  'account-error': 'none',
  'template-category-changed': 'none',
  'phone-quality-changed': 'none',
  'capability-changed': 'none',
};
/** Fields whose bearing lies in the state they bring, by WhatsApp's word for it. */
const byState: Readonly<Record<string, string>> = {
  DISABLED: 'sender_aggregate',
  REJECTED: 'none',
  ACCOUNT_VIOLATION: 'sender_aggregate',
  ACCOUNT_RESTRICTION: 'outage',
  DISABLED_UPDATE: 'outage',
};
const evidenceIn = (fact: Fact): string => {
  if (fact.about === 'identity') return 'other_cause';
  if (fact.about === 'sender') return byState[fact.state ?? ''] ?? byKind[fact.kind] ?? '?';
  if (fact.backfill) return 'backfill';
  return fact.kind === 'message-failed' ? evidenceOf(fact.code) : (byKind[fact.kind] ?? '?');
};

/** What says nothing we may hold of anybody, or nothing we know: no fact, and a reason that is counted. */
const withoutFact: Readonly<Record<string, readonly string[]>> = {
  'call-connect-business': ['call-without-evidence'],
  'smb-app-state-sync': ['contact-book', 'contact-book'],
  'history-declined': ['history-declined'],
  'group-participant-left': ['group-change'],
  'group-participant-removed-by-us': ['group-change'],
  'unknown-status-value': ['status-unknown'],
};

describe('the corpus gives what its manifest says', () => {
  test.each(cases)('$id', (one) => {
    const reading = readCase(one);
    const facts = factsIn(reading).filter((fact) => !isDerived(fact));
    const reasons = withoutFact[one.id];
    if (reasons !== undefined) {
      expect([facts, reading.skipped]).toEqual([[], reasons]);
      return;
    }
    const { events, distinct_events: distinct = events, evidence } = one.expect;
    const waiting = one.expect.quarantined ?? 0;
    expect([facts.length, keysOf(facts).size]).toEqual([events + waiting, distinct + waiting]);
    if (evidence === undefined) return;
    const found = new Set(facts.map(evidenceIn));
    // Whoever failed after an arrival was reached: the proof outweighs the failure beside it.
    expect([...found]).toContain(evidence);
    expect([...found].filter((other) => other !== evidence && other !== 'neutral')).toEqual([]);
  });

  test('every sender code is told of the sender, once a day, whoever it hit', () => {
    const [one] = manifest.cases.filter(({ id }) => id === 'status-failed-131048') as [Case];
    const aggregates = readCase(one).senderObservations;
    expect(aggregates).toMatchObject([{ kind: 'account-error', code: 131_048 }]);
    const text = JSON.stringify(json(one.file)).replaceAll(/"wamid\.[^"]+"/g, '"wamid.another"');
    const other = read(JSON.parse(text)).senderObservations;
    expect(keysOf(other)).toEqual(keysOf(aggregates));
  });
});

type Change = { readonly field: string; readonly value: Record<string, unknown> };
type Entry = { readonly id: string; readonly changes: readonly Change[] };

/** Every part of every body as a webhook of its own: lists are taken apart, the rest goes with each of them. */
const atoms: readonly Entry[] = cases
  .flatMap(({ file }) => (json(file) as { entry?: Entry[] }).entry ?? [])
  .flatMap(({ changes, ...entry }) => changes.map((change) => ({ ...entry, change })))
  .flatMap(({ change, ...entry }): Entry[] => {
    const { statuses: _, messages: __, ...rest } = change.value;
    const lists = ['statuses', 'messages'].filter((name) => Array.isArray(change.value[name]));
    if (lists.length === 0) return [{ ...entry, changes: [change] }];
    return lists.flatMap((name) =>
      (change.value[name] as unknown[]).map((item) => ({
        ...entry,
        changes: [{ ...change, value: { ...rest, [name]: [item] } }],
      })),
    );
  });

test('any order, any split and any repetition of the corpus gives the same facts', () => {
  const expected = keysOf(cases.flatMap((one) => factsIn(readCase(one))));
  expect(expected.size).toBeGreaterThan(700);
  const shuffled = fc.shuffledSubarray([...atoms], { minLength: atoms.length });
  const again = fc.subarray([...atoms], { maxLength: 200 });
  fc.assert(
    fc.property(shuffled, again, fc.integer({ min: 1, max: 400 }), (first, repeated, size) => {
      const entries = [...first, ...repeated];
      const facts: Fact[] = [];
      for (let from = 0; from < entries.length; from += size) {
        const entry = entries.slice(from, from + size);
        facts.push(...factsIn(read({ object: 'whatsapp_business_account', entry })));
      }
      expect(keysOf(facts)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

type Step = {
  readonly at: string;
  readonly webhook?: unknown;
  readonly observation?: { readonly signal: 'photo' | 'presence'; readonly value: string };
};
type Story = {
  readonly id: string;
  readonly steps: readonly Step[];
  readonly expect: { readonly verdict?: string; readonly verdict_at_most?: string };
};
const stories = readdirSync(fileURLToPath(new URL('sequences/', fixtures)))
  .toSorted()
  .map((file) => json(`sequences/${file}`) as Story);

/** The words of the stories, and the bands that are no stronger than each. */
const allowed: Readonly<Record<string, readonly Band[]>> = {
  not_blocked: ['reachable'],
  no_evidence: ['reachable', 'undetermined'],
  unreachable_undetermined: ['reachable', 'undetermined', 'unreachable'],
  probably_blocked: ['reachable', 'undetermined', 'unreachable', 'suspected', 'probable'],
};

type Known = SignalFact & { readonly who?: string | undefined };
/** A story as it reaches us: webhooks through the reader, failures that name nobody joined by their message. */
const factsOf = ({ steps }: Story): Known[] =>
  steps.flatMap(({ at, webhook, observation }): Known[] => {
    if (observation) {
      const isSeen = ['visible', 'seen'].includes(observation.value);
      return [
        {
          kind: `${observation.signal}-${isSeen ? 'seen' : 'missing'}` as const,
          occurredAt: Date.parse(at),
        },
      ];
    }
    const { observations, orphans, skipped } = read(webhook, new Date(at));
    expect(skipped.filter((reason) => reason !== 'call-without-evidence')).toEqual([]);
    return [...observations, ...orphans].map((fact) => ({
      kind: fact.kind,
      occurredAt: fact.occurredAt,
      messageRef: fact.wamid,
      code: fact.code,
      ...(fact.about === 'person' ? { who: fact.identities.phone ?? fact.identities.bsuid } : {}),
    }));
  });

test.each(stories)('$id says no more than its story allows', (story) => {
  const facts = factsOf(story);
  const people = new Set(facts.flatMap(({ who }) => (who === undefined ? [] : [who])));
  const bands = allowed[story.expect.verdict ?? story.expect.verdict_at_most ?? ''];
  const asOf = Date.parse(story.steps.at(-1)?.at ?? '');
  const subjects = people.size <= 1 ? [undefined] : [...people];
  for (const person of subjects) {
    const own = facts.filter(({ who }) => person === undefined || who === person);
    expect(bands).toContain(assessContact(own, { priors, asOf }).band);
  }
});
