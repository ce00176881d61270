export type Member = { readonly id: string; readonly topics: readonly number[] };
export type Spot = {
  readonly topic: number;
  readonly part: number;
  readonly holder: string | null;
};

/**
 * Who should hold which partition: as even as can be, and a partition stays with its holder when that is
 * fair, because every move makes two members roll back or wait. Members and spots come in a fixed order.
 */
export const assign = (spots: readonly Spot[], members: readonly Member[]): (string | null)[] => {
  if (members.length === 0) return spots.map(() => null);
  const load = new Map(members.map(({ id }) => [id, 0]));
  const holders = spots.map((): string | null => null);
  const count = (id: string): number => load.get(id) ?? 0;
  const give = (nth: number, id: string): void => {
    holders[nth] = id;
    load.set(id, count(id) + 1);
  };
  const able = ({ topic }: Spot): Member[] =>
    members.filter(({ topics }) => topics.includes(topic));
  const fairShare = Math.floor(spots.length / members.length);
  // So many members may hold one more than the fair share.
  let larger = spots.length % members.length;
  for (const [nth, spot] of spots.entries()) {
    const holder = able(spot).find(({ id }) => id === spot.holder)?.id;
    if (holder === undefined || count(holder) >= fairShare + Math.min(larger, 1)) continue;
    if (count(holder) === fairShare) larger -= 1;
    give(nth, holder);
  }
  for (const [nth, spot] of spots.entries()) {
    if (holders[nth] !== null) continue;
    const [least] = able(spot).toSorted((a, b) => count(a.id) - count(b.id));
    if (least !== undefined) give(nth, least.id);
  }
  return holders;
};
