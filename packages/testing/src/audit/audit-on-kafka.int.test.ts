import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuditPage, type CreatedApiKey, type StaffView } from '@tact/contracts';
import { KafkaLog, type ReceivedRecord } from '@tact/platform';
import { lines } from '../conformance/fixture.ts';
import { apiKey, type Constellation, startConstellation } from '../constellation.ts';
import { describeKafka, testKafka, type TestKafka } from '../kafka.ts';
import { eventually } from '../running-platform.ts';
import { scratchFolder } from '../scratch.ts';

/** What a program that knows the published form alone says of the chain. */
const outsiderSays = (exported: string, keys: string): string => {
  const [file, jwks] = ['audit.ndjson', 'jwks.json'].map((name) => join(scratchFolder(), name));
  writeFileSync(file ?? '', exported);
  writeFileSync(jwks ?? '', keys);
  const script = fileURLToPath(new URL('outsider.mjs', import.meta.url));
  return spawnSync(process.execPath, [script, file ?? '', jwks ?? ''])
    .stdout.toString()
    .trim();
};

describeKafka('who acted, on a real broker', () => {
  let broker: TestKafka;
  let tact: Constellation;

  beforeAll(async () => {
    broker = await testKafka();
    tact = await startConstellation({ KAFKA_BROKERS: broker.brokers.join(',') });
  }, 120_000);
  afterAll(() => tact?.stop(), 60_000);

  test('each record names its actor, and what the audit is told arrives whole', async () => {
    const person = { name: 'Inès Martin', email: 'ines@example.org', language: 'fr' };
    const hired = await tact.call<StaffView>('POST', '/v1/staff', {
      ...person,
      roles: ['crm-ops'],
    });
    const { staffId } = hired.body;
    const asked = { label: 'own', scopes: ['contacts:write'], actor: staffId };
    const { key = '' } = (await tact.call<CreatedApiKey>('POST', '/v1/api-keys', asked)).body;
    const { body } = await tact.call<{ contactId: string }>(
      'POST',
      '/v1/contacts',
      { identities: { crmId: 'kafka-1', phone: '+33639980177' } },
      { authorization: `Bearer ${key}` },
    );
    const { contactId } = body;
    await tact.settled();

    const records: ReceivedRecord[] = [];
    const log = KafkaLog.open({ brokers: broker.brokers, clientId: 'audit-test', lines });
    const group = broker.unique('audit-readers');
    const topics = ['contact-signals.v1', 'audit.v1'];
    const reader = await log.subscribe({ group, topics, from: 'earliest' }, (some) => {
      records.push(...some);
      return Promise.resolve();
    });
    const recordsOf = (topic: string) =>
      records.filter((record) => record.topic === topic && record.key === contactId);
    const counts = () => Promise.resolve(topics.map((topic) => recordsOf(topic).length));
    await eventually(counts, (found) => found.join() === '1,1');
    await reader.stop({ drainMs: 1_000 });
    await log.stop({ drainMs: 1_000 });
    for (const topic of topics) {
      expect(recordsOf(topic)[0]?.headers).toMatchObject({
        ce_actorid: staffId,
        ce_subject: contactId,
      });
    }
    expect(JSON.parse(recordsOf('audit.v1')[0]?.value.toString() ?? '{}')).toMatchObject({
      act: 'contact-registered',
      actor: staffId,
    });

    const listed = async () =>
      AuditPage.parse((await tact.call('GET', `/v1/audit-events?actor=${staffId}`)).body).items;
    const items = await eventually(listed, ({ length }) => length > 0);
    expect(items).toMatchObject([
      { act: 'contact-registered', actor: staffId, subject: contactId },
    ]);
    const textAt = async (path: string) => {
      const headers = { authorization: `Bearer ${apiKey}` };
      return await (await fetch(`${tact.originOf(path)}${path}`, { headers })).text();
    };
    const exported = await textAt('/v1/audit-events/export');
    expect(outsiderSays(exported, await textAt('/.well-known/privacy-jwks.json'))).toMatch(
      /^holds: \d+$/,
    );
  }, 60_000);
});
