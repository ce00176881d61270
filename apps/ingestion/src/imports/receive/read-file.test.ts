import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ImportFile, ImportType } from '@tact/contracts';
import { ProblemError } from '@tact/platform';
import { starters } from '../mappings/starters.ts';
import type { SpooledLine } from '../spooled-lines.ts';
import { FileFacts } from './file-facts.ts';
import { groupsOf } from './read-file.ts';

type Options = { readonly type?: ImportType; readonly chunk?: number; readonly mapping?: string };
type Read = { readonly lines: readonly SpooledLine[]; readonly file: ImportFile };

const fixture = (name: string): Buffer =>
  readFileSync(
    new URL(`../../../../../packages/testing/fixtures/imports/${name}`, import.meta.url),
  );

const read = async (
  body: Buffer | string,
  format: 'csv' | 'ndjson',
  { type = 'contacts', chunk = 7, mapping }: Options = {},
): Promise<Read> => {
  const bytes = Buffer.from(body as string);
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunk) {
      yield bytes.subarray(at, at + chunk);
      await Promise.resolve();
    }
  };
  const facts = new FileFacts();
  const lines: SpooledLine[] = [];
  const options = {
    type,
    facts,
    documents: starters,
    ...(mapping === undefined ? {} : { mapping }),
  };
  for await (const group of groupsOf(chunks(), format, options)) lines.push(...group);
  return { lines, file: facts.summary() };
};

const csv = (body: Buffer | string, options?: Options) => read(body, 'csv', options);
const parsed = ({ lines }: Read): unknown[] =>
  lines.map((line) => ('text' in line ? JSON.parse(line.text) : line.defect));
