import type { KeyObject } from 'node:crypto';
import type { Identities } from '@tact/contracts';
import { type CanonicalOptions, knowableSpellings } from './canonical-identity.ts';
import { type IndexKey, keysOf } from './identity-key.ts';
import { ownersText } from './identity-rows.ts';
import { isStrong } from './identity-strength.ts';

/** Whose an identity was and is. `until`: they gave it up then; `since`: somebody else had it before. */
export type OwnerRow = {
  readonly nth: number;
  readonly until: Date | null;
  readonly since: Date | null;
};
type OfContact = OwnerRow & { readonly contactId: string };
/** Who people are, as a part of a statement that asks more about them in the same round trip. */
export type OwnersPart = {
  /** SQL that gives rows (nth, contact_id, until, since); its parameters are $1 and $2, and `values` their values. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** Of the rows the statement gave, the one of each person in the order asked; undefined where nobody is known. */
  pick<Row extends OfContact>(rows: readonly Row[]): (Row | undefined)[];
  /** The same with everybody who has one of the identities. */
  pickAll<Row extends OfContact>(rows: readonly Row[]): (readonly Row[])[];
};
/** When what is asked about happened, one instant a person in milliseconds since the epoch; now when absent. */
export type AskedAt = CanonicalOptions & { readonly at?: readonly number[] };

const isOwner = ({ until, since }: OwnerRow, at: number): boolean =>
  (until === null || until.getTime() >= at) && (since === null || since.getTime() <= at);

const sinceOf = ({ since }: OwnerRow): number => since?.getTime() ?? -Infinity;
const untilOf = ({ until }: OwnerRow): number => until?.getTime() ?? Infinity;

/** Of two who began in one hour who has it longer; of two whose beginning nobody knows who had it first. */
const byEnd = (a: OwnerRow, b: OwnerRow): number =>
  a.since === null ? untilOf(a) - untilOf(b) : untilOf(b) - untilOf(a);

/** Where two of them can be meant, e.g. within the hour that is kept of the end: the later owner. */
const latest = <Row extends OfContact>(rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => sinceOf(b) - sinceOf(a) || byEnd(a, b)).slice(0, 1);

const onePerContact = <Row extends OfContact>(rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [row.contactId, row])).values(),
];

/** The strongest identity that is known says who it is; a weak one only where nothing stronger is given. */
const personOf = <Row extends OfContact>(
  keys: readonly IndexKey[],
  ownersOf: (key: IndexKey) => readonly Row[],
): Row | undefined => {
  const strong = keys.filter(({ kind }) => isStrong(kind));
  if (strong.length > 0) return strong.flatMap((key) => ownersOf(key)).at(0);
  const emails = keys.filter(({ kind }) => kind === 'email');
  const owners = (emails.length > 0 ? emails : keys).flatMap((key) => ownersOf(key));
  const [owner, ...others] = onePerContact(owners);
  return others.length === 0 ? owner : undefined;
};

/** A number that was given up is its former owner's for what came before, hence the instants. */
export const ownersPart = (
  asking: { readonly key: KeyObject; readonly tenantId: string; readonly now: number },
  people: readonly Identities[],
  { at, ...options }: AskedAt = {},
): OwnersPart => {
  const { key, tenantId, now } = asking;
  // A thousand facts may be of one person.
  const known = new Map<string, IndexKey[]>();
  const keys = people.map((one) => {
    const text = JSON.stringify(one);
    const own = known.get(text) ?? keysOf(key, tenantId, knowableSpellings(one, options));
    known.set(text, own);
    return own;
  });
  const asked = new Map(keys.flat().map((one) => [one.id, one.bidx]));
  const nthOf = new Map([...asked.keys()].map((id, index) => [id, index + 1]));
  const ownersIn = <Row extends OfContact>(rows: readonly Row[]) => {
    const byNth = Map.groupBy(rows, ({ nth }) => nth);
    return (person: number) =>
      ({ id, kind }: IndexKey): readonly Row[] => {
        const owners = (byNth.get(nthOf.get(id) ?? 0) ?? []).filter((row) =>
          isOwner(row, at?.[person] ?? now),
        );
        return isStrong(kind) ? latest(owners) : owners;
      };
  };
  return {
    text: ownersText,
    values: [tenantId, [...asked.values()]],
    pick: (rows) => {
      const ownersOf = ownersIn(rows);
      return keys.map((own, person) => personOf(own, ownersOf(person)));
    },
    pickAll: (rows) => {
      const ownersOf = ownersIn(rows);
      return keys.map((own, person) => onePerContact(own.flatMap(ownersOf(person))));
    },
  };
};
