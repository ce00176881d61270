import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Band, type Sentence, type SignalKind, HOUR_MS } from '@tact/contracts';
import { assessContact, type Assessment } from './assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';

type Status = {
  id: string;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  recipient_id?: string;
  errors?: { code: number }[];
};
type Value = {
  statuses?: Status[];
  messages?: { id: string }[];
  user_preferences?: { value: 'stop' | 'resume' }[];
  calls?: { event?: string; status?: string }[];
};
type Step = {
  at: string;
  what: string;
  webhook?: { entry: { changes: { value: Value }[] }[] };
  observation?: { signal: 'photo' | 'presence'; value: string };
};
type Story = {
  id: string;
  steps: Step[];
  expect: { verdict?: string; verdict_at_most?: string };
};

const folder = fileURLToPath(
  new URL('../../../../testing/fixtures/whatsapp/sequences/', import.meta.url),
);
const stories = readdirSync(folder)
  .toSorted()
  .map((file) => JSON.parse(readFileSync(folder + file, 'utf8')) as Story);

/** The words of the stories, weakest first, and the bands that are no stronger than each. */
const allowed: Record<string, readonly Band[]> = {
  not_blocked: ['reachable'],
  no_evidence: ['reachable', 'undetermined'],
  unreachable: ['reachable', 'undetermined', 'unreachable'],
  unreachable_undetermined: ['reachable', 'undetermined', 'unreachable'],
  suspected: ['reachable', 'undetermined', 'unreachable', 'suspected'],
  probably_blocked: ['reachable', 'undetermined', 'unreachable', 'suspected', 'probable'],
};

const factsOf = ({ at, what, webhook, observation }: Step): (SignalFact & { who?: string })[] => {
  const occurredAt = Date.parse(at);
  if (observation) {
    const isSeen = ['visible', 'seen'].includes(observation.value);
    const kind: SignalKind = `${observation.signal}-${isSeen ? 'seen' : 'missing'}`;
    return [{ kind, occurredAt }];
  }
  if (what.includes('without RINGING')) return [{ kind: 'call-not-ringing', occurredAt }];
  const values = webhook?.entry.flatMap(({ changes }) => changes).map(({ value }) => value) ?? [];
  return values.flatMap((value) => [
    ...(value.statuses ?? []).map((status) => ({
      kind: `message-${status.status}` as SignalKind,
      occurredAt,
      messageRef: status.id,
      ...(status.errors?.[0] ? { code: status.errors[0].code } : {}),
      ...(status.recipient_id ? { who: status.recipient_id } : {}),
    })),
    ...(value.messages ?? []).map(() => ({ kind: 'inbound-message' as const, occurredAt })),
    ...(value.user_preferences ?? []).map(({ value: turn }) => ({
      kind: turn === 'stop' ? ('marketing-opt-out' as const) : ('marketing-opt-in' as const),
      occurredAt,
    })),
  ]);
};

const assessAt = (facts: readonly SignalFact[], asOf: number) =>
  assessContact(facts, { priors, asOf });

// `UPDATE_EXPLANATIONS=1 npm test -- stories` writes the explanations anew: read every sentence of the difference.
const isUpdate = process.env['UPDATE_EXPLANATIONS'] === '1';
const refresh = 'Run UPDATE_EXPLANATIONS=1 npm test -- stories and read the difference.';
const golden = fileURLToPath(new URL('golden/', import.meta.url));
const labels = {
  fr: { also: 'Autre explication possible', change: 'Ce qui changerait l’avis', next: 'Ensuite' },
  en: { also: 'Could also be', change: 'What would change it', next: 'Next' },
} as const;

/** All a reader is told, without the numbers: those are for the laws to watch. */
const explained = (assessment: Assessment, language: keyof Sentence): string => {
  const { band, rule, families, whatWouldChange, nextObservation } = assessment;
  const { also, change, next } = labels[language];
  const mark = language === 'fr' ? '\u202f:' : ':';
  return [
    `[${band}] ${rule.sentence[language]}`,
    ...families.flatMap(({ sentence, innocentAlternatives }) => [
      `- ${sentence[language]}`,
      ...innocentAlternatives.map((innocent) => `    ${also}${mark} ${innocent[language]}`),
    ]),
    `${change}${mark} ${whatWouldChange[language]}`,
    `${next}${mark} ${nextObservation?.sentence[language] ?? '-'}`,
  ].join('\n');
};

/** At the end of the story, and after a week and a month in which nothing more was heard. */
const tellings = [
  { title: 'at the end', hours: 3 },
  { title: 'a week later', hours: 7 * 24 },
  { title: 'a month later', hours: 30 * 24 },
];
const goldenText = (facts: readonly SignalFact[], end: number): string =>
  tellings
    .flatMap(({ title, hours }) => {
      const assessment = assessAt(facts, end + hours * HOUR_MS);
      return [`## ${title}`, explained(assessment, 'fr'), explained(assessment, 'en')];
    })
    .join('\n\n') + '\n';

describe.each(stories)('$id', ({ id, steps, expect: expected }) => {
  const facts = steps.flatMap(factsOf);
  const people = [...new Set(facts.map(({ who }) => who))];
  const single = people.length <= 2;
  const end = Date.parse(steps.at(-1)?.at ?? '');
  const verdict = expected.verdict ?? expected.verdict_at_most ?? '';
  const bands = allowed[verdict] ?? [];

  test(`never says more than ${verdict}`, () => {
    const subjects = single ? [undefined] : people;
    for (const person of subjects) {
      const own = facts.filter(({ who }) => person === undefined || who === person);
      for (const hours of [0, 1, 3]) {
        const { band } = assessAt(own, end + hours * HOUR_MS);
        expect(bands).toContain(band);
      }
    }
  });

  test('explains itself in the words that were reviewed', () => {
    const [person] = people;
    const own = facts.filter(({ who }) => single || who === person);
    const text = goldenText(own, end);
    const file = `${golden}${id}.txt`;
    mkdirSync(golden, { recursive: true });
    if (isUpdate) writeFileSync(file, text);
    // A difference here is a sentence that nobody has read yet.
    expect(existsSync(file) ? readFileSync(file, 'utf8') : refresh).toBe(text);
  });

  test('states no block as a fact, in either language', () => {
    const text = goldenText(facts, end);
    expect(text).not.toMatch(/(vous|nous) (a|avez|ont) bloqué|a été bloqué|certainement/i);
    expect(text).not.toMatch(
      /blocked (you|us|the business)|(is|are|was) blocked|confirmed|certainly/i,
    );
    // French sets a narrow space before double punctuation.
    expect(text).not.toMatch(/[ \u00a0][;?!»]|[ \u00a0]: |« /);
  });
});
