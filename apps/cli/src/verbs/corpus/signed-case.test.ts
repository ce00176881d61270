import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Credentials } from '@tact/contracts';
import { signatureOf } from '@tact/client';
import { contactsNamed } from './contacts-named.ts';
import { readCorpus } from './corpus.ts';
import { signedCase } from './signed-case.ts';

const corpus = readCorpus(
  fileURLToPath(new URL('../../../../../packages/testing/fixtures/whatsapp', import.meta.url)),
);
const credentials = (whatsapp: Partial<Credentials['whatsapp']>): Credentials => ({
  origin: 'http://localhost:8080',
  tenant: 'demo',
  apiKey: 'tact_demo_x',
  whatsapp: { appSecret: 'ours', verifyToken: 'ours', wabaIds: ['111111111111111'], ...whatsapp },
});
const caseOf = (id: string) => corpus.cases.find((one) => one.id === id)!;

describe('a corpus case on its way to the platform', () => {
  test('goes as it is when the platform runs with the fixture secret and accounts', () => {
    const own = credentials({ appSecret: corpus.appSecret, wabaIds: [...corpus.wabaIds] });
    for (const one of corpus.cases) {
      expect(signedCase(one, corpus, own)).toEqual({ body: one.body, headers: one.headers });
    }
  });

  test('is addressed to our account and signed with our secret otherwise', () => {
    const { body, headers } = signedCase(caseOf('status-sent'), corpus, credentials({}));
    const text = Buffer.from(body).toString();
    expect(text).toContain('"111111111111111"');
    expect(text).not.toContain('990010000000101');
    expect(headers['x-hub-signature-256']).toBe(signatureOf(body, 'ours'));
  });

  test('keeps a signature that is wrong on purpose', () => {
    for (const id of [
      'sig-wrong-secret',
      'sig-missing',
      'sig-sha1-only',
      'sig-over-reserialised',
    ]) {
      const one = caseOf(id);
      expect(signedCase(one, corpus, credentials({}))).toEqual({
        body: one.body,
        headers: one.headers,
      });
    }
  });

  test('a body broken on purpose is signed rightly: it must fail for its shape', () => {
    const { body, headers } = signedCase(caseOf('sig-invalid-json'), corpus, credentials({}));
    expect(headers['x-hub-signature-256']).toBe(signatureOf(body, 'ours'));
  });
});

test('people of the corpus are named once, by number and by user id together', () => {
  const contacts = contactsNamed(corpus.cases.map(({ body }) => body));
  const phones = contacts.flatMap(({ phone }) => phone ?? []);
  const bsuids = contacts.flatMap(({ bsuid }) => bsuid ?? []);
  expect(contacts.length).toBeGreaterThan(10);
  expect(new Set(phones).size).toBe(phones.length);
  expect(new Set(bsuids).size).toBe(bsuids.length);
  // A group is no person.
  expect(phones.filter((phone) => !/^\+\d{6,15}$/.test(phone) || phone.startsWith('+99'))).toEqual(
    [],
  );
  expect(contacts.some(({ phone, bsuid }) => phone === '+33639980101' && bsuid !== undefined)).toBe(
    true,
  );
});
