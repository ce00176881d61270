import { createHash } from 'node:crypto';
import {
  auditedAct,
  type AuditedAct,
  erased,
  type EventDataOf,
  eventDefinitions,
  mayBeAct,
  namesSaid,
} from '@tact/contracts';
import type { Sealer, WrittenEvent } from '../event-store/events.ts';
import { besideInStub } from '../event-store/stubs.ts';
import { SealBroken, SealingKeyMissing, SubjectErased } from '../personal-data/refusals.ts';
import { storedEventDigest } from './stored-event-digest.ts';

const type = 'ActRecorded';
const dataschema = `urn:tact:event:${type}:${eventDefinitions.ActRecorded.version}`;
const REASON_LETTERS_MAX = 500;

type Data = Readonly<Record<string, unknown>>;
type Reported = EventDataOf<'ActRecorded'>;

/** A uuid (version 8) of the event and the place of whom it concerns: told again, the act is the same one. */
const actIdOf = (eventId: string, nth: number): string => {
  const hex = createHash('sha256').update(`act ${eventId} ${nth}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** What no second try would read: the act is told without it. */
const isGone = (error: unknown): boolean =>
  [SubjectErased, SealBroken, SealingKeyMissing].some((gone) => error instanceof gone);

const unlessGone = async <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });

const reasonIn = (opened: Data, { reasonIn: field }: AuditedAct): string | undefined => {
  const reason = field === undefined ? undefined : opened[field];
  return typeof reason === 'string' && reason !== ''
    ? reason.slice(0, REASON_LETTERS_MAX)
    : undefined;
};

const changedBy = (
  { changed = [], saidIn = [] }: AuditedAct,
  opened: Data,
): Pick<Reported, 'changed'> => {
  const names = [...changed, ...namesSaid(opened, saidIn)];
  return names.length === 0 ? {} : { changed: names };
};

type ActedBy = AuditedAct & { readonly actor: string };

const actIn = (event: WrittenEvent): { readonly data: Data; readonly act: ActedBy } | undefined => {
  if (!mayBeAct(event.type, event.actorid)) return undefined;
  const data = JSON.parse(event.json) as Data;
  const act = auditedAct(event.type, data);
  const actor = event.actorid ?? act?.by;
  return act === undefined || actor === undefined ? undefined : { data, act: { ...act, actor } };
};

const concernedIn = ({ tenantid }: WrittenEvent, { concerns }: ActedBy): readonly string[] =>
  concerns.length === 0 ? [tenantid] : concerns;

/** What was told of an event that is a stub by now: as many records, at the same places, and nothing in them. */
const gone = (stub: WrittenEvent, keys: readonly string[]): readonly WrittenEvent[] =>
  keys.map((subject, nth) => ({
    ...stub,
    id: actIdOf(stub.id, nth),
    type,
    dataschema,
    subject,
    causationid: stub.id,
    json: JSON.stringify(erased),
  }));

/**
 * Says of the service's own events which acts they are, for the audit: nothing of the person but the id, and the reason
 * sealed under the key of whom the act concerns. Of the same event it says the same acts, however often it is asked.
 */
export class ReportedActs {
  constructor(private readonly sealer: Sealer) {}

  /** Those of one event, one for each person it concerns; undefined where it is no act. */
  of(event: WrittenEvent): Promise<readonly WrittenEvent[]> | undefined {
    const keys = besideInStub(event);
    if (keys !== undefined)
      return keys.length === 0 ? undefined : Promise.resolve(gone(event, keys));
    const read = actIn(event);
    return read && this.#reported(event, read.data, read.act);
  }

  /** Under which subjects the acts of one event are told, in order. */
  static subjectsOf(event: WrittenEvent): readonly string[] {
    const read = actIn(event);
    return read === undefined ? [] : concernedIn(event, read.act);
  }

  async #reported(event: WrittenEvent, data: Data, act: ActedBy): Promise<readonly WrittenEvent[]> {
    const opened = await this.#openedFor(event, data, act);
    const reason = reasonIn(opened, act);
    const clear: Reported = {
      act: act.name,
      actor: act.actor,
      eventId: event.id,
      ...(act.about === undefined ? {} : { about: act.about }),
      ...changedBy(act, opened),
      ...(act.shown === undefined ? {} : { shown: act.shown }),
      eventSha256: storedEventDigest(event),
    };
    return await Promise.all(
      concernedIn(event, act).map(async (subject, nth) => {
        const reported = {
          ...event,
          id: actIdOf(event.id, nth),
          type,
          subject,
          actorid: act.actor,
        };
        const sealed = await this.#sealed({ ...reported, data: clear }, reason);
        return { ...reported, dataschema, causationid: event.id, json: JSON.stringify(sealed) };
      }),
    );
  }

  /** What of the act can only be read in opened data; nothing where it needs none of it, or the person is erased. */
  async #openedFor(
    event: WrittenEvent,
    data: Data,
    { reasonIn: reason, saidIn }: AuditedAct,
  ): Promise<Data> {
    if (reason === undefined && saidIn === undefined) return {};
    const { id, subject, tenantid: tenantId } = event;
    const sealed = { id, type: event.type, subject, tenantId, data };
    const opened = await unlessGone(this.sealer.open([sealed]));
    return (opened?.[0] as Data | undefined) ?? {};
  }

  async #sealed(
    {
      id,
      subject,
      tenantid: tenantId,
      data,
    }: Pick<WrittenEvent, 'id' | 'subject' | 'tenantid'> & {
      readonly data: Reported;
    },
    reason: string | undefined,
  ): Promise<object> {
    if (reason === undefined) return data;
    const whole = { id, type, subject, tenantId, data: { ...data, justification: reason } };
    const sealed = await unlessGone(this.sealer.seal([whole]));
    return sealed?.[0] ?? data;
  }
}
