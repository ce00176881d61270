import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exampleProof, SignalTimelinePage } from '@tact/contracts';
import {
  apiKey,
  appSecret,
  type Constellation,
  startConstellation,
  wabaIds as installations,
} from '../constellation.ts';
import { inventedPerson, statusWebhook, wamidFor } from '../webhook-bodies.ts';
import { Business } from './business.ts';

const person = inventedPerson(1);
const consents = [
  {
    purpose: 'signal-analysis',
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00Z',
    proof: exampleProof,
  },
];
const now = '2026-11-20T10:00:00Z';

let tact: Constellation;
let paris: Business;
let abidjan: Business;

beforeAll(async () => {
  tact = await startConstellation({ TACT_CLOCK: now });
  paris = await Business.create(tact, 'paris');
  abidjan = await Business.create(tact, 'abidjan', { defaultCountry: 'CI' });
}, 60_000);
afterAll(() => tact?.stop(), 60_000);

const register = async (business: Business): Promise<string> => {
  const identities = { phone: person.phone };
  const answer = await business.call<{ contactId: string }>('POST', '/v1/contacts', {
    identities,
    consents,
  });
  return answer.body.contactId;
};
const sent = ({ account }: Pick<Business, 'account'>, wamid = wamidFor(person)) =>
  statusWebhook(account.wabaId, person, { wamid, status: 'sent', at: Date.parse(now) / 1000 - 60 });
const seenBy = async (business: Business, contactId: string): Promise<number> => {
  await tact.settled();
  const { status, body } = await business.call('GET', `/v1/contacts/${contactId}/signals`);
  // Of whom nothing was ever observed, nothing is there.
  return status === 404 ? 0 : SignalTimelinePage.parse(body).items.length;
};
/** What an operator is told of the webhooks of a tenant. */
const metricsOf = async (business: Business): Promise<string[]> => {
  const { origin } = tact.services.find(({ service }) => service === 'ingestion')!;
  const headers = { authorization: `Bearer ${apiKey}` };
  const text = await (await fetch(`${origin}/metrics/tenants`, { headers })).text();
  const of = `tenant="${business.slug}",area="webhooks"`;
  return text.split('\n').filter((line) => line.includes(of));
};

test('the same person of two tenants hears the webhooks of each by its own path and secret', async () => {
  const [inParis, inAbidjan] = [await register(paris), await register(abidjan)];
  expect(inParis).not.toBe(inAbidjan);
  expect(await paris.webhook(sent(paris))).toBe(200);
  expect([await seenBy(paris, inParis), await seenBy(abidjan, inAbidjan)]).toEqual([1, 0]);
  expect(await abidjan.webhook(sent(abidjan))).toBe(200);
  expect([await seenBy(paris, inParis), await seenBy(abidjan, inAbidjan)]).toEqual([1, 1]);
  // What is of one tenant's account has no effect at another's path, signed by whomever.
  expect(await abidjan.webhook(sent(paris))).toBe(200);
  expect(await paris.webhook(sent(abidjan))).toBe(200);
  expect(await abidjan.webhook(sent(abidjan), { slug: 'paris' })).toBe(401);
  expect(await tact.webhook(sent(paris))).toBe(200);
  expect([await seenBy(paris, inParis), await seenBy(abidjan, inAbidjan)]).toEqual([1, 1]);
  expect(await metricsOf(paris)).toEqual([expect.stringMatching(/outcome="taken".* 2$/)]);
});

test('without a slug it is the tenant of the environment, whose slug serves as well', async () => {
  const body = sent({ account: { ...paris.account, wabaId: installations[0] } });
  expect(await tact.webhook(body)).toBe(200);
  expect(await paris.webhook(body, { slug: 'demo', secret: appSecret })).toBe(200);
});

const answerOf = async (path: string, init: RequestInit = {}) => {
  const { origin } = tact.services.find(({ service }) => service === 'ingestion')!;
  const answer = await fetch(`${origin}/v1/webhooks/whatsapp${path}`, init);
  const text = (await answer.text()).replaceAll(/[0-9a-f]{32}/g, '');
  return [answer.status, text, answer.headers.get('www-authenticate')];
};

