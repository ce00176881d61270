/** Fewer people than this are nobody's statistics. */
export const PEOPLE_MIN = 10;
/** Counts are rounded to this: one person more or less does not show, also not between two answers. */
const ROUNDED_TO = 5;

const rounded = (count: number): number => Math.round(count / ROUNDED_TO) * ROUNDED_TO;

/**
 * The cells of one breakdown as they may be told, undefined where they may not, and their total. A cell of 1 to 9 is
 * withheld; so that the total does not give it away, the smallest others go with it until at least two cells and
 * ten people are. An empty cell is published: that a group has no members is no statement about anyone.
 */
export const publishedCells = (
  counts: readonly number[],
): { readonly cells: readonly (number | undefined)[]; readonly total: number | undefined } => {
  const peopled = counts
    .map((count, at) => ({ count, at }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.count - b.count);
  const withheld = new Set<number>();
  let hidden = 0;
  for (const { count, at } of peopled) {
    const isSafe = withheld.size === 0 || (withheld.size > 1 && hidden >= PEOPLE_MIN);
    if (!isFew(count) && isSafe) break;
    withheld.add(at);
    hidden += count;
  }
  const sum = counts.reduce((all, count) => all + count, 0);
  return {
    cells: counts.map((count, at) => (withheld.has(at) ? undefined : rounded(count))),
    total: isFew(sum) ? undefined : rounded(sum),
  };
};

const isFew = (count: number): boolean => count > 0 && count < PEOPLE_MIN;
