import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { RecordSignalsResponse, exampleProof } from '@tact/contracts';
import { Database, EventStore } from '@tact/platform';
import { ingestionUnderTest } from '../../../../packages/testing/src/ingestion-under-test.ts';

const logLines: string[] = [];
const { keyOf, running } = ingestionUnderTest({ logLines });
const keys = new Map<string, string>();

beforeAll(async () => {
  for (const tenantId of ['demo', 'other']) keys.set(tenantId, await keyOf(tenantId, ['admin']));
});

const post = async (
  url: string,
  payload: object,
  { tenant = 'demo', headers = {} }: { tenant?: string; headers?: Record<string, string> } = {},
) => {
  const authorization = `Bearer ${keys.get(tenant)}`;
  const answer = await running().app.inject({
    method: 'POST',
    url,
    payload,
    headers: { authorization, ...headers },
  });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
};
const newPhone = () => `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;
const person = async (consents: 'given' | 'none' = 'given') => {
  const identities = { phone: newPhone(), crmId: randomUUID() };
  const consent = {
    purpose: 'signal-analysis',
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00Z',
    proof: exampleProof,
  };
  const request = { identities, consents: consents === 'given' ? [consent] : [] };
  const { body } = await post('/v1/contacts', request);
  return { ...identities, contactId: body['contactId'] as string };
};
const record = async (payload: object, options = {}) => {
  const { status, body } = await post('/v1/signals', payload, options);
  return { status, ...RecordSignalsResponse.parse(body) };
};
const eventsOf = async (stream: string) =>
  (await running().app.get(EventStore).load(stream)).events;
const signalsOf = async ({ contactId }: { contactId: string }) =>
  (await eventsOf(`contact-${contactId}`)).filter(({ type }) => type === 'SignalRecorded');
const sent = (crmId: string, fields: object = {}) => ({
  id: randomUUID(),
  contact: { crmId },
  kind: 'message-sent',
  occurredAt: '2026-11-02T08:00:00Z',
  messageRef: 'crm-message-7',
  ...fields,
});

describe('an observation', () => {
  test('becomes one fact, however often it is told, by whatever name the person is called', async () => {
    const one = await person();
    const line = sent(one.crmId);
    expect(await record(line)).toEqual({
      status: 200,
      accepted: 1,
      rejected: 0,
      results: [{ id: line.id, status: 'accepted' }],
    });
    const { phone, contactId } = one;
    for (const contact of [{ phone }, { contactId }, { crmId: one.crmId, phone }]) {
      expect((await record([{ ...line, contact }])).accepted).toBe(1);
    }
    const [signal, ...others] = await signalsOf(one);
    expect(others).toEqual([]);
    expect(signal?.data).toEqual({
      contactId,
      kind: 'message-sent',
      origin: 'crm',
      occurredAt: '2026-11-02T08:00:00.000Z',
      messageRef: expect.stringMatching(/^mr_/),
    });
  });

  test('of a person keeps who looked, what was seen, and the earlier baseline, sealed', async () => {
    const one = await person();
    const seen = {
      kind: 'photo-missing',
      observer: 'agent Zoé',
      saw: 'a grey silhouette',
      baseline: { at: '2026-10-01T08:00:00Z', saw: 'a red bicycle' },
    };
    await record(sent(one.crmId, { ...seen, messageRef: undefined }));
    await record(sent(one.crmId, { ...seen, saw: undefined, messageRef: undefined }));
    const signals = await signalsOf(one);
    const baseline = { at: '2026-10-01T08:00:00.000Z', saw: 'a red bicycle' };
    expect(signals.map(({ data }) => data)).toEqual([
      expect.objectContaining({ ...seen, baseline, origin: 'agent' }),
      expect.objectContaining({ ...seen, baseline, saw: 'no profile photo' }),
    ]);
    const rows = await running()
      .app.get(Database)
      .queryable.query<{ text: string }>(
        `SELECT e::text AS text FROM events e WHERE stream = 'contact-' || $1`,
        [one.contactId],
      );
    const stored = rows.map(({ text }) => text).join('\n');
    for (const word of ['Zoé', 'silhouette', 'bicycle', 'crm-message-7', one.phone.slice(1)]) {
      expect(stored).not.toContain(word);
    }
  });

  test('that is malformed is one problem when it comes alone', async () => {
    const one = await person();
    const alone = await post('/v1/signals', sent(one.crmId, { kind: 'blocked' }));
    expect(alone).toMatchObject({
      status: 400,
      body: { type: '/problems/validation-failed', errors: [{ pointer: '/kind' }] },
    });
  });

  test('does not hold up the others of its list', async () => {
    const one = await person();
    const ahead = sent(one.crmId, { occurredAt: '2026-11-20T10:06:00Z' });
    const bot = sent(one.crmId, { kind: 'photo-missing', observer: 'baileys' });
    const canary = newPhone();
    const answer = await record([ahead, sent(one.crmId), bot, { id: 'x', [canary]: canary }]);
    expect(answer.results.map(({ status }) => status)).toEqual([
      'rejected',
      'accepted',
      'rejected',
      'rejected',
    ]);
    const [future, , machine] = answer.results.map(({ problem }) => problem?.errors ?? []);
    expect(future).toEqual([{ pointer: '/occurredAt', message: 'Lies in the future.' }]);
    expect(machine).toEqual([
      { pointer: '/observer', message: expect.stringContaining('WhatsApp’s terms') },
    ]);
    expect(JSON.stringify(answer)).not.toContain(canary);
    expect(await signalsOf(one)).toHaveLength(1);
  });

  test('comes one to a thousand at a time', async () => {
    const one = await person();
    const items = Array.from({ length: 1_001 }, () => sent(one.crmId));
    expect((await post('/v1/signals', items)).status).toBe(400);
    expect((await post('/v1/signals', [])).status).toBe(400);
    expect((await record(items.slice(1))).accepted).toBe(1_000);
    expect(await signalsOf(one)).toHaveLength(1_000);
  });
});

describe('a person who is not analysed', () => {
  test('gets the same answer as everyone, and nothing is stored but a number', async () => {
    const [open, closed] = [await person(), await person('none')];
    const stranger = { crmId: randomUUID(), contactId: 'ct_00000000000000000000' };
    const answers = [];
    for (const { crmId } of [open, closed, stranger]) {
      const line = sent(crmId, { id: 'the-same' });
      answers.push(await record(line), await record([line]));
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await signalsOf(closed)).toEqual([]);
    expect(await signalsOf(stranger)).toEqual([]);
  });

  test('is told of in no count either: a list of twenty people could be asked one by one', async () => {
    const [open, closed] = [await person(), await person('none')];
    const items = [...Array.from({ length: 30 }, () => sent(open.crmId)), sent(closed.crmId)];
    const counts = ({
      accepted,
      rejected,
      ...others
    }: object & Record<'accepted' | 'rejected', number>) => ({
      accepted,
      rejected,
      others: Object.keys(others).toSorted(),
    });
    const of = Array.from({ length: 31 }, () => sent(open.crmId));
    expect(counts(await record(items))).toEqual(counts(await record(of)));
  });

  test('is nobody of another tenant either', async () => {
    const one = await person();
    const { contactId, crmId } = one;
    for (const contact of [{ contactId }, { crmId }]) {
      const answer = await record([sent('', { contact })], { tenant: 'other' });
      expect(answer.accepted).toBe(1);
    }
    expect(await signalsOf(one)).toEqual([]);
  });
});

describe('what is said of the sender', () => {
  const word = (kind: string, occurredAt: string, fields: object = {}) => ({
    id: randomUUID(),
    kind,
    occurredAt,
    ...fields,
  });

  test('goes to the sender’s own stream', async () => {
    const alert = word('account-alert', '2026-11-02T08:00:00Z', { state: 'RESTRICTED' });
    await record([alert, alert]);
    const events = await eventsOf('sender-demo');
    expect(events.map(({ data }) => data)).toEqual([
      {
        tenantId: 'demo',
        kind: 'account-alert',
        state: 'RESTRICTED',
        occurredAt: '2026-11-02T08:00:00.000Z',
      },
    ]);
  });

  test('opens an incident and closes it, one at a time', async () => {
    const opened = word('incident-opened', '2026-11-02T08:00:00Z');
    const closed = word('incident-closed', '2026-11-03T08:00:00Z');
    const early = word('incident-closed', '2026-11-01T08:00:00Z');
    const again = word('incident-opened', '2026-11-02T09:00:00Z');
    const answer = await record([early, opened, opened, again, early, closed, closed]);
    expect(answer.results.map(({ status }) => status)).toEqual([
      'rejected',
      'accepted',
      'accepted',
      'rejected',
      'rejected',
      'accepted',
      'accepted',
    ]);
    const events = await eventsOf('declared-incidents-demo');
    const [first, second] = events.map(({ data }) => data as { incidentId: string });
    expect(events.map(({ type }) => type)).toEqual(['IncidentOpened', 'IncidentClosed']);
    expect(second).toMatchObject({
      incidentId: first?.incidentId,
      cause: 'declared',
      tenantId: 'demo',
      from: '2026-11-02T08:00:00.000Z',
      until: '2026-11-03T08:00:00.000Z',
    });
  });

  test('knows each of its incidents again, however many came since', async () => {
    const days = Array.from(
      { length: 20 },
      (_, nth) => `2026-10-${String(nth + 1).padStart(2, '0')}`,
    );
    const words = days.flatMap((day) => [
      word('incident-opened', `${day}T08:00:00Z`),
      word('incident-closed', `${day}T09:00:00Z`),
    ]);
    const before = (await eventsOf('declared-incidents-demo')).length;
    await record(words);
    const again = await record([...words.slice(0, 2), words[1] ?? {}]);
    expect(again.results.map(({ status }) => status)).toEqual(Array(3).fill('accepted'));
    expect(await eventsOf('declared-incidents-demo')).toHaveLength(before + 40);
    const kept = await running()
      .app.get(Database)
      .queryable.query<{ version: number }>('SELECT version FROM snapshots');
    expect(kept).toEqual([{ version: expect.any(Number) }]);
  });
});

describe('a search', () => {
  const search = (identity: object, tenant = 'demo') =>
    post('/v1/contacts/search', { identity }, { tenant });
  const audits = async (tenant = 'demo') =>
    (await eventsOf(`audit-${tenant}`)).map(({ data }) => data);

  test('finds a person by any identity, and says that it was asked', async () => {
    const { crmId, phone, contactId } = await person();
    const before = (await audits()).length;
    const national = `0${phone.slice(3)}`;
    for (const identity of [{ crmId }, { phone }, { phone: `00${phone.slice(1)}` }]) {
      expect(await search(identity)).toEqual({ status: 200, body: { contactId } });
    }
    expect((await search({ phone: national })).status).toBe(404);
    expect((await search({ email: 'nobody@example.org' })).status).toBe(404);
    const found = {
      tenantId: 'demo',
      found: true,
      contactId,
      keyId: expect.stringMatching(/^ak_/),
    };
    const missed = { ...found, found: false, contactId: undefined };
    const reported = (await audits()).slice(before);
    expect(reported).toEqual([
      ...(['crmId', 'phone', 'phone'] as const).map((identityKind) => ({ ...found, identityKind })),
      ...(['phone', 'email'] as const).map((identityKind) => ({ ...missed, identityKind })),
    ]);
    expect(JSON.stringify(reported)).not.toContain(crmId);
    expect(logLines.join('\n')).not.toContain(crmId);
    expect(logLines.join('\n')).not.toContain(phone.slice(1));
  });

  test('of another tenant’s person finds nobody', async () => {
    const { crmId } = await person();
    expect((await search({ crmId }, 'other')).status).toBe(404);
    expect(await audits('other')).toHaveLength(1);
  });

  test.each([{}, { crmId: 'a', phone: '+33639980101' }, { name: 'x' }])(
    'by %p is refused',
    async (identity) => {
      expect((await search(identity)).status).toBe(400);
    },
  );
});
