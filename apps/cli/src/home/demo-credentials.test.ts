import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keepCredentials, keepDrawnCredentials } from './credentials-file.ts';
import { credentialsIn, secretsFor } from './demo-credentials.ts';
import { homeAt, type Home } from './home.ts';

let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'tact-credentials-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

const whole = {
  origin: 'http://localhost:8080',
  tenant: 'demo',
  apiKey: `tact_demo_${'a'.repeat(48)}`,
  whatsapp: { appSecret: 's', verifyToken: 'v', wabaIds: ['990010000000101'] },
};
const keep = (text: string) => writeFileSync(home.credentials, text);
const once = { newKey: false };

test('without a file, everything is drawn; with one, everything is kept', () => {
  expect(secretsFor(home, {}, once).apiKey).toMatch(/^tact_demo_[0-9a-f]{48}$/);
  keep(JSON.stringify(whole));
  const { origin: _, ...kept } = whole;
  expect(secretsFor(home, {}, once)).toEqual(kept);
});

test('what was drawn is found again, and is nobody’s credentials before it was accepted', () => {
  keepDrawnCredentials(home, whole);
  const { origin: _, ...drawn } = whole;
  expect(secretsFor(home, {}, once)).toEqual(drawn);
  expect(() => credentialsIn(home)).toThrow('There are no credentials');
  const restored = { ...whole, apiKey: `tact_demo_${'b'.repeat(48)}` };
  keep(JSON.stringify(restored));
  expect(secretsFor(home, {}, once).apiKey).toBe(restored.apiKey);
  keepCredentials(home, restored);
  expect(readdirSync(home.root)).toEqual(['credentials.json']);
});

describe('a damaged file is refused by name, with the ways out, and stays as it is', () => {
  test.each([
    ['empty', ''],
    ['cut short', JSON.stringify(whole).slice(0, 70)],
    ['of another shape', '{"apiKey":7}'],
    ['no object', '[]'],
    ['noise', '\u0000\u0001'],
  ])('%s', (_, text) => {
    keep(text);
    for (const read of [() => secretsFor(home, {}, once), () => credentialsIn(home)]) {
      expect(read).toThrow(
        `${home.credentials} is damaged, and it holds the first API key: put it back from its backup, or start once with --new-key, which draws a new first key and revokes the old one (and draws the secrets and accounts of the webhooks, unless WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN and WHATSAPP_WABA_IDS give them).`,
      );
    }
    expect(readdirSync(home.root)).toEqual(['credentials.json']);
    expect(secretsFor(home, {}, { newKey: true }).apiKey).toMatch(/^tact_demo_[0-9a-f]{48}$/);
  });

  test('a folder in its place', () => {
    mkdirSync(home.credentials);
    expect(() => secretsFor(home, {}, once)).toThrow(`${home.credentials} is a folder: remove it`);
  });

  test('one that cannot be read', () => {
    symlinkSync(home.credentials, home.credentials);
    expect(() => secretsFor(home, {}, once)).toThrow(
      'cannot be read (ELOOP): make it readable for this user, or remove it, then put it back',
    );
  });
});

test('a new key is drawn when it is asked for, and the secrets of the webhooks stay', () => {
  keep(JSON.stringify(whole));
  const { apiKey, whatsapp } = secretsFor(home, {}, { newKey: true });
  expect(apiKey).not.toBe(whole.apiKey);
  expect(whatsapp).toEqual(whole.whatsapp);
});
