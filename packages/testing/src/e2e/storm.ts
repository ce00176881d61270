import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningPlatform } from '../running-platform.ts';
import { type Person, statusWebhook, wamidFor } from '../webhook-bodies.ts';

export type Sent = { contactId: string; person: Person; times: string[] };

export type StormReport = {
  readonly acknowledged: number;
  /** Answers before the 200, by status; 0 where nobody answered. */
  readonly refused: Readonly<Record<string, number>>;
  readonly longestMs: number;
};

const PER_SECOND = 60;
/** Every tenth webhook comes a second time after its 200: Meta does that where an answer got lost. */
const REPEAT_EVERY = 10;

/**
 * Signed webhooks at a steady rate, whether the earlier ones were answered or not, each delivered as Meta does:
 * the same bytes again until 200. Goes on until `during` has resolved and `secondsMin` have passed. What was
 * acknowledged stands in `times` of each person, RFC 3339.
 */
export const storm = async (
  platform: RunningPlatform,
  people: readonly Sent[],
  { secondsMin, during }: { secondsMin: number; during?: () => Promise<void> },
): Promise<StormReport> => {
  const waba = platform.credentials.whatsapp.wabaIds[0] ?? '';
  const began = performance.now();
  const refused: Record<string, number> = {};
  const underWay: Promise<void>[] = [];
  let acknowledged = 0;
  let longestMs = 0;
  const firstS = Math.floor(Date.now() / 1000) - 30 * 86_400;
  const offset = Math.max(0, ...people.map(({ times }) => times.length));

  const deliver = async (nth: number): Promise<void> => {
    const { person, times } = people[nth % people.length] as Sent;
    const at = firstS + (offset + Math.floor(nth / people.length)) * 60;
    const body = statusWebhook(waba, person, { wamid: wamidFor(person), status: 'sent', at });
    const startedAt = performance.now();
    const answers = [...(await platform.deliver(body))];
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    times.push(new Date(at * 1000).toISOString());
    acknowledged += 1;
    if (nth % REPEAT_EVERY === 0) answers.push(...(await platform.deliver(body)));
    for (const status of answers) refused[status] = (refused[status] ?? 0) + 1;
  };

  const work = { over: during === undefined };
  const worked = during?.().finally(() => (work.over = true));
  const failures: unknown[] = [];
  const goesOn = () => !work.over || performance.now() - began < secondsMin * 1000;
  for (let nth = 0; goesOn(); nth += 1) {
    underWay.push(deliver(nth).catch((error: unknown) => void failures.push(error)));
    await sleep(Math.max(0, began + ((nth + 1) * 1000) / PER_SECOND - performance.now()));
  }
  await worked;
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  return { acknowledged, refused, longestMs: Math.round(longestMs) };
};
