import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import { Clock, type Heartbeat, type Installation, type Tenants } from '@tact/platform';
import { ReceiveWebhooksController } from './receive-webhooks.http.ts';
import { WebhookAccounts } from './webhook-accounts.ts';

const secret = 'a secret of the app';
const execute = jest.fn(() => Promise.resolve());
const settings = {
  tenantId: 'demo',
  whatsapp: { appSecret: secret, verifyToken: 'x', wabaIds: [], senders: [] },
};
const accounts = new WebhookAccounts(
  {
    of: (tenantId: string) => Promise.resolve(tenantId === 'demo' ? settings : undefined),
  } as unknown as Tenants,
  { accountTenantId: 'demo' } as Installation,
);
const controller = new ReceiveWebhooksController(
  { execute } as unknown as CommandBus,
  accounts,
  new Clock(),
  { isClockTrusted: () => Promise.resolve(true) } as unknown as Heartbeat,
);
const signed = (body: Buffer) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const nested = Buffer.from('{"entry":'.repeat(350_000));

let parse: ReturnType<typeof jest.spyOn>;
beforeEach(() => {
  parse = jest.spyOn(JSON, 'parse');
});
afterEach(() => {
  parse.mockRestore();
});

test.each([
  ['without a signature', undefined],
  ['signed with another secret', `sha256=${'0'.repeat(64)}`],
  ['signed for another body', signed(Buffer.from('{}'))],
  ['with a signature that is none', 'sha256='],
])('three megabytes %s are never parsed', async (_name, signature) => {
  await expect(controller.receive(nested, signature)).rejects.toMatchObject({
    slug: 'signature-invalid',
  });
  expect(parse).not.toHaveBeenCalled();
  expect(execute).not.toHaveBeenCalled();
});

test('a signed body is parsed, and refused when it is no webhook', async () => {
  await expect(controller.receive(nested, signed(nested))).rejects.toMatchObject({
    slug: 'malformed-request',
  });
  expect(parse).toHaveBeenCalledTimes(1);
});
