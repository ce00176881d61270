import { createHash, timingSafeEqual } from 'node:crypto';

/** Answer to Meta's subscription check. `malformed` is 400, `refused` is 403. */
export type Handshake = { readonly challenge: string } | 'malformed' | 'refused';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests are of one length: how long a token is must not show in the time either. */
const same = (given: string, expected: string): boolean =>
  timingSafeEqual(digestOf(given), digestOf(expected));

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
