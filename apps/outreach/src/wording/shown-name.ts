/** Ends a header's line, turns the writing round or cannot be seen. */
const unseen = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;
const LENGTH_MAX = 120;

/**
 * A business's name as headers of mails carry it: one line that is read as it is written. What is set now is refused where
 * it is not one; what was set before names stood in headers is mended here, and never keeps a mail from leaving.
 */
export const shownName = (name: string): string =>
  name.replaceAll(unseen, ' ').replaceAll('=?', '= ?').trim().slice(0, LENGTH_MAX);
