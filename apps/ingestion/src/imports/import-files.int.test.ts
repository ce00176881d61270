import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type ImportErrorLine, PREVIEW_ROWS_MAX, type Problem } from '@tact/contracts';
import { EventStore } from '@tact/platform';
import { consentLine, importsUnderTest, ndjson, newPhone } from '../testing/imports-under-test.ts';

const { call, errorsOf, imported, logLines, people, post, preview, query, running } =
  importsUnderTest();

const fixture = (name: string): string =>
  readFileSync(
    new URL(`../../../../packages/testing/fixtures/imports/${name}`, import.meta.url),
    'latin1',
  );
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const contacts = { type: 'contacts', csv: true } as const;

const found = async (identity: object): Promise<string | undefined> => {
  const answer = await call('/v1/contacts/search', {
    method: 'POST',
    body: JSON.stringify({ identity }),
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status === 404) return undefined;
  return ((await answer.json()) as { contactId: string }).contactId;
};
const places = (errors: readonly ImportErrorLine[]): string[] =>
  errors.map(({ line, errors: [first] }) => `${line} ${first?.pointer}`);
/** All that stands there, but that somebody looked. */
const head = async (): Promise<unknown> => {
  const tables = ['events', 'vault.identities', 'vault.subject_keys', 'imports', 'without_effect'];
  const known = await query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
    [tables],
  );
  return Promise.all(
    known.map(async ({ name }) => [
      name,
      await query(
        `SELECT count(*)::int AS n, md5(string_agg(t::text, ',' ORDER BY t::text)) AS of FROM ${name} t
         WHERE to_jsonb(t) ->> 'type' IS DISTINCT FROM 'ListDisclosed'`,
      ),
    ]),
  );
};

describe('phones without a country', () => {
  test('are refused by row, and become nobody of another country', async () => {
    const done = await imported(bytes(fixture('excel-leading-zero.csv')), contacts);
    expect(done).toMatchObject({ read: 4, rejected: 4 });
    const [first] = await errorsOf(done.importId);
    expect(first?.errors[0]?.message).toContain('?country=FR');
    expect(await found({ phone: '+33688655698' })).toBeUndefined();
    expect(await found({ crmId: 'LZ-1' })).toBeUndefined();
  });

  test('are of the country the file says, and of the row where the row says another', async () => {
    const said = { country: 'FR' };
    const done = await imported(bytes(fixture('excel-leading-zero.csv')), { ...contacts, said });
    expect(done).toMatchObject({ applied: 4, rejected: 0 });
    const phones = ['+33688655698', '+34624718429', '+352621815040', '+33639980611'];
    for (const [nth, phone] of phones.entries()) {
      expect(await found({ phone })).toBe(await found({ crmId: `LZ-${nth + 1}` }));
    }
    expect(await found({ phone: '+33624718429' })).toBeUndefined();
  });

  test.each([
    ['a column of its own', 'country', 'ES'],
    ['a name in its language', 'country', 'España'],
    ['a name in French', 'country', 'Espagne'],
  ])('are of the country a row says: %s', async (_, column, value) => {
    const phone = `6247${randomInt(100_000).toString().padStart(5, '0')}`;
    const crmId = `c-${randomUUID()}`;
    const table = `id,identities.crmId,identities.phone,${column}\n1,${crmId},${phone},${value}\n`;
    expect(await imported(table, contacts)).toMatchObject({ applied: 1 });
    expect(await found({ phone: `+34${phone}` })).toBe(await found({ crmId }));
  });

  test('a country that is none is said, of the file at once', async () => {
    const table = `id,identities.crmId,identities.phone,country\n1,c-${randomUUID()},624718429,Atlantis\n`;
    const done = await imported(table, contacts);
    const [line] = await errorsOf(done.importId);
    expect(line?.errors[0]).toMatchObject({
      pointer: '/identities/phone',
      message: expect.stringContaining('not known'),
    });
    for (const said of [{ country: 'XX' }, { country: 'fr' }, { timeZone: 'Mars/Olympus' }]) {
      expect((await post(table, { ...contacts, said })).status).toBe(400);
    }
  });

  test('of consents and signals are read by it too', async () => {
    const crmId = `c-${randomUUID()}`;
    const said = { country: 'FR' };
    const e164 = newPhone();
    const national = `0${e164.slice(3)}`;
    await imported(ndjson([{ id: '1', identities: { crmId, phone: e164 } }]), { type: 'contacts' });
    const consent = { ...consentLine(''), contact: { phone: national } };
    expect(await imported(ndjson([consent]), { type: 'consents', said })).toMatchObject({
      applied: 1,
    });
    const done = await imported(ndjson([{ ...consent, id: randomUUID() }]), { type: 'consents' });
    expect(done).toMatchObject({ rejected: 1 });
    expect(places(await errorsOf(done.importId))).toEqual(['1 /contact/phone']);
  });
});

