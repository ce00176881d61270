import { instantIn } from '@tact/domain';

type Order = 'ymd' | 'dmy' | 'mdy';

const shapes: Record<Order, RegExp> = {
  ymd: /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?<rest>.*)$/,
  dmy: /^(?<day>\d{1,2})[-/.](?<month>\d{1,2})[-/.](?<year>\d{4})(?<rest>.*)$/,
  mdy: /^(?<month>\d{1,2})[-/.](?<day>\d{1,2})[-/.](?<year>\d{4})(?<rest>.*)$/,
};
const timeOfDay =
  /^(?:[T\s]\s*(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?\s*(?<half>[AP]M)?\s*(?<offset>Z|[+-]\d{2}:?\d{2})?)?$/i;

const two = (digits: string | undefined): string => (digits ?? '0').padStart(2, '0');

const hourOf = (hour: string | undefined, half: string | undefined): string => {
  if (half === undefined) return two(hour);
  return two(String((Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)));
};

type Groups = Readonly<Record<string, string | undefined>>;

const clockOf = ({ hour, minute, second, half, fraction }: Groups): string =>
  `${hourOf(hour, half)}:${two(minute)}:${two(second)}${fraction === undefined ? '' : `.${fraction}`}`;

/**
 * RFC 3339 in UTC of a time as files have it: with an offset, or of the zone that is said for the file. A date alone is its
 * first instant there. Undefined where it is no time, or neither an offset nor a zone is said.
 */
export const instantOf = (
  cell: string,
  { zone, order = 'ymd' }: { readonly zone?: string | undefined; readonly order?: Order },
): string | undefined => {
  const date: Groups | undefined = shapes[order].exec(cell.trim())?.groups;
  const time: Groups | undefined = date && timeOfDay.exec(date['rest'] ?? '')?.groups;
  if (!date || !time) return undefined;
  const day = `${date['year']}-${two(date['month'])}-${two(date['day'])}`;
  const offset = time['offset']?.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  return instantIn(`${day}T${clockOf(time)}`, offset ?? zone);
};
