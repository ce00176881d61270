import { describe, expect, test } from '@jest/globals';
import { storedShapeOf, storedShapes, storedWords } from '@tact/contracts';
import * as fc from 'fast-check';
import { fromCbor, toCbor } from './cbor.ts';
import { compactData, type StoredData, wholeData } from './compact-data.ts';
import { openedForms } from './opened-forms.ts';
import { compactText, wholeText } from './compact-text.ts';
import { compactTrace, wholeTrace } from './compact-trace.ts';

const types = [...Object.keys(storedShapeOf), 'of a plugin'];
const subject = 'ct_00112233445566778899aabbccddeeff';
const signal = {
  contactId: subject,
  kind: 'message-delivered',
  origin: 'whatsapp-webhook',
  messageRef: 'mr_1c30755083f2c476407295bb450b8e7a0bdb90ca',
  sender: '990020000000201',
  $sealed: { v: 3, k: 1, s: 1, p: ['/occurredAt'], b: 'vV8hf076+1HPfm4Pee7TbNuvn6o=' },
};

/** As CBOR; what a text of UTF-8 cannot say is not written. */
const through = (type: string, data: object): unknown => {
  const bytes = toCbor(compactData(type, subject, data));
  if (bytes === undefined) return data;
  const [stored] = fromCbor(bytes);
  return wholeData(stored as StoredData, subject);
};

const letters = fc.constantFrom('a', '1', '=', ':', '_', '-', '/', '"', '\0', '\ud800', 'é');
const hex = (length: number) =>
  fc.string({
    minLength: length,
    maxLength: length,
    unit: fc.constantFrom(...'0123456789abcdef'.split('')),
  });
const instants = fc
  .date({ noInvalidDate: true, min: new Date(-9e14), max: new Date(9e14) })
  .chain((date) => fc.constantFrom(date, new Date(Math.floor(date.getTime() / 1_000) * 1_000)))
  .map((date) => date.toISOString());
/** Texts that look like something, and others. */
const texts = fc.oneof(
  instants,
  fc.constantFrom('2026-02-30T00:00:00.000Z', '2026-01-01T24:00:00.000Z', '0'.repeat(15)),
  fc.bigInt({ min: 0n, max: 10n ** 19n }).map(String),
  fc.constantFrom(...storedWords, subject),
  fc.string({ unit: letters }),
  fc.uuid(),
  fc
    .tuple(fc.constantFrom('ct_', 'mr_', 'x_', '', ':', 'ct:'), fc.nat(60).chain(hex))
    .map((parts) => parts.join('')),
  fc.base64String(),
  fc.string().map((text) => `:${Buffer.from(text).toString('base64url')}`),
);
const values = fc.oneof(
  { weight: 3, arbitrary: texts },
  fc.jsonValue().filter((value) => !Object.is(value, -0)),
  fc.record({
    v: fc.constantFrom(1, 2, 3),
    k: fc.nat(9),
    s: fc.nat(9),
    p: fc.array(texts),
    b: fc.oneof(fc.base64String(), texts),
  }),
);
const fields = fc.oneof(fc.constantFrom(...storedShapes.flat()), texts);

