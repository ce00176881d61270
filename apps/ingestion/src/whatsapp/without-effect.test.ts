import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { WhatsAppWebhook, WithoutEffect, withoutEffectTexts } from '@tact/contracts';
import { readWebhook } from './whatsapp.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  // What `parts.ts` and `attributed-signal.ts` name are types: a name there drops nothing.
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|attributed-signal\.ts$/.test(file))
  .map((file) => readFileSync(join(folder, file), 'utf8').replace(/type SkipReason[^;]*;/s, ''));

test.each(WithoutEffect.options)(
  '%s is what some part of ingestion gives, and has its words',
  (reason) => {
    expect(sources.filter((text) => text.includes(`'${reason}'`)).length).toBeGreaterThan(0);
    const { why, todo } = withoutEffectTexts[reason];
    for (const sentence of [why, todo]) expect(sentence).toMatch(/^[A-Z].{10,190}\.$/);
  },
);

describe('whatever is empty says so', () => {
  const read = (entry: unknown) =>
    readWebhook(WhatsAppWebhook.parse({ object: 'whatsapp_business_account', entry }), {
      wabaIds: new Set(['1']),
      now: new Date('2026-11-20T10:00:00Z'),
    });
  const field = (name: string, value: object) => [{ id: '1', changes: [{ field: name, value }] }];

  test.each([
    ['a body', []],
    ['an entry', [{ id: '1', changes: [] }]],
    ['messages', field('messages', {})],
    ['messages of empty lists', field('messages', { statuses: [], messages: [], errors: [] })],
    ['preferences', field('user_preferences', {})],
    ['changed ids', field('user_id_update', {})],
    ['calls', field('calls', {})],
    ['echoes', field('smb_message_echoes', {})],
    ['a contact book', field('smb_app_state_sync', {})],
    ['a history', field('history', {})],
    ['a chunk of a history', field('history', { history: [{}] })],
    [
      'a thread of a history',
      field('history', { history: [{ threads: [{ id: '3', messages: [] }] }] }),
    ],
    ['groups', field('group_lifecycle_update', {})],
  ])('%s', (_name, entry) => {
    expect(read(entry).skipped).toEqual(['nothing-told']);
  });
});
