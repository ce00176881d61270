import type { Needle } from '@tact/contracts';
import { tableOf } from '../../terminal/table.ts';
import type { Swept } from './findings.ts';

const LINES_MAX = 100;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const hitsIn = (swept: readonly Swept[]): number =>
  sum(swept.flatMap(({ hits }) => hits.map(({ count }) => count)));

/** What was looked through, by groups, with what was found in each. */
export const sweptLines = (swept: readonly Swept[]): string[] => {
  const groups = [...Map.groupBy(swept, ({ group }) => group)];
  const rows = groups.map(([group, places]) => {
    const unreadable = places.filter((one) => one.unreadable).length;
    return [
      group,
      String(new Set(places.map(({ name }) => name)).size),
      megabytes(sum(places.map(({ bytes }) => bytes))),
      String(hitsIn(places)),
      unreadable === 0 ? '' : `${unreadable} could not be read`,
    ];
  });
  return tableOf(['looked through', 'places', 'size', 'traces', ''], rows);
};

/** Where traces are. A needle is told by its kind and number: the report itself names nobody. */
export const hitLines = (swept: readonly Swept[], needles: readonly Needle[]): string[] => {
  const rows = swept.flatMap(({ name, hits }) =>
    hits.map(({ part, needle, variant, count }) => [
      part === undefined ? name : `${name} ${part}`,
      `${needles[needle]?.kind ?? 'unknown'} ${needle + 1}`,
      variant,
      String(count),
    ]),
  );
  const lines = tableOf(['place', 'needle', 'variant', 'traces'], rows.slice(0, LINES_MAX));
  const left = rows.length - LINES_MAX;
  return left > 0 ? [...lines, `and ${left} more`] : lines;
};

export const unreadableNames = (swept: readonly Swept[]): string[] =>
  swept.filter(({ unreadable }) => unreadable).map(({ name }) => name);

/** What a needle's number stands for is in the caller's own list; here only how many of each kind there are. */
export const needleLine = (needles: readonly Needle[], tooShort: number): string => {
  const kinds = [...Map.groupBy(needles, ({ kind }) => kind)];
  const counts = kinds.map(([kind, some]) => `${some.length} ${kind}`).join(', ');
  const short =
    tooShort === 0
      ? ''
      : `; ${tooShort} are shorter than 8 bytes and looked for by their hashes alone`;
  return `looking for ${needles.length} identities (${counts})${short}`;
};
