import type { Condensed } from './condensed.ts';
import type { Trait } from './states.ts';

/** A condensed belief in a few hundred letters. */
export type PackedBelief = {
  readonly core: string;
  readonly looks?: Readonly<Partial<Record<Trait, string>>>;
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** By the code of a letter, its place. */
const places = new Uint8Array(128);
for (let place = 0; place < LETTERS.length; place++) places[LETTERS.charCodeAt(place)] = place;
/** Logarithms down to e^-64: four letters tell weights apart by four millionths, three by a quarter thousandth. */
const NATS = 64;
const WEIGHT_LETTERS = 4;
const SHARE_LETTERS = 3;

const packed = (weights: ArrayLike<number>, letters: number): string => {
  const largest = 64 ** letters - 1;
  let text = '';
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    const steps = Math.round((Math.log(weight) * largest) / NATS);
    const code = weight > 0 ? Math.min(largest, Math.max(1, largest + steps)) : 0;
    for (let shift = 6 * (letters - 1); shift >= 0; shift -= 6) text += LETTERS[(code >> shift) & 63];
  }
  return text;
};

const unpacked = (text: string, letters: number): Float64Array => {
  const largest = 64 ** letters - 1;
  const weights = new Float64Array(text.length / letters);
  for (let index = 0; index < weights.length; index++) {
    let code = 0;
    for (let nth = 0; nth < letters; nth++) {
      code = code * 64 + (places[text.charCodeAt(index * letters + nth)] ?? 0);
    }
    weights[index] = code === 0 ? 0 : Math.exp(((code - largest) * NATS) / largest);
  }
  return weights;
};

export const packedBelief = ({ core, looks }: Condensed): PackedBelief => {
  if (looks.size === 0) return { core: packed(core, WEIGHT_LETTERS) };
  const settings = [...looks].map(
    ([trait, shares]) => [trait, packed(shares, SHARE_LETTERS)] as const,
  );
  return { core: packed(core, WEIGHT_LETTERS), looks: Object.fromEntries(settings) };
};

export const unpackedBelief = ({ core, looks = {} }: PackedBelief): Condensed => ({
  core: unpacked(core, WEIGHT_LETTERS),
  looks: new Map(
    Object.entries(looks).map(([trait, shares]) => [
      trait as Trait,
      unpacked(shares, SHARE_LETTERS),
    ]),
  ),
});
