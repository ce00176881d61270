/** Ids and words: what could be a phone number, a name or an address has signs that these do not have. */
const word = /^(?!\d{7})[A-Za-z0-9][\w.:-]{0,127}$/;

export type Words = Readonly<Record<string, string>>;

/** What stands in clear in a row is about ids and words alone. Throws, a defect of the caller, on anything else. */
export const assertWords = (what: string, given: readonly string[], about: Words = {}): void => {
  const all = [...given, ...Object.keys(about), ...Object.values(about)];
  if (all.every((one) => word.test(one))) return;
  throw new Error(`${what} is about ids and words alone: its row is in clear.`);
};
