import { isAboutPerson } from '@tact/contracts';
import { currentContext } from '../observability/context.ts';
import type { NewEvent, Sealer, StreamAppend } from './events.ts';
import { isEventId, newEventId } from './event-id.ts';
import { packEvent } from './packed-event.ts';
import { type Meta, toStoredMeta } from './stored-meta.ts';
import { toStoredSubject } from './stored-subject.ts';

export type PreparedEvent = {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly time: string;
  /** Null where `packed` holds the data and what caused the event. */
  readonly json: string | null;
  readonly packed: Buffer | null;
};

/** An append with everything drawn, sealed and written as text: sending it twice is one fact. */
export type PreparedAppend = {
  readonly stream: string;
  /** -1 stands for any version, 0 for a stream that does not exist. */
  readonly expected: number;
  readonly commandId: string | null;
  readonly tenantId: string;
  /** As it is stored. */
  readonly subject: string;
  readonly meta: string;
  readonly events: readonly PreparedEvent[];
};

/** Appends that were sealed and written as text, for one transaction soon. */
export type PreparedAppends = { readonly appends: readonly PreparedAppend[] };

export type Preparation = {
  readonly sealer: Sealer | undefined;
  readonly schemaVersionOf: (type: string) => number;
  readonly now: () => Date;
};

/** The event with its id and time drawn, which a decider may leave to the store. */
export const identify = <Event extends NewEvent>(
  event: Event,
  now: () => Date,
): Event & { id: string; time: string } => {
  return { ...event, id: idOf(event), time: canonicalTime(event, now) };
};

const idOf = ({ id, type }: NewEvent): string => {
  if (id === undefined) return newEventId();
  if (!isEventId(id)) throw new Error(`The id of a ${type} is not a uuid`);
  return id.toLowerCase();
};

const canonicalTime = ({ time, type }: NewEvent, now: () => Date): string => {
  const at = time === undefined ? now() : new Date(time);
  if (Number.isNaN(at.getTime())) throw new Error(`The time of a ${type} is not RFC 3339`);
  return at.toISOString();
};

/** All events of the call are sealed in one go, because keys are fetched per call. */
export const prepare = async (
  appends: readonly StreamAppend[],
  preparation: Preparation,
): Promise<PreparedAppend[]> => {
  const { sealer, schemaVersionOf, now } = preparation;
  if (sealer === undefined) return appends.map((append) => prepareClear(append, preparation));
  const identified = appends.map(({ events }) => events.map((event) => identify(event, now)));
  const sealed = await sealer.seal(
    appends.flatMap(({ context }, nth) =>
      (identified[nth] ?? []).map(({ id, type, data }) => ({
        id,
        type,
        data,
        subject: context.subject,
        tenantId: context.tenantId,
      })),
    ),
  );
  let next = 0;
  return appends.map((append, nth) =>
    addressed(
      append,
      (identified[nth] ?? []).map(({ id, type, time }) => ({
        id,
        type,
        time: envelopeTime(type, time),
        schemaVersion: schemaVersionOf(type),
        data: sealed[next++] as object,
      })),
    ),
  );
};

/** An event with all but the form that its data is stored in. */
type Written = Omit<PreparedEvent, 'json' | 'packed'> & { readonly data: object };

/** About a person the envelope tells the hour: the exact time is sealed in the data, or told by nobody. */
const envelopeTime = (type: string, time: string): string =>
  isAboutPerson(type) ? `${time.slice(0, -'00:00.000Z'.length)}00:00.000Z` : time;

const prepareClear = (
  append: StreamAppend,
  { schemaVersionOf, now }: Preparation,
): PreparedAppend => {
  const events = append.events.map((event) => ({
    id: idOf(event),
    type: event.type,
    time: canonicalTime(event, now),
    schemaVersion: schemaVersionOf(event.type),
    data: event.data,
  }));
  return addressed(append, events);
};

const addressed = (append: StreamAppend, events: readonly Written[]): PreparedAppend => {
  const { stream, expected, context } = append;
  const [first] = events;
  if (first === undefined) throw new Error(`An append to ${stream} holds no event`);
  const meta = causesOf(context, first);
  const { subject } = context;
  return {
    stream,
    expected: expected === 'any' ? -1 : expected === 'none' ? 0 : expected,
    commandId: context.commandId ?? null,
    tenantId: context.tenantId,
    subject: toStoredSubject(stream, subject),
    meta: JSON.stringify(toStoredMeta(meta)),
    events: events.map(({ data, ...event }) => {
      const packed = packEvent({ type: event.type, subject, meta, data });
      return { ...event, packed, json: packed === null ? JSON.stringify(data) : null };
    }),
  };
};

/** Those of the request or record under way, where the caller does not name others. */
const causesOf = (context: StreamAppend['context'], first: Written): Meta => {
  const { commandId } = context;
  const ambient = currentContext();
  const traceparent = context.traceparent ?? ambient?.traceparent;
  const correlationid = context.correlationId ?? ambient?.correlationId ?? commandId ?? first.id;
  const causationid = context.causationId ?? commandId ?? correlationid;
  return { correlationid, causationid, traceparent };
};
