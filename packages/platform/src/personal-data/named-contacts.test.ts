import { expect, test } from '@jest/globals';
import type { Identities, Naming } from '@tact/contracts';
import { ProblemError } from '../http/problem-error.ts';
import { NamedContacts } from './named-contacts.ts';

const shared = 'desk@shop.example';
const vault = {
  everybodyMany: (_tenantId: string, people: readonly Identities[]) =>
    Promise.resolve(
      people.map(({ email, crmId }) => {
        if (email === shared) return ['ct_1', 'ct_2'];
        return crmId === 'c-1' ? ['ct_1'] : [];
      }),
    ),
};
const readBy = (country: string | undefined) => ({ countryOf: () => Promise.resolve(country) });
const contacts = new NamedContacts(vault, readBy(undefined));
const french = new NamedContacts(vault, readBy('FR'));

const problemOf = async (naming: Naming, asked = contacts) => {
  const error: unknown = await asked.idOf('demo', naming).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw new Error('it was answered');
  const { slug, detail, errors } = error;
  return { slug, detail, pointers: errors?.map(({ pointer }) => pointer) };
};

test('an id is passed on as it is, and a name gives the id of who has it', async () => {
  expect(await contacts.idOf('demo', { contactId: 'ct_9' })).toBe('ct_9');
  expect(await contacts.idOf('demo', { contact: { crmId: 'c-1' } })).toBe('ct_1');
});

test('a name that nobody has answers as an unknown id', async () => {
  expect(await problemOf({ contact: { crmId: 'c-2' } })).toMatchObject({ slug: 'not-found' });
  expect(await problemOf({ contact: { phone: '+33639980101' } })).toMatchObject({
    slug: 'not-found',
  });
});

test('a name that several have is refused with a sentence', async () => {
  const { slug, detail } = await problemOf({ contact: { email: shared } });
  expect(slug).toBe('unprocessable');
  expect(detail).toContain('More than one contact');
});

test('a number is never guessed: the national way needs a country', async () => {
  const national = { contact: { phone: '06 39 98 01 01' } };
  expect(await problemOf(national)).toEqual({
    slug: 'validation-failed',
    detail: undefined,
    pointers: ['/contact/phone'],
  });
  expect(await problemOf(national, french)).toMatchObject({ slug: 'not-found' });
});

test('what people type to fill a field is nobody', async () => {
  expect(await problemOf({ contact: { email: 'none@none.com' } })).toMatchObject({
    slug: 'unprocessable',
    pointers: ['/contact/email'],
  });
});

test('of many, each is answered in its place', async () => {
  const named = [
    { contact: { crmId: 'c-1' } },
    { contactId: 'ct_7' },
    { contact: { email: shared } },
    { contact: { crmId: 'c-2' } },
  ];
  expect(await contacts.idsOf('demo', named)).toEqual(['ct_1', 'ct_7', undefined, undefined]);
});
