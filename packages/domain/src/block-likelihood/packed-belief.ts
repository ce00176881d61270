import type { Condensed } from './condensed.ts';
import { traits, traitSettings, type Trait } from './states.ts';

/** A condensed belief in a few hundred letters: the core, then each look by its initial and its shares. */
export type PackedBelief = string;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** By the code of a letter, its place. */
const places = new Uint8Array(128);
for (let place = 0; place < LETTERS.length; place++) places[LETTERS.charCodeAt(place)] = place;
/** Logarithms down to e^-nats: weights are told apart by four millionths, shares of settings by 0.4 %. */
const WEIGHTS = { letters: 4, nats: 64 };
const SHARES = { letters: 2, nats: 16 };
type Scale = typeof WEIGHTS;

const packed = (weights: ArrayLike<number>, { letters, nats }: Scale): string => {
  const largest = 64 ** letters - 1;
  let text = '';
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    const steps = Math.round((Math.log(weight) * largest) / nats);
    const code = weight > 0 ? Math.min(largest, Math.max(1, largest + steps)) : 0;
    for (let shift = 6 * (letters - 1); shift >= 0; shift -= 6)
      text += LETTERS[(code >> shift) & 63];
  }
  return text;
};

const unpacked = (text: string, { letters, nats }: Scale): Float64Array => {
  const largest = 64 ** letters - 1;
  const weights = new Float64Array(text.length / letters);
  for (let index = 0; index < weights.length; index++) {
    let code = 0;
    for (let nth = 0; nth < letters; nth++) {
      code = code * 64 + (places[text.charCodeAt(index * letters + nth)] ?? 0);
    }
    weights[index] = code === 0 ? 0 : Math.exp(((code - largest) * nats) / largest);
  }
  return weights;
};

const initials: Readonly<Record<Trait, string>> = { photo: 'f', presence: 'p', 'group-add': 'g' };
const SETTINGS = traitSettings.length;

/** Of three shares that add up to one the third is left out. */
const withoutThird = (shares: Float64Array): Float64Array =>
  shares.filter((_, at) => at % SETTINGS < SETTINGS - 1);

const withThird = (shares: Float64Array): Float64Array =>
  Float64Array.from({ length: (shares.length / 2) * SETTINGS }, (_, at) => {
    const first = Math.floor(at / SETTINGS) * 2;
    const [one = 0, two = 0] = [shares[first], shares[first + 1]];
    return [one, two, Math.max(0, 1 - one - two)][at % SETTINGS] ?? 0;
  });

export const packedBelief = ({ core, looks }: Condensed): PackedBelief =>
  [
    packed(core, WEIGHTS),
    ...[...looks].map(([trait, shares]) => initials[trait] + packed(withoutThird(shares), SHARES)),
  ].join('.');

export const unpackedBelief = (text: PackedBelief): Condensed => {
  const [core = '', ...looks] = text.split('.');
  return {
    core: unpacked(core, WEIGHTS),
    looks: new Map(
      looks.flatMap((look) => {
        const trait = traits.find((one) => look.startsWith(initials[one]));
        return trait ? [[trait, withThird(unpacked(look.slice(1), SHARES))] as const] : [];
      }),
    ),
  };
};
