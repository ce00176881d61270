import { isErased } from '@tact/contracts';
import { fromRecord, headOf } from '../log/cloud-events.ts';
import type { ReadHead } from '../log/cloud-events.ts';
import type { ReceivedRecord } from '../log/port.ts';
import { tooNew, unknownType } from './consumer.ts';
import type { ConsumedEvent, Consumer, ValidateData } from './consumer.ts';

/** A larger value is no event of ours: the HTTP edge takes far less. */
const VALUE_BYTES_MAX = 1024 * 1024;

export type Defect = { readonly reason: ParkReason; readonly detail: string };

export type ParkReason =
  | 'too-large'
  | 'malformed'
  | 'unknown-type'
  | 'too-new'
  | 'invalid-data'
  | 'handler-failed'
  | 'handler-timeout'
  | 'behind-parked';

/** A record and what this consumer makes of it: an event to handle, a defect to park, or neither. */
export type Decoded = {
  readonly record: ReceivedRecord;
  /** Missing when the headers are not ours: such a record is recognised by its offset alone. */
  readonly place: Pick<ReadHead, 'source' | 'shard' | 'shardSeq'> | undefined;
  readonly event?: ConsumedEvent;
  readonly defect?: Defect;
};

/** How a consumer's records are read. */
export type Reading = {
  readonly validate: ValidateData;
  /** Known types that the consumer does not want: their records pass by, and their values are never opened. */
  readonly unread: ReadonlySet<string>;
};

const tooLarge = ({ length }: Buffer): Defect => ({
  reason: 'too-large',
  detail: `${length} bytes, ${VALUE_BYTES_MAX} are read`,
});

const unreadable = (record: ReceivedRecord, head: ReadHead | undefined): Decoded => {
  const detail = head ? 'the value is not a JSON object' : 'the headers are not those of an event';
  return { record, place: head, defect: { reason: 'malformed', detail } };
};

export const decode = (
  record: ReceivedRecord,
  consumer: Pick<Consumer, 'types'>,
  reading: Reading,
): Decoded => {
  const head = headOf(record);
  if (head !== undefined && reading.unread.has(head.type)) return { record, place: head };
  if (record.value.length > VALUE_BYTES_MAX) {
    return { record, place: head, defect: tooLarge(record.value) };
  }
  const place = fromRecord(record);
  if (place === undefined) return unreadable(record, head);
  // What is left of an event whose person was erased says nothing, and keeps its place among the numbers.
  if (isErased(place.data)) return { record, place };
  return { record, place, ...readAs(place, record, { ...consumer, ...reading }) };
};

/** The event, or what is wrong with it; nothing of a type that the consumer does not read. */
const readAs = (
  envelope: NonNullable<ReturnType<typeof fromRecord>>,
  { topic, partition, offset }: ReceivedRecord,
  { types, validate }: Pick<Consumer, 'types'> & Reading,
): Pick<Decoded, 'event' | 'defect'> => {
  const { type, data, dataschema } = envelope;
  const validated = validate(type, data, dataschema);
  const isUnknown = 'problem' in validated && validated.problem === unknownType;
  // A defect in data this consumer does not read is not its affair; a type nobody knows may be one it should.
  if (!types.includes(type) && !isUnknown) return {};
  if ('problem' in validated) return { defect: defectOf(validated.problem, dataschema) };
  return { event: { ...envelope, data: validated.data, topic, partition, offset } };
};

const defectOf = (problem: string, dataschema: string): Defect => {
  if (problem === unknownType) return { reason: 'unknown-type', detail: dataschema };
  if (problem === tooNew) return { reason: 'too-new', detail: dataschema };
  return { reason: 'invalid-data', detail: problem };
};

/** Of the types there are, those a consumer does not want. */
export const unreadBy = (
  { types }: Pick<Consumer, 'types'>,
  knownTypes: readonly string[],
): ReadonlySet<string> => new Set(knownTypes.filter((type) => !types.includes(type)));
