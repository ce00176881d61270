import { storedWords } from '@tact/contracts';

/** What is stored was written by a later release, with a word or a list that this one does not know. */
export class StoredByLaterRelease extends Error {
  override readonly name = 'StoredByLaterRelease';

  constructor(what: string) {
    super(`Data is stored with ${what} of a later release: run the release that wrote it.`);
  }
}

const numbers = new Map(storedWords.map((word, nth) => [word, nth]));
// The first stands for the subject and is no word.
numbers.delete('');

export const numberOfWord = (word: string): number | undefined => numbers.get(word);

export const wordAt = (number: number): string => {
  const word = storedWords[number];
  if (word === undefined) throw new StoredByLaterRelease(`word ${number}`);
  return word;
};
