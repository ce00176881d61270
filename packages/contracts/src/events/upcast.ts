import { checkEventData, type EventDefect } from './check.ts';
import type { EventDefinition } from './define.ts';
import { eventDefinitions } from './registry.ts';

/**
 * How data of one version reads in the next. Pure, and on the data as it is stored: personal fields are sealed
 * and stay where they were sealed, because the box is bound to their places. One that must move is a new type.
 */
export type Upcaster = {
  readonly type: string;
  /** The version it reads; it gives the one after. */
  readonly from: number;
  readonly up: (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;
};

/** Every step from a version that was ever released to the one after it. */
export const upcasters: readonly Upcaster[] = [];

/** `too-new`: written by a later release. It is not read at all, because it might mean something else. */
export type Upcasted =
  | { readonly data: object }
  | { readonly problem: 'unknown-type' | 'unknown-version' | 'too-new' };

/** The versions of every event type, and the way from the older ones to the current one. */
export type EventSchemas = {
  /** The version that is written today; undefined for a type this release does not know. */
  readonly versionOf: (type: string) => number | undefined;
  /** The data as the current version reads it; the very same object when it is of that version. */
  readonly upcast: (type: string, version: number, data: object) => Upcasted;
  /** Why data of the current version is not readable, or undefined. */
  readonly check: (type: string, data: object) => EventDefect | undefined;
};

const chainOf = (definition: EventDefinition, steps: readonly Upcaster[]): Upcaster['up'][] =>
  Array.from({ length: definition.version - 1 }, (_, index) => {
    const { type } = definition;
    const found = steps.filter((step) => step.type === type && step.from === index + 1);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(`${type} needs one upcaster from version ${index + 1}, has ${found.length}`);
    }
    return only.up;
  });

const climb = (data: object, steps: readonly Upcaster['up'][]): object => {
  const { $sealed, ...clear } = data as Record<string, unknown>;
  let current = clear;
  for (const step of steps) current = step(current);
  return $sealed === undefined ? current : { ...current, $sealed };
};

/** Throws when an older version has no way up: such a release could not read what is stored. */
export const eventSchemasOf = (
  definitions: readonly EventDefinition[],
  steps: readonly Upcaster[],
): EventSchemas => {
  const byType = new Map(definitions.map((one) => [one.type, one]));
  const chains = new Map(definitions.map((one) => [one.type, chainOf(one, steps)]));
  return {
    versionOf: (type) => {
      const chain = chains.get(type);
      return chain && chain.length + 1;
    },
    check: (type, data) => {
      const definition = byType.get(type);
      return definition ? checkEventData(type, data, definition) : { kind: 'unknown-type' };
    },
    upcast: (type, version, data) => {
      const chain = chains.get(type);
      if (chain === undefined) return { problem: 'unknown-type' };
      if (version === chain.length + 1) return { data };
      if (!Number.isInteger(version) || version < 1) return { problem: 'unknown-version' };
      if (version > chain.length + 1) return { problem: 'too-new' };
      return { data: climb(data, chain.slice(version - 1)) };
    },
  };
};

export const eventSchemas: EventSchemas = eventSchemasOf(
  Object.values(eventDefinitions),
  upcasters,
);

const urn = /^urn:tact:event:([^:]+):([1-9]\d{0,8})$/;

/** The version a `dataschema` names for this type; undefined when it names another type, or none. */
export const versionInDataschema = (type: string, dataschema: string): number | undefined => {
  const [, named, version] = urn.exec(dataschema) ?? [];
  return named === type ? Number(version) : undefined;
};
