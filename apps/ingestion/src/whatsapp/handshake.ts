import { timingSafeEqual } from 'node:crypto';

/** Answer to Meta's subscription check. `malformed` is 400, `refused` is 403. */
export type Handshake = { readonly challenge: string } | 'malformed' | 'refused';

const same = (given: string, expected: string): boolean => {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Decides on `hub.mode`, `hub.verify_token` and `hub.challenge`; a repeated parameter is refused. */
export const answerHandshake = (
  query: Readonly<Record<string, unknown>>,
  verifyToken: string,
): Handshake => {
  const mode = query['hub.mode'];
  const token = query['hub.verify_token'];
  const challenge = query['hub.challenge'];
  if (mode === undefined || token === undefined || challenge === undefined) return 'malformed';
  if (typeof mode !== 'string' || typeof token !== 'string' || typeof challenge !== 'string') {
    return 'refused';
  }
  return mode === 'subscribe' && same(token, verifyToken) ? { challenge } : 'refused';
};
