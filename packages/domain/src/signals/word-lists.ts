import { folded } from './folded-text.ts';

/** Words of a list that are separated by commas, of whatever script, each folded. */
export const listed = (words: string): readonly string[] =>
  words
    .split(/[,،]/)
    .map(folded)
    .filter((word) => word !== '');

/** The words of groups, for looking up. */
export const wordSet = (groups: readonly { readonly words: string }[]): ReadonlySet<string> =>
  new Set(groups.flatMap(({ words }) => listed(words)));

/** Whether words are made of phrases of a set and of nothing else, one phrase after another. */
export const isMadeOf = (words: readonly string[], phrases: ReadonlySet<string>): boolean => {
  const reached = new Set([0]);
  for (let from = 0; from < words.length; from++) {
    if (!reached.has(from)) continue;
    for (let until = from + 1; until <= Math.min(words.length, from + PHRASE_WORDS_MAX); until++) {
      if (phrases.has(words.slice(from, until).join(' '))) reached.add(until);
    }
  }
  return words.length > 0 && reached.has(words.length);
};

/** No phrase of the lists is longer. */
const PHRASE_WORDS_MAX = 10;

/** Whether two words are one slip apart: a letter too many, too few, another one, or two in the wrong order. */
export const isOneSlipApart = (one: string, other: string): boolean => {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  if (one === other) return false;
  let same = 0;
  while (same < short.length && long[same] === short[same]) same += 1;
  const rest = long.slice(same + 1);
  if (long.length > short.length) return rest === short.slice(same);
  const isSwapped = long[same] === short[same + 1] && long[same + 1] === short[same];
  return (
    rest === short.slice(same + 1) || (isSwapped && long.slice(same + 2) === short.slice(same + 2))
  );
};
