import { randomUUID } from 'node:crypto';
import { CreatedApiKey, CreateApiKeyRequest, Scope } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

export type CreateKeyOptions = {
  readonly label: string;
  /** Comma-separated. */
  readonly scopes: string;
  readonly expires?: string;
};

const requestOf = ({ label, scopes, expires }: CreateKeyOptions): CreateApiKeyRequest => {
  const { data } = CreateApiKeyRequest.safeParse({
    label,
    scopes: scopes.split(',').map((scope) => scope.trim()),
    ...(expires === undefined ? {} : { expiresAt: expires }),
  });
  if (data) return data;
  throw new Refusal(
    `Give a label, scopes out of ${Scope.options.join(', ')}, and an end like 2027-06-30T00:00:00Z if there is one.`,
  );
};

/** `tact keys create`: makes a key and prints it, this once. Throws `Refusal` on a wrong option. */
export const createKey = async (
  options: CreateKeyOptions,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  // A key drawn for this call, because the same words twice are two keys; the retries of one call are one.
  const answer = await api.post('/v1/api-keys', requestOf(options), randomUUID());
  const { key, keyId, expiresAt } = CreatedApiKey.parse(answer);
  if (key === undefined) throw new Refusal(`${keyId} was made and its text was lost: revoke it.`);
  terminal.line(key);
  terminal.line(`  ${keyId}, ${expiresAt === undefined ? 'no end' : `until ${expiresAt}`}`);
  terminal.line('  It is shown this once: keep it now.');
};
