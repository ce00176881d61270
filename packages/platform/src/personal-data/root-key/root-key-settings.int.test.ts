import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { testOutbound } from '../../../../testing/src/test-outbound.ts';
import { vaultTransitServer } from '../../../../testing/src/vault-transit-server.ts';
import { readConfig } from '../../config/config.ts';
import { LocalRootKey } from './local-root-key.ts';
import { openRootKey } from './root-key-settings.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-settings-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const parts = { mayCreate: true, ...testOutbound() };
afterAll(() => parts.outbound.close());

const settingsOf = (more: Record<string, string>) =>
  readConfig({ DATABASE_URL: 'postgres://tact@db.example/tact', ...more });

test('without a choice, the keys are files', async () => {
  expect(await openRootKey(settingsOf({}), home, parts)).toBeInstanceOf(LocalRootKey);
  expect(await readdir(home)).toEqual(['root.key']);
});

test('a token file is read again when its token was renewed', async () => {
  const server = await vaultTransitServer('second');
  const file = join(home, 'token');
  await writeFile(file, 'first\n');
  const settings = settingsOf({
    TACT_ROOT_KEY: 'vault-transit',
    TACT_ROOT_DEPLOYMENT: 'shop',
    TACT_VAULT_URL: server.url,
    TACT_VAULT_TOKEN: 'ignored',
    TACT_VAULT_TOKEN_FILE: file,
  });
  const keys = join(home, 'keys');
  await expect(openRootKey(settings, keys, parts)).rejects.toThrow('Vault answered 403');
  await writeFile(file, 'second\n');
  const key = await openRootKey(settings, keys, parts);
  expect(key.derive('fence')).toHaveLength(32);
  expect(server.exchanges.map(({ headers }) => headers['x-vault-token'])).not.toContain('ignored');
  await server.close();
});

test('an address that no server of the operator has is said at once, and nobody is asked', async () => {
  const settings = settingsOf({
    TACT_ROOT_KEY: 'vault-transit',
    TACT_ROOT_DEPLOYMENT: 'shop',
    TACT_VAULT_TOKEN: 'token',
    TACT_VAULT_URL: 'https://169.254.169.254',
  });
  await expect(openRootKey(settings, home, parts)).rejects.toThrow(
    /^TACT_VAULT_URL means an address that is not called/,
  );
});
