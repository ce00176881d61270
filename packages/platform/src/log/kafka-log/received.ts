import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { ReceivedRecord } from '../port.ts';

/** A message as the log's port has it; kafkajs gives keys and headers as bytes. */
export const received = (
  batch: EachBatchPayload['batch'],
  message: KafkaMessage,
): ReceivedRecord => {
  return {
    topic: batch.topic,
    partition: batch.partition,
    offset: message.offset,
    timestamp: Number(message.timestamp),
    key: message.key?.toString() ?? '',
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    value: message.value ?? Buffer.alloc(0),
  };
};
