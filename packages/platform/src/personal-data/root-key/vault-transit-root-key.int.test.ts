import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rootKeyContract } from '../../../../testing/src/root-key-contract.ts';
import { testOutbound } from '../../../../testing/src/test-outbound.ts';
import {
  vaultTransitServer,
  type VaultTransitServer,
} from '../../../../testing/src/vault-transit-server.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import { VaultTransitRootKey, type VaultTransitOptions } from './vault-transit-root-key.ts';

const token = 'hvs.invented-token';
let home: string;
let server: VaultTransitServer;
let outbound: Outbound;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-transit-'));
  server = await vaultTransitServer(token);
  ({ outbound } = testOutbound());
});
afterEach(async () => {
  await outbound.close();
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const open = (deployment = 'shop', more: Partial<VaultTransitOptions> = {}) =>
  VaultTransitRootKey.open({
    folder: join(home, deployment),
    deployment,
    address: server.url,
    mount: 'transit',
    token: () => Promise.resolve(token),
    outbound,
    ...more,
  });
const said = () =>
  server.exchanges.map(({ method, path, status, body }) => [
    `${method} ${path} ${status}`,
    ...(body === '' ? [] : [JSON.parse(body) as Record<string, string>]),
  ]);
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const key32 = Buffer.alloc(32, 7);

rootKeyContract('HashiCorp Vault', () =>
  Promise.resolve({ open: () => open(), other: () => open('other') }),
);

describe('what is said to Vault', () => {
  test('the life of an epoch, request by request', async () => {
    const key = await open('shop', { namespace: 'team-a' });
    server.exchanges.length = 0;
    const wrapped = await key.wrapForEpoch(688, key32);
    await key.unwrapForEpoch(688, wrapped);
    await key.destroyEpoch(688);
    const name = 'tact-shop-epoch-688';
    const context = { associated_data: base64('tact key epoch 688') };
    const shape = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false };
    expect(said()).toEqual([
      [`POST /v1/transit/keys/${name} 200`, shape],
      [`POST /v1/transit/encrypt/${name} 200`, { plaintext: base64(key32), ...context }],
      [
        `POST /v1/transit/decrypt/${name} 200`,
        { ciphertext: Buffer.from(wrapped).toString(), ...context },
      ],
      [`POST /v1/transit/keys/${name}/config 200`, { deletion_allowed: true }],
      [`DELETE /v1/transit/keys/${name} 204`],
    ]);
    expect(Buffer.from(wrapped).toString()).toMatch(/^vault:v1:/);
    for (const { headers } of server.exchanges) {
      expect(headers).toMatchObject({ 'x-vault-token': token, 'x-vault-namespace': 'team-a' });
    }
    expect(server.exchanges.map(({ path }) => path).join()).not.toContain(token);
  });

  test('the secret is opened once per start, from a file of mode 600 that does not hold it', async () => {
    await open();
    server.exchanges.length = 0;
    const key = await open();
    key.derive('fence');
    key.derive('identity-index');
    const path = join(home, 'shop', 'root.vault-transit');
    const ciphertext = await readFile(path, 'utf8');
    const body = { ciphertext, associated_data: base64('tact root secret') };
    expect(said()).toEqual([['POST /v1/transit/decrypt/tact-shop-root 200', body]]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('a renewed token is asked for before each request', async () => {
    let tokens = 0;
    const renewed = () => {
      tokens += 1;
      return Promise.resolve(token);
    };
    const key = await open('shop', { token: renewed });
    await key.wrapForEpoch(688, key32);
    expect(tokens).toBe(server.exchanges.length);
  });

  test('a wrong mount or token is a failure, never an epoch that is gone, and tells no secret', async () => {
    const key = await open();
    const wrapped = await key.wrapForEpoch(688, key32);
    for (const more of [{ mount: 'elsewhere' }, { token: () => Promise.resolve('wrong') }]) {
      const wrong = open('shop', more);
      await expect(wrong).rejects.toMatchObject({ name: 'RootProviderFailed' });
    }
    server.transit.answer = () => ({ status: 404, body: { errors: ['no handler for route'] } });
    for (const work of [() => key.unwrapForEpoch(688, wrapped), () => key.destroyEpoch(688)]) {
      const refusal = await work().catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: 'RootProviderFailed' });
      const reported = `${(refusal as Error).stack} ${JSON.stringify(refusal)}`;
      for (const secret of [token, base64(key32)]) expect(reported).not.toContain(secret);
    }
  });

  test('a server that is away is a failure that says so', async () => {
    const key = await open();
    await server.close();
    await expect(key.wrapForEpoch(688, key32)).rejects.toThrow(
      'Vault did not answer keys/tact-shop-epoch-688: ECONNREFUSED.',
    );
  });
});