describe('data', () => {
  test('of every type comes back, whatever fields and values it has', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.dictionary(fields, values), (type, data) => {
        const plain: unknown = JSON.parse(JSON.stringify(data));
        expect(through(type, plain as object)).toEqual(plain);
      }),
      { numRuns: 600 },
    );
  });

  test('of the lists’ own fields comes back from a list', () => {
    for (const [type, shape] of Object.entries(storedShapeOf)) {
      fc.assert(
        fc.property(
          fc.dictionary(fc.constantFrom<string>(...(storedShapes[shape] ?? [])), values),
          (data) => {
            expect(Array.isArray(compactData(type, subject, data))).toBe(true);
            const plain: unknown = JSON.parse(JSON.stringify(data));
            expect(through(type, plain as object)).toEqual(plain);
          },
        ),
      );
    }
  });

  test('of a signal takes a third of its bytes, and says in letters what is no id of ours', () => {
    const stored = toCbor(compactData('SignalRecorded', subject, signal)) ?? Buffer.of();
    expect(stored.length).toBeLessThan(JSON.stringify(signal).length / 3);
    expect(openedForms(stored).join()).toContain('990020000000201');
    expect(Object.keys(through('SignalRecorded', signal) as object).slice(0, 2)).toEqual([
      'contactId',
      '$sealed',
    ]);
  });

  // A proof stands in every consent of everybody, twice.
  test('of a consent holds a hash in its bytes and a word in one of them', () => {
    const noticeId = `nt_${'5f'.repeat(16)}`;
    const proofs = [
      { method: 'form', noticeId },
      { method: 'other', noticeVersion: '2026-01', noticeSha256: '5f'.repeat(32) },
      { noticeVersion: '2026-01' },
      { method: 'a later method', noticeSha256: `ab_${'5f'.repeat(30)}` },
      {},
    ];
    const sizes = proofs.map((proof) => {
      const data = { contactId: subject, purpose: 'marketing', proof };
      expect(through('ConsentGiven', data)).toEqual(data);
      const bare = { contactId: subject, purpose: 'marketing', proof: {} };
      const bytes = (one: object) => toCbor(compactData('ConsentGiven', subject, one))?.length ?? 0;
      return bytes(data) - bytes(bare);
    });
    expect(sizes.slice(0, 2)).toEqual([19, 43]);
    // As it was stored before there were places in it.
    const old = [3, 0, null, null, null, null, null, null, [{ noticeVersion: '2026-01' }]];
    expect(wholeData(old as never, subject)).toEqual({
      contactId: subject,
      proof: { noticeVersion: '2026-01' },
    });
  });

  // Rows of years are read by the lists: these bytes must never change.
  test('of an earlier version of the lists is read', () => {
    const stored =
      '87000084010154bd5f217f4efafb51cf7e6e0f79eed36cdbaf9faa0112182a566d721c30755083f2c476407295bb450b8e7a0bdb90ca6f393930303230303030303030323031';
    const [compact] = fromCbor(Buffer.from(stored, 'hex'));
    expect(wholeData(compact as StoredData, subject)).toEqual(signal);
    const now =
      '87000084010154bd5f217f4efafb51cf7e6e0f79eed36cdbaf9faa0112182a566d721c30755083f2c476407295bb450b8e7a0bdb90ca3b0003846afe6ba8c8';
    expect(toCbor(compactData('SignalRecorded', subject, signal))?.toString('hex')).toBe(now);
  });

  // A tenant's number stands three times in what is stored of each signal, an instant in each consent and likelihood.
  test('of accounts and instants holds their numbers, whose letters a sweep is shown', () => {
    const data = { contactId: subject, sender: '990020000000201', inboundType: '33612345678' };
    const [stored] = fromCbor(toCbor(compactData('SignalRecorded', subject, data)) ?? Buffer.of());
    expect((stored as unknown[]).slice(6, 7)).toEqual([-990_020_000_000_201]);
    const consent = { contactId: subject, at: '2026-01-05T09:00:00.000Z' };
    const bytes = toCbor(compactData('ConsentGiven', subject, consent)) ?? Buffer.of();
    expect(bytes.length).toBeLessThan(16);
    expect(openedForms(bytes).join()).toContain(consent.at);
    expect(wholeData([2, 0, null, null, null, null, -1_767_603_600] as never, subject)).toEqual({
      contactId: subject,
      asOf: consent.at,
    });
  });

  test.each([
    [[99, 0]],
    [[5, 0, null, 'x']],
    [[0, -0.5]],
    [[0, -1e30]],
    [[0, 99_999]],
    [[4, 0, [1, 1, Buffer.of(1), 99_999]]],
    [[4, 0, null, null, null, 'x']],
    [[3, 0, null, null, null, null, null, null, [1, 2, 3, 4, 5, 6, 7]]],
  ])('that a later release stored is refused: %j', (stored) => {
    expect(() => wholeData(stored as never, subject)).toThrow(/of a later release/);
  });
});

test('a text comes back, and only ids get shorter', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const stored = compactText(text);
      if (stored === undefined) return;
      expect(wholeText(stored)).toBe(text);
      if (stored.length < text.length) expect(text).toMatch(/^[a-z]{2}_[0-9a-f]+$|^[0-9a-f-]{36}$/);
    }),
    { numRuns: 600 },
  );
});

test('a traceparent comes back, of its correlation id or of another', () => {
  const ids = fc.uuid();
  const traces = (id: string) =>
    fc
      .tuple(
        fc.constantFrom(id.replaceAll('-', ''), 'f'.repeat(32)),
        fc.oneof(hex(16), fc.constant(id.replaceAll('-', '').slice(-16))),
        fc.oneof(hex(2), fc.constant('01')),
      )
      .map(([trace, span, flags]) => `00-${trace}-${span}-${flags}`);
  const odd = fc.string({ unit: letters, maxLength: 14 });
  fc.assert(
    fc.property(
      ids.chain((id) => fc.tuple(fc.constant(id), fc.oneof(traces(id), odd, hex(11), hex(13)))),
      ([id, trace]) => {
        expect(wholeTrace(compactTrace(trace, id), id)).toBe(trace);
      },
    ),
    { numRuns: 400 },
  );
});