describe('what a spreadsheet made of a phone', () => {
  test('a .0 is no digit, and a rounded number nobody', async () => {
    const table = fixture('decimal-phone.csv');
    const done = await imported(table, { ...contacts, said: { country: 'FR' } });
    expect(done).toMatchObject({ applied: 1, rejected: 4 });
    expect(await found({ phone: '+33639980613' })).toBe(await found({ crmId: 'DP-4' }));
    const sentences = (await errorsOf(done.importId)).map(({ errors }) => errors[0]?.message);
    expect(sentences.at(-1)).toContain('rounded');
    for (const phone of ['+49151234567890', '+336399806130', '+33600000000']) {
      expect(await found({ phone })).toBeUndefined();
    }
  });
});

describe('files as spreadsheets and CRMs write them', () => {
  test("a French Excel's", async () => {
    const done = await imported(bytes(fixture('french-excel.csv')), contacts);
    expect(done).toMatchObject({
      applied: 2,
      file: { encoding: 'windows-1252', separator: 'semicolon' },
    });
    const contactId = await found({ crmId: 'FE-1' });
    const { events } = await running().app.get(EventStore).load(`contact-${contactId}`);
    expect(events[0]?.data).toMatchObject({ attributes: { ville: 'Besançon' } });
  });

  test.each([
    ['mac-line-ends.csv', 2, 'ML-2'],
    ['cr-cr-lf.csv', 3, 'CL-3'],
    ['bom-newlines.csv', 2, 'BN-2'],
  ])('%s', async (name, rows, crmId) => {
    const done = await imported(bytes(fixture(name)), contacts);
    expect(done).toMatchObject({ read: rows, applied: rows, rejected: 0 });
    expect(await found({ crmId })).toBeDefined();
  });

  test('marks in the middle of lines of JSON', async () => {
    const done = await imported(bytes(fixture('bom-in-the-middle.ndjson')), { type: 'contacts' });
    expect(done).toMatchObject({ applied: 2, rejected: 0 });
  });

  test('five spellings of an address are one person', async () => {
    const done = await imported(bytes(fixture('email-case.ndjson')), { type: 'contacts' });
    expect(done).toMatchObject({ read: 5, rejected: 0 });
    const spellings = ['Ana.Ruiz@Example.fr', 'ana.ruiz@example.fr', '\u200bANA.ruiz@example.fr.'];
    const ids = await Promise.all(spellings.map((email) => found({ email })));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
  });

  test('times with an offset, or of the zone of the file', async () => {
    const [crmId = ''] = await people(1);
    const table = (at: string) =>
      `id;contact.crmId;purpose;channel;state;at;proof.source\n${randomUUID()};${crmId};marketing;email;withdrawn;${at};a letter\n`;
    const consents = { type: 'consents', csv: true } as const;
    expect(await imported(table('2026-01-05T10:00:00+01:00'), consents)).toMatchObject({
      applied: 1,
    });
    const said = { timeZone: 'Europe/Paris' };
    expect(await imported(table('2026-02-05 10:00'), { ...consents, said })).toMatchObject({
      applied: 1,
    });
    const done = await imported(table('2026-03-05 10:00'), consents);
    expect(done).toMatchObject({ rejected: 1 });
    expect((await errorsOf(done.importId))[0]?.errors[0]).toMatchObject({
      pointer: '/at',
      message: expect.stringContaining('?timeZone='),
    });
    const { events } = await running()
      .app.get(EventStore)
      .load(`contact-${await found({ crmId })}`);
    const shown = events.map(({ data }) => (data as { at?: string }).at);
    expect(shown).toContain('2026-01-05T09:00:00Z');
    expect(shown).toContain('2026-02-05T09:00:00Z');
  });
});

