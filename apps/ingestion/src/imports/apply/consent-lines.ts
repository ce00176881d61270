import { Injectable } from '@nestjs/common';
import type { ConsentLine } from '@tact/contracts';
import { opensAnalysis } from '@tact/domain';
import { Clock, type Queryable } from '@tact/platform';
import { ConsentGate } from '../../consent-gate/consent-gate.ts';
import { ConsentDeclarations } from '../../contacts/consent-declarations.ts';
import type { Outcome, PreparedLines } from '../../signals/line-outcomes.ts';
import { type Declared, ReadConsentLines } from './read-consent-lines.ts';

const isDeclared = (one: readonly Declared[] | Outcome): one is readonly Declared[] =>
  Array.isArray(one);

/** Consents of an import: declared with their proof, and judged by outreach's ledger behind it. */
@Injectable()
export class ConsentLines {
  constructor(
    private readonly consents: ConsentDeclarations,
    private readonly gate: ConsentGate,
    private readonly reading: ReadConsentLines,
    private readonly clock: Clock,
  ) {}

  async prepare(
    tenantId: string,
    lines: readonly ConsentLine[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const dated = { lines, now: this.clock.now() };
    const refused = await this.reading.refused(tenantId, dated);
    const read = () => this.reading.read(tenantId, dated, erased);
    if (refused.length === 0) {
      const known = await read();
      return (tx) => this.#run(tx, tenantId, known);
    }
    return async (tx) => {
      await this.reading.keep(tx, tenantId, refused);
      return this.#run(tx, tenantId, await read());
    };
  }

  async #run(
    tx: Queryable,
    tenantId: string,
    read: readonly (readonly Declared[] | Outcome)[],
  ): Promise<Outcome[]> {
    const declared = read.flatMap((one) => (isDeclared(one) ? one : []));
    const fresh = (await this.consents.declare(tx, tenantId, declared)).values();
    const active = await this.gate.open(
      tenantId,
      declared.map(({ data }) => data.contactId),
      tx,
    );
    return read.map((one): Outcome => {
      if (!isDeclared(one)) return one;
      const areFresh = one.map(() => fresh.next().value === true);
      const [first] = one;
      if (first === undefined || !areFresh.includes(true)) return 'duplicate';
      const { state, contactId } = first.data;
      const opens = opensAnalysis(first.data) && state === 'given';
      // A later word of the person stands: the line had no effect, and only a count may say so.
      return opens && !active.has(contactId) ? 'not-contactable' : 'applied';
    });
  }
}
