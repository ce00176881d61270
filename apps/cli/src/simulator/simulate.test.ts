import { expect, test } from '@jest/globals';
import { SignalLine, DAY_MS } from '@tact/contracts';
import { simulatedPopulation } from './population.ts';
import { simulate } from './simulate.ts';
import { fictionalBusiness, toWebhookBody } from './webhook-body.ts';

const request = { seed: 'demo', contacts: 200, days: 60, startAt: Date.UTC(2026, 8, 24) };
const { contacts, facts } = simulate(request);

test('the same seed draws the same world, another seed another one', () => {
  expect(simulate(request)).toEqual({ contacts, facts });
  expect(simulate({ ...request, seed: 'other' }).facts).not.toEqual(facts);
});

test('more people and more days leave what was drawn before as it was', () => {
  const longer = simulate({ ...request, contacts: 201, days: 61 });
  const before = request.startAt + request.days * DAY_MS;
  const same = longer.facts.filter(({ at, contactRef }) => at < before && contactRef < 200);
  expect(same).toEqual(facts);
});

test('everyone is fictional and told apart', () => {
  expect(contacts.every(({ phone }) => /^3363998\d{4}$/.test(phone))).toBe(true);
  expect(new Set(contacts.map(({ phone }) => phone)).size).toBe(200);
  expect(new Set(contacts.map(({ bsuid }) => bsuid)).size).toBe(200);
});

test('nothing arrives from someone after the block, and some people do block', () => {
  const blocked = contacts.filter(({ truth }) => truth.blockedSince !== undefined);
  expect(blocked.length).toBeGreaterThan(5);
  for (const { ref, truth } of blocked) {
    const after = facts.filter(
      ({ contactRef, at, kind }) =>
        contactRef === ref &&
        at >= (truth.blockedSince ?? 0) &&
        ['delivered', 'inbound'].includes(kind),
    );
    expect(after).toEqual([]);
  }
});

test('a block that ended is known as such, and no day of it lies after its end', () => {
  const earlier = contacts.filter(({ truth }) => truth.blockedEarlier !== undefined);
  expect(earlier.length).toBeGreaterThan(0);
  for (const { truth } of earlier) {
    const { from = 0, until = 0 } = truth.blockedEarlier ?? {};
    const day = (at: number) => (at - request.startAt) / DAY_MS;
    expect(truth.days[day(from)]?.isBlocked).toBe(true);
    expect(truth.days[day(until)]?.isBlocked).toBe(false);
  }
});

test('what arrives was sent before, once', () => {
  const sent = new Map(
    facts.filter(({ kind }) => kind === 'sent').map((one) => [one.messageId, one.at]),
  );
  const arrived = facts.filter(({ kind }) => kind === 'delivered');
  expect(arrived.every(({ messageId, at }) => (sent.get(messageId) ?? Infinity) < at)).toBe(true);
  expect(new Set(arrived.map(({ messageId }) => messageId)).size).toBe(arrived.length);
});

test('a body has the shape of the WhatsApp fixtures', () => {
  const body = toWebhookBody(facts.slice(0, 30), {
    contacts,
    business: fictionalBusiness('990010000000101'),
  });
  expect(body).toMatchObject({
    object: 'whatsapp_business_account',
    entry: [{ id: '990010000000101', changes: [{ field: 'messages' }] }],
  });
  const [first] = facts.filter(({ kind }) => kind === 'sent');
  expect(first?.messageId).toMatch(/^wamid\.HBgLMzM2Mzk5/);
});

test('a population keeps every fact, in time order', () => {
  const { people, batches } = simulatedPopulation({ ...request, wabaId: '990010000000101' });
  expect(people).toHaveLength(200);
  expect(batches.reduce((sum, batch) => sum + batch.facts, 0)).toBe(facts.length);
  expect(facts.length).toBeGreaterThan(4000);
});

test('people see photo, presence, calls and groups, and a block hides what is hidden to all too', () => {
  const { observations } = simulatedPopulation({ ...request, wabaId: '990010000000101' });
  const kinds = new Set(observations.map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(
    [
      'photo-seen',
      'photo-missing',
      'presence-seen',
      'presence-missing',
      'call-rang',
      'call-not-ringing',
      'group-add-accepted',
      'group-add-refused',
    ].toSorted(),
  );
  const times = observations.map(({ occurredAt }) => occurredAt);
  expect(times).toEqual(times.toSorted());
  expect(observations.every((line) => SignalLine.safeParse(line).success)).toBe(true);
  const blockedOn = ({ contact, occurredAt }: SignalLine) => {
    const person = contacts.find(({ phone }) => `+${phone}` === contact?.phone);
    const day = Math.floor((Date.parse(occurredAt) - request.startAt) / DAY_MS);
    return person?.truth.days[day]?.isBlocked === true;
  };
  const open = ['presence-seen', 'call-rang', 'group-add-accepted'];
  const seenOfBlockers = observations.filter((line) => open.includes(line.kind) && blockedOn(line));
  expect(seenOfBlockers).toEqual([]);
  expect(observations.some((line) => line.kind === 'presence-missing' && !blockedOn(line))).toBe(
    true,
  );
});