const utf16 = (text: string, isBig: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

const table = 'id,identities.crmId,attributes.ville\n1,c-1,Besançon\n2,c-2,"Œuvre, «x»"\n';
const people = [
  { id: '1', identities: { crmId: 'c-1' }, attributes: { ville: 'Besançon' } },
  { id: '2', identities: { crmId: 'c-2' }, attributes: { ville: 'Œuvre, «x»' } },
];

const windows1252 = (text: string): Buffer => Buffer.from(text.replaceAll('Œ', '\u008c'), 'latin1');

describe('the encoding of a table', () => {
  test.each<[string, Buffer, ImportFile['encoding']]>([
    ['UTF-8', Buffer.from(table), 'utf-8'],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${table}`), 'utf-8'],
    ['Windows-1252', windows1252(table), 'windows-1252'],
    ['UTF-16 with its mark', utf16(`\uFEFF${table}`, false), 'utf-16le'],
    ['UTF-16, the other way round', utf16(`\uFEFF${table}`, true), 'utf-16be'],
    ['UTF-16 without a mark', utf16(table, false), 'utf-16le'],
    ['UTF-16 without a mark, the other way round', utf16(table, true), 'utf-16be'],
  ])('%s is read, and said', async (_, body, encoding) => {
    for (const chunk of [1, 2, 3, 65_536]) {
      const one = await csv(body, { chunk });
      expect(parsed(one)).toEqual(people);
      expect(one.file).toMatchObject({ encoding, separator: 'comma' });
    }
  });

  test('a line that is no UTF-8 among lines that are is damaged, not Windows-1252', async () => {
    const damaged = Buffer.concat([Buffer.from(table), Buffer.from('3,c-3,\xe9\n', 'latin1')]);
    const one = await csv(damaged);
    expect(parsed(one)).toEqual([...people, 'not-utf8']);
    expect(one.file.encoding).toBe('utf-8');
  });
});

describe('line ends', () => {
  test.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
    ['CR CR LF', '\r\r\n'],
  ])('%s ends a row, whatever chunk it falls into, and is no part of a value', async (_, end) => {
    for (const chunk of [1, 2, 5, 65_536]) {
      const one = await csv(table.replaceAll('\n', end), { chunk });
      expect(parsed(one)).toEqual(people);
      expect(one.lines.map(({ line }) => line)).toEqual([2, 3]);
    }
  });

  test('without one at the end the last row is a row', async () => {
    expect(parsed(await csv(table.trimEnd()))).toEqual(people);
    expect(parsed(await csv(table.trimEnd().replaceAll('\n', '\r')))).toEqual(people);
  });
});

describe('separators', () => {
  test.each<[NonNullable<ImportFile['separator']>, string]>([
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
  ])('%s is found in the header, and said', async (separator, mark) => {
    const rows = [
      ['id', 'identities.crmId', 'attributes.note'],
      ['1', 'c-1', '"a,b;c\td ""e"""'],
    ];
    const one = await csv(rows.map((row) => row.join(mark)).join('\r\n'));
    expect(parsed(one)).toEqual([
      { id: '1', identities: { crmId: 'c-1' }, attributes: { note: 'a,b;c\td "e"' } },
    ]);
    expect(one.file.separator).toBe(separator);
  });

  test("Excel's own first line is no header", async () => {
    const one = await csv('sep=;\r\nid;identities.crmId\r\n1;c-1\r\n');
    expect(parsed(one)).toEqual([{ id: '1', identities: { crmId: 'c-1' } }]);
  });
});

describe('rows that are no people', () => {
  const header = 'id,identities.crmId,identities.phone\n';
  const row = '1,c-1,+33639980611\n';

  test('empty ones, of spreadsheets too, are counted', async () => {
    const one = await csv(`${header}\n${row},,\n   \n, ,\n`);
    expect(parsed(one)).toHaveLength(1);
    expect(one.file.skipped).toEqual({ blank: 4, footer: 0, header: 0 });
  });

  test('columns without a name at the end are what a spreadsheet left behind', async () => {
    const one = await csv('id,identities.crmId,,\n1,c-1,,\n2,c-2,,\n');
    expect(parsed(one)).toHaveLength(2);
  });

  test.each([
    ['after an empty row', '\n"Contacts"\n"Example SA"\n'],
    ['with separators of its own', '\nCopyright (c) 2026 example, inc. All rights reserved.\n'],
    ['without an empty row before', 'Total rows: 1\n'],
    ['of several parts', '\n\nGrand totals\n\nGenerated by: X 11/29/2026\n'],
  ])('a footer is counted: %s', async (_, footer) => {
    const one = await csv(header + row + footer);
    expect(parsed(one)).toHaveLength(1);
    expect(one.file.skipped.footer).toBe(footer.split('\n').filter((line) => line !== '').length);
  });

  test('a short row with people behind it is no footer', async () => {
    const one = await csv(`${header}${row}\nc-2\n3,c-3,\n4\n`);
    expect(parsed(one).map((line) => (typeof line === 'string' ? line : 'row'))).toEqual([
      'row',
      'csv-columns',
      'row',
      'csv-columns',
    ]);
    expect(one.file.skipped.footer).toBe(0);
  });

  test('two exports put one after the other have one header too many', async () => {
    const whole = `\uFEFF${header}${row}`;
    const one = await csv(whole + whole);
    expect(parsed(one)).toHaveLength(2);
    expect(one.file.skipped.header).toBe(1);
  });
});

describe('headers', () => {
  const refusal = async (body: string, options?: Options): Promise<ProblemError> => {
    const error: unknown = await csv(body, options).catch((cause: unknown) => cause);
    if (error instanceof ProblemError) return error;
    throw new Error('The header was taken.');
  };

  test('unknown ones are named, in one answer that says what to do', async () => {
    const error = await refusal('Kunde,Ort,id\n1,2,3\n');
    expect(error.errors?.map(({ message }) => message)).toEqual([
      expect.stringContaining('"Kunde"'),
      expect.stringContaining('"Ort"'),
    ]);
    expect(error.detail).toContain('identities.phone');
    expect(error.detail).toContain('tact import --template contacts');
  });

  test('a file without one tells nobody', async () => {
    const error = await refusal('7,ana.roux@example.fr,+33 6 39 98 06 11\n');
    expect(JSON.stringify([error.errors, error.detail])).not.toMatch(/ana|0611|98 06/);
    expect(JSON.stringify(error.errors)).toContain('does the file have a header?');
  });
});

describe('exports of CRMs, as they are', () => {
  test('HubSpot', async () => {
    const one = await csv(fixture('hubspot-as-is.csv'));
    expect(parsed(one)).toEqual([
      {
        id: '501',
        identities: {
          link: { connection: 'hubspot', object: 'contact', id: '501' },
          phone: '+33 6 39 98 06 22',
          email: 'ines.moreau@example.fr',
        },
      },
      {
        id: '502',
        identities: {
          link: { connection: 'hubspot', object: 'contact', id: '502' },
          phone: '06 39 98 16 22',
          email: 'tom@example.fr',
        },
      },
    ]);
    expect(one.file).toMatchObject({ mapping: 'hubspot' });
    expect(one.file.leftOut).toContain('Marketing contact status');
  });

  test('Salesforce, with its footer', async () => {
    const one = await csv(fixture('salesforce-as-is.csv'));
    expect(parsed(one)).toMatchObject([
      {
        identities: {
          link: { connection: 'salesforce', object: 'contact', id: '0035g00000AbCdEAAV' },
          phone: '(063) 998-0623',
        },
        country: 'France',
      },
      {
        identities: {
          link: { connection: 'salesforce', object: 'contact', id: '0035g00000AbCdFAAV' },
        },
        country: 'United States',
        optOuts: [
          { purpose: 'marketing', channel: 'email', source: 'salesforce: Has Opted Out Of Email' },
        ],
      },
    ]);
    expect(parsed(one)[0]).not.toHaveProperty('optOuts');
    expect(one.file).toMatchObject({ mapping: 'salesforce', skipped: { blank: 2, footer: 5 } });
  });

  test('Zendesk, as JSON', async () => {
    const one = await read(fixture('zendesk-as-is.ndjson'), 'ndjson');
    expect(parsed(one)).toEqual([
      {
        id: '361000000601',
        identities: {
          link: { connection: 'zendesk', object: 'contact', id: '361000000601' },
          phone: '+33639980624',
          email: 'lea.simon@example.fr',
        },
        timeZone: 'Europe/Paris',
        language: 'fr',
      },
      {
        id: '361000000602',
        identities: { link: { connection: 'zendesk', object: 'contact', id: '361000000602' } },
        timeZone: 'Europe/Paris',
        language: 'fr',
      },
    ]);
    expect(one.file).toMatchObject({ mapping: 'zendesk' });
  });

  test.each<[string, string, string]>([
    [
      'hubspot',
      'ID de fiche;Prénom;Nom;E-mail;Numéro de téléphone;Statut du contact marketing\n501;Inès;Moreau;ines.moreau@example.fr;+33639980622;Contact marketing\n',
      '501',
    ],
    [
      'hubspot',
      'record id\tEMAIL\tPhone number\n501\tines.moreau@example.fr\t+33639980622\n',
      '501',
    ],
    ['hubspot', 'hs_object_id,email,phone\n501,ines.moreau@example.fr,+33639980622\n', '501'],
    [
      'salesforce',
      'ID du contact;Prénom;Nom;Adresse e-mail;Téléphone mobile;Pays\n0035g00000AbCdE;Inès;Moreau;ines.moreau@example.fr;+33639980622;France\n',
      '0035g00000AbCdEAAV',
    ],
    [
      'salesforce',
      'Id,Email,MobilePhone,HasOptedOutOfEmail\n0035g00000AbCdEAAV,ines.moreau@example.fr,+33639980622,false\n',
      '0035g00000AbCdEAAV',
    ],
    [
      'zendesk',
      'ID,Nom,E-mail,Téléphone,Fuseau horaire IANA,Langue\n361000000601,Inès,ines.moreau@example.fr,+33639980622,,\n',
      '361000000601',
    ],
  ])('in other spellings: %s %#', async (mapping, body, crmId) => {
    const one = await csv(body);
    expect(one.file.mapping).toBe(mapping);
    expect(parsed(one)).toMatchObject([
      {
        id: crmId,
        identities: {
          link: { connection: mapping, object: 'contact', id: crmId },
          phone: '+33639980622',
          email: 'ines.moreau@example.fr',
        },
      },
    ]);
    expect(parsed(one)[0]).not.toHaveProperty('optOuts');
  });

  test('columns that two CRMs have are decided by nobody but the caller', async () => {
    const body = 'ID,Name,Email,Phone\n361000000601,Inès,ines.moreau@example.fr,+33639980622\n';
    await expect(csv(body)).rejects.toMatchObject({
      errors: [{ message: expect.stringContaining('salesforce or zendesk') }],
    });
    expect(parsed(await csv(body, { mapping: 'zendesk' }))).toMatchObject([
      {
        identities: {
          link: { connection: 'zendesk', object: 'contact', id: '361000000601' },
          phone: '+33639980622',
        },
      },
    ]);
    await expect(csv(body, { mapping: 'dynamics' })).rejects.toMatchObject({
      errors: [{ pointer: '/query/mapping' }],
    });
  });

  test("a record whose id is none of the vendor's is one line's error", async () => {
    const one = await csv('Record ID,Email\n501,a.b@example.fr\nx-1,b.c@example.fr\n');
    expect(parsed(one)).toEqual([expect.objectContaining({ id: '501' }), 'crm-record']);
  });

  test("HubSpot's API has its columns in an object of their own", async () => {
    const record = {
      id: '501',
      properties: { hs_object_id: '501', email: 'ines.moreau@example.fr', hs_email_optout: 'true' },
    };
    const one = await read(`${JSON.stringify(record)}\n`, 'ndjson');
    expect(one.file.mapping).toBe('hubspot');
    expect(parsed(one)).toMatchObject([
      { id: '501', optOuts: [{ purpose: 'marketing', channel: 'email' }] },
    ]);
  });
});

describe('JSON', () => {
  test('with marks in the middle, and a language and a country of its own lines', async () => {
    const one = await read(fixture('bom-in-the-middle.ndjson'), 'ndjson');
    expect(parsed(one)).toMatchObject([{ id: 'n1' }, { id: 'n2' }]);
    expect(one.file.mapping).toBeUndefined();
    const own = '{"id":"1","identities":{"crmId":"c"},"language":"fr","country":"FR"}\n';
    expect((await read(own, 'ndjson')).file.mapping).toBeUndefined();
  });

  test.each([
    ['an array', '[\n{"id":"1"}\n]\n', 'NDJSON'],
    ['a table', 'id,identities.crmId\n1,c-1\n', 'text/csv'],
    ['records of nobody knows what', '{"Kunde":1,"Ort":"Ulm"}\n', 'fields'],
  ])('that is %s is refused in one answer', async (_, body, sentence) => {
    await expect(read(body, 'ndjson')).rejects.toThrow(sentence);
  });
});
