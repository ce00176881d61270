import { checkEventData } from '@tact/contracts';
import { UNKNOWN_TYPE } from '../consumer/consumer.ts';
import type { ConsumedEvent, Consumer, ValidateData } from '../consumer/consumer.ts';
import type { Sealer } from '../event-store/events.ts';

/** What the contracts say about received data: tolerant of new fields and of sealed ones. */
export const validateByContracts: ValidateData = (type, data) => {
  const defect = checkEventData(type, data);
  if (defect === undefined) return { data: data as object };
  if (defect.kind === 'unknown-type') return { problem: UNKNOWN_TYPE };
  return { problem: `wrong at ${defect.paths.join(', ')}` };
};

/** A consumer that asked for it gets the personal fields opened; an erased person's read as `Erased`. */
export const openedFor = (consumer: Consumer, sealer: Sealer): Consumer => {
  if (consumer.personalData !== 'opened') return consumer;
  const { group, topics, types } = consumer;
  return {
    group,
    topics,
    types,
    handle: async (tx, events, signal) => {
      const sealed = events.map(({ id, type, subject, tenantid, data }) => ({
        id,
        type,
        subject,
        tenantId: tenantid,
        data: data as object,
      }));
      const opened = await sealer.open(sealed);
      const readable = events.map((event, nth): ConsumedEvent => ({ ...event, data: opened[nth] }));
      await consumer.handle(tx, readable, signal);
    },
  };
};
