import { eventDefinitions, eventSchemas, versionInDataschema } from '@tact/contracts';
import type { EventSchemas } from '@tact/contracts';
import { tooNew, unknownType } from '../consumer/consumer.ts';
import type { ConsumedEvent, Consumer, ValidateData } from '../consumer/consumer.ts';
import type { Sealer } from '../event-store/events.ts';

const problems = {
  'unknown-type': unknownType,
  'too-new': tooNew,
  'unknown-version': 'dataschema names no version',
} as const;

/**
 * What the contracts say about received data: read as the current version reads it, tolerant of new fields and
 * of sealed ones.
 */
export const validateBy =
  (schemas: EventSchemas): ValidateData =>
  (type, data, dataschema) => {
    const version = versionInDataschema(type, dataschema) ?? 0;
    const current = schemas.upcast(type, version, data as object);
    if ('problem' in current) return { problem: problems[current.problem] };
    const defect = schemas.check(type, current.data);
    if (defect === undefined) return { data: current.data };
    if (defect.kind === 'unknown-type') return { problem: unknownType };
    return { problem: `wrong at ${defect.paths.join(', ')}` };
  };

export const validateByContracts: ValidateData = validateBy(eventSchemas);

/** Every type of the contracts. */
export const knownTypes: readonly string[] = Object.keys(eventDefinitions);

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
