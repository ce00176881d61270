import type { KeyObject } from 'node:crypto';
import { eventDefinition, personalPaths, type EventDefinition } from '@tact/contracts';
import type { SealableEvent, Sealer } from '../../event-store/events.ts';
import { openBox, sealBox } from '../boxes.ts';
import {
  cutOut,
  locateAll,
  outermost,
  pathOf,
  pointerOf,
  putBack,
  putErased,
  type FieldPath,
} from './personal-fields.ts';
import { openedValues, sealedValues } from './sealed-values.ts';
import { SealBroken, SealingKeyMissing, SubjectErased, Unsealable } from '../refusals.ts';
import { subjectId, type SubjectKeyring, type SubjectKeys } from '../keys/subject-keys.ts';

type SealedFrame = {
  /** Revision of the subject's key. */
  readonly k: number;
  /** JSON Pointers of the fields, readable without the key: an erased event still says what it held. */
  readonly p: readonly string[];
  /** base64 of iv, ciphertext and tag of the list of values. */
  readonly b: string;
};

/**
 * What stands in stored data for its personal fields. Field names are not personal; values are in `b`.
 * `s` is the version of the event's schema, which version 1 of the frame did not bind. The list of values is JSON, from
 * version 3 on CBOR with short instants.
 */
export type SealedFields =
  | (SealedFrame & { readonly v: 1 })
  | (SealedFrame & { readonly v: 2 | 3; readonly s: number });

type Planned = { readonly event: SealableEvent; readonly paths: readonly FieldPath[] };

const pathsByType = new Map<string, readonly FieldPath[]>();

const definitionOf = (type: string): EventDefinition => {
  const definition = eventDefinition(type);
  if (!definition) throw new Unsealable(`No event type ${type}: add it to contracts first.`);
  return definition;
};

/** Schemas do not change while a process runs, so a type is walked once. */
const personalPathsOf = (type: string): readonly FieldPath[] => {
  const known = pathsByType.get(type);
  if (known) return known;
  const paths = outermost(personalPaths(definitionOf(type).data).map(({ path }) => path));
  pathsByType.set(type, paths);
  return paths;
};

type Header =
  | Omit<Extract<SealedFields, { v: 1 }>, 'b'>
  | Omit<Extract<SealedFields, { s: number }>, 'b'>;

// A list, not joined text: no value of one field can run over into the next.
const contextOf = ({ id, type, subject, tenantId }: SealableEvent, header: Header): string =>
  header.v === 1
    ? JSON.stringify([1, id, type, subject, tenantId, header.k, header.p])
    : JSON.stringify([header.v, id, type, header.s, subject, tenantId, header.k, header.p]);

const plan = (event: SealableEvent): Planned => {
  if (Object.hasOwn(event.data, '$sealed')) {
    throw new Unsealable(`Event ${event.id} is sealed already: append it as it was read, opened.`);
  }
  return { event, paths: locateAll(event.data, personalPathsOf(event.type)) };
};

const sealOne = ({ event, paths }: Planned, ring: SubjectKeyring | undefined): object => {
  if (paths.length === 0) return event.data;
  const key = ring?.state === 'live' ? ring.keys.get(ring.revision) : undefined;
  if (ring?.state !== 'live' || !key) throw new SealingKeyMissing(event.id);
  const { clear, values } = cutOut(event.data, paths);
  const s = event.schemaVersion ?? definitionOf(event.type).version;
  const short = sealedValues(values);
  const header = { v: short ? 3 : 2, k: ring.revision, s, p: paths.map(pointerOf) } as const;
  const box = sealBox(key, short ?? JSON.stringify(values), contextOf(event, header));
  const $sealed: SealedFields = { ...header, b: box.toString('base64') };
  return Object.assign(clear, { $sealed });
};

