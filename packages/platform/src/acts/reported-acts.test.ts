import { describe, expect, test } from '@jest/globals';
import { checkEventData } from '@tact/contracts';
import type { SealableEvent, Sealer, WrittenEvent } from '../event-store/events.ts';
import { SealBroken, SubjectErased } from '../personal-data/refusals.ts';
import { storedEventDigest } from './stored-event-digest.ts';
import { ReportedActs } from './reported-acts.ts';

const contactId = `ct_${'0a'.repeat(16)}`;
const otherContactId = `ct_${'0b'.repeat(16)}`;
const actor = 'ak_0123456789abcdef0123';
const fieldsOf = ({ data }: SealableEvent) => data as Record<string, unknown>;

/** Seals by wrapping, so that a test sees what is in the box. */
const sealer = (more: Partial<Sealer> = {}): Sealer => ({
  seal: async (events) =>
    events.map((event) => {
      const { justification, ...clear } = fieldsOf(event);
      return { ...clear, $sealed: { of: event.subject, justification } };
    }),
  open: async (events) =>
    events.map((event) => {
      const { $sealed, ...clear } = fieldsOf(event);
      return { ...clear, ...($sealed as object) };
    }),
  markErased: () => Promise.reject(new Error('Nobody is marked here')),
  ...more,
});

const written = (type: string, data: object, more: Partial<WrittenEvent> = {}): WrittenEvent => ({
  id: '0193a1b2-0000-7000-8000-000000000001',
  source: 'ingestion',
  type,
  subject: contactId,
  time: '2026-11-30T04:00:00.000Z',
  dataschema: `urn:tact:event:${type}:1`,
  tenantid: 'demo',
  correlationid: 'c',
  causationid: 'c',
  actorid: actor,
  position: 7,
  stream: 'a stream',
  version: 1,
  json: JSON.stringify(data),
  ...more,
});

const reported = async (event: WrittenEvent, by: Sealer = sealer()) =>
  ((await new ReportedActs(by).of(event)) ?? []).map((act) => ({
    ...act,
    data: JSON.parse(act.json) as Record<string, unknown>,
  }));

const proposed = written('ContactMergeProposed', {
  mergeId: `mg_${'0c'.repeat(16)}`,
  contactId,
  otherContactId,
  keyId: actor,
  $sealed: { justification: 'the same voice', proposedBy: 'Ada' },
});

