/** Seeded chance (sfc32): the same seed draws the same numbers on every machine. */
export type Chance = {
  /** Uniform in [0, 1). */
  readonly draw: () => number;
  readonly happens: (probability: number) => boolean;
  /** A whole number from `low` to `high`, both included. */
  readonly whole: (low: number, high: number) => number;
  /** A place in a list of weights that add up to 1. */
  readonly pick: (weights: readonly number[]) => number;
};

/** FNV-1a over the text, salted: four different words from one seed. */
const wordOf = (seed: string, salt: number): number => {
  let hash = 0x811c9dc5 ^ salt;
  for (const letter of seed) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
};

export const chanceOf = (seed: string): Chance => {
  let [a, b, c, d] = [1, 2, 3, 4].map((salt) => wordOf(seed, salt)) as [
    number,
    number,
    number,
    number,
  ];
  const draw = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) draw();
  return {
    draw,
    happens: (probability) => draw() < probability,
    whole: (low, high) => low + Math.floor(draw() * (high - low + 1)),
    pick: (weights) => {
      let left = draw();
      const found = weights.findIndex((weight) => (left -= weight) < 0);
      return found === -1 ? weights.length - 1 : found;
    },
  };
};

/** The same list in an order drawn by chance (Fisher and Yates). */
export const shuffled = <Item>(items: readonly Item[], chance: Chance): Item[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = chance.whole(0, last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
};
