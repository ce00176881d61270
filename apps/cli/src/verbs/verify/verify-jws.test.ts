import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NotVerified, verifyJws } from './jws.ts';

/** RFC 8037, appendix A: a key, its thumbprint, and what it signed. The examples there name no key, so these do. */
const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
const kid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
const jwkOf = (one: string) => ({ kty: 'OKP', crv: 'Ed25519', x: one });
const jwks = JSON.stringify({ keys: [{ kty: 'RSA', n: 'x' }, jwkOf(x)] });
const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const signed = (head: object, payload = 'Example of Ed25519 signing'): string => {
  const input = `${part(head)}.${part(payload)}`;
  const key = { key: { ...jwkOf(x), d }, format: 'jwk' } as const;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
};
const head = { alg: 'EdDSA', kid, typ: 'receipt+jws' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tact-verify-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what the key signed holds', () => {
  expect(verifyJws(`${signed(head)}\n`, jwks)).toEqual({
    kid,
    typ: 'receipt+jws',
    payload: 'Example of Ed25519 signing',
  });
});

const foreign = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
const whole = signed(head);
test.each<[string, string, string]>([
  ['nothing', '', jwks],
  ['two parts', whole.slice(0, whole.lastIndexOf('.')), jwks],
  ['a signature cut off', whole.slice(0, -1), jwks],
  [
    'another payload',
    whole.replace(`.${part('Example of Ed25519 signing')}.`, `.${part('x')}.`),
    jwks,
  ],
  ['no algorithm', signed({ ...head, alg: 'none' }), jwks],
  ['another algorithm', signed({ ...head, alg: 'HS256' }), jwks],
  ['a key that is not listed', whole, JSON.stringify({ keys: [jwkOf(foreign)] })],
  ['another key under its name', whole, JSON.stringify({ keys: [{ ...jwkOf(foreign), kid }] })],
  ['no list', whole, 'x'],
  ['an empty list', whole, '{}'],
])('%s is refused', (_name, jws, keys) => {
  expect(() => verifyJws(jws, keys)).toThrow(NotVerified);
});

test('Node alone runs it: its files import nothing else', () => {
  const imported = ['jws.ts', 'verify-jws.ts'].flatMap((name) => {
    const text = readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
    return [...text.matchAll(/^import .* from '([^']+)';$/gm)].map(([, from]) => from);
  });
  expect(imported.filter((from) => !from?.startsWith('node:'))).toEqual(['./jws.ts']);
  const [file, keys] = [join(folder, 'receipt.jws'), join(folder, 'jwks.json')];
  writeFileSync(file, whole);
  writeFileSync(keys, jwks);
  const program = fileURLToPath(new URL('verify-jws.ts', import.meta.url));
  const run = (...given: string[]) =>
    spawnSync(process.execPath, [program, ...given], { encoding: 'utf8' });
  const held = run(file, keys);
  expect([held.status, held.stdout]).toEqual([
    0,
    `The signature holds: receipt+jws, by key ${kid}.\nExample of Ed25519 signing\n`,
  ]);
  writeFileSync(file, `${whole}A`);
  const broken = run(file, keys);
  expect([broken.status, broken.stdout]).toEqual([1, '']);
  expect(broken.stderr).toMatch(/changed after it was signed/);
});
