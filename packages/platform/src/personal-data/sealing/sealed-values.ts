import { fromCbor, toCbor } from '../../compact/cbor.ts';

/** A text, the seconds since 1970 that stand for an instant, or the JSON of another value. */
type Item = string | number | readonly [json: string];

const secondsOf = (text: string): number | undefined => {
  const seconds = text.endsWith('Z') ? Date.parse(text) / 1_000 : Number.NaN;
  return Number.isFinite(seconds) && instantOf(seconds) === text ? seconds : undefined;
};

const instantOf = (seconds: number): string => new Date(Math.round(seconds * 1_000)).toISOString();

/** What is sealed of an event is mostly one instant: five bytes instead of the thirty of its JSON. */
export const sealedValues = (values: readonly unknown[]): Buffer | undefined =>
  toCbor(
    values.map((value): Item =>
      typeof value === 'string' ? (secondsOf(value) ?? value) : [JSON.stringify(value)],
    ),
  );

export const openedValues = (bytes: Buffer): unknown[] => {
  const [items] = fromCbor(bytes) as [readonly Item[]];
  return items.map((item): unknown => {
    if (typeof item === 'number') return instantOf(item);
    return typeof item === 'string' ? item : JSON.parse(item[0]);
  });
};
