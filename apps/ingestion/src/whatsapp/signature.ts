import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

const form = /^sha256=([0-9a-f]{64})$/;

/**
 * Tells whether `X-Hub-Signature-256` is the HMAC-SHA256 of these exact bytes. Meta signs what it
 * sends, so a body that was parsed and written again would never match. The app secret comes as a key object, which
 * is set up once: text would be made a key for every signature.
 */
export const signatureMatches = (
  rawBody: Uint8Array,
  header: string | undefined,
  appSecret: KeyObject,
): boolean => {
  const given = header === undefined ? undefined : form.exec(header)?.[1];
  if (given === undefined) return false;
  const expected = createHmac('sha256', appSecret).update(rawBody).digest('hex');
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
};
