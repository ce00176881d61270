const widthOf = (text: string): number => text.length;

const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(width - widthOf(text), 0));

/** Columns under their titles, two spaces apart; no row has a space at its end. */
export const tableOf = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string[] => {
  const widths = titles.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return [titles, ...rows].map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width))
      .join('  ')
      .trimEnd(),
  );
};

/** Breaks a sentence into lines of at most `width` characters, each after the same indent. */
export const wrapped = (text: string, width: number, indent: string): string[] => {
  const lines: string[] = [];
  let line = '';
  // Not at the narrow spaces of French punctuation: they hold a line together.
  for (const word of text.split(/[ \n]+/)) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width - widthOf(indent)) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
};
