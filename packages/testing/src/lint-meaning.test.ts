import { expect, test } from '@jest/globals';
import { offendersOf } from './linted.ts';

const offences = [
  `export const kinds = new Set<SignalKind>(['message-read']);`,
  `export const families = new Set<SignalFamily>(['photo']);`,
  `export const kinds = ['message-read', 'message-played'];`,
  `export const kinds = ['message-read', 'message-played'] as const;`,
  `export const isOne = (what: string) => what === 'message-read' || what === 'message-played';`,
  `export const isOne = (signal: { kind: string }) => signal.kind === 'message-read';`,
  `export const isOne = (it?: { purpose: string }) => it?.purpose !== 'marketing';`,
  `export const isOne = ({ channel }: { channel: string }) => channel === 'email';`,
  "export const text = (id: string) => `SELECT ${id} WHERE kind IN ('call-rang', 'call-answered')`;",
  `export const text = "SELECT 1 WHERE purpose IN ('marketing', 'feedback')";`,
  `export const isOne = (signal: { kind: string }) => 'message-read' === signal.kind;`,
  `export const isOne = (signal: { kind: string }) => signal['kind'] === 'message-read';`,
  `export const isOne = (signal: { kind: string }) => (signal.kind as string) === 'message-read';`,
  'export const isOne = (signal: { kind: string }) => signal.kind === `message-read`;',
  `export const isOne = (kind: string) => kind === SignalKind.enum['message-read'];`,
  `export const isOne = ({ kind: what }: { kind: string }) => what === 'message-read';`,
  `export const isOne = (signal: { kind: string }) => { const what = signal.kind; return what === 'message-read'; };`,
  `export const wordOf = (kind: string) => { switch (kind) { case 'message-read': return 1; default: return 0; } };`,
  `export const wordOf = (it: { channel: string }) => { switch (it.channel) { case 'email': return 1; default: return 0; } };`,
  `export const wordOf = (what: string) => { switch (what) { case 'call-rang': return 1; case 'call-answered': return 2; default: return 0; } };`,
  `import { SignalKind as Kind } from '@tact/contracts'; export const kinds = new Set<Kind>(['message-read']);`,
  `import type * as words from '@tact/contracts'; export const kinds = new Set<words.SignalKind>(['message-read']);`,
  `import type { SignalFamily } from '@tact/contracts'; type Family = SignalFamily; export const families = new Set<Family>(['photo']);`,
  `export const weights = new Map<SignalKind, number>([['message-read', 1]]);`,
];
const sound = [
  `export const row = { 'message-read': true, 'message-played': true };`,
  `export const places = ['phone', 'bsuid', 'email'];`,
  `export const kind = 'message-read';`,
  `export const seen = new Set<SignalKind>();`,
  `export const run = (command: { kind: string }) => { switch (command.kind) { case 'request': return 1; default: return 0; } };`,
  `export const isOne = ({ kind: what }: { kind: string }) => what === 'request';`,
  `export const rows = new Map<string, number>([['message-read', 1]]);`,
];

test('what a member of a union means is not written by hand', async () => {
  expect(await offendersOf('meaning-stands-once', [...offences, ...sound])).toEqual(offences);
});
