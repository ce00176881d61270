import { describe, expect, test } from '@jest/globals';
import { AddressPolicy, assertPublicUrl, isNetwork, type LookUp } from './address-policy.ts';

/** Names that mean what a test says; what is not listed does not exist. */
const names =
  (known: Record<string, readonly string[]>): LookUp =>
  (hostname, done) => {
    const addresses = known[hostname]?.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (addresses) done(null, addresses);
    else done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
  };

describe('what is public', () => {
  const policy = new AddressPolicy();
  test.each(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is', (address) => {
    expect(policy.allows(address)).toBe(true);
  });

  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fd00:ec2::254',
    // IPv4 written as IPv6: mapped, compatible, translated, tunnelled.
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '::ffff:0:7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'ff02::1',
    '',
    'localhost',
    '8.8.8.8 ',
    '1.2.3',
  ])('%s is not', (address) => {
    expect(policy.allows(address)).toBe(false);
  });
});

test('what is allowed on top is that alone', () => {
  const own = new AddressPolicy({ ownNetwork: true });
  expect(['10.0.0.1', 'fd12::1', '100.64.0.1'].map((one) => own.allows(one))).toEqual(
    Array.from({ length: 3 }, () => true),
  );
  expect(['127.0.0.1', '169.254.169.254', '::1'].map((one) => own.allows(one))).toEqual(
    Array.from({ length: 3 }, () => false),
  );
  const listed = new AddressPolicy({ networks: ['10.20.0.0/16'] });
  expect(listed.allows('10.20.3.4')).toBe(true);
  expect(listed.allows('::ffff:10.20.3.4')).toBe(true);
  expect(listed.allows('10.21.0.1')).toBe(false);
  expect(new AddressPolicy({ loopback: true }).allows('::1')).toBe(true);
  expect(['10.0.0.0/8', 'fd00::/8', '10.0.0.0', 'x/8'].map(isNetwork)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe('an address that is about to be saved', () => {
  const policy = new AddressPolicy(
    {},
    names({ 'hooks.example': ['93.184.216.34'], 'two.example': ['93.184.216.34', '10.0.0.1'] }),
  );

  test('may be one of the public', async () => {
    await assertPublicUrl('https://hooks.example/in', policy);
    await assertPublicUrl('https://[2606:4700::1111]/in', policy);
  });

  test.each([
    'https://two.example/',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::1]/',
    'https://user@hooks.example/',
    'https://:word@hooks.example/',
    'ftp://hooks.example/',
    'file:///etc/passwd',
    'hooks.example',
    'http://①②⑦.⓪.⓪.①/',
    '',
  ])('and not %s', async (url) => {
    const refusal = await assertPublicUrl(url, policy).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'OutboundFailed', reason: 'address-refused' });
    expect((refusal as Error).message).toBe('address-refused');
  });

  test('a name that nobody knows is another matter', async () => {
    await expect(assertPublicUrl('https://none.example/', policy)).rejects.toMatchObject({
      reason: 'no-connection',
      code: 'ENOTFOUND',
    });
  });
});
