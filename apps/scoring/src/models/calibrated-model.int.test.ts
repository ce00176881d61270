import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { BlockLikelihood, ModelCard, ModelPromotion } from '@tact/contracts';
import { assumedPriors } from '@tact/domain';
import type { ConsumedEvent } from '@tact/platform';
import { contact, signalEvent } from '../../../../packages/testing/src/signal-events.ts';
import { Reassessments } from '../rebuild/reassessments.ts';
import { at, modelsUnderTest, uuid } from '../testing/models-under-test.ts';
import { Outcomes } from './outcomes.ts';

const { running, keyOf, publish, call, swapped } = modelsUnderTest();

describe('a tenant of whom many tell', () => {
  const tenantId = 'calm';
  const who = (nth: number) => contact(`${tenantId}/c${nth}`);
  let key: string;

  /** Messages until early October; of those who fell silent half had blocked, and most of these tell. */
  const reported = (nth: number): ConsumedEvent[] =>
    [0, 10, 20, 30, 72].flatMap((day) => {
      const about = {
        who: `c${nth}`,
        tenantId,
        messageRef: `mr_${uuid(`${nth}/${day}`).replaceAll('-', '')}`,
      };
      const isThere = nth % 2 === 1 || day < 30;
      return [
        signalEvent({ ...about, kind: 'message-sent', at: at(day) }),
        ...(isThere ? [signalEvent({ ...about, kind: 'message-delivered', at: at(day, 1) })] : []),
      ];
    });

  beforeAll(async () => {
    key = await keyOf(tenantId, ['admin']);
    const everyone = Array.from({ length: 240 }, (_, nth) => nth);
    await publish(everyone.flatMap(reported));
    await running()
      .app.get(Outcomes)
      .record(
        tenantId,
        everyone
          .filter((nth) => nth % 2 === 0)
          .map((nth) => ({
            eventId: uuid(`calm ${nth}`),
            data: {
              contactId: who(nth),
              at: at(75),
              kind: nth % 4 === 0 ? ('said-blocked' as const) : ('phone-lost' as const),
            },
          })),
      );
  }, 60_000);

  test('is calibrated on one half, measured on the other, and the waterfall still adds up', async () => {
    const asked = await call('POST', '/v1/models', { key, body: { heldOutDays: 14 } });
    const { version } = ModelCard.parse(asked.body);
    let card = ModelCard.parse(asked.body);
    while (card.state === 'fitting') {
      await pause(50);
      card = ModelCard.parse((await call('GET', `/v1/models/${version}`, { key })).body);
    }
    expect(card.report?.calibration.method).toBe('platt');
    const { heldOut, liveHeldOut } = card.report ?? {};
    expect(heldOut?.examples).toBeLessThan(150);
    expect(heldOut?.logLoss).toBeLessThan(liveHeldOut?.logLoss ?? 0);

    const promote = `/v1/models/${version}/promote`;
    const body = { reason: 'Many told.', comparedWith: assumedPriors.version };
    let release = (): void => undefined;
    const others = new Promise<void>((resolve) => {
      release = resolve;
    });
    const rebuild = running()
      .app.get(Reassessments)
      .beginAfter(() => others);
    await pause(100);
    // Rows are being built as they were: half of them would miss the change.
    expect((await call('POST', promote, { key, body })).status).toBe(409);
    expect(ModelCard.parse((await call('GET', '/v1/models/current', { key })).body).source).toBe(
      'assumed',
    );
    release();
    await swapped((await rebuild).rebuildId);

    const promoted = await call('POST', promote, { key, body });
    await swapped(ModelPromotion.parse(promoted.body).rebuildId);
    const answer = await call('GET', `/v1/contacts/${who(4)}/block-likelihood`, { key });
    const likelihood = BlockLikelihood.parse(answer.body);
    expect(likelihood.modelVersion).toBe(version);
    const logOdds = likelihood.families.reduce(
      (sum, { contribution }) => sum + contribution,
      likelihood.priorLogOdds,
    );
    expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(likelihood.probability, 6);
  }, 60_000);
});
