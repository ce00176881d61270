import { Injectable } from '@nestjs/common';
import type { ContactReference, SignalKind, SignalLine } from '@tact/contracts';
import { liesAhead, Vault } from '@tact/platform';
import { type Admission, ConsentGate } from '../consent-gate/consent-gate.ts';
import { CountMessages, type Unanalysed } from './message-counts/count-messages.ts';

type Around = {
  /** Contacts that were erased meanwhile. */
  readonly erased: ReadonlySet<string>;
  readonly now: Date;
};

/** Whose lines of the CRM may be kept; of those that may not, messages of ours are counted. */
@Injectable()
export class LineAdmissions {
  constructor(
    private readonly gate: ConsentGate,
    private readonly counts: CountMessages,
    private readonly vault: Vault,
  ) {}

  /** In the order of the lines, undefined for the sender's; what is counted is durable when it resolves. */
  async admit(
    tenantId: string,
    lines: readonly SignalLine[],
    { erased, now }: Around,
  ): Promise<(Admission | 'contact-erased' | undefined)[]> {
    const admissions = (await this.#ask(tenantId, lines)).map((one) =>
      typeof one === 'object' && erased.has(one.contactId) ? ('contact-erased' as const) : one,
    );
    // What lies ahead is refused as a whole.
    const refused = lines.filter(
      ({ occurredAt }, nth) => admissions[nth] === 'consent-missing' && !liesAhead(now, occurredAt),
    );
    await this.counts.count(
      tenantId,
      refused.flatMap((line) => this.#sendingOf(tenantId, line)),
    );
    return admissions;
  }

  #sendingOf(tenantId: string, line: SignalLine): readonly Unanalysed[] {
    const { contact, messageRef, messageCategory, occurredAt } = line;
    if (contact === undefined || messageRef === undefined) return [];
    const { contactId, ...identities } = contact;
    const signal = {
      kind: line.kind as SignalKind,
      occurredAt,
      messageRef: this.vault.messageRef(tenantId, messageRef),
      ...(messageCategory === undefined ? {} : { messageCategory }),
    };
    return [{ who: contactId === undefined ? identities : { contactId }, signal }];
  }

  /** Undefined for the sender's; people named by contact id need no look-up. */
  async #ask(tenantId: string, lines: readonly SignalLine[]): Promise<(Admission | undefined)[]> {
    const references = lines.map(({ contact }) => contact);
    const ids = references.flatMap((one) => (one?.contactId === undefined ? [] : [one.contactId]));
    const byId = (await this.gate.admitContacts(tenantId, ids)).values();
    const people = references.filter(
      (one): one is ContactReference => one !== undefined && one.contactId === undefined,
    );
    const admitted = (await this.gate.admit(tenantId, people)).values();
    return references.map((one) => {
      if (one === undefined) return undefined;
      const answers = one.contactId === undefined ? admitted : byId;
      return answers.next().value ?? 'contact-unknown';
    });
  }
}