describe('an event is told as an act', () => {
  test('only where somebody did it, and its type is one', () => {
    const acts = new ReportedActs(sealer());
    const { actorid: _, ...nobodys } = written('ContactSuppressed', { contactId });
    expect(acts.of(nobodys)).toBeUndefined();
    expect(acts.of(written('SignalRecorded', { contactId }))).toBeUndefined();
    expect(acts.of(written('OfALaterRelease', { contactId }))).toBeUndefined();
    expect(acts.of(written('ContactSuppressed', { contactId }))).toBeDefined();
  });

  test('of what programs take in by thousands, only where a person did it', () => {
    const acts = new ReportedActs(sealer());
    const byPerson = { actorid: `st_${'0a'.repeat(16)}` };
    for (const type of ['ContactRegistered', 'ContactUpdated', 'ConsentDeclared']) {
      expect(acts.of(written(type, { contactId }))).toBeUndefined();
      expect(acts.of(written(type, { contactId }, byPerson))).toBeDefined();
    }
  });

  test('without what it says of the person, whom it leads back to by its digest', async () => {
    const event = written('ContactSuppressed', {
      contactId,
      $sealed: { phone: 'p' },
      scope: 'everything',
    });
    const [act] = await reported(event);
    expect(act).toMatchObject({
      type: 'ActRecorded',
      dataschema: 'urn:tact:event:ActRecorded:1',
      subject: contactId,
      tenantid: 'demo',
      time: event.time,
      source: 'ingestion',
      actorid: actor,
      causationid: event.id,
    });
    expect(act?.data).toEqual({
      act: 'contact-suppressed',
      actor,
      eventId: event.id,
      eventSha256: storedEventDigest(event),
    });
    expect(checkEventData('ActRecorded', act?.data ?? {})).toBeUndefined();
  });

  test('to each person it concerns, the reason under the key of that one', async () => {
    const acts = await reported(proposed);
    expect(acts.map(({ subject, data }) => [subject, data['$sealed']])).toEqual([
      [contactId, { of: contactId, justification: 'the same voice' }],
      [otherContactId, { of: otherContactId, justification: 'the same voice' }],
    ]);
    expect(acts.map(({ json }) => json).join('')).not.toContain('Ada');
    expect(acts[0]?.data).toMatchObject({ about: `mg_${'0c'.repeat(16)}` });
  });

  test('with the names of what it changed, which it reads in sealed data too, and never the values', async () => {
    const byPerson = { actorid: `st_${'0a'.repeat(16)}` };
    const data = { contactId, $sealed: { identities: { phone: '+33639980101' }, language: 'fr' } };
    const [act] = await reported(written('ContactUpdated', data, byPerson));
    expect(act?.data['changed']).toEqual(['identities.phone', 'language']);
    expect(act?.json).not.toContain('33639980101');
    const [silent] = await reported(written('ContactUpdated', { contactId }, byPerson));
    expect(silent?.data).not.toHaveProperty('changed');
    const [look] = await reported(
      written('ListDisclosed', { list: 'staff', shown: 4 }, { subject: 'demo' }),
    );
    expect(look?.data).toMatchObject({ about: 'staff', shown: 4 });
    expect(checkEventData('ActRecorded', act?.data ?? {})).toBeUndefined();
  });

  test('the same one when it is told again', async () => {
    const ids = async () => (await reported(proposed)).map(({ id }) => id);
    expect(new Set([...(await ids()), ...(await ids())]).size).toBe(2);
  });

  test('about the tenant where it concerns nobody, named by what was done', async () => {
    const data = { tenantId: 'demo', act: 'rebuild-started', about: 'data-requests' };
    const [act] = await reported(written('ActPerformed', data, { subject: 'demo' }));
    expect(act).toMatchObject({
      subject: 'demo',
      data: { act: 'rebuild-started', about: 'data-requests' },
    });
  });

  test.each([
    ['the person was erased', new SubjectErased([contactId])],
    ['its seal is broken', new SealBroken('e')],
  ])('without its reason where %s: the others must not wait for it', async (_, error) => {
    const failing = () => Promise.reject(error);
    for (const by of [sealer({ open: failing }), sealer({ seal: failing })]) {
      const acts = await reported(proposed, by);
      expect(acts).toHaveLength(2);
      expect(acts.every(({ data }) => !('$sealed' in data))).toBe(true);
    }
  });

  test('of who signed in, whom the event itself names', async () => {
    const staffId = `st_${'0d'.repeat(16)}`;
    const { actorid: _, ...nobodys } = written('SessionOpened', { staffId, by: staffId });
    expect((await reported(nobodys))[0]).toMatchObject({
      actorid: staffId,
      subject: staffId,
      data: { act: 'session-opened', actor: staffId },
    });
    const { actorid: __, ...byProvider } = written('StaffRolesChanged', { staffId });
    expect(await reported(byProvider)).toEqual([]);
  });

  test('later, where the vault is away', async () => {
    const away = sealer({ open: () => Promise.reject(new Error('no connection')) });
    await expect(reported(proposed, away)).rejects.toThrow('no connection');
  });
});

test('a digest is of every attribute, and of the data as it is stored', () => {
  const event = written('ContactRegistered', { contactId });
  const others = [
    { id: 'x' },
    { subject: 'x' },
    { actorid: 'x' },
    { time: 'x' },
    { tenantid: 'x' },
    { json: '{}' },
    { causationid: 'x' },
  ];
  const digests = [event, ...others.map((more) => ({ ...event, ...more }))].map(storedEventDigest);
  expect(new Set(digests).size).toBe(others.length + 1);
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
});

test('of an event that is a stub as many acts are told, under its own keys and with nothing in them', async () => {
  const acts = await reported(proposed);
  expect(ReportedActs.subjectsOf(proposed)).toEqual(acts.map(({ subject }) => subject));
  const beside = acts.map((_, nth) => String(nth).repeat(32));
  const { actorid: _, ...anonymous } = proposed;
  const stub = { v: 1, sha256: storedEventDigest(proposed), revision: 1, beside };
  const published = await reported({ ...anonymous, json: JSON.stringify({ $erased: stub }) });
  expect(published.map(({ id, type, subject }) => [id, type, subject])).toEqual(
    acts.map(({ id, type }, nth) => [id, type, beside[nth]]),
  );
  expect(published.map(({ data, actorid }) => [data, actorid])).toEqual(
    acts.map(() => [{ $erased: true }, undefined]),
  );
  const silent = { ...stub, beside: [] };
  expect(await reported({ ...anonymous, json: JSON.stringify({ $erased: silent }) })).toEqual([]);
});

test('of what is no act nobody is told beside', () => {
  const { actorid: _, ...event } = written('SignalRecorded', {});
  expect(ReportedActs.subjectsOf(event)).toEqual([]);
});
