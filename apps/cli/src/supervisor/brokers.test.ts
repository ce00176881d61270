import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { requireBrokers } from './brokers.ts';

const wrong = 'KAFKA_BROKERS is wrong: give host:port, several separated by commas.';

test.each([
  ['nonsense', wrong],
  ['localhost:99999', wrong],
  ['a:9092,', wrong],
  ['kafka://a:b', wrong],
  [
    '127.0.0.1:1',
    'KAFKA_BROKERS 127.0.0.1:1 cannot be reached: nothing listens there: is Kafka running?',
  ],
])('%s is refused', async (list, sentence) => {
  await expect(requireBrokers(list)).rejects.toThrow(sentence);
});

test('one of several is enough', async () => {
  const server = createServer((socket) => socket.destroy());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await requireBrokers(`127.0.0.1:1, 127.0.0.1:${port}`);
  server.close();
});
