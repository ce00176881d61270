/** Names of columns as they compare: without case, accents, and what typographers do to an apostrophe. */
export const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .replaceAll(/[\u2018\u2019\u02bc`\u00b4]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