describe("CRMs' own exports", () => {
  test('HubSpot: what wants a country is one answer, and with it both people are in', async () => {
    const table = fixture('hubspot-as-is.csv');
    const answer = await post(bytes(table), contacts);
    const problem = (await answer.json()) as Problem;
    expect(answer.status).toBe(400);
    expect(problem.errors?.[0]).toMatchObject({
      pointer: '/query/country',
      message: expect.stringContaining('?country=FR'),
    });
    expect(problem.detail).toContain('"Record ID" as identities.link.id');
    expect(problem.detail).toContain('"Marketing contact status"');
    expect(JSON.stringify(problem)).not.toMatch(/ines|98 16/i);
    const done = await imported(bytes(table), { ...contacts, said: { country: 'FR' } });
    expect(done).toMatchObject({ applied: 2, rejected: 0, file: { mapping: 'hubspot' } });
    expect(await found({ phone: '+33639981622' })).toBeDefined();
  });

  test('Salesforce: countries, opt-outs, and a footer that is nobody', async () => {
    const done = await imported(bytes(fixture('salesforce-as-is.csv')), contacts);
    expect(done).toMatchObject({ read: 2, applied: 2, rejected: 0 });
    expect(done.file?.skipped).toEqual({ blank: 2, footer: 5, header: 0 });
    expect(await found({ phone: '+33639980623' })).toBeDefined();
    const joe = await found({ phone: '+16505550123' });
    const consentsOf = async () =>
      (await running().app.get(EventStore).load(`contact-${joe}`)).events
        .filter(({ type }) => type !== 'ContactRegistered')
        .map(({ type, data }) => ({ type, ...(data as object) }));
    expect(await consentsOf()).toMatchObject([
      { type: 'WithdrawalDeclared', purpose: 'marketing', channel: 'email' },
    ]);
    expect(await imported(bytes(fixture('salesforce-as-is.csv')), contacts)).toMatchObject({
      duplicate: 2,
    });
    expect(await consentsOf()).toHaveLength(1);
  });

  test('Zendesk', async () => {
    const done = await imported(bytes(fixture('zendesk-as-is.ndjson')), { type: 'contacts' });
    expect(done).toMatchObject({ applied: 2, rejected: 0, file: { mapping: 'zendesk' } });
    expect(await found({ phone: '+33639980624' })).toBeDefined();
  });
});

describe('placeholders', () => {
  test('make nobody of strangers', async () => {
    const rows = ['c-1', 'c-2', 'c-3'].map((one) => `${one}-${randomUUID()}`);
    const table = ['id,identities.crmId,identities.email,identities.phone'];
    table.push(`1,${rows[0]},none@none.com,0000000000`, `2,${rows[1]},none@none.com,N/A?`);
    table.push(`3,${rows[2]},noreply@none.fr,`, '4,,none@none.com,');
    const done = await imported(table.join('\n'), contacts);
    expect(done).toMatchObject({ applied: 2, rejected: 2 });
    expect(places(await errorsOf(done.importId))).toEqual([
      '3 /identities/phone',
      '5 /identities/email',
    ]);
    expect(await found({ crmId: rows[0] })).not.toBe(await found({ crmId: rows[2] }));
    expect(await found({ email: 'none@none.com' })).toBeUndefined();
  });
});

