import { Injectable } from '@nestjs/common';
import {
  type ConsentLine,
  type ContactLine,
  importLines,
  type ImportType,
  type SignalLine,
} from '@tact/contracts';
import { assertNever } from '@tact/domain';
import { errorsOfIssues, isStorable } from '@tact/platform';
import type { LineOptions } from '../line-options.ts';
import {
  type LineErrors,
  type Outcome,
  type PreparedLines,
  refusedLine,
} from '../../signals/line-outcomes.ts';
import { SignalLines } from '../../signals/signal-lines.ts';
import { lineDefects, type SpooledLine } from '../spooled-lines.ts';
import { ConsentLines } from './consent-lines.ts';
import { ContactLines } from './contact-lines.ts';
import { knownIdentities } from './line-identities.ts';
import { SharedValues } from './shared-values.ts';
import { resolveInstants } from './line-instants.ts';

export type Line = ContactLine | ConsentLine | SignalLine;
/** `row`: where it stands in the file, counted from 1. */
type JudgedLine = { readonly line: Line; readonly row: number };
export type Judged = JudgedLine | { readonly errors: LineErrors };

const whole = (message: string): Judged => ({ errors: [{ pointer: '', message }] });

/** A spooled line as its type has it, or what is wrong with it: places and sentences, never a value. */
export const judge = (
  type: ImportType,
  spooled: SpooledLine,
  { country, timeZone }: LineOptions = {},
): Judged => {
  if ('defect' in spooled) return whole(lineDefects[spooled.defect]);
  let value: unknown;
  try {
    value = JSON.parse(spooled.text);
  } catch {
    // The parser's own text quotes the line.
    return whole('The line is not JSON.');
  }
  if (!isStorable(spooled.text, value)) {
    return whole('A text holds U+0000 or half a surrogate pair.');
  }
  const unplaced = resolveInstants(type, value, timeZone);
  if (unplaced.length > 0) return { errors: unplaced };
  const schema = importLines[type];
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ...knownIdentities(parsed.data, country), row: spooled.line }
    : { errors: errorsOfIssues(parsed.error.issues, schema) };
};

type Importing = {
  readonly tenantId: string;
  readonly type: ImportType;
  readonly importId: string;
  readonly options: LineOptions;
};

/** What the lines of each type do. */
@Injectable()
export class ImportLines {
  constructor(
    private readonly contacts: ContactLines,
    private readonly consents: ConsentLines,
    private readonly signals: SignalLines,
    private readonly shared: SharedValues,
  ) {}

  /** Outcomes in the order of the lines, those that are malformed included. */
  async prepare(
    importing: Importing,
    judged: readonly Judged[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const rows = judged.flatMap((one) => ('line' in one ? [one] : []));
    const good = rows.map(({ line }) => line);
    const run = await this.#prepareGood(importing, rows, erased);
    return async (tx) => {
      const outcomes = good.length === 0 ? [] : await run(tx);
      const results = outcomes.values();
      return judged.map((one): Outcome => {
        if ('errors' in one) return { errors: one.errors };
        return results.next().value ?? refusedLine('', 'The line was lost on our side.');
      });
    };
  }

  async #prepareContacts(
    { tenantId, importId, options: { isTyped } }: Importing,
    rows: readonly JudgedLine[],
  ): Promise<PreparedLines> {
    const contacts = rows.map(({ line, row }) => ({ line: line as ContactLine, row }));
    const run = await this.contacts.prepare(
      { tenantId, isTyped },
      contacts.map(({ line }) => line),
      contacts.map(({ row }) => `${importId}/${row}`),
    );
    const counted = contacts.map(({ line: { identities }, row }) => ({ identities, row }));
    return async (tx) => {
      await this.shared.count(tx, importId, counted);
      return run(tx);
    };
  }

  #prepareGood(
    importing: Importing,
    rows: readonly JudgedLine[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const { tenantId, type } = importing;
    const lines = rows.map(({ line }) => line);
    switch (type) {
      case 'contacts':
        return this.#prepareContacts(importing, rows);
      case 'consents':
        return this.consents.prepare(tenantId, lines as readonly ConsentLine[], erased);
      case 'signals': {
        const source = { tenantId, via: 'import' } as const;
        return this.signals.prepare(source, lines as readonly SignalLine[], erased);
      }
      default:
        return assertNever(type);
    }
  }
}
