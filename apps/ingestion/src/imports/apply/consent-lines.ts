import { Injectable } from '@nestjs/common';
import type { ConsentLine } from '@tact/contracts';
import { opensAnalysis } from '@tact/domain';
import { Clock, notAfter, type Queryable, Vault } from '@tact/platform';
import { ConsentGate } from '../../consent-gate/consent-gate.ts';
import { ContactRegistrations } from '../../contacts/contact-registrations.ts';
import { type Outcome, type PreparedLines, refusedAhead } from '../../signals/line-outcomes.ts';

type Declared = Parameters<ContactRegistrations['declare']>[2][number];

/** Consents of an import: declared with their proof, and judged by outreach's ledger behind it. */
@Injectable()
export class ConsentLines {
  constructor(
    private readonly vault: Vault,
    private readonly registrations: ContactRegistrations,
    private readonly gate: ConsentGate,
    private readonly clock: Clock,
  ) {}

  async prepare(
    tenantId: string,
    lines: readonly ConsentLine[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const now = this.clock.now();
    const contactIds = await this.#contactIdsOf(tenantId, lines);
    const read = lines.map((line, nth): Declared | Outcome => {
      const { id, contact: _, ...consent } = line;
      const ahead = refusedAhead(now, '/at', consent.at);
      if (ahead) return ahead;
      const contactId = contactIds[nth];
      if (contactId === undefined || erased.has(contactId)) return 'not-contactable';
      const data = { contactId, ...consent, at: notAfter(now, consent.at) };
      return { data, commandId: this.vault.factId(tenantId, 'consent-line', id) };
    });
    return (tx) => this.#run(tx, tenantId, read);
  }

  async #run(
    tx: Queryable,
    tenantId: string,
    read: readonly (Declared | Outcome)[],
  ): Promise<Outcome[]> {
    const declared = read.filter((one) => typeof one === 'object' && 'data' in one);
    const fresh = (await this.registrations.declare(tx, tenantId, declared)).values();
    const active = await this.gate.open(
      tenantId,
      declared.map(({ data }) => data.contactId),
      tx,
    );
    return read.map((one): Outcome => {
      if (typeof one === 'string' || 'errors' in one) return one;
      if (fresh.next().value !== true) return 'duplicate';
      const { state, contactId } = one.data;
      const opens = opensAnalysis(one.data) && state === 'given';
      // A later word of the person stands: the line had no effect, and only a count may say so.
      return opens && !active.has(contactId) ? 'not-contactable' : 'applied';
    });
  }

  async #contactIdsOf(
    tenantId: string,
    lines: readonly ConsentLine[],
  ): Promise<(string | undefined)[]> {
    const named = lines.flatMap(({ contact: { contactId } }) => contactId ?? []);
    const known = named.length === 0 ? new Set() : await this.vault.knownAmong(tenantId, named);
    const resolved = await this.vault.resolveMany(
      tenantId,
      lines.map(({ contact }) => (contact.contactId === undefined ? contact : {})),
    );
    return lines.map(({ contact: { contactId } }, nth) => {
      if (contactId === undefined) return resolved[nth];
      return known.has(contactId) ? contactId : undefined;
    });
  }
}
