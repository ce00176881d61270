import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ContactDecision } from '@tact/contracts';
import { eventually, RunningPlatform } from '../running-platform.ts';
import { inventedPerson, registration, stopWebhook } from '../webhook-bodies.ts';

/**
 * More is for measuring: `REFUSAL_KILLS=50 npm test -- refusal-kills`. A service that dies again and again is started
 * again after up to 30 seconds, so that fifty take half an hour. With `REFUSAL_LOG=kafka` the log is Kafka.
 */
const kills = Number(process.env['REFUSAL_KILLS'] ?? 3);
const WITHIN_MS = 5_000;
/** Who dies, by turns: who heard it, who decides, or both. */
const victims = [['ingestion'], ['outreach'], ['ingestion', 'outreach']] as const;
/** Milliseconds from the answered refusal to the death: before its effect, amid it, and hardly behind it. */
const afterMs = [0, 4, 8, 15, 30] as const;

const platform = new RunningPlatform(process.env['REFUSAL_LOG'] === 'kafka' ? ['--kafka'] : []);
beforeAll(() => platform.start(240_000), 300_000);
afterAll(async () => {
  await platform.stop();
  platform.remove();
}, 60_000);

type Asked = { readonly sinceMs: number; readonly decision: ContactDecision | undefined };

const decide = async (contactId: string): Promise<ContactDecision | undefined> => {
  const asks = { contactId, channel: 'whatsapp', purpose: 'marketing' };
  const answer = await platform
    .call<ContactDecision>('POST', '/v1/contact-decisions', asks)
    .catch(() => undefined);
  return answer?.status === 200 ? answer.body : undefined;
};

const pidsOf = (names: readonly string[]): (number | undefined)[] =>
  names.map((one) => platform.processes.find(({ name }) => name === one)?.pid);

const isSuppressed = (decision: ContactDecision | undefined): boolean =>
  decision?.reasons.some(({ reason }) => reason === 'suppressed') === true;

/** Somebody says STOP, and whoever should act upon it dies. What every decision said, until it is known. */
const refuseAndKill = async (nth: number) => {
  const person = inventedPerson(nth);
  const { body } = await platform.call<{ contactId: string }>(
    'POST',
    '/v1/contacts',
    registration(person),
  );
  const { contactId } = body;
  // Else a denied decision would prove nothing.
  await eventually(
    () => decide(contactId),
    (decision) => decision?.decision === 'allowed',
  );
  const dying = victims[nth % victims.length] ?? [];
  const before = pidsOf(dying);
  await platform.deliver(stopWebhook(platform.credentials.whatsapp.wabaIds[0] ?? '', person));
  const heardAt = performance.now();
  await sleep(afterMs[nth % afterMs.length] ?? 0);
  for (const victim of dying) platform.kill(victim);
  const asked: Asked[] = [];
  let upMs: number | undefined;
  await eventually(
    async () => {
      const sinceMs = performance.now() - heardAt;
      const decision = await decide(contactId);
      asked.push({ sinceMs, decision });
      const isBack = pidsOf(dying).every((pid, at) => pid !== undefined && pid !== before[at]);
      if (isBack && (await platform.ready())) upMs ??= performance.now() - heardAt;
      return decision;
    },
    (decision) => upMs !== undefined && isSuppressed(decision),
    120_000,
  );
  return { dying, asked, upMs: upMs ?? 0 };
};

test(
  `kill -9 between a refusal and its effect, ${kills} times: denied within five seconds, and for good`,
  async () => {
    const figures: { lastAllowedMs: number; knownMs: number; upMs: number }[] = [];
    for (let nth = 0; nth < kills; nth += 1) {
      const { dying, asked, upMs } = await refuseAndKill(nth);
      const lastAllowedMs = Math.max(
        0,
        ...asked
          .filter(({ decision }) => decision?.decision === 'allowed')
          .map(({ sinceMs }) => sinceMs),
      );
      const knownMs = asked.find(({ decision }) => isSuppressed(decision))?.sinceMs ?? Infinity;
      figures.push({ lastAllowedMs, knownMs, upMs });
      process.stdout.write(
        `${nth + 1}. ${dying.join(' and ')}: last allowed ${Math.round(lastAllowedMs)} ms after the 200, ` +
          `known after ${Math.round(knownMs)} ms, up again after ${Math.round(upMs)} ms\n`,
      );
    }
    const late = figures.filter(({ lastAllowedMs }) => lastAllowedMs > WITHIN_MS);
    const unknown = figures.filter(({ knownMs, upMs }) => knownMs - upMs > WITHIN_MS);
    expect({ late, unknown }).toEqual({ late: [], unknown: [] });
  },
  60_000 + kills * 60_000,
);
