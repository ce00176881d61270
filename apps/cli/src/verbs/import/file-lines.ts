import type { ImportFile } from '@tact/contracts';

const encodings: Record<ImportFile['encoding'], string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16, little-endian',
  'utf-16be': 'UTF-16, big-endian',
  'windows-1252': 'Windows-1252',
};

const counted = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${count} ${what}`];

/** What a file turned out to be, a sentence a line. */
export const fileLines = ({
  encoding,
  separator,
  mapping,
  skipped,
  leftOut,
}: ImportFile): string[] => {
  const cut = separator === undefined ? '' : `, cut by ${separator}`;
  const as = mapping === undefined ? '' : `, as an export of ${mapping}`;
  const rows = [
    ...counted(skipped.blank, 'empty rows'),
    ...counted(skipped.footer, 'rows of a footer'),
    ...counted(skipped.header, 'repeated headers'),
  ];
  return [
    `read as ${encodings[encoding]}${cut}${as}`,
    ...(rows.length === 0 ? [] : [`skipped: ${rows.join(', ')}`]),
    ...(leftOut.length === 0 ? [] : [`columns left out: ${leftOut.join(', ')}`]),
  ];
};
