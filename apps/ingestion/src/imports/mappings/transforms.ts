import type { MappingTransform } from '@tact/contracts';
import { instantOf } from '../receive/civil-times.ts';

type Applied = {
  readonly [As in MappingTransform['as']]: (
    cell: string,
    transform: Extract<MappingTransform, { as: As }>,
  ) => string;
};

/** What each transform makes of a cell; the empty text says nothing. */
const transforms: Applied = {
  split: (cell, { separator, part }) => (cell.split(separator)[part] ?? '').trim(),
  enum: (cell, { values }) => {
    const found = Object.entries(values).find(
      ([value]) => value.toLowerCase() === cell.trim().toLowerCase(),
    );
    return found?.[1] ?? '';
  },
  date: (cell, { zone, order }) => instantOf(cell, { zone, order }) ?? cell,
  // The country is the row's to say: see `countryOf` of a mapped line.
  phone: (cell) => cell,
};

export const transformed = (cell: string, transform: MappingTransform | undefined): string => {
  if (transform === undefined || cell === '') return cell;
  const apply = transforms[transform.as] as (cell: string, transform: MappingTransform) => string;
  return apply(cell, transform);
};