test('a slug that nobody has is answered like a wrong signature and a wrong token', async () => {
  const post = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    },
    body: JSON.stringify(sent(paris)),
  };
  expect(await answerOf('/nobody', post)).toEqual(await answerOf('/paris', post));
  expect((await answerOf('/nobody', post))[0]).toBe(401);
  const handshake = (slug: string, token: string) =>
    answerOf(`/${slug}?hub.mode=subscribe&hub.challenge=1234&hub.verify_token=${token}`);
  expect(await handshake('nobody', 'token')).toEqual(await handshake('paris', 'token'));
  expect((await handshake('nobody', 'token'))[0]).toBe(403);
  expect(await handshake('paris', 'token-of-abidjan')).toEqual(await handshake('paris', 'token'));
  expect(await handshake('paris', 'token-of-paris')).toEqual([200, '1234', null]);
});

test('a change of settings is heard at once, and no webhook is lost or falls on another meanwhile', async () => {
  const contactId = await register(paris);
  const before = await seenBy(paris, contactId);
  const changing = new AbortController();
  const statuses: number[] = [];
  let sentBodies = 0;
  const flood = async () => {
    while (!changing.signal.aborted) {
      sentBodies += 1;
      statuses.push(await paris.webhook(sent(paris)));
    }
  };
  const floods = [flood(), flood(), flood(), flood()];
  for (let nth = 0; nth < 20; nth += 1) {
    const { wabaId } = paris.account;
    const request = {
      name: `Paris ${nth}`,
      defaultCountry: 'FR',
      whatsapp: { wabaIds: [wabaId, `99009900${nth}`] },
    };
    expect((await tact.call('PUT', `/v1/tenants/${paris.slug}`, request)).status).toBe(200);
  }
  changing.abort();
  await Promise.all(floods);
  expect(new Set(statuses)).toEqual(new Set([200]));
  const page = await countAll(contactId);
  expect(page - before).toBe(sentBodies);
  const whatsapp = { appSecret: 'the-next-secret', wabaIds: [paris.account.wabaId] };
  const request = { name: 'Paris', defaultCountry: 'FR', whatsapp };
  await tact.call('PUT', `/v1/tenants/${paris.slug}`, request);
  const began = performance.now();
  while ((await paris.webhook(sent(paris))) !== 401) {
    expect(performance.now() - began).toBeLessThan(5000);
    await setImmediate();
  }
  expect(await paris.webhook(sent(paris), { secret: 'the-next-secret' })).toBe(200);
}, 60_000);

const countAll = async (contactId: string): Promise<number> => {
  await tact.settled();
  let count = 0;
  let cursor = '';
  for (;;) {
    const path = `/v1/contacts/${contactId}/signals?limit=200${cursor}`;
    const page = SignalTimelinePage.parse((await paris.call('GET', path)).body);
    count += page.items.length;
    if (page.nextCursor === undefined) return count;
    cursor = `&cursor=${page.nextCursor}`;
  }
};

test('national phones are read by the country of the tenant, in every service', async () => {
  const made = async (business: Business, phone: string) => {
    const answer = await business.call<{ contactId?: string }>('POST', '/v1/contacts', {
      identities: { phone },
    });
    return answer.body.contactId;
  };
  const french = await made(paris, '06 39 98 77 01');
  expect(french).toBe(await made(paris, '+33639987701'));
  // The same digits are a number of Côte d'Ivoire there.
  const ivorian = await made(abidjan, '07 07 98 77 01');
  expect(ivorian).toBe(await made(abidjan, '+2250707987701'));
  const statusOf = async (business: Business, phone: string) => {
    const decision = { contact: { phone }, channel: 'whatsapp', purpose: 'marketing' };
    return (await business.call('POST', '/v1/contact-decisions', decision)).status;
  };
  expect([
    await statusOf(abidjan, '07 07 98 77 01'),
    await statusOf(paris, '06 39 98 77 01'),
    // No number there.
    await statusOf(paris, '07 07 98 77 01'),
  ]).toEqual([200, 200, 400]);
});
