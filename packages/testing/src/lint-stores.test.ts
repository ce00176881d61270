import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { offendersOf } from './linted.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const undeclared = [
  `import { LRUCache } from 'lru-cache'; export const open = () => new LRUCache({ max: 1 });`,
  'export class Names { readonly #known = new Map<string, string>(); of = (id: string) => this.#known.get(id); }',
  'export class Names { readonly seen = new Set<string>(); }',
  'export class Names { names: Map<string, string>; constructor() { this.names = new Map([]); } }',
  'export class Names { #names: object = {}; forget() { this.#names = new Map() as object; } }',
  'const names = new Map<string, string>(); export const nameOf = (id: string) => names.get(id);',
];
const sound = [
  `import type { LRUCache } from 'lru-cache'; export type Names = LRUCache<string, string>;`,
  'export const count = (ids: string[]) => new Set(ids).size;',
  `export const words = new Map([['en', 'name']]);`,
  'export const grouped = () => { const by = new Map<string, string>(); return by; };',
];

test('a memory that outlives a call is declared', async () => {
  expect(await offendersOf('declared-memory', [...undeclared, ...sound])).toEqual(undeclared);
});

test('what is listed as held is held', async () => {
  const reported = await new Promise<string>((resolve) => {
    const env = { ...process.env, TACT_HELD_MEMORY: 'none' };
    const places = ['--format', 'unix', 'apps', 'packages/platform'];
    const options = { cwd: root, env, maxBuffer: 64 * 1024 * 1024 };
    execFile(join(root, 'node_modules/.bin/oxlint'), places, options, (_, said) => resolve(said));
  });
  const found = reported.split('\n').flatMap((line) => {
    const [, file = '', rest = ''] = /^(.+?):\d+:\d+: (.*)$/.exec(line) ?? [];
    if (!rest.includes('declared-memory')) return [];
    const name = rest.startsWith('An LRU cache') ? 'lru-cache' : rest.split(' ')[0];
    return [`${file.replace(root, '')} ${name}`];
  });
  const table = '../../../tools/held-memory.mjs';
  const { heldMemory } = (await import(table)) as {
    heldMemory: Readonly<Record<string, string>>;
  };
  expect([...new Set(found)].toSorted()).toEqual(Object.keys(heldMemory).toSorted());
}, 60_000);
