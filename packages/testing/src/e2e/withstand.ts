import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isAlive } from '@tact/infra';
import { eventually, RunningPlatform } from '../running-platform.ts';
import {
  inventedPerson,
  type Person,
  registration,
  statusWebhook,
  wamidFor,
} from '../webhook-bodies.ts';

type Timeline = { items: { kind: string; occurredAt: string }[]; nextCursor?: string };
type Sent = { contactId: string; person: Person; times: string[] };

const minuteS = 60;

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
    let waba = '';

    /** Delivers `count` webhooks a person, one person after the other in time, as Meta would: again until 200. Resolves with the refusals. */
    const deliverAll = async (count: number, during?: () => void): Promise<number[]> => {
      const refused: number[] = [];
      const startS =
        Math.floor(Date.now() / 1000) - 30 * 86_400 + (people[0]?.times.length ?? 0) * minuteS;
      for (let nth = 0; nth < count; nth += 1) {
        if (nth === Math.floor(count / 3)) during?.();
        await Promise.all(
          people.map(async ({ person, times }) => {
            const at = startS + nth * minuteS;
            const body = statusWebhook(waba, person, {
              wamid: wamidFor(person),
              status: 'sent',
              at,
            });
            refused.push(...(await platform.deliver(body)));
            // The second delivery is Meta's own retry of something that was taken already.
            refused.push(...(await platform.deliver(body)));
            times.push(new Date(at * 1000).toISOString());
          }),
        );
      }
      return refused;
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
      waba = platform.credentials.whatsapp.wabaIds[0] ?? '';
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
      'kill -9 of %s while webhooks flow loses nothing and doubles nothing',
      async (victim) => {
        await deliverAll(12, () => platform.kill(victim));
        await expectEverythingOnce();
      },
      240_000,
    );

    if (frozen !== undefined) {
      test(`${frozen} silent for a minute: webhooks are still taken, and the backlog drains`, async () => {
        const { restarts } = platform;
        platform.kill(frozen, 'SIGSTOP');
        const until = Date.now() + minuteS * 1000;
        try {
          const refused: number[] = [];
          while (Date.now() < until) refused.push(...(await deliverAll(1)));
          // A consumer that gave up on the broker must not take the edge along: no service was started again.
          expect({ refused, restarts: platform.restarts }).toEqual({ refused: [], restarts });
        } finally {
          platform.kill(frozen, 'SIGCONT');
        }
        await expectEverythingOnce();
      }, 240_000);
    }

    test('kill -9 of the supervisor, and a start on the same data', async () => {
      await platform.killSupervisor();
      await platform.start(240_000);
      waba = platform.credentials.whatsapp.wabaIds[0] ?? '';
      await deliverAll(3);
      await expectEverythingOnce();
    }, 300_000);

    test('Ctrl-C ends with 0 and leaves nothing running', async () => {
      const pids = platform.processes.map(({ pid }) => pid);
      expect(await platform.stop()).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
    }, 60_000);
  });
};