const isWhole = (sealed: SealedFields | null): sealed is SealedFields =>
  sealed !== null &&
  (sealed.v === 1 || ((sealed.v === 2 || sealed.v === 3) && Number.isInteger(sealed.s))) &&
  Number.isInteger(sealed.k) &&
  typeof sealed.b === 'string' &&
  Array.isArray(sealed.p) &&
  sealed.p.every((pointer) => typeof pointer === 'string');

/** Whether the frame's schema version is the one the event itself is stored or sent with, where that is known. */
const isOfSchema = ({ schemaVersion }: SealableEvent, sealed: SealedFields): boolean =>
  schemaVersion === undefined || sealed.v === 1 || sealed.s === schemaVersion;

const sealedOf = (event: SealableEvent): SealedFields | undefined => {
  const { $sealed: sealed } = event.data as { $sealed?: SealedFields | null };
  if (sealed === undefined) return undefined;
  if (!isWhole(sealed) || !isOfSchema(event, sealed)) throw new SealBroken(event.id);
  return sealed;
};

const openValues = (key: KeyObject, event: SealableEvent, sealed: SealedFields): unknown[] => {
  try {
    const box = Buffer.from(sealed.b, 'base64');
    const opened = openBox(key, box, contextOf(event, sealed));
    if (sealed.v === 3) return openedValues(opened);
    return JSON.parse(opened.toString('utf8')) as unknown[];
  } catch (cause) {
    throw new SealBroken(event.id, { cause });
  }
};

const openOne = (event: SealableEvent, ring: SubjectKeyring | undefined): object => {
  const sealed = sealedOf(event);
  if (!sealed) return event.data;
  const { $sealed: _, ...clear } = event.data as Record<string, unknown>;
  const paths = sealed.p.map(pathOf);
  if (ring?.state === 'erased') return putErased(clear, paths);
  const key = ring?.keys.get(sealed.k);
  if (!key) throw new SealingKeyMissing(event.id);
  return putBack(clear, paths, openValues(key, event, sealed));
};

const erased: SubjectKeyring = { state: 'erased' };

/**
 * Seals what the `personal` annotations mark, one box per event, under the key of the event's subject.
 * The box is bound to its event, type, schema version, subject and tenant: moved elsewhere it does not open.
 */
export class PersonalDataSealer implements Sealer {
  readonly #keys: Pick<SubjectKeys, 'find' | 'provide'>;

  constructor(keys: Pick<SubjectKeys, 'find' | 'provide'>) {
    this.#keys = keys;
  }

  /** Throws `SubjectErased` when a fact comes too late for its person, `Unsealable` without a schema. */
  async seal(events: readonly SealableEvent[]): Promise<object[]> {
    const planned = events.map(plan);
    const subjects = planned.filter(({ paths }) => paths.length > 0).map(({ event }) => event);
    const rings = await this.#keys.provide(subjects);
    const erasedOnes = subjects.filter((one) => rings.get(subjectId(one))?.state === 'erased');
    if (erasedOnes.length > 0) {
      throw new SubjectErased([...new Set(erasedOnes.map(({ subject }) => subject))]);
    }
    return planned.map((one) => sealOne(one, rings.get(subjectId(one.event))));
  }

  /** Fields of an erased subject read as `Erased`; a changed or moved box throws `SealBroken`. */
  async open(events: readonly SealableEvent[]): Promise<object[]> {
    const sealed = events.filter(({ data }) => Object.hasOwn(data, '$sealed'));
    if (sealed.length === 0) return events.map(({ data }) => data);
    const rings = await this.#keys.find(sealed);
    return events.map((event) => openOne(event, rings.get(subjectId(event))));
  }

  async markErased(events: readonly SealableEvent[]): Promise<object[]> {
    const sealed = events.filter(({ data }) => Object.hasOwn(data, '$sealed'));
    if (sealed.length === 0) return events.map(({ data }) => data);
    const rings = await this.#keys.find(sealed);
    return events.map((event) =>
      rings.get(subjectId(event))?.state === 'erased' ? openOne(event, erased) : event.data,
    );
  }
}
