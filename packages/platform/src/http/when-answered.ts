import type { FastifyReply } from 'fastify';

/**
 * Calls once the answer is out, or nobody waits for it any more. Whoever went away while something was looked up for
 * them is gone already: no event will say so again.
 */
export const whenAnswered = ({ raw }: FastifyReply, over: () => void): void => {
  if (raw.destroyed) return over();
  for (const event of ['finish', 'close'] as const) raw.once(event, over);
  return undefined;
};
