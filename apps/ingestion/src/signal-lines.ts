import { Injectable } from '@nestjs/common';
import {
  type ContactReference,
  type HumanKind,
  isHumanKind,
  isTenantKind,
  type SenderSignalKind,
  type SignalKind,
  type SignalLine,
  type SignalRecorded,
} from '@tact/contracts';
import { Clock, EventStore, liesAhead, type StreamAppend, Vault } from '@tact/platform';
import { type Admission, ConsentGate } from './consent-gate.ts';
import { WithoutEffectCounters } from './counters.ts';
import { DeclaredIncidents } from './declared-incidents.ts';
import { type Outcome, type PreparedLines, refusedLine } from './line-outcomes.ts';

/** What the observer saw, where the line leaves it to the kind. */
const sights: Record<HumanKind, string> = {
  'photo-seen': 'a profile photo',
  'photo-missing': 'no profile photo',
  'presence-seen': 'online, or a time last seen',
  'presence-missing': 'neither online nor a time last seen',
  'group-receipt-missing': 'no receipt in the shared group',
  'group-add-accepted': 'could be added to a group',
  'group-add-refused': 'could not be added to a group',
};

type Told = { readonly tenantId: string; readonly via: 'api' | 'import' };
/** What a line comes to: an append, a word on an incident, or an outcome that is known already. */
type Step = { readonly append: StreamAppend } | { readonly incident: SignalLine } | Outcome;

/** Definite fields only: an event says nothing about what was not told. */
const told = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

/** Observations the CRM tells, as facts of the people they are about: through the consent gate, once each. */
@Injectable()
export class SignalLines {
  constructor(
    private readonly vault: Vault,
    private readonly gate: ConsentGate,
    private readonly store: EventStore,
    private readonly counters: WithoutEffectCounters,
    private readonly incidents: DeclaredIncidents,
    private readonly clock: Clock,
  ) {}

  async prepare(
    { tenantId, via }: Told,
    lines: readonly SignalLine[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const now = this.clock.now();
    const admissions = await this.admit(tenantId, lines);
    const steps = lines.map((line, nth): Step => {
      if (liesAhead(now, line.occurredAt)) return refusedLine('/occurredAt', 'Lies in the future.');
      if (isTenantKind(line.kind)) return this.senderStep(tenantId, line);
      const admission = admissions[nth] ?? 'contact-unknown';
      if (typeof admission === 'string' || erased.has(admission.contactId)) {
        return 'not-contactable';
      }
      return { append: this.appendOf({ tenantId, via }, admission.contactId, line) };
    });
    // Counted here and not with the facts: the numbers are of attempts, and a batch may run again.
    const refused = admissions.filter((one) => typeof one === 'string');
    await this.counters.add(tenantId, refused);
    return (tx) => this.run(tx, tenantId, steps);
  }

  private async run(
    tx: Parameters<PreparedLines>[0],
    tenantId: string,
    steps: readonly Step[],
  ): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    // Before the appends: from the first append to the commit, every reader of the store waits.
    for (const [nth, step] of steps.entries()) {
      if (typeof step === 'string' || 'errors' in step) outcomes[nth] = step;
      else if ('incident' in step) {
        const { id: lineId, kind, occurredAt } = step.incident;
        const word = { lineId, kind: kind as 'incident-opened' | 'incident-closed', occurredAt };
        outcomes[nth] = await this.incidents.tell(tx, tenantId, word);
      }
    }
    const appends = steps.flatMap((step, nth) =>
      typeof step === 'object' && 'append' in step ? [{ nth, append: step.append }] : [],
    );
    const results = await this.store.appendIn(
      tx,
      appends.map(({ append }) => append),
    );
    for (const [at, { nth }] of appends.entries()) {
      outcomes[nth] = results[at]?.duplicate === true ? 'duplicate' : 'applied';
    }
    return outcomes;
  }

  /** Who each line is about, undefined for the sender's; people named by contact id need no look-up. */
  private async admit(
    tenantId: string,
    lines: readonly SignalLine[],
  ): Promise<(Admission | undefined)[]> {
    const references = lines.map(({ contact }) => contact);
    const ids = references.flatMap((one) => (one?.contactId === undefined ? [] : [one.contactId]));
    const open = await this.gate.open(tenantId, ids);
    const people = references.filter(
      (one): one is ContactReference => one !== undefined && one.contactId === undefined,
    );
    const admitted = (await this.gate.admit(tenantId, people)).values();
    return references.map((one) => {
      if (one === undefined) return undefined;
      const { contactId } = one;
      if (contactId === undefined) return admitted.next().value ?? 'contact-unknown';
      return open.has(contactId) ? { contactId } : 'consent-missing';
    });
  }

  private appendOf({ tenantId, via }: Told, contactId: string, line: SignalLine): StreamAppend {
    const occurredAt = new Date(line.occurredAt).toISOString();
    const kind = line.kind as SignalKind;
    const { messageRef, observer, baseline } = line;
    const saw = line.saw ?? (isHumanKind(kind) ? sights[kind] : undefined);
    const data: SignalRecorded = told({
      contactId,
      kind,
      occurredAt,
      origin: via === 'import' ? 'crm-import' : observer === undefined ? 'crm' : 'agent',
      // The CRM's id of a message may be the wamid, which holds the person's phone number.
      messageRef:
        messageRef === undefined ? undefined : this.vault.messageRef(tenantId, messageRef),
      sender: line.sender,
      code: line.code,
      messageCategory: line.messageCategory,
      inboundType: line.inboundType,
      observer,
      saw,
      baseline:
        baseline === undefined
          ? undefined
          : { ...baseline, at: new Date(baseline.at).toISOString() },
      ttlSeconds: line.ttlSeconds,
    });
    return this.fact(`contact-${contactId}`, line, {
      tenantId,
      subject: contactId,
      event: { type: 'SignalRecorded', time: occurredAt, data },
    });
  }

  private senderStep(tenantId: string, line: SignalLine): Step {
    if (line.kind === 'incident-opened' || line.kind === 'incident-closed') {
      return { incident: line };
    }
    const occurredAt = new Date(line.occurredAt).toISOString();
    const { wabaId, sender, template, code, state, previousState } = line;
    const kind = line.kind as SenderSignalKind;
    const known = { wabaId, sender, template, code, state, previousState };
    const data = told({ tenantId, kind, occurredAt, ...known });
    const event = { type: 'SenderSignalRecorded', time: occurredAt, data };
    return {
      append: this.fact(`sender-${tenantId}`, line, { tenantId, subject: tenantId, event }),
    };
  }

  /** The id comes from the line's: told again, by call or by import, it is the same fact. */
  private fact(
    stream: string,
    { id: lineId }: SignalLine,
    fact: { tenantId: string; subject: string; event: StreamAppend['events'][number] },
  ): StreamAppend {
    const { tenantId, subject, event } = fact;
    const id = this.vault.factId(tenantId, 'crm-line', lineId);
    return { stream, expected: 'any', events: [{ ...event, id }], context: { tenantId, subject } };
  }
}
