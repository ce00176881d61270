import { describe, expect, test } from '@jest/globals';
import { defineEvent, eventSchemasOf, personal, plainText } from '@tact/contracts';
import { z } from 'zod';
import { tooNew, unknownType } from '../consumer/consumer.ts';
import { decode } from '../consumer/decode.ts';
import { toRecord } from '../log/cloud-events.ts';
import { validateBy, validateByContracts } from './opened-events.ts';

const ParcelSent = defineEvent({
  type: 'ParcelSent',
  version: 2,
  description: 'Exists in this test alone.',
  data: z.object({ grams: z.int(), carrier: plainText(), recipient: personal('name', z.string()) }),
});
const validate = validateBy(
  eventSchemasOf(
    [ParcelSent],
    [{ type: 'ParcelSent', from: 1, up: (data) => ({ ...data, carrier: 'post' }) }],
  ),
);
const $sealed = { v: 1, k: 1, p: ['/recipient'], b: 'AAAA' };
const of = (version: number) => `urn:tact:event:ParcelSent:${version}`;

describe('received data', () => {
  test('of an older version is read as the current one, still sealed', () => {
    expect(validate('ParcelSent', { grams: 5, $sealed }, of(1))).toEqual({
      data: { grams: 5, carrier: 'post', $sealed },
    });
  });

  test('is held to the current version after its climb', () => {
    expect(validate('ParcelSent', { grams: 'x', $sealed }, of(1))).toEqual({
      problem: 'wrong at grams',
    });
    expect(validate('ParcelSent', { grams: 5, $sealed }, of(2))).toEqual({
      problem: 'wrong at carrier',
    });
  });

  test('of a later version is not read, whatever it looks like', () => {
    const looksRight = { grams: 5, carrier: 'post', $sealed };
    expect(validate('ParcelSent', looksRight, of(3))).toEqual({ problem: tooNew });
  });

  test.each(['', 'urn:tact:event:ParcelLost:2', 'urn:tact:event:ParcelSent:x'])(
    'whose schema is told as "%s" is not guessed at',
    (dataschema) => {
      expect(validate('ParcelSent', { grams: 5, carrier: 'post', $sealed }, dataschema)).toEqual({
        problem: 'dataschema names no version',
      });
    },
  );

  test('of the contracts is read at the version the contracts write', () => {
    const data = { contactId: `ct_${'0'.repeat(32)}`, timeZone: 'Europe/Paris' };
    const by = (version: number) =>
      validateByContracts(
        'ContactTimeZoneSet',
        data,
        `urn:tact:event:ContactTimeZoneSet:${version}`,
      );
    expect(by(1)).toEqual({ data });
    expect(by(1_000_000)).toEqual({ problem: tooNew });
    expect(validateByContracts('NeverHeardOf', data, 'urn:tact:event:NeverHeardOf:1')).toEqual({
      problem: unknownType,
    });
  });
});

const none: ReadonlySet<string> = new Set();

describe('a record of a later version', () => {
  const record = {
    ...toRecord(
      {
        id: 'e1',
        source: 'post',
        type: 'ParcelSent',
        subject: 'ct_1',
        time: '',
        dataschema: of(3),
        tenantid: 'demo',
        correlationid: 'c',
        causationid: 'c',
      },
      '{"grams":5}',
      { topic: 'parcels.v1', partition: 0, shard: 'parcels.v1:0', shardSeq: 1 },
    ),
    offset: '0',
    timestamp: 0,
  };

  test('is parked as too new by who reads its type, until a release reads it', () => {
    const { event, defect } = decode(record, { types: ['ParcelSent'] }, { validate, unread: none });
    expect(event).toBeUndefined();
    expect(defect).toEqual({ reason: 'too-new', detail: of(3) });
    const later = validateBy(
      eventSchemasOf(
        [{ ...ParcelSent, version: 3, data: z.object({ grams: z.int() }) }],
        [1, 2].map((from) => ({ type: 'ParcelSent', from, up: (data: object) => ({ ...data }) })),
      ),
    );
    expect(
      decode(record, { types: ['ParcelSent'] }, { validate: later, unread: none }).event?.data,
    ).toEqual({ grams: 5 });
  });

  test('is no affair of who does not', () => {
    expect(decode(record, { types: ['Other'] }, { validate, unread: none })).toMatchObject({
      record,
    });
    expect(decode(record, { types: ['Other'] }, { validate, unread: none }).defect).toBeUndefined();
  });
});
