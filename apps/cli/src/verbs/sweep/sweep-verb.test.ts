import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { needlesNamed } from '../corpus/needles-named.ts';
import { distinctNeedles } from './identities.ts';
import { corpusNeedles } from './sweep.ts';

const fixtures = fileURLToPath(
  new URL('../../../../../packages/testing/fixtures/whatsapp', import.meta.url),
);

describe('the needles of webhooks', () => {
  test('are what names a person, and neither the business nor Meta', () => {
    const value = {
      metadata: { display_phone_number: '+33 1 99 00 00 10', phone_number_id: '990020000000201' },
      contacts: [
        {
          wa_id: '33639980166',
          user_id: 'FR.143391804445360082',
          profile: { name: 'Zoé Fictive' },
        },
      ],
      messages: [
        { from: '33639980166', id: 'wamid.HBgLMzM2', type: 'text', text: { body: 'Bonjour !' } },
        { from: '33199000010', to: '33639980167' },
      ],
      statuses: [{ status: 'failed', errors: [{ title: 'Message undeliverable', message: 'x' }] }],
    };
    const body = Buffer.from(JSON.stringify({ entry: [{ changes: [{ value }] }] }));
    expect(distinctNeedles(needlesNamed([body, body, Buffer.from('{')]))).toEqual([
      { kind: 'phone', value: '33639980166' },
      { kind: 'bsuid', value: 'FR.143391804445360082' },
      { kind: 'name', value: 'Zoé Fictive' },
      { kind: 'wamid', value: 'wamid.HBgLMzM2' },
      { kind: 'text', value: 'Bonjour !' },
      { kind: 'phone', value: '33639980167' },
    ]);
  });

  test('of the shipped corpus are all its people', () => {
    const needles = corpusNeedles(fixtures);
    const count = (kind: string) => needles.filter((one) => one.kind === kind).length;
    expect(count('phone')).toBeGreaterThan(300);
    expect(count('wamid')).toBeGreaterThan(800);
    expect(needles).toContainEqual({ kind: 'name', value: 'Zoé Fictive' });
    expect(needles.filter(({ value }) => value.includes('33199000010'))).toEqual([]);
  });
});
