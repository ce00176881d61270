import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ImportMappingList, type MappingBody, MappingDocument } from '@tact/contracts';
import { EventStore } from '@tact/platform';
import { importsUnderTest, newPhone } from '../../testing/imports-under-test.ts';

const { call, imported, running } = importsUnderTest();

const put = (name: string, body: object, caller?: string) =>
  call(
    `/v1/import-mappings/${name}`,
    {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    },
    caller,
  );
const listed = async (caller?: string) =>
  ImportMappingList.parse(await (await call('/v1/import-mappings', {}, caller)).json()).items;

const dynamics: MappingBody = {
  crm: 'other',
  fields: [
    { from: ['Kontakt', 'Kontakt-ID'], to: 'record' },
    {
      from: ['Telefone'],
      to: 'phone',
      transform: { as: 'split', separator: '|', part: 0 },
    },
    { from: ['Handy'], to: 'phone', transform: { as: 'phone', country: 'DE' } },
    {
      from: ['Segment'],
      to: 'attribute',
      attribute: 'segment',
      transform: { as: 'enum', values: { A: 'gold', B: 'silver' } },
    },
    {
      from: ['Kunde seit'],
      to: 'attribute',
      attribute: 'since',
      transform: { as: 'date', order: 'dmy', zone: 'Europe/Berlin' },
    },
    { from: ['Werbesperre'], to: 'opt-out', purpose: 'marketing', channel: 'whatsapp' },
  ],
};

describe('a mapping document', () => {
  test('of a tenant reads its exports, by transforms alone', async () => {
    const kept = await put('dynamics', dynamics);
    expect(kept.status).toBe(200);
    expect(MappingDocument.parse(await kept.json())).toMatchObject({
      name: 'dynamics',
      version: 1,
    });
    const [one, two] = [`k-${randomUUID()}`, `k-${randomUUID()}`];
    const phone = newPhone();
    const table = [
      'Kontakt;Telefone;Handy;Segment;Kunde seit;Werbesperre;Notiz',
      `${one};${phone}|030 123;;A;05.01.2026 10:00;ja;x`,
      `${two};;0171 ${one.slice(-3).replaceAll(/\D/g, '1')}1234;C;;nein;x`,
    ].join('\r\n');
    const done = await imported(table, { type: 'contacts', csv: true });
    expect(done).toMatchObject({
      applied: 2,
      rejected: 0,
      file: { mapping: 'dynamics', leftOut: ['Notiz'] },
    });
    const found = await call('/v1/contacts/search', {
      method: 'POST',
      body: JSON.stringify({ identity: { phone } }),
      headers: { 'content-type': 'application/json' },
    });
    const { contactId } = (await found.json()) as { contactId: string };
    const { events } = await running().app.get(EventStore).load(`contact-${contactId}`);
    expect(events.map(({ type, data }) => ({ type, ...(data as object) }))).toMatchObject([
      { attributes: { segment: 'gold', since: '2026-01-05T09:00:00Z' } },
      { type: 'WithdrawalDeclared', purpose: 'marketing', channel: 'whatsapp' },
    ]);
  });

  test('has a new version with each change, and takes the place of a starter', async () => {
    const versions = [];
    for (const body of [dynamics, dynamics, { ...dynamics, crm: 'hubspot' }]) {
      versions.push(MappingDocument.parse(await (await put('hubspot', body)).json()).version);
    }
    expect(versions).toEqual([1, 1, 2]);
    const own = (await listed()).filter(({ name }) => name === 'hubspot');
    expect(own).toMatchObject([{ version: 2, crm: 'hubspot' }]);
  });

  test('is its tenant’s alone', async () => {
    await put('ours', dynamics);
    const names = (await listed('other')).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['hubspot', 'salesforce', 'zendesk']);
    expect((await put('ours', dynamics, 'narrow')).status).toBe(403);
    expect((await call('/v1/import-mappings', {}, 'narrow')).status).toBe(403);
  });

  test.each<[string, number, object]>([
    ['without a record', 422, { fields: [{ from: ['a'], to: 'phone' }] }],
    [
      'whose opt-out withdraws nothing',
      422,
      { fields: [...dynamics.fields, { from: ['x'], to: 'opt-out' }] },
    ],
    [
      'of a country there is not',
      422,
      {
        fields: [
          ...dynamics.fields,
          { from: ['x'], to: 'phone', transform: { as: 'phone', country: 'XX' } },
        ],
      },
    ],
    [
      'with a program in it',
      400,
      { fields: [{ from: ['a'], to: 'record', transform: { as: 'script', code: 'row.a' } }] },
    ],
  ])('%s is refused', async (_, status, body) => {
    expect((await put('broken', { ...dynamics, ...body })).status).toBe(status);
  });
});
