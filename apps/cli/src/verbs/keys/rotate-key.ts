import { createHash, randomUUID } from 'node:crypto';
import { RotateApiKeyRequest, RotatedApiKey } from '@tact/contracts';
import { writePrivate, type Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

/** The id of a key whose text is at hand, as the platform makes it. */
const keyIdOf = (key: string): string =>
  `ak_${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;

/** `tact keys rotate`: a successor, printed once. The key of `credentials.json` is replaced there. */
export const rotateKey = async (
  { keyId, overlap }: { keyId: string | undefined; overlap: string },
  { api, terminal, home }: { api: TactClient; terminal: Terminal; home: Home },
): Promise<void> => {
  const request = RotateApiKeyRequest.safeParse({ overlapSeconds: Number(overlap) }).data;
  if (!request) throw new Refusal('--overlap takes whole seconds, from 0 to 2592000 (30 days).');
  const { credentials } = api;
  const old = keyId ?? keyIdOf(credentials.apiKey);
  const path = `/v1/api-keys/${encodeURIComponent(old)}/rotate`;
  const { key, replaced, ...successor } = RotatedApiKey.parse(
    await api.post(path, request, randomUUID()),
  );
  if (key === undefined) {
    throw new Refusal(`${successor.keyId} was made and its text was lost: rotate that one.`);
  }
  if (replaced.isOwn) {
    const renewed = { ...credentials, apiKey: key };
    writePrivate(home.credentials, `${JSON.stringify(renewed, undefined, 2)}\n`);
  }
  terminal.line(key);
  terminal.line(`  ${successor.keyId} takes the place of ${replaced.keyId},`);
  terminal.line(`  which works until ${replaced.expiresAt}`);
  terminal.line(
    replaced.isOwn
      ? `  It is in ${home.credentials} now.`
      : '  It is shown this once: keep it now.',
  );
};
