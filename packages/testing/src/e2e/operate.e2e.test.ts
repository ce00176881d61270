import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CreatedApiKey,
  homeEntries,
  type LoginLink,
  type OpenedSession,
  scopesOfRole,
  type SignedToken,
  type StaffView,
  type StoreList,
} from '@tact/contracts';
import { RunningPlatform } from '../running-platform.ts';
import { scratchFolder } from '../scratch.ts';

const platform = new RunningPlatform();

beforeAll(() => platform.start(), 180_000);
afterAll(async () => {
  await platform.stop();
  platform.remove();
}, 60_000);

describe('tact keys', () => {
  const statusWith = async (key: string): Promise<number> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${platform.credentials.origin}/v1/api-keys`, { headers })).status;
  };

  test('makes a key that works and ends it within five seconds, in every process', async () => {
    const made = await platform.tact(['keys', 'create', '--label', 'e2e', '--scopes', 'admin']);
    const [key = '', about = ''] = made.output.split('\n');
    const [keyId = ''] = /ak_[0-9a-f]+/.exec(about) ?? [];
    expect([made.code, await statusWith(key)]).toEqual([0, 200]);
    expect((await platform.tact(['keys', 'list'])).output).toContain(keyId);
    expect((await platform.tact(['keys', 'revoke', keyId])).code).toBe(0);
    const began = performance.now();
    while ((await statusWith(key)) !== 401) expect(performance.now() - began).toBeLessThan(5000);
  }, 60_000);

  test('rotates the key in use and goes on with its successor', async () => {
    const { apiKey } = platform.credentials;
    expect((await platform.tact(['keys', 'rotate', '--overlap', '0'])).code).toBe(0);
    expect(platform.credentials.apiKey).not.toBe(apiKey);
    expect((await platform.tact(['keys', 'list'])).code).toBe(0);
    expect((await platform.tact(['parked'])).code).toBe(0);
  }, 60_000);
});

describe('tact staff dismiss', () => {
  /** A route of each service that an agent may call, as the gateway has it. */
  const behindTheGateway = [
    '/v1/identity-conflicts',
    '/v1/block-likelihoods',
    '/v1/notices',
    `/v1/data-requests/dr_${'0'.repeat(32)}`,
  ];
  const statusAt = async (url: string, bearer: string, method = 'GET') => {
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await fetch(url, { method, headers });
    await answer.arrayBuffer();
    return answer.status;
  };

  test('ends key, session and signed token within five seconds, at the door of every process', async () => {
    const person = { name: 'Inès Martin', email: 'ines@example.org', language: 'fr' };
    const { body } = await platform.call<StaffView>('POST', '/v1/staff', {
      ...person,
      roles: ['agent'],
    });
    const { staffId } = body;
    const asked = { label: 'own', scopes: scopesOfRole.agent, actor: staffId };
    const { key = '' } = (await platform.call<CreatedApiKey>('POST', '/v1/api-keys', asked)).body;
    const link = (await platform.call<LoginLink>('POST', '/v1/login-links', { staffId })).body;
    const { code } = link;
    const opened = (await platform.call<OpenedSession>('POST', '/v1/sessions', { code })).body;
    const { origin } = platform.credentials;
    const tokensOf = `${origin}/v1/sessions/current/tokens`;
    const sign = async (): Promise<SignedToken> => {
      const headers = { authorization: `Bearer ${opened.sessionToken}` };
      const answer = await fetch(tokensOf, { method: 'POST', headers });
      return (await answer.json()) as SignedToken;
    };
    const { token } = await sign();
    const { services } = platform.run;
    const doors = [
      ...services.map(({ port }) => `http://127.0.0.1:${port}/internal/caller`),
      ...behindTheGateway.map((path) => `${origin}${path}`),
    ];
    // Every process knows them from memory, before they are dismissed.
    for (const door of doors) {
      for (const bearer of [key, token])
        expect([200, 204, 404]).toContain(await statusAt(door, bearer));
    }
    expect((await platform.tact(['staff', 'dismiss', staffId])).code).toBe(0);
    const began = performance.now();
    const closed = async (url: string, bearer: string, method?: string) => {
      while ((await statusAt(url, bearer, method)) !== 401) {
        expect(performance.now() - began).toBeLessThan(5000);
      }
    };
    await Promise.all([
      ...doors.flatMap((door) => [key, token].map((bearer) => closed(door, bearer))),
      closed(tokensOf, opened.sessionToken, 'POST'),
    ]);
    expect(doors).toHaveLength(8);
  }, 60_000);
});

describe('tact stores', () => {
  test('lists what is kept with one hash, and nothing else lies in the data folder', async () => {
    const { code, output } = await platform.tact(['stores', '--json']);
    expect(code).toBe(0);
    const { sha256, services } = JSON.parse(output) as {
      readonly sha256: string;
      readonly services: readonly StoreList[];
    };
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const names = services.flatMap(({ items }) => items.map(({ name }) => name));
    const declared = names.filter((name) => name.startsWith('TACT_HOME/'));
    const there = readdirSync(platform.home).map((name) => `TACT_HOME/${name}`);
    expect(there.filter((name) => !declared.includes(name))).toEqual([]);
    const always = Object.entries(homeEntries).filter(([, { present }]) => present === 'always');
    expect(there).toEqual(expect.arrayContaining(always.map(([name]) => `TACT_HOME/${name}`)));
    expect(declared).toHaveLength(Object.keys(homeEntries).length);
    const lines = await platform.tact(['stores', '--language', 'fr']);
    expect(lines.output).toContain(`SHA-256 of the registry ${sha256}`);
  }, 60_000);
});

describe('tact sweep', () => {
  test('sees a planted canary everywhere, and no one of the whole corpus anywhere', async () => {
    expect((await platform.tact(['seed', '--fixtures'])).code).toBe(0);
    const { code, output } = await platform.tact(['sweep', '--canary', '--corpus']);
    expect([code, output]).toEqual([0, expect.stringContaining('no trace was found')]);
    expect(output).toContain('removed again: tables, topics, files, PostgreSQL files, pages');
    for (const place of ['tables of vault', 'topics', 'WAL files', 'root key (known secret)']) {
      expect(output).toContain(place);
    }
  }, 240_000);

  test('finds one line of a log that names a person, says where and does not repeat it', async () => {
    appendFileSync(join(platform.home, 'logs', 'ingestion.log'), 'called 06.39.98.01.55\n');
    const list = join(scratchFolder(), 'people.ndjson');
    writeFileSync(list, '{"kind":"phone","value":"+33639980155"}\n');
    const { code, output } = await platform.tact(['sweep', '--identities', list]);
    expect(code).toBe(1);
    expect(output).toMatch(/logs\/ingestion\.log +phone 1 +dotted pairs, UTF-8 +1/);
    expect(output).not.toMatch(/39[. ]?98[. ]?01[. ]?55/);
  }, 120_000);
});