describe('a preview', () => {
  test('says what would happen to each row, and nothing happens', async () => {
    const [known, other, fresh] = [0, 1, 2].map(() => `c-${randomUUID()}`);
    const phone = newPhone();
    await imported(
      ndjson([
        { id: '1', identities: { crmId: known } },
        { id: '2', identities: { crmId: other, phone } },
      ]),
      { type: 'contacts' },
    );
    const table = [
      'id,identities.crmId,identities.phone,timeZone',
      `1,${known},,`,
      `2,${known},,Europe/Paris`,
      `3,${fresh},,`,
      `4,${known},${phone},`,
      `5,${fresh},0639981122,`,
      '6,,,',
      '7',
    ].join('\n');
    const before = await head();
    const shown = await preview(table, contacts);
    expect(
      shown.lines.map(({ line, outcome, errors = [] }) => [line, outcome, errors[0]?.column]),
    ).toEqual([
      [2, 'unchanged', undefined],
      [3, 'update', undefined],
      [4, 'create', undefined],
      [5, 'conflict', undefined],
      [6, 'reject', 'identities.phone'],
      [7, 'reject', undefined],
      [8, 'reject', undefined],
    ]);
    expect(shown.counts).toMatchObject({ create: 1, update: 1, conflict: 1, reject: 3 });
    expect(JSON.stringify(shown)).not.toContain(phone.slice(-6));
    expect(await head()).toEqual(before);
    expect(await found({ crmId: fresh })).toBeUndefined();
    expect(logLines.join('\n')).not.toContain(phone.slice(1));
  });

  test('names the column that held the value, where a file has several for one field', async () => {
    const table = [
      'Record ID,Mobile Phone Number,Phone Number,Email',
      '90101,,123,',
      '90102,124,+33639981122,',
      '90103,,,nobody',
    ].join('\n');
    const { lines } = await preview(table, contacts);
    expect(lines.map(({ errors: [first] = [] }) => [first?.pointer, first?.column])).toEqual([
      ['/identities/phone', 'Phone Number'],
      ['/identities/phone', 'Mobile Phone Number'],
      ['/identities/email', 'Email'],
    ]);
  });

  test('agrees with the import of the same file', async () => {
    const name = 'salesforce-as-is.csv';
    const table = fixture(name)
      .replaceAll('0035g00000AbCd', '0035g00000XyZd')
      .replaceAll('998-0623', '998-1623')
      .replaceAll('555-0123', '555-0124')
      .replaceAll('nadia@', 'n1@')
      .replaceAll('joe@', 'j1@');
    const shown = await preview(bytes(table), contacts);
    expect(shown).toMatchObject({
      file: { mapping: 'salesforce', skipped: { footer: 5 } },
      counts: { create: 2, reject: 0 },
      isCut: false,
    });
    expect(shown.columns).toContainEqual({ column: 'Mobile', field: 'identities.phone' });
    expect(await imported(bytes(table), contacts)).toMatchObject({ applied: 2 });
    expect((await preview(bytes(table), contacts)).counts).toMatchObject({ create: 0, reject: 0 });
  });

  test('of consents and signals is of nobody', async () => {
    const [crmId = ''] = await people(1);
    const lines = [crmId, 'nobody'].map((one) => consentLine(one));
    const shown = await preview(
      ndjson([...lines, consentLine(crmId, { at: '2999-01-01T00:00:00Z' })]),
      {
        type: 'consents',
      },
    );
    expect(shown.lines.map(({ outcome }) => outcome)).toEqual(['accept', 'accept', 'reject']);
  });

  test('reads the first thousand rows of a file', async () => {
    const lines = Array.from({ length: PREVIEW_ROWS_MAX + 500 }, (_, nth) => ({
      id: `${nth}`,
      identities: { crmId: `c-${randomUUID()}` },
    }));
    const shown = await preview(ndjson(lines), { type: 'contacts' });
    expect(shown.isCut).toBe(true);
    expect(shown.counts.create).toBe(PREVIEW_ROWS_MAX);
    expect((await preview(ndjson(lines.slice(0, 3)), { type: 'contacts' })).isCut).toBe(false);
  });

  test('wants the scope of its type, and knows its own tenant only', async () => {
    const [crmId = ''] = await people(1);
    const body = ndjson([{ id: '1', identities: { crmId } }]);
    const narrow = await post(body, { type: 'contacts', caller: 'narrow', path: '/previews' });
    expect(narrow.status).toBe(403);
    const other = await preview(body, { type: 'contacts', caller: 'other' });
    expect(other.counts).toMatchObject({ create: 1 });
  });
});

describe('what an import tells', () => {
  test('is not who objected: below 50 accepted lines no count, above it none that is exact', async () => {
    const crmIds = await people(60);
    const withdrawn = crmIds
      .slice(0, 4)
      .map((crmId) => consentLine(crmId, { state: 'withdrawn', at: '2026-03-01T00:00:00Z' }));
    await imported(ndjson(withdrawn), { type: 'consents' });
    const lines = (count: number) =>
      ndjson(
        crmIds.slice(0, count).map((crmId) => ({
          id: randomUUID(),
          contact: { crmId },
          kind: 'message-delivered',
          occurredAt: '2026-11-02T08:00:00Z',
        })),
      );
    const shown = async (count: number): Promise<object> => {
      const { importId } = await imported(lines(count));
      return (await (await call(`/v1/imports/${importId}`)).json()) as object;
    };
    expect(await shown(49)).toMatchObject({ lines: { accepted: 49 } });
    expect(await shown(49)).not.toHaveProperty('notContactable');
    expect(await shown(60)).toMatchObject({ lines: { accepted: 60 }, notContactable: 0 });
  });
});
