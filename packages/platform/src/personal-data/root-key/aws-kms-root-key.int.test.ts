import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  awsKmsServer,
  exampleCredentials,
  exampleRegion,
  isSigned,
} from '../../../../testing/src/aws-kms-server.ts';
import { rootKeyContract } from '../../../../testing/src/root-key-contract.ts';
import { AwsKmsRootKey } from './aws-kms-root-key.ts';

let home: string;
let server: Awaited<ReturnType<typeof awsKmsServer>>;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-kms-'));
  server = await awsKmsServer();
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const open = (deployment = 'shop', credentials = exampleCredentials) =>
  AwsKmsRootKey.open({
    folder: join(home, deployment),
    deployment,
    client: { region: exampleRegion, endpoint: server.url, credentials, maxAttempts: 1 },
  });

const said = () =>
  server.exchanges.map(({ headers, body, status }) => ({
    target: headers['x-amz-target'],
    status,
    ...(JSON.parse(body) as object),
  }));
const key32 = Buffer.alloc(32, 7);

rootKeyContract('AWS KMS', () =>
  Promise.resolve({ open: () => open(), other: () => open('other') }),
);

describe('what is said to AWS KMS', () => {
  test('the life of an epoch, request by request', async () => {
    const key = await open();
    server.exchanges.length = 0;
    const alias = 'alias/tact-shop-epoch-688';
    const context = { deployment: 'shop', epoch: '688' };
    const wrapped = Buffer.from(await key.wrapForEpoch(688, key32)).toString('base64');
    await key.unwrapForEpoch(688, Buffer.from(wrapped, 'base64'));
    await key.destroyEpoch(688);
    const keyId = server.kms.aliases.get(alias);
    const encrypt = {
      target: 'TrentService.Encrypt',
      KeyId: alias,
      Plaintext: key32.toString('base64'),
      EncryptionContext: context,
    };
    expect(said()).toEqual([
      { ...encrypt, status: 400 },
      {
        target: 'TrentService.CreateKey',
        status: 200,
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        Description: `Tact, ${alias}`,
      },
      {
        target: 'TrentService.CreateAlias',
        status: 200,
        AliasName: alias,
        TargetKeyId: keyId,
      },
      { ...encrypt, status: 200 },
      {
        target: 'TrentService.Decrypt',
        status: 200,
        KeyId: alias,
        CiphertextBlob: wrapped,
        EncryptionContext: context,
      },
      { target: 'TrentService.DescribeKey', status: 200, KeyId: alias },
      {
        target: 'TrentService.ScheduleKeyDeletion',
        status: 200,
        KeyId: keyId,
        PendingWindowInDays: 7,
      },
    ]);
    for (const exchange of server.exchanges) {
      expect(exchange).toMatchObject({ method: 'POST', path: '/' });
      expect(exchange.headers['content-type']).toBe('application/x-amz-json-1.1');
      expect(isSigned(exchange)).toBe(true);
      expect(isSigned({ ...exchange, body: `${exchange.body} ` })).toBe(false);
    }
  });

  test('the secret is opened once per start, from a file of mode 600 that does not hold it', async () => {
    await open();
    server.exchanges.length = 0;
    const key = await open();
    key.derive('fence');
    key.derive('identity-index');
    expect(said()).toMatchObject([
      {
        target: 'TrentService.Decrypt',
        KeyId: 'alias/tact-shop-root',
        EncryptionContext: { deployment: 'shop', purpose: 'root secret' },
      },
    ]);
    const path = join(home, 'shop', 'root.aws-kms');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path)).toString('base64')).toBe(
      (said()[0] as unknown as { CiphertextBlob: string }).CiphertextBlob,
    );
  });

  test('of keys that raced for an alias, those without it are deleted again', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open()));
    await Promise.all(opened.map((one) => one.wrapForEpoch(688, key32)));
    const aliased = new Set(server.kms.aliases.values());
    const enabled = [...server.kms.keys.values()].filter(({ state }) => state === 'Enabled');
    expect(new Set(enabled.map(({ id }) => id))).toEqual(aliased);
    expect(aliased.size).toBe(2);
  });

  test('a destroyed epoch is not given a key again while KMS still knows the old one', async () => {
    const key = await open();
    await key.wrapForEpoch(688, key32);
    await key.destroyEpoch(688);
    const before = server.kms.keys.size;
    await expect(key.wrapForEpoch(688, key32)).rejects.toMatchObject({
      name: 'RootProviderFailed',
    });
    expect(server.kms.keys.size).toBe(before);
  });

  test('refused by KMS: a failure that names operation and key, and nothing secret', async () => {
    const secretAccessKey = 'not-the-right-secret';
    const refusal = await open('shop', { ...exampleCredentials, secretAccessKey }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({
      name: 'RootProviderFailed',
      message:
        'AWS KMS did not do Encrypt with alias/tact-shop-root: IncompleteSignatureException.',
    });
    const { Plaintext } = said()[0] as unknown as { Plaintext: string };
    const reported = `${(refusal as Error).stack} ${JSON.stringify(refusal)}`;
    for (const secret of [secretAccessKey, Plaintext]) expect(reported).not.toContain(secret);
    expect((refusal as Error).cause).toBeUndefined();
  });
});
