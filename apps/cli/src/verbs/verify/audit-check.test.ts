import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { AuditCheck } from './audit-check.ts';

// Written down from docs/how-to/audit.md, once more: neither what chains nor what checks is asked how.
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { x = '' } = publicKey.export({ format: 'jwk' });
const kid = createHash('sha256')
  .update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
  .digest('base64url');
const jwks = JSON.stringify({
  keys: [{ kty: 'OKP', crv: 'Ed25519', x, tact_service: 'compliance' }],
});
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (payload: object, typ = 'tact-audit-head'): string => {
  const input = `${part({ alg: 'EdDSA', kid, typ })}.${part(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
};

type Line = Record<string, unknown>;
type EntryLine = {
  kind: 'entry';
  entry: Line & { seq: number };
  hash: string;
  opening?: object;
  blanked?: true;
};

const salt = 'ab'.repeat(32);
const entryAfter = (prev: string, seq: number, more: Line = {}): EntryLine => {
  const subject = `ct_${seq}`;
  const entry = {
    act: 'contact-viewed',
    actor: 'ak_01',
    at: '2026-11-30T04:00:00.000Z',
    event: { id: 'e', sha256: hex('an event'), source: 'ingestion' },
    prev,
    seq,
    subject: hex(`{"salt":"${salt}","subject":"${subject}"}`),
    tenant: 'demo',
    ...more,
  };
  const sorted = Object.fromEntries(
    Object.entries(entry).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  return { kind: 'entry', entry, hash: hex(JSON.stringify(sorted)), opening: { subject, salt } };
};
const head = ({ entry: { seq }, hash }: EntryLine, more: Line = {}) =>
  signed({
    tenant: 'demo',
    seq,
    hash,
    at: `2026-11-30T0${seq}:00:00.000Z`,
    blanked: 0,
    ...more,
  });

/** Entries from `from` on, recomputed as who can write to the database would. */
const chained = (count: number, more: (seq: number) => Line = () => ({})): EntryLine[] => {
  const lines: EntryLine[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    lines.push(entryAfter(lines.at(-1)?.hash ?? '0'.repeat(64), seq, more(seq)));
  }
  return lines;
};

const begin = { kind: 'chain', format: 'tact-audit-1', tenant: 'demo' };
/** Nine entries, signed behind the fourth and the eighth and at the end. */
const whole = chained(9);
const exported = (
  entries: readonly EntryLine[] = whole,
  signedOf = whole,
  more: Line = {},
): Line[] => [
  begin,
  ...entries.flatMap((line) => {
    const original = signedOf.find(({ entry }) => entry.seq === line.entry.seq);
    const isSigned = [4, 8].includes(line.entry.seq) && original !== undefined;
    return isSigned ? [line, { kind: 'head', jws: head(original) }] : [line];
  }),
  { kind: 'end', jws: head(signedOf.at(-1)!, more) },
];
const without = (seq: number) => whole.filter(({ entry }) => entry.seq !== seq);
const changed = (seq: number, more: Line) =>
  whole.map((line) =>
    line.entry.seq === seq ? { ...line, entry: { ...line.entry, ...more } } : line,
  );

const check = (lines: readonly Line[], earlier?: readonly Line[]) => {
  const before = new AuditCheck(jwks);
  for (const line of earlier ?? []) before.take(JSON.stringify(line));
  const own = new AuditCheck(jwks, before.hashes);
  for (const line of lines) own.take(JSON.stringify(line));
  return { summary: own.result(), findings: own.findings };
};
const findings = (lines: readonly Line[], earlier?: readonly Line[]) =>
  check(lines, earlier).findings;

test('a chain that nobody touched holds, blanked or not', () => {
  expect(check(exported())).toEqual({
    findings: [],
    summary: {
      tenant: 'demo',
      entries: 9,
      blanked: 0,
      signatures: 3,
      signedAt: '2026-11-30T09:00:00.000Z',
    },
  });
  const blanked = whole.map(({ kind, entry, hash }): EntryLine => ({
    kind,
    entry,
    hash,
    blanked: true,
  }));
  expect(check(exported(blanked, whole, { blanked: 9 })).summary).toMatchObject({
    entries: 9,
    blanked: 9,
  });
  const none = {
    kind: 'end',
    jws: signed({
      tenant: 'demo',
      seq: 0,
      hash: '0'.repeat(64),
      at: '2026-11-30T09:00:00Z',
      blanked: 0,
    }),
  };
  expect(check([begin, none]).summary).toMatchObject({ entries: 0 });
});

describe('it is said which entry', () => {
  test('was changed, in any of its fields', () => {
    for (const more of [{ actor: 'ak_02' }, { act: 'x-y' }, { at: '2026-11-30T04:00:00.001Z' }]) {
      expect(findings(exported(changed(6, more)))).toEqual([
        'Entry 6 was changed: its hash is of another.',
      ]);
    }
  });

  test('names somebody else', () => {
    const other = whole.map((line) =>
      line.entry.seq === 6 ? { ...line, opening: { subject: 'ct_5', salt } } : line,
    );
    expect(findings(exported(other))).toEqual([
      'Entry 6 was changed: it concerns somebody else than it names.',
    ]);
  });

  test('is missing', () => {
    expect(findings(exported(without(6)))).toEqual(['Entry 6 is missing.']);
    const gone = whole.filter(({ entry: { seq } }) => seq !== 2 && seq !== 3 && seq !== 6);
    expect(findings(exported(gone))).toEqual([
      'Entries 2 to 3 are missing.',
      'Entry 6 is missing.',
    ]);
    expect(findings(exported(without(1)))).toEqual(['Entry 1 is missing.']);
  });

  test('was moved, or stands there twice', () => {
    const swapped = whole.with(5, whole[6]!).with(6, whole[5]!);
    expect(findings(exported(swapped))).toEqual(['Entry 6 was moved: it stands behind entry 7.']);
    const twice = [...whole.slice(0, 6), whole[2]!, ...whole.slice(6)];
    expect(findings(exported(twice))).toEqual(['Entry 3 stands there twice.']);
  });

  test('was taken away and the others renumbered', () => {
    const renumbered = whole
      .filter(({ entry }) => entry.seq !== 6)
      .map(({ entry, ...line }, nth) => ({ ...line, entry: { ...entry, seq: nth + 1 } }));
    expect(findings(exported(renumbered))).toContain(
      'Entry 6 does not follow entry 5: one of them was rewritten.',
    );
  });

  test('is the first of those that were recomputed, as far as signatures tell', () => {
    const forged = chained(9, (seq) => (seq === 6 ? { actor: 'ak_02' } : {}));
    expect(findings(exported(forged, whole))).toEqual([
      'Entry 8 is not the one that was signed on 2026-11-30T08:00:00.000Z: entry 5 or a later one was rewritten, and those behind it recomputed.',
      'Entry 9 is not the one that was signed on 2026-11-30T09:00:00.000Z: entry 5 or a later one was rewritten, and those behind it recomputed.',
    ]);
  });

  test('was rewritten since an earlier export, although every signature holds', () => {
    const forged = chained(9, (seq) => (seq === 6 ? { actor: 'ak_02' } : {}));
    const found = findings(exported(forged, forged), exported());
    expect(found.slice(0, 2)).toEqual([
      'Entry 6 is another than in the earlier export.',
      'Entry 7 is another than in the earlier export.',
    ]);
    expect(findings(exported(forged, forged))).toEqual([]);
  });

  test('is the first of those that were cut off', () => {
    const end = exported().at(-1)!;
    expect(findings([...exported(whole.slice(0, 6)).slice(0, -1), end])).toEqual([
      'Entries 7 to 9 are cut off: a signature of 2026-11-30T09:00:00.000Z holds.',
    ]);
    expect(findings(exported().slice(0, -1))).toEqual([
      'The export is cut off behind entry 9: its signed end is missing.',
    ]);
    const shorter = chained(7);
    expect(findings(exported(shorter, shorter), exported())).toEqual([
      'Entries 8 to 9 are in the earlier export and cut off here.',
    ]);
  });

  test('stands behind what was signed', () => {
    const added = [...whole, entryAfter(whole.at(-1)!.hash, 10)];
    expect(findings(exported(added))).toEqual(['Entry 10 is behind what was signed.']);
  });
});

describe('it is said which signature', () => {
  const ending = (jws: string) => [...exported().slice(0, -1), { kind: 'end', jws }];

  test('was forged', () => {
    const [first = '', , last = ''] = head(whole.at(-1)!).split('.');
    const other = part({
      tenant: 'demo',
      seq: 9,
      hash: hex('x'),
      at: '2026-11-30T09:00:00Z',
      blanked: 0,
    });
    expect(findings(ending(`${first}.${other}.${last}`))[0]).toMatch(
      /^The signature behind entry 9 was forged\. It was changed/,
    );
    expect(findings(ending('none'))[0]).toMatch(/was forged/);
  });

  test('is of something else', () => {
    expect(findings(ending(signed({ seq: 9 }, 'receipt')))[0]).toBe(
      'The signature behind entry 9 is of something else: receipt.',
    );
    expect(findings(ending(head(whole.at(-1)!, { tenant: 'other' })))).toEqual([
      'The signature of 2026-11-30T09:00:00.000Z is of another chain.',
    ]);
  });
});

test('what is no export is none', () => {
  expect(findings([])).toEqual([
    'The export is cut off behind entry 0: its signed end is missing.',
  ]);
  expect(findings([{ ...begin, format: 'tact-audit-2' }])[0]).toMatch(
    /Line 1 is not of the published form/,
  );
  expect(findings([begin, { kind: 'more' }])[0]).toBe(
    'Line 2 is not of the published form of an export.',
  );
  const other = chained(1, () => ({ tenant: 'other' }));
  expect(findings(exported(other, other))[0]).toBe('Entry 1 is of another chain.');
});

describe('what is not of the published form is found, whatever it is', () => {
  const replaced = (seq: number, change: (line: EntryLine) => unknown): Line[] =>
    exported(whole.map((line) => (line.entry.seq === seq ? (change(line) as EntryLine) : line)));
  const rehashed = (entry: Line) => ({
    kind: 'entry',
    entry,
    hash: hex(JSON.stringify(entry)),
    blanked: true,
  });

  test('between two entries, in the place of one, or without a place', () => {
    for (const seq of [2.5, '3', null, -1, 0, undefined, 2 ** 60, [3]]) {
      const { entry } = whole[2]!;
      const { seq: _own, ...others } = entry;
      const invented = rehashed(seq === undefined ? others : { ...entry, seq });
      const lines = exported();
      const found = findings([...lines.slice(0, 4), invented, ...lines.slice(4)]);
      expect(found).toEqual(['Line 5 is not of the published form of an export.']);
      expect(findings(replaced(3, () => invented))).toContain('Entry 3 is missing.');
    }
  });

  test('fields that are missing, of another kind, or not known', () => {
    const { entry } = whole[2]!;
    const changes: ((line: EntryLine) => unknown)[] = [
      ...Object.keys(entry).map((name) => (line: EntryLine) => ({
        ...line,
        entry: Object.fromEntries(Object.entries(line.entry).filter(([own]) => own !== name)),
      })),
      ...Object.keys(entry).map((name) => (line: EntryLine) => ({
        ...line,
        entry: { ...line.entry, [name]: 7.5 },
      })),
      (line) => ({ ...line, entry: { ...line.entry, more: 'x' } }),
      (line) => ({ ...line, more: 'x' }),
      (line) => ({ ...line, blanked: true }),
      ({ kind, entry: own, hash }) => ({ kind, entry: own, hash }),
      ({ kind, entry: own, hash }) => ({ kind, entry: own, hash, blanked: false }),
      (line) => ({ ...line, opening: { subject: 'ct_3', salt: 'none' } }),
    ];
    for (const change of changes) {
      expect(findings(replaced(3, change))[0]).toBe(
        'Line 4 is not of the published form of an export.',
      );
    }
  });

  test('a signature that says less or more', () => {
    for (const more of [{ seq: 9.5 }, { blanked: undefined }, { blanked: '0' }, { more: 1 }]) {
      expect(findings(exported(whole, whole, more))[0]).toBe(
        'The signature behind entry 9 is not of the published form.',
      );
    }
  });
});

describe('an entry says its form', () => {
  const formed = (of: (seq: number) => Line) => {
    const lines = chained(9, of);
    return findings(exported(lines, lines));
  };

  test('one of the second form may stand behind one of the first, and either holds', () => {
    const second = { form: 2, changed: ['country', '+admin'] };
    expect(formed((seq) => (seq < 5 ? {} : second))).toEqual([]);
    expect(formed((seq) => (seq % 2 === 0 ? {} : { form: 2, shown: 0 }))).toEqual([]);
  });

  test.each([
    ['fields of the second form without saying so', { changed: ['country'] }],
    ['a form that it uses nothing of', { form: 2 }],
    ['the first form by number', { form: 1, shown: 1 }],
    ['nothing that was changed', { form: 2, changed: [] }],
    ['what was changed as something else than names', { form: 2, changed: [1] }],
    ['less than none', { form: 2, shown: -1 }],
  ])('but not %s', (_, more) => {
    expect(formed((seq) => (seq === 6 ? more : {}))[0]).toBe(
      'Line 8 is not of the published form of an export.',
    );
  });

  test('one of a later form is not called changed: a later program knows it', () => {
    expect(formed((seq) => (seq === 9 ? { form: 3, more: 'x' } : {}))[0]).toBe(
      'Line 12 is of form 3, which a later release wrote: check it with that one.',
    );
  });

  test('what was changed is under the hash', () => {
    const lines = chained(9, () => ({ form: 2, changed: ['country'] }));
    const altered = lines.map((line) =>
      line.entry.seq === 3 ? { ...line, entry: { ...line.entry, changed: ['name'] } } : line,
    );
    expect(findings(exported(altered, lines))[0]).toMatch(/^Entry 3 was changed/);
  });
});

test('who is blanked is signed: openings that are taken away are found', () => {
  const stripped = whole.map(({ opening: _gone, ...line }): EntryLine => ({
    ...line,
    blanked: true,
  }));
  expect(findings(exported(stripped))).toEqual(['9 entries are blanked here, and 0 were signed.']);
});

test('a key of another service signs no head', () => {
  const other = jwks.replace('compliance', 'outreach');
  const own = new AuditCheck(other);
  for (const line of exported()) own.take(JSON.stringify(line));
  expect(own.result()).toBeUndefined();
  expect(own.findings[0]).toMatch(/was forged. It is signed with a key that is not of compliance/);
});

test('Node alone runs it: it imports nothing else', () => {
  const text = readFileSync(fileURLToPath(new URL('audit-check.ts', import.meta.url)), 'utf8');
  const imported = [...text.matchAll(/^import .* from '([^']+)';$/gm)].map(([, from]) => from);
  expect(imported).toEqual(['node:crypto', './audit-form.ts', './jws.ts']);
});
