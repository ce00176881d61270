/** Seeded chance: the same seed draws the same numbers on every machine. */
export type Chance = {
  /** Uniform in [0, 1). */
  readonly draw: () => number;
  readonly happens: (probability: number) => boolean;
  /** A whole number from `low` to `high`, both included. */
  readonly whole: (low: number, high: number) => number;
  readonly digits: (count: number) => string;
  /** One key of a table of weights that add up to 1. */
  readonly pick: <Key extends string>(weights: Readonly<Record<Key, number>>) => Key;
};

/** Four words of state from any text (xmur3), then sfc32: small, fast, and good enough for a demo. */
const wordsOf = (seed: string): (() => number) => {
  let hash = 1_779_033_703 ^ seed.length;
  for (const letter of seed) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 3_432_918_353);
    hash = (hash << 13) | (hash >>> 19);
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
};

const sfc32 = (word: () => number): (() => number) => {
  let [a, b, c, d] = [word(), word(), word(), word()];
  return () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
};

export const chanceOf = (seed: string): Chance => {
  const draw = sfc32(wordsOf(seed));
  for (let warmUp = 0; warmUp < 12; warmUp++) draw();
  const whole = (low: number, high: number) => low + Math.floor(draw() * (high - low + 1));
  return {
    draw,
    happens: (probability) => draw() < probability,
    whole,
    digits: (count) => Array.from({ length: count }, () => whole(0, 9)).join(''),
    pick: (weights) => {
      const keys = Object.keys(weights) as (keyof typeof weights)[];
      let left = draw();
      const found = keys.find((key) => (left -= weights[key]) < 0);
      const last = found ?? keys.at(-1);
      if (last === undefined) throw new RangeError('There is nothing to pick from.');
      return last;
    },
  };
};
