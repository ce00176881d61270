import { describe, expect, test } from '@jest/globals';
import type { DataRequestAccepted } from '@tact/contracts';
import { rightsUnderTest } from './rights-under-test.ts';

const { platform, newPhone, register, reasonsOf, until, stateOf, completed } = rightsUnderTest();

describe('an objection as people write it', () => {
  const asks = async (identities: object, right = 'objection'): Promise<string> => {
    const body = { right, identities, channel: 'post' };
    return (await platform().call<DataRequestAccepted>('POST', '/v1/data-requests', body)).body
      .requestId;
  };
  const nationally = (phone: string): string =>
    phone.replace('+33', '0').replaceAll(/(..)/g, '$1 ');
  const withAddress = async (email: string): Promise<string> => {
    const given = { identities: { email }, timeZone: 'Europe/Paris', consents: [] };
    return (await platform().call<{ contactId: string }>('POST', '/v1/contacts', given)).body
      .contactId;
  };
  const isStopped = async (contactId: string): Promise<boolean> =>
    (await reasonsOf(contactId)).includes('suppressed');

  test.each([
    ['in pairs', nationally],
    ['with dots', (phone: string) => nationally(phone).trim().replaceAll(' ', '.')],
    ['without the plus', (phone: string) => phone.slice(1)],
  ])(
    'a number %s is heard of whom we know and remembered of strangers',
    async (_, written) => {
      const [known, strange] = [newPhone(), newPhone()];
      const contactId = await register(known);
      await completed(await asks({ phone: written(known) }));
      await completed(await asks({ phone: written(strange) }));
      const later = await register(strange);
      await platform().settled();
      expect([await isStopped(contactId), await isStopped(later)]).toEqual([true, true]);
    },
    30_000,
  );

  test('a withdrawal takes consents back by a number of the country too', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    await completed(await asks({ phone: nationally(phone) }, 'withdrawal'));
    await platform().settled();
    expect(await reasonsOf(contactId, 'feedback')).toContain('consent-withdrawn');
  }, 30_000);

  test('is of everybody whom it names, also by the address beside a number', async () => {
    const [phone, email] = [newPhone(), 'two-contacts@example.com'];
    const [one, other] = [await register(phone), await withAddress(email)];
    await completed(await asks({ phone, email }));
    await platform().settled();
    expect([await isStopped(one), await isStopped(other)]).toEqual([true, true]);
  }, 30_000);

  test('is remembered under the address too, beside a number of somebody else', async () => {
    const [phone, email] = [newPhone(), 'not-yet@example.com'];
    await register(phone);
    await completed(await asks({ phone, email }));
    const later = await withAddress(email);
    await platform().settled();
    expect(await isStopped(later)).toBe(true);
  }, 30_000);

  test('by a number that is none stops what the address names, and stays open for a person', async () => {
    const email = 'mistyped@example.com';
    const contactId = await withAddress(email);
    const requestId = await asks({ phone: '06 39 98 30', email });
    await platform().settled();
    expect(await isStopped(contactId)).toBe(true);
    const path = `/v1/data-requests/${requestId}`;
    await until(async () => (await stateOf(requestId)) === 'in-progress');
    const ended = { reason: 'She gave her number again by telephone.' };
    expect((await platform().call('POST', `${path}/complete`, ended)).status).toBe(200);
    await completed(requestId);
  }, 30_000);

  test.each([{ phone: '12 34' }, { parentBsuid: 'FR.ENT.1234567890' }])(
    'that names nobody is not said to be done',
    async (identities) => {
      const requestId = await asks(identities);
      await platform().settled();
      await until(async () => (await stateOf(requestId)) === 'in-progress');
    },
    30_000,
  );
});
