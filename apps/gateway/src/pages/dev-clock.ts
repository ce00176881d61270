import { AdvanceClock, DAY_MS, DevClock, HOUR_MS, MINUTE_MS } from '@tact/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { releaseBody } from '../bodies/parse-body.ts';
import type { Uploads } from '../bodies/uploads.ts';
import { assertOwnMachine } from './own-machine.ts';
import { RefusedRequest, unavailable } from '../refusals/refused-request.ts';

/** Asks the launcher to move the clock on by so many milliseconds; 0 asks for the present alone. */
export type AskClock = (byMs: number) => Promise<DevClock | undefined>;

export const clockPath = '/dev/clock';

const unitMs = { W: 7 * DAY_MS, D: DAY_MS, H: HOUR_MS, M: MINUTE_MS, S: 1_000 } as const;

/** Of what `AdvanceClock` has let pass. */
const durationMsOf = ({ advance }: AdvanceClock): number => {
  if (typeof advance === 'number') return advance * 1_000;
  return [...advance.matchAll(/(\d+)([WDHMS])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs],
    0,
  );
};

const invalid = new RefusedRequest('validation-failed', 'clock-unreadable', {
  detail: 'Send {"advance": "P1D"} or {"advance": 86400} as application/json.',
});

const msOf = ({ body, headers }: FastifyRequest): number => {
  // A page of another origin cannot send this type without asking first, and nobody answers that question.
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    throw new RefusedRequest('unsupported-media-type', 'media-type');
  }
  try {
    const given = AdvanceClock.safeParse(JSON.parse(String(body))).data;
    if (given !== undefined) return durationMsOf(given);
  } catch {
    // Not JSON: the same answer as for another shape.
  }
  throw invalid;
};

/** The clock of the embedded platform, for who sits at this machine. `askClock` is absent everywhere else. */
export const registerDevClock = (
  fastify: FastifyInstance,
  { askClock, uploads }: { askClock: AskClock; uploads: Uploads },
): void => {
  const answer = async (reply: FastifyReply, byMs: number): Promise<FastifyReply> => {
    const reported = await askClock(byMs);
    if (reported === undefined)
      throw unavailable('clock-away', 'The launcher did not move the clock.');
    return reply
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .send(DevClock.parse(reported));
  };
  fastify.get(clockPath, (request, reply) => {
    assertOwnMachine(request);
    return answer(reply, 0);
  });
  fastify.post(clockPath, (request, reply) => {
    reply.raw.once('close', () => releaseBody(request, uploads));
    assertOwnMachine(request);
    return answer(reply, msOf(request));
  });
};
