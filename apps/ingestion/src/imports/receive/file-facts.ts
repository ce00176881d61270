import type { FileEncoding, FileSeparator, ImportFile } from '@tact/contracts';

/** What is learned of a file while it is read; the answer says it. */
export class FileFacts {
  encoding: FileEncoding = 'utf-8';
  separator: FileSeparator | undefined;
  mapping: string | undefined;
  blankRows = 0;
  footerRows = 0;
  /** Rows that repeat the header: two exports put one after the other. */
  headerRows = 0;
  leftOut: readonly string[] = [];
  /** Which column goes where. */
  columns: readonly { readonly column: string; readonly field: string }[] = [];

  summary(): ImportFile {
    const { encoding, separator, mapping, blankRows, footerRows, headerRows } = this;
    return {
      encoding,
      ...(separator === undefined ? {} : { separator }),
      ...(mapping === undefined ? {} : { mapping }),
      skipped: { blank: blankRows, footer: footerRows, header: headerRows },
      leftOut: [...this.leftOut],
    };
  }
}
