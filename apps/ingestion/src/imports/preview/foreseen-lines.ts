import { Injectable } from '@nestjs/common';
import type {
  ConsentLine,
  ContactLine,
  PreviewLine,
  PreviewOutcome,
  SignalLine,
  StartImportQuery,
} from '@tact/contracts';
import { Clock, Database } from '@tact/platform';
import { ProvenConsents } from '../../contacts/proven-consents.ts';
import { type LineErrors, refusedAhead } from '../../signals/line-outcomes.ts';
import { ContactLines, type FileOfContacts } from '../apply/contact-lines.ts';
import { judge, type Judged } from '../apply/import-lines.ts';
import type { LineOptions } from '../line-options.ts';
import type { SpooledLine } from '../spooled-lines.ts';

type Rows = {
  readonly rows: readonly SpooledLine[];
  readonly columns: readonly { readonly column: string; readonly field: string }[];
};
type Foreseen = PreviewOutcome | { readonly errors: LineErrors };

/** Takes back everything that was asked about in a transaction, with what was learned. */
class TakenBack extends Error {
  override readonly name = 'TakenBack';
}

/** What lines would come to, by the steps of the import and in a transaction that is taken back. */
@Injectable()
export class ForeseenLines {
  constructor(
    private readonly contacts: ContactLines,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly proven: ProvenConsents,
  ) {}

  async of(
    tenantId: string,
    { type, country, timeZone, isTyped }: StartImportQuery & Pick<LineOptions, 'isTyped'>,
    { rows, columns }: Rows,
  ): Promise<PreviewLine[]> {
    const judged = rows.map((row) => judge(type, row, { country, timeZone }));
    const good = judged.flatMap((one) => ('line' in one ? [one.line] : []));
    const foreseen = (
      type === 'contacts'
        ? await this.#contacts({ tenantId, isTyped }, good as readonly ContactLine[])
        : type === 'consents'
          ? await this.#consents(tenantId, good as readonly ConsentLine[])
          : this.#signals(good as readonly SignalLine[])
    ).values();
    return judged.map((one, nth) => {
      const line = rows[nth]?.line ?? 0;
      const outcome = outcomeOf(one, () => foreseen.next().value ?? 'accept');
      if (typeof outcome === 'string') return { line, outcome };
      const errors = outcome.errors.map((error) => ({
        ...error,
        ...columnOf(error.pointer, columns, rows[nth]),
      }));
      return { line, outcome: 'reject', errors };
    });
  }

  async #contacts(whose: FileOfContacts, lines: readonly ContactLine[]): Promise<Foreseen[]> {
    let foreseen: Foreseen[] = [];
    try {
      await this.database.transaction(async (tx) => {
        foreseen = await this.contacts.foresee(tx, whose, lines);
        throw new TakenBack();
      });
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
    }
    return foreseen;
  }

  /** Nothing that depends on the person is asked, hence none of it can be told. */
  async #consents(tenantId: string, lines: readonly ConsentLine[]): Promise<Foreseen[]> {
    const now = this.clock.now();
    const proven = await this.proven.ofLines(tenantId, lines);
    return lines.map(({ at }, nth) => {
      const consent = proven[nth];
      const unproven = consent !== undefined && 'errors' in consent ? consent : undefined;
      return refusedAhead(now, '/at', at) ?? unproven ?? 'accept';
    });
  }

  #signals(lines: readonly SignalLine[]): Foreseen[] {
    const now = this.clock.now();
    return lines.map(({ occurredAt }) => refusedAhead(now, '/occurredAt', occurredAt) ?? 'accept');
  }
}

const outcomeOf = (judged: Judged, next: () => Foreseen): Foreseen =>
  'errors' in judged ? judged : next();

/** The column a pointer comes from, where the file has one for it; of several the one that held the row's value. */
const columnOf = (
  pointer: string,
  columns: Rows['columns'],
  row: SpooledLine | undefined,
): { readonly column?: string } => {
  const field = pointer.slice(1).replaceAll('/', '.');
  const sources = row !== undefined && 'text' in row ? (row.sources ?? {}) : {};
  const column = sources[field] ?? columns.find((one) => one.field === field)?.column;
  return column === undefined ? {} : { column };
};
