import { createHmac } from 'node:crypto';

/** `X-Hub-Signature-256` as Meta computes it: over the exact bytes. */
export const signatureOf = (body: Uint8Array, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
