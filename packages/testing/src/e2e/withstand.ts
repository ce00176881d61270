import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isAlive } from '@tact/infra';
import { eventually, RunningPlatform } from '../running-platform.ts';
import { inventedPerson, registration, statusWebhook, wamidFor } from '../webhook-bodies.ts';
import { type Sent, storm } from './storm.ts';

type Timeline = { items: { kind: string; occurredAt: string }[]; nextCursor?: string };
const FROZEN_SECONDS = 60;
/** How long webhooks flow around each kill, at the least; more is for measuring, not for every run. */
const stormSecondsMin = Number(process.env['STORM_SECONDS'] ?? 4);

/**
 * What a running platform withstands, on one kind of message log: processes are killed while
 * webhooks flow, and every acknowledged fact is there once, in its order.
 */
export const describeWithstanding = (
  log: string,
  args: readonly string[],
  { victims, frozen }: { victims: readonly string[]; frozen?: string },
): void => {
  describe(`a platform on ${log}`, () => {
    const platform = new RunningPlatform(args);
    const people: Sent[] = [];

    /** Kills it, and waits until another process of that name runs and every service answers ready. */
    const killed = async (victim: string): Promise<void> => {
      const pidOf = () => platform.processes.find(({ name }) => name === victim)?.pid;
      const before = pidOf();
      platform.kill(victim);
      await eventually(
        async () => ({ pid: pidOf(), ready: await platform.ready() }),
        ({ pid, ready }) => pid !== undefined && pid !== before && ready,
      );
    };

    const underWebhooks = async (during: () => Promise<void>): Promise<void> => {
      const report = await storm(platform, people, { secondsMin: stormSecondsMin, during });
      process.stdout.write(`${log}: ${JSON.stringify(report)}\n`);
    };

    const timelineOf = async (contactId: string, cursor?: string): Promise<string[]> => {
      const query = cursor === undefined ? '' : `&cursor=${cursor}`;
      const path = `/v1/contacts/${contactId}/signals?limit=200${query}`;
      const { body } = await platform.call<Timeline>('GET', path);
      const times = (body.items ?? []).map(({ occurredAt }) => occurredAt);
      const more =
        body.nextCursor === undefined ? [] : await timelineOf(contactId, body.nextCursor);
      return [...times, ...more].toSorted();
    };

    const expectEverythingOnce = async (): Promise<void> => {
      for (const { contactId, times } of people) {
        const found = await eventually(
          () => timelineOf(contactId),
          (seen) => seen.length >= times.length,
          90_000,
        );
        expect(found).toEqual(times.toSorted());
      }
    };

    beforeAll(async () => {
      await platform.start(240_000);
      for (let nth = 0; nth < 8; nth += 1) {
        const person = inventedPerson(nth);
        const { body } = await platform.call<{ contactId: string }>(
          'POST',
          '/v1/contacts',
          registration(person),
        );
        people.push({ contactId: body.contactId, person, times: [] });
      }
    }, 300_000);

    afterAll(async () => {
      await platform.stop();
      platform.remove();
    }, 60_000);

    test('50 concurrent copies of one webhook have one effect', async () => {
      const [one] = people;
      const at = Math.floor(Date.now() / 1000) - 40 * 86_400;
      const wamid = wamidFor(one!.person);
      const [waba = ''] = platform.credentials.whatsapp.wabaIds;
      const body = statusWebhook(waba, one!.person, { wamid, status: 'delivered', at });
      const answers = await Promise.all(Array.from({ length: 50 }, () => platform.webhook(body)));
      expect(new Set(answers)).toEqual(new Set([200]));
      const seen = await eventually(
        () => timelineOf(one!.contactId),
        (times) => times.length > 0,
      );
      expect(seen).toEqual([new Date(at * 1000).toISOString()]);
      one!.times.push(...seen);
    });

    test.each(victims)(
      'kill -9 of %s under 60 webhooks a second loses nothing and doubles nothing',
      async (victim) => {
        await underWebhooks(() => killed(victim));
        await expectEverythingOnce();
      },
      240_000,
    );

    if (frozen !== undefined) {
      test(`${frozen} silent for a minute: webhooks are still taken, and the backlog drains`, async () => {
        const { restarts } = platform;
        platform.kill(frozen, 'SIGSTOP');
        try {
          const { refused } = await storm(platform, people, { secondsMin: FROZEN_SECONDS });
          // A consumer that gave up on the broker must not take the edge along: no service was started again.
          expect({ refused, restarts: platform.restarts }).toEqual({ refused: {}, restarts });
        } finally {
          platform.kill(frozen, 'SIGCONT');
        }
        await expectEverythingOnce();
      }, 240_000);
    }

    test('kill -9 of the supervisor and a start on the same data, under 60 webhooks a second', async () => {
      await underWebhooks(async () => {
        await platform.killSupervisor();
        await platform.start(240_000);
      });
      await expectEverythingOnce();
    }, 300_000);

    test('Ctrl-C ends with 0 and leaves nothing running', async () => {
      const pids = platform.processes.map(({ pid }) => pid);
      expect(await platform.stop()).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
    }, 60_000);
  });
};
