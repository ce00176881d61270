/** Of fewer people a card would speak of each of them. */
export const PEOPLE_MIN = 50;

/** A fit that must not be: its sentence is for the person who asked for it. */
export class TooFewPeople extends Error {
  override readonly name = 'TooFewPeople';

  constructor(found?: number) {
    const there =
      found === undefined
        ? 'fewer are there'
        : `${found} had facts before the held-out days that can be read`;
    super(
      `A model is fitted to ${PEOPLE_MIN} contacts or more, because of fewer its card would speak of single persons; ${there}.`,
    );
  }
}
