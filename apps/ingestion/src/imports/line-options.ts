/** What is said of a file as a whole, for lines that do not say it themselves. */
export type LineOptions = {
  /** ISO 3166: of phones written the national way. */
  readonly country?: string | undefined;
  /** IANA: of times written without an offset. */
  readonly timeZone?: string | undefined;
  /** Of people: a person’s own word, which ends nothing that stands. */
  readonly isTyped?: boolean | undefined;
};
