import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { EventStore } from '@tact/platform';
import { importsUnderTest, newPhone } from '../testing/imports-under-test.ts';

const { call, errorsOf, imported, people, post, query, running } = importsUnderTest();

describe('a table', () => {
  test('is read by the names of its header, quotes, line ends and all', async () => {
    const crmId = `c-${randomUUID()}, "the first"`;
    const quoted = `"${crmId.replaceAll('"', '""')}"`;
    const rows = [
      '\uFEFFid,identities.crmId,timeZone,attributes.note',
      `1,${quoted},Europe/Paris,"two\nlines"`,
      '',
      '2,c-plain,,',
      '3,c-short',
      '4,"c-wrong" zone,Europe/Paris,',
      '5,c-zone,Mars/Olympus,',
      '6,c-"stray,,',
      '7,c-behind,,',
      '8,"c-open,,',
      '9,c-last,,',
    ];
    const done = await imported(rows.join('\r\n'), { type: 'contacts', csv: true });
    expect(done).toMatchObject({ state: 'finished', read: 9, applied: 4, rejected: 5 });
    const errors = await errorsOf(done.importId);
    expect(errors.map(({ line, errors: [first] }) => `${line} ${first?.pointer}`)).toEqual([
      '6 ',
      '7 ',
      '8 /timeZone',
      '9 ',
      '11 ',
    ]);
    const found = await call('/v1/contacts/search', {
      method: 'POST',
      body: JSON.stringify({ identity: { crmId } }),
      headers: { 'content-type': 'application/json' },
    });
    expect(found.status).toBe(200);
    const { contactId } = (await found.json()) as { contactId: string };
    const [event] = (await running().app.get(EventStore).load(`contact-${contactId}`)).events;
    expect(event?.data).toMatchObject({
      identities: { crmId },
      timeZone: 'Europe/Paris',
      attributes: { note: 'two\nlines' },
    });
  });

  test('of signals and consents has numbers and nested fields', async () => {
    const [crmId = ''] = await people(1);
    const signals = [
      'id,contact.crmId,kind,occurredAt,code,observer,saw,baseline.at,baseline.saw',
      `${randomUUID()},${crmId},message-failed,2026-11-02T08:00:00Z,131026,,,,`,
      `${randomUUID()},${crmId},photo-missing,2026-11-02T08:00:00Z,,Zoé,nothing,2026-10-02T08:00:00Z,a dog`,
      `${randomUUID()},${crmId},message-failed,2026-11-02T08:00:00Z,no code,,,,`,
    ].join('\n');
    expect(await imported(signals, { csv: true })).toMatchObject({ applied: 2, rejected: 1 });
    const consents = [
      'id,contact.crmId,purpose,channel,state,at,proof.source,proof.noticeVersion,proof.noticeSha256',
      `${randomUUID()},${crmId},marketing,whatsapp,given,2026-02-01T00:00:00Z,a form,3,${'0'.repeat(64)}`,
      `${randomUUID()},${crmId},feedback,whatsapp,given,2026-02-01T00:00:00Z,a form,3,`,
    ].join('\n');
    const done = await imported(consents, { type: 'consents', csv: true });
    // Without its text an agreement is none.
    expect(done).toMatchObject({ applied: 1, rejected: 1 });
  });

  test('with a header that means nothing is refused before any row', async () => {
    const canary = newPhone();
    const before = await query('SELECT import_id FROM imports');
    const answer = await post(`id,${canary},kind,kind\n1,2,3,4\n`, { csv: true });
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      errors: [
        { pointer: '/header/2', message: expect.stringContaining('no such field') },
        { pointer: '/header/4', message: expect.stringContaining('already') },
      ],
    });
    expect(text).not.toContain(canary);
    expect((await post('kind\n', { csv: true })).status).toBe(400);
    expect((await post('', { csv: true })).status).toBe(400);
    expect(await query('SELECT import_id FROM imports')).toEqual(before);
  });
});
