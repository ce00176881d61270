import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { vaultTransitServer } from '../../../../testing/src/vault-transit-server.ts';
import { readConfig } from '../../config/config.ts';
import { LocalRootKey } from './local-root-key.ts';
import { openRootKey } from './root-key-settings.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-settings-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const settingsOf = (more: Record<string, string>) =>
  readConfig({ DATABASE_URL: 'postgres://tact@db.example/tact', ...more });

test('without a choice, the keys are files', async () => {
  expect(await openRootKey(settingsOf({}), home)).toBeInstanceOf(LocalRootKey);
  expect(await readdir(home)).toEqual(['root.key']);
});

test('a token file is read again when its token was renewed', async () => {
  const server = await vaultTransitServer('second');
  const file = join(home, 'token');
  await writeFile(file, 'first\n');
  const settings = settingsOf({
    ...{ TACT_ROOT_KEY: 'vault-transit', TACT_ROOT_DEPLOYMENT: 'shop', TACT_VAULT_URL: server.url },
    ...{ TACT_VAULT_TOKEN: 'ignored', TACT_VAULT_TOKEN_FILE: file },
  });
  const keys = join(home, 'keys');
  await expect(openRootKey(settings, keys)).rejects.toThrow('Vault answered 403');
  await writeFile(file, 'second\n');
  const key = await openRootKey(settings, keys);
  expect(key.derive('fence')).toHaveLength(32);
  expect(server.exchanges.map(({ headers }) => headers['x-vault-token'])).not.toContain('ignored');
  await server.close();
});
