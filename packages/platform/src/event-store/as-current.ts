import type { EventSchemas } from '@tact/contracts';

/** Data of a stored version as the current one reads it. */
export type AsCurrent = (type: string, version: number, data: unknown) => unknown;

/** The store holds an event that a later release wrote: this one must not guess what it says. */
export class EventTooNew extends Error {
  override readonly name = 'EventTooNew';
}

/** Types without a schema are read as they are: whoever reads them knows what they are. */
export const asCurrent =
  ({ upcast, versionOf }: EventSchemas): AsCurrent =>
  (type, version, data) => {
    const read = upcast(type, version, data as object);
    if ('data' in read) return read.data;
    if (read.problem === 'unknown-type') return data;
    throw new EventTooNew(
      `A ${type} of version ${version} is stored and this release reads up to ${versionOf(type)}: run the release that wrote it.`,
    );
  };
